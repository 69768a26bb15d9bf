"""Databases for the tests of what is stored.

KB_TEST_POSTGRES=postgresql://user@host/name runs those tests on PostgreSQL too, each in a database
that is made for it on that server.
"""

import os
from uuid import uuid4

import pytest

POSTGRES = os.environ.get("KB_TEST_POSTGRES", "")


@pytest.fixture(params=["sqlite", *(["postgresql"] if POSTGRES else [])])
def store_url(request, tmp_path):
    """The URL of a database that nobody has used yet."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/var/kb.sqlite3"
        return
    from sqlalchemy import create_engine, make_url, text

    server = make_url(POSTGRES).set(drivername="postgresql+psycopg")
    name = f"kb_test_{uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def database(store_url):
    """An open database without any rows."""
    from kb.events.database import Database

    opened = Database(store_url)
    yield opened
    opened.close()


@pytest.fixture
def store(database):
    """A store of events in it."""
    from kb.events.events import EventStore

    opened = EventStore(database)
    yield opened
    opened.close()
