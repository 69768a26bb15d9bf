"""Building and updating: `kb index` as a whole command, beside rendering the files alone."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.benchmarks.process import Cost, kb, run
from tests.benchmarks.speed import say

CHANGES = (0, 1, 50)
REPEATS = 3


def measured(settings: Path, index: Path, cold: Cost) -> dict[str, Any]:
    """Return what building costs; `cold` is the build that made `index`."""
    folder = settings.parent
    say("  building: rendering the same files alone")
    alone = run([sys.executable, "-m", "tests.benchmarks.render_alone", str(folder)])
    result: dict[str, Any] = {
        "cold": figures(cold),
        "render_alone": figures(alone),
        "ratio_cpu": cold.cpu / alone.cpu,
    }
    for changes in CHANGES:
        say(f"  building: kb index with {changes} articles changed")
        costs = [_updated(settings, index, changes, turn) for turn in range(REPEATS)]
        result[f"changed {changes}"] = {
            "wall": median(cost.wall for cost in costs),
            "cpu": median(cost.cpu for cost in costs),
            "peak": max(cost.peak for cost in costs),
        }
    return result


def figures(cost: Cost) -> dict[str, float]:
    """Return a cost as the report has it."""
    return {"cpu": cost.cpu, "wall": cost.wall, "peak": cost.peak, "largest": cost.largest}


def _updated(settings: Path, index: Path, changes: int, turn: int) -> Cost:
    with changed(settings.parent, changes, f"benchturn{turn}"):
        cost = run(index_command(settings, index))
    run(index_command(settings, index))
    return cost


def index_command(settings: Path, index: Path) -> list[str]:
    """Return the command that brings the index up to date."""
    return kb("--config", settings, "index", "--index", index)


@contextmanager
def changed(folder: Path, number: int, word: str) -> Iterator[None]:
    """Add a sentence with `word` to articles of every language, and take it away again."""
    files = spread(folder, number)
    before = {path: path.read_bytes() for path in files}
    try:
        for path, content in before.items():
            path.write_bytes(content.rstrip() + f"\n\nA new sentence says {word} here.\n".encode())
        yield
    finally:
        for path, content in before.items():
            path.write_bytes(content)


def spread(folder: Path, number: int) -> Sequence[Path]:
    """Return that many articles, of all folders alike; no huge ones."""
    files = [path for path in sorted(folder.rglob("*.md")) if 500 < path.stat().st_size < 20_000]
    return files[:: max(1, len(files) // max(1, number))][:number]
