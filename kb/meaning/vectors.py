"""Vectors of one index, as they are stored, and how near a query's vector is to each of them.

A vector is kept as whole numbers from -127 to 127 and one factor: a quarter of the size, and the
nearness is the same to three digits. Each article has a vector of its own, for its title,
questions and opening, and one for each passage; any of them may be missing, for embedding takes
long and search goes on meanwhile.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.segments.arrays import Array, Arrays

Floats = NDArray[np.float32]
Bytes = NDArray[np.int8]

# What says that there is no vector.
NONE = -1
# So many vectors are made floats at a time: what is multiplied next is still in the cache.
_BLOCK = 2_048


class Packed(NamedTuple):
    """Vectors as they are stored: `numbers` has a row for each, times its `scale`."""

    numbers: Bytes
    scale: Floats


def packed(vectors: Floats) -> Packed:
    """Return vectors as they are stored."""
    largest = np.abs(vectors).max(axis=1, initial=0.0)
    scale = np.where(largest > 0, largest / 127, 1).astype(np.float32)
    return Packed(np.rint(vectors / scale[:, None]).astype(np.int8), scale)


def vector_arrays(
    name: str, heads: Sequence[int], passages: Sequence[int], rows: Packed, *, missing: int = 0
) -> dict[str, Array]:
    """Return the arrays of a segment's vectors.

    name             the embedder's
    heads, passages  the row of each article and of each passage, NONE where there is none
    missing          how many texts had no vector yet
    """
    return {
        "embedder": np.frombuffer(name.encode(), np.uint8),
        "head_row": np.array(heads, dtype=np.int32),
        "passage_row": np.array(passages, dtype=np.int32),
        "missing": np.array([missing], dtype=np.int64),
        "scale": rows.scale,
        "vector": rows.numbers.reshape(-1),
    }


class SegmentVectors:
    """Reads what `vector_arrays` made.

    embedder  name of the one that made the vectors
    missing   how many texts had none yet when they were written
    """

    def __init__(self, arrays: Arrays) -> None:
        self.embedder = arrays["embedder"].tobytes().decode()
        self._heads, self._passages = arrays["head_row"], arrays["passage_row"]
        self._scale = arrays["scale"]
        self._rows: Bytes = arrays["vector"].reshape(len(self._scale), -1)
        self.missing = int(arrays["missing"][0])

    def nearness(self, query: Floats, article_of: NDArray[np.int64]) -> Floats:
        """Return how near each passage is, or its article where that is nearer; NaN for neither.

        article_of  number of the article by passage, as this segment counts
        """
        # A last one for those that have none, which NONE leads to.
        products = np.full(len(self._rows) + 1, np.nan, dtype=np.float32)
        for first in range(0, len(self._rows), _BLOCK):
            rows = slice(first, min(first + _BLOCK, len(self._rows)))
            products[rows] = self._rows[rows].astype(np.float32) @ query
        products[:-1] *= self._scale
        nearest: Floats = np.fmax(products[self._passages], products[self._heads][article_of])
        return nearest


class IndexVectors:
    """The vectors of all segments of an index, None where a segment has none."""

    def __init__(self, segments: Sequence[tuple[SegmentVectors | None, NDArray[np.int64]]]) -> None:
        """Take each segment's vectors with its articles by passage."""
        self._segments = tuple(segments)

    def nearness(self, query: Floats) -> Floats:
        """Return how near each passage of the index is to a query's vector; NaN where unknown."""
        return np.concatenate(
            [
                np.full(len(article_of), np.nan, dtype=np.float32)
                if vectors is None
                else vectors.nearness(query, article_of)
                for vectors, article_of in self._segments
            ]
            or [np.zeros(0, dtype=np.float32)]
        )
