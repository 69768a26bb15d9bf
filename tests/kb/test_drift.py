"""How many commits changed a source since it was translated, as git itself counts them."""

import pytest
from git_folder import commit, commit_all, git

from kb.files.history import read_history
from kb.writing.drift import commits_since


@pytest.fixture(scope="module")
def branches(tmp_path_factory):
    """A branch that changed the source before the translation was made, merged after it."""
    folder = tmp_path_factory.mktemp("branches")
    git(folder, "init", "-b", "main")
    commits = {"begun": commit(folder, "en/a.md", "1", "2026-01-01")}
    git(folder, "checkout", "-q", "-b", "side")
    commits["side"] = commit(folder, "en/a.md", "2", "2026-01-02")
    git(folder, "checkout", "-q", "main")
    commits["main"] = commit(folder, "en/b.md", "1", "2026-01-03")
    git(folder, "merge", "-q", "--no-edit", "side", day="2026-01-04")
    commits["merged"] = git(folder, "rev-parse", "HEAD")
    commits["later"] = commit(folder, "en/a.md", "3", "2026-01-04")
    git(folder, "mv", "en/a.md", "en/c.md")
    commits["moved"] = commit_all(folder, "2026-01-05")
    return read_history(folder / "en"), commits


@pytest.mark.parametrize(
    ("since", "count"),
    [("begun", 2), ("side", 1), ("main", 2), ("merged", 1), ("later", 0), ("moved", 0)],
)
def test_what_a_revision_does_not_hold_counts(branches, since, count):
    history, commits = branches
    revision = commits[since]
    assert commits_since(history, [("c.md", revision)]) == {("c.md", revision): count}
    assert commits_since(history, [("c.md", revision[:7])]) == {("c.md", revision[:7]): count}


def test_all_are_counted_at_once(branches):
    history, commits = branches
    pairs = {("c.md", commits["begun"]): 2, ("b.md", commits["side"]): 1}
    assert commits_since(history, pairs) == pairs


@pytest.mark.parametrize(
    "revision", ["", "f" * 40, "HEAD", "--output=x", "abc", "g" * 40, "begun\n", "é" * 9]
)
def test_what_cannot_be_told_is_left_out(branches, revision):
    history, _ = branches
    assert commits_since(history, [("c.md", revision)]) == {}


def test_a_file_that_git_does_not_know_is_left_out(branches):
    history, commits = branches
    assert commits_since(history, [("new.md", commits["begun"])]) == {}
