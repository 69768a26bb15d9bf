"""The page for writers: off unless switched on, and never more than the public may know."""

from html.parser import HTMLParser

import pytest
from sample_site import sample_articles

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{7*7}}</title>"
SECRET = Article("secret", "en", title="Secret password", body="Hush.", audience="internal")
DRAFT = Article("sketch", "en", title="Sketch", body="", audience="public", status="draft")
HALF = Article("half", "en", title="Half a password", body="", audience="public", boost=0.5)


class Elements(HTMLParser):
    """Every start tag with its attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


@pytest.fixture(scope="session")
def writers(settings):
    server = settings.server.model_copy(update={"explain": True})
    settings = settings.model_copy(update={"server": server})
    engine = MemoryEngine([*sample_articles(), SECRET, DRAFT, HALF])
    return create_app(settings, engine=engine)


@pytest.fixture
def writer(writers):
    return writers.test_client()


def explained(writer, locale="en", **query):
    response = writer.get(f"/{locale}/search/explain", query_string=query)
    assert response.status_code == 200
    return response


def test_it_is_off_unless_it_is_switched_on(client):
    explained = client.get("/en/search/explain?q=password")
    nowhere = client.get("/en/search/nowhere?q=password")
    assert (explained.status_code, explained.data) == (404, nowhere.data)
    assert "explain" not in client.get("/en/search?q=password").text


def test_no_cache_and_no_search_engine_keeps_it(writer):
    response = explained(writer, q="password")
    assert response.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in response.text
    assert "canonical" not in response.text


@pytest.mark.parametrize(
    ("locale", "q", "link"),
    [
        ("en", "password", "Why this result?"),
        ("vi", "mật khẩu", "Vì sao"),
        ("zh-Hant", "密碼", "為"),
    ],
)
def test_every_hit_leads_to_its_explanation(writer, locale, q, link):
    page = writer.get(f"/{locale}/search", query_string={"q": q})
    targets = [a["href"] for tag, a in Elements(page.text).found if "explain" in a.get("href", "")]
    assert link in page.text
    assert len(targets) > 1
    for target in targets:
        assert writer.get(target).status_code == 200
    first = writer.get(targets[0]).text
    assert "reset-password" in first
    assert '<table class="shares">' in first


def test_a_writer_reads_shares_words_and_what_is_missing(writer):
    text = explained(writer, q="how pasword qwertz", key="half").text
    for told in ("“password” corrected", "It does not hold:", "qwertz", "× 0.5", "weighs little"):
        assert told in text
    assert "also read as password" in text


@pytest.mark.parametrize(
    "name",
    ["reset-password", "en/reset-password", "/en/articles/reset-password", "reset-password/",
     "https://help.example.com/en/articles/reset-password?x=1#ask"],
)  # fmt: skip
def test_an_article_may_be_named_in_every_way_that_a_writer_has_at_hand(writer, name):
    assert "Number 1 of the results." in explained(writer, q="password reset", key=name).text


@pytest.mark.parametrize(
    "name", ["http://[/articles/x", "//[/articles/en/p", "http://\u2177\u2100/articles/x"]
)
def test_what_only_looks_like_an_address_is_an_unknown_article(writer, name):
    assert "It may be internal, a draft" in explained(writer, q="password", key=name).text


def test_internal_articles_and_drafts_are_as_unknown_as_those_that_never_existed(writer):
    pages = {
        name: explained(writer, q="password", key=name).text.replace(name, "-")
        for name in ("secret", "sketch", "nowhere")
    }
    assert pages["secret"] == pages["sketch"] == pages["nowhere"]
    assert "It may be internal, a draft" in pages["nowhere"]
    assert "Secret" not in pages["secret"]


def test_an_old_address_and_another_language_are_pointed_to(writer):
    assert "key=en%2Freset-password" in explained(writer, q="x", key="old-password-page").text
    assert "key=en%2Fdepot-1" in explained(writer, "vi", q="depot", key="vi/depot-1").text
    there = explained(writer, "vi", q="depot", key="en/depot-1").text
    assert "Bài được tìm theo ngôn ngữ của chính nó: English." in there


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": HOSTILE},
        {"q": f"password {HOSTILE} \"{HOSTILE}\" -{HOSTILE}"},
        {"q": "password", "key": HOSTILE},
        {"q": "?!", "key": "reset-password"},
        {"q": "\x00\x1b[2J", "key": "//x/articles/" + "a" * 5000},
        {"key": "reset-password"},
    ],
)  # fmt: skip
def test_what_was_typed_makes_no_element(writer, locale, query):
    text = explained(writer, locale, **query).text
    found = Elements(text).found
    assert "img" not in {tag for tag, a in found if "/static/" not in a.get("src", "")}
    assert all("/static/" in a["src"] for tag, a in found if tag == "script")
    assert not any(name.startswith("on") or name == "style" for _, a in found for name in a)
    assert "49" not in text.split("</title>")[0]


def test_another_spelling_of_the_locale_leads_to_the_right_one(writer):
    response = writer.get("/zh-TW/search/explain?q=a&key=b")
    assert response.status_code == 302
    assert response.headers["Location"] == "/zh-Hant/search/explain?q=a&key=b"
