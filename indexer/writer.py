"""Write articles into one index: one audience, one locale, one commit.

An index is a Whoosh index and, for each of its segments, a file of arrays with the same postings
and with the texts; beside them a list says which segments there are and which of their articles
are deleted. Nothing is ever written into a file that is already there, which is what lets
generations share files.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.segment_content import NewSegment
from indexer.store import ARRAYS, SegmentEntry, open_arrays, read_segments, write_segments
from indexer.whoosh_segments import SegmentedIndex
from kb.segments.arrays import ArrayFile, Arrays, StoredArrays
from kb.segments.batch import Selection
from kb.segments.segment import Segment
from kb.segments.segment_writer import SegmentMaker, batch_of
from kb.words.analysis import analyzer_for

_UNNAMED = f"new{ARRAYS}"


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be done to the index in `folder`.

    removed  keys of articles to remove; those that are not there do not matter
    batches  files with the articles to add, which are deleted afterwards
    """

    folder: Path
    removed: Collection[str] = ()
    batches: tuple[Path, ...] = ()


def write_index(job: Job) -> None:
    """Do what `job` says; runs in a worker where it is much.

    An update that leaves less than it writes writes what is left too: one segment is there then.
    """
    known = read_segments(job.folder)
    opened = {entry.name: Segment(open_arrays(job.folder, entry), entry.deleted) for entry in known}
    gone = {name: numbers_of(segment, job.removed) for name, segment in opened.items()}
    left = {name: segment.live.copy() for name, segment in opened.items()}
    for name, numbers in gone.items():
        left[name][numbers] = False
    batches: list[Arrays] = [StoredArrays(batch) for batch in job.batches]
    added = sum(len(batch["texts_count"]) for batch in batches)
    rewrites = bool(known) and added >= sum(int(live.sum()) for live in left.values())
    dropped = {name for name, live in left.items() if rewrites or not live.any()}
    chosen = [np.arange(len(batch["texts_count"])) for batch in batches]
    if rewrites:
        for entry in known:
            batches.append(batch_of(StoredArrays(job.folder / f"{entry.name}{ARRAYS}")))
            chosen.append(np.flatnonzero(left[entry.name]))
    delete = {
        name: documents_of(opened[name], numbers)
        for name, numbers in gone.items()
        if name not in dropped
    }
    new = write_segment(job.folder, batches, chosen, delete=delete, drop=dropped)
    kept = [
        SegmentEntry(entry.name, tuple(np.flatnonzero(~left[entry.name]).tolist()))
        for entry in known
        if entry.name not in dropped
    ]
    write_segments(job.folder, [*kept, SegmentEntry(new)] if new else kept)
    for batch in job.batches:
        batch.unlink()


def write_segment(
    folder: Path,
    batches: list[Arrays],
    chosen: list[NDArray[np.int64]],
    *,
    delete: dict[str, list[int]] | None = None,
    drop: Collection[str] = (),
) -> str | None:
    """Write articles as one new segment and return its name; None when there are none.

    chosen        which articles of each batch
    delete, drop  as for SegmentedIndex.commit, which is done once
    """
    index = SegmentedIndex(folder)
    if not sum(map(len, chosen)):
        return index.commit(delete=delete, drop=drop)
    unnamed = folder / _UNNAMED
    with ArrayFile(unnamed) as file:
        making = SegmentMaker(Selection(batches, chosen), analyzer_for(folder.name), file.add)
        name = index.commit(add=NewSegment(making.keys, making.fields()), delete=delete, drop=drop)
    unnamed.rename(folder / f"{name}{ARRAYS}")
    return name


def numbers_of(segment: Segment, keys: Collection[str]) -> list[int]:
    """Return the numbers of the live articles with these keys, ascending."""
    numbers = (segment.article_of_key(key) for key in keys)
    return sorted(number for number in numbers if number >= 0)


def documents_of(segment: Segment, articles: Collection[int]) -> list[int]:
    """Return the documents of some articles: each article's head and its passages."""
    first = segment.passage_first
    return [
        document
        for article in articles
        for document in range(int(first[article]) + article, int(first[article + 1]) + article + 1)
    ]
