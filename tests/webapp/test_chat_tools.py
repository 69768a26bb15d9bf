"""What holds for all chat tools: signatures, forgeries, audiences, what is remembered."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from chat_site import (
    CANARY,
    COMMAND,
    INTERNAL,
    SECRET,
    TOKEN,
    NoIndex,
    by_slack,
    by_teams,
    command,
    press,
    sections,
    shop,
    slack_hooks,
    stored,
    texts_of,
)

from kb.answers.suggestions import Answer, Suggestions
from webapp.chat_replies import reply_to
from webapp.chat_tools import MAX_BODY_BYTES


def test_internal_articles_are_found_only_where_the_operator_says_so(chat_client, inside):
    question = "how much goodwill for a late parcel"
    assert CANARY not in command(chat_client, question).text
    assert CANARY not in by_teams(chat_client, f"<at>kb</at> {question}").text
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
    chat_app = shop(tmp_path, slack=slack, staff={"enabled": False})
    response = command(chat_app.test_client(), "how much goodwill for a late parcel")
    assert response.status_code == 200
    assert CANARY not in response.text


PATHS = ["/slack/command", "/slack/interactivity", "/teams/messages"]


def signed(chat_client, path, **options):
    if path == "/teams/messages":
        return by_teams(chat_client, "<at>kb</at> refund", **options)
    return by_slack(chat_client, path, {**COMMAND, "trigger_id": time.perf_counter_ns()}, **options)


@pytest.mark.parametrize("path", PATHS)
def test_without_a_secret_there_is_no_such_address(tmp_path, path):
    chat_client = shop(tmp_path, slack={}, teams={}).test_client()
    unknown = chat_client.post("/slack/nothing")
    key = "" if path != "/teams/messages" else TOKEN
    named = "token" if path == "/teams/messages" else "secret"
    response = signed(chat_client, path, **{named: key})
    assert response.status_code == 404
    assert response.data == unknown.data


@pytest.mark.parametrize("path", PATHS)
def test_a_forged_request_is_refused(chat_client, path):
    if path == "/teams/messages":
        response = signed(chat_client, path, token=base64.b64encode(b"another").decode())
    else:
        response = signed(chat_client, path, secret="another")
    assert response.status_code == 401
    assert response.json["error"]["code"] == "bad_signature"


@pytest.mark.parametrize("path", PATHS)
def test_an_unsigned_request_is_refused(chat_client, path):
    assert chat_client.post(path, data="text=refund").status_code == 401
    assert chat_client.get(path).status_code == 405


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("seconds", [-400, 400])
def test_an_old_request_is_refused(chat_client, path, seconds):
    if path == "/teams/messages":
        response = signed(chat_client, path, at=datetime.now(UTC) + timedelta(seconds=seconds))
    else:
        response = signed(chat_client, path, at=time.time() + seconds)
    assert response.status_code == 401


def test_a_recorded_request_is_refused(chat_client):
    body, at = urlencode({**COMMAND, "trigger_id": "recorded"}).encode(), time.time()
    again = [by_slack(chat_client, "/slack/command", {}, body=body, at=at) for _ in range(2)]
    assert [response.status_code for response in again] == [200, 401]


@pytest.mark.parametrize("path", PATHS)
def test_a_large_body_is_not_read(chat_client, path):
    large = b"text=" + b"a" * MAX_BODY_BYTES
    if path == "/teams/messages":
        assert by_teams(chat_client, "", body=large).status_code == 413
    else:
        assert by_slack(chat_client, path, {}, body=large).status_code == 413


def test_bytes_that_are_no_text_never_raise(chat_client):
    response = by_slack(
        chat_client, "/slack/command", {}, body=b"text=\xff\xfe%00%ff&command=%2Fkb"
    )
    assert response.status_code == 200


def test_who_asked_is_remembered_by_a_pseudonym_only(tmp_path):
    chat_app = shop(tmp_path)
    chat_client = chat_app.test_client()
    command(chat_client, "how do I track a parcel, mail me at ann@example.com")
    by_teams(chat_client, "<at>kb</at> how do I track a parcel")
    with slack_hooks(chat_app) as (address, received):
        press(chat_client, json.dumps(["en/track-parcel", "", ""]), address=f"{address}/1")
        received.get(timeout=10)
    events = stored(chat_app)
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
    chat_app = shop(tmp_path, events={"enabled": False})
    command(chat_app.test_client(), "how do I track a parcel")
    assert stored(chat_app) == []


def test_without_an_index_whoever_asks_is_told_to_wait(tmp_path):
    chat_client = shop(tmp_path, engine=NoIndex()).test_client()
    message = command(chat_client, "refund").json
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
def test_confidence_is_said_in_words(chat_app, state, headline):
    with chat_app.test_request_context("/en/"):
        reply = reply_to(Suggestions(state, 0.9, (answer(),)), audience="public")
    assert reply.headline == headline
    assert reply.lines[0].passage == ("" if state == "none" else "Type the number.")


def test_an_answer_in_another_language_says_which(chat_app):
    vietnamese = answer(key="vi/track-parcel", locale="vi", title="Theo dõi bưu kiện")
    with chat_app.test_request_context("/en/"):
        found = Suggestions("maybe", 0.5, (answer(),), (vietnamese,), language="en")
        lines = reply_to(found, audience="public").lines
    assert [line.notes for line in lines] == [
        ("Parcels", "Not verified"),
        ("Bưu kiện", "Tiếng Việt", "Not verified"),
    ]
