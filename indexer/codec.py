"""A Whoosh segment file written and read in bulk, for the Whoosh versions whose files we know.

Whoosh's own writer makes several Python calls a posting; here a segment is made of arrays. What
it writes, `whoosh.index.open_dir` reads like any other segment. Whoosh's files are no promise of
its authors, so `layout_is_known` decides: elsewhere the public interface has to be used.
"""

import pickle
import secrets
import zlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.fields import Schema
from whoosh.filedb.compound import CompoundStorage
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.util.numeric import byte_to_length

from indexer.posting_blocks import read_postings, write_postings
from indexer.schema import KEY
from indexer.segment_content import NewSegment, SegmentContent, inverted_keys
from indexer.term_table import TermTable, read_terms
from kb.segments.segment_writer import FieldPostings

_KNOWN_VERSIONS = {"whoosh-reloaded": "2.7.5", "whoosh3": "3.54.0"}
_OTHER_DISTRIBUTIONS = ("whoosh", "whoosh-community")
_LENGTHS = np.array([byte_to_length(byte) for byte in range(256)], dtype=np.int32)
_STORED = "_stored"
# Where the directory is, and its length.
_PREFACE = 8 + 4


@lru_cache(maxsize=1)
def layout_is_known() -> bool:
    """Whether the files of the installed Whoosh are those that this module writes and reads."""
    found = {name: _version(name) for name in (*_KNOWN_VERSIONS, *_OTHER_DISTRIBUTIONS)}
    installed = {name: number for name, number in found.items() if number}
    return bool(installed) and installed.items() <= _KNOWN_VERSIONS.items()


def _version(distribution: str) -> str | None:
    try:
        return version(distribution)
    except PackageNotFoundError:
        return None


def write_segment(
    storage: FileStorage, index: str, schema: Schema, content: NewSegment
) -> W3Segment:
    """Write one new file, piece by piece, and return the segment, which no TOC has yet.

    index  Whoosh's name of the index, the first part of the file's name
    """
    codec = W3Codec()
    # Whoosh draws names from `random`, whose state forked processes share.
    segment = W3Segment(codec, index, len(content.keys), segid=secrets.token_hex(8))
    segment.compound = True
    path = Path(storage.folder) / segment.make_filename(segment.COMPOUND_EXT)
    file = path.open("xb")
    try:
        _write_parts(StructFile(file, name=path.name), segment, schema, content)
    except BaseException:
        path.unlink()
        raise
    finally:
        file.close()
    return segment


def _write_parts(out: StructFile, segment: W3Segment, schema: Schema, content: NewSegment) -> None:
    """Write postings, terms and columns one after the other, then the directory of them."""
    parts: dict[str, dict[str, int]] = {}
    out.write_long(0)
    out.write_int(0)

    def ended(name: str) -> None:
        begun = sum(part["length"] for part in parts.values()) + _PREFACE
        parts[name] = {"offset": begun, "length": out.tell() - begun, "modified": 0}

    terms = TermTable()
    columns: dict[str, NDArray[np.uint8]] = {}
    segment._fieldlengths = {}
    for name, field in chain(content.fields, [(KEY, inverted_keys(content.keys))]):
        if name not in columns:
            columns[name] = length_bytes(field.lengths)
            if total := int(field.lengths.sum()):
                segment._fieldlengths[name] = total
        if len(field.terms):
            at = out.tell() - _PREFACE
            told = write_postings(out.file, at, field, columns[name])
            terms.add(name, field.terms, told)
    ended(segment.make_filename(W3Codec.POSTS_EXT))
    terms.write(out.file)
    ended(segment.make_filename(W3Codec.TERMS_EXT))
    for name, column in columns.items():
        if column.any():
            # Like Whoosh: nothing for the last documents that do not have the field.
            out.write(column[: np.flatnonzero(column)[-1] + 1].tobytes())
            ended(W3Codec.column_filename(segment, _lengths_column(name)))
    stored = KEY in schema.stored_names()
    out.write(_stored_column(content.keys if stored else [""] * len(content.keys)))
    ended(W3Codec.column_filename(segment, _STORED))
    CompoundStorage.write_dir(out, 0, parts)


