"""What a program may read by the token that it sends, as `Authorization: Bearer kb_...`.

The API looks at no cookie. Without a token nobody is looked up, and the answer is the public one;
a token that does not count is refused even then, so that its owner hears of it.
"""

from datetime import UTC, datetime
from typing import cast

from flask import abort, g, request
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import Unauthorized

from kb.article import Audience
from kb.staff.api_tokens import FEED, ApiToken, Scope
from webapp.access import seal
from webapp.params import BadParameter
from webapp.site import AUDIENCE, STAFF_AUDIENCE, current_site


def granted_audience(scope: Scope, asked: str | None) -> Audience:
    """Return the audience that a request asks for, if its token has the scope that needs."""
    token = api_token()
    if asked in (None, "", AUDIENCE):
        return AUDIENCE
    if asked != STAFF_AUDIENCE:
        raise BadParameter(f"audience has to be {AUDIENCE} or {STAFF_AUDIENCE}")
    _require(token, scope)
    return STAFF_AUDIENCE


def require_scope(scope: Scope) -> ApiToken:
    """Return the token of this request, which has to have the scope."""
    return _require(api_token(), scope)


def require_feed() -> ApiToken:
    """Return the token in this address, as calendar programs send no header.

    Only one that opens nothing else counts: addresses end up in logs.
    """
    seal("private, no-store")
    token = _valid(request.args.get("token", ""))
    if token is None or token.scopes != (FEED,):
        abort(403)
    return token


def api_token() -> ApiToken | None:
    """Return the token of this request, or None when it sends none."""
    if "HTTP_AUTHORIZATION" not in request.environ:
        return None
    # What a token opens is for whoever sent it.
    seal("private, no-store", vary="Authorization")
    if "token" not in g:
        authorization = request.authorization
        is_bearer = authorization is not None and authorization.type == "bearer"
        given = (authorization.token if authorization and is_bearer else None) or ""
        g.token = _valid(given)
    if g.token is None:
        raise _unauthorized("invalid_token")
    return cast(ApiToken, g.token)


def _valid(given: str) -> ApiToken | None:
    site = current_site()
    if not site.settings.staff.enabled:
        return None
    return site.tokens().valid(given, datetime.now(UTC))


def _require(token: ApiToken | None, scope: Scope) -> ApiToken:
    seal("private, no-store", vary="Authorization")
    if token is None:
        raise _unauthorized()
    if scope not in token.scopes:
        abort(403)
    return token


def _unauthorized(error: str | None = None) -> Unauthorized:
    # Without any token, the challenge says nothing of an error (RFC 6750, section 3.1).
    told: dict[str, str | None] = {"realm": "kb"}
    if error is not None:
        told["error"] = error
    challenge = WWWAuthenticate("bearer", told)
    return Unauthorized(www_authenticate=challenge)
