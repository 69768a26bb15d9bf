"""The segments of one Whoosh index: which there are, new ones from arrays, arrays from old ones.

The index stays an ordinary one that `whoosh.index.open_dir` opens. No file that is there is ever
written into, for index folders share their files; a segment that leaves is unlinked after the
list of segments without it is there, with every other file that begins with its name.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.base import Segment
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.index import TOC, LockError, clean_files
from whoosh.matching import Matcher
from whoosh.reading import SegmentReader

from indexer.codec import (
    check_postings,
    exact_lengths,
    keys_of,
    layout_is_known,
    length_bytes,
    read_segment,
    write_segment,
)
from indexer.schema import KEY, schema
from indexer.segment_content import NewSegment, SegmentContent
from kb.errors import IndexBusy, IndexDamaged
from kb.segments.segment_writer import FieldPostings

MEMORY_MEGABYTES = 128
# Whoosh's own names.
_NAME = "MAIN"
_LOCK = "MAIN_WRITELOCK"


@dataclass(frozen=True, slots=True)
class SegmentInfo:
    """One segment of an index.

    name       first part of its files' names
    documents  how many it holds, deleted ones included
    deleted    numbers of the deleted ones, ascending
    """

    name: str
    documents: int
    deleted: NDArray[np.int64]


class SegmentedIndex:
    """The Whoosh index in `folder`, which is made when there is none.

    bulk  whether Whoosh's files are written directly or through its public interface, which is
          many times slower; None = directly if the installed version is one whose files we know
    """

    def __init__(self, folder: Path, *, bulk: bool | None = None) -> None:
        self._folder = folder
        self._bulk = layout_is_known() if bulk is None else bulk
        folder.mkdir(parents=True, exist_ok=True)
        with _reading(folder) as storage:
            if not storage.index_exists(_NAME):
                storage.create_index(schema(), _NAME)

    def segments(self) -> list[SegmentInfo]:
        """Return the segments in order."""
        with _reading(self._folder) as storage:
            return [_info(segment) for segment in TOC.read(storage, _NAME).segments]

    def commit(
        self,
        *,
        add: NewSegment | SegmentContent | None = None,
        delete: Mapping[str, Iterable[int]] | None = None,
        drop: Collection[str] = (),
        adopt: Path | None = None,
    ) -> str | None:
        """Make a new list of segments and return the name of the new one, which comes last.

        add     what the new segment holds; None or no documents = there is no new one
        delete  document numbers by name of their segment, also an adopted one, beside those
                deleted before
        drop    names of segments to leave out
        adopt   another index of one segment, whose file is here already: it is the new one
        """
        if isinstance(add, SegmentContent):
            add = NewSegment(add.keys, add.fields.items())
        if add is not None and not add.keys:
            add = None
        adopted = None
        if adopt:
            with _reading(adopt) as files:
                (adopted,) = TOC.read(files, _NAME).segments
        marks = {name: set(numbers) for name, numbers in (delete or {}).items()}
        commit = self._commit_in_bulk if self._bulk else self._commit_by_writer
        return commit(add, marks, drop, adopted)

    def _commit_in_bulk(
        self,
        add: NewSegment | None,
        delete: Mapping[str, set[int]],
        drop: Collection[str],
        adopted: Segment | None,
    ) -> str | None:
        storage = FileStorage(str(self._folder))
        with self._locked(storage):
            with _reading(self._folder) as files:
                toc = TOC.read(files, _NAME)
            _mark_deleted([*toc.segments, *filter(None, [adopted])], delete, drop)
            segments = [segment for segment in toc.segments if segment.segment_id() not in drop]
            new = write_segment(storage, _NAME, toc.schema, add) if add else adopted
            if new:
                segments.append(new)
            generation = toc.generation + 1
            TOC(toc.schema, segments, generation).write(storage, _NAME)
            clean_files(storage, _NAME, generation, segments)
        return str(new.segment_id()) if new else None

    @contextmanager
    def _locked(self, storage: FileStorage) -> Iterator[None]:
        lock = storage.lock(_LOCK)
        if not lock.acquire():
            raise _busy(self._folder)
        try:
            yield
        finally:
            lock.release()

    def _commit_by_writer(
        self,
        add: NewSegment | None,
        delete: Mapping[str, set[int]],
        drop: Collection[str],
        adopted: Segment | None,
    ) -> str | None:
        try:
            index = FileStorage(str(self._folder)).open_index(_NAME)
            writer = index.writer(limitmb=MEMORY_MEGABYTES)
        except LockError as error:
            raise _busy(self._folder) from error
        before = {segment.name for segment in self.segments()}
        try:
            _mark_deleted([*writer.segments, *filter(None, [adopted])], delete, drop)
            for document in _documents(add) if add else ():
                writer.add_document(**document)

            def kept(_: object, segments: list[Segment]) -> list[Segment]:
                left = [s for s in segments if s.segment_id() not in drop]
                return [*left, adopted] if adopted else left

            writer.commit(mergetype=kept)
        except BaseException:
            # Whoosh keeps its lock until it is told, and some versions complain about that.
            with suppress(Exception):
                writer.cancel()
            raise
        new = [segment.name for segment in self.segments() if segment.name not in before]
        return new[0] if new else None


def decode(folder: Path, name: str, *, bulk: bool | None = None) -> SegmentContent:
    """Return what one segment holds, deleted documents included.

    Lengths are exact where they are the sums of counts, else as Whoosh keeps them: in a byte.
    `bulk` as for SegmentedIndex. Raises IndexDamaged.
    """
    with _reading(folder) as storage:
        toc = TOC.read(storage, _NAME)
        found = [segment for segment in toc.segments if segment.segment_id() == name]
        if not found:
            raise IndexDamaged(f"{folder}: has no segment {name}. Run `kb index`.")
        if layout_is_known() if bulk is None else bulk:
            return read_segment(storage, found[0])
        with closing(SegmentReader(storage, toc.schema, found[0])) as reader:
            return _read_by_matchers(reader)


class _Files(FileStorage):  # type: ignore[misc]
    """Remembers what it opened: Whoosh leaves a file open that it finds to be damaged."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        self.opened: list[StructFile] = []

    def open_file(self, name: str, **kwargs: Any) -> StructFile:
        self.opened.append(super().open_file(name, **kwargs))
        return self.opened[-1]


