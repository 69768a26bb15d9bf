"""Lists of strings made of arrays, so that a million of them are opened without being read.

Strings that are looked up are sorted by their UTF-8, which is also the order of their characters.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.segments.arrays import Array, Arrays

# After every character that a string can hold.
AFTER = "\U0010ffff"
_HEAD = 8


class Strings(Sequence[str]):
    """Strings in two arrays: their UTF-8 bytes in a row, and where each begins.

    blob     uint8
    offsets  int64, one more than there are strings
    heads    of sorted strings, to find them quickly: `first_bytes` of each
    """

    def __init__(self, blob: Array, offsets: Array, heads: Array | None = None) -> None:
        self._bytes = blob.data
        self._offsets = offsets.data
        self._heads = None if heads is None else heads.data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: Any) -> Any:
        """Return the string with this number."""
        return str(self._bytes[self._offsets[number] : self._offsets[number + 1]], "utf-8")

    def raw(self, number: int) -> bytes:
        """Return a string's bytes."""
        return bytes(self._bytes[self._offsets[number] : self._offsets[number + 1]])

    def place(self, value: str, low: int = 0, high: int | None = None) -> int:
        """Return where `value` stands or would stand among sorted strings.

        UTF-8 sorts as the characters do.
        """
        wanted = value.encode("utf-8", "replace")
        high = len(self) if high is None else high
        if self._heads is not None:
            low = bisect_left(self._heads, _head(wanted, b"\0"), low, high)
            if len(wanted) <= _HEAD:
                # Bytes that are not there sort as zeros, and no string holds those.
                return low
            high = bisect_right(self._heads, _head(wanted, b"\0"), low, high)
        return low + bisect_left(range(low, high), wanted, key=self.raw)

    def beginning(self, prefix: str, low: int = 0, high: int | None = None) -> range:
        """Return the numbers of the sorted strings that begin with `prefix`."""
        start = self.place(prefix, low, high)
        high = len(self) if high is None else high
        wanted = prefix.encode("utf-8", "replace")
        if start >= high or not self.raw(start).startswith(wanted):
            return range(start, start)
        if self._heads is not None and len(wanted) <= _HEAD:
            return range(start, bisect_right(self._heads, _head(wanted, b"\xff"), start, high))
        return range(start, self.place(prefix + AFTER, start, high))


def first_bytes(strings: Iterable[str]) -> NDArray[np.uint64]:
    """Return the first eight bytes of strings without the character zero, to compare them by."""
    heads = [_head(text.encode("utf-8", "replace"), b"\0") for text in strings]
    return np.array(heads, dtype=np.uint64)


def _head(data: bytes, filling: bytes) -> int:
    return int.from_bytes(data[:_HEAD].ljust(_HEAD, filling), "big")


def pack(strings: Iterable[str]) -> tuple[Array, Array]:
    """Return blob and offsets for `Strings`."""
    return pack_bytes([text.encode("utf-8", "replace") for text in strings])


def pack_bytes(rows: Sequence[bytes]) -> tuple[Array, Array]:
    """Return blob and offsets of byte strings."""
    return np.frombuffer(b"".join(rows), np.uint8), offsets_of(list(map(len, rows)))


def strings_of(arrays: Arrays, name: str) -> Strings:
    """Return the strings that `add_strings` put there."""
    return Strings(arrays[name], arrays[f"{name}_at"])


def add_strings(arrays: dict[str, Array], name: str, strings: Iterable[str]) -> None:
    """Put strings into `arrays`."""
    arrays[name], arrays[f"{name}_at"] = pack(strings)


def offsets_of(lengths: Array | Sequence[int]) -> NDArray[np.int64]:
    """Return where each of some pieces with these lengths begins, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
