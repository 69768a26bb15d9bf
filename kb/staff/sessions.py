"""Who has signed in, and until when: sessions that the server keeps and can end.

A browser holds a random id of 256 bits and the database only its hash, so a copy of the database
lets nobody in. A session lasts `hours`, used or not; signing in always begins a new one.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, insert, select

from kb.events.database import Database
from kb.staff.account_tables import ACCOUNTS, SESSIONS
from kb.staff.accounts import COLUMNS, Accounts, User, searched_name, user_of
from kb.staff.sign_in_limits import begin_attempt, forgive_attempt

ID_BYTES = 32


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A session that has just begun; `session` is its id, which is kept nowhere else."""

    user: User
    session: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A sign-in that failed; `wait_seconds` is 0 when the name or the password is wrong, else the
    attempt was not even looked at and the next one will be after so many seconds."""

    wait_seconds: int = 0


def digest_of(secret: str) -> str:
    """Return what is kept of a random id or token. It needs no salt, for nobody can guess one."""
    return sha256(secret.encode("utf-8", "replace")).hexdigest()


class Sessions:
    """The sessions of one database; `hours` is how long each lasts."""

    def __init__(self, database: Database, hours: int) -> None:
        self._database = database
        self._accounts = Accounts(database)
        self._length = timedelta(hours=hours)

    def sign_in(
        self, name: str, password: str, *, address: str, now: datetime
    ) -> SignedIn | Refused:
        """Begin a session for whoever knows the password."""
        user = self.identified(name, password, address=address, now=now)
        return user if isinstance(user, Refused) else SignedIn(user, self.begin(user, now))

    def identified(
        self, name: str, password: str, *, address: str, now: datetime
    ) -> User | Refused:
        """Return whose name and password these are; `address` is where the attempt comes from."""
        # What nobody can be called counts as one name that nobody has.
        searched = searched_name(name) or " "
        with self._database.writing() as connection:
            wait = begin_attempt(connection, searched, address, now)
        if wait:
            return Refused(wait)
        user = self._accounts.with_password(name, password)
        if user is None:
            return Refused()
        with self._database.writing() as connection:
            forgive_attempt(connection, user.name, address)
        return user

    def begin(self, user: User, now: datetime) -> str:
        """Begin a session for somebody whose identity is known, and return its id."""
        session = secrets.token_urlsafe(ID_BYTES)
        row = {
            "digest": digest_of(session),
            "account": user.name,
            "expires_at": now + self._length,
        }
        with self._database.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.expires_at <= now))
            connection.execute(insert(SESSIONS).values(row))
        return session

    def user_of(self, session: str, now: datetime) -> User | None:
        """Return who has signed in with this session, or None when it does not count."""
        is_it = (SESSIONS.c.digest == digest_of(session)) & (SESSIONS.c.expires_at > now)
        query = select(*COLUMNS).join(SESSIONS, SESSIONS.c.account == ACCOUNTS.c.name).where(is_it)
        with self._database.reading() as connection:
            row = connection.execute(query).one_or_none()
        return user_of(row) if row else None

    def end(self, session: str) -> None:
        """End one session, if there is one."""
        with self._database.writing() as connection:
            connection.execute(delete(SESSIONS).where(SESSIONS.c.digest == digest_of(session)))
