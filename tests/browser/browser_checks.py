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


def accessibility_problems(page: Page) -> list[tuple[str, str]]:
    """Return (rule, element) for each violation that axe finds."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", _TAGS
    )
    return [
        (violation["id"], node["html"])
        for violation in found["violations"]
        for node in violation["nodes"]
    ]


def schemes(locale: str) -> tuple[str, ...]:
    """Return the colour schemes to check a page in: what is too pale is so in every language."""
    return ("light", "dark") if locale == "en" else ("light",)


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
