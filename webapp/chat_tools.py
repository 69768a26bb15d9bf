"""Questions from Slack (`/kb`, the Share button) and Microsoft Teams (an outgoing webhook).

The body is read as bytes, and nothing in it is looked at before its signature is known to be good.
Without a secret there is no such address. Both services wait three seconds, so nothing here asks
anybody else: what is shared to a channel is posted after the answer.

Whoever asks may get internal articles, if the operator says so. What is shared to a Slack channel
is looked up anew, among the public articles only. Teams has no answer that only one person sees.
"""

import hmac
import logging
import time
from datetime import UTC, datetime
from typing import Any, Final, cast
from urllib.parse import parse_qs

import orjson
from flask import Blueprint, Response, abort, current_app, g, jsonify, request
from flask.blueprints import BlueprintSetupState

from kb.answers.suggestions import Message
from kb.article import Audience
from kb.errors import IndexDamaged, IndexUnavailable
from kb.events.event_values import Event, Surface
from kb.signatures import Delivery, Seen, SeenHere, Sender, SignatureRefused, verify
from webapp import chat_replies, slack_messages, teams_messages
from webapp.chat_replies import Reply
from webapp.errors import api_error
from webapp.i18n import match
from webapp.site import AUDIENCE, current_site, today
from webapp.slack_posting import HOOKS, is_hook, post_soon

MAX_BODY_BYTES: Final = 64 * 1024
# Name in the application's configuration: the origins that may be posted to.
HOOKS_SETTING: Final = "SLACK_HOOKS"
_SEEN: Final = "kb.chat_requests"
_MAX_FIELDS: Final = 40
_HELP: Final = ("", "help", "?")
_PSEUDONYM_BYTES: Final = 12
_log = logging.getLogger(__name__)

blueprint = Blueprint("chat_tools", __name__)


@blueprint.record_once
def _prepare(state: BlueprintSetupState) -> None:
    state.app.extensions[_SEEN] = SeenHere()
    state.app.config.setdefault(HOOKS_SETTING, HOOKS)


@blueprint.post("/slack/command")
def slack_command() -> Response:
    """Answer `/kb question` to whoever typed it."""
    settings = current_site().settings.slack
    body = _body_of("slack", settings.signing_secret)
    fields = _fields(body)
    question = slack_messages.plain_text(fields.get("text", ""))
    if question.lower() in _HELP:
        return jsonify(slack_messages.ephemeral(chat_replies.usage(fields.get("command", "/kb"))))
    person = _pseudonym(fields.get("team_id", ""), fields.get("user_id", ""))
    reply = _answer(question, _allowed(settings.audience), "slack", person)
    return jsonify(slack_messages.ephemeral(reply))


@blueprint.post("/slack/interactivity")
def slack_interactivity() -> Response:
    """Share the answer whose button was pressed to the channel."""
    body = _body_of("slack", current_site().settings.slack.signing_secret)
    try:
        pressed = orjson.loads(_fields(body).get("payload", ""))
        action, user = pressed["actions"][0], pressed["user"]
        address, user_id, team_id = pressed["response_url"], user["id"], user.get("team_id", "")
        if action["action_id"] != slack_messages.SHARE:
            return Response(status=200)
        key, anchor, passage = slack_messages.shared(action["value"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return api_error(400, "bad_request", "this is no press of a button of ours")
    if not is_hook(str(address), current_app.config[HOOKS_SETTING]):
        return api_error(400, "bad_request", "the address to answer to is not one of Slack's")
    post_soon(address, _shared(key, anchor, passage, str(user_id), str(team_id)))
    return Response(status=200)


@blueprint.post("/teams/messages")
def teams_message() -> Response:
    """Answer a message that mentions the webhook, in its channel."""
    settings = current_site().settings.teams
    body = _body_of("teams", settings.token)
    try:
        said = orjson.loads(body)
        written, sender = said.get("text") or "", said.get("from") or {}
        question = teams_messages.plain_text(str(written))
        person = _pseudonym("teams", str(sender.get("aadObjectId") or sender.get("id") or ""))
    except (ValueError, AttributeError):
        return api_error(400, "bad_request", "this is no message of Teams")
    if question.lower() in _HELP:
        return jsonify(teams_messages.message(chat_replies.usage("@kb")))
    reply = _answer(question, _allowed(settings.audience), "teams", person)
    return jsonify(teams_messages.message(reply))


def _body_of(sender: Sender, secret: str) -> bytes:
    """Return the body of a request that the sender has signed; anything else ends here."""
    if not secret:
        abort(404)
    request.max_content_length = MAX_BODY_BYTES
    body = request.get_data(cache=True)
    seen = cast(Seen, current_app.extensions[_SEEN])
    try:
        verify(sender, secret, Delivery.of(request.headers.items(), body, time.time()), seen)
    except SignatureRefused as error:
        _log.warning("refused a request to %s: %s", request.path, error)
        abort(api_error(401, "bad_signature", "the signature is missing, wrong or too old"))
    g.locale = current_site().settings.site.default_locale
    return body


def _fields(body: bytes) -> dict[str, str]:
    try:
        found = parse_qs(body.decode("utf-8", "replace"), max_num_fields=_MAX_FIELDS)
    except ValueError:
        return {}
    return {name: values[0] for name, values in found.items()}


def _allowed(configured: Audience) -> Audience:
    """Return whose articles may be found; without staff no internal one is ever opened."""
    return configured if current_site().settings.staff.enabled else AUDIENCE


def _answer(question: str, audience: Audience, surface: Surface, person: str) -> Reply:
    site = current_site()
    message = Message(question, site.settings.site.default_locale, chat_replies.ANSWERS_SHOWN)
    try:
        suggestions = site.engine.answers(message, audience=audience)
    except (IndexUnavailable, IndexDamaged) as error:
        _log.warning("no usable index: %s", error)
        return chat_replies.not_ready()
    g.locale = match(suggestions.language) or g.locale
    _remember(
        Event(
            kind="answered",
            at=datetime.now(UTC),
            surface=surface,
            locale=g.locale,
            audience=audience,
            text=question,
            visitor=person,
            hits=len(suggestions.answers),
            detail=suggestions.state,
        )
    )
    return chat_replies.reply_to(suggestions, audience=audience)


def _shared(key: str, anchor: str, passage: str, user: str, team: str) -> dict[str, Any]:
    """Return what is posted: the answer for the channel, or a word to whoever pressed."""
    page = current_site().engine.page(key, audience=AUDIENCE)
    if page is None:
        return slack_messages.ephemeral(chat_replies.no_longer_public())
    g.locale = match(page.summary.locale) or g.locale
    _remember(
        Event(
            kind="used",
            at=datetime.now(UTC),
            surface="slack",
            locale=g.locale,
            audience=AUDIENCE,
            key=key,
            anchor=anchor,
            visitor=_pseudonym(team, user),
            detail="link",
        )
    )
    return slack_messages.in_channel(chat_replies.public_line(page, anchor, passage), user)


def _remember(event: Event) -> None:
    site = current_site()
    if site.settings.events.enabled:
        site.store.append_soon(event)


def _pseudonym(*names: str) -> str:
    """Return what somebody is called in the records: their name there stays with the service."""
    secret = current_site().settings.server.secret
    of = "\0".join(("chat", today().isoformat(), *names))
    digest = hmac.digest(secret.encode(), of.encode("utf-8", "replace"), "sha256")
    return digest[:_PSEUDONYM_BYTES].hex()
