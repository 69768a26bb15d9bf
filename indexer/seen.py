"""What the last run learned from files, so that a file nobody touched is not opened again.

Like git's index, it goes by what the system says of a file: device, inode, size and the times of
the last change to its bytes and to itself, which nobody can set back. A file that changed within
the last moments is read again, because it could change once more without a difference in time.
Nothing rests on these files: they lie beside the generations, may be deleted at any time, and
what is missing from them or cannot be read costs only time.
"""

import os
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson

ARTICLES_FILE = "seen-articles.json"
GENERATIONS_FILE = "seen-generations.json"
# File systems keep times in steps of up to two seconds.
SETTLED_NS = 2_000_000_000


def stamp(found: os.stat_result) -> str:
    """Return what differs after every change to a file: to its bytes, its name or its rights."""
    file = f"{found.st_dev}:{found.st_ino}:{found.st_size}"
    return f"{file}:{found.st_mtime_ns}:{found.st_ctime_ns}"


class Seen:
    """What is known of files as they were, and of texts by their digest.

    Only what was asked for or learned in this run is saved, so nothing stays that is not needed.
    """

    def __init__(self, file: Path | None = None, shape: str = "", *, afresh: bool = False) -> None:
        """Read what was saved in `file`, if anything; make it before the files are looked at.

        shape   whatever else the failures rest on, such as the program's version
        afresh  believe nothing of it
        """
        self._file = file
        self._shape = shape
        self._started_ns = time.time_ns()
        saved = _read(file) if file and not afresh else {}
        self._digests: Mapping[str, str] = _mapping(saved, "digests")
        self._was_same_shape = saved.get("shape") == shape
        self._failures: Mapping[str, Any] = (
            _mapping(saved, "failures") if self._was_same_shape else {}
        )
        self._history: Mapping[str, Any] = _mapping(saved, "history")
        self._new_digests: dict[str, str] = {}
        self._new_failures: dict[str, tuple[int, str, str]] = {}
        self._new_history: dict[str, Any] = {}
        self._is_saved = bool(saved)

    def digest(self, found: os.stat_result | None) -> str | None:
        """Return the digest of a file's bytes if it was learned of the file as it is now."""
        if found is None:
            return None
        key = stamp(found)
        digest = self._digests.get(key) or self._new_digests.get(key)
        if not isinstance(digest, str):
            return None
        self._new_digests[key] = digest
        return digest

    def learn_digest(self, found: os.stat_result | None, digest: str) -> None:
        """Remember the digest of bytes that were read after `found` was asked for."""
        if found is not None and max(found.st_mtime_ns, found.st_ctime_ns) < self._settled_ns:
            self._new_digests[stamp(found)] = digest

    def learn_linked(self, found: os.stat_result, digest: str) -> None:
        """Remember the digest of a file whose bytes are old, even if it just got another name."""
        if found.st_mtime_ns < self._settled_ns:
            self._new_digests[stamp(found)] = digest

    def failure(self, digest: str) -> tuple[int, str, str] | None:
        """Return why what has this digest cannot be published: (line, found, fix)."""
        match self._failures.get(digest):
            case [int(line), str(found), str(fix)]:
                self._new_failures[digest] = line, found, fix
                return line, found, fix
        return None

    def learn_failure(self, digest: str, failure: tuple[int, str, str]) -> None:
        """Remember why what has this digest cannot be published."""
        self._new_failures[digest] = failure

    def history(self, root: Path) -> Mapping[str, Any] | None:
        """Return what `learn_history` was told of a folder."""
        state = self._history.get(str(root))
        return state if isinstance(state, dict) else None

    def learn_history(self, root: Path, state: Mapping[str, Any]) -> None:
        """Remember what git knew of a folder, to be saved as JSON."""
        self._new_history[str(root)] = state

    def save(self) -> None:
        """Write what this run asked for and learned, if it differs from what was read."""
        if self._file is None:
            return
        failures = {digest: list(failure) for digest, failure in self._new_failures.items()}
        same = (
            self._is_saved
            and self._was_same_shape
            and self._new_digests == self._digests
            and failures == self._failures
            and self._new_history == self._history
        )
        if same:
            return
        state = {
            "shape": self._shape,
            "digests": self._new_digests,
            "failures": failures,
            "history": self._new_history,
        }
        if self._is_saved and not self._file.exists():
            return  # Somebody told us to forget it.
        unfinished = self._file.with_name(f"{self._file.name}.tmp")
        # A full disk or a folder without the right to write is no reason to fail.
        with suppress(OSError):
            unfinished.write_bytes(orjson.dumps(state))
            unfinished.replace(self._file)

    @property
    def _settled_ns(self) -> int:
        return self._started_ns - SETTLED_NS


def forget(root: Path) -> None:
    """Have the next writer read every file of the generations, because one was found damaged."""
    with suppress(OSError):
        (root / GENERATIONS_FILE).unlink(missing_ok=True)


def _read(file: Path) -> Mapping[str, Any]:
    try:
        saved = orjson.loads(file.read_bytes())
    except (OSError, ValueError):
        return {}
    return saved if isinstance(saved, dict) else {}


def _mapping(saved: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = saved.get(name)
    return value if isinstance(value, dict) else {}
