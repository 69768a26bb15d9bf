"""The command line: `python -m tests.evaluation`, for tuning and for the table of ablations.

The sets are those of a folder, some made of these, and the project's own articles ("own").
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

from indexer.vector_cache import CACHE_FILE
from kb.evaluation.measures import EvaluationSet, evaluate, run_file, write_run
from kb.evaluation.sets import JUDGEMENTS, folders_of, load_set
from kb.meaning.embedding import Embedder, open_embedder
from tests.evaluation.indexes import asked_in, code_of, give_vectors, index_of, make_index
from tests.evaluation.mechanisms import Variation, ablations, changed, tried
from tests.evaluation.own import OWN, own_set
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
    variations = [BASE, *ablations(options.ablations, by_meaning=options.semantic)]
    variations += [each for option in options.tries for each in tried(option)]
    results = options.work / "results" / code_of(indexing_only=False)
    results = results.with_name(f"{results.name}-semantic") if options.semantic else results
    with ProcessPoolExecutor(options.processes) as pool:
        jobs = {
            pool.submit(_run_set, spec, variations, options.work, results, options.semantic): spec
            for spec in specs
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


def _run_set(
    spec: str, variations: Sequence[Variation], work: Path, results: Path, semantic: bool
) -> None:
    """Run one set in all variations that have no result yet."""
    name = Path(spec).name
    left = [each for each in variations if not _place(results, each, name).is_file()]
    if not left:
        return
    judged = own_set() if name == OWN else load_set(spec)
    embedder = open_embedder("on") if semantic else None
    index = index_of(spec, judged, work / "indexes", embedder)
    for variation in left:
        place = _place(results, variation, name)
        with changed(variation.changes):
            if variation.shapes_index:
                with tempfile.TemporaryDirectory(prefix="kb-evaluation-") as folder:
                    make_index(judged, Path(folder))
                    if embedder is not None:
                        give_vectors(Path(folder), embedder, index / CACHE_FILE)
                    _judge(judged, Path(folder), place, embedder)
            else:
                _judge(judged, index, place, embedder)


def _judge(judged: EvaluationSet, index: Path, place: Path, embedder: Embedder | None) -> None:
    """Write a set's figures and its run; the figures last, for they say that all is there."""
    figures, run = evaluate(judged, asked_in(judged, index, embedder))
    place.parent.mkdir(parents=True, exist_ok=True)
    write_run(run_file(place.parent, judged.name), run)
    rows = {name: {"queries": part.queries, **part.measures} for name, part in figures.items()}
    place.write_bytes(orjson.dumps(rows, option=orjson.OPT_INDENT_2))


def _place(results: Path, variation: Variation, name: str) -> Path:
    changes = "".join(char if char.isalnum() or char in "=._" else "-" for char in variation.name)
    return results / changes / f"{name.replace(':', '-')}.json"


def _specs(folder: Path, only: Sequence[str]) -> list[str]:
    """Return the sets under `folder` that have judgements, those made of them, and our own."""
    names = [path.name for path in sorted(folder.iterdir()) if path.is_dir()]
    specs = [str(folder / name) for name in (*names, *DERIVED)]
    specs = [s for s in specs if all((path / JUDGEMENTS).is_file() for path in folders_of(s))]
    # The slowest first, so that no process is left alone with one at the end.
    specs.sort(key=lambda s: -(folders_of(s)[-1] / "queries.jsonl").stat().st_size)
    return [spec for spec in (*specs, OWN) if not only or Path(spec).name in only]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--work", type=Path, default=Path("var/evaluation"))
    parser.add_argument("--only", type=lambda text: text.split(","), default=[])
    parser.add_argument("--measure", default="recall@1")
    parser.add_argument(
        "--ablations", nargs="*", metavar="NAME", help="these mechanisms off in turn, or each"
    )
    parser.add_argument("--semantic", action="store_true", help="by meaning too, with the extra")
    parser.add_argument("--try", dest="tries", action="append", default=[], metavar="NAME=V,V")
    parser.add_argument("--processes", type=int, default=2)
    return parser.parse_args()


if __name__ == "__main__":
    main()
