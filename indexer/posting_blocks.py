"""Postings as Whoosh keeps them on the disk, written and read many terms at a time.

A term's postings are blocks of 128: a pickled tuple of statistics, then a pickled tuple of the
gaps between document numbers, the weights and no values. A pickle is a byte string that needs no
pickler: terms with the same small number of postings have blocks of the same length, so they are
one numpy array of records. Longer blocks go through pickle and zlib, one call a block.
"""

import pickle
import struct
import zlib
from array import array
from collections.abc import Iterator
from functools import lru_cache
from io import BytesIO
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.segments.segment_writer import FieldPostings

BLOCK = 128
# Up to here a block is a record; compressing it would save little or nothing.
MOST_PLAIN = 16
_COMPRESSION = 3
# A block is at most 2 kB: tables for 32 kB, as zlib has them by itself, take longer to clear than
# the block takes to pack. What comes out is as small, and unpacked as ever.
_WINDOW_BITS = 12
_MEMORY_LEVEL = 5
_LEAST_COMPRESSED = 80
_MAGIC = b"W3Bl"
_ROWS = 16_384

# What the table of terms says of each; the byte after its statistics begins the extent.
TERM = np.dtype(
    [
        ("inlined", "u1"),
        ("weight", ">f4"),
        ("documents", ">u4"),
        ("shortest", "u1"),
        ("longest", "u1"),
        ("most", ">f4"),
        ("first", ">u4"),
        ("last", ">u4"),
        ("offset", ">i8"),
        ("size", ">i4"),
    ]
)

_HEAD_BYTES = b"?%s\x80\x02(K?J%sG%sK?K?K?t." % (b"???", b"????", b"?" * 8)
_HEAD = np.dtype(
    {
        "names": ["size", "documents", "last", "most", "compression", "shortest", "longest"],
        "formats": [">i4", "u1", "<i4", ">f8", "u1", "u1", "u1"],
        "offsets": [0, 8, 10, 15, 24, 26, 28],
        "itemsize": len(_HEAD_BYTES),
    }
)


class _Record(NamedTuple):
    """The one block of a term with few postings, as a numpy record.

    dtype     head, gaps and, when not all are 1, counts
    bytes     what is the same in all records; anything where a value goes
    constant  which of the bytes those are
    """

    dtype: np.dtype[Any]
    bytes: NDArray[np.uint8]
    constant: NDArray[np.bool_]

    def blank(self, rows: int) -> NDArray[Any]:
        """Return records to fill in."""
        return np.tile(self.bytes, rows).view(self.dtype)


@lru_cache(maxsize=2 * MOST_PLAIN)
def _record(documents: int, weighted: bool) -> _Record:
    gap = np.dtype({"names": ["it"], "formats": ["<i4"], "offsets": [1], "itemsize": 5})
    count = np.dtype({"names": ["it"], "formats": [">f8"], "offsets": [1], "itemsize": 9})

    def text(filler: bytes) -> bytes:
        gaps = b"\x80\x02(" + (b"J" + filler * 4) * documents + b"t"
        counts = b"(" + (b"G" + filler * 8) * documents + b"t" if weighted else b"N"
        return _MAGIC + _HEAD_BYTES.replace(b"?", filler) + gaps + counts + b"N\x87."

    start = len(_MAGIC) + len(_HEAD_BYTES) + 3
    names, formats, offsets = ["head", "gaps"], [_HEAD, (gap, documents)], [len(_MAGIC), start]
    if weighted:
        names.append("counts")
        formats.append((count, documents))
        offsets.append(start + 5 * documents + 2)
    zeros, ones = (np.frombuffer(text(filler), np.uint8) for filler in (b"\x00", b"\xff"))
    layout: Any = {"names": names, "formats": formats, "offsets": offsets, "itemsize": len(zeros)}
    return _Record(np.dtype(layout), zeros, zeros == ones)


