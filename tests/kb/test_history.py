"""What git knows, from real repositories."""

import random
from datetime import UTC, date, datetime
from pathlib import Path

import orjson
import pytest
from git_folder import commit, commit_all, git

from kb.files.commit_log import KEPT
from kb.files.history import History, read_history, revision
from kb.files.past import Past, read_past

TEXT = "".join(f"Line {number} of an article about resetting a password.\n" for number in range(9))


@pytest.fixture
def repository(tmp_path):
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-b", "main")
    commit(folder, "docs/en/a.md", "1", "2026-01-01")
    commit(folder, "docs/vi/đặt lại\t1.md", "1", "2026-01-02")
    commit(folder, "docs/en/a.md", "2", "2026-01-03", "Bình <binh@example.com>")
    commit(folder, "other/b.md", "1", "2026-01-04")
    return folder


def whole(folder: Path) -> History:
    history = read_history(folder)
    assert history is not None
    return history


def pasts(folder: Path) -> dict[str, Past]:
    history = read_history(folder)
    return told(history) if history else {}


def told(history: History) -> dict[str, Past]:
    return {path: read_past(line) for path, line in history.pasts.items()}


def past(created: str | None, updated: str | None, *contributors: str) -> Past:
    days = (date.fromisoformat(day) if day else None for day in (created, updated))
    return Past(*days, contributors)


def test_one_pass_tells_the_past_of_every_file(repository):
    assert pasts(repository / "docs") == {
        "en/a.md": past("2026-01-01", "2026-01-03", "Bình", "An"),
        "vi/đặt lại\t1.md": past("2026-01-02", "2026-01-02", "An"),
    }
    assert pasts(repository)["other/b.md"].updated == date(2026, 1, 4)


def test_the_commits_of_a_file_are_told_newest_first(repository):
    newest, oldest = whole(repository).commits("docs/en/a.md")
    assert (newest.author, newest.moment) == ("Bình", datetime(2026, 1, 3, 12, tzinfo=UTC))
    assert oldest.id == git(repository, "rev-list", "--max-parents=0", "HEAD")[:16]
    assert whole(repository).commits("docs/en/none.md") == ()


def test_who_made_most_commits_comes_first_under_the_name_of_the_mailmap(repository):
    old_name = "bình nguyễn <binh@old.example.com>"
    for number in range(2):
        commit(repository, "docs/en/a.md", f"again {number}", "2026-02-01", old_name)
    before = whole(repository)
    assert told(before)["docs/en/a.md"].contributors == ("bình nguyễn", "Bình", "An")
    mailmap = "Bình <binh@example.com> <binh@old.example.com>\n"
    commit(repository, ".mailmap", mailmap, "2026-02-02")
    after = read_history(repository, before.state)
    assert after
    assert told(after)["docs/en/a.md"].contributors == ("Bình", "An")


def test_an_article_that_was_moved_keeps_its_past(repository):
    folder = repository / "docs/en"
    commit(repository, "docs/en/long.md", TEXT, "2026-02-01")
    git(repository, "mv", "docs/en/long.md", "docs/en/moved.md")
    commit_all(repository, "2026-02-02", "Mover <m@example.com>")
    # A move alone is no change.
    assert pasts(folder)["moved.md"] == past("2026-02-01", "2026-02-01", "An")
    git(repository, "mv", "docs/en/moved.md", "docs/en/again.md")
    changed = f"{TEXT}One more line.\n"
    commit(repository, "docs/en/again.md", changed, "2026-02-03", "Bình <binh@example.com>")
    commit(repository, "docs/en/long.md", "Something else.", "2026-02-04")
    assert pasts(folder)["again.md"] == past("2026-02-01", "2026-02-03", "Bình", "An")
    assert pasts(folder)["long.md"] == past("2026-02-04", "2026-02-04", "An")


def test_two_articles_that_change_names_change_pasts(repository):
    docs = repository / "docs"
    commit(repository, "docs/one.md", TEXT, "2026-02-01")
    commit(repository, "docs/two.md", TEXT.upper(), "2026-02-02")
    (docs / "one.md").rename(docs / "three.md")
    (docs / "two.md").rename(docs / "one.md")
    (docs / "three.md").rename(docs / "two.md")
    git(repository, "add", "-A")
    # Git sees two changed files unless it is told to look for more: either is a true past.
    commit_all(repository, "2026-02-03")
    assert {pasts(docs)[name].created for name in ("one.md", "two.md")} == {
        date(2026, 2, 1),
        date(2026, 2, 2),
    }


def test_what_another_branch_did_to_the_old_name_counts_for_the_new_one(repository):
    commit(repository, "docs/en/long.md", TEXT, "2026-02-01")
    git(repository, "checkout", "-q", "-b", "side")
    commit(repository, "docs/en/long.md", f"{TEXT}More.\n", "2026-02-05", "Cát <c@example.com>")
    git(repository, "checkout", "-q", "main")
    git(repository, "mv", "docs/en/long.md", "docs/en/moved.md")
    commit_all(repository, "2026-02-03")
    git(repository, "merge", "-q", "--no-edit", "side", day="2026-02-06")
    expected = past("2026-02-01", "2026-02-05", "Cát", "An")
    assert pasts(repository)["docs/en/moved.md"] == expected


