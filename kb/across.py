"""Results from other languages than the reader's, where those of the reader's own are weak.

Each locale has an index of its own, whose scores say nothing about another's. So the languages
come in the order of their likelihood (`kb.languages`), and within one its own order holds. What is
found in another language leads the reader to the same article in their own, if it is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from kb.languages import Reading, is_at_home, read_language, without_others_words
from kb.query import parse
from kb.ranking import allowed
from kb.records import Head
from kb.search import Hit, Query, Results
from kb.searcher import Searcher

MOST_ELSEWHERE = 5
# Where the language is not clear, so many of the likeliest one, that others have their place.
MOST_OF_ONE = 3
MOST_LOCALES = 2
# More than are shown, for some lead to articles that are there already.
_LOOKED_AT = 10


class Found(NamedTuple):
    """A hit in another locale, and the searcher that knows its article."""

    searcher: Searcher
    hit: Hit


def with_other_languages(
    query: Query, results: Results, own: Searcher | None, all_: Sequence[Searcher], now: datetime
) -> Results:
    """Return `results` with hits from other locales if those are worth a look.

    They are when nothing here matches, when the query is clearly in another language, or when it
    has a word that only other locales hold. Good results of the reader's own are left as they are.
    """
    others = [searcher for searcher in all_ if searcher is not own]
    if query.offset or not others:
        return results
    if results.hits and own is not None and is_at_home(query.text, own):
        return results
    reading = read_language(query.text, own, others)
    if not reading.parts or (results.hits and not reading.is_foreign):
        return results
    found = found_elsewhere(query, reading, others, now)
    elsewhere = _shown(found, query, results, own, now)
    if not elsewhere:
        return results
    moved = {hit.key for hit in elsewhere}
    return replace(
        results,
        elsewhere=elsewhere,
        relaxed=tuple(hit for hit in results.relaxed if hit.key not in moved),
        # What is no word of the reader's language has no spelling in it.
        did_you_mean=None if reading.is_clear else results.did_you_mean,
    )


def found_elsewhere(
    query: Query, reading: Reading, others: Sequence[Searcher], now: datetime
) -> Iterator[Found]:
    """Yield what matches in other locales, the likeliest language first."""
    by_locale = {searcher.locale: searcher for searcher in others}
    likely = [by_locale[guess.locale] for guess in reading.guesses if guess.locale in by_locale]
    first_ones = MOST_ELSEWHERE if reading.is_clear else MOST_OF_ONE
    partly: list[Found] = []
    rest: list[Found] = []
    has_found = False
    # Who takes no more than the first locale's does not search the second.
    for searcher in likely[:MOST_LOCALES]:
        # Who knows what is meant is asked the whole of it.
        text = query.text if searcher.semantic else without_others_words(reading, searcher.locale)
        results = searcher.search(replace(query, text=text, limit=_LOOKED_AT), now)
        found = [Found(searcher, hit) for hit in results.hits]
        partly = partly or [Found(searcher, hit) for hit in results.relaxed[:MOST_OF_ONE]]
        has_found = has_found or bool(found)
        yield from found[:first_ones]
        rest += found[first_ones:]
    yield from rest
    if reading.is_clear and not has_found:
        yield from partly


def _shown(
    found: Iterator[Found], query: Query, results: Results, own: Searcher | None, now: datetime
) -> tuple[Hit, ...]:
    """Return the first of what was found, each article once and in the reader's own language."""
    shown: dict[str, Hit] = {}
    seen = {hit.key for hit in results.hits}
    for searcher, hit in found:
        family = searcher.reader.head(searcher.reader.number(hit.key)).summary.translation_key
        relative = _relative(family, query, own, now) if own else None
        if own and relative:
            hit = own.introduced(relative, query, hit.score, now)
        # Translations of one article into two other languages are one as well.
        same = {hit.key, f"family:{family}"} if family else {hit.key}
        if seen.isdisjoint(same):
            shown[hit.key] = hit
        seen |= same
        if len(shown) == MOST_ELSEWHERE:
            break
    return tuple(shown.values())


def _relative(family: str, query: Query, own: Searcher, now: datetime) -> Head | None:
    """Return the translation in the reader's locale, if searches may find it; None otherwise."""
    if not family:
        return None
    excluded = parse(query.text, own.analyzer)._replace(required=())
    left = allowed(excluded, own.reader)
    for head in own.heads_named("family", family, now):
        summary = head.summary
        in_topic = query.topic is None or summary.topic == query.topic
        is_left = left is None or bool(left[own.reader.number(summary.key)])
        if in_topic and is_left and not summary.exclude:
            return head
    return None
