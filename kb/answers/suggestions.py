"""What is suggested as the answer to a message, and how sure that is: plain values.

A suggestion without answers is an answer as well: it says that there is none.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from kb.answers.evidence import Evidence
from kb.article import DEFAULT_VERIFY_EVERY, Audience, Kind

State = Literal["sure", "maybe", "none"]


@dataclass(frozen=True, slots=True)
class Message:
    """What a customer wrote, as an agent pasted it.

    text    of any length; the rest after MAX_CHARACTERS is not read
    locale  BCP 47 tag of who reads the answers; the message may be in another language
    limit   answers wanted, 1 to kb.search.MAX_LIMIT
    """

    text: str
    locale: str
    limit: int = 5


@dataclass(frozen=True, slots=True)
class Answer:
    """A passage that may answer the message.

    heading, anchor  the section that it stands in; both "" when that is the article's opening
    passage          whole sentences, plain text of at most 300 characters
    passage_html     the same as safe HTML, matches in <mark>
    confidence       0 to 1: how likely it is that this is the answer
    why              words of the message that the article holds, those that tell most first
    """

    key: str
    locale: str
    slug: str
    title: str
    topic: str
    heading: str
    anchor: str
    passage: str
    passage_html: str
    confidence: float
    why: tuple[str, ...]
    verified: bool
    verified_on: date | None
    audience: Audience
    kind: Kind
    verify_every: int = DEFAULT_VERIFY_EVERY


@dataclass(frozen=True, slots=True)
class Suggestions:
    """The answers to one message, best first.

    state       "sure": send the first; "maybe": look at them first; "none": there is no answer,
                and what is in `answers` is only near it
    confidence  of the first answer, 0 to 1; 0 when there is none
    answers     in the language of the message, or the reader's if there is nothing in it
    elsewhere   answers in other languages
    asked       the sentences of the message that were searched for
    language    BCP 47 tag of the locale whose language the message is in; "" when unknown
    generation  name of the index generation that answered
    evidence    what the confidence of the first answer was judged by; None without answers
    """

    state: State = "none"
    confidence: float = 0.0
    answers: tuple[Answer, ...] = ()
    elsewhere: tuple[Answer, ...] = ()
    asked: tuple[str, ...] = ()
    language: str = ""
    generation: str = ""
    evidence: Evidence | None = None
