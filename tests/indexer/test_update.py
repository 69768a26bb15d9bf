"""An update does what changed in the files asks for, says so, and never publishes what is wrong."""

import time
from datetime import timedelta

import pytest
from article_folder import BROKEN, NOW, SLOW, article, counts, messages

from indexer import update
from indexer.generations import Generations
from kb.search import Query

pytestmark = pytest.mark.usefixtures("shared_pool")

# What is counted and what is written


def test_added_changed_removed_and_skipped_are_counted(folder):
    for name in "abc":
        folder.put(f"en/x/{name}.md", article(f"Title {name}"))
    folder.put("vi/x/a.md", article("Tiêu đề"))
    folder.put("en/x/draft.md", article("Draft", status="draft"))
    folder.put("en/x/broken.md", BROKEN)
    report = folder.update()
    assert counts(report) == (4, 0, 0, 2)
    assert (report.files, report.articles, report.locales) == (6, 4, {"en": 3, "vi": 1})
    assert report.switched
    assert report.generation == Generations(folder.root).current_name()

    folder.put("en/x/a.md", article("Title a", "now with a body"))
    folder.put("en/x/draft.md", article("Draft no more"))
    folder.remove("en/x/b.md")
    assert counts(folder.update()) == (1, 1, 1, 1)
    assert folder.keys() == {"en/a", "en/c", "en/draft"}


def test_an_empty_folder_makes_an_index_without_articles(folder):
    report = folder.update()
    assert counts(report) == (0, 0, 0, 0)
    assert report.switched
    assert folder.found("anything") == set()
    assert folder.engine().state(audience="public").locales == ()


def test_an_article_without_a_word_can_be_indexed_read_and_joined_by_others(folder):
    folder.put("en/x/signs.md", article('"?!"', "…"))
    assert counts(folder.update()) == (1, 0, 0, 0)
    assert folder.found("anything") == set()
    assert folder.engine().page("en/signs", audience="public").summary.title == "?!"
    folder.put("en/x/a.md", article("Title"))
    assert counts(folder.update()) == (1, 0, 0, 0)
    assert folder.found("title") == {"en/a"}


def test_nothing_changed_makes_no_new_generation(folder):
    folder.put("en/x/a.md", article("Title"))
    folder.put("en/x/broken.md", BROKEN)
    first = folder.update()
    second = folder.update()
    assert (second.generation, second.switched) == (first.generation, False)
    assert counts(second) == (0, 0, 0, 1)
    assert second.articles == 1


def test_only_the_changed_file_is_written(folder):
    for number in range(5):
        folder.put(f"en/x/{number}.md", article(f"Title {number}", "the same words"))
    folder.update()
    (first,) = (folder.current / "public/en").glob("*.seg")
    folder.put("en/x/3.md", article("Title 3", "other words"))
    assert counts(folder.update()) == (0, 1, 0, 0)
    segments = list((folder.current / "public/en").glob("*.seg"))
    assert len(segments) == 2
    assert [segment.samefile(first) for segment in segments].count(True) == 1
    added = [s for s in segments if not s.samefile(first)]
    assert added[0].stat().st_size < first.stat().st_size
    assert folder.found("other") == {"en/3"}
    assert folder.keys() == {f"en/{number}" for number in range(5)}


def test_the_index_says_which_revision_it_holds_and_when_files_changed(folder):
    folder.put("en/x/a.md", article("Title"))
    folder.git("init", "-q")
    folder.git("add", ".")
    folder.git("commit", "-qm", "one", day="2026-10-05")
    folder.update()
    commit = folder.git("rev-parse", "HEAD")
    assert folder.engine().state(audience="public").revision == commit
    (summary,) = folder.engine().articles("en", audience="public")
    assert str(summary.updated) == "2026-10-05"

    folder.put("en/x/b.md", article("Not committed"))
    folder.update()
    assert folder.engine().state(audience="public").revision == f"{commit}+changes"
    folder.git("add", ".")
    folder.git("commit", "-qm", "two", day="2026-10-06")
    report = folder.update()
    assert counts(report) == (0, 1, 0, 0)
    days = {s.slug: str(s.updated) for s in folder.engine().articles("en", audience="public")}
    assert days == {"a": "2026-10-05", "b": "2026-10-06"}


def test_a_moved_file_stays_one_article(folder):
    folder.put("en/x/reset.md", article("Reset", "canary"))
    folder.update()
    folder.remove("en/x/reset.md")
    folder.put("en/y/reset.md", article("Reset", "canary"))
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert folder.found("canary") == {"en/reset"}
    page = folder.engine().page("en/reset", audience="public")
    assert (page.summary.topic, page.path) == ("y", "en/y/reset.md")


