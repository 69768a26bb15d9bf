"""Read the writers' synonym files, and what a generation says of those it was made from.

    <source>/_synonyms/<locale>.txt  what writers write (kb.synonyms)
    internal/synonym-notes.json      digest of those files, and what is wrong with them

A run that finds the files as they were says again what is noted, without reading the rules: what
does that takes longer to load than such a run.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from kb.errors import ArticleError, IndexDamaged
from kb.locales import normalise
from kb.scan import read_bytes
from kb.settings_tables import Source

FOLDER = "_synonyms"
NOTES_FILE = "synonym-notes.json"
ENDING = ".txt"
MAX_FILES = 200
MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class SynonymFile:
    """One file as it is; `path` is relative to its source."""

    path: str
    locale: str
    data: bytes


@dataclass(frozen=True, slots=True)
class SynonymFiles:
    """All files, in the order of the sources, and what was not read."""

    files: tuple[SynonymFile, ...] = ()
    problems: tuple[ArticleError, ...] = ()

    @property
    def digest(self) -> str:
        """Return what is equal exactly when all is as it was; "" for nothing."""
        if not self.files and not self.problems:
            return ""
        state = [(file.path, file.locale, sha256(file.data).digest()) for file in self.files]
        return sha256(repr((state, list(map(str, self.problems)))).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Notes:
    """What a generation says about the files that it was made from."""

    digest: str = ""
    problems: tuple[ArticleError, ...] = ()
    warnings: tuple[str, ...] = ()


def gather(sources: Iterable[Source]) -> SynonymFiles:
    """Read the synonym files of the sources."""
    files: list[SynonymFile] = []
    problems: list[ArticleError] = []
    for source in sources:
        for path in _paths(source.path, problems):
            try:
                files.append(_read(source.path, path))
            except ArticleError as error:
                problems.append(error)
    return SynonymFiles(tuple(files), tuple(problems))


def _paths(root: Path, problems: list[ArticleError]) -> list[str]:
    folder = root / FOLDER
    if folder.is_symlink():
        problems.append(ArticleError(FOLDER, 1, "a symbolic link", "Put the folder itself here"))
        return []
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(ENDING))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        reason = error.strerror or "input or output failed"
        problem = ArticleError(FOLDER, 1, f"cannot be read ({reason})", "Mend its permissions")
        problems.append(problem)
        return []
    if len(names) > MAX_FILES:
        found = f"there are more than {MAX_FILES} files"
        problems.append(ArticleError(FOLDER, 1, found, "Remove those that are no language"))
    return [f"{FOLDER}/{name}" for name in names[:MAX_FILES]]


def _read(root: Path, path: str) -> SynonymFile:
    stem = path.removeprefix(f"{FOLDER}/").removesuffix(ENDING)
    try:
        locale = normalise(stem)
    except ValueError as error:
        shown = path.encode("utf-8", "replace").decode()
        fix = "Name the file after its language, such as en.txt"
        raise ArticleError(shown, 1, "the name is no language", fix) from error
    data = read_bytes(root / path, root, path, MAX_BYTES, too_long="Remove rules nobody needs")
    return SynonymFile(path, locale, data)


def read_notes(generation: Path) -> Notes:
    """Return the notes of a generation; those of one that has none are empty."""
    try:
        given = orjson.loads((generation / "internal" / NOTES_FILE).read_bytes())
    except FileNotFoundError:
        return Notes()
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{generation}: {error}") from error
    problems = tuple(ArticleError(*row) for row in given["problems"])
    return Notes(given["digest"], problems, tuple(given["warnings"]))
