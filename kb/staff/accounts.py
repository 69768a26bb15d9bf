"""Accounts of staff: names, roles and passwords.

Whatever takes rights away from somebody (another password, another role, removal) ends their
sessions in the same transaction.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import get_args

from sqlalchemy import Connection, Row, Select, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.errors import AccountError
from kb.events.database import Database
from kb.settings_tables import Role
from kb.staff import passwords
from kb.staff.account_tables import ACCOUNTS, MAX_DISPLAY_NAME, MAX_NAME, SESSIONS

ROLES: tuple[Role, ...] = get_args(Role)
_NAME = re.compile(rf"[\w.@+-]{{1,{MAX_NAME}}}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class User:
    """Somebody of the staff.

    name          as it is typed to sign in, in small letters
    display_name  as others see it
    role          agent < writer < admin
    has_password  False: signs in with the reverse proxy only
    """

    name: str
    display_name: str
    role: Role
    has_password: bool = False


def is_at_least(role: Role, least: Role) -> bool:
    """Whether `role` includes what `least` may do."""
    return ROLES.index(role) >= ROLES.index(least)


def normal_name(given: str) -> str:
    """Return a name as accounts have it; raise AccountError when none can be like this."""
    name = unicodedata.normalize("NFKC", given.strip()).casefold()
    if not _NAME.fullmatch(name):
        raise AccountError(
            f"a name has 1 to {MAX_NAME} letters, digits and . @ + - _, without spaces"
        )
    return name


def user_of(row: Row[str, str, Role, str | None]) -> User:
    """Return the user of a row with the columns of COLUMNS."""
    return User(row.name, row.display_name, row.role, row.password_hash is not None)


COLUMNS = (
    ACCOUNTS.c.name,
    ACCOUNTS.c.display_name,
    ACCOUNTS.c.role,
    ACCOUNTS.c.password_hash,
)


class Accounts:
    """The accounts of one database. Names are taken as people type them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, role: Role, password: str | None, display_name: str = "") -> User:
        """Make an account; without a password it is one for the reverse proxy."""
        name = normal_name(name)
        shown = _CONTROL.sub(" ", display_name).strip()[:MAX_DISPLAY_NAME] or name
        row = {
            "name": name,
            "display_name": shown,
            "role": role,
            "password_hash": _hash_of_new(password, name),
            "created_at": datetime.now(UTC),
        }
        try:
            with self._database.writing() as connection:
                connection.execute(insert(ACCOUNTS).values(row))
        except IntegrityError as error:
            raise AccountError(f"there is a user {name} already") from error
        return User(name, shown, role, password is not None)

    def all(self) -> list[User]:
        """Return every account, by name."""
        with self._database.reading() as connection:
            return [user_of(row) for row in connection.execute(_by_name())]

    def find(self, name: str) -> User | None:
        """Return the account of this name, or None."""
        with self._database.reading() as connection:
            row = connection.execute(_by_name(searched_name(name))).one_or_none()
        return user_of(row) if row else None

    def with_password(self, name: str, password: str) -> User | None:
        """Return the account with this name and password, or None after the same work."""
        with self._database.reading() as connection:
            row = connection.execute(_by_name(searched_name(name))).one_or_none()
        if not passwords.is_right(password, row.password_hash if row else None) or row is None:
            return None
        if passwords.is_outdated(row.password_hash):
            self._rehash(row.name, row.password_hash, password)
        return user_of(row)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password."""
        name = normal_name(name)
        self._change(name, password_hash=_hash_of_new(password, name))

    def set_role(self, name: str, role: Role) -> None:
        """Give an account another role."""
        self._change(normal_name(name), role=role)

    def remove(self, name: str) -> None:
        """Delete an account, its sessions and its tokens."""
        name = normal_name(name)
        with self._database.writing() as connection:
            found = connection.execute(delete(ACCOUNTS).where(ACCOUNTS.c.name == name))
            if not found.rowcount:
                raise AccountError(_nobody(name))

    def _change(self, name: str, **values: object) -> None:
        with self._database.writing() as connection:
            changed = update(ACCOUNTS).where(ACCOUNTS.c.name == name).values(values)
            if not connection.execute(changed).rowcount:
                raise AccountError(_nobody(name))
            _end_sessions(connection, name)

    def _rehash(self, name: str, kept: str, password: str) -> None:
        newer = passwords.hashed(password)
        # Another password may have been set meanwhile.
        as_it_was = (ACCOUNTS.c.name == name) & (ACCOUNTS.c.password_hash == kept)
        with self._database.writing() as connection:
            connection.execute(update(ACCOUNTS).where(as_it_was).values(password_hash=newer))


def _by_name(name: str | None = None) -> Select[str, str, Role, str | None]:
    found = select(*COLUMNS).order_by(ACCOUNTS.c.name)
    return found if name is None else found.where(ACCOUNTS.c.name == name)


def searched_name(name: str) -> str:
    """Return a name to look for; what no account can be called is "", as none is."""
    try:
        return normal_name(name)
    except AccountError:
        return ""


def _hash_of_new(password: str | None, name: str) -> str | None:
    if password is None:
        return None
    passwords.check_new(password, name)
    return passwords.hashed(password)


def _end_sessions(connection: Connection, name: str) -> None:
    connection.execute(delete(SESSIONS).where(SESSIONS.c.account == name))


def _nobody(name: str) -> str:
    return f"there is no user {name}; `kb user list` names them all"
