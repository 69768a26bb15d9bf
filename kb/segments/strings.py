"""Lists of strings made of arrays, so that a million of them are opened without being read.

Strings that are looked up are sorted by their UTF-8, which is also the order of their characters.
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.kernels import Strings, plain
from kb.segments.arrays import Array, Arrays


def pack(strings: Iterable[str]) -> tuple[Array, Array]:
    """Return blob and offsets of strings."""
    return pack_bytes([text.encode("utf-8", "replace") for text in strings])


def pack_bytes(rows: Sequence[bytes]) -> tuple[Array, Array]:
    """Return blob and offsets of byte strings."""
    return np.frombuffer(b"".join(rows), np.uint8), offsets_of(list(map(len, rows)))


def strings_of(arrays: Arrays, name: str) -> plain.Strings:
    """Return the strings that `add_strings` put there."""
    return Strings(arrays[name], arrays[f"{name}_at"])


def add_strings(arrays: dict[str, Array], name: str, strings: Iterable[str]) -> None:
    """Put strings into `arrays`."""
    arrays[name], arrays[f"{name}_at"] = pack(strings)


def offsets_of(lengths: Array | Sequence[int]) -> NDArray[np.int64]:
    """Return where each of some pieces with these lengths begins, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths, dtype=np.int64)])
