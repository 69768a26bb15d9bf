"""The vectors of a generation where they lie: a file beside each segment, read as it is opened.

It goes with its segment: shared with the next generation, deleted with it. How it comes there is
the business of `indexer.vector_cache`, which a process that only reads does not load.
"""

from pathlib import Path

import numpy as np

from indexer.store import read_segments
from kb.errors import IndexDamaged
from kb.meaning.vectors import IndexVectors, SegmentVectors
from kb.segments.arrays import map_arrays
from kb.segments.reader import IndexReader

VECTORS = ".vectors"


def open_vectors(folder: Path, reader: IndexReader, embedder: str) -> IndexVectors | None:
    """Return the vectors that an embedder made of an index; None when there are none."""
    found = [
        (read_vectors(folder / f"{entry.name}{VECTORS}", embedder), segment)
        for entry, segment in zip(read_segments(folder), reader.segments, strict=True)
    ]
    if not any(vectors for vectors, _ in found):
        return None
    return IndexVectors(
        [
            (vectors, np.repeat(np.arange(segment.articles), np.diff(segment.passage_first)))
            for vectors, segment in found
        ]
    )


def read_vectors(file: Path, embedder: str) -> SegmentVectors | None:
    """Return the vectors in a file, if it is there and they are that embedder's."""
    if not file.exists():
        return None
    try:
        found = SegmentVectors(map_arrays(file))
    except (KeyError, ValueError) as error:
        raise IndexDamaged(f"{file}: cannot be read ({error}). Run `kb index --full`.") from error
    return found if found.embedder == embedder else None
