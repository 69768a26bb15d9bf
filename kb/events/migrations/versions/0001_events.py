"""Make the tables of events and votes."""

import sqlalchemy as sa
from alembic import op

from kb.events.database import Instant

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "event",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("surface", sa.String(20), nullable=False),
        sa.Column("locale", sa.String(40), nullable=False),
        sa.Column("audience", sa.String(20), nullable=False),
        sa.Column("text", sa.String(2_000), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("anchor", sa.String(200), nullable=False),
        sa.Column("visitor", sa.String(200), nullable=False),
        sa.Column("user_name", sa.String(200), nullable=False),
        sa.Column("hits", sa.Integer),
        sa.Column("detail", sa.String(40), nullable=False),
        sa.Column("comment", sa.String(2_000), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_event"),
    )
    op.create_index("ix_event_day_kind", "event", ["day", "kind"])
    op.create_index("ix_event_visitor_at", "event", ["visitor", "at"])
    op.create_table(
        "vote",
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("visitor", sa.String(200), nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("comment", sa.String(2_000), nullable=False),
        sa.PrimaryKeyConstraint("key", "visitor", "day", name="pk_vote"),
    )
    op.create_index("ix_vote_day", "vote", ["day"])
    op.create_table(
        "pulse",
        sa.Column("id", sa.Integer, autoincrement=False, nullable=False),
        sa.Column("at", Instant, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pulse"),
    )
