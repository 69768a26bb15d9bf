"""Links are written without the router; it has to lead each of them to the right view."""

from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webapp import links

LOCALES = ["en", "vi", "zh-Hant"]
PARTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="/"), min_size=1, max_size=20
).filter(lambda part: part not in {".", ".."})
SLUGS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)


@pytest.fixture(scope="session")
def router(app):
    return app.url_map.bind("localhost")


def led_to(router, link):
    """Return the view, its arguments and the query that this link asks for."""
    parts = urlsplit(link)
    assert link.isascii()
    endpoint, values = router.match(unquote(parts.path))
    return endpoint, values, dict(parse_qsl(parts.query, keep_blank_values=True))


@given(slug=SLUGS, anchor=PARTS)
def test_an_article_is_found_under_its_link(router, slug, anchor):
    link = links.article_url("vi", slug, anchor)
    endpoint, values, query = led_to(router, link)
    assert (endpoint, values, query) == ("help_center.article", {"locale": "vi", "slug": slug}, {})
    assert unquote(urlsplit(link).fragment) == anchor


@given(slug=SLUGS)
def test_the_markdown_of_an_article_is_found_under_its_link(router, slug):
    endpoint, values, query = led_to(router, links.markdown_url("vi", slug))
    wanted = {"locale": "vi", "slug": f"{slug}.md"}
    assert (endpoint, values, query) == ("help_center.article", wanted, {})


@given(topic=PARTS, page=st.integers(1, 99))
def test_a_page_of_a_topic_is_found_under_its_link(router, topic, page):
    endpoint, values, query = led_to(router, links.topic_url("en", topic, page))
    assert (endpoint, values) == ("help_center.topic", {"locale": "en", "topic": topic})
    assert query.get("page", "1") == str(page)


@given(q=PARTS, topic=st.none() | PARTS, page=st.integers(1, 99))
def test_a_search_asks_for_what_was_typed(router, q, topic, page):
    endpoint, values, query = led_to(router, links.search_url("zh-Hant", q, topic, page))
    assert (endpoint, values) == ("help_center.search", {"locale": "zh-Hant"})
    assert (query["q"], query.get("topic"), query.get("page", "1")) == (q, topic, str(page))


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    ("link", "endpoint"),
    [
        pytest.param(links.home_url, "help_center.home", id="home"),
        pytest.param(links.search_url, "help_center.search", id="search"),
        pytest.param(links.opensearch_url, "operations.opensearch", id="opensearch"),
        pytest.param(links.llms_url, "machine_readable.llms_of_locale", id="llms.txt"),
    ],
)
def test_what_each_language_has_is_found_under_its_link(router, locale, link, endpoint):
    assert led_to(router, link(locale)) == (endpoint, {"locale": locale}, {})


def test_what_the_site_has_once_is_found_under_its_link(app, router):
    assert led_to(router, links.front_door_url()) == ("help_center.front_door", {}, {})
    assert led_to(router, links.complete_url("en")) == ("api.complete", {}, {"locale": "en"})
    with app.test_request_context():
        values = {"digest": app.extensions["kb"].assets.digest, "name": "kb.css"}
        assert led_to(router, links.asset_url("kb.css")) == ("operations.static", values, {})
