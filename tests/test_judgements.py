"""Questions that a reader might type, on the project's own articles: the answer is near the top.

The questions in tests/judgements/ were written before anybody saw what the search returns. What
is missed is printed; a question is only changed when it is itself mistaken.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.engine import WhooshEngine
from kb.cli.proving import ask
from kb.evaluation.measures import JudgedQuery, Ranked
from kb.writing.questions import read_questions
from tests.evaluation.mechanisms import ablations, changed
from tests.evaluation.own import LOCALES, ROOT, asked_own, index_own, own_set

QUESTIONS_OF_A_LOCALE = 20
PLACES = 3
LEAST_RIGHT = 0.95


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project's own articles."""
    folder = tmp_path_factory.mktemp("index")
    index_own(folder)
    return folder


@pytest.fixture(scope="module")
def engine(index: Path) -> WhooshEngine:
    """What staff asks."""
    return WhooshEngine(index, audiences=("public", "internal"))


@pytest.mark.parametrize("locale", LOCALES)
def test_judgements_name_articles_that_are_there(engine, locale):
    known = {summary.slug for summary in engine.articles(locale, audience="internal")}
    judged = own_set()
    rows = [query for query in judged.queries if query.locale == locale]
    assert len({row.text for row in rows}) == len(rows) == QUESTIONS_OF_A_LOCALE
    assert not {slug for row in rows for slug in judged.grades[row.id].keys() - known}


def test_the_right_article_is_among_the_first_three(index):
    missed = _missed(asked_own(index))
    print("\n".join(missed))
    right = 1 - len(missed) / len(own_set().queries)
    assert right >= LEAST_RIGHT, "\n".join([f"right: {right:.0%}; missed:", *missed])


def test_the_lists_of_synonyms_earn_their_place(index):
    with_them = _missed(asked_own(index))
    [without] = ablations(["synonyms"], by_meaning=False)
    with changed(without.changes):
        assert len(_missed(asked_own(index))) > len(with_them)


@pytest.mark.parametrize("locale", LOCALES)
def test_what_writers_promise_in_the_articles_own_questions_holds(engine, locale):
    path = f"articles/_questions/{locale}.yml"
    questions, problems = read_questions((ROOT / path).read_bytes(), path, locale, LOCALES)
    assert not problems
    assert len(questions) >= 30
    outcomes = [(question, ask(engine, question)) for question in questions]
    failed = [
        f"{question.path}:{question.line}: {question.text} -> {outcome}, {outcome.first} is first"
        for question, outcome in outcomes
        if not outcome.holds(question)
    ]
    assert not failed, "\n".join(failed)


def _missed(ranked: Callable[[JudgedQuery], Ranked]) -> list[str]:
    """Return a line for each question that is not answered: what came instead."""
    judged = own_set()
    lines = []
    for query in judged.queries:
        slugs = judged.grades[query.id]
        found = [slug for slug, _ in ranked(query)]
        if slugs.keys().isdisjoint(found[:PLACES]):
            place = next((n for n, slug in enumerate(found, 1) if slug in slugs), None)
            instead = ", ".join(found[:PLACES])
            lines.append(f"{query.locale}: {query.text} -> {instead}; the right one: {place}")
    return lines
