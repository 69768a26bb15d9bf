"""`kb serve` as an operator runs it: its processes, and readers who go on asking."""

import http.client
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from command import run

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
# Twelve readers who pause no longer keep both cores busy, and what they wait for is late.
PAUSE_SECONDS = 0.05
ARTICLE = """\
---
title: How do I send a parcel?
audience: public
---
Take it to a depot. {word}
"""


def index(folder: Path) -> None:
    """Bring the index of `folder` to the state of its articles, and nothing afterwards.

    Vectors, where the extra for them is installed, would come in a generation of their own.
    """
    code, _, said = run(folder, "index", "--no-embed")
    assert code == 0, said


def publish(folder: Path, word: str) -> None:
    """Index one article that holds `word`; one new generation is current afterwards."""
    file = folder / "articles" / "en" / "parcels" / "send.md"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(ARTICLE.format(word=word), encoding="utf-8")
    index(folder)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: its own process and where it listens."""

    process: subprocess.Popen[bytes]
    port: int

    def workers(self) -> list[int]:
        """Return the process ids of the workers that run now."""
        pid = self.process.pid
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        return [int(child) for child in text.split()]

    def get(self, path: str) -> tuple[int, bytes]:
        """Return status and body of one request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            return _answer(connection, path)
        finally:
            connection.close()


def _answer(connection: http.client.HTTPConnection, path: str) -> tuple[int, bytes]:
    connection.request("GET", path)
    response = connection.getresponse()
    return response.status, response.read()


@contextmanager
def serving(folder: Path, workers: int) -> Iterator[Server]:
    """Serve the index of `folder` until the block is left."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", "--port", str(port), "--workers", str(workers)],
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    server = Server(process, port)
    try:
        wait_until(lambda: _listeners(server) == workers, START_SECONDS)
        wait_until(lambda: _is_ready(server), START_SECONDS)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _listeners(server: Server) -> int:
    """Return how many sockets listen on the port: every worker opens its own.

    A worker whose process runs may still be starting; without the others nobody listens then.
    """
    assert server.process.poll() is None, "the server has ended"
    local, listens = f"0100007F:{server.port:04X}", "0A"
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
    return sum(line[1] == local and line[3] == listens for line in lines)


def _is_ready(server: Server) -> bool:
    try:
        return server.get("/readyz")[0] == 200
    except OSError:
        return False


def wait_until(is_true, seconds: float) -> float:
    """Wait until the condition holds and return the seconds it took; fail after `seconds`."""
    start = time.monotonic()
    while not is_true():
        assert time.monotonic() < start + seconds, f"not within {seconds} seconds"
        time.sleep(0.02)
    return time.monotonic() - start


@dataclass(slots=True)
class Reader:
    """Asks over one kept connection, which one worker answers, until told to stop.

    generations  name of each generation seen, with the moment it was seen first
    answers      how many whole answers came
    broken       what was wrong with the others: a status, or an answer that ended too early
    ended        the error with which the connection ended between two answers, or None
    """

    port: int
    generations: dict[str, float] = field(default_factory=dict)
    answers: int = 0
    broken: list[str] = field(default_factory=list)
    ended: Exception | None = None
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        while not self.stop.wait(PAUSE_SECONDS):
            try:
                status, body = _answer(connection, "/api/v1/search?q=parcel&locale=en")
            except http.client.RemoteDisconnected as error:
                self.ended = error
                return
            except (http.client.HTTPException, ValueError) as error:
                self.broken.append(repr(error))
                return
            except OSError as error:
                self.ended = error
                return
            if status != 200:
                self.broken.append(f"status {status}")
                continue
            self.answers += 1
            self.generations.setdefault(json.loads(body)["generation"], time.monotonic())
        connection.close()


@contextmanager
def readers(server: Server, count: int) -> Iterator[list[Reader]]:
    """Let `count` readers ask all the time; they have stopped when the block is left."""
    there = [Reader(server.port) for _ in range(count)]
    threads = [threading.Thread(target=reader.run) for reader in there]
    for thread in threads:
        thread.start()
    try:
        yield there
    finally:
        for reader in there:
            reader.stop.set()
        for thread in threads:
            thread.join(timeout=30)
