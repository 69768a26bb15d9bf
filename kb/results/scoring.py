"""Score articles for a parsed query: sums of BM25, the best passage, and what is covered.

The postings of the query are walked once and added up (kb.kernels). The score of an article is

    its head's sum + its best passage's sum + SECOND_SHARE * its second-best passage's sum
    + COVERAGE_SHARE * (sum of idf of the words it holds)

times the writer's boost. The many words of prose fill texts with chance matches, but not titles:
the more words there are, the more heads count, and the less coverage. All sums are exact: nothing
is skipped, estimated or cut off.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.kernels import best_in_each, second_in_each
from kb.queries.query import STOP_WEIGHT, ParsedQuery, Slot, Term, Way
from kb.segments.found import Reading
from kb.segments.reader import IndexReader

# By measurement (`make evaluate`).
COVERAGE_SHARE = 0.5
SECOND_SHARE = 0.05
PROSE_COVERAGE_SHARE = 0.05
PROSE_HEAD_WEIGHT = 6.0

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(slots=True)
class Scores:
    """What a query gave.

    base      by article: the score without its best passage
    again     by article: what of `base` its second-best passage gave, before the boost
    covered   by article: sum of idf of the words of the query that it holds
    asked     sum of idf of all words of the query
    passages  by passage: its sum
    factor    by article: on the sum of its passages; None where all are 1
    meant     by article: what of `base` nearness in meaning gave; None where nobody asked for it
    nearness  by passage: how near it is in meaning, NaN where unknown; None as with `meant`
    """

    query: ParsedQuery
    reader: IndexReader
    base: Floats
    again: Floats
    covered: Floats
    asked: float
    passages: Floats
    factor: Floats | None
    meant: Floats | None = None
    nearness: NDArray[np.float32] | None = None

    def multiply(self, articles: Sequence[int], factor: float) -> None:
        """Multiply the scores of some articles."""
        if self.factor is None:
            self.factor = np.ones(len(self.base))
        self.base[articles] *= factor
        self.factor[articles] *= factor

    def by_article(self, articles: Mask) -> Floats:
        """Return the score of each article, by its best passage; -inf for other articles."""
        best = best_in_each(self.passages, self.reader.passage_first)
        if self.factor is not None:
            best *= self.factor
        best += self.base
        best[~articles] = -np.inf
        return best

    def by_passage(self, articles: Mask) -> Floats:
        """Return the score that each passage would give its article; -inf for other articles."""
        article_of = self.reader.article_of
        scores = np.where(articles, self.base, -np.inf).take(article_of)
        if self.factor is None:
            scores += self.passages
        else:
            scores += self.passages * self.factor.take(article_of)
        return scores

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

    def words(self) -> Floats:
        """Return how many different words of the query each article holds, without stop words."""
        reader = self.reader
        words = np.zeros(reader.articles)
        counted: set[tuple[Term, ...]] = set()
        for slot in self.query.slots:
            # A pasted message repeats itself: a word said three times is one word.
            if slot.counts and slot.weight > STOP_WEIGHT and slot.terms not in counted:
                counted.add(slot.terms)
                held = np.zeros(reader.articles, dtype=bool)
                for reading in readings_of(slot, reader)[0]:
                    if reading.importance:
                        for articles in reader.holders(reading.found):
                            held[articles] = True
                words += held
        return words


def head_and_coverage(query: ParsedQuery) -> tuple[float, float]:
    """Return the factors on the heads' sums and on what is covered."""
    prose = query.wordiness
    return (
        1.0 + prose * (PROSE_HEAD_WEIGHT - 1.0),
        COVERAGE_SHARE + prose * (PROSE_COVERAGE_SHARE - COVERAGE_SHARE),
    )


def score(query: ParsedQuery, reader: IndexReader) -> Scores:
    """Return the scores of all articles for `query`."""
    head_weight, coverage_share = head_and_coverage(query)
    sums, asked, _ = _sum_of(query.slots, reader)
    end = reader.passages + reader.articles
    passages, heads, covered = sums[: reader.passages], sums[reader.passages : end], sums[end:]
    base = head_weight * heads + coverage_share * covered
    # Nothing is found by what only adds to a score, however often it is there.
    again = SECOND_SHARE * second_in_each(passages, reader.passage_first) * (base > 0)
    base += again
    if reader.has_boosts:
        base *= reader.boost
    return Scores(
        query,
        reader,
        base=base,
        again=again,
        covered=covered,
        asked=asked,
        passages=passages,
        factor=reader.boost.copy() if reader.has_boosts else None,
    )


