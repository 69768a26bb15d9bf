"""From a branch to files: whole or not at all, and nothing of a stranger's repository outside."""

import os
import subprocess
from pathlib import Path

import pytest
from bare_repository import BareRepository, article

from kb.errors import SettingsError
from kb.git import GitFailed
from kb.publishing import repository
from kb.publishing.address import checked, name_of, without_user
from kb.publishing.checkout import Checkout, CheckoutUnusable, is_in_checkout
from kb.settings import Settings

FILES = {"articles/en/parcels/send.md": article(), "articles/en/parcels/track.md": article("b")}
SEND, TRACK = FILES


@pytest.fixture
def remote(tmp_path):
    return BareRepository(tmp_path / "remote.git")


def settings_for(remote, folder, **publish):
    return Settings.load(
        None,
        {},
        {
            "index": folder / "index",
            "publish.repository": remote.address,
            **{f"publish.{name}": value for name, value in publish.items()},
        },
    )


def checkout_of(remote, **publish):
    checkout = Checkout(settings_for(remote, remote.folder.parent / "var", **publish))
    checkout.prepare()
    return checkout


def files_in(checkout):
    return {
        path.relative_to(checkout.folder).as_posix(): path.read_text()
        for path in sorted(checkout.folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(checkout.folder).parts
    }


def reasons(moved):
    return {error.path: error.found for error in moved.left_out}


# Moving


def test_the_files_are_those_of_the_newest_commit(remote):
    first = remote.commit(FILES)
    checkout = checkout_of(remote)
    moved = checkout.update()
    assert (moved.before, moved.commit, moved.written, moved.removed) == ("", first, 2, 0)
    assert files_in(checkout) == FILES
    second = remote.commit({SEND: article(word="now"), "articles/vi/gửi/gửi.md": article("c")})
    moved = checkout.update()
    assert (moved.before, moved.commit, moved.written, moved.removed) == (first, second, 2, 1)
    assert files_in(checkout) == {SEND: article(word="now"), "articles/vi/gửi/gửi.md": article("c")}
    assert checkout.commit() == second
    assert not moved.rewritten


def test_without_a_new_commit_nothing_is_touched(remote):
    remote.commit(FILES)
    checkout = checkout_of(remote)
    checkout.update()
    file = checkout.folder / SEND
    before = file.stat()
    moved = checkout.update()
    assert not moved.is_new
    assert file.stat() == before


def test_only_the_folders_of_the_sources_are_written(remote):
    remote.commit({**FILES, "program/main.py": "print()", "articles-old/en/x.md": article("x")})
    checkout = checkout_of(remote)
    checkout.update()
    assert set(files_in(checkout)) == set(FILES)


def test_a_file_may_become_a_folder_and_a_folder_a_file(remote):
    checkout = checkout_of(remote)
    for files in ({"articles/a": "1"}, {"articles/a/b.md": "2"}, {"articles/a": "3"}):
        remote.commit(files)
        checkout.update()
        assert files_in(checkout) == files


def test_git_knows_the_files_and_the_days_of_their_changes(remote):
    commit = remote.commit(FILES)
    checkout = checkout_of(remote)
    checkout.update()

    def said(*arguments):
        return subprocess.check_output(["git", *arguments], cwd=checkout.folder / "articles")

    assert said("status", "--porcelain") == b""
    assert said("log", "--format=%H").decode().strip() == commit


def test_a_branch_that_was_rewritten_is_followed(remote):
    first = remote.commit(FILES)
    checkout = checkout_of(remote)
    checkout.update()
    other = remote.commit({TRACK: article("new")}, after=None)
    moved = checkout.update()
    assert moved.rewritten
    assert (moved.before, moved.commit) == (first, other)
    assert files_in(checkout) == {TRACK: article("new")}


def test_a_cut_off_history_is_said_and_can_be_made_whole(remote):
    for number in range(4):
        remote.commit({SEND: article(word=str(number))})
    assert checkout_of(remote, depth=1).update().shallow
    moved = checkout_of(remote, depth=0).update()
    assert not moved.shallow
    checkout = checkout_of(remote, depth=2)
    remote.commit(FILES)
    assert checkout.update().shallow
    assert files_in(checkout) == FILES


def test_a_remote_whose_own_history_is_cut_off_can_be_published(remote, tmp_path):
    for number in range(3):
        remote.commit({SEND: article(word=str(number))})
    clone = tmp_path / "shallow.git"
    remote.git("clone", "--quiet", "--bare", "--depth=1", remote.address, str(clone))
    remote.folder, remote.address = clone, f"file://{clone}"
    checkout = checkout_of(remote)
    assert checkout.update().shallow
    assert files_in(checkout) == {SEND: article(word="2")}
    assert checkout.update().shallow


def test_a_missing_branch_is_said_and_the_last_state_stays(remote):
    remote.commit(FILES)
    checkout = checkout_of(remote)
    commit = checkout.update().commit
    remote.git("update-ref", "-d", "refs/heads/main")
    with pytest.raises(GitFailed, match=r"no branch main\. Push it, or name another one"):
        checkout.update()
    assert checkout.commit() == commit
    assert files_in(checkout) == FILES


def test_a_repository_that_cannot_be_reached_is_said_without_its_password(tmp_path):
    there = BareRepository(tmp_path / "remote.git")
    there.address = "https://reader:s3cret@127.0.0.1:9/docs/articles.git"
    checkout = checkout_of(there)
    with pytest.raises(GitFailed) as caught:
        checkout.update()
    assert "127.0.0.1" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert checkout.commit() == ""
    for file in (checkout.folder / ".git").rglob("*"):
        assert not file.is_file() or b"s3cret" not in file.read_bytes()


# Interrupted


def test_half_a_commit_is_never_called_whole_and_is_mended(remote, monkeypatch):
    remote.commit(FILES)
    checkout = checkout_of(remote)
    checkout.update()
    newest = remote.commit({SEND: article(word="2"), TRACK: article(word="2")})
    write, left = os.open, iter([True])

    def killed_at_the_second_file(path, flags, *rest, **named):
        if flags & os.O_EXCL and str(path).endswith(".md") and not next(left, False):
            raise KeyboardInterrupt
        return write(path, flags, *rest, **named)

    monkeypatch.setattr(os, "open", killed_at_the_second_file)
    with pytest.raises(KeyboardInterrupt):
        checkout.update()
    monkeypatch.undo()
    assert checkout.commit() == ""
    assert checkout_of(remote).update().commit == newest
    assert files_in(checkout) == {SEND: article(word="2"), TRACK: article(word="2")}


def test_what_was_damaged_since_is_found_when_every_file_is_looked_at(remote):
    remote.commit(FILES)
    checkout = checkout_of(remote)
    checkout.update()
    (checkout.folder / SEND).write_text("")
    (checkout.folder / TRACK).unlink()
    (checkout.folder / TRACK).symlink_to("/etc/hostname")
    assert checkout.update(check=True).written == 2
    assert files_in(checkout) == FILES
    assert not (checkout.folder / TRACK).is_symlink()


@pytest.mark.parametrize("is_clone", [True, False], ids=["a clone", "any folder"])
def test_a_folder_of_somebody_else_is_never_touched(remote, is_clone):
    remote.commit(FILES)
    folder = remote.folder.parent / "var" / "checkout"
    folder.mkdir(parents=True)
    (folder / "mine.md").write_text("mine")
    if is_clone:
        subprocess.check_call(["git", "init", "--quiet"], cwd=folder)
    with pytest.raises(CheckoutUnusable, match=r"publish\.checkout"):
        checkout_of(remote)
    assert (folder / "mine.md").read_text() == "mine"


# A stranger's repository


def hostile(remote):
    """Return a tree with everything that must not get out of its folder."""
    good = remote.blob(article())
    large = remote.blob(b"a" * 50_000_000)
    submodule = "1" * 40
    script = remote.blob("#!/bin/sh\ntouch /tmp/kb-was-here\n")
    link = remote.blob("/etc/passwd")
    outside = remote.tree(("100644", "escaped.md", good))
    inner = remote.tree(
        ("100644", "Send.md", good),
        ("100644", "a\nb.md", good),
        ("100644", "back\\slash.md", good),
        ("100644", 'it\'s "quoted" $(x).md', good),
        ("100644", "large.png", large),
        ("120000", "link.md", link),
        ("120000", "folder", remote.blob("../../../..")),
        ("100644", b"latin-\xe9.md", good),
        ("100644", "right\u202eto-left.md", good),
        ("100644", "send.md", good),
        ("160000", "submodule", submodule),
        ("40000", "twice", remote.tree(("100644", "x.md", good))),
        ("100644", "twice", good),
        ("100755", "run.md", good),
        ("100644", "n" * 300 + ".md", good),
    )
    articles = remote.tree(
        ("40000", "..", outside),
        ("40000", ".", outside),
        ("40000", ".GIT", remote.tree(("40000", "hooks", remote.tree(("100755", "x", script))))),
        ("40000", ".g\u200cit", outside),
        ("40000", "..", remote.tree(("40000", "..", outside))),
        ("100644", ".gitattributes", remote.blob("* filter=evil text eol=crlf ident\n")),
        ("40000", "/tmp", outside),
        ("40000", "en", remote.tree(("40000", "parcels", inner))),
        ("40000", "git~1", outside),
    )
    return remote.tree(
        ("40000", ".git", remote.tree(("40000", "hooks", remote.tree(("100755", "x", script))))),
        ("100644", ".gitmodules", remote.blob('[submodule "s"]\n\tpath = s\n\turl = ext::sh\n')),
        ("40000", "articles", articles),
        ("100755", "post-checkout", script),
    )


LEFT_OUT = {
    "articles/../escaped.md": "leads out",
    "articles/../../escaped.md": "leads out",
    "articles/./escaped.md": "leads out",
    "articles/.GIT/hooks/x": "git's own files",
    r"articles/.g\u200cit/escaped.md": "git's own files",
    "articles//tmp/escaped.md": "leads out",
    "articles/git~1/escaped.md": "git's own files",
    r"articles/en/parcels/a\u000ab.md": "control character",
    "articles/en/parcels/back\\slash.md": "backslash",
    "articles/en/parcels/large.png": "a file of 50 MB, and 5 MiB is the limit",
    "articles/en/parcels/link.md": "a symbolic link",
    "articles/en/parcels/folder": "a symbolic link",
    "articles/en/parcels/latin-\ufffd.md": "not UTF-8",
    r"articles/en/parcels/right\u202eto-left.md": "control character",
    "articles/en/parcels/send.md": "the one of articles/en/parcels/Send.md",
    "articles/en/parcels/submodule": "a submodule",
    "articles/en/parcels/twice": "a file and a folder",
    f"articles/en/parcels/{'n' * 300}.md": "git's own files",
}


@pytest.fixture(scope="module")
def stranger(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stranger")
    remote = BareRepository(folder / "remote.git")
    remote.commit(hostile(remote))
    checkout = checkout_of(remote)
    before = {path for path in folder.rglob("*") if "var" not in path.parts}
    moved = checkout.update()
    after = {path for path in folder.rglob("*") if "var" not in path.parts}
    return checkout, moved, after - before


def test_nothing_is_written_outside(stranger):
    checkout, _, appeared = stranger
    assert appeared == set()
    assert {path.name for path in checkout.folder.iterdir()} == {".git", "articles"}
    assert not [path for path in checkout.folder.rglob("*") if path.is_symlink()]
    assert not list(checkout.folder.rglob("escaped.md"))
    assert not Path("/tmp/kb-was-here").exists()
    assert not (checkout.folder / ".git" / "hooks").exists()


def test_what_is_left_out_is_reported_on_one_line_each(stranger):
    _, moved, _ = stranger
    found = reasons(moved)
    assert found.keys() == LEFT_OUT.keys()
    for path, reason in LEFT_OUT.items():
        assert reason in found[path], path
    for error in moved.left_out:
        assert str(error).isprintable()


def test_all_else_is_published_byte_for_byte(stranger):
    checkout, _, _ = stranger
    found = files_in(checkout)
    parcels = "articles/en/parcels/"
    names = ("Send.md", 'it\'s "quoted" $(x).md', "run.md", "twice/x.md")
    assert set(found) == {"articles/.gitattributes", *(parcels + name for name in names)}
    assert {found[parcels + name] for name in names} == {article()}


def test_what_was_left_out_is_told_again_while_it_is_there(stranger):
    checkout, moved, _ = stranger
    assert list(map(str, checkout.update().left_out)) == list(map(str, moved.left_out))


def test_git_takes_nothing_from_this_machine(remote, monkeypatch, tmp_path):
    remote.commit(FILES)
    hooks, marker = tmp_path / "hooks", tmp_path / "was-here"
    hooks.mkdir()
    for name in ("post-checkout", "reference-transaction", "post-index-change", "pre-auto-gc"):
        (hooks / name).write_text(f"#!/bin/sh\ntouch {marker}\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\n\thooksPath = {hooks}\n\tfsmonitor = touch {marker}\n"
        f'[filter "x"]\n\tsmudge = touch {marker}\n\tclean = touch {marker}\n\trequired = true\n'
        f"[core]\n\tattributesFile = {tmp_path / 'attributes'}\n"
    )
    (tmp_path / "attributes").write_text("* filter=x\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".gitconfig").write_text(config.read_text())
    checkout = checkout_of(remote)
    checkout.update()
    checkout.tidy()
    assert files_in(checkout) == FILES
    assert not marker.exists()


def test_trees_that_hold_one_another_have_an_end(remote, monkeypatch):
    monkeypatch.setattr(repository, "MOST_LISTED_BYTES", 1_000_000)
    tree = remote.tree(*(("100644", f"{number}.md", remote.blob("x")) for number in range(10)))
    for _ in range(9):
        tree = remote.tree(*(("40000", f"folder-{number}", tree) for number in range(10)))
    remote.commit(remote.tree(("40000", "articles", tree)))
    checkout = checkout_of(remote)
    with pytest.raises(GitFailed, match="too many files to list"):
        checkout.update()
    assert checkout.commit() == ""


# Addresses and settings


@pytest.mark.parametrize(
    "address",
    [
        "https://git.example.com/docs/articles.git",
        "https://reader:token@GIT.example.com:443/Docs/articles/",
        "git@git.example.com:docs/articles.git",
        "ssh://git@git.example.com:2222/docs/articles.git",
    ],
)
def test_a_repository_has_one_name_however_it_is_reached(address):
    assert name_of(checked(address)) == "git.example.com/docs/articles"
    assert "token" not in without_user(f"unable to access '{address}'")


@pytest.mark.parametrize(
    "address",
    [
        *("ext::sh -c touch", "--upload-pack=touch", "-u", "git://git.example.com/x"),
        *("http://git.example.com/x", "ssh://-oProxyCommand=touch/x", "-oProxyCommand=touch:x"),
        *("file://host/x", "file::x:y", "https://", "https:///x", "/srv/git/x", "x"),
        *("https://git.example.com/a b", "https://git.example.com/\n", "user@:x", "fd::7"),
    ],
)
def test_an_address_that_could_do_something_else_is_refused(tmp_path, address):
    with pytest.raises(SettingsError, match=r"publish\.repository"):
        Settings.load(None, {"KB_PUBLISH_REPOSITORY": address})


@pytest.mark.parametrize(
    "branch", ["", "-x", "a..b", "a b", "a:b", "a*", "x.lock", "/a", "a/", "@{"]
)
def test_a_branch_that_is_none_is_refused(branch):
    with pytest.raises(SettingsError, match=r"publish\.branch"):
        Settings.load(None, {"KB_PUBLISH_BRANCH": branch})


def test_relative_folders_of_articles_lie_in_the_checkout_and_absolute_ones_here(tmp_path):
    file = tmp_path / "kb.toml"
    file.write_text(
        'index = "var/index"\n[publish]\nrepository = "https://git.example.com/docs"\n'
        '[[sources]]\npath = "docs/en"\nlocale = "en"\n[[sources]]\npath = "/srv/articles"\n'
    )
    settings = Settings.load(file, {})
    checkout = tmp_path / "var" / "checkout"
    assert settings.checkout() == checkout
    assert [source.path for source in settings.sources] == [
        checkout / "docs" / "en",
        Path("/srv/articles"),
    ]
    assert is_in_checkout(settings)
    here = Settings.load(file, {}, {"articles": Path("articles")})
    assert [source.path for source in here.all_sources()] == [Path.cwd() / "articles"]
    assert not is_in_checkout(here)
    assert "git.example.com" not in repr(settings)


def test_a_source_that_leads_out_of_the_repository_is_refused(tmp_path):
    file = tmp_path / "kb.toml"
    file.write_text(
        '[publish]\nrepository = "https://git.example.com/docs"\n[[sources]]\npath = "../x"\n'
    )
    with pytest.raises(SettingsError, match="leads out of the repository"):
        Settings.load(file, {})
