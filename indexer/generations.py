"""Index generations: immutable folders, of which the link `current` names the one to read.

A reader sees the previous generation or the new one, whole, whatever happens to the writer:
a folder gets its final name after every byte in it is on the disk, and `current` is switched
after that. Only the holder of the writer's lock moves or deletes anything. What lies inside
a generation is not known here, except that files are never written in place: they are
shared with the previous generation by hard links.

A writer does not read again what an earlier one read and nobody touched since; a reader reads
every byte of what it opens, and has the next writer do the same when it finds damage.
"""

import os
import re
import secrets
import shutil
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from indexer.draft import UNFINISHED, Draft, sync
from indexer.lock import exclusive, is_held
from indexer.manifest import (
    FILE_NAME,
    Digests,
    Generation,
    Manifest,
    checksum,
    file_key,
    walk,
)
from indexer.seen import GENERATIONS_FILE, Seen, forget
from kb.errors import IndexDamaged, IndexUnavailable

KEPT = 3
KEPT_DAMAGED = 2
MAX_KNOWN_DIGESTS = 10_000
# A merge holds this lock and works in a folder with this prefix (`indexer.merging`).
MERGE_LOCK = "merge.lock"
MERGE_PREFIX = "merge-"

_NAME = re.compile(r"(\d{8}T\d{6})-(\d{4})-[0-9a-f]{6}")


