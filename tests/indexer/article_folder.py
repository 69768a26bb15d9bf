"""A folder of articles in a real git repository, with its index, as tests of the writer use it."""

import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from indexer import update
from indexer.engine import WhooshEngine
from indexer.generations import Generations
from indexer.update import Report, update_index
from kb.article import Audience
from kb.search import Query
from kb.settings_tables import Source

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
# The smallest file that is an image to a browser: a GIF of one pixel.
PIXEL = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
BROKEN = "---\ntitle: [Reset]\naudience: public\n---\nNot a title.\n"
SLOW = "[" * 20_000  # takes Python-Markdown far longer than any limit


def article(title: str, body: str = "", **fields: object) -> str:
    """Return an article file's text; public unless `audience` says otherwise."""
    values = {"title": title, "audience": "public", **fields}
    head = "".join(f"{name}: {value}\n" for name, value in values.items() if value is not None)
    return f"---\n{head}---\n{body}\n"


def counts(report: Report) -> tuple[int, int, int, int]:
    """Return how many articles were added, changed and removed, and files skipped."""
    return report.added, report.changed, report.removed, report.skipped


def messages(report: Report) -> list[str]:
    return [str(problem) for problem in report.problems]


class ArticleFolder:
    """Writes article files, brings their index up to date and reads it.

    `now` is the clock of everything, until a test moves it.
    """

    def __init__(self, folder: Path) -> None:
        self.articles = folder / "articles"
        self.root = folder / "index"
        self.now = NOW
        self.articles.mkdir(parents=True)

    def put(self, path: str, text: str | bytes) -> Path:
        file = self.articles / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return file

    def remove(self, path: str) -> None:
        (self.articles / path).unlink()

    def update(self, **options: Any) -> Report:
        source = Source(name="articles", path=self.articles)
        return update_index([source], self.root, **{"now": self.now, "workers": 1, **options})

    def engine(self, *audiences: Audience) -> WhooshEngine:
        return WhooshEngine(
            self.root, audiences=audiences or ("public", "internal"), clock=lambda: self.now
        )

    def found(self, text: str, locale: str = "en", audience: Audience = "public") -> set[str]:
        """Return the keys that a search finds, whether wholly or in part."""
        results = self.engine().search(Query(text, locale, limit=50), audience=audience)
        return {hit.key for hit in (*results.hits, *results.relaxed)}

    def keys(self, locale: str = "en", audience: Audience = "public") -> set[str]:
        """Return the keys of all articles that readers see."""
        return {summary.key for summary in self.engine().articles(locale, audience=audience)}

    def html(self, key: str, audience: Audience = "public") -> str:
        page = self.engine().page(key, audience=audience)
        assert page is not None, key
        return page.html

    @property
    def current(self) -> Path:
        generation = Generations(self.root).current()
        assert generation is not None
        assert generation.verify() == []
        return generation.path

    def git(self, *arguments: str, day: str = "2026-11-01") -> str:
        """Run git in the folder of the articles, as of noon on `day`."""
        moment = f"{day}T12:00:00+0000"
        author = {"GIT_AUTHOR_DATE": moment, "GIT_COMMITTER_DATE": moment}
        who = ["-c", "user.name=Writer", "-c", "user.email=writer@example.com"]
        done = subprocess.run(
            ["git", *who, "-c", "commit.gpgsign=false", *arguments],
            cwd=self.articles,
            env={**os.environ, **author, "GIT_CONFIG_GLOBAL": os.devnull},
            check=True,
            capture_output=True,
            text=True,
        )
        return done.stdout.strip()


class SharedPool:
    """Lends one pool to one update after another, so that not each starts its own processes."""

    def __init__(self) -> None:
        self.pool = update.BoundedPool(1, seconds=update.RENDER_SECONDS)

    def __call__(self, *_: object, **__: object) -> "SharedPool":
        return self

    def __enter__(self) -> object:
        return self.pool

    def __exit__(self, *_: object) -> None:
        """Leave the processes for the next update."""
