"""What Microsoft Teams gets for a mention: an adaptive card."""

import pytest
from chat_site import by_teams, texts_of

from webapp.chat_replies import Reply, ReplyLine
from webapp.teams_messages import message as teams_message
from webapp.teams_messages import plain_text as teams_text


def card_of(response):
    assert response.status_code == 200
    assert response.json["type"] == "message"
    (attachment,) = response.json["attachments"]
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attachment["content"]["type"] == "AdaptiveCard"
    return attachment["content"]


def test_a_mention_in_teams_is_answered_with_a_card(chat_client):
    card = card_of(by_teams(chat_client, "<at>kb</at>&nbsp;how do I track a parcel?\n"))
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


def test_no_answer_in_teams_says_what_to_do_next(chat_client):
    card = card_of(by_teams(chat_client, "<at>kb</at> qzxv wqjk"))
    assert any("Try other words" in text for text in texts_of(card))


def test_a_mention_alone_says_how_to_ask(chat_client):
    card = card_of(by_teams(chat_client, "<at>kb</at>"))
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
def test_a_signed_body_that_is_no_message_never_raises(chat_client, body):
    assert by_teams(chat_client, "", body=body).status_code in (200, 400, 401)
