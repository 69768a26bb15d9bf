"""The sitemap: every page that search engines may list, each with its translations.

One file holds at most 50,000 addresses and 50 MB; where that is too few, sitemap.xml names further
files. A family of translations stays together, because each of its addresses names all of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort
from markupsafe import escape

from kb.search import Summary
from webapp.links import (
    absolute,
    article_url,
    front_door_url,
    home_url,
    topic_url,
    whats_new_url,
)
from webapp.site import AUDIENCE, current_site

blueprint = Blueprint("sitemap", __name__)

MOST_URLS = 50_000
MOST_BYTES = 50_000_000
_NUMBER = re.compile("[1-9][0-9]{0,3}")
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_OPENING = f'<urlset xmlns="{_NAMESPACE}" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
_CLOSING = "</urlset>\n"


@dataclass(frozen=True, slots=True)
class Family:
    """The same page in several languages.

    addresses  locale -> path
    updated    locale -> day of the last change in git, where it is known
    x_default  path for readers of any other language, or ""
    """

    addresses: Mapping[str, str]
    updated: Mapping[str, date]
    x_default: str = ""


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The whole sitemap, or where its parts are."""
    return _answer(0)


@blueprint.get("/sitemap-<number>.xml")
def part(number: str) -> Response:
    """One part of a sitemap that does not fit into one file."""
    if not _NUMBER.fullmatch(number):
        abort(404)
    return _answer(int(number))


def _answer(number: int) -> Response:
    text = served(list(files(_families())), number)
    if text is None:
        abort(404)
    response = Response(text, mimetype="application/xml")
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def served(parts: Sequence[str], number: int = 0) -> str | None:
    """Return one of the parts, counted from 1, or what stands at sitemap.xml; None for no file."""
    if number == 0 and len(parts) == 1:
        return parts[0]
    if number > len(parts) or len(parts) == 1:
        return None
    if number:
        return parts[number - 1]
    addresses = (escape(absolute(part_path(each + 1))) for each in range(len(parts)))
    lines = "".join(f"<sitemap><loc>{address}</loc></sitemap>\n" for address in addresses)
    return f'{_HEAD}<sitemapindex xmlns="{_NAMESPACE}">\n{lines}</sitemapindex>\n'


def part_path(number: int) -> str:
    """Return the path of a part, counted from 1."""
    return f"/sitemap-{number}.xml"


def files(
    families: Iterable[Family], most_urls: int = MOST_URLS, most_bytes: int = MOST_BYTES
) -> Iterator[str]:
    """Yield the files of a sitemap, each within the limits."""
    room = most_bytes - len(_HEAD + _OPENING + _CLOSING)
    kept: list[str] = []
    urls = size = 0
    for family in families:
        text = _family_xml(family)
        length = len(text.encode())
        if kept and (urls + len(family.addresses) > most_urls or size + length > room):
            yield f"{_HEAD}{_OPENING}{''.join(kept)}{_CLOSING}"
            kept, urls, size = [], 0, 0
        kept.append(text)
        urls += len(family.addresses)
        size += length
    if kept:
        yield f"{_HEAD}{_OPENING}{''.join(kept)}{_CLOSING}"


def _families() -> Iterator[Family]:
    """Yield home pages and what is new, then topics, then articles."""
    site = current_site()
    locales, default = site.locales(), site.settings.site.default_locale
    homes = {tag: home_url(tag) for tag in locales}
    yield Family(homes, {}, front_door_url())
    news = {tag: whats_new_url(tag) for tag in locales}
    yield Family(news, {}, news[default])
    topics: defaultdict[str, dict[str, str]] = defaultdict(dict)
    articles: defaultdict[str, list[Summary]] = defaultdict(list)
    for tag in locales:
        # An empty locale answers with its fallback's articles.
        own = [each for each in site.engine.articles(tag, audience=AUDIENCE) if each.locale == tag]
        for each in own:
            articles[each.translation_key or each.key].append(each)
        for slug in site.topics(tag) if own else ():
            topics[slug][tag] = topic_url(tag, slug)
    for addresses in topics.values():
        yield Family(addresses, {}, addresses.get(default, ""))
    for members in articles.values():
        yield from _families_of(members, default)


def _families_of(members: Sequence[Summary], default: str) -> Iterator[Family]:
    """Yield one family, and what else of the same language came under its translation key."""
    first: dict[str, Summary] = {}
    for each in members:
        if first.setdefault(each.locale, each) is not each:
            yield Family({each.locale: article_url(each.locale, each.slug)}, _updated([each]))
    addresses = {each.locale: article_url(each.locale, each.slug) for each in first.values()}
    yield Family(addresses, _updated(first.values()), addresses.get(default, ""))


def _updated(articles: Iterable[Summary]) -> dict[str, date]:
    return {each.locale: each.updated for each in articles if each.updated is not None}


def _family_xml(family: Family) -> str:
    addresses = {tag: escape(absolute(path)) for tag, path in family.addresses.items()}
    others = "".join(_alternate(tag, address) for tag, address in addresses.items())
    if len(addresses) < 2:
        others = ""
    elif family.x_default:
        others += _alternate("x-default", escape(absolute(family.x_default)))
    lines = []
    for tag, address in addresses.items():
        day = family.updated.get(tag)
        changed = f"<lastmod>{day.isoformat()}</lastmod>" if day else ""
        lines.append(f"<url><loc>{address}</loc>{changed}{others}</url>\n")
    return "".join(lines)


def _alternate(tag: str, address: str) -> str:
    return f'<xhtml:link rel="alternate" hreflang="{tag}" href="{address}"/>'
