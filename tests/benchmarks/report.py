"""Tables of a run: everything as Markdown, the compact one for the README, and one last line."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.benchmarks.timing import geometric_mean, growth

Json = Mapping[str, Any]

NAMES = {
    "ours": "ours",
    "tantivy": "tantivy",
    "tantivy-passages": "tantivy, passages",
    "fts5": "SQLite FTS5",
    "bm25s": "bm25s",
    "whoosh": "Whoosh",
}
# The columns of the short table: what is asked in which language.
COLUMNS = {"en": ("en", "known"), "vi": ("vi", "known"), "zh": ("zh-Hant", "known"),
           "long": ("en", "symptoms")}  # fmt: skip
LANGUAGES = ("en", "vi", "zh")
NOTES = """
Engines take turns in one process, all questions of a kind a turn; a question's time is the median
of its rounds, from the typed text to the answer. Of messages (`message`, and `symptoms`, the
column "long") all engines get as much as our search box reads; under `whole` they get all of it,
and ours still reads that much. What ours does in the same time and the others do not: care for
spelling and unfinished words, count all matches and their topics, find the best passage, mark the
title. `score` of Whoosh reads stored fields; it knows no other way. Python's garbage collector
waits for all.
Building and serving are measured as whole processes, their children included."""


def main_size(result: Json) -> str:
    """Return the size that the tables are about: the largest with all engines."""
    return max(result["sizes"], key=lambda size: (int(size) <= 20_000, int(size)))


def whole(result: Json) -> Iterator[str]:
    """Yield the lines of all tables."""
    size = main_size(result)
    yield f"# Benchmark: {', '.join(result['sizes'])} articles"
    yield ""
    yield "; ".join(f"{name} {value}" for name, value in result["machine"].items()) + "."
    yield from (f"\n{sentence}" for sentence in result["missing"])
    if "locales" in result["sizes"][size]:
        yield from short(result)
        yield from _kinds(result["sizes"][size]["locales"], size)
        yield from _growth(result["sizes"])
    if "exactness" in result:
        yield from _exactness(result["exactness"], size)
    yield from _builds(result["sizes"])
    if "building" in result:
        yield from _building(result["building"])
    if "serving" in result:
        yield from _serving(result["serving"])
    yield NOTES


def short(result: Json) -> Iterator[str]:
    """Yield the table for the README: CPU of a query and ratios, by column."""
    size = main_size(result)
    locales = result["sizes"][size]["locales"]
    for mode, what in (("snippets", "Query with snippets"), ("score", "Scoring alone")):
        rows = {
            name: [_found(locales, column, mode, engine) for column in COLUMNS]
            for engine, name in NAMES.items()
        }
        if not any(rows["ours"]):
            continue
        yield f"\n## {what}, top 10 of {int(size):,} articles\n"
        yield "CPU microseconds p50 / p95 of a query; in brackets ours / theirs, p50 and p95.\n"
        yield from _header("engine", *COLUMNS)
        yield from (_row(name, *map(_cell, row)) for name, row in rows.items() if any(row))
        first = [f"{each['cpu_first_p50']:,.0f}" if each else "-" for each in rows["ours"]]
        yield f"\nOurs when a question is asked for the first time, p50: {' / '.join(first)}"
    yield "\nCompletion of an unfinished title, ours, CPU microseconds p50 / p95: " + ", ".join(
        f"{locale} {_p(each['complete'])}" for locale, each in locales.items()
    )


def _found(locales: Json, column: str, mode: str, engine: str) -> Json | None:
    locale, kind = COLUMNS[column]
    kinds = locales.get(locale, {}).get("kinds", {})
    return kinds.get(kind, {}).get(mode, {}).get(engine)


def _cell(found: Json | None) -> str:
    if not found:
        return ""
    if "ratio" not in found:
        return _p(found)
    ratio = found["ratio"]
    return f"{_p(found)} ({ratio['p50']:.3g}, {ratio['p95']:.3g})"


def _p(found: Json | None) -> str:
    return f"{found['cpu_p50']:,.0f} / {found['cpu_p95']:,.0f}" if found else ""


def _kinds(locales: Json, size: str) -> Iterator[str]:
    for mode in ("snippets", "score"):
        engines = [name for name in NAMES if any(
            name in found.get(mode, {}) for each in locales.values()
            for found in each["kinds"].values())]  # fmt: skip
        if not engines:
            continue
        yield f"\n## Every kind of question, {mode}, {int(size):,} articles\n"
        yield "CPU microseconds p50 / p95; in brackets ours / theirs; then answers of 10, if few.\n"
        yield from _header("locale", "kind", *(NAMES[name] for name in engines))
        for locale, each in locales.items():
            for kind, found in each["kinds"].items():
                cells = [_cell_with_answers(found.get(mode, {}).get(name)) for name in engines]
                if any(cells):
                    yield _row(locale, kind, *cells)


def _cell_with_answers(found: Json | None) -> str:
    few = f" [{found['found']:.1f}]" if found and found["found"] < 8 else ""
    return _cell(found) + few


def _growth(sizes: Json) -> Iterator[str]:
    if len(sizes) == 1:
        return
    yield "\n## Growth: CPU microseconds p50 with snippets, by number of articles\n"
    yield from _header("column", "engine", *(f"{int(size):,}" for size in sizes), "exponent")
    for column in COLUMNS:
        for engine, name in NAMES.items():
            found = {
                int(size): _found(each["locales"], column, "snippets", engine)
                for size, each in sizes.items()
            }
            if any(found.values()):
                cells = [f"{each['cpu_p50']:,.0f}" if each else "" for each in found.values()]
                yield _row(column, name, *cells, _exponent(found))
    yield "\nThe exponent is that from the first size of at least 10,000 articles to the last one."


def _exactness(found: Json, size: str) -> Iterator[str]:
    yield f"\n## The same scores from Whoosh, {int(size):,} articles\n"
    yield (
        "All documents that a query finds, heads and passages, against stock Whoosh over the same "
        "index with `limit=None` and the same formula; CPU from the parsed query to all scores.\n"
    )
    yield from _header(
        "locale", "kind", "queries", "largest relative error", "same order",
        "ours, CPU us p50", "Whoosh, CPU us p50", "ours / Whoosh, median",
    )  # fmt: skip
    for locale, kinds in found.items():
        for kind, each in kinds.items():
            yield _row(
                locale, kind, f"{each['questions']}", f"{each['error']:.1e}",
                f"{each['same_order']}", f"{each['ours_p50']:,.0f}",
                f"{each['whoosh_p50']:,.0f}", f"{each['ratio']:.4f}",
            )  # fmt: skip


def _builds(sizes: Json) -> Iterator[str]:
    yield "\n## Cold build by number of articles\n"
    yield from _header("articles", "CPU s", "wall s", "peak MB", "index MB")
    for size, each in sizes.items():
        cost = each["build"]
        figures = (cost["cpu"], cost["wall"], cost["peak"], cost["index_mb"])
        yield _row(f"{int(size):,}", *(f"{figure:,.1f}" for figure in figures))


def _exponent(found: Mapping[int, Json | None]) -> str:
    large = sorted(size for size, each in found.items() if each and size >= 10_000)
    if len(large) < 2:
        return ""
    first, last = large[0], large[-1]
    return f"{growth(found[first]['cpu_p50'], found[last]['cpu_p50'], last / first):.2f}"


def _building(found: Json) -> Iterator[str]:
    yield "\n## Building and updating, whole commands\n"
    yield from _header("what", "CPU s", "wall s", "peak MB")
    names = {
        "cold": "kb index, cold",
        "render_alone": "Python-Markdown + nh3 alone, same files, one process",
        "changed 0": "kb index, nothing changed",
        "changed 1": "kb index, 1 article changed",
        "changed 50": "kb index, 50 articles changed",
    }
    for key, name in names.items():
        each = found[key]
        yield _row(name, *(f"{each[part]:.2f}" for part in ("cpu", "wall")), f"{each['peak']:.0f}")
    yield f"\nCold build / rendering alone, CPU: {found['ratio_cpu']:.2f}"


def _serving(found: Json) -> Iterator[str]:
    yield "\n## Serving, two workers\n"
    if "http" in found:
        yield from _header(
            "route", "requests/s", "share of trivial", "p99 ms", "/ trivial", "CPU us", "errors"
        )
        for name, each in found["http"].items():
            share, p99 = each.get("share", 1), each.get("p99_ratio", 1)
            yield _row(
                name, f"{each['per_second']:,.0f}", f"{share:.2f}", f"{each['p99_ms']:.1f}",
                f"{p99:.1f}", f"{each['cpu_us']:.0f}", f"{each['errors']:.0f}",
            )  # fmt: skip
        yield ""
    yield from _header("what", "figure")
    for number, each in enumerate(found["workers"], 1):
        sizes = f"{each['private']:.0f} / {each['pss']:.0f} / {each['rss']:.0f}"
        yield _row(f"worker {number}: private / proportional / resident MB", sizes)
    start = found["worker_start"]
    parts = f"{start['total']:.2f} (Python {start['python']:.2f}, imports and app "
    yield _row("start of a worker to first answer, s",
               parts + f"{start['app']:.2f}, index {start['index']:.2f})")  # fmt: skip
    yield _row("kb serve, two workers, to first answer, s", f"{found['first_answer']:.2f}")
    for number in (1, 50):
        each = found[f"searchable {number}"]
        yield _row(
            f"{number} changed, found on every worker: s after kb index ends (after it starts)",
            f"{each['after_end']:.2f} ({each['from_start']:.2f})",
        )


def last_line(result: Json) -> str:
    """Return the geometric means, over the languages, of ours / theirs with snippets, p50."""
    locales = result["sizes"][main_size(result)]["locales"]
    ratios: dict[str, Sequence[float]] = {}
    for engine in ("tantivy", "fts5", "whoosh"):
        found = [_found(locales, column, "snippets", engine) for column in LANGUAGES]
        ratios[engine] = [each["ratio"]["p50"] for each in found if each]
    return " ".join(
        f"ratio_to_{engine}={geometric_mean(each):.3g}" for engine, each in ratios.items()
    )


def _header(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield _row(*("---" for _ in cells))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
