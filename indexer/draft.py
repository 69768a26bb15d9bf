"""A generation while it is being written: shared files in, everything on the disk, manifest last.

Files that came from the previous generation are the same files, not copies: whoever writes
into one of them in place would change what is being served, so `commit` refuses that.
"""

import errno
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from indexer.manifest import (
    FILE_NAME,
    Counts,
    Digests,
    FileKey,
    FileRecord,
    Generation,
    Manifest,
    checksum,
    file_key,
    link_problem,
    walk,
)
from kb.errors import IndexDamaged

UNFINISHED = ".tmp"

_NO_HARD_LINKS = {errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP}


class Draft:
    """A generation that is being written.

    path  the folder to write into; nobody reads it before `commit`
    """

    def __init__(
        self,
        path: Path,
        publish: Callable[[Path, Manifest], Generation],
        leave_out: Callable[[str], bool],
        known: Digests,
    ) -> None:
        self.path = path
        self._publish = publish
        self._leave_out = leave_out
        self._known = known
        self._shared: dict[str, FileKey] = {}

    def share(self, previous: Generation) -> None:
        """Fill the folder with the files of `previous`, as hard links where the disk can."""
        made = {""}
        for path, entry in walk(previous.path):
            if self._leave_out(path):
                continue
            folder = path.rpartition("/")[0]
            if folder not in made:
                (self.path / folder).mkdir(parents=True, exist_ok=True)
                made.add(folder)
            target = f"{self.path}/{path}"
            if entry.is_symlink():
                os.symlink(os.readlink(entry.path), target)
            elif link_or_copy(entry.path, target):
                self._shared[path] = file_key(os.stat(target))

    def adopt(self, file: Path, path: str) -> None:
        """Put a file from outside at `path`, as the same file where the disk can."""
        target = f"{self.path}/{path}"
        if link_or_copy(file, target):
            self._shared[path] = file_key(os.stat(target))

    def commit(
        self,
        *,
        revision: str,
        fingerprint: str,
        counts: Counts,
        next_change_at: datetime | None = None,
        built_at: datetime | None = None,
    ) -> Generation:
        """Make this the current generation and return it; the folder must not change any more.

        built_at  aware moment; now when None
        """
        files, links = self._seal()
        manifest = Manifest(
            generation=self.path.name.removesuffix(UNFINISHED),
            revision=revision,
            built_at=(built_at or datetime.now(UTC)).isoformat(),
            fingerprint=fingerprint,
            counts=counts,
            next_change_at=next_change_at.isoformat() if next_change_at else None,
            files=files,
            links=links,
        )
        written = manifest.to_json()
        Manifest.from_json(written)  # Refuses what no reader would accept, such as a naive date.
        unfinished = self.path / f"{FILE_NAME}{UNFINISHED}"
        unfinished.write_text(written, encoding="utf-8")
        sync(unfinished)
        unfinished.rename(self.path / FILE_NAME)
        sync(self.path)
        return self._publish(self.path, manifest)

    def commit_as(self, known: Manifest) -> Generation:
        """Make this the current generation; of its articles it says what `known` says."""
        due = known.next_change_at
        return self.commit(
            revision=known.revision,
            fingerprint=known.fingerprint,
            counts=known.counts,
            next_change_at=datetime.fromisoformat(due) if due else None,
            built_at=datetime.fromisoformat(known.built_at),
        )

    def _seal(self) -> tuple[dict[str, FileRecord], dict[str, str]]:
        """Put all that is in the folder on the disk and return its files and its links."""
        files: dict[str, FileRecord] = {}
        links: dict[str, str] = {}
        for path, entry in list(walk(self.path)):
            if self._leave_out(path):
                os.unlink(entry.path)
            elif entry.is_symlink():
                links[path] = os.readlink(entry.path)
            else:
                files[path] = self._record(path)
        for link in links:
            if wrong := link_problem(self.path, link):
                raise IndexDamaged(f"{self.path}: {wrong}")
        for folder, _, _ in os.walk(self.path, topdown=False):
            sync(Path(folder))
        return files, links

    def _record(self, path: str) -> FileRecord:
        """Return a file's record; only a file that is not shared is synced and read."""
        file = f"{self.path}/{path}"
        found = os.stat(file)
        key, shared = file_key(found), self._shared.get(path)
        if shared and shared[:2] == key[:2] and shared != key:
            raise IndexDamaged(
                f"{file} was written in place and with it the previous generation. "
                "Run `kb index --full`."
            )
        if key not in self._known or shared != key:
            sync(file)
            self._known[key] = checksum(file)
        return FileRecord(self._known[key], found.st_size)


def link_or_copy(source: str | Path, target: str | Path) -> bool:
    """Put `source` at `target`; whether they are one file now."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        shutil.copyfile(source, target)
        return False
    return True


def sync(path: str | Path) -> None:
    """Have a file's bytes, or a folder's names, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