def write_postings(
    out: BinaryIO, at: int, field: FieldPostings, lengths: NDArray[np.uint8]
) -> NDArray[Any]:
    """Write the postings of all terms; return what the table of terms says of them (TERM).

    at       where `out` stands, in the file of postings
    lengths  Whoosh's one byte for the field's length, by document
    """
    sizes = np.diff(field.offsets)
    told = np.zeros(len(sizes), dtype=TERM)
    if not len(sizes):
        return told
    starts = field.offsets[:-1]
    of_posting = lengths[field.docs]
    told["weight"] = np.add.reduceat(field.counts, starts, dtype=np.int64)
    told["documents"] = sizes
    told["shortest"] = np.minimum.reduceat(of_posting, starts)
    told["longest"] = np.maximum.reduceat(of_posting, starts)
    most = np.maximum.reduceat(field.counts, starts)
    told["most"] = most
    told["first"] = field.docs[starts]
    told["last"] = field.docs[field.offsets[1:] - 1]
    kinds = np.where(sizes <= MOST_PLAIN, 2 * sizes + (most > 1), 0)
    for kind in np.unique(kinds[kinds > 0]).tolist():
        chosen = np.flatnonzero(kinds == kind)
        for first in range(0, len(chosen), _ROWS):
            at += _write_records(out, at, field, chosen[first : first + _ROWS], told)
    long = kinds == 0
    if long.any():
        _write_blocks(out, at, field, of_posting, long, told)
    return told


def _write_records(
    out: BinaryIO, at: int, field: FieldPostings, chosen: NDArray[np.intp], told: NDArray[Any]
) -> int:
    """Write terms with the same number of postings, all or none of them with counts over 1."""
    about = told[chosen]
    documents, weighted = int(about["documents"][0]), bool(about["most"][0] > 1)
    record = _record(documents, weighted)
    rows = record.blank(len(chosen))
    size = record.dtype.itemsize
    places = field.offsets[chosen][:, None] + np.arange(documents)
    head = rows["head"]
    head["size"] = -(size - len(_MAGIC) - 4)
    for name in ("documents", "last", "most", "shortest", "longest"):
        head[name] = about[name]
    rows["gaps"]["it"] = np.diff(field.docs[places], axis=1, prepend=np.int32(0))
    if weighted:
        rows["counts"]["it"] = field.counts[places]
    told["offset"][chosen] = at + size * np.arange(len(chosen))
    told["size"][chosen] = size
    return out.write(rows.tobytes())


def _write_blocks(
    out: BinaryIO,
    at: int,
    field: FieldPostings,
    of_posting: NDArray[np.uint8],
    long: NDArray[np.bool_],
    told: NDArray[Any],
) -> None:
    """Write the terms with many postings, each as one block or several."""
    sizes = np.diff(field.offsets)
    wanted = np.repeat(long, sizes)
    docs, counts = field.docs[wanted], field.counts[wanted]
    blocks = -(-sizes[long] // BLOCK)
    firsts = np.cumsum(blocks) - blocks
    begins = np.cumsum(sizes[long]) - sizes[long]
    starts = np.repeat(begins - BLOCK * firsts, blocks) + BLOCK * np.arange(blocks.sum())
    ends = np.append(starts[1:], len(docs))
    gaps = np.diff(docs, prepend=np.int32(0))
    gaps[starts] = docs[starts]
    heads = np.tile(np.frombuffer(_HEAD_BYTES, np.uint8), len(starts)).view(_HEAD)
    heads["documents"] = ends - starts
    heads["last"] = docs[ends - 1]
    heads["most"] = np.maximum.reduceat(counts, starts)
    heads["shortest"] = np.minimum.reduceat(of_posting[wanted], starts)
    heads["longest"] = np.maximum.reduceat(of_posting[wanted], starts)
    least = np.minimum.reduceat(counts, starts)
    bodies = list(_bodies(gaps, counts, starts, ends, least, heads["most"]))
    heads["compression"] = [_COMPRESSION if packed else 0 for packed, _ in bodies]
    lengths = np.array([len(body) for _, body in bodies]) + len(_HEAD_BYTES) - 4
    heads["size"] = lengths
    heads["size"][firsts + blocks - 1] *= -1
    opening = [b""] * len(starts)
    for first in firsts.tolist():
        opening[first] = _MAGIC
    pieces = zip(opening, heads.view(f"V{_HEAD.itemsize}").tolist(), bodies, strict=True)
    out.write(b"".join(part for magic, head, (_, body) in pieces for part in (magic, head, body)))
    extents = np.add.reduceat(lengths + 4, firsts) + len(_MAGIC)
    told["size"][long] = extents
    told["offset"][long] = at + np.cumsum(extents) - extents


def _bodies(
    gaps: NDArray[np.int32],
    counts: NDArray[np.int32] | NDArray[np.uint16],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    least: NDArray[Any],
    most: NDArray[Any],
) -> Iterator[tuple[bool, bytes]]:
    """Yield each block's gaps and weights and whether they are compressed."""
    ranges = zip(starts.tolist(), ends.tolist(), least.tolist(), most.tolist(), strict=True)
    for start, end, low, high in ranges:
        weights: object = None
        if low != high:
            weights = tuple(counts[start:end].astype(np.float64).tolist())
        elif high != 1:
            weights = float(high)
        body = pickle.dumps((tuple(gaps[start:end].tolist()), weights, None), 2)
        packed = len(body) >= _LEAST_COMPRESSED
        yield packed, _compressed(body) if packed else body


def _compressed(body: bytes) -> bytes:
    packer = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, _WINDOW_BITS, _MEMORY_LEVEL)
    return packer.compress(body) + packer.flush()