def test_of_two_files_with_one_key_the_first_is_published_and_the_other_reported(folder):
    folder.put("en/b/reset.md", article("Second", "bravo"))
    folder.update()
    folder.put("en/a/reset.md", article("First", "alpha"))
    report = folder.update()
    assert messages(report) == [
        'en/b/reset.md:1: slug "reset" is already used by en/a/reset.md. Give it another `slug:`.'
    ]
    assert (folder.found("alpha"), folder.found("bravo")) == ({"en/reset"}, set())
    assert messages(folder.update()) == messages(report)
    folder.remove("en/a/reset.md")
    assert messages(folder.update()) == []
    assert (folder.found("alpha"), folder.found("bravo")) == (set(), {"en/reset"})


def test_changed_defaults_are_read_again_for_their_folder_only(folder):
    folder.put("en/x/a.md", article("Title a", audience=None))
    folder.put("en/y/b.md", article("Title b"))
    folder.update()
    assert folder.keys() == {"en/b"}
    folder.put("en/x/_defaults.yml", "audience: public\ntags: [fresh]\n")
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert folder.keys() == {"en/a", "en/b"}
    assert folder.found("fresh") == {"en/a"}
    folder.remove("en/x/_defaults.yml")
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert folder.keys() == {"en/b"}


def test_a_renamed_topic_shows_without_any_article_changing(folder):
    folder.put("en/x/a.md", article("Title"))
    folder.put("en/x/_topic.yml", "title: Before\n")
    folder.update()
    folder.put("en/x/_topic.yml", "title: After\ndescription: All of it\norder: 3\n")
    report = folder.update()
    assert (counts(report), report.switched) == ((0, 0, 0, 0), True)
    (topic,) = folder.engine().topics("en", audience="public")
    assert (topic.title, topic.description, topic.order, topic.count) == (
        "After",
        "All of it",
        3,
        1,
    )
    folder.put("en/x/_topic.yml", "title: [After\n")
    assert "en/x/_topic.yml:" in messages(folder.update())[0]


# Files that cannot be published


@pytest.mark.parametrize("full", [False, True], ids=["update", "full"])
def test_a_broken_file_keeps_its_last_good_version_and_is_reported_each_time(folder, full):
    folder.put("en/x/a.md", article("Reset", "goodversion"))
    folder.put("en/x/b.md", article("Other"))
    folder.update()
    folder.put("en/x/a.md", BROKEN)
    for round_ in range(3):
        folder.put("en/x/b.md", article(f"Other {round_}"))
        report = folder.update(full=full)
        (message,) = messages(report)
        assert message == "en/x/a.md:2: title is wrong. It has to be one text; quote it."
        assert counts(report) == (0, 1, 0, 0)
        assert folder.found("goodversion") == {"en/a"}
        assert "goodversion" in folder.html("en/a")
    folder.put("en/x/a.md", article("Reset", "mended"))
    assert messages(folder.update()) == []
    assert (folder.found("mended"), folder.found("goodversion")) == ({"en/a"}, set())


def test_a_broken_file_that_never_was_good_is_reported_and_absent(folder):
    folder.put("en/x/a.md", BROKEN)
    for _ in range(2):
        report = folder.update()
        assert len(report.problems) == 1
        assert counts(report) == (0, 0, 0, 1)
    assert folder.keys() == set()


@pytest.mark.parametrize(
    "text",
    [
        "---\ntitle: [Reset\naudience: internal\n---\nx\n",
        "---\ntitle: [Reset\r\n  Audience : 'internal'\r\n---\nx\n",
        "---\n{title: [Reset, audience: internal}\n---\nx\n",
        "---\ntitle: [Reset\naudiense: internal\n---\nx\n",
        "\n\n---\ntitle: Reset\naudience: internal\n---\nx\n",
        "---\ntitle: Reset\naudience: internal\nx\n",
        f"---\ndescription: {'x' * 17_000}\ntitle: Reset\naudience: internal\n---\nx\n",
        "---\ntitle: [Reset\naudience: everybody\n---\nx\n",
    ],
    ids=["plain", "spelling", "flow", "misspelt", "late", "endless", "long", "unknown"],
)
def test_a_broken_file_that_says_internal_is_gone_from_both_audiences(folder, text):
    folder.put("en/x/a.md", article("Reset", "canary"))
    folder.update()
    folder.put("en/x/a.md", text.encode())
    for full in (False, True):
        report = folder.update(full=full)
        assert len(report.problems) == 1
        assert folder.keys() == folder.keys(audience="internal") == set()


def test_a_broken_file_in_a_folder_that_became_internal_is_gone(folder):
    folder.put("_defaults.yml", "audience: public\n")
    folder.put("en/x/a.md", article("Reset", "canary", audience=None))
    folder.update()
    assert folder.keys() == {"en/a"}
    folder.put("en/x/_defaults.yml", "audience: internal\n")
    folder.put("en/x/a.md", "---\ntitle: [Reset\n---\nx\n")
    folder.update()
    assert folder.keys() == set()


def test_a_broken_internal_file_keeps_its_last_good_version_for_its_readers(folder):
    folder.put("en/x/a.md", article("Reset", "canary", audience="internal"))
    folder.update()
    folder.put("en/x/a.md", "---\ntitle: [Reset\naudience: internal\n---\nx\n")
    folder.update()
    assert folder.keys() == set()
    assert folder.found("canary", audience="internal") == {"en/a"}


