"""Our scores against stock Whoosh's over the very same index: `limit=None`, the same formula.

An index folder is an ordinary Whoosh index, so Whoosh can search it with a weighting model of its
own kind, given here: kb.segments.bm25's formula through Whoosh's public interface of scorers.
Compared are the sums of every document, heads and passages; what makes an article's score of them
(the best passage, coverage, boosts) has no counterpart in Whoosh. The idf of a word counts
documents that hold it in any part, so it is a factor on the term and counted from Whoosh's own
postings.

Whoosh keeps the length of a field in one byte, exact for short texts only. The scorers are given
exact lengths instead, as sums of the counts in the postings: an array of ours would make both
sides agree on a mistake.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from time import process_time_ns
from typing import Any

import numpy as np
from whoosh.index import open_dir
from whoosh.matching import Matcher
from whoosh.query import Or
from whoosh.query import Term as WhooshTerm
from whoosh.scoring import BaseScorer, WeightingModel
from whoosh.searching import Searcher as WhooshSearcher

from indexer.generations import Generations
from indexer.store import open_index, read_segments
from indexer.whoosh_segments import decode
from kb.queries.query import ParsedQuery, Term, parse
from kb.results.scoring import score
from kb.segments.bm25 import idf
from kb.segments.reader import IndexReader
from kb.segments.shape import BOOSTS, HEAD_PARTS, K1, PASSAGE_PARTS, USUAL_LENGTHS, B
from kb.words.analysis import analyzer_for
from tests.benchmarks.ours import Ours
from tests.benchmarks.questions import questions
from tests.benchmarks.timing import percentile

QUESTIONS = 200
KINDS = ("title", "three words")
# Scores that differ by less are equal: the gains of an index have 24 bits.
CLOSE = 1e-6

Found = Sequence[tuple[int, float]]
"""Documents and scores, best first, equal scores by number."""


class Gains(WeightingModel):
    """BM25 as kb.segments.bm25 says it, without idf; `norms` by segment, field and document."""

    def __init__(self, norms: dict[tuple[str, str], list[float]]) -> None:
        self._norms = norms

    def scorer(
        self, searcher: WhooshSearcher, fieldname: str, text: bytes, qf: int = 1
    ) -> BaseScorer:
        """Return the scorer of a field in one segment."""
        name = searcher.reader().segment().segment_id()
        return _Gain(BOOSTS[fieldname.partition("_")[0]] * (K1 + 1), self._norms[name, fieldname])


class _Gain(BaseScorer):
    def __init__(self, factor: float, norms: list[float]) -> None:
        self._factor = factor
        self._norms = norms

    def score(self, matcher: Matcher) -> float:
        tf = matcher.weight()
        return self._factor * tf / (tf + self._norms[matcher.id()])


class WhooshIndex:
    """One index folder as stock Whoosh sees it."""

    def __init__(self, folder: Path) -> None:
        self._index = open_dir(folder)
        norms = {}
        for entry in read_segments(folder):
            for name, field in decode(folder, entry.name).fields.items():
                lengths = np.zeros(len(field.lengths))
                np.add.at(lengths, field.docs, field.counts)
                usual = USUAL_LENGTHS[name.partition("_")[0]]
                norms[entry.name, name] = (K1 * (1 - B + B * lengths / usual)).tolist()
        self._searcher = self._index.searcher(weighting=Gains(norms))
        keys = [stored["key"] for _, stored in self._searcher.reader().iter_docs()]
        self._passages = sum(key == before for key, before in zip(keys[1:], keys, strict=False))
        self._heads = len(keys) - self._passages
        self._idf: dict[tuple[str, str], tuple[float, float]] = {}

    def first_documents(self) -> dict[str, int]:
        """Return the number of the first document of each segment, by the segment's name."""
        leaves = self._searcher.reader().leaf_readers()
        return {leaf.segment().segment_id(): first for leaf, first in leaves}

    def query(self, asked: ParsedQuery) -> Or:
        """Return the sum of all terms of a query in all fields."""
        boosts: Counter[tuple[str, str]] = Counter()
        for slot in asked.slots:
            for term in slot.terms:
                for parts, worth in zip((HEAD_PARTS, PASSAGE_PARTS), self.idf(term), strict=True):
                    for part in parts:
                        boosts[f"{part}_{term.stream}", term.text] += (
                            slot.weight * term.weight * worth
                        )
        return Or([WhooshTerm(field, text, boost=b) for (field, text), b in boosts.items()])

    def idf(self, term: Term) -> tuple[float, float]:
        """Return a term's idf among heads and among passages."""
        known = self._idf.get((term.stream, term.text))
        if known is None:
            heads, passages = (
                len({n for part in parts for n in self._holding(f"{part}_{term.stream}", term)})
                for parts in (HEAD_PARTS, PASSAGE_PARTS)
            )
            of_heads, of_passages = idf(heads, self._heads), idf(passages, self._passages)
            known = ((of_heads + of_passages) / 2 if passages else of_heads, of_passages)
            self._idf[term.stream, term.text] = known
        return known

    def _holding(self, field: str, term: Term) -> Iterator[int]:
        reader = self._searcher.reader()
        if (field, term.text.encode("utf-8", "replace")) in reader:
            yield from reader.postings(field, term.text.encode("utf-8", "replace")).all_ids()

    def search(self, query: Or) -> Found:
        """Return all documents that Whoosh finds."""
        results = self._searcher.search(query, limit=None)
        return [(results.docnum(n), results.score(n)) for n in range(results.scored_length())]

    def close(self) -> None:
        """Let go of the index's files."""
        self._searcher.close()
        self._index.close()


