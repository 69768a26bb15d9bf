"""Tokens by which programs ask in a user's name: for a few purposes, for some days.

A token is shown once, when it is made; only its hash is kept. Its beginning says what it is, so
that whoever finds one in a file knows whom to tell.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, get_args

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.errors import AccountError
from kb.events.database import Database
from kb.staff.account_tables import TOKENS
from kb.staff.accounts import normal_name
from kb.staff.sessions import ID_BYTES, digest_of

Scope = Literal["search:internal", "answers:internal", "reports", "calendar"]
# A token of this scope stands in an address, so it opens nothing else.
FEED: Scope = "calendar"
SCOPES: tuple[Scope, ...] = get_args(Scope)
PREFIX = "kb_"
MAX_DAYS = 366
DEFAULT_DAYS = 90


@dataclass(frozen=True, slots=True)
class ApiToken:
    """What is known of a token; not the token itself.

    user          whose it is
    name          by which its owner tells it from others
    scopes        what it may be used for
    expires_at    when it stops to count
    last_used_on  day in UTC, or None
    """

    user: str
    name: str
    scopes: tuple[str, ...]
    created_at: datetime
    expires_at: datetime
    last_used_on: date | None


class ApiTokens:
    """The tokens of one database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self, user: str, name: str, scopes: Iterable[Scope], *, days: int, now: datetime
    ) -> str:
        """Make a token and return it; nobody can read it again."""
        user, name = normal_name(user), normal_name(name)
        wanted = [scope for scope in SCOPES if scope in set(scopes)]
        if not wanted:
            raise AccountError(f"a token needs at least one scope of {', '.join(SCOPES)}")
        if FEED in wanted and len(wanted) > 1:
            raise AccountError(f"a token for {FEED} stands in an address: give it no other scope")
        if not 1 <= days <= MAX_DAYS:
            raise AccountError(f"a token lasts 1 to {MAX_DAYS} days")
        token = PREFIX + secrets.token_urlsafe(ID_BYTES)
        row = {
            "account": user,
            "name": name,
            "digest": digest_of(token),
            "scopes": " ".join(wanted),
            "created_at": now,
            "expires_at": now + timedelta(days=days),
        }
        try:
            with self._database.writing() as connection:
                connection.execute(insert(TOKENS).values(row))
        except IntegrityError as error:
            raise AccountError(
                f"either there is no user {user}, or a token {name} of theirs exists already"
            ) from error
        return token

    def all(self, user: str | None = None) -> list[ApiToken]:
        """Return the tokens of one user, or of all, by name; expired ones too."""
        query = select(TOKENS).order_by(TOKENS.c.account, TOKENS.c.name)
        if user is not None:
            query = query.where(TOKENS.c.account == normal_name(user))
        with self._database.reading() as connection:
            return [_token(row) for row in connection.execute(query)]

    def unexpired(self, user: str, now: datetime) -> list[ApiToken]:
        """Return the tokens of one user that have not expired, by name."""
        return [each for each in self.all(user) if each.expires_at > now]

    def revoke(self, user: str, name: str) -> None:
        """Delete a token; from now on it opens nothing."""
        user, name = normal_name(user), normal_name(name)
        is_it = (TOKENS.c.account == user) & (TOKENS.c.name == name)
        with self._database.writing() as connection:
            if not connection.execute(delete(TOKENS).where(is_it)).rowcount:
                raise AccountError(f"there is no token {name} of {user}")

    def valid(self, token: str, now: datetime) -> ApiToken | None:
        """Return what this token is, or None when it does not count; notes the day of use."""
        if not token.startswith(PREFIX):
            return None
        is_it = TOKENS.c.digest == digest_of(token)
        with self._database.reading() as connection:
            row = connection.execute(select(TOKENS).where(is_it)).one_or_none()
        if row is None or row.expires_at <= now:
            return None
        if row.last_used_on != now.date():
            with self._database.writing() as connection:
                connection.execute(update(TOKENS).where(is_it).values(last_used_on=now.date()))
        return _token(row)


def _token(row: Row[Any]) -> ApiToken:
    return ApiToken(
        user=row.account,
        name=row.name,
        scopes=tuple(row.scopes.split()),
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_on=row.last_used_on,
    )
