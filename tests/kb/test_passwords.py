"""What is kept of a password, and how much work a guess is."""

import time
from statistics import median
from threading import Thread

import pytest
from argon2 import PasswordHasher

from kb.errors import AccountError
from kb.staff import passwords

GOOD = "horse battery staple"


@pytest.fixture(scope="module", autouse=True)
def cost_of_passwords():
    """Leave the cost as it is: it is what these tests are about."""


@pytest.fixture(scope="module")
def kept():
    return passwords.hashed(GOOD)


def test_a_hash_says_how_it_was_made_and_not_of_what(kept):
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert GOOD not in kept
    assert passwords.hashed(GOOD) != kept


def test_only_the_same_password_is_right(kept):
    assert passwords.is_right(GOOD, kept)
    for other in ("", "horse", GOOD.upper(), f"{GOOD} ", "x" * 10_000):
        assert not passwords.is_right(other, kept)


def test_it_may_be_typed_on_another_keyboard():
    kept = passwords.hashed("mật khẩu của tôi １２")
    assert passwords.is_right("mật khẩu của tôi 12", kept)
    assert not passwords.is_right("mat khau cua toi 12", kept)


def test_nobody_has_no_password(kept):
    assert not passwords.is_right(GOOD, None)
    assert not passwords.is_right("", None)
    assert not passwords.is_right(GOOD, "!")


def test_a_name_that_does_not_exist_costs_as_much_as_one_that_does(kept):
    def seconds(kept):
        start = time.thread_time()
        passwords.is_right("a wrong password", kept)
        return time.thread_time() - start

    pairs = [(seconds(kept), seconds(None)) for _ in range(5)]
    known, unknown = (median(column) for column in zip(*pairs, strict=True))
    assert 0.5 < known / unknown < 2


def test_the_hash_of_nobody_was_made_with_the_parameters_of_today():
    assert not passwords.is_outdated(passwords._HASH_OF_NOBODY)


def test_a_hash_with_other_parameters_is_right_and_outdated(kept):
    older = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD)
    assert passwords.is_right(GOOD, older)
    assert passwords.is_outdated(older)
    assert not passwords.is_outdated(kept)


@pytest.mark.parametrize(
    ("password", "name", "said"),
    [
        pytest.param("elevenchars", "ann", "at least 12", id="short"),
        pytest.param("", "ann", "at least 12", id="none"),
        pytest.param("x" * 257, "ann", "at most 256", id="long"),
        pytest.param("Ann.Nguyen@Example.com", "ann.nguyen@example.com", "the name", id="name"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password, name, said):
    with pytest.raises(AccountError, match=said):
        passwords.check_new(password, name)


@pytest.mark.parametrize("password", ["x" * 12, "十二個字的密碼是夠長的了喔", "x" * 256])
def test_any_other_password_is_taken(password):
    passwords.check_new(password, "ann")


def test_two_are_worked_on_at_a_time(kept):
    most = 0

    def watch():
        nonlocal most
        while not done:
            most = max(most, passwords._AT_ONCE - passwords._turns._value)

    done = False
    watcher = Thread(target=watch)
    watcher.start()
    guesses = [Thread(target=passwords.is_right, args=(GOOD, kept)) for _ in range(6)]
    for guess in guesses:
        guess.start()
    for guess in guesses:
        guess.join()
    done = True
    watcher.join()
    assert most == 2
