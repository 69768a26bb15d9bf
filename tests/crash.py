"""Kills a program at a chosen change to the disk, or after a time, and says how far it came.

The target is any `module:function` that reads `sys.argv`, such as `kb.cli:main`. Sweep
`at_operation` over 1 to the `operations` of an unharmed run to be at every point once.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

RUNNER = Path(__file__).with_name("crash_runner.py")


@dataclass(frozen=True, slots=True)
class Run:
    """How a run ended.

    killed      whether SIGKILL ended it
    operations  changes to the disk begun; None when it was killed after a time
    status      exit status; negative for a signal
    output      what it printed, both streams
    """

    killed: bool
    operations: int | None
    status: int
    output: str


def run_and_kill(
    target: str,
    arguments: Sequence[str] = (),
    *,
    within: Path,
    at_operation: int | None = None,
    after_seconds: float | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Run:
    """Run `target` and kill it, or not at all when neither moment is given.

    within         only changes under this folder are operations
    at_operation   kill just before this operation, counted from 1
    after_seconds  kill when it still runs after so long, with the processes it started
    """
    reader, writer = os.pipe()
    numbers = [str(within), str(at_operation or 0), str(writer)]
    # Not a pipe: processes that outlive the killed one would keep it open.
    with tempfile.TemporaryFile() as output, os.fdopen(reader) as report:
        process = subprocess.Popen(
            [sys.executable, str(RUNNER), *numbers, target, *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            env=None if env is None else dict(env),
            cwd=cwd,
            pass_fds=[writer],
            start_new_session=True,
        )
        os.close(writer)
        try:
            process.wait(after_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        killed = process.returncode == -signal.SIGKILL
        seen = "" if killed else report.readline()
        output.seek(0)
        text = output.read().decode(errors="replace")
    operations = int(seen) if seen else at_operation if after_seconds is None else None
    return Run(killed, operations, process.returncode, text)


def points(operations: int, wanted: int) -> list[int]:
    """Return at most `wanted` operations from 1 to `operations`, evenly spread, ends included."""
    if wanted >= operations:
        return list(range(1, operations + 1))
    last = max(wanted - 1, 1)
    return sorted({1 + i * (operations - 1) // last for i in range(wanted)})
