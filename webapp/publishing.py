"""`POST /hooks/git`: a forge says that somebody has pushed, and the publisher is told to look.

The address is there only where the settings have a secret for it. The body is read as bytes, and
nothing in it is looked at before its signature is known to be good. Nothing is fetched here: the
forge has its answer at once, and what is fetched is what the settings name.

A push to another branch is answered with 200, not refused: forges switch a webhook off that is
refused again and again, and branches are how writers work.
"""

import logging
import time
from typing import Final, cast

from flask import Blueprint, Response, abort, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from werkzeug.exceptions import RequestEntityTooLarge

from kb.publishing.address import name_of
from kb.publishing.asking import ask_for_sync
from kb.publishing.deliveries import SeenInDatabase
from kb.publishing.push import Push, check_number, is_ping, is_push, read_push
from kb.signatures import Delivery, Replayed, Seen, SignatureRefused, verify
from webapp.errors import api_error
from webapp.site import Site, current_site

# A push of thousands of commits has a body this long; a longer one is found by looking.
MAX_BODY_BYTES: Final = 4 * 1024 * 1024
_FORM: Final = "application/x-www-form-urlencoded"
_TYPES: Final = ("application/json", _FORM)
_SEEN: Final = "kb.webhook_deliveries"
_log = logging.getLogger(__name__)

blueprint = Blueprint("publishing", __name__)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    site = cast(Site, state.app.extensions["kb"])
    state.app.extensions[_SEEN] = SeenInDatabase(site.store.database)


@blueprint.post("/hooks/git")
def git_hook() -> Response:
    """Ask the publisher to look for new commits, if the forge tells of a push to our branch."""
    settings = current_site().settings
    publish = settings.publish
    if request.mimetype not in _TYPES:
        return api_error(415, "unsupported_type", "send JSON, or a form with a field `payload`")
    delivery = _genuine()
    if is_ping(publish.forge, delivery) or not is_push(publish.forge, delivery):
        return _ignored("only pushes are published")
    push = _push(delivery.body)
    if name_of(publish.repository) not in push.names:
        _log.warning("refused a push to another repository")
        return api_error(403, "other_repository", "articles are published from another repository")
    if push.ref != f"refs/heads/{publish.branch}":
        return _ignored("articles are published from another branch")
    try:
        ask_for_sync(settings)
    except OSError as error:
        _log.error("the publisher cannot be told: %s", error)
        return api_error(503, "not_told", "the publisher cannot be told now; try again")
    response = jsonify({"status": "accepted"})
    response.status_code = 202
    return response


def _genuine() -> Delivery:
    """Return the delivery if the forge has signed it; anything else ends here."""
    publish = current_site().settings.publish
    request.max_content_length = MAX_BODY_BYTES
    try:
        body = request.get_data(cache=False)
    except RequestEntityTooLarge:
        abort(api_error(413, "too_large", "the body is too large"))
    delivery = Delivery.of(request.headers.items(), body, time.time())
    seen = cast(Seen, current_app.extensions[_SEEN])
    try:
        verify(publish.forge, publish.secret, delivery, seen)
        check_number(publish.forge, publish.secret, delivery, seen)
    except Replayed as error:
        _log.warning("refused a request to %s: %s", request.path, error)
        abort(api_error(403, "replayed", "this delivery has come before"))
    except SignatureRefused as error:
        _log.warning("refused a request to %s: %s", request.path, error)
        abort(api_error(401, "bad_signature", "the signature is missing, wrong or too old"))
    return delivery


def _push(body: bytes) -> Push:
    try:
        return read_push(body, is_form=request.mimetype == _FORM)
    except (ValueError, LookupError):
        abort(api_error(400, "bad_request", "this is no push that can be read"))


def _ignored(reason: str) -> Response:
    return jsonify({"status": "ignored", "reason": reason})
