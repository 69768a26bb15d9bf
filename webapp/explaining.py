"""The page for writers: why articles are found for a question, and why another one is not.

It is there only when the operator switches it on (`server.explain`); it knows of no article that
the public may not read. What it says is for whoever asked, so no cache may keep it.
"""

from urllib.parse import urlencode

from flask import Blueprint, Response, abort, g, make_response, render_template, request
from flask.sansio.blueprints import BlueprintSetupState

from kb.explaining.explanation import grouped
from kb.paths import key_of
from kb.search import Query
from webapp import params
from webapp.help_center import use_locale_of_url
from webapp.links import search_url
from webapp.site import AUDIENCE, current_site

blueprint = Blueprint("explaining", __name__)
blueprint.before_request(use_locale_of_url)


@blueprint.record
def _tell_templates(state: BlueprintSetupState) -> None:
    """Tell templates whether there is an `explain_url` to link to."""
    is_explained = state.app.extensions["kb"].settings.server.explain
    state.app.jinja_env.globals["is_explained"] = is_explained


@blueprint.app_template_global()
def explain_url(key: str = "") -> str:
    """Return where this search is explained, for one article if given."""
    arguments = {"q": params.query_text(request.args), **({"key": key} if key else {})}
    return f"{search_url(g.locale)}/explain?{urlencode(arguments)}"


@blueprint.get("/<locale:locale>/search/explain")
def explain(locale: str) -> Response:
    """Say why a question's articles are found, or why one article is, or is not."""
    site = current_site()
    if not site.settings.server.explain:
        abort(404)
    q, asked_for = params.query_text(request.args), params.article_name(request.args)
    key = key_of(asked_for, g.locale, site.locales())
    query = Query(q, g.locale, limit=params.PAGE_SIZE)
    account = site.engine.explain(query, key or None, audience=AUDIENCE) if q else None
    page = render_template(
        "help_center/explain.html",
        q=q,
        asked_for=asked_for,
        account=account,
        grouped=grouped,
        alternates={
            tag: f"{search_url(tag)}/explain?{urlencode({'q': q})}" for tag in site.locales()
        },
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response
