"""What is in the store of a running or finished application: for tests that look behind a page."""

from sqlalchemy import select

from kb.events.event_tables import EVENTS, VOTES


def votes_in(database):
    """Return all votes of a database as mappings, in the order they were given."""
    return _rows(database, VOTES, VOTES.c.at)


def events_in(database):
    """Return all events of a database as mappings, in the order they were stored."""
    return _rows(database, EVENTS, EVENTS.c.id)


def _rows(database, table, order):
    columns = (column.label(column.key) for column in table.c)
    with database.reading() as connection:
        return [
            dict(row) for row in connection.execute(select(*columns).order_by(order)).mappings()
        ]
