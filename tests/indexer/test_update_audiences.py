"""What an update writes for the public holds nothing of what the public may not read."""

import hashlib

import pytest
from article_folder import PIXEL, article, counts

from indexer.manifest import walk
from kb.search import Query

pytestmark = pytest.mark.usefixtures("shared_pool")

IMAGE = f"{hashlib.sha256(PIXEL).hexdigest()[:32]}.gif"


def everything_public(folder):
    """Return all bytes of the public half, and the names of its files."""
    generation = folder.current
    paths = [path for path, _ in walk(generation) if path.startswith("public/")]
    return b"".join(path.encode() + (generation / path).read_bytes() for path in paths)


def is_link(folder, locale="en"):
    return (folder.current / "internal" / locale).is_symlink()


def test_an_article_that_turns_internal_leaves_every_public_answer(folder):
    folder.put("en/_topic.yml", "title: Nothing\n")
    folder.put("en/secret/_topic.yml", "title: Zorblatt topic\n")
    folder.put("en/secret/dot.gif", PIXEL)
    body = "Reset the zorblatt password here.\n\n![dot](dot.gif)\n\n## Zorblatt heading\n\nMore."
    fields = {"questions": "[Zorblatt question]", "aliases": "[old-zorblatt]", "tags": "[zorb]"}
    folder.put("en/secret/a.md", article("Zorblatt title", body, **fields))
    folder.put("en/open/b.md", article("Password reset", "Reset the password here, always."))
    folder.put("en/open/c.md", article("Password change", "Change the password here, always."))
    folder.update()
    engine = folder.engine()
    misspelt = Query("zorxlatt passwrod", "en")
    assert "zorblatt" in (engine.search(misspelt, audience="public").did_you_mean or "")
    assert engine.complete("zorb", locale="en", audience="public")
    assert engine.media(IMAGE, audience="public") == PIXEL
    assert "en/a" in {s.key for s in engine.similar("en/b", audience="public")}

    folder.put("en/secret/a.md", article("Zorblatt title", body, audience="internal", **fields))
    assert counts(folder.update()) == (0, 1, 0, 0)
    for audience, there in (("public", False), ("internal", True)):
        engine = folder.engine()
        answers = [
            "en/a" in folder.found("zorblatt", audience=audience),
            "en/a" in folder.found("zorb", audience=audience),
            "zorblatt" in (engine.search(misspelt, audience=audience).did_you_mean or ""),
            bool(engine.complete("zorb", locale="en", audience=audience)),
            engine.page("en/a", audience=audience) is not None,
            engine.resolve("old-zorblatt", locale="en", audience=audience) == "en/a",
            engine.media(IMAGE, audience=audience) == PIXEL,
            "secret" in {t.slug for t in engine.topics("en", audience=audience)},
            "secret"
            in {f.topic for f in engine.search(Query("password", "en"), audience=audience).topics},
            "en/a" in {s.key for s in engine.similar("en/b", audience=audience)},
        ]
        assert answers == [there] * len(answers), audience


def test_no_byte_of_an_internal_article_lies_in_the_public_half_of_a_new_index(folder):
    folder.put("en/hush/_topic.yml", "title: Quixotic topic\n")
    folder.put("en/hush/quixotic-file.md", article(
        "Quixotic title", "quixotic body", audience="internal", owner="quixotic@example.com",
        aliases="[quixotic-alias]", description="Quixotic line", tags="[quixotic-tag]",
    ))  # fmt: skip
    folder.put("en/open/b.md", article("Open", "See [it](../hush/quixotic-file.md)."))
    folder.update()
    assert b"quixotic" not in everything_public(folder).lower()
    assert "hush" not in {t.slug for t in folder.engine().topics("en", audience="public")}


def test_the_first_internal_article_of_a_locale_gives_it_an_index_the_last_takes_it_back(folder):
    folder.put("en/x/a.md", article("Open", "canary"))
    folder.put("vi/x/a.md", article("Mở", "canary"))
    folder.update()
    assert (is_link(folder), is_link(folder, "vi")) == (True, True)
    folder.put("en/x/b.md", article("Hidden", "canary", audience="internal"))
    folder.update()
    assert (is_link(folder), is_link(folder, "vi")) == (False, True)
    assert folder.found("canary") == {"en/a"}
    assert folder.found("canary", audience="internal") == {"en/a", "en/b"}
    folder.put("en/x/c.md", article("Open too", "canary"))
    folder.update()
    assert not is_link(folder)
    assert folder.found("canary", audience="internal") == {"en/a", "en/b", "en/c"}
    folder.remove("en/x/b.md")
    folder.update()
    assert is_link(folder)
    assert folder.found("canary", audience="internal") == {"en/a", "en/c"}