def read_postings(
    data: bytes, told: NDArray[Any]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int32]]:
    """Return offsets, documents and counts of the terms that `told` (TERM) is about.

    Raises ValueError, or what struct, zlib and pickle raise, when the bytes cannot be right.
    """
    sizes = told["documents"].astype(np.int64)
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    docs = np.zeros(offsets[-1], dtype=np.int32)
    counts = np.ones(offsets[-1], dtype=np.int32)
    rest = np.ones(len(told), dtype=bool)
    for documents in np.unique(sizes[sizes <= MOST_PLAIN]).tolist():
        for weighted in (False, True):
            record = _record(documents, weighted)
            alike = (sizes == documents) & (told["size"] == record.dtype.itemsize)
            chosen = np.flatnonzero(alike)
            rows = gather(data, told["offset"][chosen].astype(np.int64), record.dtype.itemsize)
            ours = ((rows == record.bytes) | ~record.constant).all(axis=1)
            records = rows[ours].reshape(-1).view(record.dtype)
            chosen = chosen[ours]
            places = offsets[chosen][:, None] + np.arange(documents)
            docs[places] = np.cumsum(records["gaps"]["it"], axis=1)
            if weighted:
                counts[places] = records["counts"]["it"]
            rest[chosen] = False
    if rest.any():
        wanted = np.repeat(rest, sizes)
        docs[wanted], counts[wanted] = _read_blocks(data, told[rest])
    return offsets, docs, counts


def gather(data: bytes, places: NDArray[np.int64], width: int) -> NDArray[np.uint8]:
    """Return `width` bytes from each place, one row each."""
    if len(places) and not 0 <= places.min() <= places.max() <= len(data) - width:
        raise ValueError("a place outside the file")
    source = np.frombuffer(data, np.uint8)
    found = np.empty((len(places), width), np.uint8)
    # An index is eight times as large as what it takes out.
    for first in range(0, len(places), _ROWS):
        part = places[first : first + _ROWS]
        found[first : first + _ROWS] = source[part[:, None] + np.arange(width)]
    return found


def _read_blocks(data: bytes, told: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    gaps, weights, sizes = array("q"), array("d"), array("q")
    for offset, size, documents in told[["offset", "size", "documents"]].tolist():
        before = len(gaps)
        for some, weight in _blocks(data, offset, offset + size):
            gaps.extend(some)
            weights.extend(weight if isinstance(weight, tuple) else (weight or 1.0,) * len(some))
            sizes.append(len(some))
        if not len(gaps) - before == len(weights) - before == documents:
            raise ValueError("a term with another number of postings than it says")
    steps, blocks = np.frombuffer(gaps, np.int64), np.frombuffer(sizes, np.int64)
    starts = np.cumsum(blocks) - blocks
    docs = np.cumsum(steps)
    docs -= np.repeat(docs[starts] - steps[starts], blocks)
    return docs, np.frombuffer(weights).astype(np.int64)


def _blocks(data: bytes, at: int, end: int) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield gaps and weights of each block: None for all 1, one number, or one each."""
    if data[at : at + len(_MAGIC)] != _MAGIC:
        raise ValueError("no postings where they should be")
    at += len(_MAGIC)
    while at < end:
        (size,) = struct.unpack_from(">i", data, at)
        block = BytesIO(data[at + 4 : at + 4 + abs(size)])
        packed = pickle.load(block)[3]  # noqa: S301 - the manifest vouches for the file
        body = block.read()
        gaps, weights, _ = pickle.loads(zlib.decompress(body) if packed else body)  # noqa: S301
        yield gaps, weights
        at += 4 + abs(size)
