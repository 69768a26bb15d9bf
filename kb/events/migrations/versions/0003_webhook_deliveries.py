"""Make the table of webhook deliveries that have come."""

import sqlalchemy as sa
from alembic import op

from kb.events.database import Instant

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Take the step."""
    op.create_table(
        "webhook_delivery",
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("until", Instant, nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_webhook_delivery"),
    )
    op.create_index("ix_webhook_delivery_until", "webhook_delivery", ["until"])
