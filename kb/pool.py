"""Run a function over many items in worker processes, each item within a time and memory limit.

An item that is too slow, too large, crashes its process or raises costs only itself: it comes
back as a Failure and the others go on. Workers talk over socket pairs that the parent never
blocks on, so that no full pipe can lock both sides. They end with their parent, whatever ends
it: by the closed socket, and on Linux by a signal from the kernel.
"""

import contextlib
import ctypes
import pickle
import selectors
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Generic, TypeVar

from kb.errors import KnowledgeBaseError
from kb.pool_worker import HEADER, Failure

__all__ = ["BoundedPool", "Failure", "give_back_memory"]

Item = TypeVar("Item")
Result = TypeVar("Result")

IN_FLIGHT = 2
QUICK_IN_FLIGHT = 6  # where items are quick, waking up for each costs more than the item
QUICK_SECONDS = 0.01
GRACE_SECONDS = 1.0
START_SECONDS = 60.0
_CHUNK = 1 << 18
_BOOT = "import sys; sys.path[:] = {path!r}; from kb.pool_worker import main; main({arguments})"


@dataclass(slots=True, eq=False)
class _Worker:
    """One process. `running` holds the indexes sent, in order; None is the function itself."""

    process: subprocess.Popen[bytes]
    channel: socket.socket
    outgoing: bytearray = field(default_factory=bytearray)
    incoming: bytearray = field(default_factory=bytearray)
    running: deque[tuple[int | None, bytes]] = field(default_factory=deque)
    since: float = 0.0
    events: int = selectors.EVENT_READ
    depth: int = IN_FLIGHT

    def send(self, index: int | None, message: bytes) -> None:
        if not self.running:
            self.since = time.monotonic()
        self.running.append((index, message))
        self.outgoing += HEADER.pack(len(message)) + message
        self.write()  # nearly always takes all of it: one turn less to wait for

    def write(self) -> None:
        try:
            with memoryview(self.outgoing) as waiting, waiting[:_CHUNK] as part:
                sent = self.channel.send(part)
            del self.outgoing[:sent]
        except BlockingIOError:
            return
        except OSError:
            self.outgoing.clear()  # the end is noticed when reading

    def read(self) -> bool:
        """Take in what the worker says; False when it is gone."""
        try:
            data = self.channel.recv(_CHUNK)
        except BlockingIOError:
            return True
        except OSError:
            return False
        self.incoming += data
        return bool(data)

    def messages(self) -> Iterator[bytes]:
        while len(self.incoming) >= HEADER.size:
            (length,) = HEADER.unpack_from(self.incoming)
            end = HEADER.size + length
            if len(self.incoming) < end:
                return
            with memoryview(self.incoming) as data:
                message = bytes(data[HEADER.size : end])
            del self.incoming[:end]
            yield message

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self.channel.close()


class BoundedPool:
    """Worker processes with limits for each item: seconds of wall time, megabytes of growth."""

    def __init__(self, workers: int, seconds: float = 5.0, megabytes: int = 512) -> None:
        self.size = max(1, workers)
        self.seconds = seconds
        self.megabytes = megabytes
        self._workers: list[_Worker] = []

    def __enter__(self) -> "BoundedPool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all workers and wait for them."""
        while self._workers:
            self._workers.pop().kill()

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[tuple[int, Result | Failure | KnowledgeBaseError]]:
        """Yield (index, result) as results come, in no order; `items` is read as needed.

        `function` is a function of a module, not a lambda and not of `__main__`. A
        KnowledgeBaseError that it raises is the item's result.
        """
        run = _Run(self, function, items)
        finished = False
        try:
            yield from run.results()
            finished = True
        finally:
            if not finished:
                self.close()  # what is still running belongs to nobody

    def _spawn(self) -> _Worker:
        ours, theirs = socket.socketpair()
        arguments = (theirs.fileno(), self.seconds, self.megabytes)
        code = _BOOT.format(path=sys.path, arguments=", ".join(map(repr, arguments)))
        try:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        ours.setblocking(False)
        worker = _Worker(process, ours)
        self._workers.append(worker)
        return worker


