"""Move, write and delete files of articles, and tell git of it where git keeps them.

What is done to files that git keeps is staged, so that the next commit has all of it or none;
nothing is committed here. Files that git does not keep are treated the same without it.
"""

import codecs
from collections.abc import Iterable
from pathlib import Path

from kb.errors import KnowledgeBaseError
from kb.git import ask, run

# Names are names, whatever characters they begin with.
_LITERAL = "--literal-pathspecs"


def within(path: Path, root: Path) -> Path:
    """Return a path that lies below `root` wherever links lead; raises KnowledgeBaseError."""
    if not path.resolve().is_relative_to(root.resolve()):
        raise KnowledgeBaseError(f"{path} leads out of {root}")
    return path


def is_tracked(path: Path) -> bool:
    """Whether git keeps a file."""
    return bool(ask(path.parent, _LITERAL, "ls-files", "--", path.name))


def is_committed(path: Path) -> bool:
    """Whether git keeps a file as it is now, so that nothing is lost with it."""
    state = ask(path.parent, _LITERAL, "status", "--porcelain", "--", path.name)
    return state == "" and is_tracked(path)


def last_commit(path: Path) -> str:
    """Return the commit that changed a file last, "" where git knows none."""
    return (ask(path.parent, _LITERAL, "log", "-1", "--format=%H", "--", path.name) or "").strip()


def move(old: Path, new: Path) -> None:
    """Move a file; raises GitFailed or OSError and leaves it where it is."""
    new.parent.mkdir(parents=True, exist_ok=True)
    if is_tracked(old):
        run(old.parent, _LITERAL, "mv", "--", old.name, str(new.absolute()))
    else:
        old.rename(new)


def delete(path: Path) -> None:
    """Delete a file."""
    is_known = is_tracked(path)
    path.unlink()
    if is_known:
        run(path.parent, _LITERAL, "add", "--update", "--", path.name)


def write(path: Path, text: str) -> None:
    """Write a file's text; a byte order mark that it has stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    has_mark = path.is_file() and path.read_bytes().startswith(codecs.BOM_UTF8)
    path.write_bytes((codecs.BOM_UTF8 if has_mark else b"") + text.encode())


def stage(paths: Iterable[Path]) -> None:
    """Put files into git's next commit, as far as they lie in a repository and are not ignored."""
    for path in paths:
        ask(path.parent, _LITERAL, "add", "--", path.name)
