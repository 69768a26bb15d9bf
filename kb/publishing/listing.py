"""Which files of a commit may be written, told from what git says of its trees.

A tree can be made by hand, so it may hold what no `git add` would take: `..`, `.git`, one name
twice. Names are judged as bytes before anything is done with them. What is left out is reported;
all else is published.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kb.errors import ArticleError

# Nothing larger is ever used: images may be as large, articles less (`indexer.linking`,
# `kb.files.scan`).
LARGEST_FILE_BYTES: Final = 5 * 1024 * 1024
_LONGEST_NAME_BYTES: Final = 255
_LONGEST_PATH_BYTES: Final = 1_024
_FILES: Final = ("100644", "100755")
_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
# Nearly all paths; the others are looked at more closely.
_is_plain_path = re.compile(
    rb"[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*(?:/[A-Za-z0-9_]+(?:[.-]+[A-Za-z0-9_]+)*)*"
).fullmatch
# Control characters, ends of lines, and marks that turn the order of what stands beside them.
_DECEIVING: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
# Some file systems do not see these in a name.
_UNSEEN: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a commit: its path, git's name for its bytes, and how many they are."""

    path: str
    blob: str
    size: int


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a commit that may be written, by path, and why others are left out."""

    files: dict[str, Entry]
    left_out: tuple[ArticleError, ...]


def read_listing(listed: bytes) -> Listing:
    """Return what `git ls-tree -r -z -l` listed, judged."""
    files: dict[str, Entry] = {}
    left_out: list[ArticleError] = []
    spellings: dict[str, str] = {}
    for mode, blob, size, raw in _records(listed):
        path = _shown(raw)
        reason = _wrong_kind(mode) or _wrong_name(raw) or _too_large(size)
        first = spellings.setdefault(_plain(path), path) if not reason else path
        if not reason and (first != path or path in files):
            reason = f"its name is the one of {first}, but for capitals or accents", "Rename one"
        if reason:
            left_out.append(ArticleError(path, 1, f"{reason[0]}; it is left out", reason[1]))
        else:
            files[path] = Entry(path, blob, int(size))
    for path in files.keys() & _folders(files):
        del files[path]
        left_out.append(
            ArticleError(path, 1, "a file and a folder have this name", "Rename the file")
        )
    return Listing(files, tuple(sorted(left_out, key=lambda error: error.path)))


def _records(listed: bytes) -> Iterator[tuple[str, str, str, bytes]]:
    for record in listed.split(b"\0")[:-1]:
        about, _, path = record.partition(b"\t")
        mode, _, blob, size = about.decode("ascii").split()
        yield mode, blob, size, path


def _wrong_kind(mode: str) -> tuple[str, str] | None:
    if mode == _LINK:
        return "a symbolic link", "Put the file itself here"
    if mode == _SUBMODULE:
        return "a submodule", "Put its files here"
    return None if mode in _FILES else (f"no file (mode {mode})", "Put a file here")


def _wrong_name(raw: bytes) -> tuple[str, str] | None:
    if _is_plain_path(raw) and len(raw) <= _LONGEST_NAME_BYTES:
        return None
    try:
        path = raw.decode()
    except UnicodeDecodeError:
        return "the file's name is not UTF-8", "Rename it"
    longest = max(map(len, raw.split(b"/")))
    if len(raw) > _LONGEST_PATH_BYTES or longest > _LONGEST_NAME_BYTES:
        return "the path is too long", "Shorten the names"
    if _DECEIVING.search(path):
        return "the name holds a control character", "Rename it"
    if "\\" in path:
        return "the name holds a backslash", "Rename it"
    if not all(map(_is_name, path.split("/"))):
        return "the path leads out of the repository, or into git's own files", "Rename it"
    return None


def _is_name(part: str) -> bool:
    """Whether a part of a path names something in its folder, on whatever file system."""
    plain = _UNSEEN.sub("", part).rstrip(". ").casefold()
    return plain not in ("", ".git", "git~1")


def _too_large(size: str) -> tuple[str, str] | None:
    if int(size) <= LARGEST_FILE_BYTES:
        return None
    megabytes = -(-int(size) // 1_000_000)
    limit = LARGEST_FILE_BYTES >> 20
    return f"a file of {megabytes} MB, and {limit} MiB is the limit", "Make it smaller"


def _plain(path: str) -> str:
    """Return what is equal for names that some file systems take for one."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


def _folders(files: dict[str, Entry]) -> set[str]:
    found: set[str] = set()
    for path in files:
        while (path := path.rpartition("/")[0]) and path not in found:
            found.add(path)
    return found


def _shown(raw: bytes) -> str:
    """Return a path for a report: on one line, and with nothing invisible in it."""
    path = raw.decode("utf-8", "replace")
    if path.isprintable():
        return path
    return "".join(letter if letter.isprintable() else f"\\u{ord(letter):04x}" for letter in path)
