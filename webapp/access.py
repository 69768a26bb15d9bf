"""Who may see which view, and who is asking. A view that nobody has declared is refused.

Every blueprint says whom it is for, and a view may say it for itself:

    public(blueprint)                   everybody, and the same for everybody: nobody is looked up
    entrance(blueprint)                 everybody, to become staff
    @staff_only("writer")               staff with this role or a higher one

Views for staff read with `audience()`. A name in a header is believed only when the peer itself
is a proxy that the operator trusts.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, cast

from flask import Blueprint, Flask, Response, abort, current_app, g, redirect, request
from werkzeug.wrappers import Response as AnyResponse

from kb.article import Audience
from kb.errors import AccountError
from kb.settings_tables import Role
from kb.staff.accounts import User, is_at_least, normal_name
from webapp.cookies import SESSION, cookie
from webapp.errors import wants_json
from webapp.i18n import use_locale_of_reader
from webapp.links import sign_in_url
from webapp.site import AUDIENCE, STAFF_AUDIENCE, current_site
from webapp.visitors import is_from_trusted_proxy

_log = logging.getLogger(__name__)

Visitors = Role | Literal["everybody", "newcomers"]
Declared = TypeVar("Declared", bound=Blueprint | Callable[..., Any])

# Blueprint or view -> whom it is for.
_DECLARED: dict[object, Visitors] = {}


def public(declared: Declared) -> Declared:
    """Declare a blueprint or a view to be for everybody."""
    _DECLARED[declared] = "everybody"
    return declared


def entrance(declared: Declared) -> Declared:
    """Declare a blueprint or a view to be for those who are about to sign in."""
    _DECLARED[declared] = "newcomers"
    return declared


def staff_only(least: Role) -> Callable[[Declared], Declared]:
    """Return what declares a blueprint or a view to be for staff of at least this role."""

    def declare(declared: Declared) -> Declared:
        _DECLARED[declared] = least
        return declared

    return declare


def visitors_of(app: Flask, endpoint: str) -> Visitors | None:
    """Return whom an endpoint is for: what its view says, else its blueprint; None: nobody."""
    own = _DECLARED.get(app.view_functions[endpoint])
    blueprint = app.blueprints.get(endpoint.rpartition(".")[0])
    return own or _DECLARED.get(blueprint)


def register(app: Flask) -> None:
    """Let nobody see what is not for them, and no cache keep what is for staff."""
    app.before_request(_let_in)
    app.after_request(_seal)


def current_user() -> User | None:
    """Return who of the staff is asking, or None. It is looked up once per request."""
    if "user" not in g:
        g.user = _user_of_proxy() or _user_of_session()
    return cast(User | None, g.user)


def audience() -> Audience:
    """Return whose articles this view may read: those for staff if it let somebody in."""
    return STAFF_AUDIENCE if g.get("is_let_in") else AUDIENCE


def seal(cache_control: str = "no-store", *, vary: str = "") -> None:
    """Have no cache keep this response and no search engine list it."""
    g.seal = (cache_control, vary)


def _let_in() -> AnyResponse | None:
    """Refuse whom the view is not for; None lets them in."""
    if request.endpoint is None:
        return None
    visitors = visitors_of(current_app, request.endpoint)
    if visitors == "everybody":
        return None
    if visitors is None:
        _log.error("nobody has declared whom %s is for; it is refused", request.endpoint)
    if visitors is None or not current_site().settings.staff.enabled:
        abort(404)
    seal()
    use_locale_of_reader()
    return None if visitors == "newcomers" else _let_staff_in(visitors)


def _let_staff_in(least: Role) -> AnyResponse | None:
    user = current_user()
    if user is None and wants_json():
        abort(401)
    if user is None:
        is_page = request.method in ("GET", "HEAD")
        return redirect(sign_in_url(request.full_path.rstrip("?") if is_page else ""), 303)
    if not is_at_least(user.role, least):
        abort(403)
    g.is_let_in = True
    return None


def _seal(response: Response) -> Response:
    if "seal" in g:
        response.headers["Cache-Control"], vary = g.seal
        response.headers["X-Robots-Tag"] = "noindex"
        if vary:
            response.vary.add(vary)
    return response


def _user_of_session() -> User | None:
    session = cookie(SESSION)
    if not session:
        return None
    return current_site().sessions().user_of(session, datetime.now(UTC))


def _user_of_proxy() -> User | None:
    """Return the user that a trusted proxy names; with an account here, that one's role counts."""
    staff = current_site().settings.staff
    given = request.headers.get(staff.proxy_header, "") if staff.proxy_header else ""
    if not given or not is_from_trusted_proxy():
        return None
    try:
        name = normal_name(given)
    except AccountError:
        _log.warning("the proxy names somebody in a way that no account can be called")
        return None
    return current_site().accounts().find(name) or User(name, given.strip(), staff.proxy_role)
