"""Slack and Teams over HTTP: requests signed as documented, forgeries, and what they get."""

import base64
import hmac
import json
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from urllib.parse import urlencode

import pytest
from sample_site import TOPICS, sample_articles
from stored import events_in

from kb.article import Article
from kb.errors import IndexUnavailable
from kb.settings import Settings
from kb.suggestions import Answer, Suggestions
from kb.testing import MemoryEngine
from webapp import create_app
from webapp.chat_replies import Reply, ReplyLine, reply_to
from webapp.chat_tools import HOOKS_SETTING, MAX_BODY_BYTES
from webapp.slack_messages import ephemeral, in_channel
from webapp.slack_messages import plain_text as slack_text
from webapp.slack_posting import is_hook
from webapp.teams_messages import message as teams_message
from webapp.teams_messages import plain_text as teams_text

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


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return shop(tmp_path_factory.mktemp("public"))


@pytest.fixture(scope="module")
def inside(tmp_path_factory):
    tables = {
        "slack": {"signing_secret": SECRET, "audience": "internal"},
        "teams": {"token": TOKEN, "audience": "internal"},
    }
    return shop(tmp_path_factory.mktemp("internal"), **tables)


@pytest.fixture
def client(app):
    return app.test_client()


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


def test_a_command_is_answered_for_whoever_typed_it(client):
    response = command(client, "how do I track a parcel")
    message = response.json
    assert response.status_code == 200
    assert response.mimetype == "application/json"
    assert message["response_type"] == "ephemeral"
    first = sections(message)[1]
    assert first["text"]["text"].startswith(
        "*<https://help.example.com/en/articles/track-parcel|How do I track a parcel?>*\n"
    )
    assert "number of the parcel" in first["text"]["text"]
    assert first["accessory"]["action_id"] == "kb_share"
    assert "Parcels" in message["blocks"][2]["elements"][0]["text"]


def test_at_most_three_answers_are_shown(client):
    shown = sections(command(client, "when is the depot open").json)
    assert len([section for section in shown if "accessory" in section]) == 3


@pytest.mark.parametrize(
    ("question", "title", "said"),
    [
        pytest.param("làm thế nào để theo dõi bưu kiện", "Làm thế nào", "Bưu kiện", id="vi"),
        pytest.param("如何查詢包裹", "如何查詢包裹", "包裹", id="zh-Hant"),
    ],
)
def test_a_question_is_answered_in_its_language(client, question, title, said):
    message = command(client, question).json
    assert title in sections(message)[1]["text"]["text"]
    assert said in message["blocks"][2]["elements"][0]["text"]
    assert not message["text"].isascii()


def test_no_answer_says_what_to_do_next(client):
    message = command(client, "qzxv wqjk").json
    said = "\n".join(texts_of(message))
    assert message["text"] == "No article answers this."
    assert "Try other words" in said
    assert "https://help.example.com/agent" in said


@pytest.mark.parametrize("text", ["", "  ", "help", "Help"])
def test_a_command_without_a_question_says_how_to_ask(client, text):
    message = command(client, text).json
    assert "/kb How long does a refund take?" in texts_of(message)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;lt;", "&lt;"),
        ("ask <@U2147483697|steve> about refunds", "ask  about refunds"),
        ("see <#C024BE7LR|general> or <#C024BE7LR>", "see general or"),
        ("<https://example.com/a?b=1|this page> <https://example.com>", None),
        ("<!here> refund", "refund"),
        ("<" * 5_000, "<" * 5_000),
    ],
)
def test_what_slack_writes_into_a_text_is_read(written, read):
    assert slack_text(written) == (read or "this page https://example.com")


def test_special_letters_are_escaped_and_nothing_else(app):
    line = ReplyLine(
        "en/a", "", "Tom & <Jerry>", "https://x.example/?a=1&b=2", "<!channel> 5 > 4", ("a & b",)
    )
    with app.test_request_context("/en/"):
        message = ephemeral(Reply("<!here> & so on", "", (line,)))
    assert texts_of(message["blocks"][0])[2] == "&lt;!here&gt; &amp; so on"
    assert sections(message)[1]["text"]["text"] == (
        "*<https://x.example/?a=1&amp;b=2|Tom &amp; &lt;Jerry&gt;>*\n&lt;!channel&gt; 5 &gt; 4"
    )
    assert all(block["text"]["verbatim"] for block in sections(message))


