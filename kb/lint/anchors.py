"""Whether the headings that links name are on the page.

A heading's own words tell nearly always. Where they do not, the page is rendered, for only that
knows what became of repeated headings, of ids by hand and of old anchors.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from kb.lint.finding import Finding
from kb.lint.links import Aim, file_ids
from kb.lint.reading import FileId
from kb.lint.rules import make
from kb.pool import BoundedPool

_ID = re.compile(r'<[a-z][a-z0-9]*[^<>]* id="([^"]*)"')
_OWN = re.compile(r'<a href="#([^"]*)"')


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a page can be entered at.

    ids       of its elements
    dangling  fragments of its own links that it does not have
    """

    ids: frozenset[str]
    dangling: frozenset[str]


def rendered(job: tuple[str, str, bool]) -> Anchors:
    """Return the anchors of an article's body, its title and whether it is a reply."""
    from html import unescape

    from kb.rendering.render import render, targets

    body, title, is_reply = job
    links = dict.fromkeys(targets(body), "/")
    html = render(body, title=title, links=links, is_reply=is_reply).html
    ids = frozenset(unescape(each) for each in _ID.findall(html))
    own = (unquote(unescape(each)) for each in _OWN.findall(html))
    return Anchors(ids, frozenset(each for each in own if each not in ids))


def check(aims: list[Aim], pool: BoundedPool) -> Iterator[Finding]:
    """Yield links to headings that are not there."""
    doubtful = [aim for aim in aims if aim.fragment not in aim.target.outline.slugs]
    pages = _render_all(doubtful, pool)
    for aim in doubtful:
        page = pages.get(aim.target.id)
        if page is None or aim.fragment in page.ids:
            continue
        is_own = aim.link.target.startswith("#")
        if is_own and aim.fragment not in page.dangling:
            continue
        where = "this article" if is_own else aim.target.shown
        found = f"{where} has no heading #{aim.fragment[:120]}"
        near = difflib.get_close_matches(aim.fragment[:120], sorted(page.ids), 1, 0.6)
        fix = f"Write #{near[0]}" if near else "Name one of its headings, or none"
        at = aim.subject.shown, aim.link.line
        yield make("broken-anchor", *at, found, fix, column=aim.link.column)


def _render_all(aims: list[Aim], pool: BoundedPool) -> dict[FileId, Anchors]:
    """Return the anchors of the articles that are aimed at; none of one that cannot be rendered."""
    targets = list(file_ids(aims).values())
    articles = [target.written.article for target in targets]
    jobs = ((each.body, each.title, each.kind == "reply") for each in articles)
    done = pool.map(rendered, jobs)
    return {targets[n].id: page for n, page in done if isinstance(page, Anchors)}
