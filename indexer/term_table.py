"""Whoosh's table of terms (a `.trm` file), written and read many terms at a time.

Records of key and value in ascending order of keys, then a hash table in 256 parts, a directory
of these, and the position of every record. A key is the field's number and the term. The file
names its hash function; CRC-32 is one of Whoosh's three and the one that costs nothing.
"""

import pickle
import struct
import zlib
from collections.abc import Sequence
from io import BytesIO
from itertools import chain, pairwise
from operator import lt
from tempfile import TemporaryFile
from typing import Any, BinaryIO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from indexer.posting_blocks import TERM, gather

_PARTS = 256
_CRC32 = 1
_START = b"HSH3" + struct.pack("!Bii", _CRC32, 0, 0)
_RECORD = np.dtype([("key", ">i4"), ("value", ">i4"), ("field", ">u2")])
_POINTER = np.dtype([("hash", ">u4"), ("position", ">i8")])
_PART = np.dtype([("position", ">i8"), ("slots", ">i4")])


class FieldTerms(NamedTuple):
    """The terms of one field and what is said of each (indexer.posting_blocks.TERM)."""

    terms: Sequence[bytes]
    told: NDArray[Any]


class TermTable:
    """The file in the making: terms wait on the disk until those of all fields are there."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[_Piece]] = {}
        self._spool = TemporaryFile()  # noqa: SIM115 - lives as we do

    def __del__(self) -> None:
        self._spool.close()

    def add(self, name: str, terms: Sequence[bytes], told: NDArray[Any]) -> None:
        """Take some more terms of a field, and what is said of each (TERM)."""
        pieces = self._pieces.setdefault(name, [])
        ascending = [*(piece.last for piece in pieces[-1:]), *terms]
        if not all(map(lt, ascending, ascending[1:])):
            raise ValueError("terms have to ascend")
        lengths = np.fromiter(map(len, terms), dtype=np.int32, count=len(terms))
        pieces.append(_Piece(self._spool.tell(), lengths, terms[-1]))
        self._spool.write(b"".join(terms))
        self._spool.write(told.tobytes())

    def write(self, out: BinaryIO) -> None:
        """Write the whole file; fields are numbered in the order of their names."""
        out.write(_START)
        at = len(_START)
        positions, hashes = [], []
        for number, name in enumerate(sorted(self._pieces)):
            # CRC-32 goes on from the field's number to the term.
            seed = zlib.crc32(struct.pack("!H", number))
            for piece in self._pieces[name]:
                terms, told = self._read(piece)
                ends = at + np.cumsum(piece.lengths + (_RECORD.itemsize + TERM.itemsize))
                positions.append(np.concatenate([[at], ends[:-1]]))
                found = (zlib.crc32(term, seed) for term in terms)
                hashes.append(np.fromiter(found, dtype=np.uint32, count=len(terms)))
                out.write(_records(number, piece.lengths, terms, told))
                at = int(ends[-1])
        names = sorted(self._pieces)
        _write_index(out, at, np.concatenate(positions), np.concatenate(hashes), names)

    def _read(self, piece: "_Piece") -> tuple[list[bytes], NDArray[Any]]:
        self._spool.seek(piece.place)
        ends = np.cumsum(piece.lengths).tolist()
        blob = self._spool.read(ends[-1])
        terms = [blob[start:end] for start, end in pairwise([0, *ends])]
        told = self._spool.read(TERM.itemsize * len(terms))
        return terms, np.frombuffer(told, dtype=TERM)


class _Piece(NamedTuple):
    """Terms of one field that were added together, one at least."""

    place: int
    lengths: NDArray[np.int32]
    last: bytes


def _records(
    number: int, lengths: NDArray[np.int32], terms: Sequence[bytes], told: NDArray[Any]
) -> bytes:
    heads = np.empty(len(terms), dtype=_RECORD)
    heads["key"] = lengths + 2
    heads["value"] = TERM.itemsize
    heads["field"] = number
    starts = heads.view(f"V{_RECORD.itemsize}").tolist()
    values = np.ascontiguousarray(told).view(f"V{TERM.itemsize}").tolist()
    return b"".join(chain.from_iterable(zip(starts, terms, values, strict=True)))


def _write_index(
    out: BinaryIO,
    at: int,
    positions: NDArray[np.int64],
    hashes: NDArray[np.uint32],
    names: Sequence[str],
) -> None:
    parts = np.zeros(_PARTS, dtype=_PART)
    slots = 2 * np.bincount(hashes & 255, minlength=_PARTS)
    parts["slots"] = slots
    begins = np.cumsum(slots) - slots
    parts["position"] = at + _POINTER.itemsize * begins
    table = np.zeros(int(slots.sum()), dtype=_POINTER)
    taken = _slots(hashes, slots, begins)
    table["hash"][taken] = hashes
    table["position"][taken] = positions
    out.write(table.tobytes())
    out.write(parts.tobytes())
    code = "i" if at < 2**31 else "q"
    about = {
        "fieldmap": {name: number for number, name in enumerate(names)},
        "indextype": code,
        "indexlen": len(positions),
    }
    extras = pickle.dumps(about, 2) + positions.astype(f">{code}").tobytes()
    out.write(extras + struct.pack("!i", len(extras)))


def _slots(
    hashes: NDArray[np.uint32], sizes: NDArray[np.int64], begins: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the slot of each hash: in its part, from its own place on the first free one.

    In order of their places, each takes its own or the one after its predecessor's, whichever
    comes later: a running maximum. The few that would leave the end of their part begin at its
    start again; all between their place and the end is taken by then, as a reader expects.
    """
    if not len(hashes):
        return np.zeros(0, dtype=np.int64)
    part = (hashes & 255).astype(np.int64)
    # Twice as wide as any part, so that no part's overflow reaches the next one.
    wide = 2 * int(sizes.max())
    home = part * wide + (hashes >> 8) % sizes[part]
    order = np.argsort(home, kind="stable")
    rank = np.arange(len(hashes))
    place = np.maximum.accumulate(home[order] - rank) + rank
    of_part = part[order]
    within = place - of_part * wide
    over = within >= sizes[of_part]
    slots = begins[of_part] + within
    free = np.ones(int(sizes.sum()), dtype=bool)
    free[slots[~over]] = False
    for number in np.flatnonzero(over).tolist():
        begin = int(begins[of_part[number]])
        slot = begin + int(np.argmax(free[begin : begin + sizes[of_part[number]]]))
        free[slot] = False
        slots[number] = slot
    found = np.empty_like(slots)
    found[order] = slots
    return found


