"""The pages for customers: home, search, topic, article. All of them work without JavaScript.

The locale in the URL is checked once, before any view runs: a tag that means a served locale
(`zh-TW`, `en-us`) is redirected to it, any other is a 404.
"""

from collections.abc import Sequence
from typing import Any, cast
from urllib.parse import quote

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kb.search import Page, Query, Results, Summary
from webapp import former, params, recording
from webapp.i18n import match, negotiated
from webapp.links import article_url, edit_url, home_url, markdown_url, search_url, topic_url
from webapp.listing import (
    ContentsEntry,
    contents_of,
    newer_source,
    other_topics,
    shown_facets,
    starting_points,
)
from webapp.machine_readable import article_as_markdown, has_markdown
from webapp.site import AUDIENCE, current_site, today

blueprint = Blueprint("help_center", __name__)


@blueprint.before_request
def use_locale_of_url() -> Response | None:
    """Set the page's locale from its URL, or lead to the URL that has the right one."""
    view_args = dict(request.view_args or {})
    if "locale" not in view_args:
        return None
    asked = cast(str, view_args.pop("locale"))
    locale = match(asked)
    if locale is None:
        abort(404)
    g.locale = locale
    # An article may have moved, too: its view leads there at once.
    if locale == asked or request.endpoint in (None, "help_center.article"):
        return None
    return _in_served_locale(**view_args)


def _in_served_locale(**view_args: Any) -> Response:
    """Lead to this address in the locale of the page."""
    target = url_for(cast(str, request.endpoint), locale=g.locale, **view_args)
    # Some clients send UTF-8 as it is; what is escaped already stays.
    query = quote(request.query_string, safe="%&=+?/:;,@!$'()*~[]")
    return redirect(f"{target}?{query}" if query else target)


@blueprint.get("/")
def front_door() -> Response:
    """Lead to the home page in the reader's language."""
    response = redirect(home_url(negotiated()))
    response.vary.add("Accept-Language")
    return response


@blueprint.get("/<locale:locale>/")
def home(locale: str) -> str:
    """Search first, then topics and articles to start with."""
    site = current_site()
    articles = site.engine.articles(g.locale, audience=AUDIENCE)
    return render_template(
        "help_center/home.html",
        topics=site.topics(g.locale),
        articles=starting_points(articles, today()),
        total=len(articles),
        today=today(),
        alternates={tag: home_url(tag) for tag in site.locales()},
    )


@blueprint.get("/<locale:locale>/search")
def search(locale: str) -> str | Response:
    """One page of results, or what leads on when there are none."""
    site = current_site()
    q = params.query_text(request.args)
    number = params.page_number(request.args)
    topics = site.topics(g.locale)
    topic = params.topic_slug(request.args)
    topic = topic if topic in topics else None
    offset = (number - 1) * params.PAGE_SIZE
    query = Query(q, g.locale, topic, limit=params.PAGE_SIZE, offset=offset)
    results = site.engine.search(query, audience=AUDIENCE) if q else Results()
    last_page = min(-(-results.total // params.PAGE_SIZE), params.LAST_PAGE)
    if number > max(last_page, 1):
        return redirect(search_url(g.locale, q, topic, max(last_page, 1)))
    recording.searched(query, results.total)
    return render_template(
        "help_center/search.html",
        q=q,
        topic=topic,
        topics=topics,
        results=results,
        facets=shown_facets(results, topics, topic),
        number=number,
        last_page=last_page,
        first_rank=(number - 1) * params.PAGE_SIZE + 1,
        topics_of={hit.locale: site.topics(hit.locale) for hit in results.elsewhere},
        alternates={tag: search_url(tag, q) for tag in site.locales()},
    )


@blueprint.get("/<locale:locale>/topics/<topic>")
def topic(locale: str, topic: str) -> str | Response:
    """One page of a topic's articles, by title."""
    site = current_site()
    topics = site.topics(g.locale)
    if topic not in topics:
        abort(404)
    found = [
        article
        for article in site.engine.articles(g.locale, audience=AUDIENCE)
        if article.topic == topic
    ]
    number = params.page_number(request.args)
    last_page = max(1, -(-len(found) // params.TOPIC_PAGE_SIZE))
    if number > last_page:
        return redirect(topic_url(g.locale, topic, last_page))
    first = (number - 1) * params.TOPIC_PAGE_SIZE
    others = (tag for tag in site.locales() if topic in site.topics(tag))
    return render_template(
        "help_center/topic.html",
        topic=topics[topic],
        others=other_topics(topics, topic),
        articles=found[first : first + params.TOPIC_PAGE_SIZE],
        number=number,
        last_page=last_page,
        today=today(),
        alternates={tag: topic_url(tag, topic) for tag in others},
    )


@blueprint.get("/<locale:locale>/articles/<path:slug>")
def article(locale: str, slug: str) -> str | Response | tuple[str, int]:
    """One article; an old address leads to the present one."""
    engine = current_site().engine
    key = f"{g.locale}/{slug}"
    page = engine.page(key, audience=AUDIENCE)
    if page is None:
        return article_as_markdown(slug, locale) or former.answer(slug)
    if locale != g.locale:
        return _in_served_locale(slug=slug)
    recording.clicked(key)
    return render_template("help_center/article.html", **values_of(page))


def values_of(page: Page) -> dict[str, Any]:
    """Return what an article's page shows."""
    engine, key = current_site().engine, page.summary.key
    translations = engine.translations(key, audience=AUDIENCE)
    return {
        "page": page,
        "article": page.summary,
        "topics": current_site().topics(g.locale),
        "contents": _contents(contents_of(page.sections)),
        "similar": engine.similar(key, audience=AUDIENCE),
        "newer": newer_source(page, translations),
        "translations": [other for other in translations if other.locale != g.locale],
        "edit_url": edit_url(page),
        "markdown_url": markdown_url(g.locale, page.summary.slug) if has_markdown(key) else "",
        "thanks": params.thanks(request.args),
        "today": today(),
        "alternates": _alternates(page.summary, translations),
    }


def _contents(entries: tuple[ContentsEntry, ...]) -> tuple[ContentsEntry, ...]:
    return entries if len(entries) > 1 else ()


def _alternates(article: Summary, translations: Sequence[Summary]) -> dict[str, str]:
    return {each.locale: article_url(each.locale, each.slug) for each in (article, *translations)}