@pytest.mark.parametrize("letter", ["&", "a", "字", "\U0001f600"])
def test_texts_stay_within_slacks_limits(app, letter):
    address = "https://help.example.com/zh-Hant/articles/" + "%E5%AD%97" * 250
    line = ReplyLine("zh-Hant/" + "字" * 250, "字" * 250, letter * 900, address, letter * 900, ())
    with app.test_request_context("/en/"):
        messages = (ephemeral(Reply("x", "", (line,))), in_channel(line, "U1"))
    for message in messages:
        for block in sections(message):
            assert len(block["text"]["text"]) <= 3_000
            assert len(block.get("accessory", {"value": ""})["value"]) <= 2_000
        assert len(message["blocks"]) <= 50


def test_share_posts_the_answer_to_the_channel(app, client):
    shown = sections(command(client, "how do I track a parcel").json)[1]
    with slack_hooks(app) as (address, received):
        response = press(client, shown["accessory"]["value"], address=f"{address}/actions/T/1/x")
        path, mimetype, message = received.get(timeout=10)
    assert (response.status_code, response.data) == (200, b"")
    assert path == "/actions/T/1/x"
    assert mimetype.startswith("application/json")
    assert message["response_type"] == "in_channel"
    assert message["replace_original"] is False
    assert sections(message)[0]["text"] == shown["text"]
    assert "<@U2147483697>" in texts_of(message)
    assert "accessory" not in sections(message)[0]


def test_an_article_that_is_internal_now_is_not_shared(inside):
    value = json.dumps(["en/goodwill", "", f"write {CANARY} into the order"])
    with slack_hooks(inside) as (address, received):
        press(inside.test_client(), value, address=f"{address}/actions/1")
        message = received.get(timeout=10)[2]
    assert message["response_type"] == "ephemeral"
    assert CANARY not in json.dumps(message)
    assert "not public any more" in message["text"]


def test_a_passage_that_stands_there_no_more_is_not_shared(app, client):
    value = json.dumps(["en/track-parcel", "", f"{CANARY} was here once"])
    with slack_hooks(app) as (address, received):
        press(client, value, address=f"{address}/actions/1")
        message = received.get(timeout=10)[2]
    assert "Where your parcel is" in sections(message)[0]["text"]["text"]
    assert CANARY not in json.dumps(message)


@pytest.mark.parametrize(
    "address",
    [
        "https://hooks.slack.com.example.net/actions/1",
        "https://hooks.slack.com@example.net/actions/1",
        "http://hooks.slack.com/actions/1",
        "http://169.254.169.254/latest",
        "file:///etc/passwd",
        "",
        None,
        ["https://hooks.slack.com/x"],
    ],
)
def test_nothing_is_posted_anywhere_else(client, address):
    value = json.dumps(["en/track-parcel", "", ""])
    assert press(client, value, address=address).status_code == 400


def test_slacks_own_addresses_may_be_posted_to():
    assert is_hook("https://hooks.slack.com/actions/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXa")
    assert is_hook("https://hooks.slack-gov.com/actions/1")


def test_a_redirect_is_not_followed(app, client):
    value = json.dumps(["en/track-parcel", "", ""])
    with slack_hooks(app, status=302) as (address, received):
        press(client, value, address=f"{address}/actions/1")
        assert received.get(timeout=10)[0] == "/actions/1"
        press(client, value, address=f"{address}/actions/2")
        assert received.get(timeout=10)[0] == "/actions/2"


def test_another_button_is_acknowledged(client):
    response = press(client, "x", address="https://hooks.slack.com/actions/1", action="other")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "payload", ["", "{}", "[]", "null", '{"actions": []}', '{"actions": [{}], "user": 5}']
)
def test_a_payload_that_is_none_is_refused(client, payload):
    body = urlencode({"payload": payload, "n": time.perf_counter_ns()}).encode()
    response = by_slack(client, "/slack/interactivity", {}, body=body)
    assert response.status_code == 400


@pytest.mark.parametrize("value", ["", "5", "{}", '["en/track-parcel"]', "x" * 2_000])
def test_the_value_of_another_button_is_refused(client, value):
    response = press(client, value, address="https://hooks.slack.com/actions/1")
    assert response.status_code == 400


