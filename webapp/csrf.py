"""Requests that change something come from our own pages, or from nobody whose rights they borrow.

A browser adds cookies to what any other site makes it send. So each form and script sends a token
that only our pages know: it is bound to the session, and before there is one, to a cookie of its
own, so that nobody is signed in under a stranger's name. Browsers also say where a request comes
from; that has to be this site.
"""

import hmac
import logging
import secrets
from typing import Final, cast
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import Forbidden

from webapp.access import current_user, visitors_of
from webapp.cookies import FORM, SESSION, cookie, set_cookie
from webapp.links import is_own_host
from webapp.site import current_site

FIELD = "csrf"
HEADER = "X-CSRF-Token"
FORM_SECONDS: Final = 12 * 3_600
_SAFE = frozenset(("GET", "HEAD", "OPTIONS", "TRACE"))
_log = logging.getLogger(__name__)

# Blueprints whose requests borrow nobody's rights, for no cookie says there who is asking.
EXEMPT = {
    "api": "a program says who it is by a token that no browser adds by itself",
    "votes": "readers have no session; the votes ask for a page of this site themselves",
    "chat_tools": "each request is signed by the service that sends it",
    "publishing": "each request is signed by the forge that sends it",
}


class NotFromHere(Forbidden):
    """A request that no page of this site has sent, or one that was open for too long."""


def register(app: Flask) -> None:
    """Check every request that may change something; give templates `csrf_token()`."""
    app.before_request(_check)
    app.after_request(_keep_form_cookie)
    app.jinja_env.globals.update(csrf_token=csrf_token)


def csrf_token() -> str:
    """Return the token for the forms and scripts of this page."""
    return _token_for(_bound_to() or _new_form())


def is_from_own_page() -> bool:
    """Whether a page of this site sent this request, as far as the browser says where from."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or is_own_host(urlsplit(origin).netloc)


def is_checked(app: Flask, endpoint: str) -> bool:
    """Whether unsafe requests to an endpoint need a token."""
    is_exempt = endpoint.rpartition(".")[0] in EXEMPT
    return not (is_exempt and visitors_of(app, endpoint) == "everybody")


def _check() -> None:
    if request.method in _SAFE or request.endpoint is None:
        return
    if not is_checked(current_app, request.endpoint):
        return
    given = request.headers.get(HEADER) or request.form.get(FIELD, "")
    bound = _bound_to()
    if not is_from_own_page() or not bound:
        _refuse("it does not come from a page of this site")
    elif not hmac.compare_digest(given.encode(), _token_for(bound).encode()):
        _refuse("its token is missing, or of another session")


def _refuse(reason: str) -> None:
    _log.warning("refused %s %s: %s", request.method, request.endpoint, reason)
    raise NotFromHere


def _bound_to() -> str:
    """Return what tokens are bound to now: a session, a user of the proxy, the form's cookie."""
    session = cookie(SESSION)
    user = current_user()
    if user is not None:
        return f"session {session}" if session else f"proxy {user.name}"
    form = cookie(FORM)
    return f"form {form}" if form else ""


def _new_form() -> str:
    if "form" not in g:
        g.form = secrets.token_urlsafe(32)
    return f"form {cast(str, g.form)}"


def _token_for(bound: str) -> str:
    secret = current_site().settings.server.secret
    return hmac.digest(secret.encode(), f"csrf {bound}".encode(), "sha256").hex()


def _keep_form_cookie(response: Response) -> Response:
    if "form" in g:
        set_cookie(response, FORM, g.form, FORM_SECONDS)
    return response
