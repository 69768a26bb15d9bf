"""What an author could smuggle into an article runs in nobody's browser.

Each payload is an article of its own, indexed and served as any other; its page and its
search result are opened in Chromium, which reports whatever would have run or been loaded.
"""

from urllib.parse import urlsplit

import pytest
from site_files import write_file
from site_server import served
from xss_payloads import PAYLOADS

from kb.article import Article
from webapp.params import PAGE_SIZE

# Wakes what waits for a pointer or the focus, and returns the protocols of all links.
TOUCH_EVERYTHING = """() => {
  for (const element of document.querySelectorAll("article *"))
    for (const name of ["mouseover", "focus", "toggle", "error", "load", "animationstart"])
      element.dispatchEvent(new Event(name));
  return [...document.querySelectorAll("a")].map(link => new URL(link.href).protocol);
}"""


@pytest.fixture(scope="module")
def hostile_site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    for number, (_name, kind, text) in enumerate(PAYLOADS):
        article = Article(slug=f"case-{number}", locale="en", title="", body="", topic="cases")
        lines = text if kind == "front matter" else ""
        if not lines.startswith("title:"):
            lines = f"title: Case {number}\n{lines}"
        body = text if kind == "markdown" else "Body"
        write_file(folder / "articles", article, f"audience: public\n{lines}", body)
    with served(folder) as address:
        yield address


def test_no_payload_runs_or_loads_anything(page, hostile_site):
    trouble, opened = [], 0
    page.on("dialog", lambda dialog: (trouble.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda message: trouble.append((page.url, message.text)))
    page.on("pageerror", lambda error: trouble.append((page.url, str(error))))
    page.on(
        "request",
        lambda request: (
            trouble.append((page.url, request.url))
            if f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}" != hostile_site
            else None
        ),
    )
    page.add_init_script(
        """for (const name of ["alert", "confirm", "prompt"])
             window[name] = () => console.error("ran " + name);
           addEventListener("securitypolicyviolation",
             event => console.error("policy", event.violatedDirective, event.blockedURI))"""
    )
    for number, (name, _kind, _text) in enumerate(PAYLOADS):
        response = page.goto(f"{hostile_site}/en/articles/case-{number}")
        if response.status == 404:
            # Refused on the way in; the browser names the 404, and that is no trouble.
            trouble = [each for each in trouble if "404" not in str(each)]
        else:
            opened += 1
            assert set(page.evaluate(TOUCH_EVERYTHING)) <= {"http:", "https:", "mailto:"}, name
        assert trouble == [], name
    for number in range(1, -(-len(PAYLOADS) // PAGE_SIZE) + 1):
        page.goto(f"{hostile_site}/en/search?q=case&page={number}")
        assert page.locator(".hit").count() > 0
        assert trouble == [], number
    for path in ("/en/", "/en/topics/cases", "/en/search?q=alert", "/en/search?q=onerror"):
        page.goto(hostile_site + path)
    page.locator("#q").press_sequentially("img src")
    page.wait_for_timeout(400)
    assert trouble == []
    assert opened >= len(PAYLOADS) * 0.9
