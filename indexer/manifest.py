"""What a generation holds, written into it last, and the comparison of the two.

The JSON form is canonical and carries its own checksum: a text that is not byte for byte
what `to_json` would write is damaged, so one flipped bit is found in the manifest as well.

Checksums are XXH3 with 128 bits: against disks, not against people, for who may write into an
index can write its manifest too. It takes no longer than to read the bytes.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import Any, NoReturn, TypeAlias

import orjson
from xxhash import xxh3_128

from kb.errors import IndexDamaged

FORMAT = 3
FILE_NAME = "manifest.json"
_CANONICAL = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE

Counts: TypeAlias = "Mapping[str, int | Counts]"
FileKey: TypeAlias = tuple[int, int, int, int]
Digests: TypeAlias = dict[FileKey, str]


@dataclass(frozen=True, slots=True)
class FileRecord:
    """One file: XXH3 of 128 bits in lower-case hexadecimal and size in bytes."""

    xxh3: str
    size: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contents of one generation and the state of the articles it was built from.

    generation      the folder's name
    revision        git revision of the articles, or "" outside git
    built_at        aware moment, ISO 8601
    fingerprint     hash of everything that shapes an index
    counts          numbers for people, nested by name
    next_change_at  aware moment, ISO 8601, at which an article becomes live or expires, or None
    files           path relative to the folder, with "/" -> record; not the manifest itself
    links           path of a symbolic link -> its target as written, relative to the link
    """

    generation: str
    revision: str
    built_at: str
    fingerprint: str
    counts: Counts = field(default_factory=dict)
    next_change_at: str | None = None
    files: Mapping[str, FileRecord] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return the one text that stands for this manifest."""
        body: dict[str, Any] = {
            "format": FORMAT,
            "generation": self.generation,
            "revision": self.revision,
            "built_at": self.built_at,
            "fingerprint": self.fingerprint,
            "counts": self.counts,
            "next_change_at": self.next_change_at,
            "files": {
                path: {"xxh3": record.xxh3, "size": record.size}
                for path, record in self.files.items()
            },
            "links": dict(self.links),
        }
        body["checksum"] = xxh3_128(_dump(body)).hexdigest()
        return _dump(body).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> "Manifest":
        """Return the manifest that `text` stands for; raise IndexDamaged when it is malformed."""
        try:
            manifest = cls._from_object(orjson.loads(text))
            canonical = manifest.to_json()
        except (ValueError, TypeError, RecursionError) as error:
            raise IndexDamaged(f"{FILE_NAME} is not JSON: {error}") from error
        if text != (canonical.encode() if isinstance(text, bytes) else canonical):
            _refuse("does not match its checksum")
        return manifest

    @classmethod
    def _from_object(cls, given: Any) -> "Manifest":
        if not isinstance(given, dict):
            _refuse("is not an object")
        if given.get("format") != FORMAT:
            _refuse(f"has format {given.get('format')!r}, this program reads {FORMAT}")
        fields = {name: given[name] for name in given.keys() - {"format", "checksum"}}
        _check_types(fields)
        files = {path: FileRecord(**record) for path, record in fields.pop("files").items()}
        return cls(files=files, **fields)


def file_key(found: os.stat_result) -> FileKey:
    """Return what stays equal as long as nobody writes into a file, over all its hard links."""
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns


def checksum(path: str | Path) -> str:
    """Return the checksum of a file's bytes."""
    with open(path, "rb") as file:
        return file_digest(file, xxh3_128).hexdigest()


def walk(
    folder: Path, folders: Collection[str] | None = None
) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Yield (relative path, entry) for all that is not a folder, without following links.

    The manifest itself is left out, and so are empty folders. With `folders`, no other folder at
    the top is opened: a process may not be allowed to.
    """
    pending = [""]
    while pending:
        prefix = pending.pop()
        with os.scandir(folder / prefix) as entries:
            for entry in entries:
                path = prefix + entry.name
                if entry.is_dir(follow_symlinks=False):
                    if prefix or folders is None or path in folders:
                        pending.append(f"{path}/")
                elif path != FILE_NAME:
                    yield path, entry


def link_problem(folder: Path, link: str, folders: Collection[str] | None = None) -> str | None:
    """Return what is wrong with the symbolic link `link` inside `folder`, or None.

    It has to end at something inside `folder`, in one of those `folders` when any are given.
    """
    end = os.path.realpath(folder / link)
    first = os.path.relpath(end, os.path.realpath(folder)).partition("/")[0]
    if first == ".." or (folders is not None and first not in folders):
        return f"{link}: links out of its folder, to {os.readlink(folder / link)!r}"
    return None if os.path.exists(end) else f"{link}: links to nothing"


def problems(
    folder: Path,
    manifest: Manifest,
    *,
    deep: bool = True,
    folders: Collection[str] | None = None,
    known: Digests | None = None,
) -> list[str]:
    """Return how `folder` differs from its manifest, one sentence each; empty when it does not.

    deep     read every byte; else only names, sizes and links are compared
    folders  look only into these folders and at the files beside them, or None for everything;
             a link from there into another folder is then a problem too
    known    digests of files that were read before; what is read now is added
    """
    try:
        found = [
            *_manifest_problems(folder, manifest),
            *_content_problems(folder, manifest, deep, folders, {} if known is None else known),
        ]
    except OSError as error:
        found = [f"cannot be read: {error}"]
    return sorted(found)


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index folder and what its manifest says about it."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Return the folder's name; names sort by time."""
        return self.path.name

    def verify(
        self,
        *,
        deep: bool = True,
        folders: Collection[str] | None = None,
        known: Digests | None = None,
    ) -> list[str]:
        """Return what differs from the manifest, as `problems` does."""
        return problems(self.path, self.manifest, deep=deep, folders=folders, known=known)


