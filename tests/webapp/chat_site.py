"""A shop whose articles are asked from Slack and Teams: requests signed as those services sign."""

import base64
import hmac
import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.parse import urlencode

from sample_site import TOPICS, sample_articles
from stored import events_in

from kb.article import Article
from kb.errors import IndexUnavailable
from kb.settings import Settings
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.chat_tools import HOOKS_SETTING

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TOKEN = base64.b64encode(b"the key that Teams shows once").decode()
CANARY = "qzchatcanary"
INTERNAL = Article(
    slug="goodwill",
    locale="en",
    title="How much goodwill may I give for a late parcel?",
    body=f"Up to 20 euros, and write {CANARY} into the order. Ask the lead for more.",
    topic="billing",
    audience="internal",
)
# The settings of a shop whose chats are all among colleagues.
INSIDE = {
    "slack": {"signing_secret": SECRET, "audience": "internal"},
    "teams": {"token": TOKEN, "audience": "internal"},
}
# As Slack's page on commands shows one.
COMMAND = {
    "token": "gIkuvaNzQIHg97ATvDxqgjtO",
    "team_id": "T0001",
    "team_domain": "example",
    "enterprise_id": "E0001",
    "enterprise_name": "Globular Construct Inc",
    "channel_id": "C2147483705",
    "channel_name": "test",
    "user_id": "U2147483697",
    "user_name": "Steve",
    "command": "/kb",
    "text": "how do I track a parcel",
    "response_url": "https://hooks.slack.com/commands/1234/5678",
    "trigger_id": "13345224609.738474920.8088930838d88f008e0",
    "api_app_id": "A123456",
}


def shop(folder, engine=None, **tables):
    values = {
        "site": {"name": "Parcel Help", "url": "https://help.example.com"},
        "store": str(folder / "kb.sqlite3"),
        "server": {"secret": "Qm8kT2vX7wLr4NpZ9sYd3FgHj6Bc1Ae5"},
        "slack": {"signing_secret": SECRET},
        "teams": {"token": TOKEN},
        **tables,
    }
    engine = engine or MemoryEngine([*sample_articles(), INTERNAL], topics=TOPICS)
    return create_app(Settings.model_validate(values), engine=engine)


class NoIndex:
    """An engine whose index has not been built yet."""

    def state(self, *, audience):
        raise IndexUnavailable("there is no index: run `kb index`")

    def answers(self, message, *, audience):
        raise IndexUnavailable("there is no index: run `kb index`")


def by_slack(client, path, fields, *, secret=SECRET, at=None, body=None):
    body = urlencode(fields).encode() if body is None else body
    moment = str(int(time.time() if at is None else at))
    signature = hmac.digest(secret.encode(), f"v0:{moment}:".encode() + body, "sha256").hex()
    return client.post(
        path,
        data=body,
        content_type="application/x-www-form-urlencoded",
        headers={
            "X-Slack-Request-Timestamp": moment,
            "X-Slack-Signature": f"v0={signature}",
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
        },
    )


def command(client, text, **options):
    # The trigger is another one each time, and so is the signature.
    fields = {**COMMAND, "text": text, "trigger_id": f"{time.perf_counter_ns()}.1.a"}
    return by_slack(client, "/slack/command", fields, **options)


def press(client, value, *, address, user="U2147483697", action="kb_share"):
    payload = {
        "type": "block_actions",
        "team": {"id": "T0001", "domain": "example"},
        "user": {"id": user, "username": "steve", "name": "steve", "team_id": "T0001"},
        "api_app_id": "A123456",
        "container": {"type": "message", "is_ephemeral": True, "channel_id": "C2147483705"},
        "trigger_id": f"{time.perf_counter_ns()}.1.a",
        "channel": {"id": "C2147483705", "name": "test"},
        "response_url": address,
        "actions": [{"action_id": action, "block_id": "x", "type": "button", "value": value}],
    }
    return by_slack(client, "/slack/interactivity", {"payload": json.dumps(payload)})


def by_teams(client, text, *, token=TOKEN, at=None, body=None, sender=None):
    moment = (at or datetime.now(UTC)).isoformat().replace("+00:00", "Z")
    said = {
        "type": "message",
        "id": str(time.perf_counter_ns()),
        "timestamp": moment,
        "localTimestamp": moment,
        "serviceUrl": "https://smba.trafficmanager.net/amer/",
        "channelId": "msteams",
        "from": sender or {"id": "29:1XJKJ", "name": "Tim Jenkins", "aadObjectId": "c2f4-11"},
        "conversation": {"isGroup": True, "id": "19:253b1f341670408fb6fe51050b6e5ceb@thread.skype"},
        "textFormat": "plain",
        "text": text,
        "channelData": {"teamsTeamId": "19:x"},
    }
    body = json.dumps(said).encode() if body is None else body
    digest = hmac.digest(base64.b64decode(token), body, "sha256")
    header = f"HMAC {base64.b64encode(digest).decode()}"
    return client.post(
        "/teams/messages",
        data=body,
        content_type="application/json; charset=utf-8",
        headers={"Authorization": header},
    )


def texts_of(shape):
    """Return every text anywhere in a message, in order."""
    if isinstance(shape, dict):
        return [text for value in shape.values() for text in texts_of(value)]
    if isinstance(shape, list):
        return [text for value in shape for text in texts_of(value)]
    return [shape] if isinstance(shape, str) else []


def sections(message):
    return [block for block in message["blocks"] if block["type"] == "section"]


def stored(app):
    store = app.extensions["kb"].store
    store.flush()
    return events_in(store.database)


@contextmanager
def slack_hooks(app, status=200):
    """Stand in for Slack's own server: a real one here, to which messages are posted."""
    received = Queue()

    class Hooks(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.put((self.path, self.headers["Content-Type"], json.loads(body)))
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_given):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hooks)
    address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    before = app.config[HOOKS_SETTING]
    app.config[HOOKS_SETTING] = (address,)
    try:
        yield address, received
    finally:
        app.config[HOOKS_SETTING] = before
        server.shutdown()
        thread.join()
        server.server_close()