def read_terms(data: bytes) -> dict[str, FieldTerms]:
    """Return the terms of every field.

    Raises ValueError, or what struct and pickle raise, when the bytes cannot be right.
    """
    if data[:4] != _START[:4]:
        raise ValueError("not a table of terms")
    (size,) = struct.unpack_from("!i", data, len(data) - 4)
    extras = BytesIO(data[len(data) - 4 - size : -4])
    about = pickle.load(extras)  # noqa: S301 - the manifest vouches for the file
    positions = np.frombuffer(extras.read(), f">{about['indextype']}").astype(np.int64)
    if len(positions) != about["indexlen"]:
        raise ValueError("another number of terms than it says")
    heads = gather(data, positions, _RECORD.itemsize).view(_RECORD)[:, 0]
    starts = positions + _RECORD.itemsize
    ends = positions + 8 + heads["key"]
    if (ends[:-1] + heads["value"][:-1] != positions[1:]).any():
        raise ValueError("terms that are not one after the other")
    told = gather(data, ends, TERM.itemsize).view(TERM)[:, 0]
    # The format allows postings inside the table, but no writer has ever put them there.
    if (heads["value"] != TERM.itemsize).any() or told["inlined"].any():
        raise ValueError("terms that do not say where their postings are")
    found = {}
    for name, number in about["fieldmap"].items():
        low, high = np.searchsorted(heads["field"], [number, number + 1]).tolist()
        ranges = zip(starts[low:high].tolist(), ends[low:high].tolist(), strict=True)
        found[name] = FieldTerms([data[start:end] for start, end in ranges], told[low:high])
    return found
