"""What git knows, from real repositories."""

import os
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kb.history import Change, last_changes, revision


def git(folder: Path, *arguments: str, day: str = "2026-01-01") -> str:
    moment = f"{day}T12:00:00+00:00"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        "GIT_AUTHOR_DATE": moment,
        "GIT_COMMITTER_DATE": moment,
        "HOME": str(folder),
    }
    who = ("-c", "user.name=An", "-c", "user.email=an@example.com", "-c", "commit.gpgsign=false")
    done = subprocess.run(
        ["git", *who, *arguments], cwd=folder, env=environment, check=True, capture_output=True
    )
    return done.stdout.decode()


def commit(folder: Path, path: str, text: str, day: str) -> None:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    git(folder, "add", "-A", day=day)
    git(folder, "commit", "-m", "x", day=day)


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    commit(folder, "docs/en/a.md", "1", "2026-01-01")
    commit(folder, "docs/vi/đặt lại\t1.md", "1", "2026-01-02")
    commit(folder, "docs/en/a.md", "2", "2026-01-03")
    commit(folder, "other/b.md", "1", "2026-01-04")
    return folder


def test_one_pass_tells_the_last_change_of_every_file(repository):
    assert last_changes(repository / "docs") == {
        "en/a.md": Change(date(2026, 1, 3), "An"),
        "vi/đặt lại\t1.md": Change(date(2026, 1, 2), "An"),
    }
    assert last_changes(repository)["other/b.md"].day == date(2026, 1, 4)


def test_the_boundary_of_a_shallow_clone_tells_nothing(repository, tmp_path):
    git(tmp_path, "clone", "--depth", "2", repository.as_uri(), "clone")
    assert last_changes(tmp_path / "clone") == {"other/b.md": Change(date(2026, 1, 4), "An")}


def test_the_revision_says_whether_files_differ(repository):
    head = git(repository, "rev-parse", "HEAD").strip()
    assert revision(repository / "docs") == head
    (repository / "other/new.md").write_text("x")
    assert revision(repository / "docs") == head
    (repository / "docs/new.md").write_text("x")
    assert revision(repository / "docs") == f"{head}+changes"


def test_without_a_repository_there_is_no_answer(tmp_path):
    assert last_changes(tmp_path) == {}
    assert revision(tmp_path) == ""
    assert last_changes(tmp_path / "missing") == {}


def test_an_empty_repository_has_no_revision(tmp_path):
    git(tmp_path, "init")
    assert (last_changes(tmp_path), revision(tmp_path)) == ({}, "")


def test_without_git_there_is_no_answer(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (last_changes(repository), revision(repository)) == ({}, "")
