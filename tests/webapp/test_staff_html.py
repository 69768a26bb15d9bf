"""Images and links of an article as staff see them in the console, over a real index."""

import re
from datetime import UTC, datetime

import pytest
from leak_site import png
from staff_site import Browser, staff_app

from indexer.engine import WhooshEngine
from indexer.update import update_index
from kb.settings import Source

READING = {"X-Fragment": "reading"}
LINK = re.compile(r'<a href="([^"]+)"[^>]* target="_blank"[^>]*>([^<]+)</a>')
BODY = """Look at this:

![The form](form.png)

Then [close the account](close-account.md#what-is-kept), or [undo that](close-account.md).
Customers read [how to pay](pay.md). Ask [the bank](https://bank.example/). See [below](#below).

## Below
"""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    root = tmp_path_factory.mktemp("staff-html")
    folder = root / "articles" / "en" / "account"
    folder.mkdir(parents=True)
    (folder / "form.png").write_bytes(png(7))
    for slug, audience, body in (
        ("lost-account", "internal", BODY),
        ("close-account", "internal", "## What is kept\n\nBills."),
        ("pay", "public", "By card."),
    ):
        front = f"title: About {slug}\naudience: {audience}"
        (folder / f"{slug}.md").write_text(f"---\n{front}\n---\n{body}\n", encoding="utf-8")
    source = Source(name="help", path=root / "articles")
    update_index([source], root / "index", now=datetime.now(UTC))
    engine = WhooshEngine(root / "index", audiences=("public", "internal"))
    return staff_app(root, engine, embed={"origins": ["https://desk.example.com"]})


def read(app, prefix):
    """Return a browser that has signed in, and the article as its console shows it."""
    browser = Browser(app, prefix)
    browser.come_in("agent-ann")
    response = browser.get(
        f"{prefix}/agent/section?key=en/lost-account&level=article", headers=READING
    )
    assert response.status_code == 200
    return browser, response.text


@pytest.mark.parametrize("prefix", ["", "/embed"])
def test_an_image_of_an_internal_article_is_shown_to_staff_alone(app, prefix):
    browser, html = read(app, prefix)
    source = re.search(r'<img [^>]*src="([^"]+)"', html)[1]
    assert source.startswith(f"{prefix}/agent/media/")
    image = browser.get(source)
    assert (image.status_code, image.mimetype, image.data) == (200, "image/png", png(7))
    assert image.headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in image.headers["Content-Security-Policy"]
    stranger = Browser(app)
    assert stranger.get(source).status_code in (303, 401, 404)
    assert stranger.get(source.removeprefix(f"{prefix}/agent")).status_code == 404


def test_links_lead_to_where_staff_can_read_and_leave_the_console_open(app):
    browser, html = read(app, "")
    links = {text: address.replace("&amp;", "&") for address, text in LINK.findall(html)}
    part = links["close the account"]
    assert part.startswith("/agent/section?")
    assert "Bills." in browser.get(part, headers=READING).text
    assert browser.get(links["undo that"]).status_code == 200
    assert links["how to pay"] == "/en/articles/pay"
    assert links["the bank"] == "https://bank.example/"
    assert "below" not in links
    assert 'href="#below"' in html
