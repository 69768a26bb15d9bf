"""MemoryEngine: a search engine over articles in memory, for tests and for trying things out.

It shares everything with the engine that serves but the disk: its segments are never written.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from kb.analysis import analyzer_for
from kb.article import Article, Audience
from kb.batch import BatchBuilder, Selection
from kb.documents import material_of
from kb.passages import passages_of
from kb.reader import IndexReader
from kb.records import head_of, pack_rendering
from kb.render import render
from kb.search import Completion, Page, Query, Results, State, Summary, Topic
from kb.searcher import Searcher
from kb.segment_writer import make_segment
from kb.snapshot import Clock, Snapshot, utc_now


def memory_reader(
    articles: Iterable[Article], updated: date | None = None, *, segments: int = 1
) -> IndexReader:
    """Return an index in memory of articles of one locale, spread over some segments."""
    builders = [BatchBuilder() for _ in range(segments)]
    locale = "en"
    for number, article in enumerate(articles):
        locale = article.locale
        rendered = render(article.body, title=article.title, links={}, locale=locale)
        passages = passages_of(rendered.sections)
        head = head_of(article, passages, updated)
        packed = pack_rendering(rendered.html, rendered.sections, ())
        builders[number % segments].add(material_of(head, packed, passages))
    made = (make_segment(Selection([b.batch()]), analyzer_for(locale)) for b in builders if len(b))
    return IndexReader((segment.arrays, ()) for segment in made)


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
                locale: Searcher(memory_reader(own, updated), locale)
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
