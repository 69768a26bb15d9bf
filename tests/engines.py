"""Engines over the same articles, one in memory and one on disk, for the contract tests."""

import html
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from indexer import update
from indexer.engine import WhooshEngine
from indexer.update import index_articles, update_index
from kb.article import Article
from kb.pool import BoundedPool
from kb.search import Query, Results, SearchEngine
from kb.settings_tables import Source
from kb.snapshot import Clock
from kb.testing import MemoryEngine

KINDS = ("memory", "whoosh")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
# The smallest file that is an image to a browser: a GIF of one pixel.
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)


def article(slug: str, title: str, body: str = "", **fields: Any) -> Article:
    """Return a public English article, unless `fields` say otherwise."""
    values = {"locale": "en", "audience": "public", **fields}
    path = f"{values['locale']}/{slug}.md"
    return Article(slug=slug, title=title, body=body, path=path, **values)


def plain(snippet: str) -> str:
    """Return what a reader sees of safe HTML."""
    return html.unescape(re.sub("<[^>]*>", "", snippet))


def search(engine: SearchEngine, text: str, locale: str = "en", **options: Any) -> Results:
    """Return what the public finds."""
    return engine.search(Query(text, locale, **options), audience="public")


def slugs(engine: SearchEngine, text: str, locale: str = "en", **options: Any) -> list[str]:
    """Return the slugs that the public finds, best first, those that match in part left out."""
    return [hit.slug for hit in search(engine, text, locale, **options).hits]


class Moment:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


class Engines:
    """Makes engines of either kind, once for the same articles.

    Its indexes are written by one pool of processes, for starting them takes most of the time.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[str, tuple[Article, ...]], SearchEngine] = {}
        self._pool = BoundedPool(
            1, seconds=update.RENDER_SECONDS, megabytes=update.RENDER_MEGABYTES
        )

    def __enter__(self) -> "Engines":
        self._pool.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        self._pool.__exit__(*error)

    def of(
        self, kind: str, articles: Sequence[Article], *, clock: Clock | None = None
    ) -> SearchEngine:
        """Return an engine of `kind` for both audiences."""
        if clock is not None:
            return self._make(kind, articles, clock)
        key = (kind, tuple(articles))
        if key not in self._made:
            self._made[key] = self._make(kind, articles, Moment(NOW))
        return self._made[key]

    def clock(self, now: datetime) -> Moment:
        return Moment(now)

    def with_media(self, kind: str) -> tuple[SearchEngine, str, bytes]:
        """Return an engine with one image, the image's name and its content."""
        if kind == "memory":
            return MemoryEngine([], media={"pixel.gif": PIXEL}), "pixel.gif", PIXEL
        root = self._root()
        file = root / "articles" / "en" / "a.md"
        file.parent.mkdir(parents=True)
        file.write_text("---\ntitle: A\naudience: public\n---\n![Dot](dot.gif)\n", "utf-8")
        file.with_name("dot.gif").write_bytes(PIXEL)
        with self._one_pool():
            update_index([Source(name="a", path=root / "articles")], root / "index", now=NOW)
        engine = WhooshEngine(root / "index")
        page = engine.page("en/a", audience="public")
        assert page is not None
        shown = re.search(r'src="[^"]*?([0-9a-f]+\.gif)"', page.html)
        assert shown is not None
        return engine, shown[1], PIXEL

    def _make(self, kind: str, articles: Sequence[Article], clock: Clock) -> SearchEngine:
        if kind == "memory":
            return MemoryEngine(articles, clock=clock)
        root = self._root()
        with self._one_pool():
            report = index_articles(articles, root, now=clock())
        assert report.problems == []
        return WhooshEngine(root, audiences=("public", "internal"), clock=clock)

    @contextmanager
    def _one_pool(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(update, "BoundedPool", lambda *_, **__: nullcontext(self._pool))
            yield

    def _root(self) -> Path:
        root = self._folder / str(len(list(self._folder.iterdir())))
        root.mkdir()
        return root
