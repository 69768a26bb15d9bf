"""A thread that stores what requests leave to it, so that no request waits for the disk.

What waits is bounded: while the store fails, the newest events are dropped and counted. The
first event starts the thread, in a forked process anew; what waits is stored before the process
ends. Killed, a process loses what came in the last fraction of a second.
"""

import logging
import os
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from multiprocessing.util import Finalize
from queue import Empty, SimpleQueue
from threading import Event as Signal
from threading import Lock, Thread
from weakref import WeakSet

from kb.errors import StoreUnavailable
from kb.events.event_values import Event

MAX_WAITING = 1_000
MAX_BATCH = 200
# Between batches: what comes meanwhile is stored in one transaction.
PAUSE_SECONDS = 0.2
RETRY_SECONDS = 2.0
CLOSE_SECONDS = 10.0
PURGE_EVERY_SECONDS = 24 * 3_600.0
LOG_EVERY_SECONDS = 60.0

_log = logging.getLogger(__name__)


class EventWriter:
    """Stores events by `append_all` and, once a day, calls `purge`; both may raise."""

    def __init__(
        self,
        append_all: Callable[[Sequence[Event]], None],
        purge: Callable[[datetime], int],
    ) -> None:
        self._append_all = append_all
        self._purge = purge
        self._dropped = 0
        self._logged = float("-inf")
        self._after_fork()
        _WRITERS.add(self)

    def _after_fork(self) -> None:
        # What waits in the parent is the parent's to store.
        self._waiting: SimpleQueue[Event | Signal] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._closing = Signal()
        self._at_exit: Finalize | None = None

    def put(self, event: Event) -> None:
        """Leave an event to the thread, or drop it when too many wait."""
        self._start()
        if self._waiting.qsize() < MAX_WAITING:
            self._waiting.put(event)
        else:
            self._drop(1)

    def flush(self) -> None:
        """Wait until the events before this call are stored, for a few seconds at most."""
        if self._thread is None:
            return
        done = Signal()
        self._waiting.put(done)
        done.wait(CLOSE_SECONDS)

    def close(self) -> None:
        """Store what waits and end the thread; the next event starts another one."""
        with self._lock:
            thread, self._thread = self._thread, None
            if thread is None:
                return
            self._closing.set()
            # Wakes the thread where it waits for events.
            self._waiting.put(Signal())
            thread.join(CLOSE_SECONDS)
            if self._at_exit is not None:
                self._at_exit.cancel()

    def _start(self) -> None:
        if self._thread is not None:
            return
        with self._lock:
            if self._thread is None:
                self._closing = Signal()
                # Unlike atexit, it is also called where a worker made by multiprocessing ends.
                self._at_exit = Finalize(None, self.close, exitpriority=1)
                thread = Thread(target=self._run, args=(self._closing,), name="events", daemon=True)
                thread.start()
                self._thread = thread

    def _run(self, closing: Signal) -> None:
        purge_at = time.monotonic()
        while True:
            if time.monotonic() >= purge_at:
                purge_at = time.monotonic() + PURGE_EVERY_SECONDS
                self._purge_old()
            events, flushed = self._take(max(0.0, purge_at - time.monotonic()))
            if events:
                self._store(events, closing)
            for signal in flushed:
                signal.set()
            if closing.is_set() and self._waiting.empty():
                return
            closing.wait(PAUSE_SECONDS)

    def _take(self, seconds: float) -> tuple[list[Event], list[Signal]]:
        """Wait for something, and return what there is then."""
        events: list[Event] = []
        signals: list[Signal] = []
        try:
            found = self._waiting.get(timeout=seconds)
            while True:
                events.append(found) if isinstance(found, Event) else signals.append(found)
                if len(events) == MAX_BATCH:
                    break
                found = self._waiting.get_nowait()
        except Empty:
            pass
        return events, signals

    def _store(self, events: list[Event], closing: Signal) -> None:
        """Store events together; while that cannot be, again and again until the end."""
        while True:
            try:
                self._append_all(events)
            except StoreUnavailable as error:
                self._warn("events wait: %s", error)
                if not closing.wait(RETRY_SECONDS):
                    continue
                self._drop(len(events))
            except Exception as error:
                # The thread has to live. Only the kind of error is logged: others hold values.
                self._warn("events cannot be stored: %s", type(error).__name__)
                self._drop(len(events))
            return

    def _purge_old(self) -> None:
        try:
            self._purge(datetime.now(UTC))
        except Exception as error:
            _log.warning("old events cannot be deleted: %s", type(error).__name__)

    def _drop(self, number: int) -> None:
        self._dropped += number
        self._warn("%s events were dropped so far", self._dropped)

    def _warn(self, message: str, value: object) -> None:
        """Log something, but not for each event anew."""
        if time.monotonic() - self._logged >= LOG_EVERY_SECONDS:
            self._logged = time.monotonic()
            _log.warning(message, value)


_WRITERS: WeakSet[EventWriter] = WeakSet()


def _begin_anew_after_fork() -> None:
    for writer in list(_WRITERS):
        writer._after_fork()


os.register_at_fork(after_in_child=_begin_anew_after_fork)
