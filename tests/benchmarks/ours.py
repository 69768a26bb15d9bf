"""Our own engine, through its public door; only `score` looks behind it.

Everything that the benchmark needs to know of our insides is in this module.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from indexer.engine import WhooshEngine
from kb.queries.query import MAX_CHARACTERS, MAX_WORDS
from kb.search import Page, Query, Results
from kb.searcher import Searcher
from kb.segments.passages import passages_of
from kb.words.analysis import analyzer_for
from tests.benchmarks.engines import Question, Shown, Text


class _Ranking(Searcher):
    """Searches up to the numbers of the best articles: reads and marks nothing of them.

    Parsing, expansion, scores, totals, topics and spelling are those of every search.
    """

    def _hits(self, ranked: Sequence[tuple[int, float]], *_: object) -> list[int]:
        return [article for article, _ in ranked]


class Ours:
    """The engine over an index that `kb index` made; one locale of it."""

    name = "ours"

    def __init__(self, root: Path, locale: str) -> None:
        self._engine = WhooshEngine(root)
        self._locale = locale
        searcher = self._engine._snapshot("public")._searchers[locale]
        self._ranking = _Ranking(searcher.reader, locale)

    def articles(self) -> Iterator[Text]:
        """Yield what we know of every article, for the other engines to index."""
        for summary in self._engine.articles(self._locale, audience="public"):
            page = self._engine.page(summary.key, audience="public")
            if page is not None and not summary.exclude:
                yield text_of(page)

    def score(self, question: Question) -> list[str]:
        """Return the keys of the best articles: the same search without its hits."""
        results = self._ranking.search(Query(question.text, self._locale), datetime.now(UTC))
        return [self._ranking.reader.key(n) for n in (*results.hits, *results.relaxed)]

    def snippets(self, question: Question) -> list[Shown]:
        """Return titles and snippets of a whole search: with totals, topics and spelling."""
        results = self.search(question)
        return [(hit.title_html, hit.snippet) for hit in (*results.hits, *results.relaxed)]

    def search(self, question: Question) -> Results:
        """Return what a reader gets."""
        return self._engine.search(Query(question.text, self._locale), audience="public")

    def complete(self, prefix: str) -> int:
        """Return how many completions there are."""
        return len(self._engine.complete(prefix, locale=self._locale, audience="public"))

    def close(self) -> None:
        """Let go of the index's files."""
        del self._engine, self._ranking


def text_of(page: Page) -> Text:
    """Return an article as the other engines get it."""
    passages = tuple(
        f"{passage.heading}\n{passage.text}".strip() for passage in passages_of(page.sections)
    )
    return Text(page.summary.key, page.summary.title, "\n".join(passages), passages)


def part_that_we_read(text: str, locale: str) -> str:
    """Return as much of a long message as our search box reads.

    Asked of all engines, so that nobody is quick by leaving words out.
    """
    cut = " ".join(text.split())[:MAX_CHARACTERS]
    tokens = analyzer_for(locale).tokens(cut)[:MAX_WORDS]
    return cut[: tokens[-1].end] if tokens else cut
