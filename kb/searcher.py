"""Search the articles of one locale, as one audience sees them, in one immutable index.

All that a search does happens here, so that every engine behaves the same: parse, expand, score,
filter, cut, mark. The clock is read once a call: an article that has expired since the index was
made is not there any more.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from heapq import merge

import numpy as np

from kb.analysis import Analyzer, analyzer_for
from kb.article import is_verified
from kb.completion import Entry, Typed, marked, typed_words
from kb.expansion import expand
from kb.query import ParsedQuery, parse
from kb.ranking import Ranking, allowed
from kb.reader import IndexReader
from kb.records import Head
from kb.scoring import Mask, Scores, score
from kb.search import MAX_LIMIT, MAX_OFFSET, Completion, Facet, Hit, Page, Query, Results, Summary
from kb.segment import Segment
from kb.similar import likeness
from kb.snippets import Highlighter, Match
from kb.titles import MIN_BEGINNING, MOST_BEGINNING, title_key

# What an article gains whose title begins with the query.
BEGINNING_SHARE = 0.3
# Share of an article's likeness to itself that another one needs to be called similar.
SIMILAR_SHARE = 0.12
MOST_SIMILAR = 20

Ranked = Sequence[tuple[int, float]]


class Searcher:
    """Answers for one locale from one index; safe to share between threads."""

    def __init__(self, reader: IndexReader, locale: str) -> None:
        self.locale = locale
        self.reader = reader
        self._analyzer: Analyzer = analyzer_for(locale)
        self._next_expiry = float(reader.expiry.min(initial=np.inf))
        # Not an lru_cache: one that holds `self` would keep a replaced index's files open.
        self._alike: dict[int, tuple[int, ...]] = {}

    def search(self, query: Query, now: datetime) -> Results:
        """Return one page of the articles that match."""
        parsed = parse(query.text, self._analyzer)
        if parsed.is_empty:
            return Results()
        expanded = expand(parsed, self.reader, self._analyzer)
        visible = self._visible(now)
        scores = self.scores(expanded.query, visible)
        found = visible & (scores.base > 0)
        if (left := allowed(expanded.query, self.reader)) is not None:
            found &= left
        ranking = Ranking(scores, found)
        matches = ranking.matching()
        topics = self._facets(matches)
        others = found & ~matches
        if query.topic is not None:
            in_topic = self._in_topic(query.topic)
            matches &= in_topic
            others &= in_topic
        limit = max(1, min(query.limit, MAX_LIMIT))
        offset = max(0, min(query.offset, MAX_OFFSET))
        chosen = ranking.top(matches, offset + limit)[offset:]
        relaxed: Ranked = ()
        if not offset and len(chosen) < limit:
            relaxed = ranking.top(others, limit - len(chosen))
        hits = self._hits([*chosen, *relaxed], expanded.query, scores, now.date())
        return Results(
            hits=tuple(hits[: len(chosen)]),
            total=int(np.count_nonzero(matches)),
            relaxed=tuple(hits[len(chosen) :]),
            did_you_mean=expanded.did_you_mean,
            topics=topics,
        )

    def scores(self, query: ParsedQuery, visible: Mask) -> Scores:
        """Return the scores of all articles, titles that were typed on top of the visible ones."""
        scores = score(query, self.reader)
        if not query.title:
            return scores
        equal, longer = self.reader.articles_by("title", query.title)
        if len(query.title) >= MIN_BEGINNING and 0 < len(longer) <= MOST_BEGINNING:
            scores.multiply(longer, 1 + BEGINNING_SHARE)
        if equal:
            found = visible & (scores.base > 0)
            scores.base[equal] += scores.by_passage(found).max(initial=0.0)
        return scores

    def complete(self, prefix: str, limit: int, now: datetime) -> tuple[Completion, ...]:
        """Return what the typed text may become."""
        typed = typed_words(prefix, self._analyzer)
        if not typed.words:
            return ()
        limit = max(1, min(limit, MAX_LIMIT))
        visible = self._visible(now)
        offers = [_offers(segment, typed, visible) for segment in self.reader.segments]
        found: dict[tuple[int, str], Completion] = {}
        for _, entry, article in merge(*offers, key=lambda offer: offer[0]):
            # The same text of the same article is offered once.
            tokens = self._analyzer.tokens(entry.text)
            same = article, title_key(tokens)
            if same not in found:
                segment, own = self.reader.segment_of(article)
                key, title = segment.keys[own], segment.strings("titles")[own]
                html = marked(entry.text, tokens, typed)
                slug = key.partition("/")[2]
                found[same] = Completion(
                    entry.text, html, entry.kind, key, slug, title, entry.anchor
                )
            if len(found) == limit:
                break
        return tuple(found.values())

    def similar(self, key: str, limit: int, now: datetime) -> tuple[Summary, ...]:
        """Return the articles most like `key`, most alike first."""
        number = self.reader.number(key)
        if not self._is_live(number, now):
            return ()
        if number not in self._alike:
            self._alike[number] = self._similar_numbers(number)
        visible = self._visible(now)
        alike = [n for n in self._alike[number] if visible[n]]
        return tuple(self.reader.head(n).summary for n in alike[: max(0, limit)])

    def page(self, key: str, now: datetime) -> Page | None:
        """Return an article to read, None when it is not there for this audience now."""
        number = self.reader.number(key)
        return self.reader.page(number) if self._is_live(number, now) else None

    def heads(self, now: datetime) -> list[Head]:
        """Return what is known of all articles that are live, in the order of their keys."""
        moment = now.timestamp()
        return [head for n, head in self.reader.heads if self.reader.expiry[n] > moment]

    def heads_named(self, table: str, text: str, now: datetime) -> list[Head]:
        """Return the live articles that a table of the index has under `text`, by key."""
        numbers, _ = self.reader.articles_by(table, text)
        found = [self.reader.head(n) for n in numbers if self._is_live(n, now)]
        return sorted(found, key=lambda head: head.summary.key)

    def topic_counts(self, now: datetime) -> dict[str, int]:
        """Return how many live articles each topic has."""
        live = self.reader.live & (self.reader.expiry > now.timestamp())
        return self._counted_topics(live)

    def _is_live(self, number: int, now: datetime) -> bool:
        return number >= 0 and bool(self.reader.expiry[number] > now.timestamp())

    def _visible(self, now: datetime) -> Mask:
        moment = now.timestamp()
        if moment < self._next_expiry:
            return self.reader.found
        visible: Mask = self.reader.found & (self.reader.expiry > moment)
        return visible

    def _counted_topics(self, articles: Mask) -> dict[str, int]:
        counts = np.bincount(self.reader.topic[articles], minlength=len(self.reader.topics))
        named = zip(self.reader.topics, counts.tolist(), strict=True)
        return {topic: count for topic, count in named if topic and count}

    def _facets(self, matches: Mask) -> tuple[Facet, ...]:
        counts = self._counted_topics(matches)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Facet(topic, count) for topic, count in ordered)

    def _in_topic(self, topic: str) -> Mask:
        if topic not in self.reader.topics:
            return np.zeros(self.reader.articles, dtype=bool)
        chosen: Mask = self.reader.topic == self.reader.topics.index(topic)
        return chosen

    def _hits(self, ranked: Ranked, query: ParsedQuery, scores: Scores, today: date) -> list[Hit]:
        if not ranked:
            return []
        highlighter = Highlighter(query, self._analyzer, self.reader)
        passages = [scores.best_passage(article) for article, _ in ranked]
        articles = [article for article, _ in ranked]
        titles, bodies = self._matches(articles, passages, highlighter)
        return [
            self._hit(article, value, passages[i], titles[i], bodies[i], highlighter, today)
            for i, (article, value) in enumerate(ranked)
        ]

    def _matches(
        self, articles: Sequence[int], passages: Sequence[int | None], highlighter: Highlighter
    ) -> tuple[list[list[Match]], list[list[Match]]]:
        """Return the matches in the articles' titles and in their passages."""
        titles: list[list[Match]] = [[] for _ in articles]
        bodies: list[list[Match]] = [[] for _ in articles]
        for place, segment in enumerate(self.reader.segments):
            texts, targets = [], []
            for i, (article, passage) in enumerate(zip(articles, passages, strict=True)):
                own = article - segment.first_article
                if 0 <= own < segment.articles:
                    texts.append(segment.title_words(own))
                    targets.append((titles, i))
                    if passage is not None:
                        texts.append(segment.body_words(passage - segment.first_passage, own))
                        targets.append((bodies, i))
            if texts:
                found = highlighter.matches(place, texts)
                for (rows, i), matches in zip(targets, found, strict=True):
                    rows[i] = matches
        return titles, bodies

    def _hit(
        self,
        article: int,
        value: float,
        number: int | None,
        title: Sequence[Match],
        body: Sequence[Match],
        highlighter: Highlighter,
        today: date,
    ) -> Hit:
        segment, own = self.reader.segment_of(article)
        arrays = segment.arrays
        key, text = segment.keys[own], segment.strings("titles")[own]
        locale, _, slug = key.partition("/")
        heading = anchor = snippet = ""
        if number is not None:
            place = number - segment.first_passage
            heading, anchor = segment.strings("headings")[place], segment.strings("anchors")[place]
            snippet = highlighter.snippet(
                segment.strings("bodies")[place], segment.sentences(place), body
            )
        if not snippet:
            head = self.reader.head(article)
            snippet = highlighter.snippet_of(head.summary.description or head.opening)
        checked = int(arrays["verified_on"][own])
        verified_on = date.fromordinal(checked) if checked else None
        return Hit(
            key=key,
            locale=locale,
            slug=slug,
            title=text,
            title_html=highlighter.marked(text, title),
            topic=self.reader.topics[self.reader.topic[article]],
            heading=heading,
            anchor=anchor,
            score=value,
            snippet=snippet,
            verified=is_verified(verified_on, int(arrays["verify_every"][own]), today),
            verified_on=verified_on,
            audience="internal" if arrays["internal"][own] else "public",
        )

    def _similar_numbers(self, number: int) -> tuple[int, ...]:
        reader = self.reader
        query = likeness(
            reader.head(number), reader.passages_of(number), self._analyzer, reader.find
        )
        scores = score(query, reader)
        own = scores.of(number)
        others = reader.found & (scores.base > 0)
        others[number] = False
        best = Ranking(scores, others).top(others, MOST_SIMILAR)
        return tuple(article for article, value in best if value > SIMILAR_SHARE * own)


def _offers(
    segment: Segment, typed: Typed, visible: Mask
) -> Iterator[tuple[tuple[int, int, int, str, str], Entry, int]]:
    """Yield a segment's completions, best first: rank, entry, number of the article."""
    first = segment.first_article
    own = visible[first : first + segment.articles]
    for rank, entry in segment.completer.complete(typed, own):
        # Equal texts of different articles stand by their keys, whatever segment they are in.
        yield (*rank, segment.keys[entry.article]), entry, first + entry.article
