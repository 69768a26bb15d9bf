"""What git knows about the files: day of the last change, and the revision of the tree.

One pass over the log serves all files, and after new commits only those are read: a file's last
change is the latest of the commits that touch it, in whatever order they are read. Git is
optional: without it, without a repository or after the time limit there is simply no answer. In a
shallow clone the oldest commit holds every older change too, so its dates are unknown and left
out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from kb.git import ask

_MARK = "\x00"
_FIRST_DAY = date(1970, 1, 1)
_END_OF_TIME = 253_402_300_800  # seconds from then to the year 10000; git takes any number


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of a file: its day in UTC, and who made it."""

    day: date
    author: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """The last change of every file below a folder, as JSON can hold it.

    state  "at": what it was read from, as a list of texts, the commit last;
           "changes": path -> [seconds since 1970, commit, author]
    """

    state: Mapping[str, Any]

    def days(self) -> Iterator[tuple[str, date]]:
        """Yield each path with the day of its last change in UTC."""
        days: dict[int, date] = {}
        for path, (seconds, _, _) in self.state["changes"].items():
            number = seconds // 86_400
            if number not in days:
                days[number] = _FIRST_DAY + timedelta(days=number)
            yield path, days[number]


def last_changes(root: Path) -> dict[str, Change]:
    """Return the last change of every file below `root`, by path relative to `root`."""
    history = read_history(root)
    changes = history.state["changes"] if history else {}
    return {
        path: Change(datetime.fromtimestamp(seconds, UTC).date(), author)
        for path, (seconds, _, author) in changes.items()
    }


def read_history(root: Path, before: Mapping[str, Any] | None = None) -> History | None:
    """Return what git knows of `root`; None when it cannot say.

    before  state of an earlier history of the same folder: only newer commits are read
    """
    said = ask(root, "rev-parse", "--show-prefix", "--git-path", "shallow", "HEAD")
    lines = (said or "").split("\n")
    if len(lines) < 3 or not lines[2]:
        return None
    prefix, shallow, head = lines[:3]
    boundary = _boundary(root / shallow)
    at = [prefix, " ".join(sorted(boundary)), head]
    known: Mapping[str, Any] = {}
    commits = head
    if before and _is_state(before) and before["at"][:2] == at[:2]:
        if before["at"] == at:
            return History(before)
        last = before["at"][2]
        if ask(root, "merge-base", "--is-ancestor", last, head) is not None:
            known, commits = before["changes"], f"{last}..{head}"
    # Full history: what a merge left out was still a change, and no order of reading matters.
    log = ask(
        root,
        *("log", "--format=%x00%H%x09%ct%x09%an", "--name-only", "--no-renames", "-z"),
        *("--full-history", "--relative", commits, "--", "."),
    )
    return None if log is None else History({"at": at, "changes": _parse(log, boundary, known)})


def _parse(log: str, boundary: frozenset[str], known: Mapping[str, Any]) -> dict[str, list[Any]]:
    changes: dict[str, list[Any]] = dict(known)
    change: list[Any] | None = None
    for record in log.split(_MARK):
        text = record.lstrip("\n")
        parts = text.split("\t", 2)
        if len(parts) == 3 and len(parts[0]) in (40, 64) and parts[1].isdigit():
            commit, seconds, author = parts
            is_known = commit not in boundary and int(seconds) < _END_OF_TIME
            change = [int(seconds), commit, author] if is_known else None
        elif text and change and (text not in changes or changes[text] < change):
            changes[text] = change
    return changes


def _is_state(before: Mapping[str, Any]) -> bool:
    at, changes = before.get("at"), before.get("changes")
    if not (isinstance(at, list) and len(at) == 3 and isinstance(changes, dict)):
        return False
    return all(
        isinstance(change, list) and len(change) == 3 and isinstance(change[0], int)
        for change in changes.values()
    )


def _boundary(file: Path) -> frozenset[str]:
    """Return the commits at which a shallow clone ends."""
    try:
        return frozenset(file.read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        return frozenset()


def revision(root: Path) -> str:
    """Return the commit that is checked out, with "+changes" when files below `root` differ."""
    commit = (ask(root, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()
    if not commit:
        return ""
    status = ask(root, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    return f"{commit}+changes" if status is None or status.strip() else commit
