"""Events to store, and what is then in the database."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import func, select

from kb.events.event_tables import EVENTS
from kb.events.events import Event, Vote

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def searched(text, after=0, **changes):
    given = {"visitor": "v", "hits": 3, **changes}
    at = NOW + timedelta(seconds=after)
    return Event("searched", at, "help_center", given.pop("locale", "en"), "public", text, **given)


def vote(helpful, visitor="v", key="en/reset", at=NOW, **changes):
    return Vote(key, visitor, helpful, **{"reason": "", "comment": "", **changes}, at=at)


def rows(store, table=EVENTS, *columns):
    order = table.c.id if table is EVENTS else table.c.visitor
    with store.database.reading() as connection:
        return connection.execute(select(*columns or [table]).order_by(order)).all()


def texts(store):
    return [row.text for row in rows(store)]


def count(store, table):
    with store.database.reading() as connection:
        return connection.scalar(select(func.count()).select_from(table))
