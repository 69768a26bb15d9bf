"""What Whoosh says of an index, so that two of them can be compared."""

from pathlib import Path

import numpy as np
from whoosh.index import open_dir
from whoosh.matching import Matcher
from whoosh.query import Or, Term
from whoosh.reading import IndexReader
from whoosh.scoring import BM25F, BaseScorer, WeightingModel
from whoosh.searching import Searcher

from indexer.schema import KEY


class Lucene(WeightingModel):
    """BM25 with Lucene's idf, which Whoosh does not have."""

    def scorer(self, searcher: Searcher, fieldname: str, text: str, qf: int = 1) -> BaseScorer:
        found = searcher.doc_frequency(fieldname, text)
        idf = np.log(1 + (searcher.doc_count_all() - found + 0.5) / (found + 0.5))
        return _LuceneScorer(searcher, fieldname, idf, searcher.avg_field_length(fieldname) or 1)


class _LuceneScorer(BaseScorer):
    def __init__(self, searcher: Searcher, field: str, idf: float, average: float) -> None:
        self._searcher, self._field, self._idf, self._average = searcher, field, idf, average

    def score(self, matcher: Matcher) -> float:
        length = self._searcher.doc_field_length(matcher.id(), self._field, 1)
        weight = matcher.weight()
        share = weight / (weight + 1.2 * (0.55 + 0.45 * length / self._average))
        return float(self._idf * share)

    def max_quality(self) -> float:
        return self._idf

    def block_quality(self, matcher: Matcher) -> float:
        return self._idf


def reader_facts(reader: IndexReader) -> dict[str, object]:
    """Return everything that Whoosh's reader says of an index, except names and times."""
    numbers = range(reader.doc_count_all())
    facts: dict[str, object] = {
        "counts": (reader.doc_count_all(), reader.doc_count(), list(reader.all_doc_ids())),
        "stored": [reader.stored_fields(number) for number in numbers],
        "terms": list(reader.all_terms()),
    }
    for name in ("tags_pair", *reader.indexed_field_names()):
        facts[name] = (
            reader.field_length(name),
            [reader.doc_field_length(number, name) for number in numbers],
        )
    for name, term in reader.all_terms():
        info = reader.term_info(name, term)
        facts[f"{name}:{term!r}"] = (
            postings_of(reader.postings(name, term)),
            (info.weight(), info.doc_frequency(), info.max_weight()),
            (info.min_length(), info.max_length(), info.min_id(), info.max_id()),
        )
        assert (name, term) in reader
        assert (name, term + b"\xc3\x97\xc3\x97") not in reader
    return facts


def postings_of(matcher: Matcher) -> list[tuple[object, ...]]:
    found = []
    block = getattr(matcher, "child", matcher)
    while matcher.is_active():
        lengths = (block.block_min_length(), block.block_max_length())
        found.append((matcher.id(), matcher.weight(), block.block_max_weight(), *lengths))
        matcher.next()
    return found


def assert_alike(one: Path, other: Path) -> None:
    """Compare what Whoosh says of two indexes, and what it finds there in which order."""
    with open_dir(str(one)).reader() as here, open_dir(str(other)).reader() as there:
        assert leaf_facts(here) == leaf_facts(there)
        terms = [(name, text.decode()) for name, text in here.all_terms() if name != KEY]
    query = Or([Term(name, text) for name, text in terms[:8]])
    for model in (BM25F(), Lucene()):
        for limit in (None, 10):
            assert hits(one, query, model, limit) == hits(other, query, model, limit)


def leaf_facts(reader: IndexReader) -> list[dict[str, object]]:
    return [reader_facts(leaf) for leaf, _ in reader.leaf_readers()]


def hits(
    folder: Path, query: Or, model: WeightingModel, limit: int | None
) -> list[tuple[int, float]]:
    with open_dir(str(folder)).searcher(weighting=model) as searcher:
        results = searcher.search(query, limit=limit)
        return [(hit.docnum, hit.score) for hit in results]
