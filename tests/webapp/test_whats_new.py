"""What is new, as a page and as a feed, and what an article says of its past."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from sample_site import CONTRIBUTORS, LOCALES, UPDATED
from staff_site import Browser, staff_app

from kb.article import Article
from kb.files.past import Past
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.whats_new import FEED_ENTRIES, LAST_PAGE, PAGE_SIZE

ATOM = "{http://www.w3.org/2005/Atom}"
DAY = date(2026, 10, 1)


def article(slug: str, **fields: object) -> Article:
    values = {"title": f"How do I {slug}?", "body": "Text.", "audience": "public", **fields}
    return Article(**{"slug": slug, "locale": "en", **values})


def client_over(settings, articles, pasts, **options):
    engine = MemoryEngine(articles, pasts=pasts, **options)
    return create_app(settings, engine=engine).test_client()


def feed_of(client, locale: str = "en") -> ElementTree.Element:
    response = client.get(f"/{locale}/feed.xml")
    assert response.status_code == 200
    return ElementTree.fromstring(response.data)


def entries_of(feed: ElementTree.Element) -> list[dict[str, str]]:
    return [
        {child.tag.removeprefix(ATOM): child.text or child.get("href", "") for child in entry}
        for entry in feed.iter(f"{ATOM}entry")
    ]


def test_days_stand_newest_first_and_say_what_is_new_and_what_changed(settings):
    pasts = {
        "en/a": Past(DAY, DAY),
        "en/b": Past(DAY, DAY + timedelta(days=2)),
        "en/c": Past(None, DAY + timedelta(days=1)),
    }
    articles = [article(slug) for slug in "abcd"]
    said = client_over(settings, articles, pasts).get("/en/new").text
    places = [said.index(day) for day in ("October 3, 2026", "October 2, 2026", "October 1, 2026")]
    assert places == sorted(places)
    assert (said.count(">New<"), said.count(">Changed<")) == (2, 2)
    assert "/en/articles/d" not in said


@pytest.mark.parametrize("locale", LOCALES)
def test_a_feed_is_what_the_standard_asks_for(client, locale):
    feed = feed_of(client, locale)
    site = "https://help.example.com"
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == locale
    assert feed.findtext(f"{ATOM}id") == f"{site}/{locale}/feed.xml"
    assert feed.findtext(f"{ATOM}author/{ATOM}name") == "Parcel Help"
    assert datetime.fromisoformat(feed.findtext(f"{ATOM}updated")).date() == UPDATED
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {"self": f"{site}/{locale}/feed.xml", "alternate": f"{site}/{locale}/new"}
    entries = entries_of(feed)
    assert len({entry["id"] for entry in entries}) == len(entries) > 5
    for entry in entries:
        assert {"id", "title", "updated", "published", "link"} <= entry.keys()
        assert entry["id"] == entry["link"]
        assert entry["id"].startswith(f"{site}/{locale}/articles/")


def test_a_feed_is_asked_for_under_a_condition_and_has_its_own_type(client):
    response = client.get("/en/feed.xml")
    assert response.mimetype == "application/atom+xml"
    etag = {"If-None-Match": response.headers["ETag"]}
    assert client.get("/en/feed.xml", headers=etag).status_code == 304


def test_every_page_names_the_feed_of_its_language(client):
    for path in ("/vi/", "/vi/articles/reset-password", "/vi/search?q=x", "/vi/none"):
        said = client.get(path).text
        assert '<link rel="alternate" type="application/atom+xml"' in said
        assert 'href="/vi/feed.xml"' in said


def test_markup_in_texts_stays_text(settings):
    hostile = "</title><script>alert(1)</script>]]>&amp;\"'"
    articles = [article("a", title=hostile, description=hostile, topic="t")]
    client = client_over(settings, articles, {"en/a": Past(DAY, DAY, (hostile,))})
    (entry,) = entries_of(feed_of(client))
    assert (entry["title"], entry["summary"]) == (hostile, hostile)
    for path in ("/en/new", "/en/articles/a"):
        assert "<script>alert" not in client.get(path).text


def test_only_what_readers_may_see_is_listed(settings):
    articles = [
        article("shown"),
        article("hidden", audience="internal"),
        article("draft", status="draft"),
        article("expired", expire_at=datetime(2026, 1, 1, tzinfo=UTC)),
        article("later", publish_at=datetime(9999, 1, 1, tzinfo=UTC)),
    ]
    pasts = {each.key: Past(DAY, DAY) for each in articles}
    client = client_over(settings, articles, pasts)
    assert [entry["title"] for entry in entries_of(feed_of(client))] == ["How do I shown?"]
    said = client.get("/en/new").text
    assert not [
        slug for slug in ("hidden", "draft", "expired", "later") if f"articles/{slug}" in said
    ]


def test_what_is_old_is_left_out_and_pages_lead_on(settings):
    articles = [article(f"s{number}") for number in range(400)]
    pasts = {each.key: Past(DAY, DAY) for each in articles}
    client = client_over(settings, articles, pasts)
    assert len(entries_of(feed_of(client))) == FEED_ENTRIES
    assert client.get("/en/new").text.count('class="line"') == PAGE_SIZE
    assert 'rel="prev" href="/en/new?page=9"' in client.get(f"/en/new?page={LAST_PAGE}").text
    beyond = client.get("/en/new?page=99")
    assert (beyond.status_code, beyond.location) == (302, f"/en/new?page={LAST_PAGE}")


def test_without_a_repository_page_and_feed_are_empty(settings):
    client = client_over(settings, [article("a")], {})
    assert entries_of(feed_of(client)) == []
    assert "/en/articles/a" not in client.get("/en/new").text


@pytest.mark.parametrize("path", ["new", "feed.xml"])
def test_a_tag_that_means_a_served_locale_leads_to_it(client, path):
    assert client.get(f"/zh-TW/{path}").location == f"/zh-Hant/{path}"
    assert client.get(f"/fr/{path}").status_code == 404


def test_an_article_names_who_wrote_it(client):
    said = client.get("/en/articles/reset-password").text
    assert f"<bdi>{CONTRIBUTORS[0]}</bdi>" in said
    assert "<bdi>An &lt;b&gt;&amp; Co&lt;/b&gt;</bdi>" in said


def test_an_operator_can_leave_the_names_out(settings):
    site = settings.site.model_copy(update={"contributors": False})
    quiet = settings.model_copy(update={"site": site})
    client = client_over(quiet, [article("a")], {"en/a": Past(DAY, DAY, ("Ann Writer",))})
    assert "Ann Writer" not in client.get("/en/articles/a").text


def test_a_translation_that_is_behind_says_so_and_leads_to_its_source(client):
    said = client.get("/zh-Hant/articles/reset-password").text
    note = said[said.index('role="note"') :].partition("</div>")[0]
    assert 'href="/en/articles/reset-password" lang="en" hreflang="en"' in note
    assert '<b lang="en">English</b>' in note
    for locale in ("en", "vi"):
        assert 'class="prose behind"' not in client.get(f"/{locale}/articles/reset-password").text


def test_agents_are_told_too_and_led_on_within_the_console(tmp_path):
    translation = article("a", translation_key="a", audience="internal")
    source = replace(translation, locale="vi", title="Bản gốc")
    past = {"en/a": Past(DAY, DAY, behind=1, translated_from="vi/a")}
    agent = Browser(staff_app(tmp_path, MemoryEngine([translation, source], pasts=past)))
    agent.come_in("agent-ann")
    said = agent.get("/agent/section?locale=en&key=en/a&level=article").text
    note = said[said.index('role="note"') :].partition("</p>")[0]
    assert "it has changed 1 time since" in note
    assert 'href="/agent/section?locale=en&amp;key=vi/a&amp;level=article" lang="vi"' in note


def test_a_source_that_readers_may_not_see_any_more_is_not_named(settings):
    translation = article("a", translation_key="a")
    source = replace(translation, locale="vi", title="Bản gốc", audience="internal")
    past = {"en/a": Past(DAY, DAY, behind=3, translated_from="vi/a")}
    said = client_over(settings, [translation, source], past).get("/en/articles/a").text
    assert 'class="prose behind"' not in said
    assert "Bản gốc" not in said
