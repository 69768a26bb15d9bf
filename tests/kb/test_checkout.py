"""From a branch to files: whole or not at all."""

import os
import subprocess

import pytest
from bare_repository import BareRepository, article
from checkouts import FILES, SEND, TRACK, checkout_of, files_in

from kb.git import GitFailed
from kb.publishing.checkout import CheckoutUnusable


@pytest.fixture
def remote(tmp_path):
    return BareRepository(tmp_path / "remote.git")


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
