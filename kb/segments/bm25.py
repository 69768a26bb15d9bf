"""BM25 in the form that this search uses: a word's gain in a document, and its idf.

The gain is tf * (k1 + 1) / (tf + k1 * (1 - b + b * length / usual)), times the part's boost.
`usual` is a fixed length for each part of an article, where BM25 as published takes the average
of the collection: so a document's gains depend on nothing but the document, never change, and an
index that was updated scores as one that was built anew. Measured, the averages were no better.
The idf is Lucene's, ln(1 + (N - n + 0.5) / (n + 0.5)), over articles for what heads hold and over
passages for what passages hold.
"""

import math

import numpy as np
from numpy.typing import NDArray

from kb.segments.shape import BOOSTS, K1, PARTS, USUAL_LENGTHS, B

_BOOST_OF = np.array([BOOSTS[part] for part in PARTS], dtype=np.float32)
_USUAL_OF = np.array([USUAL_LENGTHS[part] for part in PARTS], dtype=np.float32)

Floats = NDArray[np.float32]


def gains(part: NDArray[np.uint8], count: NDArray[np.int32], length: NDArray[np.int32]) -> Floats:
    """Return the gain of words, element by element.

    part    place in kb.segments.shape.PARTS
    count   how often the part holds the word
    length  how many words the part has
    """
    tf = count.astype(np.float32)
    norm = (
        np.float32(K1 * (1 - B)) + np.float32(K1 * B) * length.astype(np.float32) / _USUAL_OF[part]
    )
    gain = _BOOST_OF[part] * tf * np.float32(K1 + 1) / (tf + norm)
    return gain.astype(np.float32)


def idf(holding: int, total: int) -> float:
    """Return the idf of a word that `holding` of `total` documents hold; 0 without documents."""
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5)) if total else 0.0
