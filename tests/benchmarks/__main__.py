"""The command line: `python -m tests.benchmarks`, which `make bench` calls.

Writes `result.json` into the working folder after every part, so that a run that is interrupted
leaves what it has measured. Prints progress on stderr, tables on stdout.
"""

import argparse
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import orjson

from tests.benchmarks import building, corpus, exactness, report, serving, speed
from tests.benchmarks.engines import Rival, available
from tests.benchmarks.ours import Ours
from tests.benchmarks.questions import questions

PACKAGES = ("Whoosh-Reloaded", "tantivy", "bm25s", "numpy", "granian")
SECTIONS = ("speed", "exactness", "building", "serving")
OF_A_SIZE = ("build", "locales")
# The largest size up to this one is measured in full, the others by what is in the short table.
MANY = 20_000
ALL = 12_253


def main() -> None:
    """Measure and print."""
    options = _options()
    work: Path = options.work.absolute()
    saved = work / "result.json"
    if options.readme:
        print("\n".join(report.short(orjson.loads(saved.read_bytes()))))
        return
    work.mkdir(parents=True, exist_ok=True)
    rivals, missing = available(options.engines)
    result: dict[str, Any] = {"machine": _machine(), "missing": missing, "sizes": {}}
    folder = corpus.unpacked(options.corpus, work)
    files = corpus.files_of(folder)
    # The corpus as it is stands for the size that it is meant to have.
    sizes = sorted({len(files) if size == ALL else size for size in options.sizes})
    full = max(sizes, key=lambda size: (size <= MANY, size))
    for size in sizes:
        settings = corpus.written(folder, files, size, work / str(size) / "articles")
        for name, part in _parts(settings, size == full, rivals, options):
            place = result["sizes"].setdefault(str(size), {}) if name in OF_A_SIZE else result
            place[name] = part
            saved.write_bytes(orjson.dumps(result, option=orjson.OPT_INDENT_2))
    print("\n".join(report.whole(result)))
    if "speed" in options.sections:
        print("\n" + report.last_line(result))


def _parts(
    settings: Path, is_full: bool, rivals: Sequence[Rival], options: argparse.Namespace
) -> Iterator[tuple[str, Any]]:
    """Yield what is measured at one size, by name; at one of them all there is."""
    place = settings.parent.parent
    index, scratch = place / "index", place / "scratch"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    speed.say(f"{place.name} articles: kb index")
    cold = speed.built(settings, index)
    yield "build", {**building.figures(cold), "index_mb": _megabytes(index)}
    if "speed" in options.sections:
        few = [rival for rival in rivals if int(place.name) <= rival.most]
        kinds = options.kinds or (() if is_full else speed.HEADLINE)
        yield "locales", _queries(index, scratch, few, kinds, options)
    if is_full and "exactness" in options.sections:
        yield "exactness", _exactness(index, options)
    if is_full and "building" in options.sections:
        yield "building", building.measured(settings, index, cold)
    if is_full and "serving" in options.sections:
        asked = _asked(index, options.sets)
        yield "serving", serving.measured(settings, index, asked, scratch, options.seconds)
    shutil.rmtree(scratch)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=main.__doc__)
    add = parser.add_argument
    add("--corpus", type=Path, default=Path("../shared/eval/speed_corpus"),
        help="archive (.tar.xz), its folder, or a folder of folders of Markdown")  # fmt: skip
    add("--sets", type=Path, help="folder of the judged sets; default: beside the corpus")
    add("--work", type=Path, default=Path("var/bench"), help="folder for everything made")
    add("--sizes", type=_numbers, default=[1_000, 3_000, ALL, 50_000, 100_000])
    add("--sections", type=_names, default=list(SECTIONS), help=",".join(SECTIONS))
    add("--engines", type=_names, default=[], help="which to compare with; default: all")
    add("--questions", type=int, default=60, help="of each kind and language")
    add("--compared", type=int, default=exactness.QUESTIONS,
        help="questions of each kind whose scores are compared with Whoosh's")  # fmt: skip
    add("--rounds", type=int, default=5)
    add("--kinds", type=_names, default=[], help="which kinds of questions; default: all")
    add("--modes", type=_names, default=["score", "snippets"])
    add("--seconds", type=int, default=5, help="of each run of wrk")
    add("--readme", action="store_true", help="print the last run's short table, measure nothing")
    options = parser.parse_args()
    if not options.readme and not options.corpus.exists():
        parser.error(f"there is no corpus in {options.corpus}; say where: --corpus FOLDER")
    if options.sets is None:
        beside = options.corpus if options.corpus.is_dir() else options.corpus.parent
        options.sets = beside.parent
    return options


def _numbers(text: str) -> list[int]:
    return [int(each) for each in text.split(",")]


def _names(text: str) -> list[str]:
    return [each.strip() for each in text.split(",") if each.strip()]


def _queries(
    index: Path,
    scratch: Path,
    rivals: Sequence[Rival],
    kinds: Sequence[str],
    options: argparse.Namespace,
) -> dict[str, Any]:
    return {
        locale: speed.measured(
            index,
            locale,
            rivals,
            options.sets,
            scratch,
            count=options.questions,
            rounds=options.rounds,
            kinds=kinds,
            modes=options.modes,
        )
        for locale in speed.locales_of(index)
    }


def _exactness(index: Path, options: argparse.Namespace) -> dict[str, Any]:
    found = {}
    for locale in speed.locales_of(index):
        speed.say(f"  {locale}: the same scores from Whoosh with limit=None")
        found[locale] = exactness.measured(index, locale, options.sets, options.compared)
    return found


def _asked(index: Path, sets: Path) -> dict[str, Any]:
    """Return many questions by locale: so many that remembering answers would not help."""
    found = {}
    for locale in speed.locales_of(index):
        texts = list(Ours(index, locale).articles())
        found[locale] = questions(locale, texts, sets, 600)["known"]
    return found


def _machine() -> dict[str, str]:
    versions = {name: version(name) for name in PACKAGES if _is_there(name)}
    return {
        "measured": datetime.now(UTC).date().isoformat(),
        "cores": str(os.cpu_count()),
        "load": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        **versions,
    }


def _is_there(name: str) -> bool:
    try:
        version(name)
    except ModuleNotFoundError:
        return False
    return True


def _megabytes(index: Path) -> float:
    """Return the size of an index folder; a file with several names counts once."""
    files = {path.stat().st_ino: path.stat().st_size for path in index.rglob("*") if path.is_file()}
    return sum(files.values()) / 1e6


if __name__ == "__main__":
    main()
