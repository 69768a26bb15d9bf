"""Events and votes in a real database: none lost, none twice, nothing personal."""

import logging
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from command import ENV
from event_rows import NOW, count, rows, searched, texts, vote
from sqlalchemy import delete, insert

from kb.events.database import Database
from kb.events.event_tables import EVENTS, MAX_TEXT, VOTES
from kb.events.event_writer import MAX_WAITING
from kb.events.events import Event, EventStore

WRITER = Path(__file__).with_name("store_writer.py")


# One event


def test_an_event_is_stored_as_it_was_given(store):
    event = Event(
        "used", NOW, "agent", "vi", "internal", "câu hỏi", "vi/reset", "on-a-phone", "v", "ann",
        hits=2, detail="rich", comment="Cảm ơn",
    )  # fmt: skip
    store.append(event)
    (row,) = rows(store)
    names = {name: "user_name" if name == "user" else name for name in Event.__slots__}
    assert Event(**{name: getattr(row, column) for name, column in names.items()}) == event
    assert row.day == NOW.date()


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param({"kind": "voted"}, id="kind"),
        pytest.param({"surface": "fax"}, id="surface"),
        pytest.param({"audience": "everybody"}, id="audience"),
        pytest.param({"detail": "rich"}, id="detail of another kind"),
        pytest.param({"at": datetime(2026, 1, 1)}, id="moment without zone"),
    ],
)
def test_an_event_that_no_report_would_find_cannot_be_made(wrong):
    given = {"kind": "searched", "at": NOW, "surface": "api", "locale": "en", "audience": "public"}
    with pytest.raises(ValueError, match=r"event"):
        Event(**{**given, **wrong})


def test_text_and_comment_are_masked_and_cut(store):
    long = "word " * 1_000
    store.append(searched(f"I am ann@example.com {long}", comment="call 0912 345 678"))
    (row,) = rows(store)
    assert row.text.startswith("I am [email] word")
    assert len(row.text) <= MAX_TEXT
    assert row.comment == "call [phone]"


def test_what_is_cut_off_a_very_long_text_leaves_no_half_number(store):
    store.append(searched("@a.vn " * 10 + "x@a.vn" + " " * 19_920 + "4111 1111 1111 1111"))
    assert "4111" not in texts(store)[0]


def test_the_operators_order_numbers_are_masked(database):
    EventStore(database, order_numbers=r"\bQX/\w+").append(searched("where is QX/ab?"))
    assert texts(EventStore(database)) == ["where is [order]?"]


@pytest.mark.parametrize("text", ["\x00", "\ud800", "a\x00b", "🙃", "'; DROP TABLE event; --", ""])
def test_nothing_a_person_types_raises(store, text):
    store.append(searched(text, comment=text, visitor=text, key=text))
    assert len(rows(store)) == 1


# Votes


def test_of_a_visitors_votes_on_an_article_and_a_day_the_last_counts(store):
    store.vote(vote(True))
    store.vote(vote(False, at=NOW + timedelta(hours=1), reason="unclear", comment="Hm."))
    (row,) = rows(store, VOTES)
    assert (row.helpful, row.reason, row.comment) == (False, "unclear", "Hm.")


def test_a_vote_that_arrives_late_does_not_undo_a_later_one(store):
    store.vote(vote(False, at=NOW + timedelta(hours=1)))
    store.vote(vote(True))
    assert [row.helpful for row in rows(store, VOTES)] == [False]


def test_other_visitors_articles_and_days_are_other_votes(store):
    store.vote(vote(True))
    store.vote(vote(True, visitor="w"))
    store.vote(vote(True, key="vi/reset"))
    store.vote(vote(True, at=NOW + timedelta(days=1)))
    assert count(store, VOTES) == 4


def test_a_vote_of_nobody_is_refused():
    with pytest.raises(ValueError, match="needs an article and a visitor"):
        vote(True, visitor="")


def test_comments_of_votes_are_masked(store):
    store.vote(vote(False, comment="write to ann@example.com"))
    assert rows(store, VOTES)[0].comment == "write to [email]"


# The writer thread


def test_what_is_left_to_the_thread_is_stored_soon(store):
    for number in range(500):
        store.append_soon(searched(f"{number} things", visitor=str(number)))
    store.flush()
    assert count(store, EVENTS) == 500


def test_nothing_waits_for_the_thread_while_another_process_writes(store):
    store.append_soon(searched("first"))
    store.flush()
    with store.database.writing() as connection:
        connection.execute(delete(EVENTS))
        began = time.perf_counter()
        for number in range(MAX_WAITING + 500):
            store.append_soon(searched("more", visitor=str(number)))
        assert time.perf_counter() - began < 5
    store.flush()
    assert MAX_WAITING <= count(store, EVENTS) <= MAX_WAITING + 500


def test_events_that_cannot_be_stored_are_dropped_without_a_word_of_theirs(tmp_path, caplog):
    (tmp_path / "kb.sqlite3").mkdir()
    store = EventStore(Database(f"sqlite:///{tmp_path}/kb.sqlite3"))
    with caplog.at_level(logging.DEBUG):
        store.append_soon(searched("a secret question"))
        store.close()
    assert "events wait" in caplog.text
    assert "secret" not in caplog.text


