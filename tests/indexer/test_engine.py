"""The Whoosh engine follows the index while it changes: no call fails, none mixes two states."""

import gc
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from article_folder import ArticleFolder, article

from indexer.engine import POLL_SECONDS, WhooshEngine
from kb.errors import IndexUnavailable
from kb.search import Query

pytestmark = pytest.mark.usefixtures("shared_pool")

ARTICLES = 6


def write_round(folder: ArticleFolder, round_: int) -> None:
    """Give every article the canary of this round, in its text, its title and its topic's name."""
    for number in range(ARTICLES):
        text = article(f"Title {number} r{round_}", f"canary and round{round_} of it")
        folder.put(f"en/x/{number}.md", text)
    folder.put("en/x/_topic.yml", f"title: r{round_}\n")


def served(engine: WhooshEngine) -> str:
    return engine.state(audience="public").generation


def wait_for(engine: WhooshEngine, generation: str, seconds: float = 20) -> None:
    """Ask until the engine serves a generation."""
    deadline = time.monotonic() + seconds
    while served(engine) != generation:
        assert time.monotonic() < deadline, f"{generation} is not served after {seconds} s"
        time.sleep(0.02)


def damage(path: Path) -> None:
    """Flip a bit without touching the generations that share the file."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.unlink()
    path.write_bytes(data)


def ask(engine: WhooshEngine, seen: list[tuple[str, frozenset[str]]]) -> None:
    """Search once and note which rounds the answer is made of."""
    results = engine.search(Query("canary", "en", limit=50), audience="public")
    assert results.total == len(results.hits) == ARTICLES
    rounds = {hit.title.rpartition(" ")[2] for hit in results.hits}
    rounds |= {"r" + hit.snippet.partition("round")[2].partition(" ")[0] for hit in results.hits}
    seen.append((results.generation, frozenset(rounds)))
    assert len(engine.complete("title", locale="en", audience="public")) == ARTICLES
    assert engine.page(results.hits[0].key, audience="public") is not None
    assert len(engine.topics("en", audience="public")) == 1
    engine.similar("en/1", audience="public")


def test_searches_go_on_and_see_one_state_each_while_the_index_changes(folder, monkeypatch):
    monkeypatch.setattr("indexer.engine.POLL_SECONDS", 0.02)
    write_round(folder, 0)
    made = {folder.update().generation: "r0"}
    engine = WhooshEngine(folder.root)
    seen: list[tuple[str, frozenset[str]]] = []
    failures: list[BaseException] = []
    done = threading.Event()

    def searching() -> None:
        try:
            while not done.is_set():
                ask(engine, seen)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=searching) for _ in range(3)]
    for thread in threads:
        thread.start()
    for round_ in range(1, 11):
        write_round(folder, round_)
        made[folder.update().generation] = f"r{round_}"
    last = list(made)[-1]
    wait_for(engine, last)
    done.set()
    for thread in threads:
        thread.join()
    assert failures == []
    ask(engine, seen)
    assert all(rounds == {made[generation]} for generation, rounds in seen)
    assert seen[-1][0] == last
    assert len({generation for generation, _ in seen}) > 3


def test_a_new_generation_is_noticed_without_being_told(folder):
    write_round(folder, 0)
    folder.update()
    engine = folder.engine("public")
    old = served(engine)
    write_round(folder, 1)
    new = folder.update().generation
    assert new != old
    wait_for(engine, new, POLL_SECONDS + 5)


def test_the_old_generation_stays_when_the_new_one_is_damaged(folder, monkeypatch):
    monkeypatch.setattr("indexer.engine.POLL_SECONDS", 0.0)
    write_round(folder, 0)
    first = folder.update().generation
    engine = folder.engine("public")
    assert served(engine) == first
    write_round(folder, 1)
    folder.update()
    damage(next((folder.current / "public/en").glob("*.seg")))
    for _ in range(20):
        assert served(engine) == first
        time.sleep(0.01)
    wait_for(engine, folder.update().generation)


def test_the_open_generation_serves_when_no_other_can_be_opened(folder, monkeypatch, caplog):
    monkeypatch.setattr("indexer.engine.POLL_SECONDS", 0.0)
    write_round(folder, 0)
    folder.update()
    engine = folder.engine("public")
    assert served(engine)
    (folder.current / "manifest.json").unlink()
    (folder.root / "current").unlink()
    for _ in range(20):
        assert engine.search(Query("canary", "en"), audience="public").total == ARTICLES
        time.sleep(0.01)
    assert caplog.text.count("the old one stays") == 1
    wait_for(engine, folder.update().generation)


def test_without_an_index_every_read_says_what_to_run_and_a_new_index_is_found(folder):
    engine = folder.engine("public")
    reads = (
        lambda: engine.state(audience="public"),
        lambda: engine.search(Query("x", "en"), audience="public"),
        lambda: engine.complete("x", locale="en", audience="public"),
        lambda: engine.similar("en/x", audience="public"),
        lambda: engine.page("en/x", audience="public"),
        lambda: engine.resolve("x", locale="en", audience="public"),
        lambda: engine.articles("en", audience="public"),
        lambda: engine.topics("en", audience="public"),
        lambda: engine.translations("en/x", audience="public"),
        lambda: engine.media("x.png", audience="public"),
    )
    for read in reads:
        with pytest.raises(IndexUnavailable, match="Run `kb index`"):
            read()
    write_round(folder, 0)
    folder.update()
    for read in reads:
        read()


def test_an_index_of_another_version_is_not_read_with_this_one(folder, monkeypatch):
    write_round(folder, 0)
    folder.update()
    monkeypatch.setattr("indexer.engine.fingerprint", lambda: "another version")
    engine = folder.engine("public")
    with pytest.raises(IndexUnavailable, match="another version of this program"):
        engine.search(Query("canary", "en"), audience="public")
    monkeypatch.undo()
    assert engine.search(Query("canary", "en"), audience="public").total == ARTICLES


def test_the_public_engine_refuses_to_read_internal_articles(folder):
    folder.put("en/x/a.md", article("Hidden", audience="internal"))
    folder.put("en/x/b.md", article("Open"))
    folder.update()
    with pytest.raises(ValueError, match="does not open internal"):
        WhooshEngine(folder.root).search(Query("hidden", "en"), audience="internal")


PUBLIC_READER = """
import json, sys
from pathlib import Path
opened = []
def hook(event, args):
    if event in ("open", "os.listdir", "os.scandir") and args and isinstance(args[0], (str, bytes)):
        opened.append(str(args[0]))
