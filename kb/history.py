"""What git knows about the files: day of the last change, and the revision of the tree.

One pass over the log serves all files. Git is optional: without it, without a repository or
after the time limit there is simply no answer. In a shallow clone the oldest commit holds every
older change too, so its dates are unknown and left out.
"""

import os
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

SECONDS = 60
_MARK = "\x00"


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of a file: its day in UTC, and who made it."""

    day: date
    author: str = ""


def last_changes(root: Path) -> dict[str, Change]:
    """Return the last change of every file below `root`, by path relative to `root`."""
    top = _git(root, "rev-parse", "--show-prefix")
    if top is None:
        return {}
    log = _git(
        root,
        *("log", "--format=%x00%H%x09%cI%x09%an", "--name-only", "--no-renames", "-z"),
        *("--relative", "--", "."),
    )
    return _parse(log or "", _boundary(root))


def _parse(log: str, boundary: frozenset[str]) -> dict[str, Change]:
    changes: dict[str, Change] = {}
    unknown: set[str] = set()
    change: Change | None = None
    for record in log.split(_MARK):
        text = record.lstrip("\n")
        parts = text.split("\t")
        if len(parts) >= 3 and len(parts[0]) in (40, 64) and "T" in parts[1]:
            commit, moment = parts[0], parts[1]
            day = datetime.fromisoformat(moment).astimezone(UTC).date()
            change = None if commit in boundary else Change(day, parts[2])
        elif text and text not in changes and text not in unknown:
            if change is None:
                unknown.add(text)
            else:
                changes[text] = change
    return changes


def _boundary(root: Path) -> frozenset[str]:
    """Return the commits at which a shallow clone ends."""
    name = _git(root, "rev-parse", "--git-path", "shallow")
    file = root / (name or "").strip()
    try:
        return frozenset(file.read_text(encoding="ascii").split()) if name else frozenset()
    except (OSError, UnicodeDecodeError):
        return frozenset()


def revision(root: Path) -> str:
    """Return the commit that is checked out, with "+changes" when files below `root` differ."""
    commit = (_git(root, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()
    if not commit:
        return ""
    status = _git(root, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    return f"{commit}+changes" if status is None or status.strip() else commit


def _git(root: Path, *arguments: str) -> str | None:
    """Return what git says, or None when it cannot say it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments, no shell
            ["git", "-c", "core.quotePath=false", "-c", "core.fsmonitor=false", *arguments],  # noqa: S607
            cwd=root,
            env={**kept, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
