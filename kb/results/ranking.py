"""Choose among the articles that were scored: which are allowed, which match, which come first.

What quotes and a minus ask for is decided by postings, not by scores. The order is exact: the
best few are found without sorting all, and equal scores go by the key.
"""

from collections.abc import Iterable, Sequence
from functools import cached_property

import numpy as np

from kb.queries.query import ParsedQuery, Term
from kb.results.scoring import Floats, Mask, Numbers, Scores
from kb.segments.reader import IndexReader
from kb.segments.shape import HEAD_PARTS, PARTS, PASSAGE_PARTS

# What counts as a match rather than as partly matching, by measurement (`make evaluate`): see
# `Ranking.matching`.
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


class Ranking:
    """Articles by their scores; what makes them a match."""

    def __init__(self, scores: Scores, found: Mask) -> None:
        """Rank those articles that were found."""
        self._scores = scores
        self._found = found
        self._by_passage = scores.by_passage(found)
        self._best = float(self._by_passage.max(initial=-np.inf))

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
        covers_little = scores.covered[found].max() < LEAST_COVERAGE * scores.asked
        if covers_little and scores.words()[found].max() < LEAST_WORDS:
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
