"""Our copy of the published files: it has the state of one commit, whole, or says that it has not.

Nobody edits there. The files are written by us from git's objects, so only regular files come to
be. Before the first one is touched, the note of what lies there is taken away, and it comes back
after the last one: what a killed process leaves is never indexed, and written anew the next time.
"""

import os
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from kb.errors import ArticleError, KnowledgeBaseError
from kb.git import GitFailed
from kb.publishing.listing import Entry, Listing, read_listing
from kb.publishing.repository import Repository
from kb.settings import Settings

_NOTE: Final = "kb-published.json"
_LOCK: Final = "kb-published.lock"


class CheckoutUnusable(KnowledgeBaseError):
    """The folder for our copy is somebody else's, or half of a commit lies in it."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How the checkout came from one commit to another.

    before    commit that was there; "" at first
    commit    commit that is there now
    written   files that were written
    removed   files that were deleted
    left_out  what was not written, and why
    rewritten whether `before` is no part of the history any more: somebody has pushed with force
    shallow   whether the history is cut off, so that older changes have no date
    """

    before: str
    commit: str
    written: int = 0
    removed: int = 0
    left_out: tuple[ArticleError, ...] = ()
    rewritten: bool = False
    shallow: bool = False

    @property
    def is_new(self) -> bool:
        """Whether there is something to index."""
        return self.before != self.commit or bool(self.written or self.removed)


@dataclass(frozen=True, slots=True)
class _State:
    """What lies there: the commit, for which folders, and path -> object and size."""

    commit: str = ""
    paths: tuple[str, ...] = ()
    files: Mapping[str, tuple[str, int]] | None = None
    left_out: tuple[tuple[str, str, str], ...] = ()


class Checkout:
    """Our copy of a branch; all of it is for the holder of the lock that `prepare` names."""

    def __init__(self, settings: Settings) -> None:
        publish = settings.publish
        self.folder = settings.checkout()
        self._paths = _paths_in(self.folder, settings)
        self._depth = publish.depth
        self._repository = Repository(self.folder, publish.repository, publish.branch)

    def prepare(self) -> Path:
        """Make the folder if need be; return the file to lock before all else."""
        self._make()
        return self._repository.data / _LOCK

    def commit(self) -> str:
        """Return the commit whose files lie there, "" where they do not lie there whole."""
        return self._state().commit

    def update(self, *, check: bool = False) -> Moved:
        """Fetch, and bring the files to the newest commit of the branch; raises GitFailed.

        check  look at every file instead of believing that they are as we left them
        """
        commit = self._fetched()
        state = self._state()
        if state.commit == commit and state.paths == self._paths and not check:
            left_out = tuple(_as_error(*each) for each in state.left_out)
            return Moved(commit, commit, left_out=left_out, shallow=self._repository.is_shallow())
        listing = read_listing(self._repository.listing(commit, self._paths))
        written, removed = self._change(commit, listing, state, check)
        return Moved(
            state.commit,
            commit,
            written,
            removed,
            listing.left_out,
            bool(state.commit) and not self._repository.is_ancestor(state.commit, commit),
            self._repository.is_shallow(),
        )

    def tidy(self) -> None:
        """Pack what many fetches have left; nothing depends on it."""
        with suppress(GitFailed):
            self._repository.tidy()

    def _make(self) -> None:
        data = self._repository.data
        if not data.is_dir() and self.folder.is_dir() and any(self.folder.iterdir()):
            raise CheckoutUnusable(
                f"{self.folder} is not empty and was not made by this program. "
                "Name a folder for it alone in publish.checkout."
            )
        if (data / "HEAD").is_file() and not (data / _LOCK).is_file():
            raise CheckoutUnusable(
                f"{self.folder} is somebody's clone, where files would be overwritten. "
                "Name a folder for our copy alone in publish.checkout."
            )
        data.mkdir(parents=True, exist_ok=True)
        (data / _LOCK).touch()

    def _fetched(self) -> str:
        self._repository.make()
        try:
            return self._repository.fetch(self._depth)
        except GitFailed as error:
            if "couldn't find remote ref" in str(error):
                raise GitFailed(
                    f"the repository has no branch {self._repository.branch}. "
                    "Push it, or name another one in publish.branch."
                ) from error
            raise

    def _state(self) -> _State:
        try:
            saved = orjson.loads((self._repository.data / _NOTE).read_bytes())
            files = {str(path): (str(blob), int(size)) for path, blob, size in saved["files"]}
            left_out = tuple((str(path), str(what), str(fix)) for path, what, fix in saved["out"])
            return _State(str(saved["commit"]), tuple(saved["paths"]), files, left_out)
        except (OSError, ValueError, KeyError, TypeError):
            return _State()

    def _change(self, commit: str, listing: Listing, state: _State, check: bool) -> tuple[int, int]:
        """Write what is missing or other, delete what is gone; return how many of each."""
        note = self._repository.data / _NOTE
        if state.files is None:
            self._clear()
        before = state.files or {}
        wanted = [
            entry
            for path, entry in listing.files.items()
            if before.get(path) != (entry.blob, entry.size)
            or (check and not _is_there(self.folder / path, entry.size))
        ]
        gone = sorted(before.keys() - listing.files.keys())
        note.unlink(missing_ok=True)
        self._write(wanted, gone)
        with suppress(GitFailed):  # Only `git log` and `git status` ask for it.
            changed = {entry.path: f"100644 {entry.blob}" for entry in wanted}
            self._repository.note(commit, changed, gone)
        _replace(note, _saved(commit, self._paths, listing))
        return len(wanted), len(gone)

    def _write(self, wanted: list[Entry], gone: list[str]) -> None:
        for path in gone:
            _delete(self.folder, path)
        blobs = ((entry.blob, entry.size) for entry in wanted)
        for entry, data in zip(wanted, self._repository.contents(blobs), strict=True):
            _write(self.folder, entry.path, data)

    def _clear(self) -> None:
        """Delete whatever lies there, but git's own folder and its list of files."""
        for entry in self.folder.iterdir():
            if entry == self._repository.data:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        (self._repository.data / "index").unlink(missing_ok=True)


