"""The tables of accounts: who is staff, who of them has signed in, which programs may ask.

No row holds what would let somebody in: of passwords, sessions and tokens only hashes are kept.
"""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table

from kb.events.database import METADATA, Instant

MAX_NAME = 64
MAX_DISPLAY_NAME = 80


def _owner() -> ForeignKey:
    return ForeignKey("account.name", ondelete="CASCADE")


# Without a password somebody can sign in only with the reverse proxy.
ACCOUNTS = Table(
    "account",
    METADATA,
    Column("name", String(MAX_NAME), primary_key=True),
    Column("display_name", String(MAX_DISPLAY_NAME), nullable=False),
    Column("role", String(20), nullable=False),
    Column("password_hash", String(200)),
    Column("created_at", Instant, nullable=False),
)

SESSIONS = Table(
    "session",
    METADATA,
    Column("digest", String(64), primary_key=True),
    Column("account", String(MAX_NAME), _owner(), nullable=False, index=True),
    Column("expires_at", Instant, nullable=False, index=True),
)

TOKENS = Table(
    "api_token",
    METADATA,
    Column("account", String(MAX_NAME), _owner(), primary_key=True),
    Column("name", String(MAX_NAME), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("scopes", String(200), nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False),
    Column("last_used_on", Date),
)

# A subject is an account's name or an address, with its kind before it.
FAILURES = Table(
    "failed_sign_in",
    METADATA,
    Column("subject", String(200), primary_key=True),
    Column("times", Integer, nullable=False),
    Column("last_at", Instant, nullable=False, index=True),
)
