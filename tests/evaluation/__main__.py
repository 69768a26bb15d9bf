"""The command line: `python -m tests.evaluation`, for tuning and for the table of ablations.

Every set's index is built once and kept; every result is kept too, as long as no code changes, so
a run that was interrupted goes on where it stopped. Sets are run in two processes.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path

import orjson

from kb.cli.judging import asked, index_set
from kb.evaluation.measures import EvaluationSet, evaluate, run_file, write_run
from kb.evaluation.sets import JUDGEMENTS, folders_of, load_set
from tests.evaluation.indexes import code_of, index_of
from tests.evaluation.mechanisms import ABLATIONS, Variation, changed, tried
from tests.evaluation.tables import table

DERIVED = (
    "xquad_vi:stripped",
    "xquad_en:from-xquad_vi",
    "xquad_en:from-xquad_zh",
    "xquad_vi:from-xquad_en",
)
BASE = Variation("as it is")


def main() -> None:
    """Run what was asked for and print a table of differences."""
    options = _options()
    specs = _specs(options.sets, options.only)
    variations = [BASE, *(ABLATIONS if options.ablations else ())]
    variations += [each for option in options.tries for each in tried(option)]
    results = options.work / "results" / code_of(indexing_only=False)
    with ProcessPoolExecutor(options.processes) as pool:
        jobs = {
            pool.submit(_run_set, spec, variations, options.work, results): spec for spec in specs
        }
        for done in as_completed(jobs):
            done.result()
            print(f"{Path(jobs[done]).name}: done", file=sys.stderr)
    names = [Path(spec).name for spec in specs]
    found = {
        each.name: {name: orjson.loads(_place(results, each, name).read_bytes()) for name in names}
        for each in variations
    }
    print("\n".join(table(found, options.measure)))
    print(f"\nruns: {results}", file=sys.stderr)


def _run_set(spec: str, variations: Sequence[Variation], work: Path, results: Path) -> None:
    """Run one set in all variations that have no result yet."""
    name = Path(spec).name
    left = [each for each in variations if not _place(results, each, name).is_file()]
    if not left:
        return
    judged = load_set(spec)
    index = index_of(spec, judged, work / "indexes")
    for variation in left:
        with changed(variation.changes):
            if variation.shapes_index:
                with tempfile.TemporaryDirectory(prefix="kb-evaluation-") as folder:
                    index_set(judged, Path(folder), workers=1)
                    _judge(judged, Path(folder), _place(results, variation, name))
            else:
                _judge(judged, index, _place(results, variation, name))


def _judge(judged: EvaluationSet, index: Path, place: Path) -> None:
    """Write a set's figures and its run; the figures last, for they say that all is there."""
    figures, run = evaluate(judged, asked(judged, index, "search"))
    place.parent.mkdir(parents=True, exist_ok=True)
    write_run(run_file(place.parent, judged.name), run)
    rows = {name: {"queries": part.queries, **part.measures} for name, part in figures.items()}
    place.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2))


def _place(results: Path, variation: Variation, name: str) -> Path:
    changes = "".join(char if char.isalnum() or char in "=._" else "-" for char in variation.name)
    return results / changes / f"{name.replace(':', '-')}.json"


def _specs(folder: Path, only: Sequence[str]) -> list[str]:
    """Return the sets under `folder` that have judgements, and those made of them."""
    names = [path.name for path in sorted(folder.iterdir()) if path.is_dir()]
    specs = [str(folder / name) for name in (*names, *DERIVED)]
    specs = [s for s in specs if all((path / JUDGEMENTS).is_file() for path in folders_of(s))]
    chosen = [spec for spec in specs if not only or Path(spec).name in only]
    # The slowest first, so that no process is left alone with one at the end.
    return sorted(chosen, key=lambda s: -(folders_of(s)[-1] / "queries.jsonl").stat().st_size)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--work", type=Path, default=Path("var/evaluation"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--measure", default="recall@1")
    parser.add_argument("--ablations", action="store_true", help="each mechanism off in turn")
    parser.add_argument("--try", dest="tries", action="append", default=[], metavar="NAME=V,V")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
