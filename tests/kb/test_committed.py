"""The files of a commit beside those that are checked out."""

from pathlib import Path

import pytest
from git_folder import commit, commit_all, git

from kb.files.history import read_history
from kb.git import GitFailed
from kb.writing.committed import compared_commit, write_committed


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    commit(folder, "README.md", "read me", "2026-01-01")
    commit(folder, "articles/en/đặt lại.md", "first", "2026-01-02")
    commit(folder, "articles/en/đặt lại.md", "second", "2026-01-03")
    return folder


def contents(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*.md") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_text() for path in files}


def test_only_what_lies_below_the_folder_is_written_as_the_commit_has_it(repository, tmp_path):
    root = repository / "articles"
    (root / "en" / "new.md").write_text("not committed")
    files = write_committed(root, "HEAD^", tmp_path / "files")
    assert contents(files) == {"en/đặt lại.md": "first"}
    assert contents(root) == {"en/new.md": "not committed", "en/đặt lại.md": "second"}
    assert git(repository, "status", "--porcelain") == "?? articles/en/new.md"


def test_the_folder_may_be_the_repository_itself(repository, tmp_path):
    files = write_committed(repository, "HEAD", tmp_path / "files")
    assert contents(files) == {"README.md": "read me", "articles/en/đặt lại.md": "second"}


def test_a_folder_that_is_younger_than_the_commit_is_empty(repository, tmp_path):
    files = write_committed(repository / "articles", "HEAD^^", tmp_path / "files")
    assert files.is_dir()
    assert not contents(files)


def test_git_knows_the_same_past_of_the_written_files(repository, tmp_path):
    root = repository / "articles"
    there, written = read_history(root), read_history(write_committed(root, "HEAD", tmp_path / "f"))
    assert there is not None
    assert written is not None
    assert written.state == there.state
    assert git(repository, "status", "--porcelain") == ""


def test_nothing_that_the_repository_holds_is_run_or_followed(repository, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (repository / "articles" / "away").symlink_to(outside)
    (repository / "articles" / "secret.md").symlink_to("/etc/passwd")
    (repository / ".gitattributes").write_text("* filter=evil\n")
    hook = repository / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {outside}/ran\n")
    hook.chmod(0o755)
    commit_all(repository, "2026-01-04")
    files = write_committed(repository / "articles", "HEAD", tmp_path / "files")
    assert (files / "away").read_text() == str(outside)
    assert (files / "secret.md").read_text() == "/etc/passwd"
    assert not any(path.is_symlink() for path in files.rglob("*"))
    assert not list(outside.iterdir())


def test_a_commit_that_is_not_there_is_said(repository, tmp_path):
    with pytest.raises(GitFailed):
        write_committed(repository, "f" * 40, tmp_path / "files")


def test_the_last_commit_that_differs_is_compared_with(repository, tmp_path):
    root = repository / "articles"
    head, before = (git(repository, "rev-parse", name) for name in ("HEAD", "HEAD^"))
    assert compared_commit(root) == before
    (repository / "README.md").write_text("changed")
    assert compared_commit(root) == before, "what lies outside does not count"
    (root / "en" / "new.md").write_text("new")
    assert compared_commit(root) == head
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", repository.as_uri(), str(shallow))
    assert compared_commit(shallow / "articles") == ""
    assert compared_commit(tmp_path) == ""
