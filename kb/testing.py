"""MemoryEngine: a search engine over articles in memory, for tests and for trying things out.

It shares analysis, ranking and snippets with every other engine and keeps nothing on disk;
what it does differently is only where postings come from.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from kb.analysis import STREAMS, analyzer_for
from kb.article import Article, Audience
from kb.documents import FIELDS, Document, prepare
from kb.passages import Passage, passages_of
from kb.ranking import Floats, Ids
from kb.records import Head, head_of, page_of
from kb.render import render
from kb.search import Completion, Page, Query, Results, State, Summary, Topic
from kb.searcher import Searcher
from kb.snapshot import Clock, Snapshot, utc_now
from kb.vocabulary import TermCounts

_NO_IDS: Ids = np.zeros(0, dtype=np.int32)
_NO_FREQUENCIES: Floats = np.zeros(0, dtype=np.float32)
# The lengths that fit into the one byte that Whoosh keeps of a length; each is rounded up.
_LENGTHS = [round((1.033**code - 1) * 27) for code in range(256)]


class MemoryStore:
    """A kb.searcher.Store over articles of one locale."""

    def __init__(self, articles: Iterable[Article], updated: date | None = None) -> None:
        self.heads: list[Head] = []
        self._pages: list[Page] = []
        self._passages: list[Passage | None] = []
        documents: list[Document] = []
        starts = []
        for article in articles:
            locale = article.locale
            rendered = render(article.body, title=article.title, links={}, locale=locale)
            passages = passages_of(rendered.sections)
            head = head_of(article, passages, updated)
            prepared = prepare(head, passages, analyzer_for(locale))
            starts.append(len(documents))
            documents += [prepared.head, *prepared.passages]
            self._passages += [None, *passages]
            self.heads.append(head)
            self._pages.append(page_of(article, head, rendered.html, rendered.sections))
        self.starts = np.array(starts, dtype=np.int64)
        self.size = len(documents)
        self._index(documents)

    def _index(self, documents: Sequence[Document]) -> None:
        found: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._lengths = {field: np.zeros(self.size, dtype=np.float32) for field in FIELDS}
        frequencies: dict[str, Counter[str]] = {stream: Counter() for stream in STREAMS}
        for number, document in enumerate(documents):
            for field, terms in document.items():
                self._lengths[field][number] = _kept(len(terms))
                for term, count in Counter(terms).items():
                    found[field, term].append((number, count))
                    frequencies[field.rpartition("_")[2]][term] += 1
        self._postings = {
            key: (
                np.array([number for number, _ in rows], dtype=np.int32),
                np.array([count for _, count in rows], dtype=np.float32),
            )
            for key, rows in found.items()
        }
        self._vocabulary = TermCounts(frequencies)
        self.letters = self._vocabulary.letters
        self.frequency = self._vocabulary.frequency
        self.with_prefix = self._vocabulary.with_prefix

    def postings(self, field: str, term: str) -> tuple[Ids, Floats]:
        """Return the documents that hold `term`, and how often each does."""
        return self._postings.get((field, term), (_NO_IDS, _NO_FREQUENCIES))

    def lengths(self, field: str) -> Floats:
        """Return the number of terms of `field`, by document."""
        return self._lengths[field]

    def passage(self, document: int) -> Passage | None:
        """Return the passage with this document number."""
        return self._passages[document]

    def passages(self, article: int) -> list[Passage]:
        """Return all passages of an article."""
        ends = [*self.starts[1:], self.size]
        own = self._passages[self.starts[article] : ends[article]]
        return [passage for passage in own if passage is not None]

    def page(self, article: int) -> Page:
        """Return an article to read."""
        return self._pages[article]


def _kept(length: int) -> int:
    """Return a length as an index on disk keeps it, so that all engines score alike."""
    return _LENGTHS[min(bisect_left(_LENGTHS, length), len(_LENGTHS) - 1)]


class MemoryEngine:
    """A kb.search.SearchEngine over articles in memory; those that are not live are left out."""

    def __init__(
        self,
        articles: Iterable[Article],
        *,
        topics: Mapping[str, Sequence[Topic]] | None = None,
        media: Mapping[str, bytes] | None = None,
        updated: date | None = None,
        clock: Clock = utc_now,
    ) -> None:
        live = [article for article in articles if article.is_live(clock())]
        public = [article for article in live if article.audience == "public"]
        images = dict(media or {})
        self._snapshots: dict[Audience, Snapshot] = {}
        choices: tuple[tuple[Audience, list[Article]], ...] = (
            ("public", public),
            ("internal", live),
        )
        for audience, chosen in choices:
            by_locale: dict[str, list[Article]] = defaultdict(list)
            for article in chosen:
                by_locale[article.locale].append(article)
            searchers = {
                locale: Searcher(MemoryStore(own, updated), locale)
                for locale, own in by_locale.items()
            }
            state = State(generation="memory", revision="", built_at=None)
            self._snapshots[audience] = Snapshot(
                searchers, topics or {}, state, images.get, clock=clock
            )

    def state(self, *, audience: Audience) -> State:
        """Return what is served now."""
        return self._snapshots[audience].state

    def search(self, query: Query, *, audience: Audience) -> Results:
        """Return the articles that match `query`, best first."""
        return self._snapshots[audience].search(query)

    def complete(
        self, prefix: str, *, locale: str, audience: Audience, limit: int = 8
    ) -> tuple[Completion, ...]:
        """Return titles, questions and headings that go on as `prefix` does."""
        return self._snapshots[audience].complete(prefix, locale, limit)

    def similar(self, key: str, *, audience: Audience, limit: int = 5) -> tuple[Summary, ...]:
        """Return the articles of the same locale that are most like `key`."""
        return self._snapshots[audience].similar(key, limit)

    def page(self, key: str, *, audience: Audience) -> Page | None:
        """Return one article to read, or None."""
        return self._snapshots[audience].page(key)

    def resolve(self, path: str, *, locale: str, audience: Audience) -> str | None:
        """Return the key that an old slug or path redirects to, or None."""
        return self._snapshots[audience].resolve(path, locale)

    def articles(self, locale: str, *, audience: Audience) -> Sequence[Summary]:
        """Return every article of one locale, in the order of their titles."""
        return self._snapshots[audience].articles(locale)

    def topics(self, locale: str, *, audience: Audience) -> Sequence[Topic]:
        """Return the topics that have articles."""
        return self._snapshots[audience].topics(locale)

    def translations(self, key: str, *, audience: Audience) -> Sequence[Summary]:
        """Return the same article in other locales."""
        return self._snapshots[audience].translations(key)

    def media(self, name: str, *, audience: Audience) -> bytes | None:
        """Return an image by its content name."""
        return self._snapshots[audience].media(name)
