"""Say where the relative links and images of each article lead.

A link goes to the URL of the article that the file has become. A public article never links to
one that the public cannot read: not even its address shows. Images are files beside articles,
served under the hash of their content; their bytes are read when they are written and not kept.
"""

import hashlib
import os
import posixpath
import stat
from collections.abc import Iterator, Mapping
from datetime import datetime

from indexer.ledger import Entry, FileId
from indexer.seen import Seen
from kb.article import Audience
from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.scan import IMAGE_TYPES, MAX_IMAGE_BYTES, read_bytes
from kb.paths import article_path, linked_path
from kb.settings_tables import Source

Links = dict[str, str | None]


class ImageFiles(Mapping[str, bytes]):
    """Images by content name; asking for one reads its file."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, str]] = {}

    def add(self, name: str, file: str, root: str) -> None:
        """Say in which file below `root` an image lies."""
        self._files.setdefault(name, (file, root))

    def __getitem__(self, name: str) -> bytes:
        file, root = self._files[name]
        data = read_bytes(file, root, file, MAX_IMAGE_BYTES)
        if _name(hashlib.sha256(data).hexdigest(), file) != name:
            raise KnowledgeBaseError(f"{file} changed while it was read. Run `kb index` again.")
        return data

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


class Images:
    """The images that articles show, by audience."""

    def __init__(self, seen: Seen | None = None) -> None:
        self.by_audience: dict[Audience, ImageFiles] = {
            "public": ImageFiles(),
            "internal": ImageFiles(),
        }
        self._seen = seen or Seen()
        self._names: dict[str, str | None] = {}
        self._is_inside: dict[str, bool] = {}

    def add(self, file: str, root: str, audience: Audience) -> str | None:
        """Take an image in and return its content name; None when it cannot be used."""
        if file not in self._names:
            self._names[file] = self._find(file, root)
        name = self._names[file]
        if name is not None:
            self.by_audience[audience].add(name, file, root)
        return name

    def _find(self, file: str, root: str) -> str | None:
        try:
            found = os.lstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_IMAGE_BYTES:
                return None
            if not self._lies_inside(posixpath.dirname(file), root):
                return None
            digest = self._seen.digest(found)
            if digest is None:
                data = read_bytes(file, root, file, MAX_IMAGE_BYTES)
                digest = hashlib.sha256(data).hexdigest()
                self._seen.learn_digest(found, digest)
        except (OSError, ValueError, ArticleError):
            return None
        return _name(digest, file)

    def _lies_inside(self, folder: str, root: str) -> bool:
        """Whether a folder is below `root` whatever links lead there."""
        if folder not in self._is_inside:
            inside = os.path.join(os.path.realpath(root), "")
            real = os.path.join(os.path.realpath(folder), "")
            self._is_inside[folder] = real.startswith(inside)
        return self._is_inside[folder]


class Resolver:
    """Answers where links lead among `entries` at `now`."""

    def __init__(
        self,
        entries: Mapping[FileId, Entry],
        sources: Mapping[str, Source],
        now: datetime,
        seen: Seen | None = None,
    ) -> None:
        self.images = Images(seen)
        self._entries = entries
        self._roots = {name: str(source.path) for name, source in sources.items()}
        self._now = now

    def ends(self, entry: Entry) -> list[str | None]:
        """Return for each target of an article another one's key, an image's path or None."""
        folder = entry.path.rpartition("/")[0]
        return [self._end(entry, linked_path(target, folder)) for target in entry.targets]

    def links(self, entry: Entry) -> Links:
        """Return the address that each target of an article leads to; None: do not link."""
        return {
            target: end and (end if end.startswith("/") else article_path(end))
            for target, end in zip(entry.targets, self.ends(entry), strict=True)
        }

    def _end(self, entry: Entry, path: str | None) -> str | None:
        if path is None:
            return None
        other = self._entries.get((entry.source, path))
        if other is not None:
            readable = other.audience == "public" or entry.audience == "internal"
            return other.key if readable and other.is_live(self._now) else None
        if posixpath.splitext(path)[1].lower() in IMAGE_TYPES:
            root = self._roots[entry.source]
            name = self.images.add(f"{root}/{path}", root, entry.audience)
            return name and f"/media/{name}"
        return None


def _name(digest: str, file: str) -> str:
    return f"{digest[:32]}{posixpath.splitext(file)[1].lower()}"
