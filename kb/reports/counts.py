"""What the recorded events say: what was not found, what helped, what does not.

Days are days in UTC; nothing is counted while events are written. What somebody did is taken to
belong to the last question they asked before.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Select, func, select

from kb.events.database import Database
from kb.events.event_tables import EVENTS, VOTES
from kb.reports.same_questions import Asked, Group, folded, group
from kb.reports.values import (
    MAX_COMMENTS,
    ArticleActions,
    ArticleVotes,
    Summary,
    Window,
    lower_bound,
)

# Later, a click belongs to no search any more.
CLICK_WITHIN = timedelta(minutes=30)
# Where suggestions are shown to somebody who can say that they used one.
_CONSOLES = ("agent", "embed")

DAILY = ("searched", "zero", "unclicked", "answered", "used", "flagged", "missing", "votes")
# What the reports look at, of all that is kept.
_READ = tuple(
    EVENTS.c[name]
    for name in ("at", "day", "locale", "text", "key", "visitor", "user_name", "detail", "comment")
)


class Search(NamedTuple):
    """A search that found something, and whether an article was opened from it."""

    asked: Asked
    day: date
    is_clicked: bool


class Reports:
    """What one window of days says. What several reports need is read from the database once.

    Make one for each time that somebody asks: it goes on saying what it read first.
    """

    def __init__(self, database: Database, window: Window) -> None:
        self._database = database
        self._window = window

    def zero_results(self) -> list[Group]:
        """Return the questions for which nothing was found, near duplicates together."""
        return group(map(_asked, self._events("searched", EVENTS.c.hits == 0)))

    def unclicked(self) -> list[Group]:
        """Return the questions for which articles were found and none was opened."""
        return group(search.asked for search in self._found if not search.is_clicked)

    def missing(self) -> list[Group]:
        """Return the questions for which agents said that an article is missing."""
        return group(map(_asked, self._events("missing")))

    def used(self) -> list[ArticleActions]:
        """Return the articles that agents used, those used most first."""
        return _actions(self._events("used"))

    def flagged(self) -> list[ArticleActions]:
        """Return the articles that agents flagged, those flagged most first."""
        return _actions(self._events("flagged"))

    def votes(self) -> list[ArticleVotes]:
        """Return the articles that were voted on, those that failed most readers first."""
        by_key: dict[str, list[Row[Any]]] = defaultdict(list)
        for row in self._votes:
            by_key[row.key].append(row)
        found = [_article_votes(key, rows) for key, rows in by_key.items()]
        return sorted(found, key=lambda each: (-each.unhelpful, each.lower_bound, each.key))

    def summary(self) -> Summary:
        """Return the counts and rates of the window."""
        searches = self._count("searched")
        zero = self._count("searched", EVENTS.c.hits == 0)
        clicked = sum(search.is_clicked for search in self._found)
        lists, accepted = self._accepted()
        helpful = sum(row.helpful for row in self._votes)
        given = len(self._votes)
        return Summary(
            searches=searches,
            zero_results=zero,
            zero_result_rate=_share(zero, searches),
            clicked=clicked,
            click_through_rate=_share(clicked, len(self._found)),
            suggestions=lists,
            used=self._count("used"),
            acceptance_rate=_share(accepted, lists),
            unanswered=self._count("answered", EVENTS.c.detail == "none"),
            votes=given,
            helpful=helpful,
            helpfulness=_share(helpful, given),
            helpfulness_lower_bound=lower_bound(helpful, given) if given else None,
            flagged=self._count("flagged"),
            missing=self._count("missing"),
        )

    def per_day(self, what: str) -> list[int]:
        """Return how many there were on each day of the window; `what` is one of DAILY."""
        if what == "unclicked":
            counts = Counter(search.day for search in self._found if not search.is_clicked)
        elif what == "votes":
            counts = Counter(row.day for row in self._votes)
        else:
            kind, more = ("searched", [EVENTS.c.hits == 0]) if what == "zero" else (what, [])
            by_day = _of(self._window, kind, select(EVENTS.c.day, func.count()), *more)
            with self._database.reading() as connection:
                rows = connection.execute(by_day.group_by(EVENTS.c.day)).all()
            counts = Counter(dict(map(tuple, rows)))
        return [counts[day] for day in self._window.days()]

    @cached_property
    def _found(self) -> Sequence[Search]:
        """The searches that found something."""
        # Many ask in the same words.
        same = cache(folded)
        clicks: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
        # A search just before midnight may have its click after it.
        for click in self._events("clicked", more_days=1):
            clicks[click.visitor, click.locale, same(click.text)].append(click.at)
        found = []
        for row in self._events("searched", EVENTS.c.hits > 0):
            times = clicks.get((row.visitor, row.locale, same(row.text)), [])
            place = bisect_left(times, row.at)
            is_clicked = place < len(times) and times[place] - row.at <= CLICK_WITHIN
            found.append(Search(_asked(row), row.day, is_clicked))
        return found

    @cached_property
    def _votes(self) -> Sequence[Row[Any]]:
        window = self._window
        query = select(VOTES).where(VOTES.c.day.between(window.first, window.last))
        if window.locale:
            query = query.where(VOTES.c.key.startswith(f"{window.locale}/", autoescape=True))
        with self._database.reading() as connection:
            return connection.execute(query.order_by(VOTES.c.at, VOTES.c.visitor)).all()

    def _accepted(self) -> tuple[int, int]:
        """Return how many lists of suggestions agents were shown, and of how many some was used."""
        shown: dict[str, list[datetime]] = defaultdict(list)
        some = EVENTS.c.surface.in_(_CONSOLES), EVENTS.c.detail.in_(("sure", "maybe"))
        for row in self._events("answered", *some):
            shown[row.user_name or row.visitor].append(row.at)
        accepted = set()
        for row in self._events("used"):
            agent = row.user_name or row.visitor
            place = bisect_left(shown.get(agent, []), row.at + timedelta.resolution)
            if place:
                accepted.add((agent, place))
        return sum(map(len, shown.values())), len(accepted)

    def _events(
        self, kind: str, *more: ColumnElement[bool], more_days: int = 0
    ) -> Sequence[Row[Any]]:
        """Return events in the order in which they happened."""
        window = replace(self._window, last=self._window.last + timedelta(days=more_days))
        query = _of(window, kind, select(*_READ), *more).order_by(EVENTS.c.at, EVENTS.c.id)
        with self._database.reading() as connection:
            return connection.execute(query).all()

    def _count(self, kind: str, *more: ColumnElement[bool]) -> int:
        query = _of(self._window, kind, select(func.count()).select_from(EVENTS), *more)
        with self._database.reading() as connection:
            return connection.scalar(query) or 0


def _of(window: Window, kind: str, columns: Select[Any], *more: ColumnElement[bool]) -> Select[Any]:
    where = [EVENTS.c.day.between(window.first, window.last), EVENTS.c.kind == kind, *more]
    if window.locale:
        where.append(EVENTS.c.locale == window.locale)
    return columns.where(*where)


def _asked(row: Row[Any]) -> Asked:
    return Asked(row.text, row.locale, row.visitor or row.user_name, row.at)


def _actions(events: Sequence[Row[Any]]) -> list[ArticleActions]:
    by_key: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in events:
        by_key[row.key].append(row)
    found = [
        ArticleActions(
            key=key,
            count=len(rows),
            details=_sorted_counts(row.detail for row in rows),
            comments=_latest_comments(rows),
            last_seen=rows[-1].at,
        )
        for key, rows in by_key.items()
    ]
    return sorted(found, key=lambda each: (-each.count, each.key))


def _article_votes(key: str, rows: Sequence[Row[Any]]) -> ArticleVotes:
    helpful = sum(row.helpful for row in rows)
    return ArticleVotes(
        key=key,
        helpful=helpful,
        unhelpful=len(rows) - helpful,
        helpfulness=helpful / len(rows),
        lower_bound=lower_bound(helpful, len(rows)),
        reasons=_sorted_counts(row.reason for row in rows if not row.helpful),
        comments=_latest_comments(rows),
        last_seen=rows[-1].at,
    )


def _latest_comments(rows: Sequence[Row[Any]]) -> tuple[str, ...]:
    return tuple([row.comment for row in reversed(rows) if row.comment][:MAX_COMMENTS])


def _sorted_counts(given: Iterable[str]) -> dict[str, int]:
    counts = Counter(each for each in given if each)
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
