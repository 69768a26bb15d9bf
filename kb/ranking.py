"""Score articles for a parsed query: sums of BM25, the best passage, and what is covered.

The postings of the query are put in a row and added up with a few calls over whole arrays. The
score of an article is

    its head's sum + its best passage's sum + COVERAGE_SHARE * (sum of idf of the words it holds)

times the writer's boost. All sums are exact: nothing is skipped, estimated or cut off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.documents import HEAD_PARTS, PARTS, PASSAGE_PARTS
from kb.query import STOP_WEIGHT, ParsedQuery, Slot, Term
from kb.reader import Found, IndexReader

# By measurement (`make evaluate`).
COVERAGE_SHARE = 0.5
# What counts as a match rather than as partly matching: see `Ranking.matching`.
MOST_COVERAGE = 0.7
LEAST_COVERAGE = 0.5
LEAST_WORDS = 3
TOP_SHARE = 0.5

# The best passages are looked for in blocks of so many.
_BLOCK = 64
# So many articles are looked at one by one.
_FEW = 16
# So many passages hold as many articles as are wanted, nearly always.
_ROWS = 4

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]
Gains = NDArray[np.float32]


class _Reading(NamedTuple):
    """A term that stands for a word of the query.

    weight      factor on all its gains
    importance  what holding it covers
    """

    found: Found
    weight: float
    importance: float


@dataclass(slots=True)
class Scores:
    """What a query gave.

    base      by article: the score without its passages
    covered   by article: sum of idf of the words of the query that it holds
    asked     sum of idf of all words of the query
    passages  by passage: its sum
    factor    by article: on the sum of its passages; None where all are 1
    """

    query: ParsedQuery
    reader: IndexReader
    base: Floats
    covered: Floats
    asked: float
    passages: Floats
    factor: Floats | None

    def multiply(self, articles: Sequence[int], factor: float) -> None:
        """Multiply the scores of some articles."""
        if self.factor is None:
            self.factor = np.ones(len(self.base))
        self.base[articles] *= factor
        self.factor[articles] *= factor

    def by_passage(self, articles: Mask) -> Floats:
        """Return the score that each passage would give its article; -inf for other articles."""
        article_of = self.reader.article_of
        scores = np.where(articles, self.base, -np.inf).take(article_of)
        if self.factor is None:
            scores += self.passages
        else:
            scores += self.passages * self.factor.take(article_of)
        return scores

    def ranking(self, found: Mask) -> "Ranking":
        """Return the ranking of the articles that were found."""
        return Ranking(self, found, self.by_passage(found))

    def best_passage(self, article: int) -> int | None:
        """Return the number of an article's best passage; None when no passage matches."""
        first, end = self.reader.passage_first[article : article + 2].tolist()
        best = first + int(self.passages[first:end].argmax())
        return best if self.passages[best] > 0 else None

    def of(self, article: int) -> float:
        """Return the score of one article."""
        first, end = self.reader.passage_first[article : article + 2].tolist()
        factor = 1.0 if self.factor is None else float(self.factor[article])
        return float(self.base[article] + factor * self.passages[first:end].max())


