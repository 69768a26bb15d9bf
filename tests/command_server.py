"""Runs `kb` for the tests in processes that do not have to import it first.

Reads one call a line, as JSON, and answers with a line each. Every call is a fork of this process,
with its own folder, environment, standard streams and exit code; what one does, no other sees.
"""

import io
import json
import os
import runpy
import signal
import sys
import tempfile
import traceback
from importlib import import_module

SECONDS = 60
SLOW_TO_IMPORT = (
    *(
        "alembic.command",
        "argon2",
        "kb.cli",
        "kb.events.database",
        "kb.rendering.render",
        "kb.settings",
    ),
    *("indexer.building", "indexer.engine", "indexer.update"),
)


def serve() -> None:
    """Answer calls until there are no more."""
    for name in SLOW_TO_IMPORT:
        import_module(name)
    for line in sys.stdin:
        print(json.dumps(_call(json.loads(line))), flush=True)


def _call(call):
    with (
        tempfile.TemporaryFile() as stdin,
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
    ):
        stdin.write(call["stdin"].encode())
        stdin.seek(0)
        child = os.fork()
        if not child:
            _become(call, stdin, stdout, stderr)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        said = []
        for stream in (stdout, stderr):
            stream.seek(0)
            said.append(stream.read().decode("utf-8", "replace"))
        return code, *said


def _become(call, *streams):
    """Be the process of this call, and end."""
    code = 1
    try:
        signal.alarm(SECONDS)
        for number, stream in enumerate(streams):
            os.dup2(stream.fileno(), number)
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0, closefd=False)), "utf-8")
        sys.stdout, sys.stderr = (
            io.TextIOWrapper(io.BufferedWriter(io.FileIO(number, "w", closefd=False)), "utf-8")
            for number in (1, 2)
        )
        os.chdir(call["cwd"])
        os.environ.clear()
        os.environ.update(call["env"])
        sys.argv = ["kb", *call["arguments"]]
        runpy.run_module("kb", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
