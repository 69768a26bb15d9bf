"""What git tells of articles reaches the index, and writes anew only whom it concerns."""

from datetime import UTC, date, datetime

import pytest
from article_folder import article, counts

from kb.article import Audience
from kb.search import Page

WORDS = "".join(f"Line {number} of an answer about invoices.\n" for number in range(9))


@pytest.fixture
def repository(folder):
    folder.git("init", "-q")
    folder.put("en/billing/invoice.md", article("Where is my invoice?", WORDS))
    folder.put("en/billing/refund.md", article("How do I get a refund?"))
    commit(folder, "2026-10-01")
    return folder


def commit(folder, day: str) -> str:
    folder.git("add", "-A", day=day)
    folder.git("commit", "-qm", "x", day=day)
    return folder.git("rev-parse", "HEAD")


def translate(folder, revision: str, day: str = "2026-10-02", **fields: object) -> None:
    text = article("Hóa đơn ở đâu?", source_commit=f'"{revision}"', **fields)
    folder.put("vi/billing/invoice.md", text)
    commit(folder, day)


def page(folder, key: str, audience: Audience = "public") -> Page:
    found = folder.engine().page(key, audience=audience)
    assert found is not None, key
    return found


def behind(folder, audience: Audience = "public") -> tuple[int, str]:
    found = page(folder, "vi/invoice", audience)
    return found.behind, found.translated_from


def test_an_article_says_when_it_appeared_and_who_wrote_it(repository):
    repository.update()
    found = page(repository, "en/invoice")
    assert (found.summary.created, found.contributors) == (date(2026, 10, 1), ("Writer",))


def test_a_moved_article_keeps_its_day_and_its_writers(repository):
    repository.git("mv", "en/billing/invoice.md", "en/billing/bill.md")
    commit(repository, "2026-10-09")
    repository.update()
    found = page(repository, "en/bill")
    assert (found.summary.created, found.summary.updated) == (date(2026, 10, 1),) * 2
    assert found.contributors == ("Writer",)


def test_a_translation_is_behind_by_the_commits_of_its_source(repository):
    translate(repository, repository.git("rev-parse", "HEAD"))
    repository.update()
    assert behind(repository) == (0, "")
    repository.put("en/billing/invoice.md", article("Where is my invoice?", f"{WORDS}More."))
    commit(repository, "2026-10-03")
    # The source and its translation; nobody else is written anew.
    assert counts(repository.update()) == (0, 2, 0, 0)
    assert behind(repository) == (1, "en/invoice")
    assert page(repository, "en/invoice").behind == 0
    repository.put("en/billing/refund.md", article("How do I get a refund?", "In five days."))
    now = commit(repository, "2026-10-04")
    assert counts(repository.update()) == (0, 1, 0, 0)
    assert behind(repository) == (1, "en/invoice")
    translate(repository, now[:12], "2026-10-05")
    assert counts(repository.update()) == (0, 1, 0, 0)
    assert behind(repository) == (0, "")


def test_a_commit_that_touches_no_article_writes_nothing(repository):
    repository.update()
    repository.put("notes.txt", "Nothing for readers.")
    commit(repository, "2026-10-03")
    assert not repository.update().switched


@pytest.mark.parametrize("revision", ["f" * 40, "main", "--all", "0"])
def test_of_a_revision_that_git_does_not_know_nothing_is_said(repository, revision):
    translate(repository, revision)
    repository.put("en/billing/invoice.md", article("Where is my invoice?", f"{WORDS}More."))
    commit(repository, "2026-10-03")
    repository.update()
    assert behind(repository) == (0, "")


def test_the_source_is_the_article_that_the_revision_changed_or_the_oldest(repository):
    first = repository.git("rev-parse", "HEAD")
    repository.put("zh-Hant/billing/invoice.md", article("發票在哪裡？"))
    second = commit(repository, "2026-10-02")
    for locale in ("en", "zh-Hant"):
        repository.put(f"{locale}/billing/invoice.md", article("Title", f"{WORDS}{locale}"))
        commit(repository, "2026-10-03")
    translate(repository, first, "2026-10-04")
    repository.update()
    assert behind(repository) == (1, "en/invoice")
    translate(repository, second, "2026-10-05")
    repository.update()
    assert behind(repository) == (1, "zh-Hant/invoice")


@pytest.mark.parametrize("hidden", [{"audience": "internal"}, {"status": "draft"}], ids=str)
def test_readers_do_not_hear_of_a_source_that_they_may_not_see(repository, hidden):
    translate(repository, repository.git("rev-parse", "HEAD"))
    text = article("Where is my invoice?", f"{WORDS}More.", **hidden)
    repository.put("en/billing/invoice.md", text)
    commit(repository, "2026-10-03")
    repository.update()
    assert behind(repository) == behind(repository, "internal") == (0, "")


def test_staff_hear_of_an_internal_source_of_an_internal_translation(repository):
    translate(repository, repository.git("rev-parse", "HEAD"), audience="internal")
    text = article("Where is my invoice?", f"{WORDS}More.", audience="internal")
    repository.put("en/billing/invoice.md", text)
    commit(repository, "2026-10-03")
    repository.update()
    assert behind(repository, "internal") == (1, "en/invoice")


def test_an_article_that_waited_for_its_day_is_new_on_that_day(repository):
    day = datetime(2026, 11, 20, tzinfo=UTC)
    text = article("What is new?", publish_at=day.isoformat())
    repository.put("en/billing/new.md", text)
    commit(repository, "2026-10-05")
    repository.update()
    assert page(repository, "en/new").summary.created == day.date()
