"""Reports over events in a real database, counted by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.events.events import Event, EventStore, Vote
from kb.reports.counts import DAILY, Reports
from kb.reports.values import Window, last_days, lower_bound

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
WEEK = last_days(7, NOW.date())


class Story:
    """Writes down what happens, minute by minute."""

    def __init__(self, database):
        self.store = EventStore(database)

    def event(self, kind, minute=0, surface="help_center", locale="en", **given):
        at = NOW + timedelta(minutes=minute)
        self.store.append(Event(kind, at, surface, locale, "public", **given))

    def search(self, text, minute=0, hits=0, **given):
        self.event("searched", minute, **{"text": text, "visitor": "v", "hits": hits, **given})

    def click(self, text, minute=0, **given):
        self.event("clicked", minute, **{"text": text, "key": "en/a", "visitor": "v", **given})

    def vote(self, key, helpful, visitor, minute=0, **given):
        at = NOW + timedelta(minutes=minute)
        self.store.vote(
            Vote(key, visitor, helpful, **{"reason": "", "comment": "", **given}, at=at)
        )


@pytest.fixture
def story(database):
    return Story(database)


# Questions


def test_questions_without_results_are_grouped(story, database):
    story.search("mật khẩu", locale="vi")
    story.search("mat khau", 1, visitor="w")
    story.search("refund", 2)
    story.search("invoice", 3, hits=2)
    found = Reports(database, WEEK).zero_results()
    assert [(each.wording, each.count, each.visitors) for each in found] == [
        ("mat khau", 2, 2),
        ("refund", 1, 1),
    ]


def test_a_report_is_of_its_days_and_its_locale(story, database):
    for days in (0, 6, 7):
        story.search(f"question {days}", -days * 24 * 60)
    story.search("câu hỏi", locale="vi")
    assert len(Reports(database, WEEK).zero_results()) == 3
    only = last_days(7, NOW.date(), "vi")
    assert [each.wording for each in Reports(database, only).zero_results()] == ["câu hỏi"]


def test_a_question_is_clicked_when_its_visitor_soon_opens_an_article_from_it(story, database):
    story.search("clicked", hits=3)
    story.click("Clicked", 29)
    story.search("too late", 40, hits=3)
    story.click("too late", 71)
    story.search("by another", 80, hits=3)
    story.click("by another", 81, visitor="w")
    story.search("click before", 91, hits=3)
    story.click("click before", 90)
    story.search("nothing found", 100)
    found = [each.wording for each in Reports(database, WEEK).unclicked()]
    assert sorted(found) == ["by another", "click before", "too late"]


def test_a_click_after_midnight_belongs_to_the_search_before(story, database):
    minute = 12 * 60 - 1
    story.search("late", minute, hits=3)
    story.click("late", minute + 2)
    assert Reports(database, WEEK).unclicked() == []


def test_the_searches_are_read_once_for_all_reports(story, database):
    story.search("one", hits=3)
    reports = Reports(database, WEEK)
    assert len(reports.unclicked()) == 1
    story.click("one", 1)
    assert reports.per_day("unclicked") == [0, 0, 0, 0, 0, 0, 1]
    assert reports.summary().clicked == 0
    assert Reports(database, WEEK).summary().clicked == 1


def test_what_agents_miss_is_grouped(story, database):
    for minute, text in enumerate(("no article on refunds", "refunds: no article")):
        story.event("missing", minute, "agent", text=text, user="ann")
    (found,) = Reports(database, WEEK).missing()
    assert (found.count, found.visitors) == (2, 1)


# Articles


def test_used_and_flagged_articles_are_counted_by_what_was_done(story, database):
    def use(minute, key, detail):
        story.event("used", minute, "agent", key=key, user="ann", detail=detail)

    use(0, "en/a", "rich")
    use(1, "en/a", "link")
    use(2, "en/a", "rich")
    use(3, "en/b", "plain")
    for minute, comment in enumerate(("first", "", "last")):
        kind = "needs_update"
        story.event("flagged", minute, "agent", key="en/a", detail=kind, comment=comment)
    first, second = Reports(database, WEEK).used()
    assert (first.key, first.count, first.details) == ("en/a", 3, {"rich": 2, "link": 1})
    assert (second.key, second.last_seen) == ("en/b", NOW + timedelta(minutes=3))
    (flagged,) = Reports(database, WEEK).flagged()
    assert (flagged.details, flagged.comments) == ({"needs_update": 3}, ("last", "first"))


def test_articles_that_failed_most_readers_are_first(story, database):
    for number in range(4):
        story.vote("en/good", True, f"v{number}")
        story.vote(
            "en/poor", number == 0, f"v{number}", number, reason="unclear", comment=str(number)
        )
    story.vote("vi/good", True, "v")
    poor, *good = Reports(database, WEEK).votes()
    assert (poor.key, poor.helpful, poor.unhelpful, poor.helpfulness) == ("en/poor", 1, 3, 0.25)
    assert (poor.reasons, poor.comments) == ({"unclear": 3}, ("3", "2", "1", "0"))
    # One vote says less than four.
    assert [each.key for each in good] == ["vi/good", "en/good"]
    only = last_days(7, NOW.date(), "vi")
    assert [each.key for each in Reports(database, only).votes()] == ["vi/good"]


def test_the_lower_bound_of_a_share_is_wilsons():
    assert lower_bound(0, 0) == lower_bound(0, 9) == 0
    assert lower_bound(1, 1) == pytest.approx(0.2065, abs=1e-4)
    assert lower_bound(80, 100) == pytest.approx(0.7112, abs=1e-4)


@given(st.integers(0, 500), st.integers(0, 500))
def test_the_lower_bound_lies_below_the_share_and_rises_with_votes(helpful, other):
    bound = lower_bound(helpful, helpful + other)
    assert 0 <= bound <= (helpful / (helpful + other) if helpful else 0)
    assert bound <= lower_bound(helpful + 1, helpful + 1 + other)


# Rates


def test_the_summary_counts_what_its_names_say(story, database):
    story.search("one", 0, hits=3)
    story.click("one", 1)
    story.search("two", 5, hits=3)
    story.search("three", 10)
    story.search("four", 15)
    for minute, detail in ((20, "sure"), (30, "maybe"), (40, "none")):
        story.event("answered", minute, "agent", text=f"m{minute}", user="ann", detail=detail)
    story.event("answered", 50, "api", text="by a program", visitor="p", detail="sure")
    for minute in (31, 32):
        story.event("used", minute, "agent", key="en/a", user="ann", detail="rich")
    story.event("used", 33, "agent", key="en/a", user="bob", detail="rich")
    story.event("flagged", 34, "agent", key="en/a", user="ann", detail="not_helpful")
    story.event("missing", 35, "agent", text="x", user="ann")
    story.vote("en/a", True, "v")
    story.vote("en/a", False, "w")
    found = Reports(database, WEEK).summary()
    assert (found.searches, found.zero_results, found.zero_result_rate) == (4, 2, 0.5)
    assert (found.clicked, found.click_through_rate) == (1, 0.5)
    assert (found.suggestions, found.used, found.acceptance_rate) == (2, 3, 0.5)
    assert (found.unanswered, found.flagged, found.missing) == (1, 1, 1)
    assert (found.votes, found.helpful, found.helpfulness) == (2, 1, 0.5)
    assert found.helpfulness_lower_bound == pytest.approx(0.0945, abs=1e-4)


def test_where_nothing_happened_no_share_is_given(database):
    found = Reports(database, WEEK).summary()
    assert found.searches == found.votes == 0
    assert found.zero_result_rate is found.click_through_rate is found.acceptance_rate is None
    assert found.helpfulness is found.helpfulness_lower_bound is None


# Days


def test_each_day_of_a_window_has_a_number(story, database):
    story.search("one", -2 * 24 * 60)
    story.search("two", -24 * 60, hits=1)
    story.click("two", -24 * 60 + 1)
    story.search("three", 0, hits=1)
    story.search("four", 5)
    story.vote("en/a", True, "v")
    window = last_days(3, NOW.date())
    reports = Reports(database, window)
    found = {name: reports.per_day(name) for name in DAILY}
    assert found.pop("searched") == [1, 1, 2]
    assert found.pop("zero") == [1, 0, 1]
    assert found.pop("unclicked") == [0, 0, 1]
    assert found.pop("votes") == [0, 0, 1]
    assert set(map(tuple, found.values())) == {(0, 0, 0)}


def test_a_window_holds_its_first_and_its_last_day():
    window = Window(date(2026, 11, 22), date(2026, 11, 23))
    assert window == last_days(2, NOW.date())
    assert window.days() == [date(2026, 11, 22), date(2026, 11, 23)]
