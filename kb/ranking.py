"""Score articles for a parsed query: sums of BM25 over fields, best passage, coverage.

Works on any store of postings, so that every engine ranks the same. BM25 with Lucene's idf:
ln(1 + (N - n + 0.5) / (n + 0.5)) * tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / average)).
N counts the documents that have the field, so titles are weighed per article and bodies per
passage.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from kb.documents import HEAD_PARTS, PASSAGE_PARTS
from kb.query import STOP_WEIGHT, ParsedQuery, Slot, Term

K1 = 1.2
B = 0.5

Ids = NDArray[np.int32]
Floats = NDArray[np.float32]

# Boosts of the parts of an article, by measurement (`make evaluate`).
PART_BOOSTS = {"title": 1.5, "questions": 1.2, "tags": 0.4, "heading": 0.4, "body": 1.0}
# Share of the sum over all passages' best matches, beside the best passage alone.
WHOLE_SHARE = 0.3
# What counts as a match rather than as partly matching: see `Scores.matching`.
MOST_COVERAGE = 0.7
LEAST_COVERAGE = 0.5
LEAST_WORDS = 3
TOP_SHARE = 0.5


class Postings(Protocol):
    """Read access to one index, document by document.

    Documents are numbered from 0; each article is a head document followed by its passages.

    starts   number of each article's head document, ascending
    size     number of documents, deleted ones included
    """

    starts: NDArray[np.int64]
    size: int

    def postings(self, field: str, term: str) -> tuple[Ids, Floats]:
        """Return the documents that hold `term`, ascending, and how often each does."""
        ...

    def lengths(self, field: str) -> Floats:
        """Return the number of terms of `field`, by document."""
        ...


@dataclass(frozen=True, slots=True)
class Scores:
    """What a query gave, by article number (place in `Postings.starts`).

    score     sum of head and best passage; 0 where nothing matched
    coverage  share of the query's idf that the article covers, 0 to 1
    words     how many of the query's different words the article holds, without stop words
    passage   document number of the best passage; the head's own when no passage matched
    """

    score: Floats
    coverage: Floats
    words: Floats
    passage: NDArray[np.int64]

    def matching(self) -> NDArray[np.bool_]:
        """Return which articles match the query rather than a part of it.

        There are such articles when one holds half of what was asked, or three of its words.
        Then they are those that hold nearly all of it or score at least half as much as the
        best one: of a long question nobody covers all, and who asks for "reset password" does
        not want every article about resetting.
        """
        none = np.zeros(len(self.score), dtype=bool)
        found = self.score > 0
        if not found.any():
            return none
        asked = self.coverage[found].max() >= LEAST_COVERAGE
        if not asked and self.words[found].max() < LEAST_WORDS:
            return none
        near = (self.coverage >= MOST_COVERAGE) | (self.score >= TOP_SHARE * self.score.max())
        matching: NDArray[np.bool_] = found & near
        return matching


class Scorer:
    """Scores queries against one set of postings; caches the impacts of the terms it meets."""

    def __init__(self, postings: Postings, cached_terms: int = 20_000) -> None:
        self._postings = postings
        self._impacts: dict[tuple[str, str], tuple[Ids, Floats, float]] = {}
        self._cached_terms = cached_terms
        self._norms: dict[str, tuple[Floats, int]] = {}
        self._is_head = np.zeros(postings.size, dtype=bool)
        self._is_head[postings.starts] = True
        # Documents before the first article are deleted ones; they have no postings.
        numbers = np.arange(postings.size)
        self._article_of = np.searchsorted(postings.starts, numbers, side="right") - 1

    def score(self, query: ParsedQuery) -> Scores:
        """Return the scores of all articles for `query`."""
        starts = self._postings.starts
        total = np.zeros(self._postings.size, dtype=np.float32)
        whole = np.zeros(len(starts), dtype=np.float32)
        covered = np.zeros(len(starts), dtype=np.float32)
        words = np.zeros(len(starts), dtype=np.float32)
        counted: set[tuple[Term, ...]] = set()
        asked = 0.0
        for slot in query.slots:
            scores, idf = self._slot_scores(slot)
            importance = slot.weight * idf
            if slot.counts:
                asked += importance
            if scores is None:
                continue
            scores *= np.float32(slot.weight)
            total += scores
            best = np.maximum.reduceat(scores, starts)
            whole += best
            if slot.counts:
                covered += np.float32(importance) * (best > 0)
                # A pasted message repeats itself: a word said three times is one word.
                if slot.weight > STOP_WEIGHT and slot.terms not in counted:
                    counted.add(slot.terms)
                    words += best > 0
        score, passage = self._by_article(total)
        score += np.float32(WHOLE_SHARE) * whole
        coverage = covered / np.float32(asked) if asked else covered
        self._apply_conditions(query, score)
        return Scores(score, coverage, words, passage)

    def idf(self, stream: str, text: str) -> float:
        """Return the idf of a term in bodies, or in titles when no body holds it."""
        return max(self._impact(f"{part}_{stream}", text)[2] for part in ("body", "title"))

    def _slot_scores(self, slot: Slot) -> tuple[Floats | None, float]:
        """Return the slot's score by document (None when nothing matches) and its idf."""
        scores = self._sum(slot.terms)
        idf = self._slot_idf(slot.terms)
        if not slot.variants:
            return scores, idf
        found = scores is not None
        result = scores if scores is not None else np.zeros(self._postings.size, np.float32)
        for variant in slot.variants:
            other = self._sum(variant.terms)
            if other is not None:
                np.maximum(result, other * np.float32(variant.weight), out=result)
                idf = idf if scores is not None else self._slot_idf(variant.terms)
                found = True
        return (result if found else None), idf

    def _slot_idf(self, terms: Sequence[Term]) -> float:
        return max((self.idf(term.stream, term.text) for term in terms[:1]), default=0.0)

    def _sum(self, terms: Iterable[Term]) -> Floats | None:
        scores: Floats | None = None
        for term in terms:
            for part, boost in PART_BOOSTS.items():
                ids, impacts, _ = self._impact(f"{part}_{term.stream}", term.text)
                if len(ids):
                    if scores is None:
                        scores = np.zeros(self._postings.size, dtype=np.float32)
                    scores[ids] += np.float32(boost * term.weight) * impacts
        return scores

    def _by_article(self, total: Floats) -> tuple[Floats, NDArray[np.int64]]:
        """Return head + best passage by article, and the number of that passage."""
        starts = self._postings.starts
        passages = np.where(self._is_head, np.float32(0), total)
        best = np.maximum.reduceat(passages, starts)
        where = starts.copy()
        hits = np.flatnonzero((passages > 0) & (passages == best[self._article_of]))[::-1]
        where[self._article_of[hits]] = hits
        return total[starts] + best, where

    def _apply_conditions(self, query: ParsedQuery, score: Floats) -> None:
        for terms in query.required:
            score[~self._holds_together(terms)] = 0
        for terms in query.excluded:
            score[self._holds_together(terms)] = 0

    def _holds_together(self, terms: Sequence[Term]) -> NDArray[np.bool_]:
        """Return which articles have one document, and one part of it, with all of `terms`."""
        found = np.zeros(self._postings.size, dtype=bool)
        for part in HEAD_PARTS + PASSAGE_PARTS:
            together: set[int] | None = None
            for term in terms:
                ids = set(self._postings.postings(f"{part}_{term.stream}", term.text)[0].tolist())
                together = ids if together is None else together & ids
            if together:
                found[list(together)] = True
        return np.logical_or.reduceat(found, self._postings.starts)

    def _impact(self, field: str, term: str) -> tuple[Ids, Floats, float]:
        key = (field, term)
        known = self._impacts.get(key)
        if known is not None:
            return known
        if len(self._impacts) >= self._cached_terms:
            self._impacts.clear()
        ids, frequencies = self._postings.postings(field, term)
        norms, having = self._norm(field)
        idf = math.log(1 + (having - len(ids) + 0.5) / (len(ids) + 0.5)) if having else 0.0
        tf = frequencies.astype(np.float32)
        impacts = (np.float32(idf * (K1 + 1)) * tf / (tf + norms[ids])).astype(np.float32)
        self._impacts[key] = known = (ids, impacts, idf)
        return known

    def _norm(self, field: str) -> tuple[Floats, int]:
        """Return k1 * (1 - b + b * length / average) by document, and how many have the field."""
        known = self._norms.get(field)
        if known is None:
            lengths = self._postings.lengths(field)
            having = int(np.count_nonzero(lengths))
            average = float(lengths.sum()) / having if having else 1.0
            norms = K1 * (1 - B + B * lengths / np.float32(average))
            self._norms[field] = known = (norms.astype(np.float32), having)
        return known