def test_internal_articles_are_found_only_where_the_operator_says_so(client, inside):
    question = "how much goodwill for a late parcel"
    assert CANARY not in command(client, question).text
    assert CANARY not in by_teams(client, f"<at>kb</at> {question}").text
    message = command(inside.test_client(), question).json
    first = sections(message)[1]
    assert message["response_type"] == "ephemeral"
    assert CANARY in first["text"]["text"]
    assert first["text"]["text"].startswith(f"*{INTERNAL.title}*")
    assert "accessory" not in first
    assert "Internal: not for customers" in message["blocks"][2]["elements"][0]["text"]
    card = by_teams(inside.test_client(), f"<at>kb</at> {question}").text
    assert CANARY in card
    assert "Internal: not for customers" in card
    assert "/goodwill" not in card


def test_without_staff_no_internal_article_is_found(tmp_path):
    slack = {"signing_secret": SECRET, "audience": "internal"}
    app = shop(tmp_path, slack=slack, staff={"enabled": False})
    response = command(app.test_client(), "how much goodwill for a late parcel")
    assert response.status_code == 200
    assert CANARY not in response.text


def card_of(response):
    assert response.status_code == 200
    assert response.json["type"] == "message"
    (attachment,) = response.json["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    return attachment["content"]


def test_a_mention_in_teams_is_answered_with_a_card(client):
    card = card_of(by_teams(client, "<at>kb</at>&nbsp;how do I track a parcel?\n"))
    first = card["body"][1]
    assert card["version"] == "1.4"
    assert first["items"][0]["inlines"][0]["text"] == "How do I track a parcel?"
    assert first["items"][-1]["actions"] == [
        {
            "type": "Action.OpenUrl",
            "title": "Open the article",
            "url": "https://help.example.com/en/articles/track-parcel",
        }
    ]
    assert len(card["body"]) <= 1 + 3


def test_no_answer_in_teams_says_what_to_do_next(client):
    card = card_of(by_teams(client, "<at>kb</at> qzxv wqjk"))
    assert any("Try other words" in text for text in texts_of(card))


def test_a_mention_alone_says_how_to_ask(client):
    card = card_of(by_teams(client, "<at>kb</at>"))
    assert any("How long does a refund take?" in text for text in texts_of(card))


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<at>Parcel help</at>&nbsp;refund", "refund"),
        ("<p>one</p><p>two &amp; <b>three</b></p>", "one\ntwo & three"),
        ('hello <at id="1">Bo</at>, refund?', "hello , refund?"),
        ("<at>never closed", ""),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<at>" * 4_000 + "x", ""),
        ("5 < 6", "5 < 6"),
        ("退款<at>kb</at>要多久", "退款要多久"),
    ],
)
def test_mentions_and_markup_are_left_out(html, text):
    assert teams_text(html) == text


def test_markdown_in_an_article_stays_text_in_a_card():
    line = ReplyLine("en/a", "", "*b* [x](javascript:y)", "", "_a_", ("n",))
    card = teams_message(Reply("h", "", (line,)))["attachments"][0]["content"]
    blocks = [card["body"][0], *card["body"][1]["items"]]
    assert {block["type"] for block in blocks} == {"RichTextBlock"}


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b"{", b'{"from": 5}', b'{"text": {}}'])
def test_a_signed_body_that_is_no_message_never_raises(client, body):
    assert by_teams(client, "", body=body).status_code in (200, 400, 401)


PATHS = ["/slack/command", "/slack/interactivity", "/teams/messages"]


def signed(client, path, **options):
    if path == "/teams/messages":
        return by_teams(client, "<at>kb</at> refund", **options)
    return by_slack(client, path, {**COMMAND, "trigger_id": time.perf_counter_ns()}, **options)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_secret_there_is_no_such_address(tmp_path, path):
    client = shop(tmp_path, slack={}, teams={}).test_client()
    unknown = client.post("/slack/nothing")
    key = "" if path != "/teams/messages" else TOKEN
    named = "token" if path == "/teams/messages" else "secret"
    response = signed(client, path, **{named: key})
    assert response.status_code == 404
    assert response.data == unknown.data


@pytest.mark.parametrize("path", PATHS)
def test_a_forged_request_is_refused(client, path):
    if path == "/teams/messages":
        response = signed(client, path, token=base64.b64encode(b"another").decode())
    else:
        response = signed(client, path, secret="another")
    assert response.status_code == 401
    assert response.json["error"]["code"] == "bad_signature"


