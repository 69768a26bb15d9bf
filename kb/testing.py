"""MemoryEngine: a search engine over articles in memory, for tests and for trying things out.

It shares everything with the engine that serves but the disk: its segments are never written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from kb.answers.suggestions import Message, Suggestions
from kb.article import Article, Audience
from kb.explaining.explanation import Account
from kb.files.past import UNKNOWN, Past
from kb.meaning.embedded_texts import texts_of
from kb.meaning.embedding import Embedder, QueryVectors
from kb.meaning.semantic import Semantic
from kb.meaning.vectors import NONE, IndexVectors, SegmentVectors, packed, vector_arrays
from kb.queries.synonyms import Synonyms, compile_rules, read_rules
from kb.rendering.render import render
from kb.results.standing import Standings
from kb.search import Completion, Page, Query, Results, State, Summary, Topic
from kb.searcher import Searcher
from kb.segments.batch import BatchBuilder, Selection
from kb.segments.documents import material_of
from kb.segments.passages import passages_of
from kb.segments.reader import IndexReader
from kb.segments.records import head_of, pack_rendering
from kb.segments.segment_writer import make_segment
from kb.snapshot import Clock, Snapshot, utc_now
from kb.words.analysis import analyzer_for


def memory_reader(
    articles: Iterable[Article], pasts: Mapping[str, Past] | None = None, *, segments: int = 1
) -> IndexReader:
    """Return an index in memory of articles of one locale, spread over some segments.

    pasts  by key, what git tells of articles
    """
    builders = [BatchBuilder() for _ in range(segments)]
    locale = "en"
    for number, article in enumerate(articles):
        locale = article.locale
        is_reply = article.kind == "reply"
        rendered = render(
            article.body, title=article.title, links={}, locale=locale, is_reply=is_reply
        )
        passages = passages_of(rendered.sections)
        head = head_of(article, passages, (pasts or {}).get(article.key, UNKNOWN))
        packed = pack_rendering(rendered.html, rendered.sections, ())
        builders[number % segments].add(material_of(head, packed, passages))
    made = (make_segment(Selection([b.batch()]), analyzer_for(locale)) for b in builders if len(b))
    return IndexReader((segment.arrays, ()) for segment in made)


def memory_vectors(reader: IndexReader, embedder: Embedder) -> IndexVectors:
    """Return the vectors of an index in memory, all of them."""
    made = []
    for segment in reader.segments:
        texts = texts_of(segment, embedder.name)
        known = {text.key: text.text for text in (*texts.heads, *texts.passages) if text}
        row_of = {key: row for row, key in enumerate(known)}
        arrays = vector_arrays(
            embedder.name,
            [row_of[text.key] if text else NONE for text in texts.heads],
            [row_of[text.key] if text else NONE for text in texts.passages],
            packed(embedder.embed_passages(list(known.values()))),
        )
        article_of = np.repeat(np.arange(segment.articles), np.diff(segment.passage_first))
        made.append((SegmentVectors(arrays), article_of))
    return IndexVectors(made)


def synonyms_of(text: str, locale: str) -> Synonyms:
    """Return the synonyms of a file's text; lines that are no rules are left out."""
    rules, _ = read_rules(text.encode(), f"{locale}.txt")
    return Synonyms(compile_rules(rules, analyzer_for(locale)).table)


class MemoryEngine:
    """A kb.search.SearchEngine over articles in memory; those that are not live are left out.

    synonyms   by locale, as in a synonym file
    standings  by key, how articles stand with their readers
    removed    by locale, what is said of slugs whose article was taken away
    pasts      by key, what git tells of articles
    """

    def __init__(
        self,
        articles: Iterable[Article],
        *,
        topics: Mapping[str, Sequence[Topic]] | None = None,
        media: Mapping[str, bytes] | None = None,
        synonyms: Mapping[str, str] | None = None,
        standings: Standings | None = None,
        removed: Mapping[str, Mapping[str, str]] | None = None,
        pasts: Mapping[str, Past] | None = None,
        clock: Clock = utc_now,
        embedder: Embedder | None = None,
    ) -> None:
        live = [article for article in articles if article.is_live(clock())]
        public = [article for article in live if article.audience == "public"]
        images = dict(media or {})
        asked = QueryVectors(embedder) if embedder else None
        tables = {tag: synonyms_of(text, tag) for tag, text in (synonyms or {}).items()}
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
                locale: _searcher(
                    memory_reader(own, pasts), locale, asked, tables.get(locale), standings
                )
                for locale, own in by_locale.items()
            }
            state = State(generation="memory", revision="", built_at=None)
            self._snapshots[audience] = Snapshot(
                searchers, topics or {}, state, images.get, clock=clock, removed=removed
            )

    def state(self, *, audience: Audience) -> State:
        """Return what is served now."""
        return self._snapshots[audience].state

    def search(self, query: Query, *, audience: Audience) -> Results:
        """Return the articles that match `query`, best first."""
        return self._snapshots[audience].search(query)

    def explain(self, query: Query, key: str | None = None, *, audience: Audience) -> Account:
        """Return why the hits of `query` are found, or why one article is, or is not."""
        return self._snapshots[audience].explain(query, key)

    def answers(self, message: Message, *, audience: Audience) -> Suggestions:
        """Return what answers a customer's message, and how sure that is."""
        return self._snapshots[audience].answers(message)

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

    def removed(self, path: str, *, locale: str, audience: Audience) -> str | None:
        """Return what writers say of an article that they took away, or None."""
        return self._snapshots[audience].removed(path, locale)

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


def _searcher(
    reader: IndexReader,
    locale: str,
    asked: QueryVectors | None,
    synonyms: Synonyms | None,
    standings: Standings | None,
) -> Searcher:
    semantic = None
    if asked is not None:
        semantic = Semantic(memory_vectors(reader, asked.embedder), asked, locale)
    return Searcher(reader, locale, semantic, synonyms=synonyms, standings=standings)
