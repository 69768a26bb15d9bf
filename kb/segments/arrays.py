"""Named arrays in one file that is mapped instead of read.

Opening costs the same whatever the file holds, and processes share its pages. Layout: the magic,
the length of the header, the header as JSON {name: [dtype, length, offset]}, then the arrays,
each at a multiple of 64 bytes. The file's own checksum is the manifest's business.
"""

import mmap
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
import orjson
from numpy.typing import NDArray

from kb.errors import IndexDamaged

MAGIC = b"kbarray1"
_ALIGNMENT = 64
_COPIED = 1 << 20

Array = NDArray[Any]
Arrays = Mapping[str, Array]


def write_arrays(path: Path, arrays: Arrays) -> None:
    """Write `arrays`, all of one dimension, to a new file."""
    with ArrayFile(path) as file:
        for name, array in arrays.items():
            file.add(name, array)


class ArrayFile:
    """A new file of arrays, written piece by piece, so that nobody has to hold them all.

    Leaving the `with` block makes the file; an exception leaves none.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        # By name: type, and the places of its pieces among what was added.
        self._pieces: dict[str, tuple[str, list[tuple[int, int]]]] = {}

    def __enter__(self) -> "ArrayFile":
        self._added = TemporaryFile(dir=self._path.parent)
        return self

    def add(self, name: str, array: Array) -> None:
        """Add a piece to the end of an array; arrays stand in the order of their first pieces."""
        little = np.ascontiguousarray(array, dtype=array.dtype.newbyteorder("<"))
        dtype, pieces = self._pieces.setdefault(name, (little.dtype.str, []))
        if dtype != little.dtype.str:
            raise ValueError(f"{name}: a piece of another type")
        pieces.append((self._added.tell(), little.nbytes))
        self._added.write(little.data)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with self._added:
            if error is None:
                self._write()

    def _write(self) -> None:
        header: dict[str, tuple[str, int, int]] = {}
        offset = 0
        for name, (dtype, pieces) in self._pieces.items():
            size = sum(length for _, length in pieces)
            header[name] = (dtype, size // np.dtype(dtype).itemsize, offset)
            offset += -(-size // _ALIGNMENT) * _ALIGNMENT
        described = orjson.dumps(header)
        start = len(MAGIC) + 8 + len(described)
        described += b" " * (-start % _ALIGNMENT)
        with self._path.open("xb") as file:
            file.write(MAGIC + len(described).to_bytes(8, "little") + described)
            for _, pieces in self._pieces.values():
                for place, length in pieces:
                    self._copy(place, length, file)
                file.write(bytes(-file.tell() % _ALIGNMENT))

    def _copy(self, place: int, length: int, file: BinaryIO) -> None:
        self._added.seek(place)
        while length:
            data = self._added.read(min(length, _COPIED))
            file.write(data)
            length -= len(data)


def map_arrays(path: Path) -> dict[str, Array]:
    """Return the arrays of a file, read-only; raises IndexDamaged when it is no such file."""
    with _readable(path), path.open("rb") as file:
        header, start = _read_header(file)
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        # The arrays keep the mapping alive, and end it when the last of them goes.
        return {
            name: np.frombuffer(mapped, dtype, length, start + offset)
            for name, (dtype, length, offset) in header.items()
        }


class StoredArrays(Mapping[str, Array]):
    """The arrays of a file, each read when it is asked for and not kept.

    For whoever goes through them once: mapped, all of them would count as memory in the end.
    Raises IndexDamaged when it is no such file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        with _readable(path), path.open("rb") as file:
            self._header, self._start = _read_header(file)

    def __getitem__(self, name: str) -> Array:
        """Return one array."""
        dtype, length, offset = self._header[name]
        with _readable(self._path):
            found = np.fromfile(self._path, dtype, length, offset=self._start + offset)
            if len(found) != length:
                raise ValueError("it ends too early")
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._header)

    def __len__(self) -> int:
        return len(self._header)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{path}: cannot be read ({error}). Run `kb index --full`.") from error


def _read_header(file: BinaryIO) -> tuple[dict[str, tuple[str, int, int]], int]:
    """Return (type, length, place) by name, and where the first array begins."""
    if file.read(len(MAGIC)) != MAGIC:
        raise ValueError("it does not begin as it should")
    length = int.from_bytes(file.read(8), "little")
    if length > os.fstat(file.fileno()).st_size:
        raise ValueError("it ends too early")
    return orjson.loads(file.read(length)), file.tell()
