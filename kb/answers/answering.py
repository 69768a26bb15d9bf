"""From a customer's message to the passages that answer it, and how sure that is.

Answers in the language of the message come first, wherever the reader is; their translations and
what other locales know are offered beside them. Each locale's scores are its own, so answers of
two locales are never ranked against each other.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from html import escape
from itertools import accumulate
from typing import NamedTuple

from kb.answers.confidence import SHIPPED, Calibration
from kb.answers.excerpts import Excerpt, Excerpts
from kb.answers.inquiry import Said, inquire, said_in
from kb.answers.suggestions import Answer, Message, Suggestions
from kb.queries.languages import CLEAR, is_at_home, read_language
from kb.queries.messages import Words
from kb.results.snippets import SNIPPET_CHARACTERS
from kb.search import MAX_LIMIT
from kb.searcher import Searcher
from kb.segments.records import Head

MOST_ELSEWHERE = 5
# Translations are looked for of so many answers.
MOST_TRANSLATED = 3
# So many other locales are asked when the first one knows no answer.
MOST_LOCALES = 2


class Home(NamedTuple):
    """Whose articles come first.

    searcher  of the message's language, or of the reader's
    words     of the message, for that searcher
    language  locale of the message's language, "" when unknown
    others    the other locales, the likeliest language first
    """

    searcher: Searcher | None
    words: Words | None
    language: str
    others: tuple[Searcher, ...]

    @property
    def may_be_elsewhere(self) -> bool:
        """Whether other locales may know what this one does not.

        By words they know nothing of a message in a language that is known to be another one.
        """
        return not self.language or any(each.semantic for each in self.others[:MOST_LOCALES])


def answers(
    message: Message,
    own: Searcher | None,
    all_: Sequence[Searcher],
    now: datetime,
    calibration: Calibration = SHIPPED,
) -> Suggestions:
    """Return the answers to a message, those of its own language first.

    own  the searcher of the reader's locale
    """
    said = said_in(message.text)
    home = _home(said, own, all_)
    limit = max(1, min(message.limit, MAX_LIMIT))
    found = Suggestions()
    if home.searcher and home.words:
        found = _answered(said, home.words, home.searcher, limit, now, calibration)
    elsewhere = list(_translations(found.answers, own, all_, now))
    if found.state == "none" and home.may_be_elsewhere:
        elsewhere += _from_others(said, home.others, now, calibration)
    return replace(
        found,
        elsewhere=_once(elsewhere, found.answers)[:MOST_ELSEWHERE],
        asked=said.asking or ((said.text,) if said.text else ()),
        language=home.language,
    )


def _home(said: Said, own: Searcher | None, all_: Sequence[Searcher]) -> Home:
    others = tuple(searcher for searcher in all_ if searcher is not own)
    words = said.words(own) if own else None
    if own and words and is_at_home(words.tokens, own):
        return Home(own, words, own.locale, others)
    reading = read_language(said.text, own, others)
    by_locale = {searcher.locale: searcher for searcher in all_}
    likely = [by_locale[guess.locale] for guess in reading.guesses if reading.parts]
    first = own
    if likely and (own is None or reading.is_clear):
        first = likely[0]
    if first and first is not own:
        words = said.words(first)
    known = [guess.locale for guess in reading.guesses if guess.confidence >= CLEAR]
    language = first.locale if first and first.locale in known else ""
    rest = (each for each in dict.fromkeys((*likely, *all_)) if each is not first)
    return Home(first, words, language, tuple(rest))


def _answered(
    said: Said,
    words: Words,
    searcher: Searcher,
    limit: int,
    now: datetime,
    calibration: Calibration,
) -> Suggestions:
    """Return what one locale's articles answer."""
    inquiry = inquire(said, words, searcher, now)
    # One more than is wanted: how far the first one leads is a part of the evidence.
    ranked = inquiry.best(max(limit, 2)) if inquiry else []
    if not (inquiry and ranked):
        return Suggestions()
    excerpts = Excerpts(inquiry, searcher)
    shown = excerpts.of([article for article, _ in ranked[:limit]])
    evidence = [
        excerpts.evidence(each, lead)
        for each, lead in zip(shown, _leads([score for _, score in ranked]), strict=False)
    ]
    fit = calibration.fit_for(evidence[0])
    # None is likelier than the one before it: that is what its place says.
    confidences = list(accumulate(map(fit.confidence, evidence), min))
    found = tuple(
        _answer(searcher, each, confidence, excerpts.reasons(each), now)
        for each, confidence in zip(shown, confidences, strict=True)
    )
    state = fit.state(confidences[0], evidence[0].lead)
    return Suggestions(state, confidences[0], found, evidence=evidence[0])


