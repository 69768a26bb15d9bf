"""One's own account: who I am, another password, tokens for programs.

A token is on the page that answers its making, and nowhere after that.
"""

from datetime import UTC, datetime
from typing import Literal, cast

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from kb.errors import AccountError
from kb.staff import passwords
from kb.staff.accounts import User
from kb.staff.api_tokens import DEFAULT_DAYS, FEED, MAX_DAYS, SCOPES
from kb.staff.sessions import Refused
from webapp import access
from webapp.links import account_url
from webapp.signing_in import signed_in
from webapp.site import current_site
from webapp.visitors import client_address, household

blueprint = Blueprint("account", __name__, url_prefix="/account")
access.staff_only("agent")(blueprint)

Problem = Literal["", "short", "long", "name", "unlike", "wrong", "wait", "token"]
_DONE = ("password", "revoked")


@blueprint.get("")
def account() -> Response:
    """Show the account, and what has just been done with it."""
    done = request.args.get("done", "")
    return _page(done=done if done in _DONE else "")


@blueprint.post("/password")
def change_password() -> Response:
    """Change the password, which ends all other sessions."""
    user, new = _me(), request.form.get("new", "")
    problem = passwords.weakness(new, user.name)
    if problem:
        return _page(problem, status=400)
    if new != request.form.get("again", ""):
        return _page("unlike", status=400)
    site, now = current_site(), datetime.now(UTC)
    known = site.sessions().identified(
        user.name,
        request.form.get("password", ""),
        address=household(client_address()),
        now=now,
    )
    if isinstance(known, Refused):
        return _page("wait" if known.wait_seconds else "wrong", status=403)
    site.accounts().set_password(known.name, new)
    return signed_in(_done("password"), site.sessions().begin(known, now))


@blueprint.post("/tokens")
def add_token() -> Response:
    """Make a token and show it."""
    days = request.form.get("days", "")
    try:
        token = (
            current_site()
            .tokens()
            .add(
                _me().name,
                request.form.get("name", ""),
                [scope for scope in SCOPES if scope in request.form.getlist("scope")],
                days=int(days) if days.isascii() and days.isdigit() and len(days) < 5 else 0,
                now=datetime.now(UTC),
            )
        )
    except AccountError:
        return _page("token", status=400)
    return _page(token=token)


@blueprint.post("/tokens/revoke")
def revoke_token() -> Response:
    """Delete a token; one that is gone already is as good."""
    try:
        current_site().tokens().revoke(_me().name, request.form.get("name", ""))
    except AccountError:
        return redirect(account_url(), 303)
    return _done("revoked")


def _me() -> User:
    return cast(User, access.current_user())


def _done(what: str) -> Response:
    return redirect(f"{account_url()}?done={what}", 303)


def _page(problem: Problem = "", *, done: str = "", token: str = "", status: int = 200) -> Response:
    user, site = _me(), current_site()
    now = datetime.now(UTC)
    page = render_template(
        "signing_in/account.html",
        user=user,
        # Whom only the proxy knows has nothing here that could be changed.
        has_account=site.accounts().find(user.name) is not None,
        tokens=site.tokens().all(user.name),
        unexpired=site.tokens().unexpired(user.name, now),
        now=now,
        # Those for calendars are made on the page of the due list.
        scopes=[scope for scope in SCOPES if scope != FEED],
        default_days=DEFAULT_DAYS,
        max_days=MAX_DAYS,
        min_chars=passwords.MIN_CHARS,
        problem=problem,
        done=done,
        token=token,
        alternates={tag: f"{account_url()}?locale={tag}" for tag in site.locales()},
    )
    return make_response(page, status)