@contextmanager
def _reading(folder: Path) -> Iterator[FileStorage]:
    """Give the files of an index; what goes wrong with them is damage."""
    files = _Files(folder)
    try:
        yield files
    except IndexDamaged:
        raise
    # A damaged index raises a dozen unrelated exceptions, EOFError to UnpicklingError.
    except Exception as error:
        raise IndexDamaged(
            f"{folder}: cannot be read ({type(error).__name__}: {error}). Run `kb index`."
        ) from error
    finally:
        for file in files.opened:
            if not file.is_closed:
                file.close()


def _busy(folder: Path) -> IndexBusy:
    return IndexBusy(f"{folder}: is being written by another process. Wait until it has finished.")


def _info(segment: Segment) -> SegmentInfo:
    deleted = np.array(sorted(segment.deleted_docs()), dtype=np.int64)
    return SegmentInfo(segment.segment_id(), segment.doc_count_all(), deleted)


def _mark_deleted(
    segments: Iterable[Segment], delete: Mapping[str, set[int]], drop: Collection[str]
) -> None:
    there = {segment.segment_id(): segment for segment in segments}
    for name in (*delete, *drop):
        if name not in there:
            raise ValueError(f"no segment {name}")
    for name, numbers in delete.items():
        segment = there[name]
        for number in numbers:
            if not 0 <= number < segment.doc_count_all():
                raise ValueError(f"no document {number} in segment {name}")
            segment.delete_document(int(number))


def _documents(content: NewSegment) -> Iterator[dict[str, Any]]:
    """Yield what a Whoosh writer takes for each document."""
    words: list[dict[str, list[str]]] = [{} for _ in content.keys]
    for name, field in content.fields:
        offsets = field.offsets.tolist()
        docs, counts = field.docs.tolist(), field.counts.tolist()
        for number, term in enumerate(field.terms):
            word = term.decode()
            for place in range(offsets[number], offsets[number + 1]):
                words[docs[place]].setdefault(name, []).extend([word] * counts[place])
    for key, fields in zip(content.keys, words, strict=True):
        yield {KEY: key, **fields}


def _read_by_matchers(reader: SegmentReader) -> SegmentContent:
    """Read through the interface of codecs: a reader's own matchers leave deleted ones out."""
    size = reader.doc_count_all()
    table = reader.codec().terms_reader(reader.storage(), reader.segment())
    found: dict[str, list[tuple[bytes, list[tuple[int, float]]]]] = {}
    with closing(table):
        for name, term in table.terms():
            matcher = table.matcher(name, term, reader.schema[name].format)
            found.setdefault(name, []).append((term, list(_postings(matcher))))
    fields = {}
    for name, rows in found.items():
        offsets = np.cumsum([0] + [len(some) for _, some in rows], dtype=np.int64)
        postings = np.array([posting for _, some in rows for posting in some])
        docs, counts = postings[:, 0].astype(np.int32), postings[:, 1].astype(np.int32)
        check_postings(size, offsets, docs, counts)
        kept = [reader.doc_field_length(number, name, 0) or 0 for number in range(size)]
        lengths = exact_lengths(length_bytes(np.array(kept)), docs, counts)
        fields[name] = FieldPostings([term for term, _ in rows], offsets, docs, counts, lengths)
    return SegmentContent(keys_of(size, fields.pop(KEY)), fields)


def _postings(matcher: Matcher) -> Iterator[tuple[int, float]]:
    while matcher.is_active():
        yield matcher.id(), matcher.weight()
        matcher.next()
