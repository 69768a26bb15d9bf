"""What language models and their tools read: articles as Markdown, and llms.txt."""

import re

import pytest

from kb.article import Article
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.machine_readable import MOST_IN_ALL, MOST_OF_ONE

LINK = re.compile(r"- \[(?P<title>(?:[^\]\\]|\\.)*)\]\((?P<url>[^()\s]+)\)(?P<said>: .+)?")


def public(slug, locale="en", body="x", **rest):
    values = {"title": slug.title(), "audience": "public", **rest}
    return Article(slug=slug, locale=locale, body=body, **values)


def client_of(settings, *articles):
    return create_app(settings, engine=MemoryEngine(articles)).test_client()


def sections(text):
    """Return the links of each section, held against the rules of llms.txt."""
    head, *rest = text.split("\n## ")
    name, summary, *_notes = head.strip().split("\n\n")
    assert name.startswith("# ")
    assert "\n" not in name
    assert summary.startswith("> ")
    found = {}
    for part in rest:
        title, _, lines = part.partition("\n\n")
        matches = [LINK.fullmatch(line) for line in lines.strip().splitlines()]
        assert all(matches), lines
        found[title] = [match["url"] for match in matches]
    return found


def test_an_article_is_there_as_markdown_and_its_page_says_where(client):
    address = "https://help.example.com/en/articles/reset-password"
    page = client.get("/en/articles/reset-password").text
    assert f'<link rel="alternate" type="text/markdown" href="{address}.md">' in page
    response = client.get("/en/articles/reset-password.md")
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    assert response.headers["Link"] == f'<{address}>; rel="canonical"'
    assert response.headers["Content-Language"] == "en"
    text = response.text
    assert text.startswith(f"# How do I reset my password?\n\n<{address}>\n\nYou can set")
    assert "\n## Ask for the reset mail\n\n1. Choose “Forgot password”" in text
    assert "| Column 1 | Column 2 |" in text
    assert "def track(number: str" in text


def test_it_is_kept_and_packed_as_every_other_answer(client):
    path = "/vi/articles/reset-password.md"
    response = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert client.get(path, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    head = client.head(path)
    assert head.data == b""
    assert head.headers["Content-Length"] == client.get(path).headers["Content-Length"]


def test_links_are_absolute_and_nothing_of_the_file_is_told(settings):
    body = "See [the other](/en/articles/b) and [below](#more).\n\n## More\n\nText."
    article = public(
        "a",
        body=body,
        title="C# *and* #",
        owner="Owner <owner@example.com>",
        path="en/secret-folder/a.md",
        source_commit="abc1234",
    )
    text = client_of(settings, article, public("b")).get("/en/articles/a.md").text
    assert text.startswith("# C# \\*and\\* \\#\n")
    assert "(https://help.example.com/en/articles/a#more)" in text
    assert "](/" not in text
    for word in ("Owner", "secret-folder", "abc1234", "---"):
        assert word not in text


def test_a_slug_that_ends_like_markdown_keeps_its_address(settings):
    client = client_of(settings, public("notes"), public("notes.md"), public("read.md"))
    assert client.get("/en/articles/notes.md").mimetype == "text/html"
    assert "text/markdown" not in client.get("/en/articles/notes").text
    assert client.get("/en/articles/notes.md.md").mimetype == "text/markdown"
    assert client.get("/en/articles/read.md").mimetype == "text/html"
    assert client.get("/en/articles/read.md.md").text.startswith("# Read.Md\n")
    listed = sections(client.get("/llms.txt").text)["English"]
    assert "https://help.example.com/en/articles/notes" in listed
    assert "https://help.example.com/en/articles/notes.md.md" in listed


@pytest.mark.parametrize(
    ("path", "status", "location"),
    [
        ("/vi/articles/old-password-page.md", 301, "/vi/articles/reset-password.md"),
        ("/zh-TW/articles/refund.md", 302, "/zh-Hant/articles/refund.md"),
        ("/en/articles/none.md", 404, None),
        ("/en/articles/.md", 404, None),
        ("/zh-TW/llms.txt", 302, "/zh-Hant/llms.txt"),
        ("/fr/llms.txt", 404, None),
    ],
)
def test_other_addresses_lead_on_or_nowhere(client, path, status, location):
    response = client.get(path)
    assert (response.status_code, response.location) == (status, location)


def test_an_old_path_that_ends_like_markdown_still_leads_to_its_article(settings):
    client = client_of(settings, public("new", aliases=("old.md",)), public("other"))
    assert client.get("/en/articles/old.md").location == "/en/articles/new"


def test_a_removed_article_is_gone_here_too_and_says_why(settings):
    removed = {"en": {"old-plans": "Plans are *included* now."}}
    client = create_app(settings, engine=MemoryEngine([public("a")], removed=removed)).test_client()
    response = client.get("/en/articles/old-plans.md")
    assert (response.status_code, response.mimetype) == (410, "text/markdown")
    assert "Plans are \\*included\\* now." in response.text
    assert client.get("/en/articles/never-there.md").status_code == 404


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
def test_what_is_not_for_the_public_is_in_no_file(settings, locale):
    hidden = [
        public("hidden-internal", locale, audience="internal"),
        public("hidden-draft", locale, status="draft"),
    ]
    client = client_of(settings, public("shown", locale), *hidden)
    assert client.get(f"/{locale}/articles/shown.md").status_code == 200
    for name in ("hidden-internal", "hidden-draft"):
        assert client.get(f"/{locale}/articles/{name}.md").status_code == 404
    for path in ("/llms.txt", f"/{locale}/llms.txt", "/sitemap.xml"):
        text = client.get(path).text
        assert "shown" in text
        assert "hidden" not in text


def test_llms_txt_has_the_form_of_its_specification(client):
    response = client.get("/llms.txt")
    assert response.headers["Content-Type"] == "text/markdown; charset=utf-8"
    found = sections(response.text)
    assert list(found) == ["English", "Tiếng Việt", "繁體中文"]
    assert found["English"][0] == "https://help.example.com/en/articles/reset-password.md"
    assert found["繁體中文"][-1] == "https://help.example.com/zh-Hant/llms.txt"
    for urls in found.values():
        for url in urls:
            path = url.removeprefix("https://help.example.com")
            assert client.get(path).mimetype == "text/markdown"


def test_a_languages_own_file_is_ordered_by_topic(client):
    found = sections(client.get("/vi/llms.txt").text)
    assert list(found) == ["Tài khoản của bạn", "Bưu kiện", "Hóa đơn và thanh toán"]
    assert "https://help.example.com/vi/articles/refund.md" in found["Hóa đơn và thanh toán"]


def test_what_a_writer_types_cannot_break_the_form(settings):
    title = "a](http://x) [b\n## c"
    article = public("a", title=title, description="one\n\n## two", topic="t")
    text = client_of(settings, article).get("/llms.txt").text
    assert list(sections(text)) == ["English"]


def test_the_files_have_a_bounded_size(settings):
    articles = [public(f"a{number:04}", description="d" * 900) for number in range(2_010)]
    client = client_of(settings, *articles)
    short, long = client.get("/llms.txt").text, client.get("/en/llms.txt").text
    assert len(sections(short)["English"]) == MOST_IN_ALL + 1
    assert sum(map(len, sections(long).values())) == MOST_OF_ONE
    assert "2,000 of 2,010" in long.partition("\n## ")[0]
    assert len(long) < 1_000_000
