"""Our server as a process: `kb serve` on a free port, and plain requests to it."""

import http.client
import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, sleep
from urllib.parse import quote

import orjson

from tests.benchmarks.process import ROOT, descendants, kb, memory

START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `first_answer` is seconds from its start to its first search result."""

    port: int
    pid: int
    first_answer: float

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body over a new connection, so that any worker may answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def total(self, text: str, locale: str) -> int:
        """Return how many articles a search finds, 0 when it cannot answer."""
        status, body = self.get(search_path(text, locale))
        if status != 200:
            return 0
        found = orjson.loads(body)
        return found["total"] + len(found["relaxed"])

    def workers(self) -> list[int]:
        """Return the process ids of the workers: those below that hold most memory."""
        family = descendants(self.pid)
        most = max((memory(pid).get("Rss", 0) for pid in family), default=0)
        return [pid for pid in family if memory(pid).get("Rss", 0) > most / 2]

    def cpu(self) -> float:
        """Return the CPU seconds that the server has spent, its workers included."""
        return sum(_cpu(pid) for pid in (self.pid, *descendants(self.pid)))


def search_path(text: str, locale: str) -> str:
    """Return the address of a search."""
    return f"/api/v1/search?q={quote(text)}&locale={locale}"


@contextmanager
def serving(settings: Path, index: Path, workers: int, *more: str) -> Iterator[Server]:
    """Run `kb serve` until the block ends; `more` are other options of it."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--index", index, "--port", str(port), "--workers", str(workers), *more)
    start = perf_counter()
    with subprocess.Popen(
        kb("--config", settings, "serve", *options),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            server = Server(port, process.pid, _first_answer(port, start))
            yield server
        finally:
            process.terminate()


def _first_answer(port: int, start: float) -> float:
    server = Server(port, 0, 0)
    while perf_counter() - start < START_SECONDS:
        try:
            if server.get(search_path("a", "en"))[0] == 200:
                return perf_counter() - start
        except OSError:
            pass
        sleep(0.01)
    raise RuntimeError("kb serve gave no answer")


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
