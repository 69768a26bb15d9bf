"""Say where the relative links and images of each article lead.

A link goes to the URL of the article that the file has become. A public article never links to
one that the public cannot read: not even its address shows. Images are files beside articles,
served under the hash of their content.
"""

import hashlib
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from indexer.ledger import Entry, FileId
from kb.article import Audience
from kb.errors import ArticleError
from kb.paths import article_path
from kb.scan import read_bytes
from kb.settings import Source

Links = dict[str, str | None]

MAX_IMAGE_BYTES = 5 * 1024 * 1024
IMAGE_TYPES = frozenset((".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif"))


@dataclass(slots=True)
class Images:
    """The images that articles show: content name -> bytes, by audience."""

    by_audience: dict[Audience, dict[str, bytes]] = field(
        default_factory=lambda: {"public": {}, "internal": {}}
    )
    _names: dict[Path, tuple[str, bytes] | None] = field(default_factory=dict)

    def add(self, file: Path, root: Path, audience: Audience) -> str | None:
        """Take an image in and return its content name; None when it cannot be used."""
        if file not in self._names:
            self._names[file] = _read_image(file, root)
        found = self._names[file]
        if found is None:
            return None
        self.by_audience[audience][found[0]] = found[1]
        return found[0]


def resolve_links(
    entry: Entry,
    entries: Mapping[FileId, Entry],
    source: Source,
    images: Images,
    now: datetime,
) -> Links:
    """Return where each target of an article leads; None for what must not be linked."""
    links: Links = {}
    root = source.path
    for target in entry.targets:
        path = _path_of(target, entry.path)
        other = entries.get((entry.source, path)) if path else None
        if other is not None:
            readable = other.audience == "public" or entry.audience == "internal"
            links[target] = article_path(other.key) if readable and other.is_live(now) else None
        elif path and posixpath.splitext(path)[1].lower() in IMAGE_TYPES:
            name = images.add(root / path, root, entry.audience)
            links[target] = f"/media/{name}" if name else None
        else:
            links[target] = None
    return links


def _path_of(target: str, path: str) -> str | None:
    """Return a target as a path in the source, None when it leads out of it."""
    plain = unquote(target.partition("?")[0].partition("#")[0])
    base = "" if plain.startswith("/") else posixpath.dirname(path)
    joined = posixpath.normpath(posixpath.join(base, plain.lstrip("/")))
    return None if joined.startswith("..") or joined == "." else joined


def _read_image(file: Path, root: Path) -> tuple[str, bytes] | None:
    try:
        if not file.is_file() or file.stat().st_size > MAX_IMAGE_BYTES:
            return None
        data = read_bytes(file, root, file.name, MAX_IMAGE_BYTES)
    except (OSError, ArticleError):
        return None
    return f"{hashlib.sha256(data).hexdigest()[:32]}{file.suffix.lower()}", data
