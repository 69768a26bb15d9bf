"""Accounts, sessions and tokens in a real database."""

import re
import sqlite3
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from kb.errors import AccountError
from kb.events.database import METADATA, Database
from kb.events.migrations import newest
from kb.staff.account_tables import ACCOUNTS
from kb.staff.accounts import Accounts, User, is_at_least, normal_name
from kb.staff.api_tokens import ApiTokens
from kb.staff.sessions import Refused, Sessions, SignedIn

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
GOOD = "horse battery staple"
HERE = "192.0.2.1"
READING = ("search:internal", "reports")


@pytest.fixture
def database(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'kb.sqlite3'}")
    yield database
    database.close()


@pytest.fixture
def accounts(database):
    """Ann, an agent with the password, and Bo, a writer of the proxy."""
    accounts = Accounts(database)
    accounts.add("ann", "agent", None, "Ann N.")
    # A cheap hash, for most tests are about something else.
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    with database.writing() as connection:
        is_ann = ACCOUNTS.c.name == "ann"
        connection.execute(update(ACCOUNTS).where(is_ann).values(password_hash=cheap))
    accounts.add("bo@example.com", "writer", None)
    return accounts


@pytest.fixture
def sessions(database, accounts):
    return Sessions(database, hours=12)


@pytest.fixture
def tokens(database, accounts):
    return ApiTokens(database)


def everything_in(database):
    """Return what somebody reads who gets hold of the file."""
    with sqlite3.connect(str(database)) as connection:
        return "\n".join(connection.iterdump())


# Accounts


def test_an_account_is_found_by_its_name_however_it_is_typed(accounts):
    ann = User("ann", "Ann N.", "agent", has_password=True)
    assert accounts.find("Ann") == ann
    assert accounts.find(" ann ") == ann
    assert accounts.find("bob") is None
    assert accounts.find("not a name") is None
    assert accounts.all() == [ann, User("bo@example.com", "bo@example.com", "writer")]


@pytest.mark.parametrize("name", ["", " ", "a b", "a/b", "x" * 65, "a\nb", "<b>"])
def test_a_name_that_cannot_be_typed_safely_is_refused(name):
    with pytest.raises(AccountError, match="1 to 64 letters"):
        normal_name(name)


def test_names_may_be_of_any_language():
    assert normal_name("Nguyễn.Ánh") == "nguyễn.ánh"
    assert normal_name("王小明") == "王小明"


def test_a_name_is_given_once(accounts):
    with pytest.raises(AccountError, match="there is a user ann already"):
        accounts.add("ANN", "admin", None)
    assert accounts.find("ann").role == "agent"


def test_a_weak_password_makes_no_account(accounts):
    with pytest.raises(AccountError, match="at least 12"):
        accounts.add("cam", "agent", "short")
    assert accounts.find("cam") is None


def test_only_who_knows_the_password_is_found_with_it(accounts):
    assert accounts.with_password("Ann", GOOD).name == "ann"
    assert accounts.with_password("ann", "something else") is None
    assert accounts.with_password("bo@example.com", "") is None
    assert accounts.with_password("nobody", GOOD) is None


def test_an_outdated_hash_is_made_anew_at_the_next_sign_in(accounts, database):
    assert "m=8,t=1" in everything_in(database)
    accounts.with_password("ann", GOOD)
    assert "m=8,t=1" not in everything_in(database)
    assert "m=64,t=1" in everything_in(database)  # what it costs in tests
    assert accounts.with_password("ann", GOOD).name == "ann"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda accounts: accounts.set_password("ann", GOOD * 2), id="password"),
        pytest.param(lambda accounts: accounts.set_role("ann", "admin"), id="role"),
        pytest.param(lambda accounts: accounts.remove("ann"), id="removal"),
    ],
)
def test_what_changes_rights_ends_the_sessions_of_that_user_alone(accounts, sessions, change):
    ann, bo = (sessions.begin(accounts.find(name), NOW) for name in ("ann", "bo@example.com"))
    change(accounts)
    assert sessions.user_of(ann, NOW) is None
    assert sessions.user_of(bo, NOW).name == "bo@example.com"


