"""How a process that heard of a push tells the publisher, which is another process.

A file beside the index is written anew; the publisher looks at it many times a second, which
costs nearly nothing. What is asked for while it works is seen afterwards, once for all.
"""

from pathlib import Path
from typing import Final

from kb.settings import Settings

_FILE: Final = "sync-requested"


def ask_for_sync(settings: Settings) -> None:
    """Have the publisher look for new commits now; raises OSError."""
    file = _file(settings)
    file.parent.mkdir(parents=True, exist_ok=True)
    unfinished = file.with_name(f"{_FILE}.tmp")
    unfinished.write_bytes(b"")
    unfinished.replace(file)


def last_asked(settings: Settings) -> tuple[int, int]:
    """Return what is another value after every time that somebody has asked."""
    try:
        found = _file(settings).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_ino


def _file(settings: Settings) -> Path:
    return settings.index.parent / _FILE
