"""Read what writers keep in one file a language, and what a generation notes of those files.

    <source>/<folder>/<locale><ending>  what writers write
    internal/<notes file>               digest of those files, and what is wrong with them

A run that finds the files as they were says again what is noted, without reading their content:
what does that takes longer to load than such a run.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import orjson

from kb.errors import ArticleError, IndexDamaged
from kb.files.scan import read_bytes
from kb.locales import normalise
from kb.settings_tables import Source

MAX_FILES = 200
MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class FilesOf:
    """Where files of one kind lie, and what to do about one that is too long."""

    folder: str
    ending: str
    notes_file: str
    too_long: str


# What writers call the same (kb.queries.synonyms), and what they took away (kb.files.removed).
SYNONYMS = FilesOf("_synonyms", ".txt", "synonym-notes.json", "Remove rules nobody needs")
REMOVED = FilesOf("_removed", ".yml", "removed-notes.json", "Leave out the oldest")
# What has to find which article (kb.writing.questions); no generation holds any of it.
QUESTIONS = FilesOf("_questions", ".yml", "", "Keep the best questions")


@dataclass(frozen=True, slots=True)
class LanguageFile:
    """One file as it is; `path` is relative to its source."""

    path: str
    locale: str
    data: bytes


@dataclass(frozen=True, slots=True)
class LanguageFiles:
    """All files, in the order of the sources, and what was not read."""

    files: tuple[LanguageFile, ...] = ()
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

    def dump(self) -> bytes:
        """Return the notes as they lie in a generation."""
        rows = [[error.path, error.line, error.found, error.fix] for error in self.problems]
        shape = {"digest": self.digest, "problems": rows, "warnings": self.warnings}
        return orjson.dumps(shape)


def gather(sources: Iterable[Source], kind: FilesOf) -> LanguageFiles:
    """Read the files of one kind of the sources."""
    files: list[LanguageFile] = []
    problems: list[ArticleError] = []
    for source in sources:
        for path in _paths(source.path, kind, problems):
            try:
                files.append(_read(source.path, path, kind))
            except ArticleError as error:
                problems.append(error)
    return LanguageFiles(tuple(files), tuple(problems))


def _paths(root: Path, kind: FilesOf, problems: list[ArticleError]) -> list[str]:
    folder = root / kind.folder
    if folder.is_symlink():
        fix = "Put the folder itself here"
        problems.append(ArticleError(kind.folder, 1, "a symbolic link", fix))
        return []
    try:
        names = sorted(name for name in os.listdir(folder) if name.endswith(kind.ending))
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        reason = error.strerror or "input or output failed"
        problem = ArticleError(kind.folder, 1, f"cannot be read ({reason})", "Mend its permissions")
        problems.append(problem)
        return []
    if len(names) > MAX_FILES:
        found = f"there are more than {MAX_FILES} files"
        problems.append(ArticleError(kind.folder, 1, found, "Remove those that are no language"))
    return [f"{kind.folder}/{name}" for name in names[:MAX_FILES]]


def _read(root: Path, path: str, kind: FilesOf) -> LanguageFile:
    stem = path.removeprefix(f"{kind.folder}/").removesuffix(kind.ending)
    try:
        locale = normalise(stem)
    except ValueError as error:
        shown = path.encode("utf-8", "replace").decode()
        fix = f"Name the file after its language, such as en{kind.ending}"
        raise ArticleError(shown, 1, "the name is no language", fix) from error
    data = read_bytes(root / path, root, path, MAX_BYTES, too_long=kind.too_long)
    return LanguageFile(path, locale, data)


def read_notes(generation: Path, kind: FilesOf) -> Notes:
    """Return the notes of a generation; those of one that has none are empty."""
    try:
        given = orjson.loads((generation / "internal" / kind.notes_file).read_bytes())
    except FileNotFoundError:
        return Notes()
    except (OSError, ValueError) as error:
        raise IndexDamaged(f"{generation}: {error}") from error
    problems = tuple(ArticleError(*row) for row in given["problems"])
    return Notes(given["digest"], problems, tuple(given["warnings"]))
