"""Serving: requests a second, memory of a worker, its start, and how soon a change is found.

Requests a second need `wrk`, which runs on the same machine and takes its share of the cores;
so does it for the trivial route that they are compared with.
"""

import re
import shutil
import sys
from collections.abc import Sequence
from hashlib import md5
from itertools import count
from pathlib import Path
from statistics import median
from subprocess import DEVNULL, Popen
from time import perf_counter, sleep
from typing import Any

import orjson

from tests.benchmarks.building import changed, index_command
from tests.benchmarks.engines import Question
from tests.benchmarks.process import ROOT, memory, run
from tests.benchmarks.server import Server, search_path, serving
from tests.benchmarks.speed import say

WORKERS = 2
REPEATS = 3
TRIVIAL = "/healthz"
# As many answers in a row, each over a new connection: then every worker has the new state.
IN_A_ROW = 12
_DONE = re.compile(r"^done (\d+) (\d+) (\d+) (\d+)$", re.M)
_SCRIPT = """
local paths, at = {}, 0
for line in io.lines("%s") do paths[#paths + 1] = line end
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency)
  local e = summary.errors
  local errors = e.connect + e.read + e.write + e.status + e.timeout
  print(string.format("done %%d %%d %%d %%d", summary.requests, summary.duration,
    latency:percentile(99), errors))
end
"""


def measured(
    settings: Path, index: Path, asked: dict[str, Sequence[Question]], scratch: Path, seconds: int
) -> dict[str, Any]:
    """Return all figures of a running server; `asked` are questions by locale."""
    result: dict[str, Any] = {"worker_start": _worker_start(settings, index)}
    with serving(settings, index, WORKERS) as server:
        result["first_answer"] = server.first_answer
        for locale, found in asked.items():
            for question in found[:60]:
                server.get(search_path(question.text, locale))
        if shutil.which("wrk"):
            result["http"] = _requests(server, asked, scratch, seconds)
        else:
            say("  requests a second are left out: wrk is not installed (apt-get install wrk)")
        result["workers"] = [_memory(pid) for pid in server.workers()]
        for number in (1, 50):
            say(f"  serving: searchable after {number} changed")
            found = [_searchable(server, settings, index, number) for _ in range(REPEATS)]
            result[f"searchable {number}"] = {
                name: median(each[name] for each in found) for name in found[0]
            }
    return result


def _worker_start(settings: Path, index: Path) -> dict[str, float]:
    """Return the seconds of a worker's start by its parts, in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.worker_start", str(settings), str(index)]
    runs = [orjson.loads(run(command).output) for _ in range(REPEATS)]
    return {name: median(each[name] for each in runs) for name in runs[0]}


def _memory(pid: int) -> dict[str, float]:
    found = memory(pid)
    private = found.get("Private_Clean", 0) + found.get("Private_Dirty", 0)
    return {"private": private, "pss": found.get("Pss", 0), "rss": found.get("Rss", 0)}


_numbers = count(1)
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _searchable(server: Server, settings: Path, index: Path, number: int) -> dict[str, float]:
    """Return seconds from a command's start, and from its end, until all workers find a word."""
    # A word that no article has and that is no typing mistake of the one before.
    word = "qz" + md5(b"%d" % next(_numbers)).hexdigest()[:8].translate(_LETTERS)
    with changed(settings.parent, number, word):
        start = perf_counter()
        with Popen(
            index_command(settings, index), cwd=ROOT, stdout=DEVNULL, stderr=DEVNULL
        ) as process:
            found_at, ended_at = _watched(server, word, process)
    run(index_command(settings, index))
    return {
        "command": ended_at - start,
        "from_start": found_at - start,
        "after_end": max(0.0, found_at - ended_at),
    }


def _watched(server: Server, word: str, process: Popen) -> tuple[float, float]:
    row, found_at, ended_at = 0, 0.0, 0.0
    deadline = perf_counter() + 120
    while perf_counter() < deadline:
        now = perf_counter()
        if not ended_at and process.poll() is not None:
            ended_at = now
        if any(server.total(word, locale) for locale in ("en", "vi", "zh-Hant")):
            found_at = found_at if row else now
            row += 1
        else:
            row = 0
        if row >= IN_A_ROW and ended_at:
            return found_at, ended_at
        sleep(0.01)
    raise RuntimeError(f"{word} was not found within two minutes")


def _requests(
    server: Server, asked: dict[str, Sequence[Question]], scratch: Path, seconds: int
) -> dict[str, Any]:
    paths = {"trivial": [TRIVIAL]}
    for locale, found in asked.items():
        paths[locale] = [search_path(question.text, locale) for question in found]
    runs: dict[str, list[dict[str, float]]] = {name: [] for name in paths}
    for turn in range(REPEATS):
        say(f"  serving: requests a second, turn {turn + 1} of {REPEATS}")
        for name, lines in paths.items():
            runs[name].append(_wrk(server, lines, scratch / f"wrk-{name}", seconds))
    result = {
        name: {key: median(each[key] for each in found) for key in found[0]}
        for name, found in runs.items()
    }
    for name in asked:
        result[name]["share"] = result[name]["per_second"] / result["trivial"]["per_second"]
        result[name]["p99_ratio"] = result[name]["p99_ms"] / result["trivial"]["p99_ms"]
        result[name]["errors"] = sum(each["errors"] for each in runs[name])
    return result


def _wrk(server: Server, paths: Sequence[str], stem: Path, seconds: int) -> dict[str, float]:
    lines, script = stem.with_suffix(".txt"), stem.with_suffix(".lua")
    lines.write_text("\n".join(paths) + "\n", encoding="utf-8")
    script.write_text(_SCRIPT % lines, encoding="utf-8")
    address = f"http://127.0.0.1:{server.port}"
    before = server.cpu()
    output = run(["wrk", "-c8", "-t2", f"-d{seconds}s", "-s", str(script), address]).output
    spent = server.cpu() - before
    done = _DONE.search(output)
    assert done, output
    requests, microseconds, p99, errors = map(int, done.groups())
    return {
        "per_second": requests / microseconds * 1e6,
        "p99_ms": p99 / 1_000,
        "cpu_us": spent / max(1, requests) * 1e6,
        "errors": errors,
    }
