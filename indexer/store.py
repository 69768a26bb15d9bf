"""Open one locale's index for one audience: its segments' arrays, mapped.

What is read here is written by `indexer.writer` and verified by the manifest before. Opening
costs the same whatever the index holds; Whoosh is not asked, and not even imported.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import get_args

import orjson

from kb.article import Audience
from kb.errors import IndexDamaged
from kb.segments.arrays import Arrays, map_arrays
from kb.segments.documents import Material, material_of
from kb.segments.passages import passages_of
from kb.segments.reader import IndexReader
from kb.segments.records import unpack_rendering

ARRAYS = ".arrays"
SEGMENTS_FILE = "segments.json"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment of an index and the numbers of its deleted articles, ascending."""

    name: str
    deleted: tuple[int, ...] = ()


def open_index(folder: Path) -> IndexReader:
    """Return a reader of the index in `folder`; raises IndexDamaged."""
    entries = read_segments(folder)
    if not entries:
        raise IndexDamaged(f"{folder}: there is no list of segments. Run `kb index`.")
    try:
        return IndexReader((open_arrays(folder, entry), entry.deleted) for entry in entries)
    except KeyError as error:
        raise IndexDamaged(f"{folder}: has no array {error}. Run `kb index --full`.") from error


def read_segments(folder: Path) -> list[SegmentEntry]:
    """Return the segments of the index in `folder`; none when there is no index yet."""
    file = folder / SEGMENTS_FILE
    try:
        rows = orjson.loads(file.read_bytes())
        return [SegmentEntry(row["name"], tuple(row["deleted"])) for row in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise IndexDamaged(f"{file}: cannot be read ({error}). Run `kb index`.") from error


def indexes(generation: Path) -> Iterator[Path]:
    """Yield the folders of all indexes of a generation; one that is a link is another's."""
    for audience in get_args(Audience):
        for folder in sorted((generation / audience).iterdir()):
            if folder.is_dir() and not folder.is_symlink() and read_segments(folder):
                yield folder


def write_segments(folder: Path, entries: Iterable[SegmentEntry]) -> None:
    """Replace the list of segments; the old file may be another folder's too."""
    file = folder / SEGMENTS_FILE
    file.unlink(missing_ok=True)
    file.write_bytes(orjson.dumps(list(entries)))


def open_arrays(folder: Path, entry: SegmentEntry) -> Arrays:
    """Return a segment's arrays; raises IndexDamaged."""
    return map_arrays(folder / f"{entry.name}{ARRAYS}")


def carried_over(generation: Path, key: str) -> Material | None:
    """Return an article as a generation holds it, to be written into the next one."""
    reader = _opened(generation / "internal" / key.partition("/")[0])
    number = reader.number(key)
    if number < 0:
        return None
    rendering = reader.rendering(number)
    passages = passages_of(unpack_rendering(rendering).sections)
    return material_of(reader.head(number), rendering, passages)


@lru_cache(maxsize=4)
def _opened(folder: Path) -> IndexReader:
    return open_index(folder)
