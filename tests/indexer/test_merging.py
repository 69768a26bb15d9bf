"""Segments stay few, no update waits for that, and no answer changes by it."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from article_folder import ArticleFolder, article

import kb
from indexer.generations import MERGE_LOCK, Generations
from indexer.lock import exclusive
from indexer.merging import MOST_SMALL, merge, needs
from indexer.store import read_segments
from indexer.update import update_index
from kb.errors import IndexUnavailable
from kb.search import Query
from kb.settings import Settings

pytestmark = pytest.mark.usefixtures("shared_pool")

WORDS = ("reset", "password", "parcel", "invoice", "refund", "address", "delivery", "mail", "late")
QUERIES = ("reset password", "parcel", "refnd", '"invoice refund"', "deliv", "late -mail", "r3")


def text_of(number: int, round_: int = 0) -> str:
    """Return an article's text; each has other words in another order."""
    words = " ".join(WORDS[(number * step + round_) % len(WORDS)] for step in range(1, 30))
    audience = "internal" if number % 5 == 4 else "public"
    return article(f"How to {words[:20]} {number}", f"{words} r{round_}.", audience=audience)


def fill(folder: ArticleFolder, articles: int = 20) -> None:
    for number in range(articles):
        folder.put(f"en/x/{number}.md", text_of(number))
    folder.update()


def change(folder: ArticleFolder, numbers: range, round_: int = 1) -> None:
    """Change articles one update after the other."""
    for number in numbers:
        folder.put(f"en/x/{number}.md", text_of(number, round_))
        folder.update()


def segments(folder: ArticleFolder, audience: str = "internal") -> int:
    return len(read_segments(folder.current / audience / "en"))


def arrays(folder: ArticleFolder, audience: str) -> list[bytes]:
    files = (folder.current / audience / "en").glob("*.arrays")
    return sorted(file.read_bytes() for file in files)


def answers(folder: ArticleFolder) -> list[object]:
    """Return keys, scores and snippets of many searches, and every page."""
    engine = folder.engine()
    found: list[object] = []
    for audience in ("public", "internal"):
        for query in QUERIES:
            results = engine.search(Query(query, "en", limit=50), audience=audience)
            hits = (*results.hits, *results.relaxed)
            found.append([(hit.key, round(hit.score, 9), hit.snippet) for hit in hits])
            found.append((results.total, results.did_you_mean))
            found.append(engine.complete(query, locale="en", audience=audience))
        for summary in engine.articles("en", audience=audience):
            found.append((summary, engine.page(summary.key, audience=audience)))
    return found


