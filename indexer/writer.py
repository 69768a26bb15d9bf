"""Write articles into one Whoosh index: one audience, one locale, one commit.

An article's documents are added in a row (head, passages, page) and removed by its key. Whoosh
never writes into a file that is already there, which is what lets generations share files.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from indexer.schema import KEY, RECORD, schema
from kb.analysis import analyzer_for
from kb.documents import prepare
from kb.passages import passages_of
from kb.records import Head, dump
from kb.search import Page

MEMORY_MEGABYTES = 192
# More small segments than this are merged into one; a big one only when much of it is deleted.
MOST_SMALL_SEGMENTS = 8
SMALL_SEGMENT = 4_000
MOST_DELETED = 0.3


@dataclass(frozen=True, slots=True)
class Material:
    """All that is indexed of one article."""

    head: Head
    page: Page


class LocaleWriter:
    """Adds and removes articles of one index; nothing is there before `commit`."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        storage = FileStorage(str(folder))
        index = storage.open_index() if storage.index_exists() else storage.create_index(schema())
        self._writer: SegmentWriter = index.writer(limitmb=MEMORY_MEGABYTES)

    def remove(self, keys: Iterable[str]) -> None:
        """Remove articles by key; those that are not there do not matter."""
        for key in keys:
            self._writer.delete_by_term(KEY, key)

    def add(self, material: Material) -> None:
        """Add an article."""
        head, page = material.head, material.page
        key = head.summary.key
        passages = passages_of(page.sections)
        prepared = prepare(head, passages, analyzer_for(head.summary.locale))
        self._add(key, dump(head), prepared.head)
        for passage, terms in zip(passages, prepared.passages, strict=True):
            self._add(key, dump(passage), terms)
        self._add(key, dump(page), {})

    def _add(self, key: str, record: bytes, terms: dict[str, list[str]]) -> None:
        self._writer.add_document(**{KEY: key, RECORD: record}, **terms)

    def commit(self) -> None:
        """Make the changes; a failed commit leaves the lock to nobody."""
        try:
            self._writer.commit(mergetype=_merge)
        except BaseException:
            self.cancel()
            raise

    def cancel(self) -> None:
        """Give up what was added."""
        # Whoosh keeps its lock after a failed commit until it is told; a second time it complains.
        try:
            self._writer.cancel()
        except Exception:
            return


def _merge(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    """Merge what is worth merging into the segment being written; return the rest."""
    worn = [segment for segment in segments if _share_deleted(segment) > MOST_DELETED]
    small = [segment for segment in segments if segment.doc_count_all() < SMALL_SEGMENT]
    merged = worn + (small if len(small) > MOST_SMALL_SEGMENTS else [])
    for segment in segments:
        if segment in merged:
            reader = SegmentReader(writer.storage, writer.schema, segment)
            writer.add_reader(reader)
            reader.close()
    return [segment for segment in segments if segment not in merged]


def _share_deleted(segment: Segment) -> float:
    return float(segment.deleted_count() / max(1, segment.doc_count_all()))