def is_in_checkout(settings: Settings) -> bool:
    """Whether articles lie in a copy of ours, which only `kb sync` changes."""
    folder = settings.checkout()
    return bool(settings.publish.repository) and any(
        source.path.is_relative_to(folder) for source in settings.all_sources()
    )


def _paths_in(folder: Path, settings: Settings) -> tuple[str, ...]:
    """Return the folders of the sources in the repository; () when one of them is all of it."""
    inside = [
        source.path.relative_to(folder).as_posix()
        for source in settings.all_sources()
        if source.path.is_relative_to(folder)
    ]
    return () if "." in inside else tuple(sorted(inside))


def _is_there(file: Path, size: int) -> bool:
    try:
        return file.lstat().st_size == size and not file.is_symlink()
    except OSError:
        return False


def _write(root: Path, path: str, data: bytes) -> None:
    file = root / path
    with suppress(FileNotFoundError):
        _remove(file)
    file.parent.mkdir(parents=True, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    with open(os.open(file, flags, 0o644), "wb") as stream:
        stream.write(data)


def _remove(file: Path) -> None:
    if file.is_dir() and not file.is_symlink():
        shutil.rmtree(file)
    else:
        file.unlink()


def _delete(root: Path, path: str) -> None:
    """Delete a file, and the folders that are empty without it."""
    file = root / path
    file.unlink(missing_ok=True)
    for folder in file.parents:
        if folder == root:
            return
        try:
            folder.rmdir()
        except OSError:
            return


def _saved(commit: str, paths: tuple[str, ...], listing: Listing) -> bytes:
    state: dict[str, Any] = {
        "commit": commit,
        "paths": paths,
        "files": [(entry.path, entry.blob, entry.size) for entry in listing.files.values()],
        "out": [(error.path, error.found, error.fix) for error in listing.left_out],
    }
    return orjson.dumps(state)


def _as_error(path: str, found: str, fix: str) -> ArticleError:
    return ArticleError(path, 1, found, fix)


def _replace(file: Path, data: bytes) -> None:
    unfinished = file.with_name(f"{file.name}.tmp")
    unfinished.write_bytes(data)
    unfinished.replace(file)
