""" "Was this helpful?": the answer of a reader to one article.

A vote is in the store before its reader is thanked. Nobody signs in to vote, so there is nothing
that a foreign page could borrow from a reader but their address: votes have to come from a page
of this site, and one address cannot send many. The page of the article stays the same for all.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from math import ceil
from typing import cast

from flask import Blueprint, abort, current_app, g, redirect, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from kb.events.events import Vote
from webapp.help_center import use_locale_of_url
from webapp.links import article_url, is_own_host
from webapp.rate_limit import RateLimit
from webapp.site import AUDIENCE, current_site
from webapp.visitors import client_address, household, pseudonym

blueprint = Blueprint("votes", __name__)
blueprint.before_request(use_locale_of_url)

REASONS = ("wrong", "unclear", "incomplete", "does_not_work", "other")
MAX_COMMENT_CHARS = 1_000
# An office behind one address is many readers.
_BURST = 30
_EVERY_SECONDS = 5.0
_LIMIT = "vote_limit"


@blueprint.record_once
def _set_limit(state: BlueprintSetupState) -> None:
    state.app.extensions[_LIMIT] = RateLimit(_BURST, _EVERY_SECONDS)


@blueprint.post("/<locale:locale>/votes/<path:slug>")
def vote(locale: str, slug: str) -> Response:
    """Store whether an article helped, and lead back to it."""
    if not _is_from_this_site():
        abort(403)
    page = current_site().engine.page(f"{g.locale}/{slug}", audience=AUDIENCE)
    if page is None:
        abort(404)
    if request.form.get("helpful") not in ("yes", "no"):
        abort(400)
    _count_against_limit()
    given = _vote(page.summary.key, request.form)
    current_site().store.vote(given)
    answer = "yes" if given.helpful else "no_why" if "comment" in request.form else "no"
    return redirect(f"{article_url(g.locale, slug)}?thanks={answer}#feedback", 303)


def _vote(key: str, form: Mapping[str, str]) -> Vote:
    helpful = form["helpful"] == "yes"
    reason = "" if helpful else form.get("reason", "")
    return Vote(
        key=key,
        visitor=pseudonym(),
        helpful=helpful,
        reason=reason if reason in REASONS else "",
        comment="" if helpful else form.get("comment", "")[:MAX_COMMENT_CHARS],
        at=datetime.now(UTC),
    )


def _is_from_this_site() -> bool:
    """Whether a page of this site sent the form; a browser says where from, and cannot lie."""
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site == "same-origin"
    return is_own_host(request.headers.get("Origin", "").partition("://")[2])


def _count_against_limit() -> None:
    limit = cast(RateLimit, current_app.extensions[_LIMIT])
    seconds = limit.wait_seconds(household(client_address()))
    if seconds:
        raise TooManyRequests(retry_after=ceil(seconds))