def test_the_boundary_of_a_shallow_clone_tells_nothing(repository, tmp_path):
    commit(repository, "docs/en/a.md", "3", "2026-01-05")
    git(tmp_path, "clone", "--depth", "3", repository.as_uri(), "clone")
    assert pasts(tmp_path / "clone") == {
        "other/b.md": past("2026-01-04", "2026-01-04", "An"),
        "docs/en/a.md": past(None, "2026-01-05"),
    }


def test_a_shallow_clone_that_is_deepened_is_read_anew(repository, tmp_path):
    git(tmp_path, "clone", "--depth", "2", repository.as_uri(), "clone")
    before = whole(tmp_path / "clone")
    git(tmp_path / "clone", "fetch", "--unshallow")
    after = read_history(tmp_path / "clone", before.state)
    assert after
    assert told(after) == pasts(repository)


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
            commit(repository, f"docs/en/{number}.md", f"{TEXT}{number}", day)
            git(repository, "checkout", "-q", "main")
            commit(repository, "docs/en/main.md", str(number), day)
            strategy = chance.choice(("ort", "ours"))
            git(repository, "merge", "-q", "--no-edit", "-s", strategy, f"side{number}", day=day)
        elif kind == 2:
            git(repository, "reset", "-q", "--hard", "HEAD~1")
        elif kind == 3:
            commit(repository, f"docs/en/long{number}.md", f"{TEXT}{number}", day)
            git(repository, "mv", f"docs/en/long{number}.md", "docs/en/gone.md", "-f")
            commit_all(repository, day)
        else:
            commit(repository, f"docs/en/{chance.choice('abc')}.md", f"change {number}", day)
        if chance.random() < 0.6:
            carried = read_history(docs, orjson.loads(orjson.dumps(history.state)))
            assert carried
            assert told(carried) == pasts(docs)
            history = carried


def test_a_history_that_nothing_was_added_to_is_not_read_again(repository):
    before = whole(repository)
    again = read_history(repository, before.state)
    assert again
    assert again.state is before.state


@pytest.mark.parametrize(
    "damage",
    [
        {"files": {"docs/en/a.md": "damaged"}},
        {"files": {"docs/en/a.md": []}},
        {"files": {"docs/en/a.md": [99]}},
        {"commits": [["0" * 16, 1, 99]]},
        {"commits": 7},
        {"moved": None},
    ],
    ids=str,
)
def test_a_state_that_somebody_damaged_is_read_anew(repository, damage):
    before = whole(repository)
    history = read_history(repository, {**before.state, **damage})
    assert history
    assert history.state == before.state


def test_of_a_long_past_the_last_commits_are_kept_and_the_first_day(repository):
    state = whole(repository).state
    log = {**state, "files": {"docs/en/a.md": [0, *range(KEPT)]}, "authors": ["An"]}
    log["commits"] = [[f"{n:016x}", 1_767_225_600 + n * 86_400, 0] for n in range(KEPT)]
    log["at"] = [*state["at"][:-1], git(repository, "rev-parse", "HEAD")]
    commit(repository, "docs/en/a.md", "the last change", "2026-06-01")
    history = read_history(repository, log)
    assert history
    assert len(history.commits("docs/en/a.md")) == KEPT
    assert told(history)["docs/en/a.md"] == past("2026-01-01", "2026-06-01", "An")


def test_names_of_files_and_authors_cannot_pass_for_commits(repository):
    head = git(repository, "rev-parse", "HEAD")
    author = "\x1b&quot;\t\x07 \u202eM\ta.md <evil@example.com>"
    names = [f"{head}\t{head}\t1\tx.md", "A\nM.md", '"\u202e" .md', "R100", "R100.md", ":(x).md"]
    for number, name in enumerate(names):
        commit(repository, f"docs/{name}", f"{TEXT}{number}", "2026-03-01", author)
    found = pasts(repository / "docs")
    for name in names:
        if name.endswith(".md"):
            assert found[name] == past("2026-03-01", "2026-03-01", "&quot; M a.md"), name
    assert len(found) == 2 + len(names) - 1


def test_the_revision_says_whether_files_differ(repository):
    head = git(repository, "rev-parse", "HEAD")
    assert revision(repository / "docs") == head
    (repository / "other/new.md").write_text("x")
    assert revision(repository / "docs") == head
    (repository / "docs/new.md").write_text("x")
    assert revision(repository / "docs") == f"{head}+changes"


def test_without_a_repository_there_is_no_answer(tmp_path):
    assert read_history(tmp_path) is None
    assert revision(tmp_path) == ""
    assert read_history(tmp_path / "missing") is None


def test_an_empty_repository_has_no_revision(tmp_path):
    git(tmp_path, "init")
    assert (read_history(tmp_path), revision(tmp_path)) == (None, "")


def test_without_git_there_is_no_answer(repository, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert (read_history(repository), revision(repository)) == (None, "")
