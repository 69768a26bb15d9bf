"""What the recorded events say: what was not found, what helped, what does not.

Every function reads one window of days (in UTC) and returns values; nothing is counted while
events are written. What somebody did is taken to belong to the last question they asked before.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

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


def zero_results(database: Database, window: Window) -> list[Group]:
    """Return the questions for which nothing was found, near duplicates together."""
    return group(map(_asked, _events(database, window, "searched", EVENTS.c.hits == 0)))


def unclicked(database: Database, window: Window) -> list[Group]:
    """Return the questions for which articles were found and none was opened."""
    return group(_asked(row) for row, is_clicked in _found(database, window) if not is_clicked)


def missing(database: Database, window: Window) -> list[Group]:
    """Return the questions for which agents said that an article is missing."""
    return group(map(_asked, _events(database, window, "missing")))


def used(database: Database, window: Window) -> list[ArticleActions]:
    """Return the articles that agents used, those used most first."""
    return _actions(database, window, "used")


def flagged(database: Database, window: Window) -> list[ArticleActions]:
    """Return the articles that agents flagged, those flagged most first."""
    return _actions(database, window, "flagged")


def votes(database: Database, window: Window) -> list[ArticleVotes]:
    """Return the articles that were voted on, those that failed most readers first."""
    by_key: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in _votes(database, window):
        by_key[row.key].append(row)
    found = [_article_votes(key, rows) for key, rows in by_key.items()]
    return sorted(found, key=lambda each: (-each.unhelpful, each.lower_bound, each.key))


def summary(database: Database, window: Window) -> Summary:
    """Return the counts and rates of a window."""
    searches = _count(database, window, "searched")
    zero = _count(database, window, "searched", EVENTS.c.hits == 0)
    clicks = [is_clicked for _, is_clicked in _found(database, window)]
    lists, accepted = _accepted(database, window)
    given = _votes(database, window)
    helpful = sum(row.helpful for row in given)
    return Summary(
        searches=searches,
        zero_results=zero,
        zero_result_rate=_share(zero, searches),
        clicked=sum(clicks),
        click_through_rate=_share(sum(clicks), len(clicks)),
        suggestions=lists,
        used=_count(database, window, "used"),
        acceptance_rate=_share(accepted, lists),
        unanswered=_count(database, window, "answered", EVENTS.c.detail == "none"),
        votes=len(given),
        helpful=helpful,
        helpfulness=_share(helpful, len(given)),
        helpfulness_lower_bound=lower_bound(helpful, len(given)) if given else None,
        flagged=_count(database, window, "flagged"),
        missing=_count(database, window, "missing"),
    )


def per_day(database: Database, window: Window, what: str) -> list[int]:
    """Return how many there were on each day of a window; `what` is one of DAILY."""
    if what == "unclicked":
        found = _found(database, window)
        counts = Counter(row.day for row, is_clicked in found if not is_clicked)
    elif what == "votes":
        counts = Counter(row.day for row in _votes(database, window))
    else:
        kind, more = ("searched", [EVENTS.c.hits == 0]) if what == "zero" else (what, [])
        by_day = _of(window, kind, select(EVENTS.c.day, func.count()), *more)
        with database.reading() as connection:
            rows = connection.execute(by_day.group_by(EVENTS.c.day)).all()
        counts = Counter(dict(map(tuple, rows)))
    return [counts[day] for day in window.days()]


def _of(window: Window, kind: str, columns: Select[Any], *more: ColumnElement[bool]) -> Select[Any]:
    where = [EVENTS.c.day.between(window.first, window.last), EVENTS.c.kind == kind, *more]
    if window.locale:
        where.append(EVENTS.c.locale == window.locale)
    return columns.where(*where)


def _events(
    database: Database, window: Window, kind: str, *more: ColumnElement[bool]
) -> Sequence[Row[Any]]:
    """Return events in the order in which they happened."""
    query = _of(window, kind, select(EVENTS), *more).order_by(EVENTS.c.at, EVENTS.c.id)
    with database.reading() as connection:
        return connection.execute(query).all()


def _count(database: Database, window: Window, kind: str, *more: ColumnElement[bool]) -> int:
    query = _of(window, kind, select(func.count()).select_from(EVENTS), *more)
    with database.reading() as connection:
        return connection.scalar(query) or 0


def _votes(database: Database, window: Window) -> Sequence[Row[Any]]:
    query = select(VOTES).where(VOTES.c.day.between(window.first, window.last))
    if window.locale:
        query = query.where(VOTES.c.key.startswith(f"{window.locale}/", autoescape=True))
    with database.reading() as connection:
        return connection.execute(query.order_by(VOTES.c.at, VOTES.c.visitor)).all()


def _asked(row: Row[Any]) -> Asked:
    return Asked(row.text, row.locale, row.visitor or row.user_name, row.at)


def _found(database: Database, window: Window) -> Iterator[tuple[Row[Any], bool]]:
    """Yield the searches that found something, and whether an article was opened from them."""
    # A search just before midnight may have its click after it.
    until = Window(window.first, window.last + timedelta(days=1), window.locale)
    clicks: dict[tuple[str, str, str], list[datetime]] = defaultdict(list)
    for click in _events(database, until, "clicked"):
        clicks[_question(click)].append(click.at)
    for search in _events(database, window, "searched", EVENTS.c.hits > 0):
        times = clicks.get(_question(search), [])
        place = bisect_left(times, search.at)
        yield search, place < len(times) and times[place] - search.at <= CLICK_WITHIN


def _question(row: Row[Any]) -> tuple[str, str, str]:
    return row.visitor, row.locale, folded(row.text)


def _accepted(database: Database, window: Window) -> tuple[int, int]:
    """Return how many lists of suggestions agents were shown, and of how many they used some."""
    shown: dict[str, list[datetime]] = defaultdict(list)
    some = EVENTS.c.surface.in_(_CONSOLES), EVENTS.c.detail.in_(("sure", "maybe"))
    for row in _events(database, window, "answered", *some):
        shown[row.user_name or row.visitor].append(row.at)
    accepted = set()
    for row in _events(database, window, "used"):
        agent = row.user_name or row.visitor
        place = bisect_left(shown.get(agent, []), row.at + timedelta.resolution)
        if place:
            accepted.add((agent, place))
    return sum(map(len, shown.values())), len(accepted)


def _actions(database: Database, window: Window, kind: str) -> list[ArticleActions]:
    by_key: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in _events(database, window, kind):
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