def meanwhile(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Have something happen when a merge has written its segments and waits for the lock."""
    learn = Generations.learn

    def with_it(self: Generations, files: object) -> None:
        learn(self, files)
        monkeypatch.setattr(Generations, "learn", learn)
        happens()

    monkeypatch.setattr(Generations, "learn", with_it)


def assert_like_a_full_build(folder: ArticleFolder) -> None:
    found = answers(folder)
    folder.update(full=True)
    assert found == answers(folder)


def test_many_small_segments_become_one_without_another_answer(folder):
    fill(folder)
    assert needs(folder.current) == []
    change(folder, range(MOST_SMALL))
    before = answers(folder)
    assert segments(folder) == MOST_SMALL + 1
    assert merge(folder.root)
    assert segments(folder) == segments(folder, "public") == 1
    assert answers(folder) == before
    assert needs(folder.current) == []
    assert not merge(folder.root)
    assert_like_a_full_build(folder)


def test_a_merged_segment_is_byte_for_byte_one_that_was_built_at_once(folder):
    fill(folder)
    change(folder, range(3, MOST_SMALL + 4))
    assert merge(folder.root)
    merged = {audience: arrays(folder, audience) for audience in ("public", "internal")}
    folder.update(full=True)
    assert merged == {audience: arrays(folder, audience) for audience in ("public", "internal")}


def test_a_segment_with_many_deleted_articles_is_written_anew(folder):
    fill(folder)
    for number in range(8):
        folder.remove(f"en/x/{number}.md")
    folder.update()
    assert segments(folder) == 1
    assert merge(folder.root)
    assert [entry.deleted for entry in read_segments(folder.current / "internal/en")] == [()]
    assert needs(folder.current) == []
    assert_like_a_full_build(folder)


def test_an_update_that_writes_most_of_an_index_leaves_one_segment(folder):
    fill(folder)
    change(folder, range(4))
    assert segments(folder) > 1
    for number in range(2, 18):
        folder.put(f"en/x/{number}.md", text_of(number, 2))
    folder.update()
    assert segments(folder) == 1
    assert_like_a_full_build(folder)


def test_what_changed_while_merging_is_in_the_result(folder, monkeypatch):
    fill(folder)
    change(folder, range(MOST_SMALL + 1))

    def update() -> None:
        folder.remove("en/x/2.md")
        folder.put("en/x/3.md", text_of(3, 7))
        folder.put("en/x/new.md", text_of(77, 3))
        folder.put("en/x/12.md", text_of(14, 3))
        folder.update()

    meanwhile(monkeypatch, update)
    assert merge(folder.root)
    assert segments(folder) == 2
    assert "en/3" in folder.found("r7")
    assert folder.keys().isdisjoint({"en/2", "en/12"})
    assert folder.keys(audience="internal").issuperset({"en/new", "en/12"})
    assert_like_a_full_build(folder)


def test_articles_that_all_went_while_merging_do_not_come_back(folder, monkeypatch):
    fill(folder, 12)
    change(folder, range(MOST_SMALL + 1))

    def update() -> None:
        for number in range(12):
            folder.remove(f"en/x/{number}.md")
        folder.put("en/x/new.md", text_of(77))
        folder.update()

    meanwhile(monkeypatch, update)
    merge(folder.root)
    assert folder.keys(audience="internal") == {"en/new"}
    assert_like_a_full_build(folder)


def test_an_index_that_was_written_anew_while_merging_stays_as_it_is(folder, monkeypatch):
    fill(folder)
    change(folder, range(MOST_SMALL + 1))
    meanwhile(monkeypatch, lambda: folder.update(full=True))
    assert not merge(folder.root)
    before = folder.current
    assert not list(folder.root.glob("*.tmp"))
    folder.update()
    assert folder.current == before


def test_a_merge_keeps_what_a_generation_says_of_its_articles(folder):
    folder.put("en/x/soon.md", article("Soon", "Soon.", publish_at="2027-01-01"))
    fill(folder)
    change(folder, range(MOST_SMALL + 1))
    before = Generations(folder.root).current().manifest
    assert merge(folder.root)
    after = Generations(folder.root).current().manifest
    assert after.generation > before.generation
    for name in ("revision", "built_at", "fingerprint", "counts", "next_change_at"):
        assert getattr(after, name) == getattr(before, name)
    assert not folder.update().switched


def test_a_damaged_generation_is_not_merged_into_a_sound_one(folder):
    fill(folder)
    change(folder, range(MOST_SMALL + 1))
    current = Generations(folder.root).current().path
    files = (current / "internal/en").glob("*.arrays")
    victim = max(files, key=lambda file: file.stat().st_size)
    data = bytearray(victim.read_bytes())
    data[-100] ^= 1
    victim.write_bytes(data)
    assert not merge(folder.root)
    # The same file is in all of them.
    with pytest.raises(IndexUnavailable):
        Generations(folder.root).newest_verified()
    folder.update()
    assert_like_a_full_build(folder)


def test_a_second_merge_at_the_same_time_does_nothing(folder):
    fill(folder)
    change(folder, range(MOST_SMALL + 1))
    with exclusive(folder.root / MERGE_LOCK):
        assert not merge(folder.root)
    assert merge(folder.root)


def test_an_update_leaves_the_folder_of_a_running_merge_alone(folder):
    fill(folder)
    work = folder.root / "merge-abc.tmp"
    with exclusive(folder.root / MERGE_LOCK):
        work.mkdir()
        change(folder, range(1))
        assert work.exists()
    change(folder, range(1), round_=2)
    assert not work.exists()


def test_merging_an_index_that_is_not_there_does_nothing(tmp_path):
    assert not merge(tmp_path)
    assert not list(tmp_path.glob("*.tmp"))


def test_updates_do_not_wait_for_a_merge(folder, monkeypatch):
    fill(folder)
    change(folder, range(MOST_SMALL + 1))
    goes_on = threading.Event()
    waits = threading.Event()

    def wait() -> None:
        waits.set()
        assert goes_on.wait(60)

    meanwhile(monkeypatch, wait)
    merging = threading.Thread(target=merge, args=(folder.root,))
    merging.start()
    assert waits.wait(60)
    folder.put("en/x/1.md", text_of(1, 9))
    assert folder.update(wait_seconds=0).switched
    goes_on.set()
    merging.join()
    assert segments(folder) == 2
    assert_like_a_full_build(folder)


def test_kb_index_has_segments_merged_after_it_has_ended(folder):
    for number in range(40):
        folder.put(f"en/x/{number}.md", text_of(number))
    # The same as the command does, but for what comes after an update.
    sources = Settings.load(None, {}, {"articles": folder.articles}).all_sources()
    update_index(sources, folder.root, now=folder.now, workers=1)
    for number in range(MOST_SMALL):
        folder.put(f"en/x/{number}.md", text_of(number, 5))
        if number < MOST_SMALL - 1:
            update_index(sources, folder.root, now=folder.now, workers=1)
    assert segments(folder) == MOST_SMALL
    arguments = ["index", "--articles", folder.articles, "--index", folder.root]
    done = subprocess.run(
        [sys.executable, "-m", "kb", *arguments],
        check=True, capture_output=True, cwd=Path(kb.__file__).parents[1],
    )  # fmt: skip
    assert b" 1 changed" in done.stdout
    _wait_until(lambda: segments(folder) == 1)
    _wait_until(lambda: not list(folder.root.glob("*.tmp")))
    assert_like_a_full_build(folder)


def _wait_until(true: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
