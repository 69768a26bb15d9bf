"""`kb evaluate`: how well questions find their articles, on judged sets.

Without `--compare`, every set is indexed into a temporary folder and its queries are run; with
it, two runs that were written before are laid side by side.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import click

from kb.cli.common import json_option, print_json
from kb.cli.judging import ANSWER, MODES, asked, index_set

if TYPE_CHECKING:
    from kb.evaluation.measures import EvaluationSet, Figures, Ranked
    from kb.evaluation.moves import Moves
    from kb.evaluation.quality import Row
    from kb.meaning.embedding import Embedder

_FILE = click.Path(path_type=Path, dir_okay=False)
_THERE = click.Path(path_type=Path, exists=True, dir_okay=False)
_ANY = click.Path(path_type=Path)


@click.command()
@click.argument("sets", nargs=-1, required=True)
@click.option("--mode", type=click.Choice(MODES), default="search")
@click.option("--semantic", is_flag=True, help="Search by meaning too, with the extra `semantic`.")
@click.option(
    "--run", "run_to", type=_ANY, help="Write the ranking there; of several sets, into a folder."
)
@click.option(
    "--baselines", type=_THERE, help="Markdown tables of other systems, shown beside ours."
)
@click.option("--figures", type=_FILE, help="Compare with these figures; fail where one fell.")
@click.option("--write-figures", type=_FILE, help="Put the figures measured now into this file.")
@click.option(
    "--table",
    type=click.Path(path_type=Path, file_okay=False),
    help="Write quality.md and quality.json into this folder.",
)
@click.option(
    "--compare",
    type=(_ANY, _ANY),
    metavar="A B",
    help="List the queries that moved between two runs.",
)
@json_option
def evaluate(
    sets: tuple[str, ...],
    mode: str,
    semantic: bool,
    run_to: Path | None,
    baselines: Path | None,
    figures: Path | None,
    write_figures: Path | None,
    table: Path | None,
    compare: tuple[Path, Path] | None,
    as_json: bool,
) -> None:
    """Index each of SETS into a temporary folder, run its queries and score the results.

    A set is a folder with articles.jsonl, queries.jsonl (or .gz) and qrels.tsv. FOLDER:stripped
    asks its queries without diacritics, FOLDER:from-NAME those of the folder NAME beside it.
    """
    from kb.errors import EvaluationError
    from kb.evaluation import quality

    chosen = _chosen(sets)
    if compare:
        _compare(chosen, *compare, as_json=as_json)
        return
    best = quality.read_baselines(baselines) if baselines else {}
    committed = quality.read_figures(figures) if figures and figures.exists() else {}
    if figures and not committed:
        click.echo(f"{figures}: no figures to compare with yet", err=True)
    rows: list[Row] = []
    shapes: list[dict[str, Any]] = []
    for judged, found, run in _measured(chosen, mode, semantic):
        if run_to:
            _write_run(run_to, judged.name, run, alone=len(chosen) == 1)
        name = f"{judged.name}:{mode}" if mode == ANSWER else judged.name
        # Other systems were measured searching.
        beside = best.get(judged.name, {}) if mode != ANSWER else {}
        new = quality.rows_of(name, found, beside, committed)
        shapes.append(_shape(judged.name, mode, found, new[0]))
        if not as_json:
            _print(new, header=not rows)
        rows += new
    if as_json:
        print_json(shapes[0] if len(sets) == 1 else {"sets": shapes})
    if table:
        _write_table(table, rows)
    fallen = "\n".join(quality.falls(rows))
    if write_figures:
        # Who writes the figures takes them as they are.
        quality.write_figures(write_figures, rows)
        click.echo(fallen, err=True, nl=bool(fallen))
    elif fallen:
        raise EvaluationError(f"search got worse:\n{fallen}")


def _chosen(sets: Sequence[str]) -> list[str]:
    """Return the sets that can be judged; names those on stderr that cannot."""
    from kb.errors import EvaluationError
    from kb.evaluation.sets import JUDGEMENTS, folders_of

    chosen = []
    for spec in sets:
        folders = folders_of(spec)
        missing = next((str(folder) for folder in folders if not folder.is_dir()), "")
        if missing and len(folders) == 1 and Path(spec) == folders[0]:
            raise click.UsageError(f"{spec} is no folder.")
        if missing:
            click.echo(f"{spec}: no {missing}, left out", err=True)
        elif (folders[0] / JUDGEMENTS).is_file():
            chosen.append(spec)
        else:
            click.echo(f"{spec}: no {JUDGEMENTS}, left out", err=True)
    if not chosen:
        raise EvaluationError(f"there is no set with judgements ({JUDGEMENTS}) among these folders")
    return chosen


def _measured(
    chosen: Sequence[str], mode: str, semantic: bool
) -> Iterator[tuple["EvaluationSet", dict[str, "Figures"], dict[str, "Ranked"]]]:
    """Yield each set with its figures and its run; sets over the same articles share an index."""
    from kb.answers.told_apart import measures_of
    from kb.evaluation.measures import evaluate
    from kb.evaluation.sets import folders_of, load_set

    embedder = _embedder() if semantic else None
    with TemporaryDirectory(prefix="kb-evaluate-") as temporary:
        indexes: dict[Path, Path] = {}
        for spec in chosen:
            judged = load_set(spec)
            articles = folders_of(spec)[0].resolve()
            if articles not in indexes:
                indexes[articles] = Path(temporary) / str(len(indexes))
                index_set(judged, indexes[articles], embedder=embedder)
            figures, run = evaluate(judged, asked(judged, indexes[articles], mode, embedder))
            if mode == ANSWER:
                measures = {**figures[""].measures, **measures_of(judged, run)}
                figures[""] = replace(figures[""], measures=measures)
            yield judged, figures, run


def _embedder() -> "Embedder | None":
    from kb.meaning.embedding import open_embedder

    return open_embedder("on", threads=os.cpu_count() or 1)


def _write_run(place: Path, name: str, run: dict[str, "Ranked"], *, alone: bool) -> None:
    """Write a run to the file, or into the folder, that was named."""
    from kb.evaluation.measures import run_file, write_run

    if alone and not place.is_dir():
        write_run(place, run)
    else:
        place.mkdir(parents=True, exist_ok=True)
        write_run(run_file(place, name), run)


def _write_table(folder: Path, rows: Sequence["Row"]) -> None:
    import orjson

    from kb.evaluation import quality

    folder.mkdir(parents=True, exist_ok=True)
    lines = [*quality.markdown(rows), ""]
    if behind := quality.behind(rows):
        lines += ["Behind another system:", "", *(f"- {line}" for line in behind), ""]
    (folder / "quality.md").write_text("\n".join(lines), encoding="utf-8")
    shape = {"sets": [row.shape() for row in rows]}
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    (folder / "quality.json").write_bytes(orjson.dumps(shape, option=options))


def _shape(name: str, mode: str, figures: dict[str, "Figures"], row: "Row") -> dict[str, Any]:
    """Return a set's figures as one object of the JSON output."""
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
    if "recall@1" in row.baselines:
        system, figure = row.baselines["recall@1"]
        shape["best_baseline"] = {"system": system, "recall@1": figure}
    if row.committed:
        shape["committed"] = dict(row.committed)
    return shape


