"""Which requests are worth remembering: a search, an article opened from one, an answer.

Nothing waits for it: a writer thread puts records into the store. A search that is narrowed to a
topic, turned over or made by a machine is no new question and is left out; so is what a browser
fetches before anybody wants it. The store masks personal data and joins what one visitor typed
bit by bit.
"""

from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

from flask import request

from kb.answers.suggestions import Message, Suggestions
from kb.article import Audience
from kb.events.event_values import Kind, Surface
from kb.events.events import Event
from kb.search import Query
from webapp import params
from webapp.i18n import match
from webapp.links import is_own_host
from webapp.site import AUDIENCE, current_site
from webapp.visitors import is_person, pseudonym

_MAX_FIELDS = 20


class _Question(NamedTuple):
    """What somebody searched for, and the locale of the page where they did."""

    text: str
    locale: str


def searched(
    query: Query,
    hits: int,
    surface: Surface = "help_center",
    audience: Audience = AUDIENCE,
) -> None:
    """Remember the first page of a search of all topics; `hits` is how many there are in all."""
    if query.text and not query.topic and not query.offset and _is_wanted():
        question = _Question(query.text, query.locale)
        _remember("searched", surface, question, audience=audience, hits=hits)


def clicked(key: str) -> None:
    """Remember that an article was opened, if its reader came from a search of this site."""
    if _is_wanted() and (question := _question_before()):
        _remember("clicked", "help_center", question, key=key)


def answered(
    message: Message,
    suggestions: Suggestions,
    surface: Surface = "api",
    audience: Audience = AUDIENCE,
) -> None:
    """Remember what was asked, and how sure the answers were."""
    if message.text and _is_wanted():
        question = _Question(message.text, message.locale)
        hits, state = len(suggestions.answers), suggestions.state
        _remember("answered", surface, question, audience=audience, hits=hits, detail=state)


def _remember(
    kind: Kind,
    surface: Surface,
    question: _Question,
    *,
    audience: Audience = AUDIENCE,
    key: str = "",
    hits: int | None = None,
    detail: str = "",
) -> None:
    event = Event(
        kind=kind,
        at=datetime.now(UTC),
        surface=surface,
        locale=question.locale,
        audience=audience,
        text=question.text,
        key=key,
        visitor=pseudonym(),
        hits=hits,
        detail=detail,
    )
    current_site().store.append_soon(event)


def _is_wanted() -> bool:
    is_asking = request.method != "HEAD" and is_person()
    return is_asking and current_site().settings.events.enabled


def _question_before() -> _Question | None:
    """Return what was asked on the page that led here; None unless it is a search of this site."""
    before = request.headers.get("Referer", "")
    if "/search?" not in before:
        return None
    try:
        address = urlsplit(before)
        fields = parse_qs(address.query, max_num_fields=_MAX_FIELDS)
    except ValueError:
        return None
    tag, _, page = address.path.removeprefix("/").partition("/")
    locale = match(tag)
    if not is_own_host(address.netloc) or page != "search" or locale is None:
        return None
    text = params.query_text({"q": fields.get("q", [""])[0]})
    return _Question(text, locale) if text else None
