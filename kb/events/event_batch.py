"""Events on their way into the table, where a question that somebody still types is one record.

What happens to records is worked out here and written at the end, in one statement for the new
ones and one for those that follow: to execute a statement costs more than all else that is done
for an event. Whoever sends several events of a batch is looked up once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from kb.events.event_tables import EVENTS
from kb.reports.same_questions import is_same_question

TYPING = timedelta(seconds=30)
# Kinds whose records follow somebody who types.
_TYPED = ("searched", "answered")

# Statements that are made once: to make one costs several times what it costs to execute it.
_SAME = ("visitor", "user_name", "surface", "locale")
_LAST = (
    select(EVENTS.c.id, EVENTS.c.kind, EVENTS.c.at, EVENTS.c.text)
    .where(
        *(EVENTS.c[name] == bindparam(name) for name in _SAME),
        EVENTS.c.at.between(bindparam("since"), bindparam("until")),
    )
    .order_by(EVENTS.c.at.desc(), EVENTS.c.id.desc())
    .limit(1)
    .with_for_update()
)
_INSERT = insert(EVENTS)
_FOLLOW = update(EVENTS).where(EVENTS.c.id == bindparam("earlier"))

Row = dict[str, Any]


@dataclass(slots=True)
class _Record:
    """What is stored of an event, or will be; `number` is its id, None for a new one."""

    number: int | None
    row: Row


def write(connection: Connection, rows: Iterable[Row]) -> None:
    """Store events, which are given in the order in which they happened."""
    batch = _Batch(connection)
    for row in rows:
        batch.add(row)
    batch.write()


class _Batch:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._new: list[_Record] = []
        self._followed: dict[int, _Record] = {}
        # By who asks, and where: their last record.
        self._last: dict[tuple[str, ...], _Record | None] = {}

    def add(self, row: Row) -> None:
        """Make a record of an event, or have that of an unfinished question follow it."""
        if not (row["visitor"] or row["user_name"]):
            self._new.append(_Record(None, row))
            return
        last = self._last_record(row)
        if last is None or not _goes_on(last.row, row):
            self._begin(row, last)
        elif row["at"] >= last.row["at"]:
            last.row = row
            if last.number is not None:
                self._followed[last.number] = last

    def write(self) -> None:
        """Bring the table to what was worked out."""
        if self._new:
            self._connection.execute(_INSERT, [record.row for record in self._new])
        if self._followed:
            rows = [{**each.row, "earlier": number} for number, each in self._followed.items()]
            self._connection.execute(_FOLLOW, rows)

    def _begin(self, row: Row, last: _Record | None) -> None:
        record = _Record(None, row)
        self._new.append(record)
        if last is None or row["at"] >= last.row["at"]:
            self._last[_asker(row)] = record

    def _last_record(self, row: Row) -> _Record | None:
        """Return the last record of whoever sends this event, None if there is none near it."""
        asker = _asker(row)
        if asker not in self._last:
            near = {"since": row["at"] - TYPING, "until": row["at"] + TYPING}
            found = self._connection.execute(_LAST, dict(zip(_SAME, asker, strict=True)) | near)
            stored = found.first()
            self._last[asker] = _Record(stored.id, dict(stored._mapping)) if stored else None
        return self._last[asker]


def _asker(row: Row) -> tuple[str, ...]:
    return tuple(row[name] for name in _SAME)


def _goes_on(earlier: Row, row: Row) -> bool:
    """Whether an event is of the question that somebody was just typing.

    What they did since then, such as a click, ends a question: it is what they had asked.
    """
    return bool(
        row["kind"] in _TYPED
        and row["kind"] == earlier["kind"]
        and abs(row["at"] - earlier["at"]) <= TYPING
        and is_same_question(earlier["text"], row["text"])
    )
