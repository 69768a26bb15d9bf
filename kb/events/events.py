"""What happened: searches, clicks, answers, votes and what agents said of articles.

Nothing is changed once it is written, but for two things: while somebody types a question, its
record follows them, and a vote of the same visitor on the same day takes the place of the one
before. What people wrote is masked before it reaches the database, and what is older than the
retention is deleted. Text of events never gets into a log.
"""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from sqlalchemy import Connection, delete, select

from kb.errors import StoreUnavailable
from kb.events import event_batch
from kb.events.database import Database
from kb.events.event_tables import EVENTS, MAX_NAME, MAX_TEXT, PULSE, VOTES
from kb.events.event_values import Event, Vote
from kb.events.event_writer import EventWriter
from kb.events.masking import masked, order_pattern
from kb.words.characters import tidy

__all__ = ["Event", "EventStore", "Vote"]

# Of a longer text, the rest is not looked at.
MAX_READ = 20_000
# What may be cut in two by that, so that its mask does not know it.
_CUT = 64
# So many rows are deleted at a time: others write in between.
_PURGED_AT_ONCE = 2_000

_log = logging.getLogger(__name__)


class EventStore:
    """Appends events and votes; may be used from any thread and after a fork.

    retention_days  how long events and votes are kept
    order_numbers   regular expression of this operator's order numbers, beside the usual ones
    """

    def __init__(
        self, database: Database, *, retention_days: int = 365, order_numbers: str = ""
    ) -> None:
        self.database = database
        self._retention = timedelta(days=retention_days)
        self._order_numbers = order_pattern(order_numbers)
        self._writer = EventWriter(self.append_all, self.purge)

    def append(self, event: Event) -> None:
        """Store an event; it is durable when this returns."""
        self.append_all([event])

    def append_all(self, events: Sequence[Event]) -> None:
        """Store all of the events, or none; they are given in the order in which they happened."""
        rows = [self._row(event) for event in events]
        with self.database.writing() as connection:
            event_batch.write(connection, rows)

    def append_soon(self, event: Event) -> None:
        """Store an event within a second or so, from another thread; never waits, never raises.

        When the store cannot be written for long, events are dropped and counted in the log.
        """
        self._writer.put(event)

    def flush(self) -> None:
        """Wait until what was given to `append_soon` is stored, or cannot be."""
        self._writer.flush()

    def close(self) -> None:
        """Store what waits, and end the thread that does; the database stays open."""
        self._writer.close()

    def vote(self, vote: Vote) -> None:
        """Store a vote, in place of one of the same visitor, article and day; then it is durable.

        Of two that meet, the one that was given later counts.
        """
        row = {
            "key": _name(vote.key),
            "visitor": _name(vote.visitor),
            "day": _day(vote.at),
            "at": vote.at,
            "helpful": vote.helpful,
            "reason": _name(vote.reason),
            "comment": self._text(vote.comment),
        }
        with self.database.writing() as connection:
            _put(connection, VOTES, row, newer=True)

    def is_writable(self) -> bool:
        """Whether an event could be stored now; found out by writing."""
        try:
            with self.database.writing() as connection:
                _put(connection, PULSE, {"id": 1, "at": datetime.now(UTC)})
        except StoreUnavailable as error:
            _log.warning("the event store cannot be written: %s", error)
            return False
        return True

    def purge(self, now: datetime) -> int:
        """Delete what is older than the retention; return how many events and votes those were."""
        before = _day(now - self._retention)
        ids = select(EVENTS.c.id).where(EVENTS.c.day < before).limit(_PURGED_AT_ONCE)
        gone = 0
        while True:
            with self.database.writing() as connection:
                found = connection.scalars(ids).all()
                connection.execute(delete(EVENTS).where(EVENTS.c.id.in_(found)))
            gone += len(found)
            if len(found) < _PURGED_AT_ONCE:
                break
        with self.database.writing() as connection:
            return gone + connection.execute(delete(VOTES).where(VOTES.c.day < before)).rowcount

    def _row(self, event: Event) -> dict[str, Any]:
        return {
            "kind": event.kind,
            "at": event.at,
            "day": _day(event.at),
            "surface": event.surface,
            "locale": _name(event.locale)[:40],
            "audience": event.audience,
            "text": self._text(event.text),
            "key": _name(event.key),
            "anchor": _name(event.anchor),
            "visitor": _name(event.visitor),
            "user_name": _name(event.user),
            "hits": event.hits,
            "detail": event.detail,
            "comment": self._text(event.comment),
        }

    def _text(self, written: str) -> str:
        text = masked(tidy(written[:MAX_READ]), self._order_numbers).strip()
        return (text[:-_CUT] if len(written) > MAX_READ else text)[:MAX_TEXT]


def _put(connection: Connection, table: Any, row: dict[str, Any], *, newer: bool = False) -> None:
    """Write a row in place of the one with its primary key.

    newer  only where that one is not of a later moment
    """
    # Only the dialect that is used: the other one may bring drivers for all that speak it.
    dialect = import_module(f"sqlalchemy.dialects.{connection.dialect.name}")
    statement: Any = dialect.insert(table).values(row)
    keys = list(table.primary_key)
    others = {column: statement.excluded[column.key] for column in table.c if column not in keys}
    where = statement.excluded.at >= table.c.at if newer else None
    connection.execute(
        statement.on_conflict_do_update(index_elements=keys, set_=others, where=where)
    )


def _day(at: datetime) -> Any:
    return at.astimezone(UTC).date()


def _name(given: str) -> str:
    return tidy(given)[:MAX_NAME]
