"""Read one locale's articles for one audience: all segments of an index as one.

Articles and passages are numbered through, segment after segment. Statistics count live
documents only, so that an index scores as one that never held what was deleted.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.kernels import largest
from kb.queries.spelling import deletions, is_one_edit
from kb.search import Page
from kb.segments.arrays import Arrays
from kb.segments.bm25 import idf
from kb.segments.found import Found, Reading
from kb.segments.memo import Memo
from kb.segments.passages import Passage
from kb.segments.records import Head, lead_of, load_head, page_of
from kb.segments.segment import Rows, Segment

# Of the terms that begin with a prefix, only so many are looked at.
MOST_SCANNED = 5_000


class IndexReader:
    """The articles of one index; immutable, safe to share between threads.

    articles       number of articles, deleted ones included
    passage_first  number of each article's first passage, and the number of all passages
    article_of     number of the article by passage
    live, found    which articles are not deleted; which of them may be search results
    hides_none     whether all live articles may be search results
    boost, expiry  factor on the score, moment of expiry in seconds UTC, by article
    moves          what each segment's places of passages, heads and articles lack to be those of
                   the whole index
    topics, topic  slugs of all topics, and each article's place among them
    """

    def __init__(self, segments: Iterable[tuple[Arrays, Iterable[int]]]) -> None:
        opened: list[Segment] = []
        self.articles = passages = 0
        for arrays, deleted in segments:
            opened.append(Segment(arrays, deleted, self.articles, passages))
            self.articles += opened[-1].articles
            passages += opened[-1].passages
        self.segments = tuple(opened)
        self._first_articles = [segment.first_article for segment in opened]
        self.passages = passages
        firsts = [segment.passage_first[:-1] + segment.first_passage for segment in opened]
        self.passage_first = np.concatenate([*firsts, np.array([passages], dtype=np.int64)])
        self.moves = [segment.moves(self.articles, passages) for segment in opened]
        self.live: NDArray[np.bool_] = _joined([segment.live for segment in opened], np.bool_)
        self.found: NDArray[np.bool_] = self._attribute("found", np.uint8).astype(bool) & self.live
        self.boost: NDArray[np.float64] = self._attribute("boost", np.float32).astype(np.float64)
        self.expiry: NDArray[np.float64] = self._attribute("expiry", np.float64)
        self._live_articles = int(np.count_nonzero(self.live))
        self._live_passages = sum(
            s.passages if s.all_live else int(np.count_nonzero(s.live_passages)) for s in opened
        )
        counts = np.diff(self.passage_first)
        self._nothing = Found(
            numbers=(-1,) * len(opened),
            heads=0,
            passages=0,
            head_idf=idf(0, self._live_articles),
            passage_idf=idf(0, self._live_passages),
            documents=0,
            idf=idf(0, self._live_passages),
        )
        self.hides_none = int(np.count_nonzero(self.found)) == self._live_articles
        self.article_of = np.repeat(np.arange(self.articles), counts)
        self.has_boosts = bool((self.boost != 1).any())
        self.topics, self.topic = self._number_topics()
        self._known: Memo[tuple[str, str], Found] = Memo()
        self._near: Memo[tuple[str, str], list[tuple[str, int]]] = Memo()
        # What others learned of words, so that they need not ask again: what is added up for one
        # (kb.results.scoring), whether it is nothing but itself (kb.queries.expansion), whether
        # two neighbours are also one word (kb.queries.rewording), which words begin as it does
        # (kb.queries.related), what it says for the language of these articles
        # (kb.queries.languages).
        self.readings: Memo[tuple[object, ...], tuple[list[Reading], int]] = Memo()
        self.plain: Memo[str, bool] = Memo()
        self.joined: Memo[str, bool] = Memo()
        self.related: Memo[str, tuple[Any, ...]] = Memo()
        self.weights: Memo[str, float] = Memo()

    def find(self, stream: str, text: str) -> Found:
        """Return what the index knows of a term."""
        key = (stream, text)
        found = self._known.get(key)
        if found is None:
            found = self._known.keep(key, self._find(stream, text))
        return found

    def _find(self, stream: str, text: str) -> Found:
        numbers = tuple([segment.term_number(stream, text) for segment in self.segments])
        if max(numbers, default=-1) < 0:
            return self._nothing
        heads = passages = 0
        for segment, number in zip(self.segments, numbers, strict=True):
            if number >= 0:
                in_heads, in_passages = segment.frequency(number)
                heads += in_heads
                passages += in_passages
        head_idf, passage_idf = idf(heads, self._live_articles), idf(passages, self._live_passages)
        if passages:
            # A word that few titles hold need not say much: texts may be full of it.
            head_idf = (head_idf + passage_idf) / 2
        own = passage_idf if passages or not heads else head_idf
        return Found(numbers, heads, passages, head_idf, passage_idf, heads + passages, own)

    def rows(self, found: Found) -> list[Rows]:
        """Return a term's postings, by segment; none when no live article holds it."""
        if not found.documents:
            return []
        return [
            segment.rows(number, moves)
            for segment, number, moves in zip(self.segments, found.numbers, self.moves, strict=True)
            if number >= 0
        ]

    def idfs(self, stream: str, texts: list[str]) -> list[float]:
        """Return what each term says about an article that holds it; 0 when no live article does.

        Much quicker than `find`, for many terms that are mostly not asked for again.
        """
        counts = np.zeros((2, len(texts)), dtype=np.int64)
        for segment in self.segments:
            counts += segment.counts(stream, texts)
        return [
            idf(passages, self._live_passages)
            if passages
            else (idf(heads, self._live_articles) if heads else 0.0)
            for heads, passages in counts.T.tolist()
        ]

    def has(self, stream: str, text: str) -> bool:
        """Whether any article, even a deleted one, has a term; for terms nobody asks for again."""
        return any(segment.term_number(stream, text) >= 0 for segment in self.segments)

    def are_equal(self, stem: Found, word: Found) -> bool:
        """Whether the word is the only one with its stem, so that their postings are the same."""
        if (stem.heads, stem.passages) != (word.heads, word.passages):
            return False
        return all(
            number < 0 or segment.is_alone(number)
            for segment, number in zip(self.segments, word.numbers, strict=True)
        )

    def holders(self, found: Found) -> Iterator[NDArray[np.int32]]:
        """Yield the numbers of the articles, also deleted ones, that hold a term, by segment."""
        for row in self.rows(found):
            in_articles = row.places[len(row.places) - row.counts[2] :]
            yield in_articles - (self.passages + self.articles)

    def frequency(self, stream: str, text: str) -> int:
        """Return in how many documents a term is."""
        return self.find(stream, text).documents

    def with_prefix(self, stream: str, prefix: str, limit: int) -> list[str]:
        """Return at most `limit` terms that begin with `prefix`, most frequent first."""
        counts: dict[str, int] = {}
        for segment in self.segments:
            numbers = segment.terms.beginning(prefix, *segment.term_range(stream))
            frequencies = segment.frequencies(numbers[:MOST_SCANNED])
            places = np.flatnonzero(frequencies)
            if len(places) > 4 * limit:
                # Of equal ones the first by the alphabet.
                places = largest(frequencies.astype(np.float64), 4 * limit)
                order = np.argsort(-frequencies[places], kind="stable")
                places = places[order][: 4 * limit]
            found = zip(places.tolist(), frequencies[places].tolist(), strict=True)
            for place, frequency in found:
                term = segment.terms[numbers[place]]
                counts[term] = counts.get(term, 0) + frequency
        return sorted(counts, key=lambda term: (-counts[term], term))[:limit]

    def one_edit_from(self, stream: str, word: str) -> list[tuple[str, int]]:
        """Return the terms one edit away from `word` and their frequencies, frequent first.

        Only for the stream that the index spells by (`kb.queries.spelling.spelling_stream`).
        """
        candidates = {word, *deletions(word)}
        known = {candidate for candidate in candidates if self.frequency(stream, candidate)}
        for segment in self.segments:
            first, _ = segment.term_range(stream)
            numbers = segment.one_edit_from(word, candidates, first)
            known.update(segment.terms[number] for number in numbers)
        near = ((term, self.frequency(stream, term)) for term in known if is_one_edit(word, term))
        return sorted(((t, n) for t, n in near if n), key=lambda found: (-found[1], found[0]))

    def near(self, stream: str, word: str) -> list[tuple[str, int]]:
        """Return what `one_edit_from` does, of words that are asked again at once."""
        found = self._near.get((stream, word))
        if found is None:
            found = self._near.keep((stream, word), self.one_edit_from(stream, word))
        return found

    def segment_of(self, article: int) -> tuple[Segment, int]:
        """Return the segment that holds an article, and the article's number there."""
        place = bisect_right(self._first_articles, article) - 1
        return self.segments[place], article - self._first_articles[place]

    def key(self, article: int) -> str:
        """Return an article's key."""
        segment, own = self.segment_of(article)
        key: str = segment.keys[own]
        return key

    def number(self, key: str) -> int:
        """Return the number of the live article with this key, -1 when there is none."""
        for segment in self.segments:
            own = segment.article_of_key(key)
            if own >= 0:
                return segment.first_article + own
        return -1

    def head(self, article: int) -> Head:
        """Return what is known of an article without opening it."""
        segment, own = self.segment_of(article)
        return load_head(segment.strings("heads").raw(own))

    @cached_property
    def heads(self) -> Sequence[tuple[int, Head]]:
        """All live articles: number and head, in the order of their keys."""
        numbers = np.flatnonzero(self.live).tolist()
        found = [(number, self.head(number)) for number in numbers]
        return sorted(found, key=lambda row: row[1].summary.key)

    def lead(self, article: int) -> str:
        """Return what an article says of itself: its description, or else how it begins."""
        segment, own = self.segment_of(article)
        return lead_of(segment.strings("heads").raw(own))

    def page(self, article: int) -> Page:
        """Return an article to read."""
        return page_of(self.head(article), self.rendering(article))

    def rendering(self, article: int) -> bytes:
        """Return an article's packed rendering."""
        segment, own = self.segment_of(article)
        return segment.strings("renderings").raw(own)

    def passages_of(self, article: int) -> list[Passage]:
        """Return all passages of an article in order."""
        segment, own = self.segment_of(article)
        first, end = segment.passage_first[own : own + 2].tolist()
        return [segment.passage(passage) for passage in range(first, end)]

    def articles_by(self, table: str, text: str) -> tuple[list[int], list[int]]:
        """Return the live articles that a table has under `text`, and under longer texts."""
        equal: list[int] = []
        longer: list[int] = []
        for segment in self.segments:
            rows = segment.strings(table)
            found = rows.beginning(text)
            whole = 0
            while whole < len(found) and rows[found[whole]] == text:
                whole += 1
            first = segment.first_article
            equal += [first + own for own in segment.articles_by(table, found[:whole])]
            longer += [first + own for own in segment.articles_by(table, found[whole:])]
        return equal, longer

    def _attribute(self, name: str, dtype: type) -> NDArray[Any]:
        return _joined([segment.arrays[name] for segment in self.segments], dtype)

    def _number_topics(self) -> tuple[tuple[str, ...], NDArray[np.int32]]:
        """Return the slugs of all topics, and each article's place among them."""
        own = [list(segment.strings("topics")) for segment in self.segments]
        topics = tuple(sorted({topic for names in own for topic in names}))
        rows = [
            np.array([topics.index(name) for name in names], dtype=np.int32)[s.arrays["topic"]]
            for names, s in zip(own, self.segments, strict=True)
        ]
        return topics, _joined(rows, np.int32)


def _joined(rows: Sequence[NDArray[Any]], dtype: type) -> NDArray[Any]:
    """Return arrays after each other; a single one is not copied."""
    return rows[0] if len(rows) == 1 else np.concatenate([np.zeros(0, dtype), *rows])
