"""Vectors by the hash of their text, and how a generation's segments get them.

A segment gets what the cache holds when its generation is made; what that lacks is for
`indexer.embedding` to make. So an index that is written anew has its vectors at once.
"""

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from indexer.kept import Kept
from indexer.store import SegmentEntry, indexes, open_arrays, read_segments
from indexer.vectors import VECTORS, read_vectors
from kb.meaning.embedded_texts import texts_of
from kb.meaning.vectors import NONE, Packed, vector_arrays
from kb.segments.arrays import write_arrays
from kb.segments.segment import Segment

CACHE_FILE = "vector-cache.sqlite3"
_NAME_KEY = "embedder"


class VectorCache(Kept):
    """Vectors of one embedder by the key of their text; those of another one are forgotten."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / CACHE_FILE, durable=True)

    @property
    def embedder(self) -> str:
        """Return the name of the embedder whose vectors are kept; "" when there are none."""
        return self.read([_NAME_KEY]).get(_NAME_KEY, b"").decode()

    def begin(self, embedder: str) -> None:
        """Keep vectors of this embedder from now on."""
        if self.embedder != embedder:
            self.keep_only([])
            self.write([(_NAME_KEY, embedder.encode())])

    def add(self, keys: Sequence[str], rows: Packed) -> None:
        """Keep vectors."""
        bodies = (
            scale.tobytes() + numbers.tobytes()
            for scale, numbers in zip(rows.scale, rows.numbers, strict=True)
        )
        self.write(zip(keys, bodies, strict=True))

    def forget_others(self, keys: Sequence[str]) -> None:
        """Forget the vectors of all texts but these."""
        self.keep_only([_NAME_KEY, *keys])


def attach_kept(generation: Path, root: Path, previous: Path | None = None) -> bool:
    """Give the segments of an unfinished generation what the cache under `root` has for them.

    Returns whether any file was written. Without a cache nothing happens.

    previous  generation whose segments are left as they are: all texts of a segment are read
    """
    if not (root / CACHE_FILE).is_file():
        return False
    cache = VectorCache(root)
    try:
        embedder = cache.embedder
        if not embedder:
            return False
        written = [
            _attach(folder, entry, cache, embedder)
            for folder in indexes(generation)
            for entry in _segments_not_in(previous, folder, generation)
        ]
        return any(written)
    finally:
        cache.close()


def _segments_not_in(previous: Path | None, folder: Path, generation: Path) -> list[SegmentEntry]:
    entries = read_segments(folder)
    if previous is None:
        return entries
    before = {entry.name for entry in read_segments(previous / folder.relative_to(generation))}
    return [entry for entry in entries if entry.name not in before]


def _attach(folder: Path, entry: SegmentEntry, cache: VectorCache, embedder: str) -> bool:
    """Write a segment's vectors, if there are more than there were; whether it was done."""
    file = folder / f"{entry.name}{VECTORS}"
    before = read_vectors(file, embedder)
    if before and not before.missing:
        return False
    texts = texts_of(Segment(open_arrays(folder, entry), entry.deleted), embedder)
    wanted = list({text.key for text in (*texts.heads, *texts.passages) if text})
    kept = cache.read(wanted)
    if not kept or (before and len(wanted) - len(kept) >= before.missing):
        return False
    # Never in place: an earlier generation may share it.
    file.unlink(missing_ok=True)
    row_of = {key: row for row, key in enumerate(kept)}
    write_arrays(
        file,
        vector_arrays(
            embedder,
            [row_of.get(text.key, NONE) if text else NONE for text in texts.heads],
            [row_of.get(text.key, NONE) if text else NONE for text in texts.passages],
            _packed(kept.values()),
            missing=len(wanted) - len(kept),
        ),
    )
    return True


def _packed(bodies: Collection[bytes]) -> Packed:
    rows = np.frombuffer(b"".join(bodies), np.uint8)
    rows = rows.reshape(len(bodies), -1)
    return Packed(
        np.ascontiguousarray(rows[:, 4:]).view(np.int8),
        np.ascontiguousarray(rows[:, :4]).view(np.float32).reshape(-1),
    )