def test_who_is_not_there_cannot_be_changed(accounts):
    for change in (
        lambda: accounts.remove("cam"),
        lambda: accounts.set_role("cam", "admin"),
        lambda: accounts.set_password("cam", GOOD),
    ):
        with pytest.raises(AccountError, match="there is no user cam; `kb user list`"):
            change()


def test_a_role_includes_those_below_it():
    order = ("agent", "writer", "admin")
    for place, role in enumerate(order):
        assert [is_at_least(role, least) for least in order] == [n <= place for n in range(3)]


# Sessions


def test_a_session_lasts_its_hours_used_or_not(accounts, sessions):
    session = sessions.begin(accounts.find("ann"), NOW)
    assert sessions.user_of(session, NOW + timedelta(hours=11, minutes=59)).name == "ann"
    assert sessions.user_of(session, NOW + timedelta(hours=12)) is None
    assert sessions.user_of("", NOW) is None


def test_an_ended_session_is_over_and_others_are_not(accounts, sessions):
    one, two = (sessions.begin(accounts.find("ann"), NOW) for _ in range(2))
    sessions.end(one)
    sessions.end("never begun")
    assert sessions.user_of(one, NOW) is None
    assert sessions.user_of(two, NOW).name == "ann"


def test_the_database_holds_nothing_that_lets_anybody_in(accounts, sessions, tokens, database):
    session = sessions.begin(accounts.find("ann"), NOW)
    token = tokens.add("ann", "crawler", ["reports"], days=30, now=NOW)
    assert len(session) >= 43
    assert re.fullmatch(r"kb_[\w-]{43}", token)
    text = everything_in(database)
    for secret in (session, token, token.removeprefix("kb_"), GOOD):
        assert secret not in text


def test_signing_in_sweeps_up_what_has_expired(accounts, sessions, database):
    sessions.begin(accounts.find("ann"), NOW)
    sessions.begin(accounts.find("ann"), NOW + timedelta(days=1))
    assert everything_in(database).count('INSERT INTO "session"') == 1


# Wrong passwords


def failed(sessions, name="ann", address=HERE, now=NOW):
    return sessions.sign_in(name, "wrong", address=address, now=now)


@pytest.mark.parametrize("name", ["ann", "nobody", "not a name"])
def test_waits_grow_after_five_failures_and_stay_below_a_minute(sessions, name):
    now, waits = NOW, []
    for _ in range(14):
        answer = failed(sessions, name, now=now)
        while answer.wait_seconds:
            waits.append(answer.wait_seconds)
            now += timedelta(seconds=answer.wait_seconds)
            answer = failed(sessions, name, now=now)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_while_waiting_the_right_password_is_not_heard_and_nothing_counts(sessions):
    for _ in range(5):
        failed(sessions)
    for _ in range(3):
        assert sessions.sign_in("ann", GOOD, address=HERE, now=NOW) == Refused(1)
    later = NOW + timedelta(seconds=1)
    assert isinstance(sessions.sign_in("ann", GOOD, address=HERE, now=later), SignedIn)


def test_one_address_waits_whichever_names_it_tries(sessions):
    answers = [failed(sessions, f"user{number}") for number in range(6)]
    assert [answer.wait_seconds for answer in answers] == [0, 0, 0, 0, 0, 1]
    assert failed(sessions, "ann", "198.51.100.7").wait_seconds == 0


def test_one_name_waits_whichever_addresses_try_it_but_not_at_a_new_address(sessions):
    for number in range(6):
        failed(sessions, "ann", f"192.0.2.{number}")
    assert failed(sessions, "ann", "192.0.2.1").wait_seconds > 0
    ann = sessions.sign_in("ann", GOOD, address="198.51.100.7", now=NOW)
    assert isinstance(ann, SignedIn)


