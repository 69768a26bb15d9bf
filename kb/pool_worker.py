"""The inside of a worker process of `kb.pool`: one item at a time, within its limits.

The time limit is an alarm that interrupts Python code; code that does not react to it is
killed by the parent a second later. The memory limit is on the address space, counted from
what the process had when its function was loaded.
"""

import contextlib
import ctypes
import os
import pickle
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kb.errors import KnowledgeBaseError

HEADER = struct.Struct("!Q")
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """An item that could not be done; `reason` is for a person."""

    reason: str


class _TooSlow(BaseException):
    """Raised by the alarm; no `except Exception` on the way can swallow it."""


def main(descriptor: int, seconds: float, megabytes: int) -> None:
    """Answer messages until the parent is gone."""
    _die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides what an interrupt means
    signal.signal(signal.SIGALRM, _alarm)
    channel = socket.socket(fileno=descriptor)
    function: Callable[[Any], Any] | None = None
    while (message := _receive(channel)) is not None:
        kind = "function"
        try:
            kind, value = pickle.loads(message)  # noqa: S301 - from our own parent
            if kind == "function":
                function, answer = value, None
                _limit_memory(megabytes)
            else:
                assert function is not None
                answer = _bounded(function, value, seconds)
        except Exception as error:
            answer = Failure(f"{type(error).__name__}: {error}")
        _send(channel, _pickled(answer))


def _bounded(function: Callable[[Any], Any], item: Any, seconds: float) -> Any:
    try:
        signal.setitimer(signal.ITIMER_REAL, seconds)
        try:
            return function(item)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except KnowledgeBaseError as error:
        return error
    except _TooSlow:
        return Failure(f"took longer than {seconds:g} seconds")
    except MemoryError:
        return Failure("needs too much memory")
    except RecursionError:
        return Failure("is nested too deep")
    except Exception as error:
        return Failure(f"{type(error).__name__}: {error}"[:500])


def _alarm(number: int, frame: object) -> None:
    raise _TooSlow


def _pickled(answer: object) -> bytes:
    try:
        return pickle.dumps(answer, pickle.HIGHEST_PROTOCOL)
    except MemoryError:
        return pickle.dumps(Failure("needs too much memory"))
    except Exception as error:
        return pickle.dumps(Failure(f"the result cannot be sent: {type(error).__name__}"))


def _receive(channel: socket.socket) -> bytes | None:
    header = _exactly(channel, HEADER.size)
    return None if header is None else _exactly(channel, HEADER.unpack(header)[0])


def _exactly(channel: socket.socket, size: int) -> bytes | None:
    data = bytearray()
    while len(data) < size:
        part = channel.recv(min(size - len(data), 1 << 20))
        if not part:
            return None
        data += part
    return bytes(data)


def _send(channel: socket.socket, message: bytes) -> None:
    try:
        channel.sendall(HEADER.pack(len(message)) + message)
    except OSError:
        sys.exit(0)  # the parent is gone


def _limit_memory(megabytes: int) -> None:
    """Let the process grow by `megabytes` from here; systems without /proc have no limit."""
    with contextlib.suppress(OSError, ValueError):
        with open("/proc/self/statm", encoding="ascii") as statm:
            base = int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        limit = base + (megabytes << 20)
        resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))


def _die_with_parent() -> None:
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() == 1:
            sys.exit(0)
