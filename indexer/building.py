"""Build a generation: render and analyse what is to be written, write the indexes, switch.

Loaded only when something has to be written: it brings all of rendering, analysis and Whoosh,
which takes longer than the rest of an update that finds nothing changed.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from indexer import ledger
from indexer.fingerprint import fingerprint
from indexer.folders import Beside, Target, is_lock, targets, write_extras
from indexer.generations import Generations
from indexer.intake import Intake
from indexer.ledger import Entry, FileId
from indexer.materials import Job, Made, make_all
from indexer.plan import Base, Plan, counts_of
from indexer.removed import write as write_removed
from indexer.store import carried_over, read_segments
from indexer.synonyms import write as write_synonyms
from indexer.vector_cache import attach_kept
from indexer.writer import Job as WriteJob
from indexer.writer import write_index
from kb.errors import ArticleError, IndexDamaged, KnowledgeBaseError
from kb.files.history import revision
from kb.files.past import read_past
from kb.pool import BoundedPool, Failure, give_back_memory
from kb.segments.arrays import write_arrays
from kb.segments.batch import BatchBuilder
from kb.segments.documents import Material
from kb.settings_tables import Source

UNFINISHED_BATCH = ".batch"
# From so many articles on, an index is worth a process of its own.
LARGE_BATCH = 300
BATCH_BYTES = 8 << 20
WRITE_SECONDS = 1_800.0
WRITE_MEGABYTES = 4_096

Progress = Callable[[str, int, int], None]


def build(
    generations: Generations,
    base: Base,
    plan: Plan,
    beside: Beside,
    materials: "Materials",
    sources: Iterable[Source],
    now: datetime,
    *,
    semantic: bool = True,
) -> None:
    """Make a new generation and switch to it.

    semantic  give what is written the vectors that are kept; those of the rest stay as they are
    """
    previous = base.generation if base.shared else None
    with generations.build(previous, leave_out=is_lock) as draft:
        known = base.known.values() if previous else ()
        chosen = targets(draft.path, known, plan)
        keys = frozenset[str]().union(*(target.delta.written for target in chosen))
        _write_indexes(chosen, materials.of(keys), os.cpu_count() or 1)
        _remove_empty(draft.path, chosen)
        write_extras(draft.path, plan, beside)
        write_synonyms(draft.path, beside.synonyms)
        write_removed(draft.path, beside.removed)
        if semantic:
            attach_kept(draft.path, generations.root, previous.path if previous else None)
        draft.commit(
            revision=",".join(filter(None, (revision(source.path) for source in sources))),
            fingerprint=fingerprint(),
            counts=counts_of(plan),
            next_change_at=plan.next_change(now),
        )


class Materials:
    """What is written of articles, rendered as it is asked for.

    An article that cannot be rendered is reported; its last good version is written again, if it
    has one and the author did not mean to hide it. The plan then says so.
    """

    def __init__(
        self,
        plan: Plan,
        intake: Intake,
        base: Base,
        root: Path,
        pool: BoundedPool,
        progress: Progress,
    ) -> None:
        self._plan = plan
        self._intake = intake
        self._base = base
        self._root = root
        self._pool = pool
        self._progress = progress
        self.problems: list[ArticleError] = []
        self.warnings: list[str] = []

    def of(self, keys: frozenset[str]) -> Iterator[Material]:
        """Yield the materials of the articles with these keys, in any order."""
        chosen: list[FileId] = []
        for identity, entry in list(self._plan.entries.items()):
            if entry.key in keys and entry.documents:
                if entry.outdated:
                    yield from self._last_good(identity, entry)
                else:
                    chosen.append(identity)
        # An article is in memory only while it is being made.
        jobs = ((identity, self._job(identity)) for identity in chosen)
        prune = len(chosen) >= len(self._plan.links)
        made = make_all(jobs, self._root, self._pool, prune=prune)
        for done, (identity, result) in enumerate(made, 1):
            if isinstance(result, Made):
                self.warnings += [f"{identity[1]}:1: {warning}" for warning in result.warnings]
                yield result.material
            else:
                yield from self._failed(identity, result)
            self._progress("index", done, len(chosen))
        if len(chosen) >= LARGE_BATCH:
            # They would only take memory from the processes that write.
            self._pool.close()

    def _job(self, identity: FileId) -> Job:
        links, past = self._plan.links[identity], read_past(self._plan.pasts[identity])
        return Job(self._intake.articles[identity], links, past)

    def _failed(self, identity: FileId, error: ArticleError) -> Iterator[Material]:
        self.problems.append(error)
        entry = self._plan.entries[identity]
        known = self._base.known.get(identity)
        hidden = known and entry.audience == "internal" != known.audience
        if known and known.documents and known.key == entry.key and not hidden:
            entry = ledger.last_good(known, entry.digest, error)
            self._plan.entries[identity] = entry
            yield from self._last_good(identity, entry)
        else:
            self._plan.entries[identity] = ledger.failed(entry, error)

    def _last_good(self, identity: FileId, entry: Entry) -> Iterator[Material]:
        """Yield what the previous generation holds of an article; without it, it is gone."""
        material = None
        if self._base.generation:
            # Another version of this program may have written it, in a form we cannot read.
            with suppress(IndexDamaged):
                material = carried_over(self._base.generation.path, entry.key)
        if material:
            yield material
        elif entry.problem:
            self._plan.entries[identity] = ledger.failed(entry, entry.problem)


def _write_indexes(
    chosen: Sequence[Target], materials: Iterable[Material], workers: int = 1
) -> None:
    """Write every target; each material goes to all targets that want its article.

    workers  how many large indexes may be written at the same time
    """
    collected = [_Collected(target) for target in chosen]
    for material in materials:
        for target in collected:
            target.add(material)
    jobs = [target.job() for target in collected]
    if all(target.articles < LARGE_BATCH for target in collected):
        for job in jobs:
            write_index(job)
        return
    give_back_memory()
    # The largest ones first: the last one is waited for alone.
    jobs.sort(key=lambda job: -sum(batch.stat().st_size for batch in job.batches))
    with BoundedPool(min(workers, len(jobs)), WRITE_SECONDS, WRITE_MEGABYTES) as pool:
        for _, result in pool.map(write_index, jobs):
            if isinstance(result, Failure | KnowledgeBaseError):
                raise IndexDamaged(f"an index could not be written: {result}")


def _remove_empty(folder: Path, chosen: Iterable[Target]) -> None:
    """Remove the indexes that got no article, because none of theirs could be rendered."""
    for target in chosen:
        if not read_segments(target.folder):
            shutil.rmtree(target.folder)
            link = folder / "internal" / target.locale
            if link.is_symlink():
                link.unlink()


class _Collected:
    """What one index gets, put on the disk whenever it has become much."""

    def __init__(self, target: Target) -> None:
        self.articles = 0
        self._target = target
        self._builder = BatchBuilder()
        self._batches: list[Path] = []

    def add(self, material: Material) -> None:
        """Take an article, if the index is to hold it."""
        key, delta = material.key, self._target.delta
        if key in delta.added or key in delta.changed:
            self._builder.add(material)
            self.articles += 1
            if self._builder.size >= BATCH_BYTES:
                self._write()

    def job(self) -> WriteJob:
        """Return what has to be done."""
        if len(self._builder):
            self._write()
        delta = self._target.delta
        return WriteJob(self._target.folder, delta.removed | delta.changed, tuple(self._batches))

    def _write(self) -> None:
        folder = self._target.folder
        batch = folder.parent / f"{folder.name}-{len(self._batches)}{UNFINISHED_BATCH}"
        batch.parent.mkdir(parents=True, exist_ok=True)
        write_arrays(batch, self._builder.batch())
        self._batches.append(batch)
        self._builder = BatchBuilder()
