"""What git knows, from real repositories."""

import os
import random
import subprocess
from datetime import date
from pathlib import Path

import pytest

from kb.history import Change, History, last_changes, read_history, revision


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


def whole(folder: Path) -> History:
    history = read_history(folder)
    assert history is not None
    return history


@pytest.mark.parametrize("seed", range(4))
def test_a_history_that_is_carried_on_is_the_one_that_is_read_whole(repository, seed):
    chance = random.Random(seed)
    docs = repository / "docs"
    history = whole(docs)
    for number in range(12):
        day = f"2026-02-{chance.randrange(1, 28):02}"
        kind = chance.randrange(6)
        if kind == 0:
            commit(repository, "docs/en/a.md", f"amended {number}", day)
            git(repository, "commit", "--amend", "--allow-empty", "-m", "y", day=day)
        elif kind == 1:
            git(repository, "checkout", "-q", "-b", f"side{number}", "HEAD~1")
            commit(repository, f"docs/en/{number}.md", "side", day)
            git(repository, "checkout", "-q", "main")
            commit(repository, "docs/en/main.md", str(number), day)
            strategy = chance.choice(("ort", "ours"))
            git(repository, "merge", "-q", "--no-edit", "-s", strategy, f"side{number}", day=day)
        elif kind == 2:
            git(repository, "reset", "-q", "--hard", "HEAD~1")
        elif kind == 3:
            (repository / "docs/en/gone.md").write_text("x")
            git(repository, "add", ".", day=day)
            git(repository, "commit", "-m", "x", "--allow-empty", day=day)
            git(repository, "rm", "-q", "docs/en/gone.md")
            git(repository, "commit", "-m", "gone", day=day)
        else:
            commit(repository, f"docs/en/{chance.choice('abc')}.md", f"change {number}", day)
        if chance.random() < 0.6:
            carried = read_history(docs, history.state)
            assert carried == whole(docs)
            assert dict(carried.days()).keys() == last_changes(docs).keys()
            history = carried


def test_a_history_that_nothing_was_added_to_is_not_read_again(repository):
    before = whole(repository)
    assert read_history(repository, before.state).state is before.state
    state = {"at": before.state["at"], "changes": {"en/a.md": "damaged"}}
    assert read_history(repository, state) == before


def test_a_shallow_clone_that_is_deepened_is_read_anew(repository, tmp_path):
    git(tmp_path, "clone", "--depth", "2", repository.as_uri(), "clone")
    before = whole(tmp_path / "clone")
    git(tmp_path / "clone", "fetch", "--unshallow")
    after = read_history(tmp_path / "clone", before.state)
    assert dict(after.days()) == dict(whole(repository).days())
    assert len(after.state["changes"]) > len(before.state["changes"])


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
