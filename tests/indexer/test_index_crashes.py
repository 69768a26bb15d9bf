"""`kb index` may be killed at any moment: wholly the previous or wholly the new state serves."""

import os
import random
import shutil
import sys
import time
from pathlib import Path

import pytest
from article_folder import PIXEL, ArticleFolder, article
from crash import Run, points, run_and_kill

import kb
from indexer.engine import WhooshEngine
from indexer.generations import Generations
from indexer.merging import MOST_SMALL
from indexer.store import read_segments
from kb.errors import IndexUnavailable
from kb.search import Query

# The folder tests/kb would be found as the package kb.
ENV = {**os.environ, "PYTHONPATH": str(Path(kb.__file__).parents[1])}
ARTICLES = {
    "en/x/a.md": {},
    "en/x/b.md": {},
    "en/y/c.md": {"audience": "internal"},
    "vi/x/a.md": {},
}


def write_round(folder: ArticleFolder, round_: int) -> None:
    """Have every article, picture and topic say which round it is of."""
    for path, fields in ARTICLES.items():
        body = f"canary round{round_}\n\n![dot](dot.gif)\n"
        folder.put(path, article(f"Title r{round_}", body, **fields))
    for name in ("en/x", "en/y", "vi/x"):
        folder.put(f"{name}/dot.gif", PIXEL + str(round_).encode())
        folder.put(f"{name}/_topic.yml", f"title: r{round_}\n")
    # An article that comes and one that goes with each round.
    (folder.articles / f"en/x/only{round_ - 1}.md").unlink(missing_ok=True)
    folder.put(f"en/x/only{round_}.md", article(f"Title r{round_}", f"canary round{round_}"))


def index(folder: ArticleFolder, **when: object) -> Run:
    """Run `kb index` in a process of its own, to be killed as asked."""
    arguments = ["index", "--articles", str(folder.articles), "--index", str(folder.root)]
    return run_and_kill("kb.cli:main", arguments, within=folder.root, env=ENV, **when)


def round_served(folder: ArticleFolder) -> int | None:
    """Return the one round that all answers are of; None when there is no index yet."""
    engine = WhooshEngine(folder.root, audiences=("public", "internal"))
    try:
        engine.state(audience="internal")
    except IndexUnavailable:
        return None
    rounds = set()
    wanted = {"public": ({"a", "b"}, {"a"}), "internal": ({"a", "b", "c"}, {"a"})}
    for audience, locales in wanted.items():
        for locale, slugs in zip(("en", "vi"), locales, strict=True):
            results = engine.search(Query("canary", locale, limit=50), audience=audience)
            found = {hit.slug for hit in results.hits}
            titles = {hit.title for hit in results.hits}
            titles |= {t.title for t in engine.topics(locale, audience=audience)}
            rounds |= {int(title.rpartition("r")[2]) for title in titles}
            rounds |= {int(s.removeprefix("only")) for s in found if s.startswith("only")}
            assert {s for s in found if not s.startswith("only")} == slugs
            assert len(found) == len(slugs) + (locale == "en")
            for hit in results.hits:
                page = engine.page(hit.key, audience=audience)
                for part in page.html.split("/media/")[1:]:
                    image = engine.media(part.partition('"')[0], audience=audience)
                    rounds.add(int(image.removeprefix(PIXEL)))
    assert len(rounds) == 1, rounds
    return rounds.pop()


def assert_whole(folder: ArticleFolder, allowed: set[int | None], new: int) -> None:
    """One state serves, its files are sound, and the next run brings the new one."""
    assert round_served(folder) in allowed
    generation = Generations(folder.root).current()
    assert generation is None or generation.verify() == []
    folder.update()
    assert round_served(folder) == new
    assert folder.current
    assert not list(folder.root.glob("*.tmp"))


def share(kills: int, most: int = 1_000) -> int:
    """Return how often a test here kills: one takes a second, so few unless many are asked."""
    return min(kills, most) if kills >= 100 else max(4, kills // 6)


class Site:
    """A folder whose index is put back to where it was before each kill."""

    def __init__(self, folder: ArticleFolder, before: int | None) -> None:
        self.folder = folder
        self.before = before
        self.original = folder.root.with_name("original")
        if before is not None:
            write_round(folder, before)
            folder.update()
            shutil.copytree(folder.root, self.original, symlinks=True)
        self.new = (before or 0) + 1
        write_round(folder, self.new)

    def reset(self) -> None:
        shutil.rmtree(self.folder.root, ignore_errors=True)
        if self.before is not None:
            shutil.copytree(self.original, self.folder.root, symlinks=True)
        else:
            self.folder.root.mkdir()


@pytest.mark.usefixtures("shared_pool")
@pytest.mark.parametrize("before", [None, 1], ids=["first index", "update"])
def test_killed_at_any_file_operation_one_state_serves(folder, before, kills):
    site = Site(folder, before)
    site.reset()
    whole = index(folder)
    assert whole.status == 0, whole.output
    assert round_served(folder) == site.new
    killed = 0
    for at in points(whole.operations, share(kills)):
        site.reset()
        run = index(folder, at_operation=at)
        # SQLite and Whoosh may need one operation less than in the run that counted.
        assert run.killed or run.status == 0, run.output
        killed += run.killed
        assert_whole(folder, {before, site.new}, site.new)
    assert killed >= min(4, whole.operations)
    print(f"{whole.operations} operations, killed {killed} times", file=sys.stderr)


@pytest.mark.usefixtures("shared_pool")
def test_killed_at_random_moments_one_state_serves(folder, kills):
    site = Site(folder, 1)
    site.reset()
    started = time.monotonic()
    assert index(folder).status == 0
    needed = time.monotonic() - started
    moments = random.Random(20261123)
    killed = ended = 0
    while killed < share(kills, most=40):
        site.reset()
        run = index(folder, after_seconds=moments.uniform(0.1, 1) * needed)
        assert run.killed or run.status == 0, run.output
        if not run.killed:  # The machine has become faster than it was.
            needed *= 0.8
        killed, ended = killed + run.killed, ended + (not run.killed)
        assert_whole(folder, {1, 2}, 2)
    print(f"killed {killed} times within {needed:.1f} s, {ended} ended before", file=sys.stderr)


@pytest.mark.usefixtures("shared_pool")
def test_a_merge_killed_at_any_file_operation_loses_nothing(folder, kills):
    write_round(folder, 1)
    for number in range(20):
        folder.put(f"en/x/other{number}.md", article(f"Other {number}", "other", audience="public"))
    folder.update()
    for number in range(MOST_SMALL):
        folder.put(
            f"en/x/other{number}.md", article(f"Changed {number}", "other", audience="public")
        )
        folder.update()
    original = folder.root.with_name("original")
    shutil.copytree(folder.root, original, symlinks=True)
    few, many = 1, MOST_SMALL + 1

    def merge(**when: object) -> Run:
        shutil.rmtree(folder.root)
        shutil.copytree(original, folder.root, symlinks=True)
        return run_and_kill(
            "indexer.merging:main", [str(folder.root)], within=folder.root, env=ENV, **when
        )

    whole = merge()
    assert whole.status == 0, whole.output
    assert _segments(folder) == few
    for at in points(whole.operations, share(kills)):
        run = merge(at_operation=at)
        assert run.killed or run.status == 0, run.output
        assert _segments(folder) in {few, many}
        assert round_served(folder) == 1
        assert not folder.update().switched
        assert not list(folder.root.glob("*.tmp"))
        assert len(folder.keys(audience="internal")) == 24


def _segments(folder: ArticleFolder) -> int:
    return len(read_segments(folder.current / "public/en"))
