"""The sitemap, held against the rules of sitemaps.org and of hreflang."""

from datetime import date
from xml.etree import ElementTree

import pytest

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.sitemap import MOST_BYTES, MOST_URLS, Family, files, part_path, served

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
SITE = "https://help.example.com"


def urls_in(text):
    """Return the addresses of a file, each with its day and its translations."""
    root = ElementTree.fromstring(text)
    assert root.tag == f"{NAMESPACE}urlset"
    found = {}
    for url in root:
        links = {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
        address = url.findtext(f"{NAMESPACE}loc")
        assert address.isascii()
        assert len(address) < 2_048
        assert address not in found
        found[address] = (url.findtext(f"{NAMESPACE}lastmod"), links)
    return found


@pytest.fixture(scope="module")
def urls(app):
    return urls_in(app.test_client().get("/sitemap.xml").text)


def test_every_article_topic_and_home_page_is_named_once(urls):
    articles = [each for each in urls if "/articles/" in each]
    topics = [each for each in urls if "/topics/" in each]
    assert (len(articles), len(topics)) == (18 + 13, 9)
    assert f"{SITE}/en/" in urls
    assert not [each for each in urls if "?" in each or each.endswith(".md")]


def test_an_article_has_its_day_and_every_translation_with_itself_and_a_default(urls):
    changed, links = urls[f"{SITE}/vi/articles/reset-password"]
    assert date.fromisoformat(changed) == date(2026, 11, 3)
    assert set(links) == {"en", "vi", "zh-Hant", "x-default"}
    assert links["zh-Hant"] == f"{SITE}/zh-Hant/articles/reset-password"
    assert links["x-default"] == links["en"]
    assert urls[f"{SITE}/en/articles/depot-1"][1] == {}
    assert urls[f"{SITE}/en/"][1]["x-default"] == f"{SITE}/"


def test_translations_name_each_other(urls):
    for _changed, links in urls.values():
        for tag, address in links.items():
            if tag != "x-default":
                assert urls[address][1] == links


def test_every_address_is_a_page_that_calls_itself_canonical_and_may_be_listed(urls, client):
    for address, (_changed, links) in urls.items():
        text = client.get(address.removeprefix(SITE)).text
        assert f'<link rel="canonical" href="{address}">' in text
        assert 'content="noindex"' not in text
        for tag, other in links.items():
            assert f'hreflang="{tag}" href="{other}"' in text


def test_two_articles_of_one_language_under_one_key_are_both_named(settings):
    articles = [
        Article(
            slug=slug, locale="en", title=slug, body="x", audience="public", translation_key="k"
        )
        for slug in ("a", "b & c")
    ]
    client = create_app(settings, engine=MemoryEngine(articles)).test_client()
    urls = urls_in(client.get("/sitemap.xml").text)
    assert {f"{SITE}/en/articles/a", f"{SITE}/en/articles/b%20%26%20c"} <= urls.keys()


def families(app, count):
    return [Family({tag: f"/{tag}/a{n}" for tag in ("en", "vi")}, {}) for n in range(count)]


@pytest.mark.parametrize(
    ("most_urls", "most_bytes", "parts"),
    [
        pytest.param(MOST_URLS, MOST_BYTES, 1, id="one file"),
        pytest.param(7, MOST_BYTES, 4, id="too many addresses"),
        pytest.param(MOST_URLS, 2_000, 3, id="too many bytes"),
    ],
)
def test_a_file_stays_within_the_limits_and_no_family_is_parted(app, most_urls, most_bytes, parts):
    with app.test_request_context():
        made = list(files(families(app, 10), most_urls, most_bytes))
    assert len(made) == parts
    found = [urls_in(text) for text in made]
    assert sum(map(len, found)) == 20
    for text, urls in zip(made, found, strict=True):
        assert len(urls) <= most_urls
        assert len(text.encode()) <= most_bytes
        assert len([each for each in urls if "/en/" in each]) * 2 == len(urls)


def test_a_site_that_does_not_fit_into_one_file_has_an_index_of_files(app):
    with app.test_request_context():
        parts = list(files(families(app, 10), most_urls=7))
        root = ElementTree.fromstring(served(parts))
        paths = [part_path(number) for number in (1, 2, 3, 4)]
        assert [served(parts, number) for number in (1, 2, 3, 4, 5)] == [*parts, None]
    assert root.tag == f"{NAMESPACE}sitemapindex"
    addresses = [each.findtext(f"{NAMESPACE}loc") for each in root]
    assert addresses == [f"{SITE}{path}" for path in paths]


def test_there_are_no_parts_where_one_file_is_enough(client):
    assert client.get(part_path(1)).status_code == 404