def test_closing_twice_and_storing_after_it_are_no_errors(store):
    store.append_soon(searched("one"))
    store.close()
    store.close()
    store.append_soon(searched("two"))
    store.close()
    assert texts(store) == ["one", "two"]


def test_no_thread_is_left_when_a_store_is_closed(store):
    before = set(threading.enumerate())
    store.append_soon(searched("one"))
    assert [thread.name for thread in set(threading.enumerate()) - before] == ["events"]
    store.close()
    assert set(threading.enumerate()) <= before


@pytest.mark.parametrize("child", ["no", "yes"])
def test_a_process_that_ends_stores_what_waits_in_a_forked_one_too(store_url, child):
    program = (
        "import multiprocessing, sys\n"
        "from datetime import UTC, datetime\n"
        "from kb.events.database import Database\n"
        "from kb.events.events import Event, EventStore\n"
        "store = EventStore(Database(sys.argv[1]))\n"
        "def add(who):\n"
        "    at = datetime.now(UTC)\n"
        "    store.append_soon(Event('searched', at, 'api', 'en', 'public', who, visitor=who))\n"
        "add('parent')\n"
        "if sys.argv[2] == 'yes':\n"
        "    store.flush()\n"
        "    child = multiprocessing.get_context('fork').Process(target=add, args=['child'])\n"
        "    child.start()\n"
        "    child.join()\n"
    )
    subprocess.run([sys.executable, "-c", program, store_url, child], env=ENV, check=True)
    database = Database(store_url)
    assert texts(EventStore(database)) == ["parent", "child"][: 1 + (child == "yes")]
    database.close()


# Whether it can be written


def test_a_store_that_can_be_written_says_so(store):
    assert store.is_writable()
    assert store.is_writable()
    assert count(store, EVENTS) == 0


def test_a_store_that_cannot_be_written_says_so(tmp_path, caplog):
    (tmp_path / "kb.sqlite3").mkdir()
    store = EventStore(Database(f"sqlite:///{tmp_path}/kb.sqlite3"))
    assert not store.is_writable()
    assert "kb.sqlite3" in caplog.text


# Retention


def test_what_is_older_than_the_retention_is_deleted(database):
    store = EventStore(database, retention_days=30)
    for days in (0, 29, 30, 31, 400):
        at = NOW - timedelta(days=days)
        store.append(Event("searched", at, "api", "en", "public", f"{days} days"))
        store.vote(vote(True, visitor=f"{days} days", at=at))
    assert store.purge(NOW) == 4
    assert texts(store) == ["0 days", "29 days", "30 days"]
    assert [row.visitor for row in rows(store, VOTES)] == ["0 days", "29 days", "30 days"]
    assert store.purge(NOW) == 0


def test_more_than_is_deleted_at_a_time_is_deleted(database):
    store = EventStore(database, retention_days=1)
    store.append(searched("old"))
    (row,) = rows(store)
    many = [{key: value for key, value in row._mapping.items() if key != "id"}] * 4_500
    with database.writing() as connection:
        connection.execute(insert(EVENTS), many)
    assert store.purge(NOW + timedelta(days=3)) == 4_501


def test_a_running_store_deletes_what_is_old_by_itself(database):
    long_ago = datetime.now(UTC) - timedelta(days=40)
    EventStore(database).append(Event("searched", long_ago, "api", "en", "public", "old"))
    store = EventStore(database, retention_days=30)
    store.append_soon(Event("searched", datetime.now(UTC), "api", "en", "public", "new"))
    store.close()
    assert texts(store) == ["new"]


# Several processes


def start_writer(url, name, votes):
    return subprocess.Popen(
        [sys.executable, "-W", "error", WRITER, url, name, str(votes)],
        env=ENV,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_eight_processes_that_write_at_once_lose_no_vote_and_meet_no_lock(store_url):
    started = [start_writer(store_url, f"writer{number}", 25) for number in range(8)]
    ended = [process.communicate(timeout=120) for process in started]
    assert [errors for _, errors in ended] == [""] * 8
    assert [process.returncode for process in started] == [0] * 8
    acknowledged = {visitor for output, _ in ended for visitor in output.split()}
    assert len(acknowledged) == 200
    database = Database(store_url)
    store = EventStore(database)
    assert {row.visitor for row in rows(store, VOTES)} == acknowledged | {"everybody"}
    assert {row.visitor for row in rows(store)} == acknowledged
    assert count(store, VOTES) == 201
    database.close()


@pytest.mark.parametrize("seed", range(3))
def test_every_vote_that_was_acknowledged_survives_the_kill_of_the_process(store_url, seed):
    kill_after = random.Random(seed).randrange(1, 190)
    process = start_writer(store_url, "writer", 200)
    acknowledged = [process.stdout.readline().strip() for _ in range(kill_after)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    acknowledged += rest.split()
    database = Database(store_url)
    store = EventStore(database)
    assert set(acknowledged) <= {row.visitor for row in rows(store, VOTES)}
    store.vote(vote(True, visitor="later"))
    database.close()
