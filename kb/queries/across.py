"""Results from other languages than the reader's, where those of the reader's own are weak.

Each locale has an index of its own, whose scores say nothing about another's. So the languages
come in the order of their likelihood (`kb.queries.languages`), and within one its own order holds.
What is found in another language leads the reader to the same article in their own, if it is there.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby, islice
from typing import NamedTuple

from kb.queries.languages import Reading, is_at_home, read_language, without_others_words
from kb.queries.query import ParsedQuery, parse
from kb.results.ranking import LEAST_COVERAGE, allowed
from kb.search import Hit, Query, Results
from kb.searcher import Searcher
from kb.segments.records import Head

MOST_ELSEWHERE = 5
# Where the language is not clear, so many of the likeliest one, that others have their place.
MOST_OF_ONE = 3
MOST_LOCALES = 2
# What holds so much of a query lacks none of its words, but for a stop word.
ALL_COVERAGE = 0.9
# More than are shown, for some lead to articles that are there already.
_LOOKED_AT = 10


class Found(NamedTuple):
    """A hit in another locale, and the searcher that knows its article."""

    searcher: Searcher
    hit: Hit


def with_other_languages(
    query: Query,
    parsed: ParsedQuery | None,
    results: Results,
    own: Searcher | None,
    all_: Sequence[Searcher],
    now: datetime,
) -> Results:
    """Return `results` with hits from other locales if those are worth a look.

    They are when nothing here has any of the query, when the query is clearly in another language,
    or when it has a word that only other locales hold. Where the reader's own match a part of it,
    others are also worth a look that hold all of it. Good results of the reader's own are left as
    they are; what matches little of another language's query is chance, and gives way.
    """
    others = [searcher for searcher in all_ if searcher is not own]
    if query.offset or not others:
        return results
    if results.hits and own and parsed and is_at_home(parsed.tokens, own):
        return results
    reading = read_language(query.text, own, others)
    if not reading.parts or (results.hits and not reading.is_foreign):
        return results
    if own and results.relaxed and not reading.is_foreign:
        knowing = [searcher for searcher in others if reading.is_held_by(searcher.locale)]
        found = found_elsewhere(query, reading, knowing, now)
        # Not so many that the reader's own would be out of sight.
        found = islice(_holding_all(found, query, now), MOST_OF_ONE)
    else:
        found = found_elsewhere(query, reading, others, now)
    elsewhere = _shown(found, query, results, own, now)
    if not elsewhere:
        return results
    moved = {hit.key for hit in elsewhere}
    relaxed = [hit for hit in results.relaxed if hit.key not in moved]
    if own and reading.is_clear and relaxed:
        shares = _shares(own, relaxed, query, now)
        relaxed = [hit for hit in relaxed if shares[hit.key] >= LEAST_COVERAGE]
    return replace(
        results,
        elsewhere=elsewhere,
        relaxed=tuple(relaxed),
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
        # Who knows what is meant is asked the whole of it, and so is who chooses the words of a
        # message.
        asks_all = searcher.semantic or not reading.is_whole
        text = query.text if asks_all else without_others_words(reading, searcher.locale)
        results = searcher.search(replace(query, text=text, limit=_LOOKED_AT), now)
        found = [Found(searcher, hit) for hit in results.hits]
        partly = partly or [Found(searcher, hit) for hit in results.relaxed[:MOST_OF_ONE]]
        has_found = has_found or bool(found)
        yield from found[:first_ones]
        rest += found[first_ones:]
    yield from rest
    if reading.is_clear and not has_found:
        yield from partly


def _holding_all(found: Iterator[Found], query: Query, now: datetime) -> Iterator[Found]:
    """Yield those of what was found that hold all of the query, but for its stop words."""
    for searcher, rows in groupby(found, key=lambda each: each.searcher):
        hits = [each.hit for each in rows]
        shares = _shares(searcher, hits, query, now)
        yield from (Found(searcher, hit) for hit in hits if shares[hit.key] >= ALL_COVERAGE)


def _shares(
    searcher: Searcher, hits: Iterable[Hit], query: Query, now: datetime
) -> dict[str, float]:
    """Return by key which share of the whole query some hits hold, 0 to 1."""
    asked = searcher.asked(query.text, now)
    if asked is None or not asked.scores.asked:
        return {hit.key: 0.0 for hit in hits}
    covered, number = asked.scores.covered, searcher.reader.number
    return {hit.key: float(covered[number(hit.key)]) / asked.scores.asked for hit in hits}


def _shown(
    found: Iterator[Found], query: Query, results: Results, own: Searcher | None, now: datetime
) -> tuple[Hit, ...]:
    """Return the first of what was found, each article once and in the reader's own language."""
    shown: dict[str, tuple[Hit, Head | None]] = {}
    seen = {hit.key for hit in results.hits}
    relatives = _Relatives(query, own, now) if own else None
    for searcher, hit in found:
        family = searcher.reader.head(searcher.reader.number(hit.key)).summary.translation_key
        relative = relatives.of(family) if relatives else None
        key = relative.summary.key if relative else hit.key
        # Translations of one article into two other languages are one as well.
        same = {key, f"family:{family}"} if family else {key}
        if seen.isdisjoint(same):
            shown[key] = hit, relative
        seen |= same
        if len(shown) == MOST_ELSEWHERE:
            break
    known = [(head, hit.score) for hit, head in shown.values() if head]
    introduced = own.introduced(known, query, now) if own else []
    by_key = {hit.key: hit for hit in introduced}
    return tuple(by_key.get(key, hit) for key, (hit, _) in shown.items())


class _Relatives:
    """The translations in the reader's locale that searches may find."""

    def __init__(self, query: Query, own: Searcher, now: datetime) -> None:
        self._own, self._topic, self._now = own, query.topic, now
        excluded = parse(query.text, own.analyzer)._replace(required=())
        self._left = allowed(excluded, own.reader)

    def of(self, family: str) -> Head | None:
        """Return the article of a translation family, if there is one; None otherwise."""
        if not family:
            return None
        for head in self._own.heads_named("family", family, self._now):
            summary = head.summary
            in_topic = self._topic is None or summary.topic == self._topic
            number = self._own.reader.number(summary.key)
            is_left = self._left is None or bool(self._left[number])
            if in_topic and is_left and not summary.exclude:
                return head
        return None
