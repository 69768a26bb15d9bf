"""Measurements that several browser tests make on an open page."""

import json
import subprocess
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Page

_AXE = Path(__file__).parent / "vendor" / "axe-4.14.1.min.js"
# Advice about browsers that have no on-screen keyboard; there the attribute is without effect.
_NOT_OURS = ("“inputmode” attribute is not supported in all browsers",)
_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def accessibility_problems(page: Page, *, contrast: bool = True) -> list[tuple[str, str]]:
    """Return (rule, element) for each violation that axe finds; contrast is most of its work."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    options = {
        "runOnly": {"type": "tag", "values": _TAGS},
        "rules": {"color-contrast": {"enabled": contrast}},
    }
    found = page.evaluate("options => axe.run(document, options)", options)
    return [
        (violation["id"], node["html"])
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def problems_in_both_schemes(page: Page) -> list[tuple[str, str]]:
    """Return the violations of a page in light and dark colours."""
    found = accessibility_problems(page)
    page.emulate_media(color_scheme="dark")
    return found + accessibility_problems(page)


def layout_shift(page: Page) -> float:
    """Return how much of the page has moved since it was opened, also right after a key press."""
    return float(
        page.evaluate(
            """() => new Promise(resolve => {
                 let sum = 0;
                 new PerformanceObserver(list => {
                   for (const entry of list.getEntries()) sum += entry.value;
                 }).observe({type: "layout-shift", buffered: true});
                 requestAnimationFrame(() => requestAnimationFrame(
                   () => setTimeout(() => resolve(sum), 60)));
               })"""
        )
    )


def markup_problems(checker: Sequence[str], files: Sequence[Path]) -> list[tuple[str, str, str]]:
    """Return (file, message, place) for whatever the Nu checker says of these HTML files."""
    done = subprocess.run([*checker, *files], capture_output=True, text=True, check=False)
    return [
        (Path(each["url"]).name, each["message"], each.get("extract", ""))
        for each in json.loads(done.stdout)["messages"]
        if not any(known in each["message"] for known in _NOT_OURS)
    ]
