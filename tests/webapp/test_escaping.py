"""What a person types comes back as text, wherever it is shown."""

import json
from html.parser import HTMLParser

import pytest
from sample_site import TOPICS

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>&amp;{{7*7}}</title>"


class Tags(HTMLParser):
    """Every start tag and its attributes, and the text between them."""

    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))


def page(client, path, **query):
    return client.get(path, query_string=query).text


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
@pytest.mark.parametrize(
    "query",
    [
        pytest.param({"q": HOSTILE}, id="title, heading, box, contact link"),
        pytest.param({"q": f"{HOSTILE} refund"}, id="with hits"),
        pytest.param({"q": f"depot {HOSTILE}", "page": "2"}, id="pager"),
        pytest.param({"q": "depot", "topic": HOSTILE}, id="topic"),
        pytest.param({"q": f"pasword{HOSTILE}"}, id="did you mean"),
    ],
)
def test_what_was_typed_makes_no_element(client, locale, query):
    text = page(client, f"/{locale}/search", **query)
    plain = {tag for tag, _ in Tags(page(client, f"/{locale}/search", q="depot")).tags}
    found = Tags(text).tags
    assert {tag for tag, _ in found} <= plain | {"section", "ol", "ul", "h2", "h3", "mark"}
    scripts = [attributes for tag, attributes in found if tag == "script"]
    assert all(attributes["src"].startswith("/static/") for attributes in scripts)
    assert not any(name.startswith("on") for _, attributes in found for name in attributes)
    assert "49" not in text.split("</title>")[0]


def test_the_search_box_holds_exactly_what_was_typed(client):
    tags = Tags(page(client, "/en/search", q=HOSTILE)).tags
    box = next(attributes for tag, attributes in tags if attributes.get("id") == "q")
    assert box["value"] == HOSTILE


def test_json_is_json_and_not_html(client):
    response = client.get("/api/v1/search", query_string={"q": HOSTILE})
    assert response.mimetype == "application/json"
    assert json.loads(response.text)["query"] == HOSTILE


def test_what_authors_write_in_plain_fields_is_escaped_too(settings):
    article = Article(
        slug="x",
        locale="en",
        title=f"Title {HOSTILE}",
        body="Body",
        description=f"Description {HOSTILE}",
        questions=(f"Question {HOSTILE}",),
        tags=(HOSTILE,),
        topic="account",
        audience="public",
        owner=HOSTILE,
        path="a/<b>.md",
    )
    client = create_app(settings, engine=MemoryEngine([article], topics=TOPICS)).test_client()
    for path in ("/en/", "/en/search?q=title", "/en/articles/x", "/en/topics/account"):
        found = Tags(client.get(path).text).tags
        assert [attributes for tag, attributes in found if tag == "img"] == [
            next(attributes for tag, attributes in found if tag == "img")
        ], path
        assert all("src" in attributes for tag, attributes in found if tag == "script"), path