def _manifest_problems(folder: Path, manifest: Manifest) -> Iterator[str]:
    if manifest.generation != folder.name:
        yield f"{FILE_NAME}: is that of {manifest.generation!r}"
    if (folder / FILE_NAME).read_bytes() != manifest.to_json().encode():
        yield f"{FILE_NAME}: changed since it was opened"


def _content_problems(
    folder: Path, manifest: Manifest, deep: bool, folders: Collection[str] | None, known: Digests
) -> Iterator[str]:
    missing = {path for path in {*manifest.files, *manifest.links} if _selected(path, folders)}
    for path, entry in walk(folder, folders):
        missing.discard(path)
        if entry.is_symlink():
            yield from _link_problems(folder, path, manifest, folders)
        elif path not in manifest.files:
            yield f"{path}: is not in the manifest"
        elif not entry.is_file(follow_symlinks=False):
            yield f"{path}: is not a file"
        else:
            yield from _file_problems(Path(entry.path), path, manifest.files[path], deep, known)
    yield from (f"{path}: is missing" for path in missing)


def _link_problems(
    folder: Path, path: str, manifest: Manifest, folders: Collection[str] | None
) -> Iterator[str]:
    target = os.readlink(folder / path)
    if manifest.links.get(path) != target:
        yield f"{path}: links to {target!r}, which the manifest does not say"
    elif wrong := link_problem(folder, path, folders):
        yield wrong


def _file_problems(
    path: Path, name: str, record: FileRecord, deep: bool, known: Digests
) -> Iterator[str]:
    found = path.stat()
    if found.st_size != record.size:
        yield f"{name}: has {found.st_size} bytes instead of {record.size}"
    elif deep:
        key = file_key(found)
        if key not in known:
            known[key] = checksum(path)
        if known[key] != record.xxh3:
            yield f"{name}: checksum does not match"


def _selected(path: str, folders: Collection[str] | None) -> bool:
    """Whether `path` is looked at: a file beside the folders always is."""
    first, slash, _ = path.partition("/")
    return folders is None or first in folders or not slash


def _dump(value: Mapping[str, Any]) -> bytes:
    return orjson.dumps(value, option=_CANONICAL)


def _check_types(given: Mapping[str, Any]) -> None:
    names = {"generation", "revision", "built_at", "fingerprint", "counts", "next_change_at"}
    if given.keys() != names | {"files", "links"}:
        _refuse(f"has the keys {', '.join(sorted(given))}")
    for name in ("generation", "revision", "fingerprint"):
        if not isinstance(given[name], str):
            _refuse(f"has {given[name]!r} as {name}")
    if not _is_moment(given["built_at"]):
        _refuse(f"has {given['built_at']!r} as built_at")
    if given["next_change_at"] is not None and not _is_moment(given["next_change_at"]):
        _refuse(f"has {given['next_change_at']!r} as next_change_at")
    if not _are_counts(given["counts"]):
        _refuse("has counts that are not numbers")
    if not isinstance(given["files"], dict) or not all(map(_is_record, given["files"].values())):
        _refuse("lists files without size or checksum")
    links = given["links"]
    if not isinstance(links, dict) or not all(isinstance(to, str) for to in links.values()):
        _refuse("lists links without a target")


def _is_moment(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _are_counts(value: object) -> bool:
    return isinstance(value, dict) and all(
        _is_number(item) or _are_counts(item) for item in value.values()
    )


def _is_record(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"xxh3", "size"}
        and isinstance(value["xxh3"], str)
        and _is_number(value["size"])
    )


def _refuse(what: str) -> NoReturn:
    raise IndexDamaged(f"{FILE_NAME} {what}")
