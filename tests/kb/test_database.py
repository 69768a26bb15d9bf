"""The store's file, its transactions and its tables: made once, by whoever comes first."""

import multiprocessing
import stat
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from command import ENV
from sqlalchemy import create_engine, insert, inspect, select, text
from sqlalchemy.exc import IntegrityError

from kb.errors import StoreUnavailable
from kb.events import migrations
from kb.events.database import METADATA, Database
from kb.events.event_tables import PULSE

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def pulse(number=1, at=NOW):
    return insert(PULSE).values(id=number, at=at)


def pulses(database):
    with database.reading() as connection:
        return connection.execute(select(PULSE.c.id, PULSE.c.at).order_by(PULSE.c.id)).all()


def sqlite_file(tmp_path):
    return tmp_path / "new" / "folder" / "kb.sqlite3"


@pytest.fixture
def sqlite(tmp_path):
    database = Database(f"sqlite:///{sqlite_file(tmp_path)}")
    yield database
    database.close()


# Transactions


def test_what_was_written_is_read(database):
    with database.writing() as connection:
        connection.execute(pulse())
    assert pulses(database) == [(1, NOW)]


def test_a_transaction_that_raises_leaves_nothing(database):
    def write_and_fail():
        with database.writing() as connection:
            connection.execute(pulse())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_and_fail()
    assert pulses(database) == []


def test_a_row_that_breaks_a_rule_says_so_as_it_is(database):
    with database.writing() as connection:
        connection.execute(pulse())
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(pulse())


def test_moments_come_back_in_utc(database):
    in_hanoi = NOW.astimezone(timezone(timedelta(hours=7)))
    with database.writing() as connection:
        connection.execute(pulse(at=in_hanoi))
    (row,) = pulses(database)
    assert (row.at, row.at.tzinfo) == (NOW, UTC)


def test_a_moment_without_its_zone_is_refused(database):
    with pytest.raises(StoreUnavailable, match="zone"), database.writing() as connection:
        connection.execute(pulse(at=NOW.replace(tzinfo=None)))


def test_a_closed_database_is_opened_by_its_next_use(database):
    with database.writing() as connection:
        connection.execute(pulse())
    database.close()
    assert len(pulses(database)) == 1


def test_reading_does_not_wait_for_a_writer(database):
    with database.writing() as connection:
        connection.execute(pulse())
        assert pulses(database) == []


def write_in_child(database, done):
    with database.writing() as connection:
        connection.execute(pulse(2))
    done.put([row.id for row in pulses(database)])


def test_a_forked_process_opens_the_database_anew(database):
    with database.writing() as connection:
        connection.execute(pulse(1))
    context = multiprocessing.get_context("fork")
    done = context.SimpleQueue()
    child = context.Process(target=write_in_child, args=(database, done))
    child.start()
    assert done.get() == [1, 2]
    child.join()
    with database.writing() as connection:
        connection.execute(pulse(3))
    assert [row.id for row in pulses(database)] == [1, 2, 3]


# The file


def test_only_the_owner_may_read_the_file_and_what_lies_beside_it(sqlite, tmp_path):
    sqlite.migrate()
    with sqlite.writing() as connection:
        connection.execute(pulse())
    files = list(sqlite_file(tmp_path).parent.iterdir())
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_sqlite_is_used_with_a_write_ahead_log_and_keeps_to_foreign_keys(sqlite):
    with sqlite.reading() as connection:
        found = [connection.scalar(text(f"PRAGMA {p}")) for p in ("journal_mode", "foreign_keys")]
    assert found == ["wal", 1]


def test_nothing_is_opened_before_it_is_used(tmp_path):
    Database(f"sqlite:///{tmp_path}/kb.sqlite3")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("", "not a URL", id="nothing"),
        pytest.param("kb.sqlite3", "not a URL", id="a path"),
        pytest.param("mysql://localhost/kb", "mysql is not supported", id="another database"),
        pytest.param("sqlite://", "needs a file", id="in memory"),
        pytest.param("sqlite:///:memory:", "needs a file", id="in memory, by name"),
    ],
)
def test_a_url_that_cannot_be_used_says_why(url, message):
    with pytest.raises(StoreUnavailable, match=message):
        Database(url)


def test_a_server_that_does_not_answer_is_named_without_its_password():
    database = Database("postgresql://kb:hush-hush@127.0.0.1:1/kb")
    assert "hush" not in str(database)
    with pytest.raises(StoreUnavailable) as caught:
        database.migrate()
    assert "hush" not in str(caught.value)


def test_a_file_that_is_no_database_is_named(tmp_path):
    (tmp_path / "kb.sqlite3").write_text("these are not the rows that you are looking for" * 100)
    with pytest.raises(StoreUnavailable, match=r"kb\.sqlite3: file is not a database"):
        Database(f"sqlite:///{tmp_path}/kb.sqlite3").migrate()


def test_a_folder_in_place_of_the_file_is_named(tmp_path):
    (tmp_path / "kb.sqlite3").mkdir()
    with pytest.raises(StoreUnavailable, match=r"kb\.sqlite3"):
        Database(f"sqlite:///{tmp_path}/kb.sqlite3").migrate()


def test_a_database_that_comes_back_is_used_again(tmp_path):
    path = tmp_path / "kb.sqlite3"
    path.mkdir()
    database = Database(f"sqlite:///{path}")
    with pytest.raises(StoreUnavailable):
        pulses(database)
    path.rmdir()
    assert pulses(database) == []
    database.close()


# Tables


def test_migrations_make_the_tables_that_the_program_knows(database):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    import kb.events.event_tables
    import kb.publishing.deliveries
    import kb.staff.account_tables

    assert kb.publishing.deliveries.METADATA is METADATA
    assert kb.staff.account_tables.METADATA is kb.events.event_tables.METADATA is METADATA
    database.migrate()
    with database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []


def test_migrating_again_changes_nothing(database):
    database.migrate()
    with database.writing() as connection:
        connection.execute(pulse())
    for _ in range(2):
        database.close()
        database.migrate()
    assert len(pulses(database)) == 1
    with database.reading() as connection:
        assert migrations.revision(connection) == migrations.newest()


def test_tables_of_a_newer_program_are_left_alone(database):
    with database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(StoreUnavailable, match="newer version of the program"):
        database.migrate()


def test_steps_that_fail_leave_nothing_behind(database, store_url):
    """A table that a step makes is in the way: no step is taken, also not those before it."""
    if store_url.startswith("sqlite"):
        Path(store_url.removeprefix("sqlite:///")).parent.mkdir()
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE pulse (id INTEGER)"))
    with pytest.raises(StoreUnavailable, match="pulse"):
        database.migrate()
    assert inspect(engine).get_table_names() == ["pulse"]
    engine.dispose()


def test_of_several_processes_that_start_at_once_one_makes_the_tables(store_url):
    program = (
        "import sys; from kb.events.database import Database\n"
        "database = Database(sys.argv[1]); database.migrate(); database.close()"
    )
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", program, store_url],
            env=ENV,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(6)
    ]
    assert [process.communicate(timeout=60)[1] for process in started] == [""] * 6
    assert [process.returncode for process in started] == [0] * 6


def test_a_search_on_the_command_line_does_not_wait_for_sqlalchemy():
    program = (
        "import sys, kb.cli.search, kb.cli.report, kb.cli.events, indexer.engine, kb.settings\n"
        "assert 'sqlalchemy' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", program], env=ENV, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
