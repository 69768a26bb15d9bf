"""`kb calibrate`: fit how sure suggested answers are to a team's own questions."""

import os
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from kb.cli.common import json_option, print_json

if TYPE_CHECKING:
    from kb.answers.calibration import Case, Judgement
    from kb.answers.confidence import Fit
    from kb.evaluation.measures import EvaluationSet
    from kb.meaning.embedding import Embedder

_SET = click.Path(path_type=Path, exists=True, file_okay=False)
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.argument("sets", nargs=-1, required=True, type=_SET, metavar="SET...")
@click.option("--write", "write_to", type=_FILE, help="Write the new fit into this file.")
@click.option("--semantic", is_flag=True, help="Fit search by meaning, with the extra `semantic`.")
@json_option
def calibrate(sets: tuple[Path, ...], write_to: Path | None, semantic: bool, as_json: bool) -> None:
    """Fit the confidence of answers to the judged questions of SETs.

    A set is what `kb evaluate` reads: a folder with articles.jsonl, queries.jsonl and qrels.tsv.
    The file is named by the setting search.calibration.
    """
    from kb.answers.calibration import (
        fitted,
        judged,
        judged_by_halves,
        read_calibration,
        write_calibration,
    )
    from kb.answers.confidence import SHIPPED
    from kb.meaning.embedding import open_embedder

    embedder = open_embedder("on", threads=os.cpu_count() or 1) if semantic else None
    groups = [_cases(folder, embedder) for folder in sets]
    fit = fitted(groups)
    before = read_calibration(write_to) if write_to and write_to.exists() else SHIPPED
    which = "by_meaning" if semantic else "by_words"
    every = [case for group in groups for case in group]
    rows = {
        "shipped": judged(getattr(SHIPPED, which), every),
        "fitted": judged(fit, every),
        "fitted to one half, asked the other": judged_by_halves(groups),
    }
    if write_to:
        write_calibration(write_to, before._replace(**{which: fit}))
    if as_json:
        print_json(_shape(fit, every, rows))
    else:
        _print(fit, every, rows, write_to)


def _cases(folder: Path, embedder: "Embedder | None") -> list["Case"]:
    """Return the cases of a set, which has questions without an answer or is given some."""
    from kb.answers.calibration import without_a_third
    from kb.evaluation.sets import load_set

    judged = load_set(folder)
    return cases_of(judged if judged.no_answer else without_a_third(judged), embedder)


def cases_of(judged: "EvaluationSet", embedder: "Embedder | None" = None) -> list["Case"]:
    """Return what the questions of a set find in an index of its articles."""
    from indexer.engine import WhooshEngine
    from kb.answers.calibration import Case
    from kb.answers.suggestions import Message
    from kb.cli.judging import index_set

    ids = {article.key: article.path for article in judged.articles}
    cases = []
    with TemporaryDirectory(prefix="kb-calibrate-") as folder:
        index_set(judged, Path(folder), embedder=embedder)
        engine = WhooshEngine(Path(folder), embedder=embedder)
        for query in judged.queries:
            grades = judged.grades.get(query.id, {})
            if not grades and query.id not in judged.no_answer:
                continue
            message = Message(query.text, query.locale, limit=1)
            found = engine.answers(message, audience="public")
            is_right = any(ids[answer.key] in grades for answer in found.answers)
            cases.append(Case(found.evidence, is_right, bool(grades)))
    return cases


def _shape(fit: "Fit", cases: Sequence["Case"], rows: "dict[str, Judgement]") -> dict[str, object]:
    from dataclasses import asdict

    return {
        "questions": len(cases),
        "unanswerable": sum(not case.is_answerable for case in cases),
        "fit": fit._asdict(),
        "judged": {name: asdict(judgement) for name, judgement in rows.items()},
    }


def _print(
    fit: "Fit", cases: Sequence["Case"], rows: "dict[str, Judgement]", write_to: Path | None
) -> None:
    unanswerable = sum(not case.is_answerable for case in cases)
    click.echo(f"{len(cases)} questions, {unanswerable} of them without an answer")
    click.echo(
        f"maybe from {fit.maybe:.2f}, sure from {fit.sure:.2f} with a lead of {fit.lead:.2f}\n"
    )
    click.echo(f"{'':36}{'told apart':>11}{'answered':>10}{'sure':>7}{'right':>7}")
    for name, row in rows.items():
        figures = f"{row.area:11.3f}{row.answered:10.3f}{row.sure:7.3f}{row.right:7.3f}"
        click.echo(f"{name:36}{figures}")
    click.echo(
        "\ntold apart: chance that a question with an answer gets more confidence than one "
        "without\nanswered: rightly, of those that have an answer, while 5 % of the others get one"
        "\nsure, right: share of questions answered for sure, and how many of those are right"
    )
    if write_to:
        click.echo(
            f'\nWritten to {write_to}. Name it in kb.toml: [search] calibration = "{write_to}"'
        )
