"""The pool keeps its limits, loses no item and leaves no process behind."""

import platform
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pool_tasks import double, misbehave, process_id, rendered, size

from kb.errors import ArticleError
from kb.pool import BoundedPool, Failure, give_back_memory

REPEAT = 6_000


def is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_every_item_comes_back_once():
    with BoundedPool(2) as pool:
        assert dict(pool.map(double, range(500))) == {n: 2 * n for n in range(500)}
        assert dict(pool.map(double, [])) == {}
        assert dict(pool.map(size, ["x" * 3_000_000] * 4))[3][0] == 3_000_000


@pytest.mark.parametrize(
    ("how", "reason"),
    [
        ("sleep", "took longer than 0.5 seconds"),
        ("spin", "took longer than 0.5 seconds"),
        ("stubborn", "took longer than 0.5 seconds"),
        ("memory", "too much memory"),
        ("crash", "killed by signal 11"),
        ("exit", "code 3"),
        ("raise", "ValueError: no"),
        ("recursion", "nested too deep"),
        ("unsendable", "cannot be sent"),
    ],
)
def test_a_bad_item_fails_alone(how, reason):
    items = ["a", "b", how, "c", "d", "e", "f"]
    with BoundedPool(1, seconds=0.5, megabytes=256) as pool:
        results = dict(pool.map(misbehave, items))
    failure = results.pop(2)
    assert isinstance(failure, Failure)
    assert reason in failure.reason
    assert results == {n: item for n, item in enumerate(items) if n != 2}


def test_an_authors_error_comes_back_as_itself():
    with BoundedPool(1) as pool:
        ((_, error),) = pool.map(misbehave, ["author"])
    assert isinstance(error, ArticleError)
    assert str(error) == "en/a.md:3: found. fix."


def test_an_item_that_cannot_be_sent_fails_alone():
    with BoundedPool(1) as pool:
        results = dict(pool.map(misbehave, ["a", lambda: 1, "b"]))
    assert isinstance(results[1], Failure)
    assert (results[0], results[2]) == ("a", "b")


def test_items_are_read_only_as_they_are_needed():
    taken = []

    def items():
        for number in range(1000):
            taken.append(number)
            yield number

    with BoundedPool(1) as pool:
        results = pool.map(double, items())
        next(results)
        assert len(taken) < 10


def test_nothing_runs_after_the_pool_is_closed_or_left_early():
    with BoundedPool(2) as pool:
        pids = {pid for _, pid in pool.map(process_id, [0.0] * 20)}
        assert all(map(is_running, pids))
    assert not any(map(is_running, pids))
    pool = BoundedPool(1)
    results = pool.map(process_id, [0, 60, 60])
    _, pid = next(results)
    results.close()
    assert not is_running(pid)


def test_an_interrupt_leaves_nothing_behind():
    def items():
        yield 0.0
        yield 0.0
        yield 0.0
        raise KeyboardInterrupt

    pids = []
    with BoundedPool(1) as pool:
        results = pool.map(process_id, items())
        pids.append(next(results)[1])
        with pytest.raises(KeyboardInterrupt):
            list(results)
    assert not any(map(is_running, pids))


def test_workers_end_when_their_parent_is_killed():
    code = (
        "import sys; sys.path[:0] = sys.argv[1:]\n"
        "from kb.pool import BoundedPool; from pool_tasks import process_id\n"
        "pool = BoundedPool(1); results = pool.map(process_id, [0, 60])\n"
        "print(next(results)[1], flush=True); next(results)"
    )
    here = Path(__file__).parent
    command = [sys.executable, "-c", code, str(here), str(here.parents[1])]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        assert is_running(worker)
        parent.kill()
    deadline = time.monotonic() + 5
    while is_running(worker) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not is_running(worker)


HOSTILE = {
    "brackets": "[" * 20_000,
    "image brackets": "![" * 10_000,
    "open links": "[a](" * 5_000,
    "open link targets": "[a](<b" * 3_300,
    "open tags": "<a " * 6_600,
    "open cdata": "<![CDATA[" * 2_200,
    "open comments": "<!--" * 5_000,
    "dashes": "- " * 10_000,
    "numbers": "1. " * 6_600,
    "setext": "a\n=\n" * 5_000,
    "headings": "# a\n" * 5_000,
    "definitions": "a\n:   b\n\n" * 2_200,
    "quotes": ">" * 20_000,
    "nested quotes": "\n".join(">" * n + " x" for n in range(190)),
    "nested lists": "\n".join(" " * 2 * n + "- x" for n in range(140)),
    "nested elements": "<div>" * 4_000,
    "tables": "|a" * 5_000 + "\n" + "|-" * 5_000 + "\n" + "|b" * 5_000,
    "emphasis": "*a_b" * 5_000,
    "backticks": "".join("`" * n + "a" for n in range(200)),
    "footnotes": "[^1]" * 5_000 + "\n\n[^1]: x",
    "references": "[a]: b\n" * 3_000,
    "attributes": "x {: " + "a=b " * 5_000 + "}",
    "entities": "&#x41;" * 3_300,
    "directives": ":::image " * 2_200,
    "includes": "[!INCLUDE [" * 1_800,
    "one word": "x" * REPEAT * 10,
    "tabs": "\t" * 20_000 + "x",
    "fences": "```\n" * 5_000,
}


def test_hostile_markdown_costs_a_bounded_time_and_spares_the_others():
    items = [*HOSTILE.values(), "good"]
    started = time.monotonic()
    with BoundedPool(2, seconds=1.5) as pool:
        results = dict(pool.map(rendered, items))
    assert sorted(results) == list(range(len(items)))
    assert results[len(items) - 1] == len("<p>good</p>")
    assert time.monotonic() - started < 3 * len(items) / 2
    for name, result in zip(HOSTILE, map(results.get, range(len(HOSTILE))), strict=True):
        assert isinstance(result, (int, Failure)), name


def test_the_pool_is_not_slowed_down_by_talking():
    with BoundedPool(1) as pool:
        list(pool.map(double, [1]))
        started = time.monotonic()
        assert len(list(pool.map(double, range(2_000)))) == 2_000
        assert time.monotonic() - started < 4


def test_what_lay_between_objects_that_stay_is_given_back():
    # Too small for pages of their own, too large for Python's own arenas.
    rows = [bytes(60_000) for _ in range(1_000)]
    kept = rows[::100]
    before = resident()
    del rows
    give_back_memory()
    assert before - resident() > 40_000_000 or platform.libc_ver()[0] != "glibc"
    assert len(kept) == 10


def resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()
