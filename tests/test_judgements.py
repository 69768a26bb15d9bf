"""Questions that a reader might type, on the project's own articles: the answer is near the top.

The questions in tests/judgements/ were written before anybody saw what the search returns. What
is missed is printed; a question is only changed when it is itself mistaken.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from indexer.engine import WhooshEngine
from indexer.update import update_index
from kb.cli.proving import ask
from kb.search import Query
from kb.settings_tables import Source
from kb.writing.questions import read_questions

ROOT = Path(__file__).parent.parent
JUDGEMENTS = ROOT / "tests" / "judgements"
LOCALES = ("en", "vi", "zh-Hant")
QUESTIONS_OF_A_LOCALE = 20
PLACES = 3
LEAST_RIGHT = 0.95


class Judged(NamedTuple):
    """A question and the slugs of the articles that answer it."""

    locale: str
    text: str
    slugs: frozenset[str]


def judged(locale: str) -> Iterator[Judged]:
    for line in (JUDGEMENTS / f"{locale}.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            text, slugs = line.split("\t")
            yield Judged(locale, text, frozenset(slugs.split()))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """The project's own articles, as its staff finds them."""
    index = tmp_path_factory.mktemp("index")
    source = Source(name="articles", path=ROOT / "articles")
    report = update_index([source], index, now=datetime.now(UTC))
    assert not report.problems
    return WhooshEngine(index, audiences=("public", "internal"))


@pytest.mark.parametrize("locale", LOCALES)
def test_judgements_name_articles_that_are_there(engine, locale):
    known = {summary.slug for summary in engine.articles(locale, audience="internal")}
    rows = list(judged(locale))
    assert len({row.text for row in rows}) == len(rows) == QUESTIONS_OF_A_LOCALE
    assert not {slug for row in rows for slug in row.slugs - known}


def test_the_right_article_is_among_the_first_three(engine):
    rows = [row for locale in LOCALES for row in judged(locale)]
    missed = [line for row in rows if (line := _missed(engine, row))]
    print("\n".join(missed))
    right = 1 - len(missed) / len(rows)
    assert right >= LEAST_RIGHT, "\n".join([f"right: {right:.0%}; missed:", *missed])


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


def _missed(engine: WhooshEngine, row: Judged) -> str:
    """Return "" when a question is answered, else what came instead."""
    results = engine.search(Query(row.text, row.locale), audience="internal")
    found = [hit.slug for hit in (*results.hits, *results.elsewhere, *results.relaxed)]
    if row.slugs.intersection(found[:PLACES]):
        return ""
    place = next((n for n, slug in enumerate(found, 1) if slug in row.slugs), None)
    return f"{row.locale}: {row.text} -> {', '.join(found[:PLACES])}; the right one: {place}"
