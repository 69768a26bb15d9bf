"""What machines ask for."""

from xml.etree import ElementTree

import pytest

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


def test_health_needs_no_index_and_readiness_does(client, client_without_index):
    assert client_without_index.get("/healthz").status_code == 200
    assert client_without_index.get("/readyz").status_code == 503
    assert client.get("/readyz").json == {"status": "ready", "generation": "memory"}


def test_robots_leave_searches_alone_and_find_the_sitemap(client):
    text = client.get("/robots.txt").text
    assert "Disallow: /api/\n" in text
    assert "Disallow: /zh-Hant/search\n" in text
    assert "Sitemap: https://help.example.com/sitemap.xml\n" in text
    for path in ("/account", "/agent", "/embed", "/sign-in"):
        assert f"Disallow: {path}\n" in text


@pytest.fixture
def client_without_store(settings, tmp_path):
    folder = tmp_path / "no-folder"
    folder.write_text("a file where the folder would have to be", encoding="utf-8")
    broken = settings.model_copy(update={"store": str(folder / "kb.sqlite3")})
    return create_app(broken, engine=MemoryEngine([])).test_client()


def test_readiness_needs_a_store_that_can_be_written(client_without_store):
    response = client_without_store.get("/readyz", headers={"Accept": "application/json"})
    assert response.status_code == 503
    assert response.json["error"]["code"] == "store_unavailable"
    assert client_without_store.get("/healthz").status_code == 200
    assert client_without_store.get("/en/").status_code == 200


def test_without_a_store_nobody_can_sign_in_and_the_page_says_so(client_without_store):
    client_without_store.set_cookie("__Host-kb", "x", domain="localhost")
    response = client_without_store.get("/account")
    assert response.status_code == 503
    assert "Something went wrong on our side" in response.text
    assert int(response.headers["Retry-After"]) > 0


def test_the_sitemap_names_every_article_once_with_its_translations(client):
    root = ElementTree.fromstring(client.get("/sitemap.xml").text)
    urls = {url.findtext(f"{SITEMAP}loc"): url for url in root}
    assert len(urls) == len(root) == 3 + 18 + 13
    article = urls["https://help.example.com/vi/articles/reset-password"]
    assert article.findtext(f"{SITEMAP}lastmod") == "2026-11-03"
    links = {link.get("hreflang"): link.get("href") for link in article.iter(f"{XHTML}link")}
    assert set(links) == {"en", "vi", "zh-Hant"}
    assert links["zh-Hant"] == "https://help.example.com/zh-Hant/articles/reset-password"
    assert not list(urls["https://help.example.com/en/articles/depot-1"].iter(f"{XHTML}link"))


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
def test_a_browser_can_add_the_site_as_a_search_engine(client, locale):
    response = client.get(f"/{locale}/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.text)
    names = {child.tag.rpartition("}")[2]: child for child in root}
    assert len(names["ShortName"].text) <= 16
    templates = [child.get("template") for child in root if child.get("template")]
    assert templates[0] == f"https://help.example.com/{locale}/search?q={{searchTerms}}"


def test_an_image_is_served_as_an_image_that_cannot_run(settings):
    media = {"a1.png": b"\x89PNG", "b2.svg": b"<svg/>", "c3.html": b"<script>", "d4.js": b"1"}
    client = create_app(settings, engine=MemoryEngine([], media=media)).test_client()
    assert client.get("/media/a1.png").mimetype == "image/png"
    svg = client.get("/media/b2.svg")
    assert svg.mimetype == "image/svg+xml"
    assert "sandbox" in svg.headers["Content-Security-Policy"]
    assert client.get("/media/c3.html").status_code == 404
    assert client.get("/media/d4.js").status_code == 404


def test_a_slug_may_hold_slashes(settings):
    article = Article(slug="docs/a/b", locale="en", title="Deep", body="x", audience="public")
    client = create_app(settings, engine=MemoryEngine([article])).test_client()
    assert client.get("/en/articles/docs/a/b").status_code == 200
    assert client.get("/api/v1/articles/en/docs/a/b").json["url"] == "/en/articles/docs/a/b"


def test_articles_in_a_language_without_an_interface_keep_their_own_lang(settings):
    article = Article(slug="a", locale="ar", title="سؤال", body="جواب", audience="public")
    client = create_app(settings, engine=MemoryEngine([article])).test_client()
    text = client.get("/ar/articles/a").text
    assert '<html lang="en" dir="ltr">' in text
    assert '<article lang="ar" dir="rtl"' in text