def test_a_locale_whose_articles_all_turn_internal_has_no_public_index_left(folder):
    folder.put("en/x/a.md", article("Open", "canary"))
    folder.put("vi/x/a.md", article("Mở", "canary"))
    folder.update()
    folder.put("vi/x/a.md", article("Mở", "canary", audience="internal"))
    folder.update()
    assert folder.engine().state(audience="public").locales == ("en",)
    assert not (folder.current / "public/vi").exists()
    assert folder.found("canary", "vi", audience="internal") == {"vi/a"}
    folder.put("vi/x/a.md", article("Mở", "canary"))
    folder.update()
    assert folder.engine().state(audience="public").locales == ("en", "vi")
    assert is_link(folder, "vi")
    folder.remove("vi/x/a.md")
    folder.update()
    for audience in ("public", "internal"):
        assert folder.engine().state(audience=audience).locales == ("en",)


@pytest.mark.parametrize(
    "hidden",
    [{"audience": "internal"}, {"status": "draft"}, {"publish_at": "2027-01-01T00:00:00Z"}],
    ids=["internal", "draft", "scheduled"],
)
def test_a_link_comes_and_goes_with_the_article_it_leads_to(folder, hidden):
    folder.put("en/x/a.md", article("From", "See [the other](../y/b.md#part)."))
    folder.put("en/y/b.md", article("To", "## Part\n\nText", **hidden))
    folder.update()
    assert "<a" not in folder.html("en/a")
    assert "the other" in folder.html("en/a")
    folder.put("en/y/b.md", article("To", "## Part\n\nText"))
    folder.update()
    assert '<a href="/en/articles/b#part"' in folder.html("en/a")
    folder.put("en/y/b.md", article("To", "## Part\n\nText", **hidden))
    folder.update()
    assert "<a" not in folder.html("en/a")


def test_an_internal_article_links_to_internal_and_public_ones(folder):
    body = "[one](b.md) [two](c.md) [gone](d.md) [out](../../../etc/passwd)"
    folder.put("en/x/a.md", article("From", body, audience="internal"))
    folder.put("en/x/b.md", article("Open"))
    folder.put("en/x/c.md", article("Hidden", audience="internal"))
    report = folder.update()
    html = folder.html("en/a", audience="internal")
    assert html.count("<a ") == 2
    assert "/en/articles/b" in html
    assert "/en/articles/c" in html
    assert len(report.warnings) == 2
    assert all(warning.startswith("en/x/a.md:1: ") for warning in report.warnings)


def test_images_are_served_by_the_hash_of_their_content_and_only_while_they_are_shown(folder):
    folder.put("en/x/dot.gif", PIXEL)
    folder.put("en/x/a.md", article("Open", "![a dot](dot.gif)"))
    folder.update()
    assert f'src="/media/{IMAGE}"' in folder.html("en/a")
    assert folder.engine().media(IMAGE, audience="public") == PIXEL

    other = PIXEL[:-3] + b"\x00" + PIXEL[-2:]
    name = f"{hashlib.sha256(other).hexdigest()[:32]}.gif"
    folder.put("en/x/dot.gif", other)
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert f'src="/media/{name}"' in folder.html("en/a")
    assert folder.engine().media(name, audience="public") == other
    assert folder.engine().media(IMAGE, audience="public") is None

    folder.remove("en/x/dot.gif")
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert "<img" not in folder.html("en/a")
    assert list((folder.current / "public/media").iterdir()) == []


def test_an_image_of_internal_articles_alone_is_not_in_the_public_half(folder):
    folder.put("en/x/dot.gif", PIXEL)
    folder.put("en/x/a.md", article("Hidden", "![a dot](dot.gif)", audience="internal"))
    folder.put("en/x/b.md", article("Open"))
    folder.update()
    assert not (folder.current / "public/media" / IMAGE).exists()
    assert PIXEL not in everything_public(folder)
    assert folder.engine("public").media(IMAGE, audience="public") is None
    assert folder.engine().media(IMAGE, audience="internal") == PIXEL
    folder.put("en/x/b.md", article("Open", "![a dot](dot.gif)"))
    folder.update()
    assert folder.engine("public").media(IMAGE, audience="public") == PIXEL


@pytest.mark.parametrize("name", ["", ".", "..", "../topics.json", "a/b.gif", ".gif", "x" * 5000])
def test_only_names_of_images_are_served(folder, name):
    folder.put("en/x/a.md", article("Open"))
    folder.update()
    assert folder.engine().media(name, audience="internal") is None
