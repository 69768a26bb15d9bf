"""The database of events and accounts: SQLite in a file of its own, or PostgreSQL by its URL.

It is opened by its first use, which also brings the tables to the state that this program knows;
so nobody can forget to, and a database that comes back is used again. A process that is forked
off opens it anew, for a connection that two processes share is soon damaged. What goes wrong is
raised as StoreUnavailable, but for IntegrityError and DataError: those say something of the rows.
"""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import uniform
from threading import Lock
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Dialect, Engine, MetaData, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.types import DateTime, TypeDecorator

from kb.errors import StoreUnavailable
from kb.events import migrations

# How long a writer waits for another one. All transactions are short, purging too.
WAIT_SECONDS = 10
_ASK_AGAIN_SECONDS = (0.001, 0.005)
_WRITES = "kb_writes"

METADATA = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """A column's moment: aware, and in UTC when it is read; SQLite keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a moment as the database keeps it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without its zone cannot be stored")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return a kept moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Transactions of one database; may be used from any thread.

    url  as SQLAlchemy writes it: sqlite:///<path>, or postgresql://user:password@host/name
    """

    def __init__(self, url: str) -> None:
        self._url = _checked(url)
        self._after_fork()
        _DATABASES.add(self)

    def _after_fork(self) -> None:
        # The parent's engine is kept, unused: closing its connections would end them for both.
        self._of_parent = getattr(self, "_engine", None)
        self._lock = Lock()
        self._engine: Engine | None = None

    def __str__(self) -> str:
        """Return which database it is, without its password."""
        return self._url.database or "" if _is_sqlite(self._url) else self._url.render_as_string()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open a transaction that sees one state of all tables and changes nothing."""
        with self._telling(), self._opened().begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that is durable when the block ends, and undone when it raises.

        SQLite has one writer at a time. It waits here for its turn, so nothing in the block fails
        because another process writes; keep the block short.
        """
        with self._telling(), self._opened().execution_options(**{_WRITES: True}).begin() as writer:
            yield writer

    def migrate(self) -> None:
        """Open the database, which brings its tables up to date, or say why that cannot be."""
        with self._telling():
            self._opened()

    def close(self) -> None:
        """Close the connections of this process; the next use opens the database again."""
        with self._lock:
            if self._engine is not None:
                self._engine.dispose()
            self._engine = None

    def _opened(self) -> Engine:
        with self._lock:
            if self._engine is None:
                engine = _engine(self._url)
                try:
                    _bring_up_to_date(engine, str(self))
                except BaseException:
                    engine.dispose()
                    raise
                self._engine = engine
            return self._engine

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Turn what a driver raises into an error with a message for the operator."""
        try:
            yield
        except (DataError, IntegrityError):
            raise
        except DBAPIError as error:
            raise StoreUnavailable(f"{self}: {error.orig}") from error
        except (SQLAlchemyError, sqlite3.Error, OSError) as error:
            raise StoreUnavailable(f"{self}: {error}") from error


_DATABASES: WeakSet[Database] = WeakSet()


def _open_anew_after_fork() -> None:
    for database in list(_DATABASES):
        database._after_fork()


os.register_at_fork(after_in_child=_open_anew_after_fork)


def _is_sqlite(url: URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _checked(given: str) -> URL:
    """Return the URL with the driver this project uses."""
    try:
        url = make_url(given.replace("postgres://", "postgresql://", 1))
    except SQLAlchemyError as error:
        raise StoreUnavailable(
            "store: not a URL of a database. Write a path, or postgresql://user@host/name."
        ) from error
    kind = url.get_backend_name()
    if kind == "postgresql":
        return url.set(drivername="postgresql+psycopg")
    if kind != "sqlite":
        raise StoreUnavailable(f"store: {kind} is not supported. Use SQLite or PostgreSQL.")
    if not url.database or url.database == ":memory:":
        raise StoreUnavailable("store: SQLite needs a file. Write its path.")
    return url.set(drivername="sqlite+pysqlite")


def _engine(url: URL) -> Engine:
    # Errors are logged, and the values of a statement are what people wrote.
    options: dict[str, Any] = {"hide_parameters": True}
    if _is_sqlite(url):
        _make_file(Path(url.database or ""))
        engine = create_engine(url, connect_args={"timeout": WAIT_SECONDS}, **options)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    waiting = {"connect_timeout": WAIT_SECONDS}
    try:
        return create_engine(url, connect_args=waiting, pool_pre_ping=True, **options)
    except ImportError as error:
        raise StoreUnavailable(
            "store: PostgreSQL needs the extra `postgres`: pip install 'kb-search[postgres]'."
        ) from error


def _make_file(path: Path) -> None:
    """Make the file that only its owner may read; SQLite gives its other files the same mode."""
    path.parent.mkdir(parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDONLY | os.O_CLOEXEC, 0o600))


def _prepare_sqlite(connection: sqlite3.Connection, record: object) -> None:
    # Transactions are begun by `_begin_sqlite`, not where the driver thinks one is needed.
    connection.isolation_level = None
    _use_write_ahead_log(connection)
    # What was committed survives the end of the process; a power failure may cost the last moment.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Have readers and a writer not wait for each other; the file remembers it.

    Of several processes that say so to a new file, SQLite turns away all but one at once.
    """
    until = time.monotonic() + WAIT_SECONDS
    while connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    if connection.get_execution_options().get(_WRITES):
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        _begin_writing(driver)
    else:
        connection.exec_driver_sql("BEGIN")


def _begin_writing(connection: sqlite3.Connection) -> None:
    """Wait for the turn to write.

    SQLite asks the less often the longer it waits, so that of many writers some would wait for
    seconds. All that wait here ask equally often.
    """
    until = time.monotonic() + WAIT_SECONDS
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                is_busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                if not is_busy or time.monotonic() > until:
                    raise
                time.sleep(uniform(*_ASK_AGAIN_SECONDS))  # noqa: S311 - not for secrets
            else:
                return
    finally:
        connection.execute(f"PRAGMA busy_timeout = {1_000 * WAIT_SECONDS}")


def _bring_up_to_date(engine: Engine, name: str) -> None:
    with engine.begin() as connection:
        revision = migrations.revision(connection)
    if revision == migrations.newest():
        return
    if revision is not None and revision > migrations.newest():
        raise StoreUnavailable(
            f"{name}: a newer version of the program made these tables ({revision}; this one knows"
            f" {migrations.newest()}). Install that version."
        )
    # Of several processes that come here, one does it and the others find it done.
    with engine.execution_options(**{_WRITES: True}).begin() as connection:
        migrations.upgrade(connection)
