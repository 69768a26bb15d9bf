"""What is new and what changed lately, by day: a page and an Atom feed (RFC 4287) per language.

Days are those that git gives: an article is new on the day of its first commit, or of its
`publish_at` if that is later. One that was internal before changed on the day of the commit that
made it public, and nothing else is said of its past. What git does not know is not listed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from flask import Blueprint, Response, abort, g, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kb.search import Summary
from webapp import params
from webapp.i18n import match
from webapp.links import feed_url, whats_new_url
from webapp.site import AUDIENCE, current_site

blueprint = Blueprint("whats_new", __name__)

PAGE_SIZE = 30
LAST_PAGE = 10
FEED_ENTRIES = 50
# An empty feed has to say when it last changed, too.
_NEVER = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Event:
    """An article appeared on a day, or it changed."""

    day: date
    is_new: bool
    article: Summary


@blueprint.get("/<locale:locale>/new")
def page(locale: str) -> str | AnyResponse:
    """What happened lately, newest first, day by day."""
    if (served := _served(locale)) != locale:
        return redirect(whats_new_url(served))
    events = sorted(_events(_articles()), key=_newest_first)[: PAGE_SIZE * LAST_PAGE]
    last_page = max(1, -(-len(events) // PAGE_SIZE))
    number = params.page_number(request.args)
    if number > last_page:
        return redirect(whats_new_url(g.locale, last_page))
    shown = events[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "help_center/whats_new.html",
        days=[(day, list(some)) for day, some in groupby(shown, key=lambda event: event.day)],
        number=number,
        last_page=last_page,
        alternates={tag: whats_new_url(tag) for tag in current_site().locales()},
    )


@blueprint.get("/<locale:locale>/feed.xml")
def feed(locale: str) -> AnyResponse:
    """The articles that appeared or changed last, each once."""
    if (served := _served(locale)) != locale:
        return redirect(feed_url(served))
    latest = {event.article.key: event for event in sorted(_events(_articles()), key=_oldest_first)}
    entries = sorted(latest.values(), key=_newest_first)[:FEED_ENTRIES]
    body = render_template(
        "help_center/feed.xml",
        entries=entries,
        updated=entries[0].day if entries else _NEVER,
        topics=current_site().topics(g.locale),
    )
    return Response(body, mimetype="application/atom+xml")


def _served(locale: str) -> str:
    """Set the page's locale and return it; 404 for a language that is not served."""
    served = match(locale)
    if served is None:
        abort(404)
    g.locale = served
    return served


def _articles() -> Iterator[Summary]:
    for each in current_site().engine.articles(g.locale, audience=AUDIENCE):
        if each.locale == g.locale:  # an empty locale answers with its fallback's articles
            yield each


def _events(articles: Iterable[Summary]) -> Iterator[Event]:
    for each in articles:
        if each.created:
            yield Event(each.created, is_new=True, article=each)
        if each.updated and (each.created is None or each.updated > each.created):
            yield Event(each.updated, is_new=False, article=each)


def _newest_first(event: Event) -> tuple[int, bool, str]:
    return -event.day.toordinal(), not event.is_new, event.article.key


def _oldest_first(event: Event) -> int:
    return event.day.toordinal()
