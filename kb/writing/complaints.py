"""What agents and readers said against articles, as far as no check has come after it.

Whoever checks every step of an article answers what was said before: it counts no more. What is
said on the day of a check itself counts as answered, for the moment of the check is not known.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Row, cast, func, select

from kb.events.database import Database
from kb.events.event_tables import EVENTS, VOTES
from kb.reports.values import Window, last_days
from kb.results.standing import DAYS

MOST_COMMENTS = 3


@dataclass(frozen=True, slots=True)
class Complaints:
    """What was said of one article since its last check, and within DAYS.

    flagged    how often agents said that it does not help or is out of date
    helpful    votes of readers whom it helped
    unhelpful  votes of the others
    comments   what agents said, the latest first
    """

    flagged: int = 0
    helpful: int = 0
    unhelpful: int = 0
    comments: tuple[str, ...] = ()


def read_complaints(
    database: Database, checked: Mapping[str, date | None], today: date
) -> dict[str, Complaints]:
    """Return the complaints by key.

    checked  key -> day of the last check, of all articles that are asked for
    """
    window = last_days(DAYS, today)
    flags = _by_key(_flags(database, window), checked)
    votes = _by_key(_votes(database, window), checked)
    return {
        key: Complaints(
            flagged=len(flags[key]),
            helpful=sum(row.helpful for row in votes[key]),
            unhelpful=sum(row.votes - row.helpful for row in votes[key]),
            comments=tuple([row.comment for row in flags[key] if row.comment][:MOST_COMMENTS]),
        )
        for key in sorted(flags.keys() | votes.keys())
    }


def _by_key(
    rows: Sequence[Row[*tuple[Any, ...]]], checked: Mapping[str, date | None]
) -> defaultdict[str, list[Row[*tuple[Any, ...]]]]:
    found: defaultdict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in rows:
        if row.key in checked and row.day > (checked[row.key] or date.min):
            found[row.key].append(row)
    return found


def _flags(database: Database, window: Window) -> Sequence[Row[*tuple[Any, ...]]]:
    flagged = EVENTS.c.day.between(window.first, window.last), EVENTS.c.kind == "flagged"
    query = select(EVENTS.c.key, EVENTS.c.day, EVENTS.c.comment).where(*flagged)
    with database.reading() as connection:
        return connection.execute(query.order_by(EVENTS.c.at.desc(), EVENTS.c.id)).all()


def _votes(database: Database, window: Window) -> Sequence[Row[*tuple[Any, ...]]]:
    helpful = func.sum(cast(VOTES.c.helpful, Integer)).label("helpful")
    query = select(VOTES.c.key, VOTES.c.day, helpful, func.count().label("votes"))
    within = VOTES.c.day.between(window.first, window.last)
    with database.reading() as connection:
        return connection.execute(query.where(within).group_by(VOTES.c.key, VOTES.c.day)).all()
