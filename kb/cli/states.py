"""Two indexes beside the served one: of the articles as they lie here, and as a commit has them.

    var/questions/now       the files of the sources
    var/questions/before    the files of the last commit that differs from them

Both begin with the files of the served index, as hard links, so that only what differs is written;
where nothing is served they are built once. Both are kept for the next time. What is served is
only ever read. Readers' votes do not count here: what a question finds is to be the same on every
machine.
"""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from kb.errors import IndexDamaged, IndexUnavailable
from kb.git import GitFailed
from kb.settings_tables import Source
from kb.writing.committed import compared_commit, write_committed

if TYPE_CHECKING:
    from indexer.engine import WhooshEngine
    from kb.settings import Settings

FOLDER = "questions"
NOW, BEFORE = "now", "before"
_FILES = "files-"
_MADE_OF = "made-of.txt"


@contextmanager
def working_folder(settings: "Settings") -> Iterator[Path]:
    """Hold the folder of both indexes for this process alone; others wait."""
    from indexer.lock import exclusive

    folder = settings.index.parent / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with exclusive(folder / "lock"):
        for left in folder.glob(f"{_FILES}*"):
            shutil.rmtree(left)
        yield folder


def state_now(settings: "Settings", sources: Sequence[Source], folder: Path) -> "WhooshEngine":
    """Return what searches the articles as they lie here."""
    _update(settings, sources, folder / NOW, settings.index)
    return _opened(settings, folder / NOW)


def state_before(
    settings: "Settings", sources: Sequence[Source], folder: Path
) -> "tuple[WhooshEngine, str] | None":
    """Return what searches the articles of the last commit that differs, and that commit.

    None where there is no such commit. Of sources in several repositories each is taken as its
    own last commit has it, and the first of these commits is named.
    """
    commits = [compared_commit(source.path) for source in sources]
    named = next(filter(None, commits), "")
    if not named:
        return None
    root = folder / BEFORE
    # What lies in no repository is taken as it is, and may change at any time.
    made_of = repr((commits, [source.model_dump_json() for source in sources]))
    if not (all(commits) and _is_made_of(root, made_of)):
        (root / _MADE_OF).unlink(missing_ok=True)
        try:
            _update_to_commits(settings, list(zip(sources, commits, strict=True)), folder)
        except GitFailed:
            return None  # Such as a commit that a partial clone does not hold.
        (root / _MADE_OF).write_text(made_of, encoding="utf-8")
    return _opened(settings, root), named


def _update_to_commits(
    settings: "Settings", sources: Sequence[tuple[Source, str]], folder: Path
) -> None:
    files = Path(mkdtemp(prefix=_FILES, dir=folder))
    try:
        earlier = [
            source.model_copy(
                update={"path": write_committed(source.path, commit, files / str(number))}
            )
            if commit
            else source
            for number, (source, commit) in enumerate(sources)
        ]
        _update(settings, earlier, folder / BEFORE, folder / NOW)
    finally:
        shutil.rmtree(files)


def _update(settings: "Settings", sources: Sequence[Source], root: Path, served: Path) -> None:
    """Bring the index `root` to the state of the sources."""
    from indexer.merging import merge, needs
    from indexer.update import update_index
    from kb.snapshot import utc_now

    semantic = settings.search.semantic != "off"
    _begin_with(served, root)
    report = update_index(sources, root, now=utc_now(), semantic=semantic, standings={})
    if needs(root / report.generation):
        merge(root, semantic=semantic)


def _opened(settings: "Settings", root: Path) -> "WhooshEngine":
    from indexer.engine import WhooshEngine
    from kb.answers.calibration import open_calibration
    from kb.meaning.embedding import open_embedder

    embedder = open_embedder(settings.search.semantic)
    if embedder is not None:
        from indexer.embedding import embed

        embed(root, embedder)
    return WhooshEngine(
        root,
        audiences=("public", "internal"),
        embedder=embedder,
        calibration=open_calibration(settings.search.calibration),
    )


def _is_made_of(root: Path, made_of: str) -> bool:
    """Whether an index is sound and still what would be made now of the same commits."""
    from indexer.fingerprint import fingerprint
    from indexer.generations import Generations
    from kb.snapshot import utc_now

    with suppress(IndexUnavailable, IndexDamaged, OSError):
        if (root / _MADE_OF).read_text(encoding="utf-8") != made_of:
            return False
        generations = Generations(root)
        newest = generations.newest_verified()
        due = newest.manifest.next_change_at
        return (
            newest.name == generations.current_name()
            and newest.manifest.fingerprint == fingerprint()
            and (due is None or datetime.fromisoformat(due) > utc_now())
        )
    return False


def _begin_with(served: Path, root: Path) -> None:
    """Have an index that is not there yet begin with the files of another one."""
    from indexer.folders import is_lock
    from indexer.generations import Generations
    from indexer.seen import ARTICLES_FILE

    if (root / "current").is_symlink():
        return
    # Without it, everything is written anew: that takes longer and is as good.
    with suppress(IndexUnavailable, IndexDamaged, OSError):
        newest = Generations(served).newest_verified()
        generations = Generations(root)
        with generations.writer_lock(), generations.build(newest, leave_out=is_lock) as draft:
            draft.commit_as(newest.manifest)
        shutil.copy(served / ARTICLES_FILE, root / ARTICLES_FILE)
