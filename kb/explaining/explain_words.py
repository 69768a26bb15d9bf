"""What each word of a query gives an article, and by which terms; for `kb.explaining.explain`.

A word's shares are the scores of a query that is only this word; which terms they come from is
looked up in the postings.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kb.explaining.explanation import Form, TermShare, Via, WordShare
from kb.queries.query import ParsedQuery, Slot, Term, Variant, Way
from kb.results.scoring import Scores, head_and_coverage, readings_of, score
from kb.segments.found import Reading
from kb.segments.reader import IndexReader
from kb.segments.segment import Rows
from kb.segments.shape import HEAD_PARTS, PARTS
from kb.words.analysis import Analyzer, Token
from kb.words.stopwords import is_stop_word
from kb.words.syllables import tone_placed

_HEAD_BITS = sum(1 << PARTS.index(part) for part in HEAD_PARTS)

# Terms as somebody spelled them, by stream and text.
Surfaces = dict[tuple[str, str], str]


class Place(NamedTuple):
    """Where an article's score comes from; `passage` is None when none of its passages matches."""

    article: int
    passage: int | None


class _Gain(NamedTuple):
    """What one term gives, and where it was found as bits over kb.segments.shape.PARTS."""

    head: float
    passage: float
    parts: int


_Row = tuple[Term, Via, _Gain]


def factor_of(scores: Scores, article: int) -> float:
    """Return the factor on an article's score."""
    return 1.0 if scores.factor is None else float(scores.factor[article])


class _Told(NamedTuple):
    """A slot and what it gives every article by itself.

    up_to  the same for its first two ways, its first three and so on: each article takes the
           best of them, and which one that is shows where the scores stop growing
    """

    slot: Slot
    alone: Scores
    up_to: tuple[Scores, ...]


def word_shares(
    query: ParsedQuery,
    places: Sequence[Place],
    surfaces: Sequence[Surfaces],
    reader: IndexReader,
    analyzer: Analyzer,
) -> list[list[WordShare]]:
    """Return for each article what each slot gives it, before the factors on the whole."""
    typed = spellings([query.text], analyzer)
    shares: list[list[WordShare]] = [[] for _ in places]
    for slot in query.slots:
        # One slot at a time: all of their arrays together would not fit on a small machine.
        told = _told(slot, query, reader)
        text, stop = typed_of(slot, typed), is_stop(slot, analyzer)
        for place, spelled, row in zip(places, surfaces, shares, strict=True):
            head, passage, coverage = _given(told.alone, place)
            row.append(
                WordShare(
                    text=text,
                    is_pair=not slot.counts and slot.terms[0].stream == "pair",
                    is_stop=stop,
                    terms=_term_shares(told, place, spelled, reader, analyzer),
                    head=head,
                    passage=passage,
                    coverage=coverage,
                )
            )
    return shares


def _told(slot: Slot, query: ParsedQuery, reader: IndexReader) -> _Told:
    def alone(slot: Slot) -> Scores:
        return score(query._replace(slots=(slot,)), reader)

    numbers = range(2, len(slot.ways) + 1)
    up_to = tuple(alone(slot._replace(ways=slot.ways[:number])) for number in numbers)
    return _Told(slot, alone(slot), up_to)


def _given(alone: Scores, place: Place) -> tuple[float, float, float]:
    """Return what a query of one slot gives: in the head, in the passage, for holding it."""
    coverage = head_and_coverage(alone.query)[1] * float(alone.covered[place.article])
    again = float(alone.again[place.article])
    in_all = float(alone.base[place.article]) / factor_of(alone, place.article)
    # What is left of a difference would be shown as -0 percent.
    head = max(0.0, in_all - coverage - again)
    passage = 0.0 if place.passage is None else float(alone.passages[place.passage])
    return head, passage, coverage


def _term_shares(
    told: _Told, place: Place, spelled: Surfaces, reader: IndexReader, analyzer: Analyzer
) -> tuple[TermShare, ...]:
    """Return the terms that a slot's gains come from, most first."""
    ways = told.slot.ways or (Way((told.slot,)),)
    gains = [
        [row for slot in way.slots for row in _gains(slot, way, place, told.alone)] for way in ways
    ]
    if told.up_to:
        gains = [_best_way(gains, told, place)]
    merged: dict[tuple[Term, Via], _Gain] = {}
    for term, via, gain in gains[0]:
        before = merged.get((term, via), _Gain(0.0, 0.0, 0))
        merged[term, via] = _Gain(
            before.head + gain.head, before.passage + gain.passage, before.parts | gain.parts
        )
    shares = [
        TermShare(
            text=spelled.get((term.stream, term.text)) or shown(term),
            form=_form(term, analyzer),
            via=via,
            parts=tuple(name for bit, name in enumerate(PARTS) if gain.parts >> bit & 1),
            head=gain.head,
            passage=gain.passage,
        )
        for (term, via), gain in merged.items()
        if gain.head or gain.passage
    ]
    return tuple(sorted(shares, key=lambda share: -(share.head + share.passage)))


def _best_way(ways: Sequence[Sequence[_Row]], told: _Told, place: Place) -> list[_Row]:
    """Return the rows of the way that counts, in the head and in the passage, as they count."""
    rows: list[_Row] = []
    totals = _given(told.alone, place)
    given = [_given(scores, place) for scores in told.up_to]
    for number, part in enumerate(("head", "passage")):
        sums = [sum(float(getattr(gain, part)) for _, _, gain in way) for way in ways]
        worth = [sums[0], *(row[number] for row in given)]
        chosen = min(range(len(ways)), key=lambda i: (round(abs(worth[i] - totals[number]), 9), i))
        scale = totals[number] / sums[chosen] if sums[chosen] else 0.0
        bits = _HEAD_BITS if part == "head" else ~_HEAD_BITS
        for term, via, gain in ways[chosen]:
            value = scale * float(getattr(gain, part))
            kept = gain.parts & bits
            own = _Gain(value, 0.0, kept) if part == "head" else _Gain(0.0, value, kept)
            rows.append((term, via, own))
    return rows


