"""Errors as answers: a page with a search box for people, `{"error": ...}` for programs.

An internal article, a draft and a slug that never existed give the same 404, byte for byte.
"""

import logging
from collections.abc import Mapping

from flask import Flask, Response, jsonify, make_response, render_template, request
from werkzeug.exceptions import HTTPException

from kb.errors import IndexDamaged, IndexUnavailable, KnowledgeBaseError, StoreUnavailable
from kb.search import Topic
from webapp.i18n import page_locale
from webapp.params import BadParameter
from webapp.site import current_site

API_PREFIX = "/api/"
_RETRY_AFTER_SECONDS = "30"
_log = logging.getLogger(__name__)

_CODES: Mapping[int, tuple[str, str]] = {
    400: ("bad_request", "the request could not be read"),
    401: ("unauthorized", "sign in, or send a valid token, to go on"),
    403: ("forbidden", "you may not do this"),
    404: ("not_found", "there is nothing at this address"),
    405: ("method_not_allowed", "this address does not accept that method"),
    413: ("too_large", "the request is too large"),
    429: ("too_many_requests", "too many requests from this address; wait as Retry-After says"),
    500: ("internal_error", "something went wrong on the server"),
    503: ("index_unavailable", "there is no index to search yet; try again in a minute"),
}

_STORE = ("store_unavailable", "what this needs cannot be stored now; try again in a minute")
_UNKNOWN = ("error", "the request could not be answered")


def register(app: Flask) -> None:
    """Answer every error of `app` in the form that its address is for."""
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(BadParameter, _bad_parameter)
    app.register_error_handler(IndexUnavailable, _no_index)
    app.register_error_handler(IndexDamaged, _no_index)
    app.register_error_handler(StoreUnavailable, _no_store)
    app.register_error_handler(Exception, _unexpected)


def api_error(status: int, code: str, message: str) -> Response:
    """Return the one shape that errors of the API have."""
    response = jsonify({"error": {"code": code, "message": message}})
    response.status_code = status
    return response


def wants_json() -> bool:
    """Whether a program asks: an address of the API, or a script of a page of ours."""
    if request.path.startswith(API_PREFIX) or request.headers.get("Sec-Fetch-Dest") == "empty":
        return True
    accepted = request.accept_mimetypes
    return accepted.accept_json and not accepted.accept_html


def _http_error(error: HTTPException) -> Response:
    if error.code is None or error.response is not None or 300 <= error.code < 400:
        return make_response(error.get_response())
    response = _answer(error.code)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After", "WWW-Authenticate"):
            response.headers[name] = value
    return response


def _bad_parameter(error: BadParameter) -> Response:
    return api_error(400, "bad_parameter", str(error))


def _no_index(error: KnowledgeBaseError) -> Response:
    _log.warning("no usable index: %s", error)
    response = _answer(503)
    response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _no_store(error: StoreUnavailable) -> Response:
    _log.error("the database cannot be used: %s", error)
    response = _answer(503, _STORE)
    response.headers["Retry-After"] = _RETRY_AFTER_SECONDS
    return response


def _unexpected(error: Exception) -> Response:
    _log.error("unexpected error at %s", request.path, exc_info=error)
    return _answer(500)


def _answer(status: int, told: tuple[str, str] | None = None) -> Response:
    code, message = told or _CODES.get(status, _UNKNOWN)
    if wants_json():
        return api_error(status, code, message)
    page = render_template("errors/page.html", status=status, code=code, topics=_topics(status))
    response = make_response(page, status)
    response.vary.add("Accept-Language")
    response.headers["Cache-Control"] = "no-store"
    return response


def _topics(status: int) -> dict[str, Topic]:
    if status != 404:
        return {}
    try:
        return current_site().topics(page_locale())
    except KnowledgeBaseError:
        return {}