def _print(rows: Sequence["Row"], header: bool) -> None:
    from kb.evaluation.measures import MEASURES
    from kb.evaluation.quality import KEPT_OF_ANSWERS, points

    if header:
        names = "".join(f"{name:>10}" for name in MEASURES)
        click.echo(f"{'set':32}{'n':>6}{names}{'change':>8}  best baseline")
    for row in rows:
        name = row.name if "#" not in row.name else f"  #{row.name.rpartition('#')[2]}"
        line = f"{name:32}{row.queries:>6}" + "".join(f"{row.measured[m]:>10.3f}" for m in MEASURES)
        difference = row.difference("recall@1")
        line += f"{'':8}" if difference is None else f"{points(difference):>8}"
        system, best = row.baselines.get("recall@1", ("", 0.0))
        line = f"{line}  {best:.3f} {system}" if system else line.rstrip()
        told = (f"{m} {row.measured[m]:.3f}" for m in KEPT_OF_ANSWERS if m in row.measured)
        click.echo("  ".join((line, *told)))


def _compare(chosen: Sequence[str], before: Path, after: Path, *, as_json: bool) -> None:
    """Print which queries moved, set after set."""
    from kb.evaluation.measures import run_file
    from kb.evaluation.moves import compare, read_run
    from kb.evaluation.sets import load_set

    shapes = []
    for spec in chosen:
        judged = load_set(spec)
        files = [run_file(p, judged.name) if p.is_dir() else p for p in (before, after)]
        moves = compare(judged, *(read_run(file) for file in files))
        titles = {article.path: article.title for article in judged.articles}
        shapes.append(_moves_shape(moves))
        if not as_json:
            _print_moves(moves, titles)
    if as_json:
        print_json(shapes[0] if len(shapes) == 1 else {"sets": shapes})


def _moves_shape(moves: "Moves") -> dict[str, Any]:
    from dataclasses import asdict

    shape = asdict(moves)
    return {"set": shape.pop("name"), **shape}


def _print_moves(moves: "Moves", titles: dict[str, str]) -> None:
    click.echo(
        f"{moves.name}: {moves.gained} gained the first place, {moves.lost} lost it; "
        f"{moves.up} up and {moves.down} down of {moves.queries} (sign test {moves.chance:.3f})"
    )
    for move in moves.moved:
        places = f"{move.before or '-':>3} -> {move.after or '-':<3}"
        click.echo(f"  {places} {move.query}: {' '.join(move.text.split())[:100]}")
        if move.instead:
            verb = "passed" if move.is_better else "behind"
            click.echo(f"{'':13}{verb} {move.instead} {titles.get(move.instead, '')[:80]}".rstrip())
