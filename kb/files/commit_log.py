"""The log of git as numbered commits, and which of them changed which file.

Commits are numbered as they come, every parent before its children, so that what is read later
only adds to it. A file has its commits by number; of a long past only the last ones are kept.

A rename takes the file's commits along. What another branch does to the old name counts for the
new one too, because a merge brings it there.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from kb.files.past import MOST_CONTRIBUTORS, Past
from kb.git import ask
from kb.words.characters import one_line

# So many commits of a file are kept, the newest ones.
KEPT = 64
ID_DIGITS = 16
_END = 253_402_300_800  # seconds from 1970 to the year 10000; git takes any number
_NAME_CHARS = 80
_STATUS = re.compile(r"[ACDMRTUX][0-9]{0,3}")
_REVISION = re.compile(r"[0-9a-f]{7,64}")
_SUFFIX = ".md"
# Nothing of a person's configuration may come between.
_LOG = ("-c", "log.showRoot=true", "-c", "log.follow=false", "log", "--encoding=UTF-8")
_ORDER = ("--no-show-signature", "--topo-order", "--reverse")

_NAMES = ("authors", "commits", "files", "moved", "pasts")

# Status by git, old path, path; the same path twice when it was not renamed.
Change = tuple[str, str, str]


@dataclass(slots=True)
class CommitLog:
    """What the log says, as it is kept between runs.

    authors  different names
    commits  [first digits of the id, seconds since 1970, number of the author, its parents]
    files    path -> [the commit that began it or -1 when that is unknown, those that changed it]
    moved    old path -> new path
    pasts    path -> what readers are told of it, as a line of kb.files.past
    """

    authors: list[str] = field(default_factory=list)
    commits: list[list[Any]] = field(default_factory=list)
    files: dict[str, list[int]] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    pasts: dict[str, str] = field(default_factory=dict)
    _ids: list[tuple[str, int]] = field(default_factory=list)

    @classmethod
    def of(cls, state: Mapping[str, Any]) -> "CommitLog":
        """Return the log that `state` was made of."""
        return cls(*(state[name] for name in _NAMES))

    def state(self) -> dict[str, Any]:
        """Return the log as JSON can hold it."""
        return {name: getattr(self, name) for name in _NAMES}

    @staticmethod
    def is_state(state: Mapping[str, Any]) -> bool:
        """Whether `of` can read what was found in a file that anybody may have damaged."""
        kinds = (list, list, dict, dict, dict)
        if not all(
            isinstance(state.get(name), kind) for name, kind in zip(_NAMES, kinds, strict=True)
        ):
            return False
        log = CommitLog.of(state)
        authors, commits = len(log.authors), len(log.commits)
        try:
            return all(0 <= each[2] < authors and each[1] < _END for each in log.commits) and all(
                path in log.pasts and -1 <= min(each) <= max(each) < commits
                for path, each in log.files.items()
            )
        except (TypeError, IndexError, ValueError):
            return False

    def number_of(self, revision: str) -> int | None:
        """Return the number of the one commit whose id begins as `revision` does."""
        wanted = revision.strip().lower()
        if not _REVISION.fullmatch(wanted):
            return None
        wanted = wanted[:ID_DIGITS]
        if not self._ids:
            self._ids = sorted((commit[0], number) for number, commit in enumerate(self.commits))
        place = bisect_left(self._ids, (wanted, -1))
        found = [each for each in self._ids[place : place + 2] if each[0].startswith(wanted)]
        return found[0][1] if len(found) == 1 else None

    def with_commits(self, commits: str, changes: str, boundary: frozenset[str]) -> "CommitLog":
        """Return this log with what `ask_commits` and `ask_changes` told, as a new one.

        boundary  commits that stand for all older ones, which a shallow clone does not have
        """
        changes_of = _read_changes(changes)
        log = CommitLog(
            *([*self.authors], [*self.commits], {**self.files}, {**self.moved}, {**self.pasts})
        )
        numbers = {commit[0]: number for number, commit in enumerate(log.commits)}
        authors = {name: number for number, name in enumerate(log.authors)}
        for commit, parents, seconds, author in _read_commits(commits):
            if author not in authors:
                authors[author] = len(log.authors)
                log.authors.append(author)
            number = numbers[commit[:ID_DIGITS]] = len(log.commits)
            known = [numbers[each[:ID_DIGITS]] for each in parents if each[:ID_DIGITS] in numbers]
            log.commits.append([commit[:ID_DIGITS], seconds, authors[author], *known])
            if commit not in boundary and 0 <= seconds < _END:
                log._apply(number, changes_of.get(commit, ()))
        for path, touched in log.files.items():
            if touched is not self.files.get(path):
                log.pasts[path] = log._past(touched).line
        return log

    def _apply(self, number: int, changes: Sequence[Change]) -> None:
        """Take in what a commit did."""
        renamed = [each for each in changes if each[0].startswith("R")]
        # Two files may have changed names, so that nothing may be taken before all is read.
        taken = [self._past_of(old, number) for _, old, _ in renamed]
        for (status, old, path), before in zip(renamed, taken, strict=True):
            self.moved[old] = path
            both = {*before[1:], *self.files.get(path, ())[1:]}
            if status != "R100":
                both.add(number)
            self.files[path] = [before[0], *sorted(both)[-KEPT:]]
        for _, _, path in renamed:
            self.moved.pop(path, None)
        for status, _, path in changes:
            if status == "A":
                if self.moved.pop(path, None) is not None or path not in self.files:
                    self.files[path] = [number]
                self._touch(path, number)
            elif status in ("M", "T"):
                for name in self._names(path):
                    self._touch(name, number)

    def _past_of(self, old: str, number: int) -> list[int]:
        """Return what a renamed file brings along; one that was no article begins with that."""
        return self.files.get(old, [-1] if old.endswith(_SUFFIX) else [number, number])

    def _past(self, touched: list[int]) -> Past:
        created, *changes = touched
        commits = self.commits
        updated = _day(max(commits[number][1] for number in changes)) if changes else None
        if created < 0:
            # Whoever wrote most of it may be among those that nobody can name.
            return Past(updated=updated)
        written = (commits[number] for number in {created, *changes})
        return Past(_day(commits[created][1]), updated, self._contributors(written))

    def _contributors(self, commits: Iterable[list[Any]]) -> tuple[str, ...]:
        count_of: dict[str, int] = {}
        last_of: dict[str, int] = {}
        for _, seconds, author, *_ in commits:
            name = self.authors[author]
            count_of[name] = count_of.get(name, 0) + 1
            last_of[name] = max(seconds, last_of.get(name, 0))
        order = sorted(count_of, key=lambda name: (-count_of[name], -last_of[name], name))
        return tuple(filter(None, order))[:MOST_CONTRIBUTORS]

    def _names(self, path: str) -> list[str]:
        """Return a path and what it is called now."""
        names = [path]
        while (after := self.moved.get(names[-1])) and after not in names:
            names.append(after)
        return names

    def _touch(self, path: str, number: int) -> None:
        first, *changes = self.files.get(path, [-1])
        self.files[path] = [first, *changes[1 - KEPT :], number]


def _day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()


def ask_commits(root: Path, commits: str) -> str | None:
    """Return what git tells of the named commits, also of those that changed other folders.

    A translation may have been made from any.
    """
    return ask(root, *_LOG, "--format=%x00%m%H%x09%P%x09%ct%x09%aN", *_ORDER, commits)


def ask_changes(root: Path, commits: str) -> str | None:
    """Return what git tells of the files below `root` that the named commits changed."""
    return ask(
        root,
        *(*_LOG, "--format=%x00%H", "--name-status", "-z", *_ORDER),
        # Full history: what a merge left out was still a change.
        *("-M", "-l500", "--no-diff-merges", "--full-history", "--relative", commits, "--", "."),
    )


def is_rewritten(said: str) -> bool:
    """Whether the commits of `a...b` show that b does not go on from a."""
    return "\x00<" in said


def _read_commits(said: str) -> Iterator[tuple[str, list[str], int, str]]:
    """Yield (id, parents, seconds, author) of each commit; nothing of it may hold a NUL."""
    for record in said.split("\x00")[1:]:
        commit, parents, seconds, author = record[1:].split("\t", 3)
        moment = int(seconds) if seconds.isdigit() else -1
        yield commit, parents.split(), moment, one_line(author)[:_NAME_CHARS]


def _read_changes(said: str) -> dict[str, list[Change]]:
    """Return of each commit what it did to articles.

    A path is only read where git has to write one, so no file can be named like a commit.
    """
    changes: dict[str, list[Change]] = {}
    records = iter(said.split("\x00"))
    commit = ""
    for record in records:
        text = record.lstrip("\n")
        if _STATUS.fullmatch(text):
            old = path = next(records, "")
            if text[0] in "RC":
                path = next(records, "")
            if path.endswith(_SUFFIX):
                changes.setdefault(commit, []).append((text, old, path))
        elif text:
            commit = text
    return changes