@pytest.mark.parametrize("path", PATHS)
def test_an_unsigned_request_is_refused(client, path):
    assert client.post(path, data="text=refund").status_code == 401
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("seconds", [-400, 400])
def test_an_old_request_is_refused(client, path, seconds):
    if path == "/teams/messages":
        response = signed(client, path, at=datetime.now(UTC) + timedelta(seconds=seconds))
    else:
        response = signed(client, path, at=time.time() + seconds)
    assert response.status_code == 401


def test_a_recorded_request_is_refused(client):
    body, at = urlencode({**COMMAND, "trigger_id": "recorded"}).encode(), time.time()
    again = [by_slack(client, "/slack/command", {}, body=body, at=at) for _ in range(2)]
    assert [response.status_code for response in again] == [200, 401]


@pytest.mark.parametrize("path", PATHS)
def test_a_large_body_is_not_read(client, path):
    large = b"text=" + b"a" * MAX_BODY_BYTES
    if path == "/teams/messages":
        assert by_teams(client, "", body=large).status_code == 413
    else:
        assert by_slack(client, path, {}, body=large).status_code == 413


def test_bytes_that_are_no_text_never_raise(client):
    response = by_slack(client, "/slack/command", {}, body=b"text=\xff\xfe%00%ff&command=%2Fkb")
    assert response.status_code == 200


def test_who_asked_is_remembered_by_a_pseudonym_only(tmp_path):
    app = shop(tmp_path)
    client = app.test_client()
    command(client, "how do I track a parcel, mail me at ann@example.com")
    by_teams(client, "<at>kb</at> how do I track a parcel")
    with slack_hooks(app) as (address, received):
        press(client, json.dumps(["en/track-parcel", "", ""]), address=f"{address}/1")
        received.get(timeout=10)
    events = stored(app)
    assert [(event["kind"], event["surface"]) for event in events] == [
        ("answered", "slack"),
        ("answered", "teams"),
        ("used", "slack"),
    ]
    assert events[0]["visitor"] == events[2]["visitor"] != events[1]["visitor"]
    kept = repr(events)
    for name in ("U2147483697", "Steve", "T0001", "Tim", "29:1XJKJ", "c2f4", "ann@example"):
        assert name not in kept
    assert events[2]["key"] == "en/track-parcel"
    assert {event["audience"] for event in events} == {"public"}


def test_nothing_is_remembered_where_the_operator_wants_no_records(tmp_path):
    app = shop(tmp_path, events={"enabled": False})
    command(app.test_client(), "how do I track a parcel")
    assert stored(app) == []


def test_without_an_index_whoever_asks_is_told_to_wait(tmp_path):
    client = shop(tmp_path, engine=NoIndex()).test_client()
    message = command(client, "refund").json
    assert "Try again in a minute" in "\n".join(texts_of(message))


def answer(**values):
    given = {
        "key": "en/track-parcel",
        "locale": "en",
        "slug": "track-parcel",
        "title": "How do I track a parcel?",
        "topic": "parcels",
        "heading": "",
        "anchor": "",
        "passage": "Type the number.",
        "passage_html": "Type the number.",
        "confidence": 0.9,
        "why": (),
        "verified": False,
        "verified_on": None,
        "audience": "public",
        "kind": "article",
    }
    return Answer(**{**given, **values})


@pytest.mark.parametrize(
    ("state", "headline"),
    [
        ("sure", "This should be the answer."),
        ("maybe", "One of these may be the answer. Read it before you send it."),
        ("none", "No article answers this."),
    ],
)
def test_confidence_is_said_in_words(app, state, headline):
    with app.test_request_context("/en/"):
        reply = reply_to(Suggestions(state, 0.9, (answer(),)), audience="public")
    assert reply.headline == headline
    assert reply.lines[0].passage == ("" if state == "none" else "Type the number.")


def test_an_answer_in_another_language_says_which(app):
    vietnamese = answer(key="vi/track-parcel", locale="vi", title="Theo dõi bưu kiện")
    with app.test_request_context("/en/"):
        found = Suggestions("maybe", 0.5, (answer(),), (vietnamese,), language="en")
        lines = reply_to(found, audience="public").lines
    assert [line.notes for line in lines] == [
        ("Parcels", "Not verified"),
        ("Bưu kiện", "Tiếng Việt", "Not verified"),
    ]
