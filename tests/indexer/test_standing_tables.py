"""What readers' votes say of articles comes with the next update, and only when it has changed."""

from datetime import UTC, datetime

import pytest
from article_folder import article

from indexer.generations import Generations
from indexer.standing_tables import FILE, read_standings
from kb.events.database import Database
from kb.events.event_values import Vote
from kb.events.events import EventStore
from kb.results import standing
from kb.search import Query
from kb.settings import Settings

pytestmark = pytest.mark.usefixtures("shared_pool")


@pytest.fixture
def parcels(folder):
    for name in ("a", "b"):
        folder.put(f"en/x/{name}.md", article("Send a parcel", "At a depot."))
    folder.put("en/x/secret.md", article("Parcels that are lost", audience="internal"))
    folder.update()
    return folder


def order(folder):
    """Return the slugs found for a question, best first."""
    results = folder.engine().search(Query("parcel", "en"), audience="public")
    return [hit.slug for hit in results.hits]


def test_votes_alone_make_a_generation_without_writing_an_index(parcels):
    (segment,) = (parcels.current / "public/en").glob("*.arrays")
    assert order(parcels) == ["a", "b"]
    report = parcels.update(standings={"en/b": 2})
    assert (report.switched, report.changed) == (True, 0)
    assert order(parcels) == ["b", "a"]
    (shared,) = (parcels.current / "public/en").glob("*.arrays")
    assert shared.samefile(segment)


def test_the_same_standings_make_no_generation(parcels):
    parcels.update(standings={"en/b": 2})
    assert not parcels.update(standings={"en/b": 2, "en/gone": 4}).switched
    assert parcels.update(standings={"en/b": 1}).switched
    assert parcels.update(standings={}).switched
    assert order(parcels) == ["a", "b"]


def test_an_update_that_does_not_know_the_votes_keeps_them(parcels):
    parcels.update(standings={"en/b": 2})
    assert not parcels.update(standings=None).switched
    parcels.put("en/x/c.md", article("Send a parcel", "At a depot."))
    assert parcels.update(standings=None).switched
    assert order(parcels) == ["b", "a", "c"]
    parcels.update(standings=None, full=True)
    assert order(parcels) == ["b", "a", "c"]


def test_the_public_half_names_no_internal_article(parcels):
    parcels.update(standings={"en/secret": 1, "en/a": 1})
    assert read_standings(parcels.current / "internal") == {"en/a": 1, "en/secret": 1}
    assert read_standings(parcels.current / "public") == {"en/a": 1}
    parcels.put("en/x/a.md", article("Send a parcel", "At a depot.", audience="internal"))
    parcels.update(standings={"en/secret": 1, "en/a": 1})
    assert b"a" not in (parcels.current / "public" / FILE).read_bytes()


def test_they_are_checked_with_their_generation(parcels):
    parcels.update(standings={"en/a": 1})
    newest = Generations(parcels.root).newest_verified()
    assert {f"public/{FILE}", f"internal/{FILE}"} <= newest.manifest.files.keys()


def test_they_are_read_from_the_votes_of_the_last_half_year(tmp_path):
    settings = Settings(store=str(tmp_path / "kb.sqlite3"))
    now = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert standing.read_standings(settings, now.date()) == {}
    assert list(tmp_path.iterdir()) == []
    store = EventStore(Database(settings.store_url()))
    long_ago = datetime(2026, 5, 1, tzinfo=UTC)
    for number in range(9):
        store.vote(Vote("en/a", f"v{number}", True, "", "", now))
        store.vote(Vote("en/b", f"v{number}", False, "", "", now))
        store.vote(Vote("en/c", f"v{number}", True, "", "", long_ago))
    store.database.close()
    assert standing.read_standings(settings, now.date()) == {"en/a": 2, "en/b": -2}
