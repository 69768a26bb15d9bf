"""What machines ask for."""

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree

import pytest

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app

OPENSEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
# Element -> how many there may be at least and at most, and how long its text may be.
ELEMENTS = {
    "ShortName": (1, 1, 16),
    "Description": (1, 1, 1_024),
    "Url": (1, 99, 0),
    "Contact": (0, 1, 100),
    "Tags": (0, 1, 256),
    "LongName": (0, 1, 48),
    "Image": (0, 99, 2_048),
    "Language": (0, 99, 35),
    "InputEncoding": (0, 99, 40),
    "OutputEncoding": (0, 99, 40),
}


def test_health_needs_no_index_and_readiness_does(client, client_without_index):
    assert client_without_index.get("/healthz").status_code == 200
    assert client_without_index.get("/readyz").status_code == 503
    assert client.get("/readyz").json == {"status": "ready", "generation": "memory"}


def test_robots_leave_searches_alone_and_find_the_sitemap(client):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    text = response.text
    assert "Disallow: /api/\n" in text
    assert "Disallow: /zh-Hant/search\n" in text
    assert "Sitemap: https://help.example.com/sitemap.xml\n" in text
    for path in ("/account", "/agent", "/embed", "/sign-in"):
        assert f"Disallow: {path}\n" in text


def test_robots_may_read_what_is_made_for_them(client):
    robots = RobotFileParser()
    robots.parse(client.get("/robots.txt").text.splitlines())
    own = ("", "topics/account", "articles/refund", "articles/refund.md", "new", "feed.xml")
    paths = [f"/{locale}/{path}" for locale in ("en", "vi", "zh-Hant") for path in own]
    for path in (*paths, "/", "/llms.txt", "/en/llms.txt", "/sitemap.xml", "/sitemap-1.xml"):
        assert robots.can_fetch("*", f"https://help.example.com{path}"), path
    for path in ("/en/search?q=x", "/api/v1/search", "/agent", "/agent/reports", "/sign-in"):
        assert not robots.can_fetch("*", f"https://help.example.com{path}"), path


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


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
def test_a_browser_can_add_the_site_as_a_search_engine(client, locale):
    response = client.get(f"/{locale}/opensearch.xml")
    assert response.mimetype == "application/opensearchdescription+xml"
    root = ElementTree.fromstring(response.text)
    check_description(root)
    assert root.findtext(f"{OPENSEARCH}Language") == locale
    url = root.find(f"{OPENSEARCH}Url")
    assert url.get("template") == f"https://help.example.com/{locale}/search?q={{searchTerms}}"


def check_description(root):
    """Hold a description against the rules of OpenSearch 1.1."""
    assert root.tag == f"{OPENSEARCH}OpenSearchDescription"
    names = [child.tag.removeprefix(OPENSEARCH) for child in root]
    assert set(names) <= ELEMENTS.keys()
    for name, (least, most, longest) in ELEMENTS.items():
        texts = [child.text or "" for child in root.findall(f"{OPENSEARCH}{name}")]
        assert least <= len(texts) <= most, name
        assert all(len(text) <= longest and text == text.strip() for text in texts), name
    for url in root.findall(f"{OPENSEARCH}Url"):
        assert set(url.keys()) <= {"type", "template", "rel", "indexOffset", "pageOffset"}
        assert url.get("type")
        assert url.get("template").startswith("https://")
        assert ("{searchTerms}" in url.get("template")) == (url.get("rel") is None)
    for image in root.findall(f"{OPENSEARCH}Image"):
        assert image.text.startswith("https://")


@pytest.mark.parametrize(
    ("name", "short", "long"),
    [
        (
            "Kho trợ giúp & hỗ trợ <Việt Nam>",
            "Kho trợ giúp & h",
            "Kho trợ giúp & hỗ trợ <Việt Nam>",
        ),
        ("A name that is just too long", "A name that is j", "A name that is just too long"),
        ("Fifteen letters and more", "Fifteen letters", "Fifteen letters and more"),
        ("x" * 80, "x" * 16, "x" * 48),
    ],
)
def test_a_long_name_is_cut_as_the_description_needs_it(settings, name, short, long):
    site = settings.site.model_copy(update={"name": name})
    app = create_app(settings.model_copy(update={"site": site}), engine=MemoryEngine([]))
    root = ElementTree.fromstring(app.test_client().get("/en/opensearch.xml").text)
    check_description(root)
    assert root.findtext(f"{OPENSEARCH}ShortName") == short
    assert root.findtext(f"{OPENSEARCH}LongName") == long


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
