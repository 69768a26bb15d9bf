"""What one segment holds, as arrays: an inverted list per field and the documents' keys.

The arrays are what is scored from; a Whoosh segment is one way to keep them. Only the order of
terms is checked when they are written, so who makes them keeps the promises written below.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from kb.segments.segment_writer import FieldPostings


@dataclass(frozen=True, slots=True)
class SegmentContent:
    """One segment, deleted documents included.

    keys    article key by document number; several documents may share one
    fields  by the names of kb.segments.shape.FIELDS; a field that is missing has no terms. No term
            comes twice or has no document, counts are 1 to 2**24, and a document's length is
            the sum of its counts: Whoosh's public interface knows no other
    """

    keys: Sequence[str]
    fields: Mapping[str, FieldPostings]


@dataclass(frozen=True, slots=True)
class NewSegment:
    """One segment that is being made: like SegmentContent, but its fields come piece by piece.

    Pieces of one field follow each other in the order of their terms, with others between them.
    """

    keys: Sequence[str]
    fields: Iterable[tuple[str, FieldPostings]]


def inverted_keys(keys: Sequence[str]) -> FieldPostings:
    """Return the documents of each key, as a field that is not scored: all lengths are 0."""
    numbers: dict[str, list[int]] = {}
    for number, key in enumerate(keys):
        numbers.setdefault(key, []).append(number)
    # Code points sort as their UTF-8 does.
    names = sorted(numbers)
    sizes = np.fromiter((len(numbers[name]) for name in names), dtype=np.int64, count=len(names))
    docs = [number for name in names for number in numbers[name]]
    return FieldPostings(
        [name.encode() for name in names],
        np.concatenate([[0], np.cumsum(sizes)]),
        np.array(docs, dtype=np.int32),
        np.ones(len(docs), dtype=np.int32),
        np.zeros(len(keys), dtype=np.int32),
    )