class OurIndex:
    """The same folder as we see it, its documents numbered as Whoosh does."""

    def __init__(self, folder: Path, first_documents: dict[str, int]) -> None:
        self.reader: IndexReader = open_index(folder)
        heads, passages = [], []
        for entry, segment in zip(read_segments(folder), self.reader.segments, strict=True):
            own = np.arange(segment.articles) + segment.passage_first[:-1]
            of_passages = np.arange(segment.passages) + 1
            of_passages += np.repeat(np.arange(segment.articles), np.diff(segment.passage_first))
            heads.append(own + first_documents[entry.name])
            passages.append(of_passages + first_documents[entry.name])
        self._heads, self._passages = np.concatenate(heads), np.concatenate(passages)

    def scores(self, asked: ParsedQuery) -> Found:
        """Return all documents that score."""
        found = score(asked, self.reader)
        live = self.reader.live
        heads = np.where(live, found.base / self.reader.boost - found.again, 0)
        passages = np.where(live[self.reader.article_of], found.passages, 0)
        numbers = np.concatenate([self._heads, self._passages])
        values = np.concatenate([heads, passages])
        order = np.lexsort((numbers, -values))
        order = order[values[order] > 0]
        return list(zip(numbers[order].tolist(), values[order].tolist(), strict=True))


def plain(asked: ParsedQuery) -> ParsedQuery:
    """Return a query of which nothing is left but sums: no variants, no coverage."""
    slots = tuple(slot._replace(variants=(), related=(), counts=False) for slot in asked.slots)
    return ParsedQuery(asked.text, slots)


@dataclass(frozen=True, slots=True)
class Difference:
    """How two rankings of all documents differ.

    error       the largest relative difference of a document's scores; 1 when one lacks it
    same_order  whether they come in the same order, where close scores may stand either way
    """

    error: float
    same_order: bool


def compared(ours: Found, theirs: Found) -> Difference:
    """Compare two rankings."""
    mine, other = dict(ours), dict(theirs)
    errors = [abs(mine.get(n, 0.0) - value) / value for n, value in other.items()]
    lacking = [1.0 for n in mine if n not in other]
    error = max([*errors, *lacking], default=0.0)
    return Difference(error, _are_descending([number for number, _ in theirs], mine))


def _are_descending(numbers: Sequence[int], scores: Mapping[int, float]) -> bool:
    values = [scores.get(number, 0.0) for number in numbers]
    return all(after <= before * (1 + CLOSE) for before, after in pairwise(values))


def measured(index: Path, locale: str, sets: Path, count: int = QUESTIONS) -> dict[str, Any]:
    """Return errors, equal orders and times of one locale's public index, by kind of question."""
    folder = Generations(index).newest_verified().path / "public" / locale
    theirs = WhooshIndex(folder)
    ours = OurIndex(folder, theirs.first_documents())
    asked = questions(locale, list(Ours(index, locale).articles()), sets, count)
    result = {
        kind: _asked(ours, theirs, [each.text for each in asked[kind]], locale)
        for kind in KINDS
        if kind in asked
    }
    theirs.close()
    return result


def _asked(
    ours: OurIndex, theirs: WhooshIndex, texts: Sequence[str], locale: str
) -> dict[str, Any]:
    differences, ratios, times = [], [], []
    for text in texts:
        # Both are asked twice and timed at the second time, from the parsed query on.
        query = plain(parse(text, analyzer_for(locale)))
        differences.append(compared(ours.scores(query), theirs.search(theirs.query(query))))
        terms = theirs.query(query)
        begin = process_time_ns()
        score(query, ours.reader)
        middle = process_time_ns()
        theirs.search(terms)
        spent, whole = middle - begin, process_time_ns() - middle
        ratios.append(spent / max(1, whole))
        times.append((spent / 1_000, whole / 1_000))
    return {
        "questions": len(texts),
        "error": max((each.error for each in differences), default=0.0),
        "same_order": sum(each.same_order for each in differences),
        "ratio": median(ratios) if ratios else 0.0,
        "ours_p50": percentile([mine for mine, _ in times], 50),
        "whoosh_p50": percentile([other for _, other in times], 50),
    }