def _gains(slot: Slot, way: Way, place: Place, scores: Scores) -> list[_Row]:
    """Return the terms that count of a slot without ways of its own, and what they give."""
    readings, own = readings_of(slot, scores.reader)
    gains = [_gain(reading, place, scores) for reading in readings]
    if slot.variants and slot.counts:
        gains = _best_of(gains, own)
    # A word that alone has its stem is scored once for both terms.
    terms = [slot.terms[-1]] if own < len(slot.terms) else list(slot.terms)
    kinds: list[Via] = [way.kind or "typed"] * len(terms)
    for variant in slot.variants or slot.related:
        terms.append(variant.term)
        kinds.append(via_of(variant))
    return list(zip(terms, kinds, gains, strict=True))


def _best_of(gains: Sequence[_Gain], own: int) -> list[_Gain]:
    """Return the gains that count: of the word's own terms together and the others, the best."""
    ways = [list(range(own)), *([i] for i in range(own, len(gains)))]
    head = max(ways, key=lambda way: sum(gains[i].head for i in way))
    passage = max(ways, key=lambda way: sum(gains[i].passage for i in way))
    return [
        _Gain(
            gain.head if i in head else 0.0,
            gain.passage if i in passage else 0.0,
            (gain.parts & _HEAD_BITS if i in head else 0)
            | (gain.parts & ~_HEAD_BITS if i in passage else 0),
        )
        for i, gain in enumerate(gains)
    ]


def _gain(reading: Reading, place: Place, scores: Scores) -> _Gain:
    found, weight, _ = reading
    reader = scores.reader
    head_weight, _ = head_and_coverage(scores.query)
    head = passage = 0.0
    parts = 0
    for row in reader.rows(found):
        passages, heads = row.counts[0], row.counts[0] + row.counts[1]
        if (at := _place_in(row, reader.passages + place.article, passages, heads)) is not None:
            head += head_weight * weight * found.head_idf * float(row.gains[at])
            parts |= int(row.parts[at])
        if place.passage is None:
            continue
        if (at := _place_in(row, place.passage, 0, passages)) is not None:
            passage += weight * found.passage_idf * float(row.gains[at])
            parts |= int(row.parts[at])
    return _Gain(head, passage, parts)


def _place_in(row: Rows, number: int, first: int, end: int) -> int | None:
    """Return where a number stands among some of a term's postings; None when it does not."""
    at = first + int(np.searchsorted(row.places[first:end], number))
    return at if at < end and row.places[at] == number else None


def missing_words(query: ParsedQuery, shares: Sequence[WordShare]) -> tuple[str, ...]:
    """Return the words that an article does not hold, stop words left out.

    Of Chinese, which is looked up by pairs, it is the characters that no held pair has: that a
    pair across two words is missing says nothing.
    """
    missing: list[str] = []
    run: list[tuple[str, bool]] = []
    for slot, share in zip(query.slots, shares, strict=True):
        if not slot.counts:
            continue
        is_missing = not share.is_stop and not share.coverage
        if slot.terms[0].stream == "pair" and not slot.ways:
            if run and run[-1][0][-1:] != share.text[:1]:
                missing += _missing_characters(run)
                run = []
            run.append((share.text, is_missing))
        elif is_missing:
            missing.append(share.text)
    return tuple(dict.fromkeys([*missing, *_missing_characters(run)]))


def _missing_characters(run: Sequence[tuple[str, bool]]) -> list[str]:
    """Return the characters of pairs in a row that are in missing pairs only, in their runs."""
    if not run:
        return []
    characters = run[0][0][:1] + "".join(pair[-1:] for pair, _ in run)
    before = [True, *(is_missing for _, is_missing in run)]
    after = [*before[1:], True]
    kept = [
        character if left and right else " "
        for character, left, right in zip(characters, before, after, strict=True)
    ]
    return "".join(kept).split()


def via_of(variant: Variant) -> Via:
    """Return why a variant is one."""
    return variant.kind or "synonym"


def is_stop(slot: Slot, analyzer: Analyzer) -> bool:
    """Whether a slot is a word that says little."""
    return is_stop_word(slot.word or slot.terms[0].text, analyzer.language)


def typed_of(slot: Slot, typed: Surfaces) -> str:
    """Return what was typed for a slot."""
    term = Term("exact", slot.word) if slot.word else slot.terms[0]
    return typed.get((term.stream, term.text)) or shown(term)


def shown(term: Term) -> str:
    """Return a term for people to read."""
    return " ".join(tone_placed(word) for word in term.text.split(" "))


def _form(term: Term, analyzer: Analyzer) -> Form:
    if term.stream == "pair":
        return "pair"
    if term.stream == "loose":
        return "unaccented" if analyzer.is_vietnamese else "stem"
    return "character" if all(each.is_char for each in analyzer.tokens(term.text)) else "exact"


def spellings(texts: Iterable[str], analyzer: Analyzer) -> Surfaces:
    """Return the first spelling of every term of some texts."""
    found: Surfaces = {}
    for text in texts:
        tokens = analyzer.tokens(text)
        for token in tokens:
            word = text[token.start : token.end]
            found.setdefault(("exact", token.exact), word)
            found.setdefault(("loose", token.loose), word)
        for left, right in pairwise(tokens):
            if right.follows:
                found.setdefault(("pair", right.pair(left)), _between(text, left, right))
    return found


def _between(text: str, left: Token, right: Token) -> str:
    return " ".join(text[left.start : right.end].split())
