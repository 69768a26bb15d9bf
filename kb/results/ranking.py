"""Choose among the articles that were scored: which are allowed, which match, which come first.

What quotes and a minus ask for is decided by postings, not by scores. The order is exact: the
best few are found without sorting all, and equal scores go by the key.
"""

from collections.abc import Iterable, Sequence

import numpy as np

from kb.kernels import largest
from kb.queries.query import ParsedQuery, Term
from kb.results.scoring import Mask, Scores
from kb.segments.reader import IndexReader
from kb.segments.shape import HEAD_PARTS, PARTS, PASSAGE_PARTS

# What counts as a match rather than as partly matching, by measurement (`make evaluate`): see
# `Ranking.matching`.
MOST_COVERAGE = 0.7
LEAST_COVERAGE = 0.5
LEAST_WORDS = 3
TOP_SHARE = 0.5


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
        for row in reader.rows(reader.find(term.stream, term.text)):
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
        self._by_article = scores.by_article(found)
        self._best = float(self._by_article.max(initial=-np.inf))

    def matching(self) -> Mask:
        """Return which articles match the query rather than a part of it.

        There are such articles when one holds half of what was asked, or three of its words.
        Then they are those that hold nearly all of it or score at least half as much as the
        best one: of a long question nobody covers all, and who asks for "reset password" does
        not want every article about resetting.
        """
        scores, found = self._scores, self._found
        if self._best == -np.inf:
            return np.zeros_like(found)
        covers_little = scores.covered[found].max() < LEAST_COVERAGE * scores.asked
        if covers_little and scores.words()[found].max() < LEAST_WORDS:
            return np.zeros_like(found)
        matching: Mask = scores.covered >= MOST_COVERAGE * scores.asked
        matching |= self._by_article >= TOP_SHARE * self._best
        return matching & found

    def top(self, articles: Mask, count: int) -> list[tuple[int, float]]:
        """Return the `count` best of some found articles and their scores; ties go by the key."""
        scores = np.where(articles, self._by_article, -np.inf)
        numbers = largest(scores, count)
        ranked = sorted(zip((-scores[numbers]).tolist(), numbers.tolist(), strict=True))
        if len({score for score, _ in ranked}) < len(ranked):
            key = self._scores.reader.key
            ranked.sort(key=lambda row: (row[0], key(row[1])))
        return [(number, -score) for score, number in ranked[: max(0, count)]]
