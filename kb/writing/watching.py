"""Notice within milliseconds that writers have changed files.

Symbolic links are not followed, as when articles are read: each folder is watched by itself, and
when one comes or goes they are all looked for anew.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from threading import Event

from watchfiles import Change, watch

from kb.errors import KnowledgeBaseError
from kb.files.scan import IMAGE_TYPES

# Editors write in several steps; who has not written for so many milliseconds is done.
QUIET_MS = 20
# What never rests is told of after so many.
LONGEST_MS = 400
# How often it is looked whether to stop.
TURN_MS = 250
_KINDS = IMAGE_TYPES | {".md", ".yml", ".txt"}


def changes(roots: Iterable[Path], stop: Event) -> Iterator[None]:
    """Yield after each change below `roots`, once for several at a time, until `stop` is set.

    Raises KnowledgeBaseError when the system does not let so many folders be watched.
    """
    known = [os.path.realpath(root) for root in roots]
    is_new = False
    while not stop.is_set():
        folders = _folders(known)
        try:
            for changed in _turns(folders, stop):
                # What was put into a new folder before it was watched is in no turn.
                if changed or is_new:
                    yield
                is_new = any(_is_folder(path, folders) for path in changed)
                if is_new:
                    break
        except FileNotFoundError:
            is_new = True  # A folder went before it was watched.
        except OSError as error:
            raise KnowledgeBaseError(
                f"the folders of the articles cannot be watched ({error}). Raise the system's "
                "limit (fs.inotify.max_user_watches), or set WATCHFILES_FORCE_POLLING=1."
            ) from error


def _turns(folders: frozenset[str], stop: Event) -> Iterator[set[str]]:
    """Yield the files and folders that changed, also when there are none for a while."""

    def counts(change: Change, path: str) -> bool:
        name = os.path.basename(path)
        if name.startswith("."):
            return False
        return os.path.splitext(name)[1].lower() in _KINDS or _is_folder(path, folders)

    for turn in watch(
        *folders,
        watch_filter=counts,
        debounce=LONGEST_MS,
        step=QUIET_MS,
        stop_event=stop,
        rust_timeout=TURN_MS,
        yield_on_timeout=True,
        recursive=False,
    ):
        yield {path for _, path in turn}


def _is_folder(path: str, folders: frozenset[str]) -> bool:
    return path in folders or (os.path.isdir(path) and not os.path.islink(path))


def _folders(roots: Iterable[str]) -> frozenset[str]:
    """Return the folders to watch; what begins with "." holds nothing that is read."""
    found = set()
    for root in roots:
        for folder, below, _ in os.walk(root):
            found.add(folder)
            below[:] = [name for name in below if not name.startswith(".")]
    return frozenset(found)