def test_success_forgives_the_name_and_takes_back_what_it_counted(sessions):
    for _ in range(4):
        failed(sessions)
    for _ in range(3):
        assert isinstance(sessions.sign_in("ann", GOOD, address=HERE, now=NOW), SignedIn)
    assert failed(sessions).wait_seconds == 0
    assert failed(sessions).wait_seconds == 1


def test_failures_are_forgotten_after_an_hour(sessions, database):
    for _ in range(9):
        failed(sessions)
    later = NOW + timedelta(hours=1, seconds=1)
    assert failed(sessions, "bob", "198.51.100.7", later) == Refused()
    assert HERE not in everything_in(database)
    assert failed(sessions, now=later).wait_seconds == 0


def test_many_attempts_at_one_moment_are_all_counted(sessions):
    together, answers = Barrier(12), []

    def attempt():
        together.wait()
        answers.append(failed(sessions).wait_seconds)

    threads = [Thread(target=attempt) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0] * 5 + [1] * 7


# Tokens


def test_a_token_counts_for_its_scopes_until_it_expires(tokens):
    token = tokens.add("Ann", "Crawler", ["reports", "search:internal"], days=2, now=NOW)
    known = tokens.valid(token, NOW + timedelta(days=1))
    assert (known.user, known.name) == ("ann", "crawler")
    assert known.scopes == ("search:internal", "reports")
    assert known.expires_at == NOW + timedelta(days=2)
    assert tokens.valid(token, NOW + timedelta(days=2)) is None
    assert tokens.valid(f"{token}x", NOW) is None
    assert tokens.valid(token.removeprefix("kb_"), NOW) is None


def test_the_day_of_use_is_noted(tokens):
    token = tokens.add("ann", "crawler", ["reports"], days=30, now=NOW)
    assert tokens.all()[0].last_used_on is None
    tokens.valid(token, NOW + timedelta(days=3))
    assert tokens.all("ann")[0].last_used_on == NOW.date() + timedelta(days=3)


def test_a_revoked_token_opens_nothing(tokens):
    token = tokens.add("ann", "crawler", ["reports"], days=30, now=NOW)
    tokens.revoke("ann", "crawler")
    assert tokens.valid(token, NOW) is None
    with pytest.raises(AccountError, match="there is no token crawler of ann"):
        tokens.revoke("ann", "crawler")


@pytest.mark.parametrize(
    ("user", "name", "scopes", "days", "said"),
    [
        ("cam", "t", READING, 9, "no user cam"),
        ("ann", "a b", READING, 9, "a name has"),
        ("ann", "t", (), 9, "at least one scope"),
        ("ann", "t", READING, 0, "1 to 366 days"),
        ("ann", "t", READING, 367, "1 to 366 days"),
    ],
)
def test_a_token_that_cannot_be_is_refused_with_the_reason(tokens, user, name, scopes, days, said):
    with pytest.raises(AccountError, match=said):
        tokens.add(user, name, scopes, days=days, now=NOW)


def test_two_tokens_of_one_user_have_different_names(tokens):
    tokens.add("ann", "crawler", ["reports"], days=30, now=NOW)
    with pytest.raises(AccountError, match="a token crawler of theirs exists"):
        tokens.add("ann", "Crawler", ["reports"], days=30, now=NOW)
    tokens.add("bo@example.com", "crawler", ["reports"], days=30, now=NOW)
    assert len(tokens.all()) == 2


# The tables


def test_the_steps_make_the_tables_that_the_program_knows(database):
    database.migrate()
    assert newest() >= "0002"
    with sqlite3.connect(str(database)) as connection:
        for table in ("account", "session", "api_token", "failed_sign_in"):
            made = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
            assert made == {column.name for column in METADATA.tables[table].c}
