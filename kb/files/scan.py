"""Walk the folders of the sources: which files there are, and which defaults they inherit.

Nothing is followed out of a source's folder: a symbolic link is reported, never read, and a
file is opened without following a link that took its place in the meantime. What parses YAML is
imported when there is some: most folders have no defaults, and `kb index` runs every few minutes.
"""

import hashlib
import os
import stat
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, TypeAlias

from kb.errors import ArticleError, SettingsError
from kb.settings_tables import Source
from kb.words.characters import tidy

DEFAULTS_FILE = "_defaults.yml"
TOPIC_FILE = "_topic.yml"
MAX_FOLDER_DEPTH = 32
# Of the files beside articles, those that a page can show.
MAX_IMAGE_BYTES = 5 * 1024 * 1024
IMAGE_TYPES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"))

StrPath: TypeAlias = "str | os.PathLike[str]"


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that may hold an article.

    path      relative to the source's folder, with "/"
    absolute  where it is on this machine
    found     what the system said of it when it was found; None when it was not asked
    """

    source: Source
    path: str
    absolute: StrPath
    found: os.stat_result | None = field(default=None, compare=False)

    def read(self) -> bytes:
        """Return the file's bytes, at most 1 MiB; raises ArticleError."""
        from kb.files.frontmatter import MAX_FILE_BYTES

        return read_bytes(self.absolute, self.source.path, self.path, MAX_FILE_BYTES)


@dataclass(frozen=True, slots=True)
class Defaults:
    """Front matter that a folder gives its files.

    values  in our own spelling, as the author's text
    broken  a `_defaults.yml` on the way could not be read: the source's audience does not count
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    broken: bool = False

    @property
    def digest(self) -> str:
        """Equal exactly when the defaults are equal."""
        state = repr((sorted(self.values.items(), key=lambda pair: pair[0]), self.broken))
        return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(slots=True)
class Scan:
    """All files found, sorted by source and path, and what could not be used.

    files   `*.md`
    topics  `_topic.yml`, in the order of the sources
    """

    files: list[SourceFile] = field(default_factory=list)
    topics: list[SourceFile] = field(default_factory=list)
    problems: list[ArticleError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    _defaults: dict[tuple[str, str], Defaults] = field(default_factory=dict)

    def defaults_for(self, file: SourceFile) -> Defaults:
        """Return the defaults of the file's folder, as they were when the folder was read."""
        return self._defaults[file.source.name, file.path.rpartition("/")[0]]


def scan(sources: Iterable[Source]) -> Scan:
    """Return the article and topic files of the sources.

    Other files and folders that begin with "_" or "." are left out. Raises SettingsError for a
    source whose folder does not exist.
    """
    found = Scan()
    for source in sources:
        if not source.path.is_dir():
            raise SettingsError(f"source {source.name}: there is no folder {source.path}")
        _walk(source, found)
    found.files.sort(key=lambda file: (file.source.name, file.path))
    found.problems.sort(key=lambda error: (error.path, error.line))
    return found


def _walk(source: Source, found: Scan) -> None:
    root = os.path.realpath(source.path)
    topics: list[SourceFile] = []
    waiting: list[tuple[str, str, Defaults]] = [(root, "", Defaults())]
    while waiting:
        folder, below, inherited = waiting.pop()
        defaults = _folder_defaults(folder, root, below, inherited, found)
        found._defaults[source.name, below] = defaults
        for entry in _entries(folder, below, found):
            name, is_folder = entry.name, entry.is_dir(follow_symlinks=False)
            if name[0] in "_." and (is_folder or name != TOPIC_FILE):
                continue
            path = f"{below}/{name}" if below else name
            if problem := _problem(entry, path):
                found.problems.append(problem)
            elif is_folder:
                waiting.append((entry.path, path, defaults))
            elif name == TOPIC_FILE:
                topics.append(SourceFile(source, path, entry.path))
            elif name.endswith(".md"):
                found.files.append(SourceFile(source, path, entry.path, _stat(entry)))
    found.topics += sorted(topics, key=lambda file: file.path)


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:
        return None  # Reading it will say what is wrong.


def _entries(folder: str, below: str, found: Scan) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        found.problems.append(_unreadable(below or ".", error))
        return []


def _problem(entry: os.DirEntry[str], path: str) -> ArticleError | None:
    """Return why an entry must not be used, or None."""
    try:
        entry.name.encode()
    except UnicodeEncodeError:
        shown = path.encode("utf-8", "replace").decode()
        return ArticleError(shown, 1, "the file's name is not UTF-8", "Rename it")
    if entry.is_symlink():
        return ArticleError(path, 1, "a symbolic link", "Put the file itself here")
    if entry.is_dir(follow_symlinks=False) and path.count("/") >= MAX_FOLDER_DEPTH:
        return ArticleError(path, 1, "folders are nested too deep", "Move the files up")
    return None


def _folder_defaults(
    folder: str, root: str, below: str, inherited: Defaults, found: Scan
) -> Defaults:
    """Return the defaults of a folder; without a file of its own, the inherited ones."""
    file = f"{folder}/{DEFAULTS_FILE}"
    if not os.path.lexists(file):
        return inherited
    from kb.files import frontmatter
    from kb.files.fields import check_defaults

    path = f"{below}/{DEFAULTS_FILE}" if below else DEFAULTS_FILE
    try:
        data = read_bytes(file, root, path, frontmatter.MAX_YAML_BYTES)
        try:
            text = tidy(data.decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise ArticleError(path, 1, "not UTF-8 text", "Save the file as UTF-8") from error
        given, lines = frontmatter.load_yaml(text, path)
        values, warnings = check_defaults(given, path, lines)
    except ArticleError as error:
        found.problems.append(error)
        safe = {key: value for key, value in inherited.values.items() if key != "audience"}
        return Defaults(safe, broken=True)
    found.warnings.extend(warnings)
    return Defaults({**inherited.values, **values}, inherited.broken)


def defaults_for(file: SourceFile) -> Defaults:
    """Return the defaults of one file, read now; a broken file of defaults fails closed."""
    found = Scan()
    root = os.path.realpath(file.source.path)
    defaults = Defaults()
    parts = PurePosixPath(file.path).parent.parts
    for depth in range(len(parts) + 1):
        below = "/".join(parts[:depth])
        defaults = _folder_defaults(os.path.join(root, below), root, below, defaults, found)
    return defaults


def read_bytes(
    absolute: StrPath,
    root: StrPath,
    path: str,
    limit: int,
    too_long: str = "Split the article",
) -> bytes:
    """Return the bytes of a regular file that lies below `root`; raises ArticleError.

    Never reads more than one byte over `limit`, and never waits for a pipe.

    too_long  what to do about a file over the limit
    """
    inside = os.path.join(os.path.realpath(root), "")
    if not os.path.realpath(absolute).startswith(inside):
        raise ArticleError(path, 1, "the file lies outside of its source", "Put it inside")
    try:
        handle = os.open(absolute, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(handle, "rb") as stream:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise ArticleError(path, 1, "not a regular file", "Put a file here")
            data = stream.read(limit + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(data) > limit:
        size = f"{limit >> 20} MiB" if limit >> 20 else f"{limit >> 10} KiB"
        raise ArticleError(path, 1, f"the file is longer than {size}", too_long)
    return data


def _unreadable(path: str, error: OSError) -> ArticleError:
    reason = error.strerror or "input or output failed"
    return ArticleError(path, 1, f"cannot be read ({reason})", "Mend the file's permissions")
