"""Add to the scores of words how near articles are in meaning, where there is an embedder.

Each of the two is measured against the best article for the query, so that neither has to know
the scale of the other:

    score of the words + best score of the words * share / (1 - share) * closeness

The share is the greater, the less of the query any article holds: what words do not reach is
what meaning is for. It is none where the embedder understands nothing (Vietnamese without
diacritics) and where the reader leaves words out with a minus, and nearly all where the query is in
another language than the articles. What quotes ask for is looked at afterwards, so that it holds.
Nothing here is asked while somebody types.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.meaning.embedding import QueryVectors
from kb.meaning.vectors import IndexVectors
from kb.queries.languages import is_foreign_to
from kb.queries.query import ParsedQuery
from kb.results.scoring import Floats, Mask, Scores
from kb.words.analysis import Analyzer, analyzer_for
from kb.words.syllables import has_diacritics

# By measurement (`kb evaluate --semantic`).
LEAST_SHARE = 0.6
MOST_SHARE = 0.8
ALONE_SHARE = 0.9
# A pasted message has so many words that some are the article's own.
MESSAGE_SHARE = 0.35
# Below this coverage the share begins to rise, so steeply.
WELL_COVERED = 0.6
STEEPNESS = 1.2
# In another language, an article so close to the query is a match.
_CLOSE = 0.7
# Lets an article be found that holds no word of the query.
_SOMETHING = 1e-9


class Semantic:
    """Knows what the articles of one locale mean; safe to share between threads."""

    def __init__(self, vectors: IndexVectors, asked: QueryVectors, locale: str) -> None:
        self._vectors = vectors
        self._asked = asked
        self._analyzer: Analyzer = analyzer_for(locale)

    def add(self, scores: Scores, visible: Mask, told: float = 1.0) -> None:
        """Add to `scores` what the query, as it was typed, says by its meaning.

        told  0 to 1: how much of what a message tells is told by the text that is embedded
        """
        query = scores.query
        if query.excluded:
            # What is not wanted cannot be told to an embedder.
            return
        alone = is_foreign_to(query.text, self._analyzer, scores.reader)
        if self._analyzer.is_vietnamese and not alone and not _is_accented(query):
            return
        near = self._near(scores, visible, alone)
        if near is None:
            return
        scores.nearness = near.nearness
        by_words = scores.by_passage(visible)
        best = float(by_words.max(initial=0.0))
        if best <= 0:
            best = 1.0
        share = ALONE_SHARE if alone else _share(scores, visible)
        weight = share / (1 - share) * (1.0 if alone else told)
        # Whether an article without a vector is near nobody knows: its words speak for it.
        closeness = np.where(near.is_known, near.closeness, np.maximum(by_words, 0) / best)
        article_of = scores.reader.article_of
        before = scores.base.copy()
        counts = near.is_found | (before > 0)[article_of]
        _give(scores, np.where(counts, closeness * (best * weight), 0))
        found = article_of[near.is_found]
        scores.base[found] = np.maximum(scores.base[found], _SOMETHING)
        scores.meant = scores.base - before
        if alone:
            # Of another language no words are held: to be close is to cover what was asked.
            close = article_of[near.is_found & (near.closeness >= _CLOSE)]
            scores.covered[close] = np.maximum(scores.covered[close], scores.asked)

    def _near(self, scores: Scores, visible: Mask, alone: bool) -> "_Near | None":
        vector = self._asked.of(scores.query.text)
        if vector is None:
            return None
        nearness = self._vectors.nearness(vector)
        seen = visible[scores.reader.article_of]
        is_known = ~np.isnan(nearness)
        if not (seen & is_known).any():
            return None
        embedder = self._asked.embedder
        nearest = float(nearness[seen & is_known].max())
        closeness = np.clip(1 - (nearest - nearness) / embedder.span, 0, 1)
        floor = embedder.floor_across if alone else embedder.floor
        is_found = seen & is_known & (nearness >= floor) & (closeness > 0)
        return _Near(nearness, closeness, is_known, is_found)


class _Near(NamedTuple):
    """How near each passage is.

    nearness   as the embedder has it; NaN where unknown
    closeness  0 to 1, which is the nearest of all
    is_known   whether there is a vector
    is_found   whether it is near enough to be found without a word of the query
    """

    nearness: NDArray[np.float32]
    closeness: NDArray[np.float32]
    is_known: Mask
    is_found: Mask


def _give(scores: Scores, added: Floats) -> None:
    """Add to the passages, but what all of an article's passages get to the article itself.

    So a passage stands out only where it is nearer than its article is as a whole.
    """
    reader = scores.reader
    whole = np.minimum.reduceat(added, reader.passage_first[:-1])
    scores.passages += added - whole[reader.article_of]
    scores.base += whole if scores.factor is None else whole * scores.factor


def _share(scores: Scores, visible: Mask) -> float:
    """Return what part of the best possible score meaning gives."""
    if scores.query.is_message:
        return MESSAGE_SHARE
    covered = float(scores.covered[visible].max(initial=0.0)) / max(scores.asked, _SOMETHING)
    return min(MOST_SHARE, LEAST_SHARE + STEEPNESS * max(0.0, WELL_COVERED - covered))


def _is_accented(query: ParsedQuery) -> bool:
    return any(has_diacritics(slot.word) for slot in query.slots)
