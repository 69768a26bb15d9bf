"""The git repositories that hold the articles: one pass over the log of each, however many sources.

An article's place is its path from the top of its repository, which is how git names it in
revisions. Where links lead is followed first, as git does.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kb.files.history import History, read_history
from kb.git import ask
from kb.writing.content import Written


@dataclass(frozen=True, slots=True, eq=False)
class Repository:
    """A work tree of git.

    is_shallow  older commits are missing from this clone
    """

    root: Path
    history: History = field(repr=False)
    is_shallow: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file is in its repository; `path` counts from the top."""

    repository: Repository
    path: str

    def names(self) -> Iterator[str]:
        """Yield the file's path and then what it was called before, the last name first."""
        moved: Mapping[str, str] = self.repository.history.state["moved"]
        before = {new: old for old, new in moved.items()}
        name, seen = self.path, set[str]()
        while name not in seen:
            yield name
            seen.add(name)
            name = before.get(name, name)


class Repositories:
    """The repositories of articles, each read when it is first asked for."""

    def __init__(self) -> None:
        self._of_folder: dict[Path, Repository | None] = {}
        self._of_root: dict[str, Repository | None] = {}
        self._real: dict[str, str] = {}

    def place(self, written: Written) -> Place | None:
        """Return where an article is; None where git cannot say anything of it."""
        repository = self._repository(written.file.source.path)
        if repository is None:
            return None
        folder, name = os.path.split(os.fspath(written.file.absolute))
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        path = os.path.relpath(f"{self._real[folder]}/{name}", repository.root)
        return Place(repository, path.replace(os.sep, "/"))

    def _repository(self, folder: Path) -> Repository | None:
        if folder not in self._of_folder:
            said = (ask(folder, "rev-parse", "--show-toplevel") or "").removesuffix("\n")
            if said not in self._of_root:
                self._of_root[said] = _read(Path(said)) if said else None
            self._of_folder[folder] = self._of_root[said]
        return self._of_folder[folder]


def _read(root: Path) -> Repository | None:
    history = read_history(root)
    if history is None:
        return None
    shallow = (ask(root, "rev-parse", "--is-shallow-repository") or "").strip()
    return Repository(root, history, shallow == "true")
