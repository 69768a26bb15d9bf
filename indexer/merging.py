"""Merge small segments in the background, so that an index stays in few of them.

Every update adds a segment to each index that it changes. Merging takes seconds, so no update
does it: a process of its own writes the merged segments into a folder beside the generations,
without the writer's lock, and takes the lock only to link them into a new generation. What was
deleted meanwhile is deleted there too, what was added stays beside. Killed at any moment, it
leaves a folder that the next writer deletes.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import numpy as np

from indexer.draft import UNFINISHED, Draft, link_or_copy
from indexer.folders import is_lock
from indexer.generations import MERGE_LOCK, MERGE_PREFIX, Generations
from indexer.lock import exclusive
from indexer.manifest import Generation
from indexer.store import (
    ARRAYS,
    SegmentEntry,
    indexes,
    open_arrays,
    read_segments,
    write_segments,
)
from kb.errors import IndexBusy, IndexDamaged, IndexUnavailable, KnowledgeBaseError
from kb.segments.segment import Segment

# More small segments than this are written as one.
MOST_SMALL = 8
SMALL_ARTICLES = 1_000
# A segment with a larger share of deleted articles is written anew without them.
MOST_DELETED = 0.3
NICENESS = 10
# Tells the process in the background that vectors are for nobody.
_NO_VECTORS = "--no-vectors"


@dataclass(frozen=True, slots=True)
class Need:
    """An index that needs merging: its path in the generation and the segments to write as one."""

    index: str
    segments: tuple[SegmentEntry, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged segment: the index that it alone is in, and its name there."""

    need: Need
    folder: Path
    name: str

    def files(self) -> Iterator[Path]:
        """Yield the segment's files."""
        return self.folder.glob(f"{self.name}.*")


def needs(generation: Path) -> list[Need]:
    """Return the indexes of a generation that need merging."""
    found = []
    for folder in indexes(generation):
        segments = _worth_merging(folder)
        if segments:
            found.append(Need(folder.relative_to(generation).as_posix(), segments))
    return found


def merge(root: Path, *, semantic: bool = True) -> bool:
    """Merge what needs it; whether there is a new generation. Beside another merge, do nothing.

    semantic  give what is merged the vectors that are kept
    """
    generations = Generations(root)
    try:
        with exclusive(root / MERGE_LOCK, wait_seconds=0):
            folder = Path(mkdtemp(prefix=MERGE_PREFIX, suffix=UNFINISHED, dir=root))
            try:
                return _merge_into(folder, generations, semantic)
            finally:
                shutil.rmtree(folder)
    except (IndexBusy, IndexUnavailable):
        return False


def _merge_into(folder: Path, generations: Generations, semantic: bool) -> bool:
    """Merge by way of `folder`."""
    # What is damaged must not be written anew, as if it were sound.
    base = generations.newest_verified()
    if base.name != generations.current_name():
        return False
    try:
        merged = [_merged(base.path, need, folder) for need in needs(base.path)]
    except (FileNotFoundError, IndexDamaged):
        # A generation that has become too old is deleted while somebody still reads it.
        if base.path.exists():
            raise
        return False
    if not merged:
        return False
    # The lock is held for as short as possible: the new files are on the disk by then.
    generations.learn(file for one in merged for file in one.files())
    with generations.writer_lock():
        return _publish(generations, base, merged, semantic)


def start_when_needed(root: Path, *, semantic: bool = True) -> bool:
    """Have a process merge in the background, if anything needs it; whether it was started."""
    current = Generations(root).current()
    if current is None or not needs(current.path):
        return False
    # Not by -m: that would look for our code in the current folder first.
    code = f"import sys; sys.path[:] = {sys.path!r}; from indexer.merging import main; main()"
    subprocess.Popen(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code, str(root.absolute()), *([] if semantic else [_NO_VECTORS])],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True


