"""A stranger's repository: nothing of it gets outside, and all that is good is published."""

from pathlib import Path

import pytest
from bare_repository import BareRepository, article
from checkouts import FILES, checkout_of, files_in, reasons

from kb.git import GitFailed
from kb.publishing import repository


@pytest.fixture
def remote(tmp_path):
    return BareRepository(tmp_path / "remote.git")


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
    f"articles/en/parcels/{'n' * 300}.md": "the path is too long",
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
