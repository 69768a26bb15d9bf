"""`kb evaluate`: how well questions find their articles, on judged sets."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from kb.cli.common import json_option, print_json

if TYPE_CHECKING:
    from indexer.engine import WhooshEngine
    from kb.evaluation import EvaluationSet, Figures, JudgedQuery, Ranked


@click.command()
@click.argument(
    "sets", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--mode", type=click.Choice(["search", "complete"]), default="search")
@click.option("--run", "run_file", type=click.Path(path_type=Path), help="Write the ranking there.")
@click.option(
    "--baselines",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Markdown tables of other systems; the best of each set is shown beside ours.",
)
@json_option
def evaluate(
    sets: tuple[Path, ...], mode: str, run_file: Path | None, baselines: Path | None, as_json: bool
) -> None:
    """Index each of SETS into a temporary folder, run its queries and score the results.

    A set is a folder with articles.jsonl, queries.jsonl (or .gz) and qrels.tsv.
    """
    from kb.errors import EvaluationError
    from kb.evaluation import load_set, read_baselines, write_run

    if run_file and len(sets) > 1:
        raise click.UsageError("--run needs exactly one set.")
    best = read_baselines(baselines) if baselines else {}
    rows: list[dict[str, Any]] = []
    for folder in sets:
        if not (folder / "qrels.tsv").is_file():
            click.echo(f"{folder}: no qrels.tsv, left out", err=True)
            continue
        judged = load_set(folder)
        figures, run = _evaluate(judged, mode)
        if run_file:
            write_run(run_file, run)
        rows.append(_shape(judged.name, mode, figures, best.get(judged.name)))
        if not as_json:
            _print(rows[-1], header=len(rows) == 1)
    if not rows:
        raise EvaluationError("there is no set with judgements (qrels.tsv) among these folders")
    if as_json:
        print_json(rows[0] if len(sets) == 1 else {"sets": rows})


def _evaluate(
    judged: "EvaluationSet", mode: str
) -> tuple[dict[str, "Figures"], dict[str, "Ranked"]]:
    from indexer.engine import WhooshEngine
    from indexer.update import index_articles
    from kb import evaluation

    with TemporaryDirectory(prefix="kb-evaluate-") as folder:
        report = index_articles(judged.articles, Path(folder), now=datetime.now(UTC))
        for problem in report.problems:
            click.echo(str(problem), err=True)
        engine = WhooshEngine(Path(folder))
        ids = {article.key: article.path for article in judged.articles}
        locales = engine.state(audience="public").locales

        def ranked(query: "JudgedQuery") -> "Ranked":
            if mode == "complete":
                return _completed(engine, query, ids)
            return _found(engine, query, locales, ids)

        return evaluation.evaluate(judged, ranked)


def _found(
    engine: "WhooshEngine",
    query: "JudgedQuery",
    locales: Sequence[str],
    ids: Mapping[str, str],
) -> "Ranked":
    """Return what a reader sees: their own locale first, then the other ones."""
    from kb.evaluation import DEPTH
    from kb.search import Query

    others = [locale for locale in locales if locale != query.locale]
    own = [query.locale, *others] if query.locale in locales else locales
    results = [
        engine.search(Query(query.text, locale, limit=DEPTH), audience="public") for locale in own
    ]
    hits = [hit for result in results for hit in result.hits]
    hits += [hit for result in results for hit in result.relaxed]
    return [(ids[hit.key], hit.score) for hit in hits[:DEPTH]]


def _completed(engine: "WhooshEngine", query: "JudgedQuery", ids: Mapping[str, str]) -> "Ranked":
    from kb.evaluation import DEPTH

    found = engine.complete(query.text, locale=query.locale, audience="public", limit=2 * DEPTH)
    keys = dict.fromkeys(completion.key for completion in found)
    return [(ids[key], 1 / rank) for rank, key in enumerate(keys, 1)]


def _shape(
    name: str, mode: str, figures: Mapping[str, "Figures"], baseline: tuple[str, float] | None
) -> dict[str, Any]:
    whole = figures[""]
    shape: dict[str, Any] = {
        "set": name,
        "mode": mode,
        "queries": whole.queries,
        **whole.measures,
        "false_answers": whole.false_answers,
        "variants": {
            variant: {"queries": part.queries, **part.measures}
            for variant, part in figures.items()
            if variant
        },
    }
    if baseline:
        shape["best_baseline"] = {"system": baseline[0], "recall@1": baseline[1]}
    return shape


def _print(shape: Mapping[str, Any], header: bool) -> None:
    from kb.evaluation import MEASURES

    if header:
        click.echo(
            f"{'set':32}{'n':>6}" + "".join(f"{name:>10}" for name in MEASURES) + "  best baseline"
        )
    rows = {shape["set"]: shape} | {f"  #{name}": row for name, row in shape["variants"].items()}
    for name, row in rows.items():
        line = f"{name:32}{row['queries']:>6}" + "".join(f"{row[m]:>10.3f}" for m in MEASURES)
        best = row.get("best_baseline")
        click.echo(line + (f"  {best['recall@1']:.3f} {best['system']}" if best else ""))
