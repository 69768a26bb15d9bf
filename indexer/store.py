"""One locale's articles for one audience, read from a Whoosh index that never changes.

An article is a row of documents: its head, its passages, its page. They are added together and
Whoosh keeps their order, also through merges, so an article's documents are neighbours. An index
is opened once and never refreshed: a refreshed Whoosh searcher returns deleted documents.
"""

from collections import Counter
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
from whoosh.filedb.filestore import FileStorage

from indexer.postings import PostingsReader
from indexer.schema import KEY, RECORD
from indexer.writer import Material
from kb.analysis import STREAMS
from kb.documents import FIELDS
from kb.errors import IndexDamaged
from kb.passages import Passage
from kb.ranking import Floats, Ids
from kb.records import Head, load_head, load_page, load_passage
from kb.search import Page
from kb.vocabulary import TermCounts


class WhooshStore:
    """A kb.searcher.Store; raises IndexDamaged when the folder cannot be read."""

    def __init__(self, folder: Path) -> None:
        try:
            self._reader = FileStorage(str(folder)).open_index().reader()
            self._open()
        # A damaged index raises a dozen unrelated exceptions, EOFError to UnpicklingError.
        except Exception as error:
            raise IndexDamaged(
                f"{folder}: cannot be read ({type(error).__name__}: {error}). Run `kb index`."
            ) from error

    def _open(self) -> None:
        reader = self._reader
        self._postings = PostingsReader(reader)
        self.size = self._postings.size
        rows = []
        for key in reader.field_terms(KEY):
            documents = self._postings.postings(KEY, key)[0]
            if len(documents):
                rows.append((int(documents[0]), int(documents[-1])))
        rows.sort()
        self.starts = np.array([first for first, _ in rows], dtype=np.int64)
        self._pages = [last for _, last in rows]
        self.heads: Sequence[Head] = [load_head(self._record(first)) for first, _ in rows]

    def close(self) -> None:
        """Give the files back."""
        self._reader.close()

    def postings(self, field: str, term: str) -> tuple[Ids, Floats]:
        """Return the documents that hold `term`, and how often each does."""
        return self._postings.postings(field, term)

    def lengths(self, field: str) -> Floats:
        """Return the number of terms of `field`, by document."""
        return self._postings.lengths(field)

    @property
    def letters(self) -> str:
        """The letters that words are written with here."""
        return self._vocabulary.letters

    def frequency(self, stream: str, term: str) -> int:
        """Return the number of documents with `term`."""
        return self._vocabulary.frequency(stream, term)

    def with_prefix(self, stream: str, prefix: str, limit: int) -> Sequence[str]:
        """Return at most `limit` terms that begin with `prefix`, most frequent first."""
        return self._vocabulary.with_prefix(stream, prefix, limit)

    def passage(self, document: int) -> Passage | None:
        """Return the passage with this document number, None for a head."""
        record = self._record(document)
        return None if document in self._heads_at else load_passage(record)

    def passages(self, article: int) -> list[Passage]:
        """Return all passages of an article in order."""
        first, page = int(self.starts[article]), self._pages[article]
        return [load_passage(self._record(number)) for number in range(first + 1, page)]

    def page(self, article: int) -> Page:
        """Return an article to read."""
        return load_page(self._record(self._pages[article]))

    def _record(self, document: int) -> bytes:
        record: bytes = self._reader.stored_fields(document)[RECORD]
        return record

    @cached_property
    def _heads_at(self) -> frozenset[int]:
        return frozenset(self.starts.tolist())

    @cached_property
    def _vocabulary(self) -> TermCounts:
        counts: dict[str, Counter[str]] = {stream: Counter() for stream in STREAMS}
        for field in FIELDS:
            of_stream = counts[field.rpartition("_")[2]]
            for term, frequency in self._postings.frequencies(field):
                of_stream[term] += frequency
        return TermCounts(counts)


def carried_over(generation: Path, key: str) -> Material | None:
    """Return an article as a generation holds it, to be written into the next one."""
    store = _open_store(generation / "internal" / key.partition("/")[0])
    for number, head in enumerate(store.heads):
        if head.summary.key == key:
            return Material(head, store.page(number))
    return None


@lru_cache(maxsize=4)
def _open_store(folder: Path) -> WhooshStore:
    return WhooshStore(folder)
