"""Read a term's postings out of Whoosh as arrays.

The one module that reaches into Whoosh's codec: whole blocks of its leaf matcher at a time,
where the public interface would cost three calls a posting. Any other matcher is read through
the public interface. The contract suite runs on both Whoosh distributions.
"""

from collections.abc import Iterator
from threading import Lock

import numpy as np
from whoosh.codec.whoosh3 import W3LeafMatcher
from whoosh.matching import Matcher
from whoosh.reading import IndexReader, TermNotFound

from kb.ranking import Floats, Ids

_NO_IDS: Ids = np.zeros(0, dtype=np.int32)
_NO_COUNTS: Floats = np.zeros(0, dtype=np.float32)


class PostingsReader:
    """Postings and lengths of one open index, over all its segments, without deleted documents."""

    def __init__(self, reader: IndexReader) -> None:
        self._reader = reader
        self._leaves = list(reader.leaf_readers())
        self.size: int = reader.doc_count_all()
        # Matchers of one segment share a file position, so threads have to take turns.
        self._lock = Lock()
        self._live = np.ones(self.size, dtype=bool)
        for leaf, offset in self._leaves:
            if leaf.has_deletions():
                deleted = [n for n in range(leaf.doc_count_all()) if leaf.is_deleted(n)]
                self._live[np.array(deleted, dtype=np.int64) + offset] = False

    def postings(self, field: str, term: str) -> tuple[Ids, Floats]:
        """Return the documents that hold `term`, ascending, and how often each does."""
        found = []
        with self._lock:
            for leaf, offset in self._leaves:
                try:
                    matcher = leaf.postings(field, term)
                except TermNotFound:
                    continue
                ids, counts = _read(matcher)
                found.append((ids + np.int32(offset), counts))
        if not found:
            return _NO_IDS, _NO_COUNTS
        ids = np.concatenate([ids for ids, _ in found])
        counts = np.concatenate([counts for _, counts in found])
        live = self._live[ids]
        return (ids, counts) if live.all() else (ids[live], counts[live])

    def lengths(self, field: str) -> Floats:
        """Return the number of terms of `field`, by document; 0 for deleted ones.

        Whoosh keeps a length in one byte: lengths over 10 are up to a few percent too long.
        """
        with self._lock:
            found = [
                leaf.doc_field_length(number, field, 0) or 0
                for leaf, _ in self._leaves
                for number in range(leaf.doc_count_all())
            ]
        return np.array(found, dtype=np.float32) * self._live

    def frequencies(self, field: str) -> Iterator[tuple[str, int]]:
        """Yield each term that some live document holds and in how many documents it is.

        A term may come once a segment. Whoosh lists terms of deleted documents until their
        segment is merged, and a word that only a deleted article held must not be suggested:
        where the first and the last document of a term are deleted, its postings are read.
        Otherwise deleted documents count, until the merge.
        """
        for leaf, offset in self._leaves:
            live = self._live[offset : offset + leaf.doc_count_all()].tolist()
            deletions = not all(live)
            for term, info in leaf.iter_field(field):
                frequency = info.doc_frequency()
                if deletions and not (live[info.min_id()] or live[info.max_id()]):
                    with self._lock:
                        ids, _ = _read(leaf.postings(field, term))
                    frequency = int(np.count_nonzero(self._live[ids + offset]))
                if frequency:
                    yield term.decode("utf-8"), frequency


def _read(matcher: Matcher) -> tuple[Ids, Floats]:
    """Return ids and weights of all of a segment's postings, deleted documents maybe included."""
    leaf = getattr(matcher, "child", matcher)
    if isinstance(leaf, W3LeafMatcher) and hasattr(leaf, "_next_block"):
        return _read_blocks(leaf)
    ids, weights = [], []
    while matcher.is_active():
        ids.append(matcher.id())
        weights.append(matcher.weight())
        matcher.next()
    return np.array(ids, dtype=np.int32), np.array(weights, dtype=np.float32)


def _read_blocks(leaf: W3LeafMatcher) -> tuple[Ids, Floats]:
    ids, weights = [], []
    # A filter above the leaf has moved it on to the first document that is not deleted.
    leaf.reset()
    while leaf.is_active():
        leaf._read_ids()
        leaf._read_weights()
        ids.append(np.array(leaf._ids, dtype=np.int32))
        weights.append(np.array(leaf._weights, dtype=np.float32))
        leaf._next_block()
    return np.concatenate(ids), np.concatenate(weights)