class Ranking:
    """Articles by their scores; what makes them a match."""

    def __init__(self, scores: Scores, found: Mask, by_passage: Floats) -> None:
        self._scores = scores
        self._found = found
        self._by_passage = by_passage
        self._best = float(by_passage.max(initial=-np.inf))

    @cached_property
    def _near(self) -> tuple[Numbers, Floats]:
        """The passages that are worth half as much as the best one: articles and scores."""
        near = np.flatnonzero(self._by_passage >= TOP_SHARE * self._best)
        return self._scores.reader.article_of[near], self._by_passage[near]

    def matching(self) -> Mask:
        """Return which articles match the query rather than a part of it.

        There are such articles when one holds half of what was asked, or three of its words.
        Then they are those that hold nearly all of it or score at least half as much as the
        best one: of a long question nobody covers all, and who asks for "reset password" does
        not want every article about resetting.
        """
        scores, found = self._scores, self._found
        none = np.zeros(len(found), dtype=bool)
        if self._best == -np.inf:
            return none
        if scores.covered[found].max() < LEAST_COVERAGE * scores.asked:
            words = _words(scores.query, scores.reader)
            if words[found].max() < LEAST_WORDS:
                return none
        matching = found & (scores.covered >= MOST_COVERAGE * scores.asked)
        matching[self._near[0]] = True
        return matching

    def top(self, articles: Mask, count: int) -> list[tuple[int, float]]:
        """Return the `count` best of some of the articles, and their scores; ties go by the key."""
        if count <= 0:
            return []
        numbers, values = self._near
        chosen = articles[numbers]
        best = _largest(numbers[chosen], values[chosen], count)
        if len(best) >= count:
            return self._in_order(best, count)
        numbers = np.flatnonzero(articles)
        if not len(numbers):
            return []
        if len(numbers) <= count + _FEW:
            first = self._scores.reader.passage_first
            scores = self._by_passage
            rows = zip(
                numbers.tolist(), first[numbers].tolist(), first[numbers + 1].tolist(), strict=True
            )
            return self._in_order({n: float(scores[a:b].max()) for n, a, b in rows}, count)
        article_of = self._scores.reader.article_of
        scores = np.where(articles.take(article_of), self._by_passage, -np.inf)
        # The best ones lie in the best blocks; of one article there may be several.
        blocks = np.maximum.reduceat(scores, np.arange(0, len(scores), _BLOCK))
        wanted = 2 * count + _FEW
        while True:
            least = -np.inf
            if wanted < len(blocks):
                cut = len(blocks) - wanted
                least = float(np.partition(blocks, cut)[cut])
            everything = least == -np.inf
            near = np.flatnonzero(scores > least if everything else scores >= least)
            best = _largest(article_of[near], scores[near], count)
            if len(best) >= count or everything:
                return self._in_order(best, count)
            wanted *= 4

    def _in_order(self, best: dict[int, float], count: int) -> list[tuple[int, float]]:
        """Return the first `count`, equal scores in the order of their keys."""
        ranked = sorted(best.items(), key=lambda row: -row[1])
        if len(ranked) > count:
            least = ranked[count - 1][1]
            ranked = [row for row in ranked if row[1] >= least]
        if len({value for _, value in ranked}) < len(ranked):
            ranked.sort(key=lambda row: (-row[1], self._scores.reader.key(row[0])))
        return ranked[:count]


def _largest(articles: Numbers, scores: Floats, count: int) -> dict[int, float]:
    """Return the largest score of each article; of many rows, only what the best few need."""
    enough = _ROWS * count
    if len(scores) > enough:
        cut = len(scores) - enough
        # With all rows that equal the last one: ties are settled by key.
        kept = scores >= np.partition(scores, cut)[cut]
        few = _largest(articles[kept], scores[kept], len(scores))
        if len(few) >= count:
            return few
    best: dict[int, float] = {}
    for article, value in zip(articles.tolist(), scores.tolist(), strict=True):
        if value > best.get(article, -np.inf):
            best[article] = value
    return best


def score(query: ParsedQuery, reader: IndexReader) -> Scores:
    """Return the scores of all articles for `query`."""
    asked = 0.0
    plain: list[_Reading] = []
    several: list[tuple[list[_Reading], int]] = []
    for slot in query.slots:
        readings, own = _readings(slot, reader)
        asked += readings[0].importance
        if slot.variants and slot.counts:
            several.append((readings, own))
        else:
            # Of a pair, which only adds to the score, every reading may.
            plain += readings
    # One vector for passages, heads and articles, as postings are numbered.
    sums = _sum(plain, reader)
    for readings, own in several:
        sums += _best(readings, own, reader)
    passages, heads, covered = np.split(sums, (reader.passages, reader.passages + reader.articles))
    base = heads + COVERAGE_SHARE * covered
    if reader.has_boosts:
        base *= reader.boost
    return Scores(
        query,
        reader,
        base=base,
        covered=covered,
        asked=asked,
        passages=passages,
        factor=reader.boost.copy() if reader.has_boosts else None,
    )


def allowed(query: ParsedQuery, reader: IndexReader) -> Mask | None:
    """Return which articles quotes and a minus leave; None for all."""
    if not query.required and not query.excluded:
        return None
    left = np.ones(reader.articles, dtype=bool)
    for terms in query.required:
        left &= _holds_together(terms, reader)
    for terms in query.excluded:
        left &= ~_holds_together(terms, reader)
    return left


def _sum(readings: Iterable[_Reading], reader: IndexReader) -> Floats:
    """Return the sums of all gains, by place."""
    size = reader.passages + 2 * reader.articles
    gathered = _gathered(readings)
    sums = _by_place(*gathered, size) if gathered else np.zeros(size)
    dense = [(row, r) for r in readings for row in r.found.rows if row.dense is not None]
    for first, rows in groupby(dense, key=lambda each: each[0].first_passage):
        _add_dense([(row.dense, r.weight * r.found.passage_idf) for row, r in rows], sums[first:])
    return sums


def _by_place(places: Numbers, gains: Floats, size: int) -> Floats:
    sums: Floats = np.bincount(places, gains, size)  # type: ignore[assignment]
    return sums


