"""What an agent asks in the console and what is shown of the answers: values, no HTTP.

Filters narrow what was found, they never change scores. If they take away the answer that was
sure, what is left is not: the next one was never compared with the question by itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Literal

from kb.answers.suggestions import Answer, Message, Suggestions
from kb.article import Audience
from kb.search import MAX_LIMIT, Hit, Page, Query, SearchEngine
from webapp.site import AUDIENCE, STAFF_AUDIENCE

Mode = Literal["answers", "search"]
Level = Literal["passage", "section", "article"]
LEVELS: tuple[Level, ...] = ("passage", "section", "article")
MAX_MESSAGE_CHARS = 20_000
ANSWERS_SHOWN = 5
HITS_SHOWN = 20
_MAX_NAME_CHARS = 128


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the console's form; of the filters, "" and False leave everything.

    text      the message, or what to search for
    locale    of the agent
    language  only articles of this locale
    """

    text: str
    locale: str
    mode: Mode = "answers"
    topic: str = ""
    language: str = ""
    audience: str = ""
    verified: bool = False
    replies: bool = False

    @property
    def filters(self) -> int:
        """How many filters narrow the answers."""
        given = (self.topic, self.language, self.audience, self.verified, self.replies)
        return sum(map(bool, given))

    def allows(self, answer: Answer) -> bool:
        """Whether the filters leave an answer."""
        return (
            self.topic in ("", answer.topic)
            and self.language in ("", answer.locale)
            and self.audience in ("", answer.audience)
            and (answer.verified or not self.verified)
            and (answer.kind == "reply" or not self.replies)
        )

    def first_level(self, answer: Answer) -> Level:
        """Return how much of an answer is read and copied as long as nobody chooses."""
        if answer.kind == "reply":
            return "article"
        return "passage" if self.mode == "answers" else "section"


@dataclass(frozen=True, slots=True)
class Shown:
    """What the console shows for a question.

    state         of the suggestions, "found" for a search with hits, "idle" before any question
    elsewhere     answers in other languages
    sentences     what of a message was searched for
    total         articles that match a search; the number of answers otherwise
    left_out      answers that the filters hide
    did_you_mean  a spelling to offer, or None
    """

    asked: Asked
    state: Literal["sure", "maybe", "none", "found", "idle"] = "idle"
    answers: tuple[Answer, ...] = ()
    elsewhere: tuple[Answer, ...] = ()
    sentences: tuple[str, ...] = ()
    total: int = 0
    left_out: int = 0
    did_you_mean: str | None = None

    def locales(self) -> set[str]:
        """Return the locales of everything that is shown, and the agent's."""
        return {self.asked.locale, *(each.locale for each in (*self.answers, *self.elsewhere))}


def asked_in(form: Mapping[str, Sequence[str]], text: str, locale: str) -> Asked:
    """Return what a form asks for; what it cannot mean is as if it were not there."""

    def last(name: str) -> str:
        return form[name][-1][:_MAX_NAME_CHARS] if form.get(name) else ""

    audience = last("audience")
    return Asked(
        text=text,
        locale=locale,
        mode="search" if last("mode") == "search" else "answers",
        topic=last("topic"),
        language=last("language"),
        audience=audience if audience in (AUDIENCE, STAFF_AUDIENCE) else "",
        verified=bool(last("verified")),
        replies=bool(last("replies")),
    )


def find(engine: SearchEngine, asked: Asked, audience: Audience) -> tuple[Shown, Suggestions]:
    """Return what to show for a question, and the suggestions before filters."""
    if not asked.text.strip():
        return Shown(asked), Suggestions()
    if asked.mode == "search":
        return _searched(engine, asked, audience), Suggestions()
    limit = MAX_LIMIT if asked.filters else ANSWERS_SHOWN
    message = Message(asked.text, asked.language or asked.locale, limit)
    found = engine.answers(message, audience=audience)
    return _answered(asked, found), found


def _answered(asked: Asked, found: Suggestions) -> Shown:
    answers = tuple(filter(asked.allows, found.answers))
    elsewhere = tuple(filter(asked.allows, found.elsewhere))
    if asked.language:
        # Who asks for one language means these, wherever they stood.
        answers, elsewhere = (*answers, *elsewhere), ()
    state = found.state
    if not answers:
        state = "none"
    elif state == "sure" and answers[0] is not found.answers[0]:
        state = "maybe"
    return Shown(
        asked,
        state,
        answers[:ANSWERS_SHOWN],
        elsewhere[:ANSWERS_SHOWN],
        found.asked,
        total=len(answers),
        left_out=len(found.answers) + len(found.elsewhere) - len(answers) - len(elsewhere),
    )


def _searched(engine: SearchEngine, asked: Asked, audience: Audience) -> Shown:
    locale = asked.language or asked.locale
    query = Query(asked.text, locale, asked.topic or None, limit=MAX_LIMIT)
    results = engine.search(query, audience=audience)
    hits = results.hits or results.relaxed
    answers = tuple(filter(asked.allows, map(answer_of_hit, hits)))
    elsewhere = tuple(filter(asked.allows, map(answer_of_hit, results.elsewhere)))
    left_out = len(hits) + len(results.elsewhere) - len(answers) - len(elsewhere)
    return Shown(
        asked,
        "found" if answers else "none",
        answers[:HITS_SHOWN],
        elsewhere,
        total=len(answers) if left_out or not results.hits else results.total,
        left_out=left_out,
        did_you_mean=results.did_you_mean,
    )


def answer_of_hit(hit: Hit) -> Answer:
    """Return a hit of a search as an answer; it has no confidence, and its section is read."""
    return Answer(
        key=hit.key,
        locale=hit.locale,
        slug=hit.slug,
        title=hit.title,
        topic=hit.topic,
        heading=hit.heading,
        anchor=hit.anchor,
        passage=unescape(hit.snippet.replace("<mark>", "").replace("</mark>", "")),
        passage_html=hit.snippet,
        confidence=0.0,
        why=(),
        verified=hit.verified,
        verified_on=hit.verified_on,
        audience=hit.audience,
        kind=hit.kind,
        verify_every=hit.verify_every,
    )


def answer_of_page(page: Page, anchor: str, passage: str, *, verified: bool) -> Answer:
    """Return a page that is read as an answer; the heading is the one of `anchor`."""
    article = page.summary
    heading = next((each.heading for each in page.sections if each.anchor == anchor), "")
    return Answer(
        key=article.key,
        locale=article.locale,
        slug=article.slug,
        title=article.title,
        topic=article.topic,
        heading=heading,
        anchor=anchor if heading else "",
        passage=passage,
        passage_html="",
        confidence=0.0,
        why=(),
        verified=verified,
        verified_on=article.verified_on,
        audience=article.audience,
        kind=article.kind,
        verify_every=article.verify_every,
    )
