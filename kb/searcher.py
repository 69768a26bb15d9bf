"""Search the articles of one locale, as one audience sees them, in one immutable index.

All that a search does above the postings happens here, so that every engine behaves the same:
parse, expand, score, filter, cut, mark. The clock is read once a call: an article that has
expired since the index was made is not there any more.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.analysis import Analyzer, analyzer_for
from kb.completion import Completer, Entry
from kb.expansion import Vocabulary, expand
from kb.passages import Passage
from kb.query import parse
from kb.ranking import Postings, Scorer, Scores
from kb.records import Head
from kb.search import MAX_LIMIT, MAX_OFFSET, Completion, Facet, Hit, Page, Query, Results, Summary
from kb.similar import likeness
from kb.snippets import Highlighter
from kb.titles import Titles

# What an article gains whose title begins with the query.
BEGINNING_SHARE = 0.3
# Share of an article's likeness to itself that another one needs to be called similar.
SIMILAR_SHARE = 0.12


class Store(Postings, Vocabulary, Protocol):
    """All that is kept of one locale's articles for one audience."""

    @property
    def heads(self) -> Sequence[Head]:
        """Return what is known of every article, in the order of their numbers."""
        ...

    def passage(self, document: int) -> Passage | None:
        """Return the passage with this document number, None for a head document."""
        ...

    def passages(self, article: int) -> list[Passage]:
        """Return all passages of an article in order."""
        ...

    def page(self, article: int) -> Page:
        """Return an article to read."""
        ...


