"""The tables of events and votes.

Days are days in UTC. They are kept beside the moments so that any database can count by them.
"""

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, Integer, String, Table

from kb.events.database import METADATA, Instant

MAX_TEXT = 2_000
MAX_NAME = 200

# SQLite numbers rows by themselves only in a column of exactly this type.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")

EVENTS = Table(
    "event",
    METADATA,
    Column("id", _NUMBER, primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("at", Instant, nullable=False),
    Column("day", Date, nullable=False),
    Column("surface", String(20), nullable=False),
    Column("locale", String(40), nullable=False),
    Column("audience", String(20), nullable=False),
    Column("text", String(MAX_TEXT), nullable=False),
    Column("key", String(MAX_NAME), nullable=False),
    Column("anchor", String(MAX_NAME), nullable=False),
    Column("visitor", String(MAX_NAME), nullable=False),
    Column("user_name", String(MAX_NAME), nullable=False),
    Column("hits", Integer),
    Column("detail", String(40), nullable=False),
    Column("comment", String(MAX_TEXT), nullable=False),
    Index(None, "day", "kind"),
    Index(None, "visitor", "at"),
)

VOTES = Table(
    "vote",
    METADATA,
    Column("key", String(MAX_NAME), primary_key=True),
    Column("visitor", String(MAX_NAME), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("at", Instant, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", String(MAX_NAME), nullable=False),
    Column("comment", String(MAX_TEXT), nullable=False),
    Index(None, "day"),
)

# One row, written over and over: that the store can be written is found out by writing.
PULSE = Table(
    "pulse",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
)
