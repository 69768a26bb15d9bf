"""The same answers as the pages, as JSON. The contract is `/api/v1/openapi.json`.

Internal articles are for programs that send a token with the scope for it; no cookie counts here.
"""

from collections.abc import Mapping
from time import perf_counter

import orjson
from flask import Blueprint, Response, abort, jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kb.answers.suggestions import Message
from kb.reports.values import last_days
from kb.search import MAX_LIMIT, Query
from kb.shapes import answers_shape, article_shape, completion_shape, search_shape
from webapp import due, params, recording
from webapp.bearer import granted_audience, require_feed, require_scope
from webapp.delivery import Answer, etag_of
from webapp.errors import api_error
from webapp.i18n import match
from webapp.openapi import document
from webapp.reporting import chosen_report
from webapp.site import STAFF_AUDIENCE, current_site, today

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")


@blueprint.get("/search")
def search() -> Response:
    """Hits for `q`, best first."""
    args = request.args.to_dict()
    audience = granted_audience("search:internal", args.get("audience"))
    query = Query(
        params.query_text(args),
        _locale(args),
        params.topic_slug(args),
        limit=params.limit(args),
        offset=params.offset(args),
    )
    start = perf_counter()
    results = current_site().engine.search(query, audience=audience)
    took_ms = (perf_counter() - start) * 1_000
    recording.searched(query, results.total, "api", audience)
    # Equal answers keep their ETag although they took another time.
    body = orjson.dumps(search_shape(query, results, 0))
    response = Answer(_timed(body, took_ms), mimetype="application/json")
    response.headers["ETag"] = etag_of(body)
    return response


@blueprint.get("/complete")
def complete() -> Response:
    """Titles, questions and headings that begin or go on as `q` does."""
    args = request.args.to_dict()
    audience = granted_audience("search:internal", args.get("audience"))
    q = params.query_text(args)
    found = current_site().engine.complete(
        q,
        locale=_locale(args),
        audience=audience,
        limit=params.limit(args, params.DEFAULT_COMPLETIONS),
    )
    is_marked = params.flag(args, "marked")
    completions = [completion_shape(each, is_marked=is_marked) for each in found]
    return jsonify({"query": q, "completions": completions})


@blueprint.post("/answers")
def answers() -> Response:
    """What answers the customer's message in the body, and how sure that is."""
    given = params.json_object(request.get_data(), ("message", "locale", "limit", "audience"))
    audience = granted_audience("answers:internal", params.text_in(given, "audience"))
    text = params.text_in(given, "message")
    if not text.strip():
        raise params.BadParameter("message is missing: the text that a customer wrote")
    limit = params.number_in(given, "limit", params.DEFAULT_ANSWERS, MAX_LIMIT)
    message = Message(text, _locale({"locale": params.text_in(given, "locale")}), limit)
    found = current_site().engine.answers(message, audience=audience)
    recording.answered(message, found, "api", audience)
    return jsonify(answers_shape(found))


@blueprint.get("/articles/<locale:locale>/<path:slug>")
def article(locale: str, slug: str) -> AnyResponse:
    """One article with its sections; an old address leads to the present one, or says why not."""
    audience = granted_audience("search:internal", request.args.get("audience"))
    engine = current_site().engine
    served = match(locale)
    if served is None:
        abort(404)
    page = engine.page(f"{served}/{slug}", audience=audience)
    if page is not None:
        translations = engine.translations(page.summary.key, audience=audience)
        return jsonify(article_shape(page, translations, today()))
    key = engine.resolve(slug, locale=served, audience=audience)
    if key is None:
        note = engine.removed(slug, locale=served, audience=audience)
        return api_error(410, "gone", note) if note else abort(404)
    new_locale, _, new_slug = key.partition("/")
    asked = request.args.get("audience")
    target = url_for(".article", locale=new_locale, slug=new_slug, audience=asked)
    return redirect(target, 301)


@blueprint.get("/reports")
def report() -> Response:
    """What people asked and did not find, and which articles help."""
    require_scope("reports")
    args = request.args.to_dict()
    readers = _locale(args) if args.get("locale") else None
    window = last_days(params.days(args), today(), readers)
    return jsonify(chosen_report(window).shape)


@blueprint.get("/due")
def due_articles() -> Response:
    """Which articles have to be looked at, the worst first."""
    require_scope("reports")
    args = request.args.to_dict()
    within = params.within(args, current_site().settings.verification.warn_days)
    return jsonify(due.shape_of(due.owner(), within, STAFF_AUDIENCE))


@blueprint.get("/due.ics")
def due_calendar() -> Response:
    """The same as a calendar, for programs that know no more than an address."""
    require_feed()
    made = due.feed(due.owner(), _locale(request.args.to_dict()))
    return Response(made, content_type="text/calendar; charset=utf-8")


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description of this API."""
    return jsonify(document(current_site().settings.site.name))


def _timed(body: bytes, took_ms: float) -> bytes:
    """Return a search's answer with its time in place of 0; within a text, quotes are escaped."""
    return body.replace(b'"took_ms":0,', b'"took_ms":%s,' % orjson.dumps(round(took_ms, 3)), 1)


def _locale(args: Mapping[str, str]) -> str:
    asked = args.get("locale")
    if not asked:
        return current_site().settings.site.default_locale
    served = match(asked[:35])
    if served is None:
        known = ", ".join(current_site().locales())
        raise params.BadParameter(f"unknown locale; there are {known}")
    return served