def _lengths_column(field: str) -> str:
    return f"_{field}_len"


def length_bytes(lengths: NDArray[Any]) -> NDArray[np.uint8]:
    """Return lengths as Whoosh keeps them: the next greater one that has a byte."""
    return np.minimum(np.searchsorted(_LENGTHS, lengths), 255).astype(np.uint8)


def exact_lengths(
    column: NDArray[np.uint8], docs: NDArray[np.int32], counts: NDArray[np.int32]
) -> NDArray[np.int32]:
    """Return lengths by document: the sums of counts where Whoosh's bytes do not contradict."""
    sums = np.bincount(docs, weights=counts, minlength=len(column)).astype(np.int32)
    return np.where(length_bytes(sums) == column, sums, _LENGTHS[column])


def _stored_column(keys: Sequence[str]) -> bytes:
    """Return the column of stored fields; a document without a key has none."""
    made: dict[str, bytes] = {"": b""}
    for key in keys:
        if key not in made:
            made[key] = zlib.compress(pickle.dumps({KEY: key}, 2), 3)
    values = [made[key] for key in keys]
    lengths = np.fromiter(map(len, values), dtype=np.int64, count=len(values))
    offsets = np.cumsum(lengths) - lengths
    arrays = lengths.astype(">u4").tobytes() + offsets.astype(">u4").tobytes()
    # The type codes of the two arrays, and that there are two.
    return b"".join(values) + arrays + b"IIX"


def read_segment(storage: FileStorage, segment: W3Segment) -> SegmentContent:
    """Return what a segment of any writer holds; raises anything when it is damaged."""
    files = segment.open_compound_file(storage) if segment.is_compound() else storage
    try:
        return _content(files, segment)
    finally:
        files.close()


def _content(files: FileStorage, segment: W3Segment) -> SegmentContent:
    size = segment.doc_count_all()
    terms = read_terms(_bytes(files, segment.make_filename(W3Codec.TERMS_EXT)))
    data = _bytes(files, segment.make_filename(W3Codec.POSTS_EXT))
    fields = {}
    for name, (texts, told) in terms.items():
        offsets, docs, counts = read_postings(data, told)
        check_postings(size, offsets, docs, counts)
        column = np.zeros(size, dtype=np.uint8)
        file = W3Codec.column_filename(segment, _lengths_column(name))
        if files.file_exists(file):
            kept = np.frombuffer(_bytes(files, file), np.uint8)
            column[: len(kept)] = kept
        fields[name] = FieldPostings(
            texts, offsets, docs, counts, exact_lengths(column, docs, counts)
        )
    return SegmentContent(keys_of(size, fields.pop(KEY)), fields)


def _bytes(files: FileStorage, name: str) -> bytes:
    file = files.open_file(name)
    try:
        found: bytes = file.get(0, files.file_length(name))
    finally:
        file.close()
    return found


def keys_of(size: int, field: FieldPostings) -> list[str]:
    """Return the key of each document; ValueError when one has none."""
    keys = np.full(size, None, dtype=object)
    names = np.array([term.decode() for term in field.terms], dtype=object)
    keys[field.docs] = np.repeat(names, np.diff(field.offsets))
    found: list[str] = keys.tolist()
    if None in found:
        raise ValueError("a document without a key")
    return found


def check_postings(
    size: int, offsets: NDArray[np.int64], docs: NDArray[np.int32], counts: NDArray[np.int32]
) -> None:
    """Raise ValueError for postings that no writer makes."""
    if not len(docs):
        return
    ascends = np.diff(docs) > 0
    ascends[offsets[1:-1] - 1] = True
    if docs.min() < 0 or docs.max() >= size or not ascends.all() or counts.min() < 1:
        raise ValueError("postings of documents that are not there")
