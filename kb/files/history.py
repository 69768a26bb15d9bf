"""What git knows of the files: who wrote them and when, and the revision of the tree.

One pass over the log serves all files, and after new commits only those are read. Git is
optional: without it, without a repository or after the time limit there is simply no answer. In a
shallow clone the oldest commits hold every older change too, so what they say is left out: an
unknown day is never shown as another one.

An article that was moved keeps its past, and a move alone is no change.
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.errors import ArticleError
from kb.files.commit_log import CommitLog, ask_changes, ask_commits, is_rewritten
from kb.files.scan import read_bytes
from kb.git import ask

_MAILMAP_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit that changed a file: the first 16 digits of its id, when, by whom."""

    id: str
    moment: datetime
    author: str


class History:
    """What the log says of the files below a folder; `state` is the same as JSON holds it.

    state  "at": what it was read from, as a list of texts, the commit last; the rest is as in
           kb.files.commit_log.CommitLog
    """

    def __init__(self, state: Mapping[str, Any]) -> None:
        self.state = state
        self._log = CommitLog.of(state)

    @property
    def pasts(self) -> Mapping[str, str]:
        """Each path with its past, as a line that `kb.files.past.read_past` reads."""
        return self._log.pasts

    def commits(self, path: str) -> tuple[Commit, ...]:
        """Return the last commits that changed a file, newest first."""
        commits = self._log.commits
        found = sorted(((commits[n][1], n) for n in self.numbers(path)), reverse=True)
        return tuple(
            Commit(
                commits[number][0],
                datetime.fromtimestamp(seconds, UTC),
                self._log.authors[commits[number][2]],
            )
            for seconds, number in found
        )

    def numbers(self, path: str) -> tuple[int, ...]:
        """Return the numbers of the last commits that changed a file, any parent before a child."""
        return tuple(self._log.files.get(path, ())[1:])

    def number_of(self, revision: str) -> int | None:
        """Return the number of the commit that a revision's first digits name, and no other."""
        return self._log.number_of(revision)

    def parents(self) -> Iterator[tuple[int, list[int]]]:
        """Yield the number of every commit and those of its parents, children first."""
        commits = self._log.commits
        for number in range(len(commits) - 1, -1, -1):
            yield number, commits[number][3:]


def read_history(root: Path, before: Mapping[str, Any] | None = None) -> History | None:
    """Return what git knows of `root`; None when it cannot say.

    before  state of an earlier history of the same folder: only newer commits are read
    """
    asked = ("--show-prefix", "--show-cdup", "--git-path", "shallow", "HEAD")
    said = ask(root, "rev-parse", *asked)
    lines = (said or "").split("\n")
    if len(lines) < 4 or not lines[3]:
        return None
    prefix, up, shallow, head = lines[:4]
    boundary = _boundary(root / shallow)
    at = [prefix, " ".join(sorted(boundary)), _digest(root / up / ".mailmap"), head]
    known, commits, new = CommitLog(), None, head
    if before and _is_state(before) and before["at"][:-1] == at[:-1]:
        last = before["at"][-1]
        if last == head:
            return History(before)
        commits = ask_commits(root, f"{last}...{head}")
        if commits is not None and not is_rewritten(commits):
            known, new = CommitLog.of(before), f"{last}..{head}"
        else:
            commits = None
    commits = commits or ask_commits(root, head)
    changes = ask_changes(root, new)
    if commits is None or changes is None:
        return None
    return History({"at": at, **known.with_commits(commits, changes, boundary).state()})


def revision(root: Path) -> str:
    """Return the commit that is checked out, with "+changes" when files below `root` differ."""
    commit = (ask(root, "rev-parse", "--verify", "--quiet", "HEAD") or "").strip()
    if not commit:
        return ""
    status = ask(root, "status", "--porcelain", "--untracked-files=normal", "--", ".")
    return f"{commit}+changes" if status is None or status.strip() else commit


def _is_state(before: Mapping[str, Any]) -> bool:
    at = before.get("at")
    return isinstance(at, list) and len(at) == 4 and CommitLog.is_state(before)


def _boundary(file: Path) -> frozenset[str]:
    """Return the commits at which a shallow clone ends."""
    try:
        return frozenset(file.read_text(encoding="ascii").split())
    except (OSError, UnicodeDecodeError):
        return frozenset()


def _digest(mailmap: Path) -> str:
    """Return what differs when the names of authors are to be others; "" without such a file."""
    try:
        data = read_bytes(mailmap, mailmap.parent, mailmap.name, _MAILMAP_BYTES)
    except ArticleError:
        return ""
    return hashlib.sha256(data).hexdigest()[:16]
