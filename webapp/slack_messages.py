"""Slack's side of a chat: what its requests say, and replies as blocks.

Slack knows three special letters, `&`, `<` and `>`; a text is cut before they are escaped, so that
no escape is cut in two. `verbatim` keeps it from making links and mentions out of an article.
"""

import re
from typing import Any, Final

import orjson

from webapp.chat_replies import Reply, ReplyLine
from webapp.i18n import gettext

Json = dict[str, Any]

SHARE: Final = "kb_share"
_MOST_IN_SECTION: Final = 3_000
_MOST_IN_VALUE: Final = 2_000
_TITLE: Final = 150
_PASSAGE: Final = 300
_MARKED = re.compile(r"<(?P<kind>[@#!]?)(?P<target>[^<>|]*)(?:\|(?P<label>[^<>]*))?>")
_UNESCAPED = (("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"))


def plain_text(written: str) -> str:
    """Return what somebody typed: no escapes, no names of people, links as their words."""
    text = _MARKED.sub(_words_of_mark, written)
    for escape, letter in _UNESCAPED:
        text = text.replace(escape, letter)
    return text.strip()


def _words_of_mark(mark: re.Match[str]) -> str:
    if mark["kind"] in ("@", "!"):
        return ""
    return mark["label"] or ("" if mark["kind"] else mark["target"])


def ephemeral(reply: Reply) -> Json:
    """Return a reply that only whoever asked can see, with a button to share what is public."""
    blocks = [_section(_escaped(reply.headline))]
    if reply.advice:
        blocks.append(_section(_escaped(reply.advice)))
    for line in reply.lines:
        blocks += _line(line, with_button=True)
    return {"response_type": "ephemeral", "text": _escaped(reply.headline), "blocks": blocks}


def in_channel(line: ReplyLine, user: str) -> Json:
    """Return one answer for everybody in the channel; `user` is the id of who shares it."""
    sharer = f"<@{user}>" if re.fullmatch(r"[A-Z0-9]{1,32}", user) else ""
    blocks = _line(line, with_button=False)
    if sharer:
        blocks.append(_context(sharer))
    return {
        "response_type": "in_channel",
        "replace_original": False,
        "text": _escaped(line.title[:_TITLE]),
        "blocks": blocks,
    }


def shared(value: str) -> tuple[str, str, str]:
    """Return key, anchor and passage out of a button's value; ValueError when it is none."""
    parts = orjson.loads(value)
    if not (isinstance(parts, list) and len(parts) == 3):
        raise ValueError("not the value of a button of ours")
    key, anchor, passage = (str(part) for part in parts)
    return key, anchor, passage


def _line(line: ReplyLine, *, with_button: bool) -> list[Json]:
    title, passage = _escaped(_cut(line.title, _TITLE)), _escaped(_cut(line.passage, _PASSAGE))
    linked = f"*<{_escaped(line.url)}|{title}>*" if line.url else f"*{title}*"
    if len(linked) + 1 + len(passage) > _MOST_IN_SECTION:
        linked = f"*{title}*"
    section = _section(f"{linked}\n{passage}" if passage else linked)
    value = orjson.dumps([line.key, line.anchor, line.passage[:_PASSAGE]]).decode()
    if with_button and line.url and len(value) <= _MOST_IN_VALUE:
        section["accessory"] = {
            "type": "button",
            "text": {"type": "plain_text", "text": str(gettext("Share with the channel"))},
            "action_id": SHARE,
            "value": value,
        }
    return [section, _context(_escaped(" · ".join(line.notes)))]


def _section(text: str) -> Json:
    return {"type": "section", "text": _mrkdwn(text)}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [_mrkdwn(text)]}


def _mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
