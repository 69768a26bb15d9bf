"""What writers say of removed articles comes with the next update, without any article."""

import pytest
from article_folder import article, messages

pytestmark = pytest.mark.usefixtures("shared_pool")


@pytest.fixture
def removed(folder):
    folder.put("en/x/a.md", article("Cancel a subscription", aliases="[old]"))
    folder.put("en/x/s.md", article("Opening hours", audience="internal"))
    folder.put("_removed/en.yml", "gone: Ask us.\nHalf Gone: Too late.\n")
    folder.update()
    return folder


def test_a_changed_note_alone_makes_a_generation_without_writing_an_index(removed):
    (segment,) = (removed.current / "public/en").glob("*.arrays")
    inode = segment.stat().st_ino
    removed.put("_removed/en.yml", "gone: Ask us twice.\n")
    report = removed.update()
    assert (report.switched, report.changed) == (True, 0)
    engine = removed.engine()
    for audience in ("public", "internal"):
        assert engine.removed("gone", locale="en", audience=audience) == "Ask us twice."
    assert (removed.current / "public/en" / segment.name).stat().st_ino == inode
    assert not removed.update().switched


def test_notes_are_found_by_any_spelling_of_the_slug_and_in_the_nearest_language(removed):
    removed.put("_removed/zh-Hant.yml", "đổi-tên: 沒有了。\n")
    removed.update()
    engine = removed.engine()

    def note(path, locale):
        return engine.removed(path, locale=locale, audience="public")

    assert note("/GONE/", "en") == note("gone", "en-GB") == "Ask us."
    assert note("half gone", "en") == "Too late."
    assert note("%C4%91%E1%BB%95i-t%C3%AAn", "zh-TW") == "沒有了。"
    assert [note(path, "en") for path in ("", "/", "a", "old", "đổi-tên", "\ud800")] == [None] * 6
    assert note("gone", "vi") is None
    assert note("gone", "no locale") is None


def test_what_is_wrong_in_a_file_is_said_at_every_update_and_the_rest_counts(removed):
    removed.put("_removed/en.yml", f"gone:\nlong: {'a' * 1_001}\nkept: Yes.\n")
    removed.put("_removed/vi.yml", "- a list\n")
    removed.put("_removed/words.yml", "a: b\n")
    said = [
        "_removed/words.yml:1: the name is no language. Name the file after its language, such as "
        "en.yml.",
        "_removed/en.yml:1: gone has no note. Say in one sentence what readers do instead.",
        "_removed/en.yml:2: the note of long is longer than 1000 characters. "
        "Say it in a sentence or two.",
        "_removed/vi.yml:1: not a list of fields. Write `field: value` lines.",
    ]
    assert messages(removed.update()) == said
    assert messages(removed.update()) == said
    assert removed.engine().removed("kept", locale="en", audience="public") == "Yes."


def test_an_article_that_is_gone_takes_its_old_paths_along(removed):
    engine = removed.engine()
    assert engine.resolve("old", locale="en", audience="public") == "en/a"
    removed.remove("en/x/a.md")
    removed.update()
    assert removed.engine().resolve("old", locale="en", audience="public") is None