class Searcher:
    """Answers for one locale from one store; safe to share between threads."""

    def __init__(self, store: Store, locale: str) -> None:
        self.locale = locale
        self._store = store
        self._analyzer: Analyzer = analyzer_for(locale)
        self._scorer = Scorer(store)
        self._summaries = [head.summary for head in store.heads]
        self._number = {summary.key: n for n, summary in enumerate(self._summaries)}
        order = sorted(range(len(self._summaries)), key=lambda n: self._summaries[n].key)
        self._key_order = np.empty(len(order), dtype=np.int64)
        self._key_order[order] = np.arange(len(order))
        self._boost = np.array([s.boost for s in self._summaries], dtype=np.float32)
        self._found = np.array([not s.exclude for s in self._summaries], dtype=bool)
        never = datetime.max.replace(tzinfo=UTC)
        self._expiry = [s.expire_at or never for s in self._summaries]
        self._next_expiry = min(self._expiry, default=never)
        # Not an lru_cache: one that holds `self` would keep a replaced index's files open.
        self._alike: dict[int, tuple[int, ...]] = {}

    def search(self, query: Query, now: datetime) -> Results:
        """Return one page of the articles that match."""
        parsed = parse(query.text, self._analyzer)
        if parsed.is_empty or not self._summaries:
            return Results()
        expanded = expand(parsed, self._store, self._analyzer)
        scores = self._scorer.score(expanded.query)
        scores.score[~self._visible(now)] = 0
        scores.score[:] *= self._boost
        self._lift_titles(parsed.text, scores)
        matches = scores.matching()
        matching = np.flatnonzero(matches)
        topics = self._facets(matching)
        if query.topic is not None:
            matching = self._in_topic(matching, query.topic)
        limit = max(1, min(query.limit, MAX_LIMIT))
        offset = max(0, min(query.offset, MAX_OFFSET))
        ranked = self._ranked(matching, scores)
        chosen = ranked[offset : offset + limit]
        highlighter = Highlighter(expanded.query, self._analyzer, self._scorer.idf)
        today = now.date()
        return Results(
            hits=tuple(self._hit(n, scores, highlighter, today) for n in chosen),
            total=len(ranked),
            relaxed=tuple(
                self._hit(n, scores, highlighter, today)
                for n in self._relaxed(scores, matches, query.topic, limit - len(chosen))
                if not offset
            ),
            did_you_mean=expanded.did_you_mean,
            topics=topics,
        )

    def complete(self, prefix: str, limit: int, now: datetime) -> tuple[Completion, ...]:
        """Return what the typed text may become."""
        visible = self._visible(now)
        limit = max(1, min(limit, MAX_LIMIT))
        return tuple(
            Completion(entry.text, html, entry.kind, s.key, s.slug, s.title, entry.anchor)
            for entry, html in self._completer.complete(prefix, limit, visible)
            for s in (self._summaries[entry.article],)
        )

    def similar(self, key: str, limit: int, now: datetime) -> tuple[Summary, ...]:
        """Return the articles most like `key`, most alike first."""
        number = self._number.get(key)
        if number is None:
            return ()
        if self._expiry[number] <= now:
            return ()
        if number not in self._alike:
            self._alike[number] = self._similar_numbers(number)
        visible = self._visible(now)
        alike = [n for n in self._alike[number] if visible[n]]
        return tuple(self._summaries[n] for n in alike[: max(0, limit)])

    def page(self, key: str, now: datetime) -> Page | None:
        """Return an article to read, None when it is not there for this audience now."""
        number = self._number.get(key)
        if number is None or self._expiry[number] <= now:
            return None
        return self._store.page(number)

    def summaries(self, now: datetime) -> list[Summary]:
        """Return all articles that are live, in the order of their numbers."""
        if now < self._next_expiry:
            return list(self._summaries)
        return [s for s, end in zip(self._summaries, self._expiry, strict=True) if now < end]

    def heads(self) -> Sequence[Head]:
        """Return what is known of every article, live or not."""
        return self._store.heads

    @cached_property
    def _titles(self) -> Titles:
        return Titles((summary.title for summary in self._summaries), self._analyzer)

    def _lift_titles(self, text: str, scores: Scores) -> None:
        """Put articles on top whose title is the query, and lift those that begin with it."""
        found = scores.score > 0
        beginning = [n for n in self._titles.beginning_with(text) if found[n]]
        scores.score[beginning] *= np.float32(1 + BEGINNING_SHARE)
        equal = [n for n in self._titles.equal_to(text) if found[n]]
        scores.score[equal] += scores.score.max(initial=0)

    @cached_property
    def _completer(self) -> Completer:
        entries = []
        for number, head in enumerate(self._store.heads):
            if head.summary.exclude:
                continue
            entries.append(Entry(head.summary.title, "title", number))
            entries += [Entry(question, "question", number) for question in head.questions]
            entries += [
                Entry(heading, "heading", number, anchor) for anchor, heading in head.headings
            ]
        return Completer(entries, self._analyzer)

    def _visible(self, now: datetime) -> NDArray[np.bool_]:
        if now < self._next_expiry:
            return self._found
        live: NDArray[np.bool_] = np.array([now < end for end in self._expiry], dtype=bool)
        return self._found & live

    def _facets(self, matching: NDArray[np.int64]) -> tuple[Facet, ...]:
        counts = Counter(self._summaries[n].topic for n in matching)
        counts.pop("", None)
        ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Facet(topic, count) for topic, count in ordered)

    def _in_topic(self, numbers: NDArray[np.int64], topic: str) -> NDArray[np.int64]:
        return np.array([n for n in numbers if self._summaries[n].topic == topic], dtype=np.int64)

    def _ranked(self, numbers: NDArray[np.int64], scores: Scores) -> NDArray[np.int64]:
        """Return article numbers, best first; equal scores in the order of their keys."""
        order = np.lexsort((self._key_order[numbers], -scores.score[numbers]))
        return numbers[order]

    def _relaxed(
        self, scores: Scores, matches: NDArray[np.bool_], topic: str | None, room: int
    ) -> NDArray[np.int64]:
        """Return at most `room` articles that match only part of the query, best first."""
        partly = np.flatnonzero((scores.score > 0) & ~matches)
        if topic is not None:
            partly = self._in_topic(partly, topic)
        return self._ranked(partly, scores)[:room]

    def _hit(self, number: int, scores: Scores, highlighter: Highlighter, today: date) -> Hit:
        head = self._store.heads[number]
        summary = head.summary
        passage = self._store.passage(int(scores.passage[number]))
        text = passage.text if passage else ""
        return Hit(
            key=summary.key,
            locale=summary.locale,
            slug=summary.slug,
            title=summary.title,
            title_html=highlighter.title(summary.title),
            topic=summary.topic,
            heading=passage.heading if passage else "",
            anchor=passage.anchor if passage else "",
            score=float(scores.score[number]),
            snippet=highlighter.snippet(text or summary.description or head.opening),
            verified=summary.is_verified(today),
            verified_on=summary.verified_on,
            audience=summary.audience,
        )

    def _similar_numbers(self, number: int) -> tuple[int, ...]:
        head = self._store.heads[number]
        query = likeness(head, self._store.passages(number), self._analyzer, self._scorer.idf)
        scores = self._scorer.score(query)
        own = scores.score[number]
        scores.score[number] = 0
        scores.score[~self._found] = 0
        enough = np.flatnonzero(scores.score > SIMILAR_SHARE * own)
        return tuple(int(n) for n in self._ranked(enough, scores)[:20])
