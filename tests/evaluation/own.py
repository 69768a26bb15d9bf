"""The project's own articles and questions that a reader might type, as one more judged set.

It is asked as staff asks, and has what no other set has: lists of synonyms.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from indexer.engine import WhooshEngine
from indexer.update import update_index
from kb.evaluation.measures import DEPTH, EvaluationSet, JudgedQuery, Ranked
from kb.meaning.embedding import Embedder
from kb.search import Query
from kb.settings_tables import Source

OWN = "own"
ROOT = Path(__file__).parents[2]
ARTICLES = ROOT / "articles"
JUDGEMENTS = ROOT / "tests" / "judgements"
LOCALES = ("en", "vi", "zh-Hant")


def own_set() -> EvaluationSet:
    """Return the questions and the slugs that answer them; the articles are in `ARTICLES`."""
    queries: list[JudgedQuery] = []
    grades: dict[str, dict[str, int]] = {}
    for locale in LOCALES:
        for line in (JUDGEMENTS / f"{locale}.tsv").read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                text, slugs = line.split("\t")
                queries.append(JudgedQuery(f"{len(queries)}#{locale}", locale, text))
                grades[queries[-1].id] = dict.fromkeys(slugs.split(), 1)
    return EvaluationSet(OWN, (), tuple(queries), grades, frozenset())


def index_own(folder: Path) -> None:
    """Index the articles under `folder`."""
    source = Source(name="articles", path=ARTICLES)
    report = update_index([source], folder, now=datetime.now(UTC))
    assert not report.problems


def asked_own(folder: Path, embedder: Embedder | None = None) -> Callable[[JudgedQuery], Ranked]:
    """Return what answers the questions from the index under `folder`: slugs, in any language."""
    engine = WhooshEngine(folder, audiences=("public", "internal"), embedder=embedder)

    def ranked(query: JudgedQuery) -> Ranked:
        asked = Query(query.text, query.locale, limit=DEPTH)
        found = engine.search(asked, audience="internal")
        hits = {hit.slug: hit.score for hit in (*found.hits, *found.elsewhere, *found.relaxed)}
        return list(hits.items())[:DEPTH]

    return ranked
