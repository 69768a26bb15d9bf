"""Which webhook deliveries have come, for all processes that answer: a recorded one counts once."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Column, String, Table, delete, insert
from sqlalchemy.exc import IntegrityError

from kb.events.database import METADATA, Database, Instant

DELIVERIES = Table(
    "webhook_delivery",
    METADATA,
    Column("name", String(120), primary_key=True),
    Column("until", Instant, nullable=False, index=True),
)


class SeenInDatabase:
    """`kb.signatures.Seen` in the database; raises StoreUnavailable where that is not there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_new(self, name: str, now: float, seconds: int) -> bool:
        """Return whether `name` is not remembered, and remember it for `seconds` from now."""
        at = datetime.fromtimestamp(now, UTC)
        row = {"name": name, "until": at + timedelta(seconds=seconds)}
        try:
            with self._database.writing() as connection:
                connection.execute(delete(DELIVERIES).where(DELIVERIES.c.until <= at))
                connection.execute(insert(DELIVERIES).values(row))
        except IntegrityError:
            return False
        return True
