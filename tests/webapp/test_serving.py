"""The server as a process: workers that die, an index that changes, a stop while people read."""

import os
import shutil
import signal
import time
from functools import partial

import pytest
from server_process import publish, readers, serving, wait_until

SWITCHES = 5
SECONDS_TO_FOLLOW = 2.0


@pytest.fixture
def folder(published, tmp_path):
    return shutil.copytree(published, tmp_path / "site", symlinks=True)


def test_a_worker_that_dies_is_replaced_and_the_others_go_on(folder):
    with serving(folder, workers=2) as server:
        dead, living = server.workers()
        os.kill(dead, signal.SIGKILL)
        wait_until(lambda: dead not in server.workers(), 5)  # what it was answering is lost
        until = time.monotonic() + 1
        while time.monotonic() < until:
            assert server.get("/api/v1/search?q=parcel&locale=en")[0] == 200
        wait_until(lambda: len(server.workers()) == 2, 20)
        assert living in server.workers()


def test_every_worker_serves_a_new_generation_soon_and_no_answer_is_lost(folder):
    # Twelve connections: each worker has some of them.
    with serving(folder, workers=2) as server, readers(server, 12) as there:
        wait_until(lambda: all(reader.answers for reader in there), 20)
        for number in range(SWITCHES):
            publish(folder, f"word{number}")
            wait_until(partial(all_saw, there, number + 2), SECONDS_TO_FOLLOW)
    assert [reader.broken for reader in there] == [[]] * len(there)
    assert [reader.ended for reader in there] == [None] * len(there)


def all_saw(there, generations):
    return all(len(reader.generations) == generations for reader in there)


def test_a_stop_lets_answers_come_to_their_end(folder):
    with serving(folder, workers=2) as server, readers(server, 8) as there:
        wait_until(lambda: all(reader.answers > 5 for reader in there), 20)
        server.process.terminate()
        assert server.process.wait(timeout=20) == 0
        wait_until(lambda: all(reader.ended for reader in there), 20)
    assert [reader.broken for reader in there] == [[]] * len(there)
    with pytest.raises(ConnectionRefusedError):
        server.get("/healthz")
