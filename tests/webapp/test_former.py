"""Old addresses: one redirect to where the article is, or why it is nowhere."""

import pytest
from engines import article

from kb.testing import MemoryEngine
from webapp import create_app

NOTE = "Phones can no longer be added <here>. Use a security key."
ARTICLES = [
    article("add-key", "How do I add a security key?", "Plug it in.", aliases=("Add_Phone.html",)),
    article("đổi-tên", "Đổi tên?", "Được.", locale="vi", aliases=("/en/articles/rename",)),
    article("secret", "Secret", "No.", audience="internal", aliases=("hidden",)),
    article(
        "new", "Where is it?", "Here.", topic="help", aliases=("older", "docs/oldest", "noted")
    ),
    article("搬家", "搬家", "這裡。", locale="zh-Hant", aliases=("jiu",)),
]
REMOVED = {
    "en": {"add-phone-key": NOTE, "noted": "Never shown.", "new": "Never shown.", "xyzzy": "Gone."},
    "zh-Hant": {"add-phone-key": "無法再新增電話。"},
}


@pytest.fixture(scope="module")
def client(settings):
    return create_app(settings, engine=MemoryEngine(ARTICLES, removed=REMOVED)).test_client()


@pytest.mark.parametrize(
    ("path", "target"),
    [
        ("/en/articles/older", "/en/articles/new"),
        ("/en/articles/OLDER/", "/en/articles/new"),
        ("/en/articles/docs/oldest", "/en/articles/new"),
        ("/en/articles/noted", "/en/articles/new"),
        ("/en/articles/add_phone.html", "/en/articles/add-key"),
        ("/en/articles/Add-Key", "/en/articles/add-key"),
        ("/en/articles/rename", "/vi/articles/%C4%91%E1%BB%95i-t%C3%AAn"),
        ("/vi/articles/%C4%90%E1%BB%95i-T%C3%8An", "/vi/articles/%C4%91%E1%BB%95i-t%C3%AAn"),
        ("/zh-TW/articles/jiu", "/zh-Hant/articles/%E6%90%AC%E5%AE%B6"),
        ("/zh-TW/articles/%E6%90%AC%E5%AE%B6", "/zh-Hant/articles/%E6%90%AC%E5%AE%B6"),
        ("/en-us/articles/older", "/en/articles/new"),
        ("/api/v1/articles/en/Older", "/api/v1/articles/en/new"),
    ],
)
def test_one_redirect_leads_to_the_article(client, path, target):
    response = client.get(path)
    assert response.status_code in (301, 302)
    assert response.headers["Location"] == target
    assert client.get(target).status_code == 200


def test_a_removed_article_is_gone_with_a_note_and_what_is_like_it(client):
    response = client.get("/en/articles/Add-Phone-Key")
    assert response.status_code == 410
    assert "Phones can no longer be added &lt;here&gt;. Use a security key." in response.text
    assert 'href="/en/articles/add-key"' in response.text
    assert 'value="Add Phone Key"' in response.text
    assert '<meta name="robots" content="noindex">' in response.text


def test_the_note_is_in_the_readers_language(client):
    response = client.get("/zh-TW/articles/add-phone-key")
    assert response.status_code == 410
    assert '<html lang="zh-Hant"' in response.text
    assert '<p class="lead" lang="zh-Hant">無法再新增電話。</p>' in response.text


def test_where_nothing_is_like_it_topics_lead_on(client):
    response = client.get("/en/articles/xyzzy")
    assert response.status_code == 410
    assert 'href="/en/topics/help"' in response.text


def test_programs_are_told_the_same(client):
    response = client.get("/api/v1/articles/en/add-phone-key")
    assert response.status_code == 410
    assert response.get_json() == {"error": {"code": "gone", "message": NOTE}}


@pytest.mark.parametrize("path", ["secret", "hidden", "Secret", "nothing"])
def test_nothing_internal_shows_at_an_old_address(client, path):
    response = client.get(f"/en/articles/{path}")
    assert response.status_code == 404
    assert response.text == client.get("/en/articles/nothing").text
