"""The way in and out for staff, on its own and inside frames of other sites.

Signing in always begins a new session, so an id that somebody planted is worth nothing. Why an
attempt failed is never said more exactly than that name or password are wrong.
"""

import logging
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kb.staff.sessions import Refused
from webapp import access, params
from webapp.cookies import FORM, FRAME_PREFIX, SESSION, cookie, in_frame, set_cookie
from webapp.csrf import NotFromHere
from webapp.links import console_url, sign_in_url
from webapp.site import current_site
from webapp.visitors import client_address, household

blueprint = Blueprint("signing_in", __name__)
access.staff_only("agent")(blueprint)

_log = logging.getLogger(__name__)

Problem = Literal["", "wrong", "wait", "stale", "unencrypted"]


@blueprint.get("/sign-in")
@access.entrance
def sign_in() -> AnyResponse:
    """Ask for name and password; who has signed in already goes on at once."""
    if access.current_user() is not None:
        return redirect(_way_on(), 303)
    return _form()


@blueprint.post("/sign-in")
@access.entrance
def enter() -> AnyResponse:
    """Begin a session, or ask again."""
    if _is_unencrypted():
        return _form("unencrypted", 400)
    answer = (
        current_site()
        .sessions()
        .sign_in(
            request.form.get("name", ""),
            request.form.get("password", ""),
            address=household(client_address()),
            now=datetime.now(UTC),
        )
    )
    if not isinstance(answer, Refused):
        return signed_in(redirect(_way_on(), 303), answer.session)
    if not answer.wait_seconds:
        return _form("wrong", 403)
    response = _form("wait", 429, answer.wait_seconds)
    response.headers["Retry-After"] = str(answer.wait_seconds)
    return response


@blueprint.post("/sign-out")
def sign_out() -> AnyResponse:
    """End the session, here and on the server."""
    current_site().sessions().end(cookie(SESSION))
    response = redirect(sign_in_url(), 303)
    set_cookie(response, SESSION, "", 0)
    return response


@blueprint.errorhandler(NotFromHere)
def ask_again(error: NotFromHere) -> AnyResponse:
    """Show the form anew when the one that was sent is too old, or its cookie was not kept."""
    if access.current_user() is not None:
        return redirect(_way_on(), 303)
    return _form("unencrypted", 400) if _is_unencrypted() else _form("stale", 403)


def signed_in(response: AnyResponse, session: str) -> AnyResponse:
    """Return the response with a session that has just begun; the one before it ends."""
    if before := cookie(SESSION):
        current_site().sessions().end(before)
    set_cookie(response, SESSION, session, current_site().settings.staff.session_hours * 3_600)
    if cookie(FORM):
        set_cookie(response, FORM, "", 0)
    return response


def _form(problem: Problem = "", status: int = 200, wait_seconds: int = 0) -> Response:
    if problem == "unencrypted":
        _log.warning("%s is not encrypted: nobody can sign in there", request.host_url)
    back = _way_on()
    page = render_template(
        "signing_in/sign_in.html",
        problem=problem,
        wait_seconds=wait_seconds,
        name=request.form.get("name", "")[: params.MAX_NAME_CHARS],
        here=f"{request.path}?{request.query_string.decode('ascii', 'replace')}".rstrip("?"),
        alternates={
            tag: f"{request.path}?{urlencode({'locale': tag, 'next': back})}"
            for tag in current_site().locales()
        },
    )
    return make_response(page, status)


def _way_on() -> str:
    back = params.path_to_go_on(request.args)
    if in_frame() and not back.startswith(f"{FRAME_PREFIX}/"):
        back = ""
    return back or console_url()


def _is_unencrypted() -> bool:
    """Whether the browser came over plain HTTP from elsewhere; it would keep no cookie of ours."""
    origin = urlsplit(request.headers.get("Origin", ""))
    return origin.scheme == "http" and not _is_this_machine(origin.hostname or "")


def _is_this_machine(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