def _leads(scores: Sequence[float]) -> list[float]:
    """Return by which share of its score each one leads the next."""
    return [1 - after / own for own, after in zip(scores, [*scores[1:], 0.0], strict=True)]


def _answer(
    searcher: Searcher,
    excerpt: Excerpt,
    confidence: float,
    why: tuple[str, ...],
    now: datetime,
) -> Answer:
    reader = searcher.reader
    answer = _introduced(reader.head(excerpt.article), confidence, now.date())
    heading = anchor = ""
    if excerpt.passage is not None:
        segment, _ = reader.segment_of(excerpt.article)
        place = excerpt.passage - segment.first_passage
        heading, anchor = segment.headings[place], segment.anchors[place]
    return replace(
        answer,
        heading=heading,
        anchor=anchor,
        passage=excerpt.plain,
        passage_html=excerpt.html,
        why=why,
    )


def _introduced(head: Head, confidence: float, today: date) -> Answer:
    """Return an article by its opening, for who reads it in this language."""
    summary = head.summary
    opening = (summary.description or head.opening)[:SNIPPET_CHARACTERS]
    return Answer(
        key=summary.key,
        locale=summary.locale,
        slug=summary.slug,
        title=summary.title,
        topic=summary.topic,
        heading="",
        anchor="",
        passage=opening,
        passage_html=escape(opening),
        confidence=confidence,
        why=(),
        verified=summary.is_verified(today),
        verified_on=summary.verified_on,
        audience=summary.audience,
        kind=summary.kind,
        verify_every=summary.verify_every,
    )


def _translations(
    found: Sequence[Answer], own: Searcher | None, all_: Sequence[Searcher], now: datetime
) -> Iterator[Answer]:
    """Yield the same articles in other languages, the reader's own first."""
    ordered = sorted(all_, key=lambda searcher: searcher is not own)
    home = {searcher.locale: searcher for searcher in all_}
    for answer in found[:MOST_TRANSLATED]:
        reader = home[answer.locale].reader
        family = reader.head(reader.number(answer.key)).summary.translation_key
        for searcher in ordered if family else ():
            for head in searcher.heads_named("family", family, now):
                if searcher.locale != answer.locale and not head.summary.exclude:
                    yield _introduced(head, answer.confidence, now.date())


def _from_others(
    said: Said, others: Sequence[Searcher], now: datetime, calibration: Calibration
) -> Iterator[Answer]:
    """Yield what other locales' articles answer, those that know an answer only."""
    for searcher in others[:MOST_LOCALES]:
        words = said.words(searcher)
        found = _answered(said, words, searcher, MOST_ELSEWHERE, now, calibration)
        if found.state != "none":
            yield from found.answers


def _once(answers_: Iterable[Answer], shown: Sequence[Answer]) -> tuple[Answer, ...]:
    """Return answers that are not shown already, each article once."""
    seen = {answer.key for answer in shown}
    rest: dict[str, Answer] = {}
    for answer in answers_:
        if answer.key not in seen:
            rest.setdefault(answer.key, answer)
    return tuple(rest.values())
