"""What holds for every page: accessible in both schemes, narrow, light, from one origin."""

import gzip
import urllib.request
from contextlib import contextmanager
from urllib.error import HTTPError
from urllib.parse import quote, urlsplit

import pytest
from browser_checks import accessibility_problems, layout_shift, problems_in_both_schemes
from page_list import PAGES, STAFF_PAGES, paths, staff_paths

HTML_BYTES = 25_000
CSS_BYTES = 10_000
SCRIPT_BYTES = 10_000
UNSEEN_SHIFT = 0.001  # 0.1 counts as good
LOADS = 3
# Pages whose words are checked in each language; colours and structure are the same in all.
SPOKEN = ("home", "search", "article", "console with answers")


@pytest.mark.parametrize(("locale", "name"), PAGES)
def test_a_page_is_accessible_narrow_quiet_and_from_one_origin(tab, site, locale, name):
    _check(tab, site + paths(locale)[name], locale, name)


@pytest.mark.parametrize(("locale", "name"), STAFF_PAGES)
def test_so_is_a_page_for_staff(agent_tab, site, locale, name):
    _check(agent_tab, site + staff_paths(locale)[name], locale, name)


def _check(page, address, locale, name):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.emulate_media(color_scheme="light")
    with _listening(page) as (requested, said):
        page.goto(address)
        assert _own_shift(page) < UNSEEN_SHIFT
        if locale == "en":
            assert problems_in_both_schemes(page) == []
        elif name in SPOKEN:
            assert accessibility_problems(page, contrast=False) == []
        page.set_viewport_size({"width": 320, "height": 640})
        widest = page.evaluate("document.documentElement.scrollWidth")
        assert widest <= 320
    assert {_origin(url) for url in requested} == {_origin(address)}
    # The browser says itself that a page is not there.
    assert [line for line in said if name not in ("404", "410") or name not in line] == []


@contextmanager
def _listening(page):
    """Yield the addresses that the page asks for, and what it says in the browser's console."""
    requested, said = [], []
    heard = {
        "request": lambda request: requested.append(request.url),
        "console": lambda message: said.append(message.text),
        "pageerror": lambda error: said.append(str(error)),
    }
    for event, hear in heard.items():
        page.on(event, hear)
    try:
        yield requested, said
    finally:
        for event, hear in heard.items():
            page.remove_listener(event, hear)


def _origin(address):
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _own_shift(page):
    """Return how much the page moves by itself: a busy machine may paint half of it first, once."""
    shifts = [layout_shift(page)]
    while shifts[-1] >= UNSEEN_SHIFT and len(shifts) < LOADS:
        page.reload()
        shifts.append(layout_shift(page))
    return min(shifts)


def _sent(address):
    request = urllib.request.Request(address, headers={"Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request) as response:
            return response.read(), response.headers
    except HTTPError as error:
        return error.read(), error.headers


def test_pages_keep_their_weight(page, site):
    by_kind = {"stylesheet": {}, "script": {}}

    def weigh(request):
        if request.resource_type in by_kind:
            by_kind[request.resource_type][request.url] = len(_sent(request.url)[0])

    page.on("requestfinished", weigh)
    for locale, name in PAGES:
        body, headers = _sent(site + quote(paths(locale)[name], safe="/?=&"))
        assert headers["Content-Encoding"] == "gzip"
        assert len(body) <= HTML_BYTES, (locale, name)
        assert gzip.decompress(body).endswith(b"</html>")
    page.goto(f"{site}/en/articles/reset-password")
    assert 0 < sum(by_kind["stylesheet"].values()) <= CSS_BYTES, by_kind
    assert 0 < sum(by_kind["script"].values()) <= SCRIPT_BYTES, by_kind


def test_forced_colours_and_print_keep_the_text(page, site):
    page.emulate_media(forced_colors="active")
    page.goto(f"{site}/vi/search?q=mat khau")
    assert page.locator(".hit mark").first.is_visible()
    page.emulate_media(media="print", forced_colors="none")
    page.goto(f"{site}/vi/articles/reset-password")
    assert page.locator(".prose").is_visible()
    assert not page.locator("header.top").is_visible()
    assert page.pdf().startswith(b"%PDF")


@pytest.mark.parametrize("width", [768, 1920])
def test_wide_and_middle_windows_do_not_scroll_sideways(page, site, width):
    page.set_viewport_size({"width": width, "height": 800})
    for name in ("home", "search", "article", "long title"):
        page.goto(site + paths("zh-Hant")[name])
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
