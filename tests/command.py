"""Run `kb` as a person does, in a process of its own."""

import atexit
import json
import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import kb

ROOT = Path(kb.__file__).parents[1]
ENV = {
    **{name: value for name, value in os.environ.items() if not name.startswith("KB_")},
    "PYTHONPATH": str(ROOT),
    "PYTHONUTF8": "1",
    # What these tests say of results holds by words, whether the extra is installed or not.
    "KB_SEARCH_SEMANTIC": "off",
}


def run(cwd, *arguments, env=None, stdin=""):
    """Run `kb` as a person does; no way of ending may show a traceback.

    Its process is a fork of one that has imported `kb` already: see command_server.py.
    """
    call = {
        "cwd": str(cwd),
        "arguments": [os.fsdecode(each) for each in arguments],
        "env": {**ENV, **(env or {})},
        "stdin": stdin,
    }
    server = _server()
    server.stdin.write(json.dumps(call) + "\n")
    server.stdin.flush()
    return _without_traceback(*json.loads(server.stdout.readline()))


def run_anew(cwd, *arguments, env=None):
    """Run `kb` in a new interpreter, for what is decided when one starts."""
    done = subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        cwd=cwd,
        env={**ENV, **(env or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    said = (out.decode("utf-8", "replace") for out in (done.stdout, done.stderr))
    return _without_traceback(done.returncode, *said)


def run_program(cwd, program):
    """Run Python text in a new interpreter and return what it prints."""
    done = subprocess.run(
        [sys.executable, "-c", program], env=ENV, cwd=cwd, capture_output=True, check=True
    )
    return done.stdout.decode()


def answer(cwd, *arguments):
    """Run `kb ... --json` and return its one object; nothing else may be printed."""
    code, stdout, stderr = run(cwd, *arguments, "--json")
    assert code == 0, stderr
    return json.loads(stdout)


def _without_traceback(code, stdout, stderr):
    assert "Traceback" not in stdout + stderr, stderr
    return code, stdout, stderr


@cache
def _server():
    server = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("command_server.py")],
        env={**ENV, "OPENBLAS_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(_end, server)
    return server


def _end(server):
    server.stdin.close()
    server.stdout.close()
    server.wait(timeout=10)