def test_a_hostile_article_is_reported_not_published_and_retried_when_it_changes(
    folder, monkeypatch
):
    monkeypatch.setattr(update.BoundedPool.pool, "seconds", 0.7)
    folder.put("en/x/a.md", article("Hostile", SLOW))
    folder.put("en/x/b.md", article("Good"))
    message = "en/x/a.md:1: took longer than 0.7 seconds. Make the article shorter or simpler."
    report = folder.update()
    assert messages(report) == [message]
    assert counts(report) == (1, 0, 0, 1)
    assert folder.keys() == {"en/b"}
    started = time.monotonic()
    again = folder.update()
    assert time.monotonic() - started < 0.7
    assert (messages(again), again.switched) == ([message], False)
    folder.put("en/x/a.md", article("Tame", "short"))
    assert messages(folder.update()) == []
    assert folder.keys() == {"en/a", "en/b"}
    # A version that was good before stays, through the next run too.
    folder.put("en/x/a.md", article("Hostile again", SLOW))
    assert messages(folder.update()) == [message]
    folder.put("en/x/b.md", article("Better"))
    assert messages(folder.update()) == [message]
    assert "short" in folder.html("en/a")


def test_a_hostile_article_that_became_internal_leaves_the_public(folder, monkeypatch):
    monkeypatch.setattr(update.BoundedPool.pool, "seconds", 0.7)
    folder.put("en/x/a.md", article("Reset", "canary"))
    folder.put("en/x/b.md", article("Other"))
    folder.update()
    folder.put("en/x/a.md", article("Reset", SLOW, audience="internal"))
    assert len(folder.update().problems) == 1
    assert folder.keys() == {"en/b"}
    assert folder.found("canary") == set()


# The clock


@pytest.mark.parametrize("before", ["nothing", "another article", "an internal article"])
def test_a_locale_of_which_nothing_can_be_rendered_has_no_index(folder, monkeypatch, before):
    monkeypatch.setattr(update.BoundedPool.pool, "seconds", 0.7)
    folder.put("en/x/a.md", article("Good", "canary"))
    if before != "nothing":
        audience = "internal" if before == "an internal article" else "public"
        folder.put("vi/x/b.md", article("Cũ", "canary", audience=audience))
        folder.update()
        folder.remove("vi/x/b.md")
    folder.put("vi/x/a.md", article("Hostile", SLOW))
    assert len(folder.update().problems) == 1
    assert not list(folder.current.glob("*/vi"))
    engine = folder.engine()
    for audience in ("public", "internal"):
        assert engine.state(audience=audience).locales == ("en",)
        assert engine.search(Query("canary", "en"), audience=audience).total == 1
    folder.put("vi/x/a.md", article("Tame", "canary"))
    folder.update()
    assert folder.found("canary", "vi") == {"vi/a"}


def test_drafts_and_archived_articles_are_in_no_index(folder):
    folder.put("en/x/a.md", article("Draft", status="draft"))
    folder.put("en/x/b.md", article("Archived", status="archived"))
    folder.put("en/x/c.md", article("Expired", expire_at=NOW - timedelta(days=1)))
    report = folder.update()
    assert (counts(report), report.next_change_at) == ((0, 0, 0, 3), None)
    assert folder.keys(audience="internal") == set()


def test_a_scheduled_article_appears_in_the_run_after_its_moment(folder):
    moment = NOW + timedelta(hours=2)
    folder.put("en/x/a.md", article("Scheduled", "canary", publish_at=moment.isoformat()))
    folder.put("en/x/b.md", article("Live"))
    report = folder.update()
    assert report.next_change_at == moment
    assert Generations(folder.root).current().manifest.next_change_at == moment.isoformat()
    assert folder.keys() == folder.keys(audience="internal") == {"en/b"}
    folder.now = moment - timedelta(seconds=1)
    assert not folder.update().switched
    folder.now = moment
    report = folder.update()
    assert (counts(report), report.next_change_at) == ((1, 0, 0, 0), None)
    assert folder.found("canary") == {"en/a"}


def test_an_expired_article_vanishes_by_the_clock_without_a_run(folder):
    moment = NOW + timedelta(hours=2)
    folder.put("en/x/a.md", article("Password reset", "canary", expire_at=moment.isoformat()))
    folder.put("en/x/b.md", article("Password change", "canary too"))
    assert folder.update().next_change_at == moment
    engine = folder.engine()
    assert {h.key for h in engine.search(Query("canary", "en"), audience="public").hits} == {
        "en/a",
        "en/b",
    }
    folder.now = moment
    assert [h.key for h in engine.search(Query("canary", "en"), audience="public").hits] == ["en/b"]
    assert engine.page("en/a", audience="public") is None
    assert [s.key for s in engine.articles("en", audience="public")] == ["en/b"]
    offered = engine.complete("passw", locale="en", audience="public")
    assert [c.key for c in offered] == ["en/b"]
    assert counts(folder.update()) == (0, 0, 1, 1)
