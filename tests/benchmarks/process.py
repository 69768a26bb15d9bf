"""Run a command and say what it cost: CPU, wall and memory, its children included."""

import os
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from time import perf_counter

ROOT = Path(__file__).parent.parent.parent
# As pip leaves what it installs: with its modules compiled, by the first run.
INSTALLED = {"PYTHONDONTWRITEBYTECODE": ""}
SAMPLE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command cost.

    cpu, wall  seconds
    peak       MB, proportional set size of the command and its children together, sampled
    largest    MB, the most resident memory of one of its processes, as the kernel counted it
    """

    cpu: float
    wall: float
    peak: float
    largest: float
    output: str


def kb(*arguments: str | Path) -> list[str]:
    """Return the command line of our own program."""
    return [sys.executable, "-m", "kb", *map(str, arguments)]


def run(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    *,
    fine: Collection[int] = (0,),
) -> Cost:
    """Run a command to its end; its exit code has to be one of those that are fine."""
    start = perf_counter()
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **INSTALLED, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        peak = _Peak(process.pid)
        errors = _Reader(process.stderr)
        output = process.stdout.read().decode()
        _, status, usage = os.wait4(process.pid, 0)
        wall = perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        megabytes = peak.stop()
    if process.returncode not in fine:
        raise RuntimeError(f"{' '.join(command)} failed:\n{errors.text()[-2_000:]}")
    cpu = usage.ru_utime + usage.ru_stime
    return Cost(cpu, wall, megabytes, usage.ru_maxrss / 1_024, output)


class _Reader:
    """Empties a pipe, so that who writes into it does not wait."""

    def __init__(self, pipe) -> None:
        self._content = b""
        self._pipe = pipe
        self._thread = Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        self._content = self._pipe.read()

    def text(self) -> str:
        self._thread.join()
        return self._content.decode("utf-8", "replace")


class _Peak:
    """Samples the memory of a process and its descendants."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0.0
        self._over = Event()
        self._thread = Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._over.wait(SAMPLE_SECONDS):
            family = [self._pid, *descendants(self._pid)]
            self._most = max(self._most, sum(memory(pid).get("Pss", 0) for pid in family))

    def stop(self) -> float:
        self._over.set()
        self._thread.join()
        return self._most


def descendants(pid: int) -> list[int]:
    """Return the processes below `pid`, in no order."""
    found: list[int] = []
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        children = [(task / "children").read_text().split() for task in tasks]
    except OSError:
        return found
    for child in {int(each) for line in children for each in line}:
        found += [child, *descendants(child)]
    return found


def memory(pid: int) -> dict[str, float]:
    """Return what the kernel says of a process's memory, in MB; nothing when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:
        return {}
    rows = (line.split() for line in lines)
    return {row[0].rstrip(":"): int(row[1]) / 1_024 for row in rows}
