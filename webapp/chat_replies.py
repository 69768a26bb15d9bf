"""What is said to somebody who asks from a chat: words and answers, not yet in a chat's format.

Chats show little: the three best answers, each with its passage. Only a public article has an
address that can be passed on, so only such an answer has one here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from kb.answers.suggestions import Answer, Suggestions
from kb.article import Audience
from kb.paths import article_path
from kb.search import Page, Topic
from webapp.i18n import gettext, interface_tag, page_locale
from webapp.links import absolute
from webapp.site import AUDIENCE, current_site, today
from webapp.words import day_text, language_name

ANSWERS_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class ReplyLine:
    """One answer as a chat shows it; all plain text.

    url      absolute address, "" when the public may not read it
    passage  may be "": then the title has to do
    notes    topic, state of the check, language, audience: what helps to judge it
    """

    key: str
    anchor: str
    title: str
    url: str
    passage: str
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole reply.

    headline  how sure the answers are, or that there is none
    advice    what to do next; "" when the answers say it
    lines     the answers, best first
    """

    headline: str
    advice: str = ""
    lines: tuple[ReplyLine, ...] = ()


def reply_to(suggestions: Suggestions, *, audience: Audience) -> Reply:
    """Return the answers to a question, in words of the page's language."""
    found = (*suggestions.answers, *suggestions.elsewhere)[:ANSWERS_SHOWN]
    is_answer = suggestions.state != "none"
    lines = tuple(_line(answer, audience, with_passage=is_answer) for answer in found)
    if suggestions.state == "sure":
        return Reply(_("This should be the answer."), "", lines)
    if suggestions.state == "maybe":
        return Reply(_("One of these may be the answer. Read it before you send it."), "", lines)
    return Reply(_("No article answers this."), _what_to_do(near=bool(lines)), lines)


def usage(command: str) -> Reply:
    """Return how to ask; `command` is what a question begins with."""
    return Reply(
        _("Ask a question, or paste what a customer wrote."),
        " ".join((command, _("How long does a refund take?"))),
    )


def not_ready() -> Reply:
    """Return what is said while there is no index to search."""
    return Reply(_("The answers cannot be searched at the moment."), _("Try again in a minute."))


def no_longer_public() -> Reply:
    """Return what is said when an answer must not be shared any more."""
    return Reply(_("This article is not public any more, so it was not shared."))


def public_line(page: Page, anchor: str, passage: str) -> ReplyLine:
    """Return an answer for people who have not asked: a public page, and what was found on it.

    passage  counts only as long as it stands there; else the page's description takes its place
    """
    summary = page.summary
    text = " ".join(" ".join(section.text.split()) for section in page.sections)
    return ReplyLine(
        key=summary.key,
        anchor=anchor,
        title=summary.title,
        url=absolute(article_path(summary.key, anchor)),
        passage=passage if " ".join(passage.split()) in text else summary.description,
        notes=(_checked(summary.verified_on, is_verified=summary.is_verified(today())),),
    )


def _what_to_do(*, near: bool) -> str:
    parts = [_("Try other words: the product, the error message, one question at a time.")]
    if current_site().settings.staff.enabled:
        parts.append(
            _("If an article is missing, report it in the agent console:")
            + f" {absolute('/agent')}"
        )
    if near:
        parts.append(_("These articles are only close to it:"))
    return "\n".join(parts)


def _line(answer: Answer, audience: Audience, *, with_passage: bool) -> ReplyLine:
    is_public = answer.audience == AUDIENCE
    return ReplyLine(
        key=answer.key,
        anchor=answer.anchor,
        title=answer.title,
        url=absolute(article_path(answer.key, answer.anchor)) if is_public else "",
        passage=answer.passage if with_passage else "",
        notes=tuple(_notes(answer, _topics(answer.locale, audience))),
    )


def _topics(locale: str, audience: Audience) -> Mapping[str, Topic]:
    found = current_site().engine.topics(locale, audience=audience)
    return {topic.slug: topic for topic in found}


def _notes(answer: Answer, topics: Mapping[str, Topic]) -> list[str]:
    notes = []
    if answer.audience != AUDIENCE:
        notes.append(_("Internal: not for customers"))
    if answer.topic in topics:
        notes.append(topics[answer.topic].title)
    if answer.locale != page_locale():
        notes.append(language_name(answer.locale))
    notes.append(_checked(answer.verified_on, is_verified=answer.verified))
    return notes


def _checked(day: date | None, *, is_verified: bool) -> str:
    if day is None or not is_verified:
        return _("Not verified")
    return " ".join((_("Verified"), day_text(interface_tag(), day, "medium")))


def _(message: str) -> str:
    """Return one of our own messages as plain text; none of them holds markup."""
    return str(gettext(message))
