"""Teams' side of a chat: the question inside a message's HTML, and replies as adaptive cards.

A text run shows its letters as they are; a text block would read Markdown into an article's
words. Of the actions of a card, an outgoing webhook may only open an address.
"""

from html.parser import HTMLParser
from typing import Any, Final

from webapp.chat_replies import Reply, ReplyLine
from webapp.i18n import gettext

Json = dict[str, Any]

_TITLE: Final = 150
_PASSAGE: Final = 300
_NEW_LINE: Final = {"br", "div", "li", "p"}


class _Words(HTMLParser):
    """Collects the text of a message but for the mentions, of which one is us."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._mentions = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._mentions += tag == "at"
        if tag in _NEW_LINE:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._mentions = max(0, self._mentions - (tag == "at"))

    def handle_data(self, data: str) -> None:
        if not self._mentions:
            self.parts.append(data)


def plain_text(html: str) -> str:
    """Return what somebody wrote, without mentions and markup, line by line."""
    words = _Words()
    words.feed(html)
    words.close()
    lines = (" ".join(line.split()) for line in "".join(words.parts).split("\n"))
    return "\n".join(line for line in lines if line)


def message(reply: Reply) -> Json:
    """Return a reply as a message with one card; everybody in the channel sees it."""
    body = [_text(reply.headline, weight="Bolder")]
    if reply.advice:
        body.append(_text(reply.advice))
    body += [_line(line) for line in reply.lines]
    card = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": body,
    }
    return {
        "type": "message",
        "attachments": [
            {"contentType": "application/vnd.microsoft.card.adaptive", "content": card}
        ],
    }


def _line(line: ReplyLine) -> Json:
    items = [_text(line.title[:_TITLE], weight="Bolder")]
    if line.passage:
        items.append(_text(line.passage[:_PASSAGE]))
    items.append(_text(" · ".join(line.notes), size="Small", isSubtle=True))
    if line.url:
        title = str(gettext("Open the article"))
        action = {"type": "Action.OpenUrl", "title": title, "url": line.url}
        items.append({"type": "ActionSet", "actions": [action]})
    return {"type": "Container", "separator": True, "items": items}


def _text(text: str, **style: object) -> Json:
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": text, **style}]}
