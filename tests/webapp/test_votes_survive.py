"""Votes while the server is killed, and many at once: who was thanked has voted."""

import http.client
import os
import shutil
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from server_process import serving, wait_until
from stored import votes_in

from kb.events.database import Database

VOTES = 200
BEFORE_THE_KILL = 60
CONFIG = """\
[staff]
trusted_proxies = ["127.0.0.1"]
"""


@dataclass(slots=True)
class Voters:
    """Votes of many households, sent one after the other over one connection.

    thanked  addresses whose vote was acknowledged
    refused  what else was answered
    """

    port: int
    thanked: list[str] = field(default_factory=list)
    refused: list[int] = field(default_factory=list)

    def send(self, addresses):
        """Vote once from each address, until the server is gone."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        gone = suppress(OSError, http.client.HTTPException)
        with closing(connection), gone:
            for address in addresses:
                status = self._vote(connection, address)
                if status == 303:
                    self.thanked.append(address)
                else:
                    self.refused.append(status)

    def _vote(self, connection, address):
        headers = {
            "Content-Type": "application/x-www-form-urlencoded",
            "Sec-Fetch-Site": "same-origin",
            "X-Forwarded-For": address,
        }
        connection.request("POST", "/en/votes/send", urlencode({"helpful": "yes"}), headers)
        response = connection.getresponse()
        response.read()
        return response.status


@pytest.fixture
def folder(published, tmp_path):
    folder = shutil.copytree(published, tmp_path / "site", symlinks=True)
    (folder / "kb.toml").write_text(CONFIG, encoding="utf-8")
    return folder


def stored(folder):
    database = Database(f"sqlite:///{folder / 'var' / 'kb.sqlite3'}")
    try:
        return len(votes_in(database))
    finally:
        database.close()


def test_every_vote_that_was_acknowledged_is_there_after_a_kill(folder):
    with serving(folder, workers=1) as server:
        voters = Voters(server.port)
        addresses = [f"192.0.2.{number}" for number in range(VOTES)]
        sending = threading.Thread(target=voters.send, args=(addresses,))
        sending.start()
        wait_until(lambda: len(voters.thanked) >= BEFORE_THE_KILL, 20)
        # The first process would replace its worker, so it goes first.
        for process in (server.process.pid, *server.workers()):
            os.kill(process, signal.SIGKILL)
        sending.join(timeout=30)
    assert BEFORE_THE_KILL <= len(voters.thanked) < VOTES
    assert voters.refused == []
    assert stored(folder) - len(voters.thanked) in (0, 1), "one may have been on its way"


def test_no_vote_of_eight_at_once_is_lost_by_two_workers(folder):
    with serving(folder, workers=2) as server, ThreadPoolExecutor(8) as pool:
        there = [Voters(server.port) for _ in range(8)]
        for number, voters in enumerate(there):
            pool.submit(voters.send, [f"198.51.{number}.{each}" for each in range(VOTES // 8)])
    assert [voters.refused for voters in there] == [[]] * 8
    assert sum(len(voters.thanked) for voters in there) == stored(folder) == VOTES