class Generations:
    """The generations under one index root. Use one object per thread."""

    def __init__(self, root: Path, known: Digests | None = None) -> None:
        """Work in the folder `root`.

        known  digests of files that this process has read already; what is read now is added
        """
        self.root = root
        self._known: Digests = {} if known is None else known
        self._is_writer = False

    @contextmanager
    def writer_lock(
        self, wait_seconds: float | None = None, on_wait: Callable[[], None] | None = None
    ) -> Iterator[None]:
        """Be the one writer while the block runs, starting without a killed writer's rests.

        wait_seconds  how long to wait for another writer before IndexBusy; None = without end
        on_wait       called once, when there is another writer
        """
        self.root.mkdir(parents=True, exist_ok=True)
        with exclusive(self.root / "writer.lock", wait_seconds, on_wait):
            self._is_writer = True
            try:
                self._sweep()
                seen = Seen(self.root / GENERATIONS_FILE)
                self._recall(seen)
                yield
                self._remember(seen)
            finally:
                self._is_writer = False

    def current_name(self) -> str | None:
        """Return the name that `current` points to: one system call, for readers that poll."""
        try:
            name = os.readlink(self.root / "current")
        except OSError:
            return None
        return name if _NAME.fullmatch(name) else None

    def current(self) -> Generation | None:
        """Return the current generation unverified, or None; IndexDamaged without a manifest."""
        name = self.current_name()
        if name is None:
            self._names()  # Raises when the folder is there and cannot be read.
            return None
        return self._open(name)

    def newest_verified(self, folders: Collection[str] | None = None) -> Generation:
        """Return the current generation, or the newest other one when that one is damaged.

        A writer also sets the damaged ones aside and makes the one returned current.

        folders  verify only these folders and the files beside them; None = everything
        """
        while True:
            pointed = self.current_name()
            found, damaged = self._first_sound(pointed, folders)
            if self._is_writer:
                self._leave_only_sound(found, damaged)
            elif self.current_name() != pointed:
                continue  # A writer switched and may have pruned what was being read.
            if found is None:
                raise IndexUnavailable(
                    f"{self.root}: no generation can be used"
                    f"{f' ({len(damaged)} damaged)' if damaged else ''}. Run `kb index`."
                )
            return found

    @contextmanager
    def build(
        self,
        previous: Generation | None = None,
        *,
        leave_out: Callable[[str], bool] = lambda path: False,
    ) -> Iterator[Draft]:
        """Yield a draft to write into; without its `commit` nothing of it remains.

        previous   generation to start from, or None for an empty folder; its files are shared
                   and must not be written in place; IndexDamaged when it does not verify
        leave_out  says of a path whether it never belongs into a generation, such as a lock
        """
        if not self._is_writer:
            raise RuntimeError("build() needs the writer's lock")
        if previous is not None and (found := previous.verify(known=self._known)):
            raise IndexDamaged(f"{previous.path}: {found[0]}")
        path = self.root / f"{self._next_name()}{UNFINISHED}"
        draft = Draft(path, self._publish, leave_out, self._known)
        draft.path.mkdir()
        try:
            if previous is not None:
                draft.share(previous)
            yield draft
        finally:
            if draft.path.exists():
                shutil.rmtree(draft.path)

    def learn(self, files: Iterable[Path]) -> None:
        """Have files written to the disk and read now, so that a draft need not do it later."""
        for file in files:
            sync(file)
            self._known[file_key(file.stat())] = checksum(file)

    def _publish(self, sealed: Path, manifest: Manifest) -> Generation:
        """Give a draft's folder its final name, make it current, delete what is too old."""
        path = sealed.rename(self.root / manifest.generation)
        sync(self.root)
        self._switch(path.name)
        self._prune()
        return Generation(path, manifest)

    def _recall(self, seen: Seen) -> None:
        """Take in the digests of files that are still as an earlier writer left them."""
        for found in self._files():
            if digest := seen.digest(found):
                self._known[file_key(found)] = digest

    def _remember(self, seen: Seen) -> None:
        """Save the digests of all files; what was linked or unlinked has got another time."""
        for found in self._files():
            if digest := self._known.get(file_key(found)):
                seen.learn_linked(found, digest)
        seen.save()

    def _files(self) -> Iterator[os.stat_result]:
        """Yield what the system says of every file of the generations."""
        for name in self._names():
            with suppress(OSError):
                for _, entry in walk(self.root / name):
                    if entry.is_file(follow_symlinks=False):
                        # An entry's own stat would do, but it is kept from before the linking.
                        yield os.stat(entry.path, follow_symlinks=False)

    def _names(self) -> list[str]:
        """Return the names of all finished generations, newest first."""
        try:
            return sorted(filter(_NAME.fullmatch, os.listdir(self.root)), reverse=True)
        except FileNotFoundError:
            return []
        except OSError as error:
            raise IndexUnavailable(
                f"{self.root}: cannot be read ({error.strerror}). "
                "It has to be a folder that this user may read."
            ) from error

    def _open(self, name: str) -> Generation:
        path = self.root / name
        try:
            return Generation(path, Manifest.from_json((path / FILE_NAME).read_bytes()))
        except (OSError, IndexDamaged) as error:
            raise IndexDamaged(f"{path}: {error}. Run `kb index`.") from error

    def _verified(self, name: str, folders: Collection[str] | None) -> Generation | None:
        if len(self._known) > MAX_KNOWN_DIGESTS:
            self._known.clear()
        try:
            generation = self._open(name)
        except IndexDamaged:
            return None
        return None if generation.verify(folders=folders, known=self._known) else generation

    def _first_sound(
        self, pointed: str | None, folders: Collection[str] | None
    ) -> tuple[Generation | None, list[str]]:
        """Return the first generation that verifies and the names tried before it."""
        damaged: list[str] = []
        names = self._names()
        for name in sorted(names, key=lambda name: name != pointed):
            if generation := self._verified(name, folders):
                return generation, damaged
            damaged.append(name)
            if not self._is_writer:
                forget(self.root)
        return None, damaged

    def _leave_only_sound(self, found: Generation | None, damaged: Collection[str]) -> None:
        """Point `current` to `found`, then set the damaged ones aside."""
        if found is None:
            (self.root / "current").unlink(missing_ok=True)
        elif found.name != self.current_name():
            self._switch(found.name)
        for name in damaged:
            self._set_aside(name)

    def _next_name(self) -> str:
        """Return a name that sorts after all others, even when the clock was set back."""
        moment, counter = datetime.now(UTC).replace(microsecond=0, tzinfo=None), 0
        newest = _NAME.fullmatch(next(iter(self._names()), ""))
        if newest:
            last = datetime.fromisoformat(newest[1])
            if moment <= last:
                moment, counter = last, int(newest[2]) + 1
            if counter > 9999:
                moment, counter = last + timedelta(seconds=1), 0
        return f"{moment:%Y%m%dT%H%M%S}-{counter:04}-{secrets.token_hex(3)}"

    def _switch(self, name: str) -> None:
        unfinished = self.root / f"current{UNFINISHED}"
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(name)
        unfinished.replace(self.root / "current")
        sync(self.root)

    def _prune(self) -> None:
        """Keep the current generation and the newest others that verify, KEPT in all."""
        current, kept = self.current_name(), 1
        for name in self._names():
            if name == current:
                continue
            if kept == KEPT:
                _delete(self.root / name)
            elif self._verified(name, None):
                kept += 1
            else:
                self._set_aside(name)

    def _set_aside(self, name: str) -> None:
        """Move a damaged generation out of the way, for a person to look at."""
        damaged = self.root / "damaged"
        damaged.mkdir(exist_ok=True)
        (self.root / name).rename(damaged / name)
        sync(damaged)
        sync(self.root)
        for old in sorted(os.listdir(damaged), reverse=True)[KEPT_DAMAGED:]:
            shutil.rmtree(damaged / old)

    def _sweep(self) -> None:
        """Delete what a killed writer had not finished."""
        # Listed before the lock is looked at: a merge that begins later is not in the list.
        found = list(self.root.glob(f"*{UNFINISHED}"))
        merges = {left for left in found if left.name.startswith(MERGE_PREFIX)}
        if merges and is_held(self.root / MERGE_LOCK):
            found = [left for left in found if left not in merges]
        for left in found:
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            else:
                left.unlink()


def _delete(path: Path) -> None:
    """Delete a generation so that no half of it is ever seen under its name."""
    shutil.rmtree(path.rename(path.with_name(f"{path.name}{UNFINISHED}")))
