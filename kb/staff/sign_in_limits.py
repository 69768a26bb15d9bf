"""How long somebody has to wait after wrong passwords, the same for names that do not exist.

Failures are counted by name and by address, in the database, so that it holds over all processes.
An attempt counts as failed until it has succeeded: a hundred sent at the same moment are a hundred
failures. The longest wait is a minute, and the failures of others never keep out an address
that has none of its own: nobody can lock a colleague out.
"""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from kb.staff.account_tables import FAILURES

FREE_FAILURES = 5
LONGEST_WAIT_SECONDS = 60
# After this time without another one, failures are forgotten.
FORGOTTEN_AFTER = timedelta(hours=1)


def begin_attempt(connection: Connection, name: str, address: str, now: datetime) -> int:
    """Count an attempt and return 0, or return the seconds to wait before it is heard at all.

    `connection` has to be in a writing transaction.
    """
    connection.execute(delete(FAILURES).where(FAILURES.c.last_at < now - FORGOTTEN_AFTER))
    by_address, by_name = _subjects(name, address)
    wait = _wait_seconds(connection, by_address, now)
    if wait is not None:
        wait = max(wait, _wait_seconds(connection, by_name, now) or 0)
    if not wait:
        _count(connection, by_address, now)
        _count(connection, by_name, now)
    return wait or 0


def forgive_attempt(connection: Connection, name: str, address: str) -> None:
    """Take back what was counted for an attempt that succeeded, and all failures of its name."""
    by_address, by_name = _subjects(name, address)
    connection.execute(delete(FAILURES).where(FAILURES.c.subject == by_name))
    is_address = FAILURES.c.subject == by_address
    connection.execute(update(FAILURES).where(is_address).values(times=FAILURES.c.times - 1))
    connection.execute(delete(FAILURES).where(is_address & (FAILURES.c.times <= 0)))


def _subjects(name: str, address: str) -> tuple[str, str]:
    return f"address {address}"[:200], f"name {name}"[:200]


def _wait_seconds(connection: Connection, subject: str, now: datetime) -> int | None:
    """Return the seconds left, 0 when there is nothing to wait for, None without any failure."""
    query = select(FAILURES.c.times, FAILURES.c.last_at).where(FAILURES.c.subject == subject)
    # Where transactions run side by side, the others wait until this one has counted.
    failures = connection.execute(query.with_for_update()).one_or_none()
    if failures is None:
        return None
    times: int = failures.times
    if times < FREE_FAILURES:
        return 0
    # The exponent is bounded, for nobody bounds the failures.
    wait = min(1 << min(times - FREE_FAILURES, 10), LONGEST_WAIT_SECONDS)
    passed: float = (now - failures.last_at).total_seconds()
    return max(0, ceil(wait - passed))


def _count(connection: Connection, subject: str, now: datetime) -> None:
    is_it = FAILURES.c.subject == subject
    again = update(FAILURES).where(is_it).values(times=FAILURES.c.times + 1, last_at=now)
    if connection.execute(again).rowcount:
        return
    try:
        with connection.begin_nested():
            connection.execute(insert(FAILURES).values(subject=subject, times=1, last_at=now))
    except IntegrityError:
        # Where transactions run side by side, another one was first.
        connection.execute(again)
