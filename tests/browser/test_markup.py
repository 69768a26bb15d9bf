"""The Nu HTML checker on every page, as served and as the script leaves it.

The checker is a Java program that comes with the development tools; where Java is missing the
test says so, and in continuous integration (CI=true) it fails.
"""

import urllib.request
from urllib.error import HTTPError
from urllib.parse import quote

from browser_checks import markup_problems
from page_list import PAGES, STAFF_PAGES, paths, staff_paths


def _served(address):
    try:
        with urllib.request.urlopen(address) as response:
            return response.read()
    except HTTPError as error:
        return error.read()


def _with_open_list(page, site, locale):
    page.goto(f"{site}/{locale}/")
    page.locator("#q").press_sequentially({"en": "pass", "vi": "mat", "zh-Hant": "密碼"}[locale])
    page.get_by_role("option").first.wait_for()
    # No option is active: the checker does not know yet that ARIA 1.2 lets a combobox's
    # aria-activedescendant point into the list of its aria-controls.
    # Serialising drops the line end that would make the doctype its own line; that is all.
    return "<!doctype html>\n" + page.evaluate("document.documentElement.outerHTML")


def test_the_nu_checker_finds_nothing(checker, page, site, tmp_path):
    files = []
    for number, (locale, name) in enumerate(PAGES):
        file = tmp_path / f"{number}-{locale}-{name.replace(' ', '-')}.html"
        file.write_bytes(_served(site + quote(paths(locale)[name], safe="/?=&")))
        files.append(file)
    for locale in ("en", "vi", "zh-Hant"):
        file = tmp_path / f"open-list-{locale}.html"
        file.write_text(_with_open_list(page, site, locale), encoding="utf-8")
        files.append(file)
    assert markup_problems(checker, files) == []


def test_nor_on_the_pages_for_staff(checker, agent_page, site, tmp_path):
    files = []
    for number, (locale, name) in enumerate(STAFF_PAGES):
        file = tmp_path / f"{number}-{locale}-{name.replace(' ', '-')}.html"
        served = agent_page.context.request.get(site + staff_paths(locale)[name])
        assert "/sign-in" not in served.url
        file.write_bytes(served.body())
        files.append(file)
    assert markup_problems(checker, files) == []
