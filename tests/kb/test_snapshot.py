"""What one audience reads over all locales."""

import orjson
import pytest

from kb.article import Article
from kb.search import Query, Topic
from kb.shapes import search_shape
from kb.testing import MemoryEngine


def article(slug: str, locale: str, **fields) -> Article:
    return Article(slug=slug, locale=locale, title=slug, body="x", audience="public", **fields)


ENGINE = MemoryEngine(
    [
        article("a", "zh-Hant", topic="account", aliases=("old",)),
        article("b", "zh-Hant", topic="quick_start-here"),
        article("c", "zh-Hant", topic="billing"),
        article("d", "zh-Hant"),
    ],
    topics={
        "zh-Hant": [
            Topic("account", "帳戶", "您的帳戶", 2),
            Topic("billing", "付款", "", 1),
            Topic("empty", "空的", "", 3),
        ]
    },
)


@pytest.mark.parametrize("locale", ["zh-Hant", "zh-TW", "zh-HK"])
def test_topics_have_their_titles_in_every_locale_that_falls_back(locale):
    found = ENGINE.topics(locale, audience="public")
    assert [(t.slug, t.title, t.count) for t in found] == [
        ("billing", "付款", 1),
        ("account", "帳戶", 1),
        ("quick_start-here", "Quick start here", 1),
    ]


@pytest.mark.parametrize("locale", ["zh-Hant", "zh-TW", "zh"])
def test_old_paths_lead_on_in_every_locale_that_falls_back(locale):
    assert ENGINE.resolve("/old/", locale=locale, audience="public") == "zh-Hant/a"


def test_what_is_typed_can_always_be_sent_as_json():
    for text in ("a\ud800b", "\udcff", "plain"):
        query = Query(text, "zh-Hant")
        shape = search_shape(query, ENGINE.search(query, audience="public"), 1.0)
        assert orjson.loads(orjson.dumps(shape))["query"].startswith(
            text[:1].replace("\udcff", "?")
        )


@pytest.mark.parametrize("order", [("x", "y"), ("y", "x")])
def test_an_old_path_of_two_articles_leads_to_the_first_by_key_whenever_they_were_indexed(order):
    articles = [article(slug, "en", aliases=("old", f"old-{slug}")) for slug in order]
    engine = MemoryEngine(articles)
    found = [engine.resolve(path, locale="en", audience="public") for path in ("old", "old-y")]
    assert found == ["en/x", "en/y"]
