"""What a writer sees before anybody else: every file as it lies on the disk, drafts included.

It is there only under `kb serve --watch`, on the writer's own machine, and only for who asks by a
name of this machine: a page of the web that has its own name lead here gets nothing. What is read
are the files of the sources and nothing beside them.
"""

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any, Final, cast
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, Response, abort, current_app, g, render_template, request

from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.scan import MAX_IMAGE_BYTES, read_bytes
from kb.paths import escaped
from kb.rendering.quoting import quote, variables_of
from kb.search import Page, Topic
from kb.settings import Settings
from kb.writing.previewing import Preview
from kb.writing.workbench import CHOICES, Only, Workbench, state_of
from webapp import params
from webapp.access import public, seal
from webapp.asking import answer_of_page
from webapp.headers import page_policy
from webapp.help_center import values_of
from webapp.i18n import match, use_locale_of_reader
from webapp.images import image as image_response
from webapp.links import absolute
from webapp.preview_search import audience_of, findings, index_state
from webapp.preview_words import register_words
from webapp.site import STAFF_AUDIENCE, current_site, today

VIEWS: Final = ("article", "agents", "search")
FILES_A_PAGE: Final = 50
_FILES = "/preview/"
_IMAGES = "/preview-images/"

blueprint = Blueprint("preview", __name__)
public(blueprint)
register_words(blueprint)


def register(app: Flask, settings: Settings, events: str) -> None:
    """Add the preview; `events` is the address at which pages hear that they are old."""
    app.extensions["kb_workbench"] = Workbench(settings.all_sources())
    app.jinja_env.globals.update(
        preview_events=events,
        preview_generation=preview_generation,
        preview_url=preview_url,
    )
    app.register_blueprint(blueprint)
    policy = page_policy(connections=f"'self' {events.rstrip('/')}")

    @app.after_request
    def let_pages_listen(response: Response) -> Response:
        if response.mimetype == "text/html":
            response.headers.setdefault("Content-Security-Policy", policy)
        return response


def workbench() -> Workbench:
    """Return the files that this application previews."""
    return cast(Workbench, current_app.extensions["kb_workbench"])


def preview_url(name: str = "", **arguments: str | int | None) -> str:
    """Return the path of the list, or of one file of it."""
    given = {key: value for key, value in arguments.items() if value not in (None, "")}
    return f"{_FILES}{escaped(name)}" + (f"?{urlencode(given)}" if given else "")


def preview_generation() -> str:
    """Return the generation that this page shows, "" without one."""
    try:
        return current_site().engine.state(audience=STAFF_AUDIENCE).generation
    except KnowledgeBaseError:
        return ""


@blueprint.before_request
def only_on_this_machine() -> None:
    """Refuse a request by a name that does not mean this machine; let no cache keep the others."""
    if not _is_loopback(urlsplit(f"//{request.host}").hostname or ""):
        abort(403)
    seal()


@blueprint.get(_FILES)
def files() -> str:
    """All files, those that were changed last first, with what is wrong with them."""
    use_locale_of_reader()
    text = params.query_text(request.args)
    only: Only | None = next((each for each in CHOICES if each == request.args.get("only")), None)
    number = params.page_number(request.args)
    now = datetime.now(UTC)
    listing = workbench().listing(now, text, only, (number - 1) * FILES_A_PAGE, FILES_A_PAGE)
    return render_template(
        "preview/files.html",
        q=text,
        only=only,
        choices=CHOICES,
        listing=listing,
        now=now,
        number=number,
        last_page=max(1, -(-listing.total // FILES_A_PAGE)),
        alternates={tag: preview_url(locale=tag) for tag in current_site().locales()},
    )


@blueprint.get(f"{_FILES}<path:name>")
def file(name: str) -> str:
    """One file as customers, agents or search results show it, or what is wrong with it."""
    found = workbench().article(name)
    if found is None:
        abort(404)
    asked = request.args.get("view", "")
    view = asked if asked in VIEWS else VIEWS[0]
    now = datetime.now(UTC)
    seen = workbench().preview(
        found, now, address=_FILES, image_address=_IMAGES, as_result=view == "search"
    )
    shown = seen.preview or seen.last
    use_locale_of_reader()
    about = {
        "name": name,
        "seen": seen,
        "view": view,
        "views": VIEWS,
        "state": state_of(shown.article, now) if shown else "broken",
    }
    if shown is None:
        return render_template("preview/broken.html", **about)
    # The page is in the language of the article, as for its readers.
    g.locale = match(shown.article.locale) or g.locale
    alternates = {tag: preview_url(locale=tag) for tag in current_site().locales()}
    values = {**_VIEWS[view](shown), **about, "alternates": alternates}
    return render_template(f"preview/{view}.html", **values)


@blueprint.get(f"{_IMAGES}<path:name>")
def image(name: str) -> Response:
    """An image that lies beside the articles."""
    found = workbench().image(name)
    if found is None:
        abort(404)
    try:
        data = read_bytes(found.absolute, found.source.path, found.path, MAX_IMAGE_BYTES)
    except ArticleError:
        abort(404)
    return image_response(found.path, data)


def _as_customers_see_it(shown: Preview) -> dict[str, Any]:
    page = _with_past(shown)
    return {**values_of(page), "edit_url": ""}


def _as_agents_see_it(shown: Preview) -> dict[str, Any]:
    page = shown.page
    variables = variables_of(page)
    answer = answer_of_page(page, "", "", verified=page.summary.is_verified(today()))
    html = page.html
    if variables:
        html = quote(page, base_url=absolute(""), values={}).html
    return {
        "page": page,
        "answer": answer,
        "variables": variables,
        "html": html,
        "topics": {page.summary.locale: _topics(page.summary.locale)},
    }


def _as_search_shows_it(shown: Preview) -> dict[str, Any]:
    engine = current_site().engine
    return {
        "article": shown.article,
        "hit": shown.hit,
        "topics": _topics(shown.article.locale),
        "findings": findings(engine, shown, workbench().committed_questions(shown)),
        "indexed": index_state(engine, shown),
        "name_of": _name_of,
    }


_VIEWS: Final = {
    "article": _as_customers_see_it,
    "agents": _as_agents_see_it,
    "search": _as_search_shows_it,
}


def _with_past(shown: Preview) -> Page:
    """Return the page with what git says of it, which the index knows."""
    page = shown.page
    indexed = current_site().engine.page(page.summary.key, audience=audience_of(shown))
    if indexed is None:
        return page
    past = indexed.summary
    summary = replace(page.summary, updated=past.updated, created=past.created)
    return replace(page, summary=summary, contributors=indexed.contributors)


def _topics(locale: str) -> dict[str, Topic]:
    found = current_site().engine.topics(locale, audience=STAFF_AUDIENCE)
    return {topic.slug: topic for topic in found}


def _name_of(key: str) -> str:
    """Return by which name the file of an indexed article is previewed, "" when it has gone."""
    page = current_site().engine.page(key, audience=STAFF_AUDIENCE)
    name = workbench().name_of(page.source, page.path) if page else ""
    return name if name and workbench().article(name) else ""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
