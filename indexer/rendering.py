"""Render articles in bounded workers, and remember what came out by content hash.

The cache is one SQLite file beside the generations. It may be deleted at any time, and a damaged
one is: nothing in it is true that could not be rendered again.
"""

import hashlib
import sqlite3
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import orjson

from indexer.intake import as_error
from kb.article import Article, Section
from kb.errors import ArticleError
from kb.pool import BoundedPool
from kb.render import RENDER_FINGERPRINT, Rendered, render

CACHE_FILE = "render-cache.sqlite3"
_BATCH = 500

Tag = TypeVar("Tag")
Links = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Job:
    """An article to render and where its links lead."""

    article: Article
    links: Links

    @property
    def key(self) -> str:
        """Return the hash of all that the rendered article depends on."""
        article = self.article
        parts = (RENDER_FINGERPRINT, article.locale, article.title, sorted(self.links.items()))
        return hashlib.sha256(repr(parts).encode() + article.body.encode()).hexdigest()


def render_job(job: Job) -> Rendered:
    """Render one article; runs in a worker."""
    article = job.article
    return render(article.body, title=article.title, links=job.links, locale=article.locale)


class RenderCache:
    """Rendered articles by content hash."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        self._path = root / CACHE_FILE
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            self._delete()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        # Losing the cache costs time, never truth: no waiting for the disk.
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, body BLOB)")
        connection.execute("SELECT body FROM page LIMIT 1").fetchone()
        return connection

    def _delete(self) -> None:
        for suffix in ("", "-journal"):
            with suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").unlink()

    def read(self, key: str) -> Rendered | None:
        """Return what was kept under `key`, None when there is nothing usable."""
        row = None
        with self._replaced_when_damaged():
            row = self._connection.execute("SELECT body FROM page WHERE key = ?", (key,)).fetchone()
        try:
            return _load(row[0]) if row else None
        except (zlib.error, ValueError, KeyError, TypeError):
            return None

    def write(self, rows: Iterable[tuple[str, Rendered]]) -> None:
        """Keep rendered articles."""
        packed = [(key, zlib.compress(orjson.dumps(page), 1)) for key, page in rows]
        with self._replaced_when_damaged(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO page VALUES (?, ?)", packed)

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget all but `keys`."""
        with self._replaced_when_damaged(), self._connection:
            self._connection.execute("CREATE TEMP TABLE used (key TEXT PRIMARY KEY)")
            rows = ((key,) for key in set(keys))
            self._connection.executemany("INSERT INTO used VALUES (?)", rows)
            self._connection.execute("DELETE FROM page WHERE key NOT IN (SELECT key FROM used)")
            self._connection.execute("DROP TABLE used")

    @contextmanager
    def _replaced_when_damaged(self) -> Iterator[None]:
        """Go on without an answer when SQLite has none; a damaged file is deleted."""
        try:
            yield
        except sqlite3.OperationalError:
            return  # Locked, or a full disk: the file is not to blame.
        except sqlite3.DatabaseError:
            self._connection.close()
            self._delete()
            self._connection = self._open()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _load(body: bytes) -> Rendered:
    row = orjson.loads(zlib.decompress(body))
    sections = tuple(Section(**section) for section in row["sections"])
    return Rendered(row["html"], sections, tuple(row["warnings"]))


def render_all(
    jobs: Iterable[tuple[Tag, Job]], root: Path, pool: BoundedPool, *, prune: bool
) -> Iterator[tuple[Tag, Rendered | ArticleError]]:
    """Yield each article's rendering, in any order, or why it cannot be published.

    prune  the jobs are all articles there are: forget the others' renderings
    """
    with closing(RenderCache(root)) as cache:
        missing: list[tuple[Tag, Job]] = []
        keys = []
        for tag, job in jobs:
            keys.append(job.key)
            kept = cache.read(keys[-1])
            if kept is None:
                missing.append((tag, job))
            else:
                yield tag, kept
        fresh: list[tuple[str, Rendered]] = []
        for number, result in pool.map(render_job, [job for _, job in missing]):
            tag, job = missing[number]
            if isinstance(result, Rendered):
                fresh.append((job.key, result))
                yield tag, result
            else:
                yield tag, as_error(job.article.path, result)
            if len(fresh) == _BATCH:
                cache.write(fresh)
                fresh.clear()
        cache.write(fresh)
        if prune:
            cache.keep_only(keys)
