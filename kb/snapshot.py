"""Everything one audience can read in one generation of the index, over all locales.

Immutable: a new generation is a new snapshot. A request that keeps its snapshot sees one state
of the articles from its first read to its last.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from kb.answers.answering import answers
from kb.answers.confidence import SHIPPED, Calibration
from kb.answers.suggestions import Message, Suggestions
from kb.explaining.explain import explain
from kb.explaining.explanation import Account, QueryRead
from kb.locales import fallbacks
from kb.paths import old_name
from kb.queries.across import with_other_languages
from kb.search import Completion, Page, Query, Results, State, Summary, Topic
from kb.searcher import Searcher

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return datetime.now(UTC)


class Snapshot:
    """Reads of one audience; the methods are those of kb.search.SearchEngine."""

    def __init__(
        self,
        searchers: Mapping[str, Searcher],
        topics: Mapping[str, Sequence[Topic]],
        state: State,
        read_media: Callable[[str], bytes | None],
        clock: Clock = utc_now,
        calibration: Calibration = SHIPPED,
        removed: Mapping[str, Mapping[str, str]] | None = None,
    ) -> None:
        self._searchers = dict(sorted(searchers.items()))
        self._ordered = tuple(self._searchers.values())
        self._topics = topics
        self.state = replace(state, locales=tuple(self._searchers))
        self.media = read_media
        self._clock = clock
        self._calibration = calibration
        self._removed = removed or {}

    def search(self, query: Query) -> Results:
        """Return the articles that match `query`, best first."""
        now = self._clock()
        searcher = self._searcher(query.locale)
        parsed = searcher.parsed(query.text) if searcher else None
        results = searcher.search(query, now, parsed) if searcher else Results()
        results = with_other_languages(query, parsed, results, searcher, self._ordered, now)
        return replace(results, generation=self.state.generation)

    def answers(self, message: Message) -> Suggestions:
        """Return what answers a customer's message, and how sure that is."""
        own = self._searcher(message.locale)
        found = answers(message, own, self._ordered, self._clock(), self._calibration)
        return replace(found, generation=self.state.generation)

    def complete(self, prefix: str, locale: str, limit: int) -> tuple[Completion, ...]:
        """Return titles, questions and headings that go on as `prefix` does."""
        searcher = self._searcher(locale)
        return searcher.complete(prefix, limit, self._clock()) if searcher else ()

    def explain(self, query: Query, key: str | None) -> Account:
        """Return why the hits of a query are found, or why one article is, or is not."""
        now = self._clock()
        locale = query.locale if key is None else key.partition("/")[0]
        searcher = self._searcher(locale) if key is None else self._searchers.get(locale)
        if searcher and (key is None or searcher.has(key, now)):
            account = explain(searcher, query, now, key)
            if key is None or any(each.standing == "match" for each in account.articles):
                return account
            is_offered = any(hit.key == key for hit in self.search(query).elsewhere)
            return replace(account, is_offered=is_offered)
        reader = self._searcher(query.locale)
        # How the query is read is told even so.
        account = explain(reader, query, now) if reader else Account(query.locale, QueryRead(""))
        slug = (key or "").partition("/")[2]
        return replace(
            account,
            articles=(),
            unknown=key or "",
            moved_to=self.resolve(slug, locale) or "",
            others=tuple(
                f"{tag}/{slug}"
                for tag, other in self._searchers.items()
                if other.has(f"{tag}/{slug}", now)
            ),
        )

    def similar(self, key: str, limit: int) -> tuple[Summary, ...]:
        """Return the articles of the same locale that are most like `key`."""
        searcher = self._searchers.get(key.partition("/")[0])
        return searcher.similar(key, limit, self._clock()) if searcher else ()

    def page(self, key: str) -> Page | None:
        """Return one article to read, or None."""
        searcher = self._searchers.get(key.partition("/")[0])
        return searcher.page(key, self._clock()) if searcher else None

    def resolve(self, path: str, locale: str) -> str | None:
        """Return the key that an old slug or path redirects to, or None."""
        now, name = self._clock(), old_name(path)
        if not name:
            return None
        nearest = [self._searchers[tag] for tag in _tags(locale) if tag in self._searchers]
        for searcher in nearest:
            key = f"{searcher.locale}/{name}"
            if name != path and searcher.has(key, now):
                return key
        # Whoever moved an article to another language gave its old path with the old one.
        whole = old_name(f"{locale}/{name}")
        for searcher, alias in (
            *((each, name) for each in nearest),
            *((each, whole) for each in (*nearest, *self._ordered)),
        ):
            heads = searcher.heads_named("alias", alias, now)
            # Of two articles with one alias the first by key has it, whenever either was indexed.
            if heads:
                return heads[0].summary.key
        return None

    def removed(self, path: str, locale: str) -> str | None:
        """Return what writers say of an article that they took away, or None."""
        name = old_name(path)
        notes = (self._removed.get(tag, {}).get(name) for tag in _tags(locale))
        return next((note for note in notes if note), None)

    def articles(self, locale: str) -> Sequence[Summary]:
        """Return every article of one locale, in the order of their titles."""
        searcher = self._searcher(locale)
        found = [head.summary for head in searcher.heads(self._clock())] if searcher else []
        return sorted(found, key=lambda summary: (summary.title.casefold(), summary.key))

    def topics(self, locale: str) -> Sequence[Topic]:
        """Return the topics that have articles, in the authors' order."""
        searcher = self._searcher(locale)
        if searcher is None:
            return []
        counts = searcher.topic_counts(self._clock())
        known = {topic.slug: topic for topic in self._topics.get(searcher.locale, ())}
        topics = [
            replace(known.get(slug, Topic(slug, _titled(slug))), count=count)
            for slug, count in counts.items()
        ]
        return sorted(topics, key=lambda topic: (topic.order, topic.title.casefold(), topic.slug))

    def translations(self, key: str) -> Sequence[Summary]:
        """Return the same article in other locales, sorted by locale."""
        now = self._clock()
        own = self._searchers.get(key.partition("/")[0])
        number = own.reader.number(key) if own else -1
        if own is None or number < 0:
            return []
        family = own.reader.head(number).summary.translation_key
        return [
            head.summary
            for searcher in self._searchers.values()
            for head in (searcher.heads_named("family", family, now) if family else ())
            if head.summary.key != key
        ]

    def _searcher(self, locale: str) -> Searcher | None:
        """Return the searcher of the locale, or of the nearest one that has articles."""
        for tag in _tags(locale):
            if tag in self._searchers:
                return self._searchers[tag]
        return None


def _tags(locale: str) -> tuple[str, ...]:
    """Return the locales to look into, nearest first; none for what is no locale."""
    try:
        return fallbacks(locale)
    except ValueError:
        return ()


def _titled(slug: str) -> str:
    """Return a topic's title made from its folder's name."""
    words = slug.replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:]
