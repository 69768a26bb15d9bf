"""`kb sync` and the publisher: what is pushed is indexed, and what fails leaves the last state."""

import json
import shutil
import threading
from datetime import UTC, datetime, timedelta

import pytest
from bare_repository import BareRepository, article
from command import answer, run

from indexer.engine import WhooshEngine
from indexer.generations import Generations
from kb.cli.publisher import Keeper, Publisher
from kb.cli.sync import LAST_SYNC, publish
from kb.publishing.asking import ask_for_sync
from kb.search import Query
from kb.settings import Settings

SEND = "articles/en/parcels/send.md"
LATER = "articles/en/parcels/later.md"
# So many that no segment has to be merged after a change.
OTHERS = {f"articles/en/more/{n}.md": article(f"Number {n}").replace("depot", "") for n in range(9)}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A server's folder and the repository that it publishes."""
    folder = tmp_path_factory.mktemp("site")
    remote = BareRepository(folder / "remote.git")
    (folder / "kb.toml").write_text(
        f'index = "var/index"\n[publish]\nrepository = "{remote.address}"\npoll_seconds = 0\n'
        '[search]\nsemantic = "off"\n'
    )
    broken = {"articles/en/broken.md": "---\ntitle: [\n---\n"}
    remote.commit({**OTHERS, **broken, SEND: article(word="first")})
    return folder, remote


@pytest.fixture
def settings(site):
    return Settings.load(site[0] / "kb.toml", {})


def found(settings, text):
    engine = WhooshEngine(settings.index)
    results = engine.search(Query(text, "en"), audience="public")
    return [hit.key for hit in results.hits]


def last_sync(settings):
    return json.loads((settings.index.parent / LAST_SYNC).read_bytes())


def test_one_command_publishes_what_was_pushed(site, settings):
    folder, remote = site
    commit = remote.head()
    said = answer(folder, "sync")
    assert (said["commit"], said["written"], said["error"]) == (commit, 11, None)
    assert said["index"]["added"] == 10
    assert said["index"]["problems"][0].startswith("en/broken.md:2:")
    assert found(settings, "parcel") == ["en/send"]
    assert last_sync(settings).keys() == said.keys()
    code, out, err = run(folder, "sync")
    assert (code, out.splitlines()[0]) == (0, f"At {commit[:12]}: 0 files written, 0 removed")
    assert "en/broken.md:2:" in err


def test_the_index_is_not_made_of_half_a_commit(site):
    folder, _ = site
    answer(folder, "sync")
    (folder / "var" / "checkout" / ".git" / "kb-published.json").unlink()
    code, _, err = run(folder, "index")
    assert code == 1
    assert "no whole commit lies there yet. Run `kb sync`." in err
    assert run(folder, "sync")[0] == 0
    assert run(folder, "index")[0] == 0


def test_without_a_repository_there_is_nothing_to_fetch(tmp_path):
    code, _, err = run(tmp_path, "sync")
    assert (code, "publish.repository is not set" in err) == (2, True)


def test_what_cannot_be_reached_leaves_the_last_state_and_the_clock_goes_on(site, settings):
    folder, remote = site
    soon = datetime.now(UTC) + timedelta(seconds=1)
    later = article("What comes later?").replace("---\nTake", f"publish_at: {soon}\n---\nTake")
    remote.commit({**OTHERS, SEND: article(word="second"), LATER: later})
    assert publish(settings).report.next_change_at == soon
    away = remote.folder.with_name("away.git")
    remote.folder.rename(away)
    try:
        while datetime.now(UTC) <= soon:
            pass
        outcome = publish(settings)
        code, _, err = run(folder, "sync", "--json")
    finally:
        away.rename(remote.folder)
    assert outcome.moved is None
    assert outcome.report.added == 1
    assert set(found(settings, "depot")) == {"en/send", "en/later"}
    assert (code, "remote.git' does not appear to be a git repository" in err) == (1, True)
    assert "does not appear" in last_sync(settings)["error"]
    assert publish(settings).error is None
    assert last_sync(settings)["error"] is None


def test_the_publisher_publishes_when_it_is_asked(site, settings, capsys):
    _, remote = site
    stopping = threading.Event()
    publisher = Publisher(settings, lambda: not stopping.is_set())
    publishing = threading.Thread(target=publisher.run)
    publishing.start()
    try:
        remote.commit({**OTHERS, SEND: article(word="third")})
        ask_for_sync(settings)
        wait_until(lambda: found(settings, "third") == ["en/send"])
        shutil.move(remote.folder, remote.folder.with_name("away.git"))
        ask_for_sync(settings)
        wait_until(lambda: last_sync(settings)["error"])
        shutil.move(remote.folder.with_name("away.git"), remote.folder)
        remote.commit({**OTHERS, SEND: article(word="fourth")}, after=None)
        ask_for_sync(settings)
        wait_until(lambda: found(settings, "fourth") == ["en/send"])
    finally:
        stopping.set()
        publishing.join(30)
    said = capsys.readouterr().err
    assert said.count("The newest state is not published: git fetch failed") == 1
    assert "The branch was rewritten" in said
    assert "Published in " in said


def test_articles_of_this_machine_appear_at_their_moment_too(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KB_SEARCH_SEMANTIC", "off")
    soon = datetime.now(UTC) + timedelta(seconds=1)
    file = tmp_path / LATER
    file.parent.mkdir(parents=True)
    file.write_text(article().replace("---\nTake", f"publish_at: {soon}\n---\nTake"))
    answer(tmp_path, "index")
    settings = Settings.load(None, {})
    generations = Generations(settings.index)
    before = generations.current_name()
    keeper = Keeper(settings)
    keeper.start()
    try:
        wait_until(lambda: generations.current_name() != before)
    finally:
        keeper.stop()
    assert datetime.now(UTC) > soon
    assert found(settings, "parcel") == ["en/later"]


def wait_until(is_true, seconds=30):
    end = datetime.now(UTC) + timedelta(seconds=seconds)
    pause = threading.Event()
    while not is_true():
        assert datetime.now(UTC) < end
        pause.wait(0.05)
