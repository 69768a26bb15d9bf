"""Generations survive second writers, kills at any moment and a full disk, with real processes."""

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from crash import points, run_and_kill
from generation_writer import contents, files, names, update

from indexer.generations import Generations
from indexer.manifest import FILE_NAME, Generation, Manifest
from kb.errors import IndexBusy, IndexUnavailable

HERE = Path(__file__).parent
ENV = {**os.environ, "PYTHONPATH": str(HERE)}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


# Two writers


@pytest.fixture
def holder(root: Path):
    """A process that holds the lock; it has a child, forked while it held the lock."""
    program = "import generation_writer; generation_writer.hold()"
    with subprocess.Popen(
        [sys.executable, "-c", program, root], env=ENV, stdout=subprocess.PIPE, text=True
    ) as process:
        child = int(process.stdout.readline())
        yield process
        os.kill(child, signal.SIGKILL)
        process.kill()


def test_a_second_writer_is_told_who_holds_the_lock(root, holder):
    waited = []
    started = time.monotonic()
    with (
        pytest.raises(IndexBusy, match=f"process {holder.pid} is writing"),
        Generations(root).writer_lock(0.3, lambda: waited.append(1)),
    ):
        pass
    assert waited == [1]
    assert time.monotonic() - started >= 0.3


def test_a_waiting_writer_goes_on_when_the_holder_is_killed_though_its_child_lives(root, holder):
    with Generations(root).writer_lock(20, holder.kill):
        assert (root / "writer.lock").read_text() == f"{os.getpid()}\n"


def test_two_writers_in_one_process_exclude_each_other(root):
    with (
        Generations(root).writer_lock(0),
        pytest.raises(IndexBusy, match=f"process {os.getpid()} "),
        Generations(root).writer_lock(0),
    ):
        pass
    with Generations(root).writer_lock(0):
        pass


def test_readers_see_only_whole_generations_while_a_writer_works(root):
    update(root, 0)
    program = "import generation_writer; generation_writer.main()"
    arguments = [sys.executable, "-c", program, root, "1", "30"]
    with subprocess.Popen(arguments, env=ENV, stdout=subprocess.DEVNULL) as writer:
        reader, seen = Generations(root), []
        while writer.poll() is None:
            seen.append(int(reader.newest_verified().manifest.revision))
    assert writer.returncode == 0
    assert seen == sorted(seen)
    assert int(reader.newest_verified().manifest.revision) == 30


def test_a_reader_that_a_switch_overtakes_starts_again(root, tmp_path):
    old, new = update(root, 1), update(tmp_path / "other", 2)
    (old.path / FILE_NAME).unlink()
    os.mkfifo(old.path / FILE_NAME)
    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(Generations(root).newest_verified)
        with (old.path / FILE_NAME).open("w"):  # Opens when the reader has come that far.
            new.path.rename(root / new.name)
            (root / "current").unlink()
            (root / "current").symlink_to(new.name)
            (old.path / FILE_NAME).unlink()
        assert reading.result(10).manifest == new.manifest


# Crashes


def assert_whole(root: Path, allowed: set[int | None]) -> None:
    """One of the allowed rounds serves, complete, and the next writer finds a tidy place."""
    try:
        generation = Generations(root).newest_verified()
    except IndexUnavailable:
        serving = None
    else:
        serving = int(generation.manifest.revision)
        assert files(generation) == contents(serving)
    assert serving in allowed
    for path in root.glob("*-*-??????"):
        manifest = Manifest.from_json((path / FILE_NAME).read_bytes())
        assert Generation(path, manifest).verify() == []
    writer = Generations(root)
    with writer.writer_lock(0):
        left = names(root)
        assert not [name for name in left if name.endswith(".tmp")]
        assert not (root / "damaged").exists()
        assert len(left) <= 4
    assert files(update(root, 99)) == contents(99)
    assert len(names(root)) <= 3


@pytest.mark.parametrize("before", [0, 1, 4], ids=["first build", "update", "update and prune"])
def test_killed_at_any_operation_the_previous_or_the_new_generation_serves(root, before, kills):
    original = root.with_name("original")
    original.mkdir()
    for n in range(1, before + 1):
        update(original, n)
    arguments = [str(root), str(before + 1), str(before + 1)]

    def run(at_operation=None):
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(original, root, symlinks=True)
        return run_and_kill(
            "generation_writer:main", arguments, within=root, at_operation=at_operation, env=ENV
        )

    whole = run()
    assert whole.status == 0, whole.output
    for at in points(whole.operations, kills):
        assert run(at).killed
        assert_whole(root, {before or None, before + 1})


def test_killed_at_random_moments_the_previous_or_the_new_generation_serves(root, kills):
    moments = random.Random(20261122)
    for _ in range(kills):
        shutil.rmtree(root, ignore_errors=True)
        update(root, 1)
        run = run_and_kill(
            "generation_writer:main",
            [str(root), "2", "400"],
            within=root,
            after_seconds=moments.uniform(0.05, 0.3),
            env=ENV,
        )
        assert run.killed, run.output
        acknowledged = len(run.output.split()) + 1
        assert_whole(root, {acknowledged, acknowledged + 1})


@pytest.mark.parametrize("limit", [0, 8, 100, 1_000])
def test_when_no_more_can_be_written_the_previous_generation_serves(root, limit):
    older = update(root, 1)
    program = "import generation_writer; generation_writer.main()"
    done = subprocess.run(
        [sys.executable, "-c", program, root, "2", "2"],
        env=ENV,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert "File too large" in done.stderr
    assert Generations(root).newest_verified() == older
    assert_whole(root, {1})