class _Run(Generic[Item, Result]):
    """One call of `map`."""

    def __init__(
        self, pool: BoundedPool, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> None:
        self.pool = pool
        self.function = pickle.dumps(("function", function), pickle.HIGHEST_PROTOCOL)
        self.items = enumerate(items)
        self.again: deque[tuple[int, bytes]] = deque()  # sent to a worker that died before it
        self.done: deque[tuple[int, Any]] = deque()
        self.ready: set[_Worker] = set()
        self.selector = selectors.DefaultSelector()

    def results(self) -> Iterator[tuple[int, Any]]:
        try:
            for worker in self.pool._workers:
                self._begin(worker)
            while self._fill():
                yield from self._taken()
                self._turn()
                yield from self._taken()
            yield from self._taken()
        finally:
            self.selector.close()

    def _taken(self) -> Iterator[tuple[int, Any]]:
        while self.done:
            yield self.done.popleft()

    def _begin(self, worker: _Worker) -> None:
        worker.send(None, self.function)
        self.selector.register(worker.channel, selectors.EVENT_READ, worker)
        worker.events = selectors.EVENT_READ

    def _next(self) -> tuple[int, bytes] | None:
        if self.again:
            return self.again.popleft()
        for index, item in self.items:
            try:
                return index, pickle.dumps(("item", item), pickle.HIGHEST_PROTOCOL)
            except (pickle.PicklingError, AttributeError, TypeError, RecursionError) as error:
                self.done.append((index, Failure(f"cannot be sent to a worker: {error}")))
        return None

    def _fill(self) -> bool:
        """Give every worker enough to do; whether there is anything to wait for."""
        for depth in range(1, QUICK_IN_FLIGHT + 1):
            for worker in self.pool._workers:
                free = len(worker.running) < min(depth, worker.depth)
                if free and (item := self._next()):
                    worker.send(*item)
        while len(self.pool._workers) < self.pool.size and (item := self._next()):
            worker = self.pool._spawn()
            self._begin(worker)
            worker.send(*item)
        return bool(self.done) or any(worker.running for worker in self.pool._workers)

    def _turn(self) -> None:
        for worker in self.pool._workers:
            events = selectors.EVENT_READ | (selectors.EVENT_WRITE if worker.outgoing else 0)
            if events != worker.events:
                self.selector.modify(worker.channel, events, worker)
                worker.events = events
        for key, events in self.selector.select(timeout=self._patience()):
            worker = key.data
            if events & selectors.EVENT_WRITE:
                worker.write()
            if events & selectors.EVENT_READ:
                alive = worker.read()
                self._receive(worker)
                if not alive:
                    self._bury(worker, _end_of(worker))
        now = time.monotonic()
        for worker in [w for w in self.pool._workers if w.running]:
            if now - worker.since > self._limit(worker):
                self._bury(worker, f"took longer than {self.pool.seconds:g} seconds")

    def _limit(self, worker: _Worker) -> float:
        if worker.running[0][0] is None:
            return START_SECONDS
        return self.pool.seconds + GRACE_SECONDS

    def _patience(self) -> float:
        now = time.monotonic()
        waits = (w.since + self._limit(w) - now for w in self.pool._workers if w.running)
        return max(0.0, min(waits, default=0.0)) + 0.01

    def _receive(self, worker: _Worker) -> None:
        for message in worker.messages():
            index, _ = worker.running.popleft()
            now = time.monotonic()
            worker.depth = QUICK_IN_FLIGHT if now - worker.since < QUICK_SECONDS else IN_FLIGHT
            worker.since = now
            result = pickle.loads(message)  # noqa: S301 - from our own process
            if index is not None:
                self.done.append((index, result))
            elif isinstance(result, Failure):
                raise RuntimeError(f"the workers cannot run the function: {result.reason}")

    def _bury(self, worker: _Worker, reason: str) -> None:
        """End a worker; what it was at has failed, what it had not begun is sent again."""
        self.selector.unregister(worker.channel)
        self.pool._workers.remove(worker)
        worker.kill()
        if worker.running and worker.running[0][0] is None:
            raise RuntimeError(f"a worker did not start: it {reason}")
        if worker.running:
            index, _ = worker.running.popleft()
            self.done.append((index or 0, Failure(reason)))
        self.again += [(index, message) for index, message in worker.running if index is not None]


def _end_of(worker: _Worker) -> str:
    code = worker.process.wait()
    return f"was killed by signal {-code}" if code < 0 else f"ended its process with code {code}"


def give_back_memory() -> None:
    """Return to the system what this process has freed; does nothing where glibc is not there.

    What lies between objects that stay is kept for later otherwise, also while a process does
    nothing but wait for its workers.
    """
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
