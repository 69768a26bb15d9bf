"""Search the articles of one locale, as one audience sees them, in one immutable index.

All that a search does happens here, so that every engine behaves the same: parse, expand, score,
filter, cut, mark. The clock is read once a call: an article that has expired since the index was
made is not there any more.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

import numpy as np

from kb.completing.completer import complete
from kb.kernels.matches import Matches
from kb.meaning.semantic import Semantic
from kb.queries.expansion import Expanded, expand
from kb.queries.messages import shortened
from kb.queries.query import ParsedQuery, parse
from kb.queries.synonyms import Synonyms
from kb.results.ranking import Ranking, allowed
from kb.results.scoring import Floats, Mask, Scores, score
from kb.results.similar import likeness
from kb.results.snippets import Highlighter
from kb.results.standing import HELPFUL_SHARE, STEPS, Standings
from kb.results.titles import MIN_BEGINNING, MOST_BEGINNING
from kb.search import MAX_LIMIT, MAX_OFFSET, Completion, Facet, Hit, Page, Query, Results, Summary
from kb.segments.reader import IndexReader
from kb.segments.records import Head
from kb.words.analysis import Analyzer, analyzer_for

# What an article gains whose title begins with the query.
BEGINNING_SHARE = 0.3
# Share of what an article covers that it gains while somebody's check of it counts: enough to
# settle what is nearly equal.
VERIFIED_SHARE = 0.01
# Share of an article's likeness to itself that another one needs to be called similar.
SIMILAR_SHARE = 0.12
MOST_SIMILAR = 20

Ranked = Sequence[tuple[int, float]]


def _by_number(standings: Standings, reader: IndexReader) -> Floats | None:
    """Return -1 to 1 for each article, None when nothing is known of any."""
    numbers = {reader.number(key): steps for key, steps in standings.items()}
    numbers.pop(-1, None)
    if not numbers:
        return None
    standing = np.zeros(reader.articles)
    standing[list(numbers)] = [steps / STEPS for steps in numbers.values()]
    return standing


class Asked(NamedTuple):
    """A search before anything is chosen.

    expanded  the query as it was read
    scores    of all articles
    found     which articles hold any of it, and are allowed to be found
    verified  which articles' checks count today; None when nobody's does
    is_loose  no article holds what stands in quotes: found are those that hold its words
    """

    expanded: Expanded
    scores: Scores
    found: Mask
    is_loose: bool = False
    verified: Mask | None = None

    def matches(self, ranking: Ranking) -> Mask:
        """Return which of the found articles match the query rather than a part of it."""
        return np.zeros_like(self.found) if self.is_loose else ranking.matching()


class Searcher:
    """Answers for one locale from one index; safe to share between threads."""

    def __init__(
        self,
        reader: IndexReader,
        locale: str,
        semantic: Semantic | None = None,
        *,
        synonyms: Synonyms | None = None,
        standings: Standings | None = None,
    ) -> None:
        """Answer from `reader`; `semantic` knows what its articles mean, if anything does."""
        self.locale = locale
        self.reader = reader
        self.synonyms = synonyms
        self.semantic = semantic
        self.standing = _by_number(standings or {}, reader)
        self.analyzer: Analyzer = analyzer_for(locale)
        self._next_expiry = float(reader.expiry.min(initial=np.inf))
        # Not an lru_cache: one that holds `self` would keep a replaced index's files open.
        self._alike: dict[int, tuple[int, ...]] = {}
        self._checked: tuple[date, Mask | None] | None = None

    def parsed(self, text: str) -> ParsedQuery:
        """Return what a text asks for in the language of these articles."""
        return parse(text, self.analyzer)

    def search(self, query: Query, now: datetime, parsed: ParsedQuery | None = None) -> Results:
        """Return one page of the articles that match.

        parsed  the query's text, from whoever has read it already
        """
        asked = self.read(self._shortened(parsed or self.parsed(query.text)), now)
        if asked is None:
            return Results()
        expanded, scores, found = asked.expanded, asked.scores, asked.found
        ranking = Ranking(scores, found)
        matches = asked.matches(ranking)
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

    def asked(self, text: str, now: datetime) -> Asked | None:
        """Return what `text` means and what it finds; None when there is no word in it."""
        return self.read(self._shortened(self.parsed(text)), now)

    def _shortened(self, parsed: ParsedQuery) -> ParsedQuery:
        return shortened(parsed, self.reader, self.analyzer) if parsed.is_message else parsed

    def read(self, parsed: ParsedQuery, now: datetime, *, by_meaning: bool = True) -> Asked | None:
        """Return what a query finds; None when there is no word in it.

        The words of a message have been chosen (kb.queries.messages).

        by_meaning  let the scores say what it means, too, where something knows
        """
        if parsed.is_empty:
            return None
        expanded = expand(parsed, self.reader, self.analyzer, self.synonyms)
        visible = self.visible(now)
        if expanded.did_you_mean and not self._is_seen(expanded.did_you_mean, visible):
            expanded = expanded._replace(did_you_mean=None)
        verified = self._verified(now.date())
        scores = self.scores(expanded.query, visible, verified, by_meaning=by_meaning)
        found = visible & (scores.base > 0)
        left = allowed(expanded.query, self.reader)
        is_loose = bool(expanded.query.required) and left is not None and not (found & left).any()
        if is_loose:
            left = allowed(expanded.query._replace(required=()), self.reader)
        return Asked(expanded, scores, found if left is None else found & left, is_loose, verified)

    def scores(
        self,
        query: ParsedQuery,
        visible: Mask,
        verified: Mask | None = None,
        *,
        by_meaning: bool = True,
    ) -> Scores:
        """Return the scores of all articles, titles that were typed on top of the visible ones."""
        scores = score(query, self.reader)
        if self.semantic is not None and by_meaning:
            self.semantic.add(scores, visible)
        if verified is not None:
            scores.base += VERIFIED_SHARE * scores.covered * verified
        if self.standing is not None:
            scores.base += HELPFUL_SHARE * scores.covered * self.standing
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
        most = max(1, min(limit, MAX_LIMIT))
        return complete(prefix, most, self.reader, self.analyzer, self.visible(now))

    def introduced(
        self, found: Sequence[tuple[Head, float]], query: Query, now: datetime
    ) -> list[Hit]:
        """Return the hits for articles that were found by other means, with these scores."""
        if not found:
            return []
        articles = [self.reader.number(head.summary.key) for head, _ in found]
        highlighter = Highlighter(self.parsed(query.text), self.analyzer, self.reader)
        titles, _ = self._matches(articles, [None] * len(articles), highlighter)
        return [
            self._hit(article, value, None, title, Matches(()), highlighter, now.date())
            for article, (_, value), title in zip(articles, found, titles, strict=True)
        ]

    def similar(self, key: str, limit: int, now: datetime) -> tuple[Summary, ...]:
        """Return the articles most like `key`, most alike first."""
        number = self.reader.number(key)
        if not self._is_live(number, now):
            return ()
        if number not in self._alike:
            self._alike[number] = self._similar_numbers(number)
        visible = self.visible(now)
        alike = [n for n in self._alike[number] if visible[n]]
        return tuple(self.reader.head(n).summary for n in alike[: max(0, limit)])

    def page(self, key: str, now: datetime) -> Page | None:
        """Return an article to read, None when it is not there for this audience now."""
        number = self.reader.number(key)
        return self.reader.page(number) if self._is_live(number, now) else None

    def has(self, key: str, now: datetime) -> bool:
        """Whether the article is there for this audience now."""
        return self._is_live(self.reader.number(key), now)

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

    def _is_seen(self, text: str, visible: Mask) -> bool:
        """Whether each word of a text that articles hold is in one that can be found now."""
        reader = self.reader
        if reader.hides_none and visible is reader.found:
            return True
        for token in self.analyzer.tokens(text):
            stream, term = ("exact", token.exact) if token.is_char else ("loose", token.loose)
            holders = list(reader.holders(reader.find(stream, term)))
            if holders and not any(visible[articles].any() for articles in holders):
                return False
        return True

    def _verified(self, today: date) -> Mask | None:
        """Return which articles' checks count on a day, None when nobody's does."""
        if self._checked is None or self._checked[0] != today:
            arrays = [segment.arrays for segment in self.reader.segments]
            since = np.concatenate([today.toordinal() - own["verified_on"] for own in arrays])
            every = np.concatenate([own["verify_every"] for own in arrays])
            # An article that was never checked has the day 0.
            counts = (since >= 0) & (since <= every) & (since < today.toordinal())
            self._checked = today, counts if counts.any() else None
        return self._checked[1]

    def visible(self, now: datetime) -> Mask:
        """Return which articles may be search results now."""
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
        highlighter = Highlighter(query, self.analyzer, self.reader)
        passages = [scores.best_passage(article) for article, _ in ranked]
        articles = [article for article, _ in ranked]
        titles, bodies = self._matches(articles, passages, highlighter)
        return [
            self._hit(article, value, passages[i], titles[i], bodies[i], highlighter, today)
            for i, (article, value) in enumerate(ranked)
        ]

    def _matches(
        self, articles: Sequence[int], passages: Sequence[int | None], highlighter: Highlighter
    ) -> tuple[list[Matches], list[Matches]]:
        """Return the matches in the articles' titles and in their passages."""
        titles = [Matches(())] * len(articles)
        bodies = titles.copy()
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
        title: Matches,
        body: Matches,
        highlighter: Highlighter,
        today: date,
    ) -> Hit:
        segment, own = self.reader.segment_of(article)
        key, text = segment.keys[own], segment.titles[own]
        locale, _, slug = key.partition("/")
        heading = anchor = snippet = ""
        if number is not None:
            place = number - segment.first_passage
            heading, anchor = segment.headings[place], segment.anchors[place]
            snippet = highlighter.snippet(segment.bodies[place], segment.sentences(place), body)
        if not snippet:
            snippet = highlighter.snippet_of(self.reader.lead(article))
        checked, is_internal = segment.verified_on[own], bool(segment.internal[own])
        verified = self._verified(today)
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
            verified=verified is not None and bool(verified[article]),
            verified_on=date.fromordinal(checked) if checked else None,
            audience="internal" if is_internal else "public",
            # Only what is internal can be a reply: no other head has to be read.
            kind=self.reader.head(article).summary.kind if is_internal else "article",
            verify_every=segment.verify_every[own],
        )

    def _similar_numbers(self, number: int) -> tuple[int, ...]:
        reader = self.reader
        query = likeness(
            reader.head(number), reader.passages_of(number), self.analyzer, reader.find
        )
        scores = score(query, reader)
        own = scores.of(number)
        others = reader.found & (scores.base > 0)
        others[number] = False
        best = Ranking(scores, others).top(others, MOST_SIMILAR)
        return tuple(article for article, value in best if value > SIMILAR_SHARE * own)
