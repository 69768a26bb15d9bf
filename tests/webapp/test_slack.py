"""What Slack gets for its command and its buttons, in the form that it reads."""

import json
import time
from urllib.parse import urlencode

import pytest
from chat_site import (
    CANARY,
    by_slack,
    command,
    press,
    sections,
    slack_hooks,
    texts_of,
)

from webapp.chat_replies import Reply, ReplyLine
from webapp.slack_messages import ephemeral, in_channel
from webapp.slack_messages import plain_text as slack_text
from webapp.slack_posting import is_hook


def test_a_command_is_answered_for_whoever_typed_it(chat_client):
    response = command(chat_client, "how do I track a parcel")
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


def test_at_most_three_answers_are_shown(chat_client):
    shown = sections(command(chat_client, "when is the depot open").json)
    assert len([section for section in shown if "accessory" in section]) == 3


@pytest.mark.parametrize(
    ("question", "title", "said"),
    [
        pytest.param("làm thế nào để theo dõi bưu kiện", "Làm thế nào", "Bưu kiện", id="vi"),
        pytest.param("如何查詢包裹", "如何查詢包裹", "包裹", id="zh-Hant"),
    ],
)
def test_a_question_is_answered_in_its_language(chat_client, question, title, said):
    message = command(chat_client, question).json
    assert title in sections(message)[1]["text"]["text"]
    assert said in message["blocks"][2]["elements"][0]["text"]
    assert not message["text"].isascii()


def test_no_answer_says_what_to_do_next(chat_client):
    message = command(chat_client, "qzxv wqjk").json
    said = "\n".join(texts_of(message))
    assert message["text"] == "No article answers this."
    assert "Try other words" in said
    assert "https://help.example.com/agent" in said


@pytest.mark.parametrize("text", ["", "  ", "help", "Help"])
def test_a_command_without_a_question_says_how_to_ask(chat_client, text):
    message = command(chat_client, text).json
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


def test_special_letters_are_escaped_and_nothing_else(chat_app):
    line = ReplyLine(
        "en/a", "", "Tom & <Jerry>", "https://x.example/?a=1&b=2", "<!channel> 5 > 4", ("a & b",)
    )
    with chat_app.test_request_context("/en/"):
        message = ephemeral(Reply("<!here> & so on", "", (line,)))
    assert texts_of(message["blocks"][0])[2] == "&lt;!here&gt; &amp; so on"
    assert sections(message)[1]["text"]["text"] == (
        "*<https://x.example/?a=1&amp;b=2|Tom &amp; &lt;Jerry&gt;>*\n&lt;!channel&gt; 5 &gt; 4"
    )
    assert all(block["text"]["verbatim"] for block in sections(message))


@pytest.mark.parametrize("letter", ["&", "a", "字", "\U0001f600"])
def test_texts_stay_within_slacks_limits(chat_app, letter):
    address = "https://help.example.com/zh-Hant/articles/" + "%E5%AD%97" * 250
    line = ReplyLine("zh-Hant/" + "字" * 250, "字" * 250, letter * 900, address, letter * 900, ())
    with chat_app.test_request_context("/en/"):
        messages = (ephemeral(Reply("x", "", (line,))), in_channel(line, "U1"))
    for message in messages:
        for block in sections(message):
            assert len(block["text"]["text"]) <= 3_000
            assert len(block.get("accessory", {"value": ""})["value"]) <= 2_000
        assert len(message["blocks"]) <= 50


def test_share_posts_the_answer_to_the_channel(chat_app, chat_client):
    shown = sections(command(chat_client, "how do I track a parcel").json)[1]
    with slack_hooks(chat_app) as (address, received):
        response = press(
            chat_client, shown["accessory"]["value"], address=f"{address}/actions/T/1/x"
        )
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


def test_a_passage_that_stands_there_no_more_is_not_shared(chat_app, chat_client):
    value = json.dumps(["en/track-parcel", "", f"{CANARY} was here once"])
    with slack_hooks(chat_app) as (address, received):
        press(chat_client, value, address=f"{address}/actions/1")
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
def test_nothing_is_posted_anywhere_else(chat_client, address):
    value = json.dumps(["en/track-parcel", "", ""])
    assert press(chat_client, value, address=address).status_code == 400


def test_slacks_own_addresses_may_be_posted_to():
    assert is_hook("https://hooks.slack.com/actions/T1DC2JH3J/397700885554/96rGlfmibIGlgcZRskXa")
    assert is_hook("https://hooks.slack-gov.com/actions/1")


def test_a_redirect_is_not_followed(chat_app, chat_client):
    value = json.dumps(["en/track-parcel", "", ""])
    with slack_hooks(chat_app, status=302) as (address, received):
        press(chat_client, value, address=f"{address}/actions/1")
        assert received.get(timeout=10)[0] == "/actions/1"
        press(chat_client, value, address=f"{address}/actions/2")
        assert received.get(timeout=10)[0] == "/actions/2"


def test_another_button_is_acknowledged(chat_client):
    response = press(chat_client, "x", address="https://hooks.slack.com/actions/1", action="other")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "payload", ["", "{}", "[]", "null", '{"actions": []}', '{"actions": [{}], "user": 5}']
)
def test_a_payload_that_is_none_is_refused(chat_client, payload):
    body = urlencode({"payload": payload, "n": time.perf_counter_ns()}).encode()
    response = by_slack(chat_client, "/slack/interactivity", {}, body=body)
    assert response.status_code == 400


@pytest.mark.parametrize("value", ["", "5", "{}", '["en/track-parcel"]', "x" * 2_000])
def test_the_value_of_another_button_is_refused(chat_client, value):
    response = press(chat_client, value, address="https://hooks.slack.com/actions/1")
    assert response.status_code == 400