def _add_dense(rows: Sequence[tuple[Gains | None, float]], sums: Floats) -> None:
    """Add whole rows of gains, times their weights, in the precision that they are kept in."""
    total = scratch = None
    for gains, weight in rows:
        if gains is None:
            continue
        if total is None or scratch is None:
            total, scratch = gains * np.float32(weight), np.empty_like(gains)
        else:
            np.multiply(gains, np.float32(weight), out=scratch)
            total += scratch
    if total is not None:
        sums[: len(total)] += total


def _best(readings: Sequence[_Reading], own: int, reader: IndexReader) -> Floats:
    """Return the best reading's gains: the sum of the first `own` terms, or one of the others."""
    sums = _sum(readings[:own], reader)
    for row, reading in ((row, r) for r in readings[own:] for row in r.found.rows):
        if row.dense is not None:
            gains = row.dense * np.float32(reading.weight * reading.found.passage_idf)
            passages = sums[row.first_passage : row.first_passage + len(row.dense)]
            np.maximum(passages, gains, out=passages)
    gathered = _gathered(readings[own:])
    if gathered:
        np.maximum.at(sums, *gathered)
    return sums


def _gathered(readings: Iterable[_Reading]) -> tuple[Numbers, Floats] | None:
    """Return the postings in a row: place and weighted gain; without those of dense rows."""
    places: list[NDArray[np.int32]] = []
    gains: list[Gains] = []
    counts: list[int] = []
    weights: list[float] = []
    for found, weight, importance in readings:
        for row in found.rows:
            in_passages, in_heads, in_articles = row.counts
            if row.dense is None:
                places.append(row.places)
                gains.append(row.gains)
            else:
                places.append(row.places[in_passages:])
                gains.append(row.gains[in_passages:])
                in_passages = 0
            counts += (in_passages, in_heads, in_articles)
            weights += (weight * found.passage_idf, weight * found.head_idf, importance)
    if not places:
        return None
    values = np.array(weights).repeat(counts)
    values *= np.concatenate(gains)
    return np.concatenate(places, dtype=np.int64), values


def _readings(slot: Slot, reader: IndexReader) -> tuple[list[_Reading], int]:
    """Return a slot's terms, then its variants, and how many of them are terms."""
    find = reader.find
    weight = slot.weight
    readings = [_Reading(find(stream, text), weight * own, 0.0) for stream, text, own in slot.terms]
    if len(readings) == 2 and reader.are_equal(readings[0].found, readings[1].found):
        # No other word has this stem: its postings are the word's own.
        both = readings[0].weight + readings[1].weight
        readings = [_Reading(readings[0].found, both, 0.0)]
    own = len(readings)
    for (stream, text, term_weight), share in slot.variants:
        readings.append(_Reading(find(stream, text), weight * share * term_weight, 0.0))
    if not slot.counts:
        return readings, own
    # What was asked is worth the idf of the first reading that any article holds. Whoever holds
    # one of a word's terms holds the first; variants are found in its place.
    first = readings[0].found
    if not first.rows:
        first = next((each.found for each in readings[own:] if each.found.rows), first)
    importance = weight * first.idf
    for i in (0, *range(own, len(readings))):
        found, factor, _ = readings[i]
        readings[i] = _Reading(found, factor, importance)
    return readings, own


def _words(query: ParsedQuery, reader: IndexReader) -> Floats:
    """Return how many different words of the query each article holds, without stop words."""
    words = np.zeros(reader.articles)
    counted: set[tuple[Term, ...]] = set()
    for slot in query.slots:
        # A pasted message repeats itself: a word said three times is one word.
        if slot.counts and slot.weight > STOP_WEIGHT and slot.terms not in counted:
            counted.add(slot.terms)
            held = np.zeros(reader.articles, dtype=bool)
            for reading in _readings(slot, reader)[0]:
                for row in reading.found.rows:
                    in_articles = row.places[len(row.places) - row.counts[2] :]
                    held[in_articles - reader.passages - reader.articles] = True
            words += held
    return words


def _holds_together(terms: Sequence[Term], reader: IndexReader) -> Mask:
    """Return which articles have one document, and one part of it, with all of `terms`."""
    size = reader.passages + reader.articles
    together = np.full(size, _bits(PASSAGE_PARTS), dtype=np.uint8)
    together[reader.passages :] = _bits(HEAD_PARTS)
    for term in terms:
        here = np.zeros_like(together)
        for row in reader.find(term.stream, term.text).rows:
            documents = row.counts[0] + row.counts[1]
            here[row.places[:documents]] = row.parts[:documents]
        together &= here
    held: Mask = together[reader.passages :] > 0
    held[reader.article_of[np.flatnonzero(together[: reader.passages])]] = True
    return held


def _bits(parts: Iterable[str]) -> int:
    return sum(1 << PARTS.index(part) for part in parts)
