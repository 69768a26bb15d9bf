"""One writer at a time: an advisory lock on a file that is never deleted.

The lock dies with its process, so none is ever stale. Deleting the file would let a second
writer lock a new one while the first still works. Children made by fork would keep the lock
of a killed parent; they close it as their first act.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kb.errors import IndexBusy

POLL_SECONDS = 0.05

_held: set[int] = set()


@contextmanager
def exclusive(
    path: Path, wait_seconds: float | None = None, on_wait: Callable[[], None] | None = None
) -> Iterator[None]:
    """Hold the lock on `path` while the block runs.

    wait_seconds  how long to wait for another holder; 0 = not at all, None = without end
    on_wait       called once, when another process is found to hold the lock
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    _held.add(descriptor)
    try:
        _take(descriptor, path, wait_seconds, on_wait)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        # A forked child that runs this code has closed the descriptor already.
        if descriptor in _held:
            _held.discard(descriptor)
            os.close(descriptor)


def is_held(path: Path) -> bool:
    """Whether somebody holds the lock on `path` now, this process included."""
    try:
        with exclusive(path, wait_seconds=0):
            return False
    except IndexBusy:
        return True


def _take(
    descriptor: int, path: Path, wait_seconds: float | None, on_wait: Callable[[], None] | None
) -> None:
    started = time.monotonic()
    while not _try(descriptor):
        if on_wait is not None:
            on_wait()
            on_wait = None
        if wait_seconds is not None and time.monotonic() - started >= wait_seconds:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip() or "unknown"
            raise IndexBusy(
                f"{path}: process {holder} is writing the index. "
                "Wait until it has finished, or end that process."
            )
        time.sleep(POLL_SECONDS)


def _try(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _close_in_child() -> None:
    while _held:
        os.close(_held.pop())


os.register_at_fork(after_in_child=_close_in_child)
