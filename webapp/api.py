"""The same answers as the pages, as JSON. The contract is `/api/v1/openapi.json`."""

from collections.abc import Mapping
from time import perf_counter

import orjson
from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kb.search import Query
from kb.shapes import article_shape, completion_shape, search_shape
from webapp import params
from webapp.delivery import etag_of
from webapp.i18n import match
from webapp.openapi import document
from webapp.site import AUDIENCE, current_site, today

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """Hits for `q`, best first."""
    args = request.args.to_dict()
    query = Query(
        params.query_text(args),
        _locale(args),
        params.topic_slug(args),
        limit=params.limit(args),
        offset=params.offset(args),
    )
    start = perf_counter()
    results = current_site().engine.search(query, audience=AUDIENCE)
    took_ms = (perf_counter() - start) * 1_000
    # Equal answers keep their ETag although they took another time.
    shape = search_shape(query, results, 0)
    etag = etag_of(orjson.dumps(shape))
    shape["took_ms"] = round(took_ms, 3)
    response = jsonify(shape)
    response.headers["ETag"] = etag
    return response


@blueprint.get("/complete")
def complete() -> Response:
    """Titles, questions and headings that begin or go on as `q` does."""
    args = request.args.to_dict()
    q = params.query_text(args)
    found = current_site().engine.complete(
        q,
        locale=_locale(args),
        audience=AUDIENCE,
        limit=params.limit(args, params.DEFAULT_COMPLETIONS),
    )
    is_marked = params.flag(args, "marked")
    completions = [completion_shape(each, is_marked=is_marked) for each in found]
    return jsonify({"query": q, "completions": completions})


@blueprint.get("/articles/<locale:locale>/<path:slug>")
def article(locale: str, slug: str) -> AnyResponse:
    """One article with its sections; an old address leads to the present one."""
    engine = current_site().engine
    served = match(locale)
    if served is None:
        abort(404)
    page = engine.page(f"{served}/{slug}", audience=AUDIENCE)
    if page is not None:
        translations = engine.translations(page.summary.key, audience=AUDIENCE)
        return jsonify(article_shape(page, translations, today()))
    key = engine.resolve(slug, locale=served, audience=AUDIENCE)
    if key is None:
        abort(404)
    new_locale, _, new_slug = key.partition("/")
    return redirect(url_for(".article", locale=new_locale, slug=new_slug), 301)


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return jsonify(document(current_site().settings.site.name))


def _locale(args: Mapping[str, str]) -> str:
    asked = args.get("locale")
    if not asked:
        return current_site().settings.site.default_locale
    served = match(asked[:35])
    if served is None:
        known = ", ".join(current_site().locales())
        raise params.BadParameter(f"unknown locale; there are {known}")
    return served
