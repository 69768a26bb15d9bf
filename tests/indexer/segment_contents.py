"""Contents of segments for tests, made from word counts, and their comparison."""

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
from hypothesis import strategies as st

from indexer.segment_content import SegmentContent
from kb.segments.segment_writer import FieldPostings
from kb.segments.shape import FIELDS

# One document: how often it has each term, by field.
Words = Mapping[str, Mapping[str, int]]


def content_of(keys: Sequence[str], documents: Sequence[Words]) -> SegmentContent:
    """Return the segment that holds these documents."""
    names = sorted({name for words in documents for name, counts in words.items() if counts})
    return SegmentContent(
        keys, {name: _inverted([words.get(name, {}) for words in documents]) for name in names}
    )


def _inverted(documents: Sequence[Mapping[str, int]]) -> FieldPostings:
    postings: dict[bytes, list[tuple[int, int]]] = {}
    for number, counts in enumerate(documents):
        for term, count in counts.items():
            postings.setdefault(term.encode(), []).append((number, count))
    terms = sorted(postings)
    rows = np.array([row for term in terms for row in postings[term]], dtype=np.int32)
    sizes = [len(postings[term]) for term in terms]
    return FieldPostings(
        terms,
        np.cumsum([0, *sizes], dtype=np.int64),
        rows[:, 0].copy(),
        rows[:, 1].copy(),
        np.array([sum(counts.values()) for counts in documents], dtype=np.int32),
    )


def words_of(content: SegmentContent) -> list[dict[str, Counter[str]]]:
    """Return the documents of a segment."""
    found: list[dict[str, Counter[str]]] = [{} for _ in content.keys]
    for name, field in content.fields.items():
        for number, term in enumerate(field.terms):
            for place in range(field.offsets[number], field.offsets[number + 1]):
                counts = found[field.docs[place]].setdefault(name, Counter())
                counts[term.decode()] = int(field.counts[place])
    return found


def assert_same(found: SegmentContent, wanted: SegmentContent) -> None:
    """Compare two segments, array by array."""
    assert list(found.keys) == list(wanted.keys)
    assert found.fields.keys() == wanted.fields.keys()
    for name, field in wanted.fields.items():
        other = found.fields[name]
        assert list(other.terms) == list(field.terms)
        np.testing.assert_array_equal(other.offsets, field.offsets)
        np.testing.assert_array_equal(other.docs, field.docs)
        np.testing.assert_array_equal(other.counts, field.counts)
        np.testing.assert_array_equal(other.lengths, field.lengths)


TERMS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12) | st.text(
    st.sampled_from("ađ漢😀"), min_size=64, max_size=64
)


@st.composite
def contents(draw: st.DrawFn) -> SegmentContent:
    """Segments of 1 to 260 documents: terms in one document up to all, counts up to 40,000."""
    size = draw(st.sampled_from([1, 2, 30, 260, 260]))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    documents: list[dict[str, Counter[str]]] = [{} for _ in range(size)]
    fewest = draw(st.sampled_from([0, 1, 1, 1]))
    for name in draw(st.sets(st.sampled_from(FIELDS), min_size=fewest, max_size=3)):
        for term in draw(st.sets(TERMS, min_size=fewest, max_size=6)):
            share = draw(st.sampled_from([0.0, 0.03, 0.3, 0.7, 1.0]))
            holders = np.flatnonzero(chance.random(size) < share).tolist()
            most = draw(st.sampled_from([1, 3, 40]))
            for number in holders or [int(chance.integers(size))]:
                counts = documents[number].setdefault(name, Counter())
                counts[term] = int(chance.integers(1, most, endpoint=True))
            if draw(st.integers(0, 9)) == 0:
                counts[term] = 40_000
    keys = [f"vi/{'đ' * (number % 3)}{number // 3}" for number in range(size)]
    return content_of(keys, documents)
