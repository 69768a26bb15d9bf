"""Run the queries of an evaluation set as readers do: through an index of its articles.

What a query found is what a reader would see, in that order: their own locale first.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from indexer.engine import WhooshEngine
    from kb.evaluation.measures import EvaluationSet, JudgedQuery, Ranked
    from kb.meaning.embedding import Embedder

ANSWER = "answer"
MODES = ("search", "complete", ANSWER)


def index_set(
    judged: "EvaluationSet",
    folder: Path,
    *,
    workers: int | None = None,
    embedder: "Embedder | None" = None,
) -> None:
    """Index the articles of a set under `folder`, by the product's own path."""
    from indexer.update import index_articles

    report = index_articles(judged.articles, folder, now=datetime.now(UTC), workers=workers)
    for problem in report.problems:
        click.echo(str(problem), err=True)
    if embedder is not None:
        from indexer.embedding import embed

        embed(folder, embedder)


def asked(
    judged: "EvaluationSet", folder: Path, mode: str, embedder: "Embedder | None" = None
) -> Callable[["JudgedQuery"], "Ranked"]:
    """Return what answers the queries of a set that is indexed under `folder`."""
    from indexer.engine import WhooshEngine

    engine = WhooshEngine(folder, embedder=embedder)
    ids = {article.key: article.path for article in judged.articles}
    locales = engine.state(audience="public").locales

    def ranked(query: "JudgedQuery") -> "Ranked":
        if mode == "complete":
            return _completed(engine, query, ids)
        if mode == ANSWER:
            return _answered(engine, query, ids)
        return _found(engine, query, locales, ids)

    return ranked


def _found(
    engine: "WhooshEngine",
    query: "JudgedQuery",
    locales: Sequence[str],
    ids: Mapping[str, str],
) -> "Ranked":
    """Return what a reader sees: their own locale first, then what is shown of other ones.

    What is left of the ten places goes to the other locales' own results, which a reader reaches
    by changing the language.
    """
    from kb.evaluation.measures import DEPTH
    from kb.search import Query

    own = engine.search(Query(query.text, query.locale, limit=DEPTH), audience="public")
    hits = {hit.key: hit for hit in (*own.hits, *own.elsewhere, *own.relaxed)}
    others = [locale for locale in locales if locale != query.locale]
    if len(hits) < DEPTH:
        results = [
            engine.search(Query(query.text, locale, limit=DEPTH), audience="public")
            for locale in others
        ]
        for hit in (hit for result in results for hit in (*result.hits, *result.relaxed)):
            hits.setdefault(hit.key, hit)
    return [(ids[hit.key], hit.score) for hit in list(hits.values())[:DEPTH]]


def _completed(engine: "WhooshEngine", query: "JudgedQuery", ids: Mapping[str, str]) -> "Ranked":
    from kb.evaluation.measures import DEPTH

    found = engine.complete(query.text, locale=query.locale, audience="public", limit=2 * DEPTH)
    keys = dict.fromkeys(completion.key for completion in found)
    return [(ids[key], 1 / rank) for rank, key in enumerate(keys, 1)]


def _answered(engine: "WhooshEngine", query: "JudgedQuery", ids: Mapping[str, str]) -> "Ranked":
    """Return what an agent sees who pasted the query; the score is the confidence."""
    from kb.answers.suggestions import Message
    from kb.evaluation.measures import DEPTH

    found = engine.answers(Message(query.text, query.locale, limit=DEPTH), audience="public")
    # What is in other languages comes after all of the message's own.
    least = min((answer.confidence for answer in found.answers), default=1.0)
    ranked = [(ids[answer.key], answer.confidence) for answer in found.answers]
    others = [(ids[answer.key], min(least, answer.confidence)) for answer in found.elsewhere]
    return [*ranked, *others][:DEPTH]