def _sum_of(slots: Iterable[Slot], reader: IndexReader) -> tuple[Floats, float, bool]:
    """Return the gains of some slots by place, what is covered by who holds all, and if any can.

    It is one vector for passages, heads and articles, as postings are numbered.
    """
    asked, is_known = 0.0, True
    plain: list[Reading] = []
    several: list[tuple[list[Reading], int]] = []
    sayable: list[Sequence[Way]] = []
    for slot in slots:
        if slot.ways:
            sayable.append(slot.ways)
            continue
        readings, own = readings_of(slot, reader)
        asked += readings[0].importance
        if slot.counts:
            holding = (reading for reading in readings if reading.importance)
            is_known = is_known and any(reading.found.documents for reading in holding)
        if slot.variants and slot.counts:
            several.append((readings, own))
        else:
            # Of a pair, which only adds to the score, every reading may.
            plain += readings
    sums = _sum(plain, reader)
    for readings, own in several:
        sums += _best(readings, own, reader)
    for ways in sayable:
        gains, worth = _best_way(ways, reader)
        sums += gains
        asked += worth
    return sums, asked, is_known


def _best_way(ways: Sequence[Way], reader: IndexReader) -> tuple[Floats, float]:
    """Return the gains of the way that gives most at each place, and what holding one covers."""
    sums, worth, is_known = _sum_of(ways[0].slots, reader)
    covered = reader.passages + reader.articles
    if not is_known:
        # No article can say it as it was typed: what was asked is worth the next way.
        typed, worth = worth, _sum_of(ways[1].slots, reader)[1]
        sums[covered:] *= worth / typed
    for way in ways[1:]:
        gains, own, _ = _sum_of(way.slots, reader)
        share = worth / own if own else 0.0
        # As with variants: who typed common words does not want rare ones before them.
        gains[:covered] *= way.weight * min(1.0, share)
        gains[covered:] *= share
        np.maximum(sums, gains, out=sums)
    return sums, worth


def _sum(readings: Sequence[Reading], reader: IndexReader) -> Floats:
    """Return the sums of all gains, by place."""
    sums = np.zeros(reader.passages + 2 * reader.articles)
    for place, segment in enumerate(reader.segments):
        segment.postings.add(sums, readings, place, reader.moves[place])
    return sums


def _best(readings: Sequence[Reading], own: int, reader: IndexReader) -> Floats:
    """Return the best reading's gains: the sum of the first `own` terms, or one of the others."""
    sums = _sum(readings[:own], reader)
    for place, segment in enumerate(reader.segments):
        segment.postings.raise_to(sums, readings[own:], place, reader.moves[place])
    return sums


def readings_of(slot: Slot, reader: IndexReader) -> tuple[list[Reading], int]:
    """Return a slot's terms, then its variants or related words, and how many are terms."""
    if slot.variants:
        return _readings_of(slot, reader)
    # Most words of a query are words of many queries.
    key = slot.terms, slot.weight, slot.counts, slot.related
    known = reader.readings.get(key)
    if known is None:
        known = reader.readings.keep(key, _readings_of(slot, reader))
    return known


def _readings_of(slot: Slot, reader: IndexReader) -> tuple[list[Reading], int]:
    find, weight = reader.find, slot.weight
    if len(slot.terms) == 1 and not (slot.variants or slot.related):
        ((stream, text, term_weight),) = slot.terms
        found = find(stream, text)
        importance = weight * found.idf if slot.counts else 0.0
        return [Reading(found, weight * term_weight, importance)], 1
    founds = [find(stream, text) for stream, text, _ in slot.terms]
    weights = [weight * term.weight for term in slot.terms]
    if len(founds) == 2 and reader.are_equal(founds[0], founds[1]):
        # No other word has this stem: its postings are the word's own.
        founds, weights = founds[:1], [sum(weights)]
    own = len(founds)
    first = typed = founds[0]
    for (stream, text, term_weight), share, _ in slot.variants or slot.related:
        found = find(stream, text)
        if typed.documents and found.idf > typed.idf:
            # Who typed a whole word does not want a rare one before it that begins with it.
            share *= typed.idf / found.idf
        founds.append(found)
        weights.append(weight * share * term_weight)
    # What was asked is worth the idf of the first reading that any article holds. Whoever holds
    # one of a word's terms holds the first; variants are found in its place.
    if slot.variants and not first.documents:
        first = next((found for found in founds[own:] if found.documents), first)
    importance = weight * first.idf if slot.counts else 0.0
    # Who holds one of its other terms has been counted, who holds a related word has nothing of it.
    covering = {0, *(range(own, len(founds)) if slot.variants else ())}
    return [
        Reading(found, factor, importance if i in covering else 0.0)
        for i, (found, factor) in enumerate(zip(founds, weights, strict=True))
    ], own
