"""Run `kb` as a person does, in a process of its own."""

import json
import os
import subprocess
import sys
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
    """Run `kb` as a person does; no way of ending may show a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        cwd=cwd,
        env={**ENV, **(env or {})},
        input=stdin.encode(),
        capture_output=True,
        timeout=60,
    )
    stdout, stderr = (out.decode("utf-8", "replace") for out in (done.stdout, done.stderr))
    assert "Traceback" not in stdout + stderr, stderr
    return done.returncode, stdout, stderr


def answer(cwd, *arguments):
    """Run `kb ... --json` and return its one object; nothing else may be printed."""
    code, stdout, stderr = run(cwd, *arguments, "--json")
    assert code == 0, stderr
    return json.loads(stdout)