from indexer.engine import WhooshEngine
from kb.search import Query
sys.addaudithook(hook)
engine = WhooshEngine(Path(sys.argv[1]))
found = engine.search(Query("hidden open canary", "en"), audience="public")
for key in ("en/a", "en/b"):
    engine.page(key, audience="public"), engine.similar(key, audience="public")
    engine.translations(key, audience="public")
engine.complete("h", locale="en", audience="public"), engine.topics("en", audience="public")
engine.articles("en", audience="public"), engine.resolve("old", locale="en", audience="public")
engine.media("0" * 32 + ".png", audience="public")
keys = [hit.key for hit in (*found.hits, *found.relaxed)]
print(json.dumps({"found": keys, "opened": opened}))
"""


def test_the_public_engine_opens_no_file_of_the_internal_half(folder):
    folder.put("en/x/a.md", article("Hidden", "canary", audience="internal"))
    folder.put("en/x/b.md", article("Open", "canary"))
    folder.put("vi/x/b.md", article("Mở", "canary"))
    folder.update()
    done = subprocess.run(
        [sys.executable, "-c", PUBLIC_READER, folder.root], capture_output=True, check=True
    )
    seen = json.loads(done.stdout)
    assert seen["found"] == ["en/b"]
    inside = [path for path in seen["opened"] if path.startswith(str(folder.root))]
    assert any("/public/en" in path for path in inside)
    assert [path for path in inside if "internal" in path] == []


def test_a_public_engine_serves_though_the_internal_half_is_damaged(folder):
    folder.put("en/x/a.md", article("Hidden", "canary", audience="internal"))
    folder.put("en/x/b.md", article("Open", "canary"))
    folder.update()
    damage(next((folder.current / "internal/en").glob("*.seg")))
    engine = WhooshEngine(folder.root)
    assert [h.key for h in engine.search(Query("canary", "en"), audience="public").hits] == ["en/b"]
    with pytest.raises(IndexUnavailable, match="1 damaged"):
        folder.found("canary", audience="internal")


def open_files(root: Path) -> list[str]:
    """Return the files below `root` that this process holds, by descriptor or by mapping."""
    links = (Path(f"/proc/self/fd/{n}") for n in os.listdir("/proc/self/fd"))
    held = [os.readlink(link) for link in links if os.path.lexists(link)]
    maps = Path("/proc/self/maps").read_text().splitlines()
    held += [line.split(maxsplit=5)[5] for line in maps if str(root) in line]
    return sorted(path for path in held if path.startswith(str(root)))


def test_open_files_do_not_grow_over_thirty_generations(folder, monkeypatch):
    monkeypatch.setattr("indexer.engine.POLL_SECONDS", 0.0)
    write_round(folder, 0)
    folder.put("vi/x/a.md", article("Mở", audience="internal"))
    folder.update()
    engine = folder.engine()
    served(engine)
    gc.collect()
    held = []
    for round_ in range(1, 31):
        folder.put("en/x/0.md", article(f"Title 0 r{round_}", "canary"))
        wait_for(engine, folder.update().generation)
        held.append(len(open_files(folder.root)))
    # For a moment two generations are open; one that stayed open would add to all that follow.
    assert min(held[20:]) <= max(held[:10])