def _worth_merging(folder: Path) -> tuple[SegmentEntry, ...]:
    small, holed = [], []
    for entry in read_segments(folder):
        articles = len(open_arrays(folder, entry)["boost"])
        if len(entry.deleted) > MOST_DELETED * articles:
            holed.append(entry)
        elif articles - len(entry.deleted) < SMALL_ARTICLES:
            small.append(entry)
    return tuple(holed + small if holed or len(small) > MOST_SMALL else ())


def _merged(generation: Path, need: Need, folder: Path) -> Merged:
    """Write an index of one segment into `folder`."""
    # Only here: needs() is asked by every `kb index`, and these take long to load.
    from indexer.writer import write_segment
    from kb.segments.arrays import StoredArrays
    from kb.segments.segment_writer import batch_of

    place, source = folder / need.index, generation / need.index
    place.mkdir(parents=True)
    batches, chosen = [], []
    for entry in need.segments:
        # A link of our own: the generation may be deleted any time.
        own = folder / f"{len(os.listdir(folder))}{ARRAYS}"
        link_or_copy(source / f"{entry.name}{ARRAYS}", own)
        batches.append(batch_of(StoredArrays(own)))
        live = np.ones(len(batches[-1]["boost"]), dtype=bool)
        live[list(entry.deleted)] = False
        chosen.append(np.flatnonzero(live))
    name = write_segment(place, batches, chosen)
    assert name is not None, "a segment without a live article is dropped when the last one goes"
    return Merged(need, place, name)


def _publish(
    generations: Generations, base: Generation, merged: Sequence[Merged], semantic: bool
) -> bool:
    """Link merged segments into a new generation, where the index still has those they replace."""
    newest = generations.newest_verified()
    if newest.manifest.fingerprint != base.manifest.fingerprint:
        return False
    # Loaded only where something is merged.
    from indexer.vector_cache import attach_kept

    fitting = [one for one in merged if _replaceable(newest.path / one.need.index, one)]
    if not fitting:
        return False
    with generations.build(newest, leave_out=is_lock) as draft:
        for one in fitting:
            _put(draft, one)
        if semantic:
            attach_kept(draft.path, generations.root, newest.path)
        draft.commit_as(newest.manifest)
    return True


def _replaceable(folder: Path, merged: Merged) -> set[str]:
    """Return which of the merged segments an index still has; a link is another index."""
    if folder.is_symlink():
        return set()
    before = {entry.name for entry in merged.need.segments}
    return before & {entry.name for entry in read_segments(folder)}


def _put(draft: Draft, merged: Merged) -> None:
    """Replace segments of one index by the merged one, without what is deleted by now."""
    # Loaded only where something is merged, see above.
    from indexer.whoosh_segments import SegmentedIndex
    from indexer.writer import documents_of

    folder = draft.path / merged.need.index
    replaced = _replaceable(folder, merged)
    entries = read_segments(folder)
    # Of a segment that is not there any more all articles are deleted, or in another one.
    live: set[str] = set()
    for entry in entries:
        if entry.name in replaced:
            old = Segment(open_arrays(folder, entry), entry.deleted)
            live.update(old.keys[number] for number in np.flatnonzero(old.live).tolist())
    segment = Segment(open_arrays(merged.folder, SegmentEntry(merged.name)))
    gone = [number for number, key in enumerate(segment.keys) if key not in live]
    for file in merged.files():
        draft.adopt(file, f"{merged.need.index}/{file.name}")
    SegmentedIndex(folder).commit(
        adopt=merged.folder,
        delete={merged.name: documents_of(segment, gone)},
        drop=replaced,
    )
    kept = [entry for entry in entries if entry.name not in replaced]
    write_segments(folder, [*kept, SegmentEntry(merged.name, tuple(gone))])


def main() -> None:
    """Merge the index whose root is the first argument, when nobody else needs the machine."""
    os.nice(NICENESS)
    try:
        merge(Path(sys.argv[1]), semantic=_NO_VECTORS not in sys.argv[2:])
    except KnowledgeBaseError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
