"""Say parts of a query otherwise: by the writers' synonyms, and as one word instead of two.

The words as typed stay one of the ways; an article counts by the way that gives it most.
Vocabulary decides what is tried, so nothing is looked for that the reader's articles do not hold.
"""

from collections.abc import Iterator, Sequence
from heapq import nsmallest
from itertools import islice
from typing import NamedTuple

from kb.queries.query import STOP_WEIGHT, ParsedQuery, Slot, Term, Variant, Way, places_of, slots_of
from kb.queries.synonyms import Synonyms
from kb.segments.reader import IndexReader
from kb.words.analysis import PAIR_JOINER, Analyzer, Token
from kb.words.stopwords import is_stop_word

SYNONYM_WEIGHT = 0.8
COMPOUND_WEIGHT = 0.8
SPLIT_WEIGHT = 0.7
# Of two words that are also one, their pair says most: who logs in looks for no log. The pair of
# "logging in" is the same, so what is left of their weight is for the words as they were typed.
APART_WEIGHT = 0.4
HALF_WEIGHT = 0.3
MAX_WAYS = 5
MAX_REWORDED = 6
MAX_TRIED = 2 * MAX_REWORDED
MAX_SPLIT = 24
MIN_COMPOUND = 4
# A compound that articles write otherwise so much more rarely is looked for as it was typed.
USUAL_SHARE_APART = 0.1
USUAL_SHARE_JOINED = 0.3
LEAST_USUAL = 3


class Other(NamedTuple):
    """What may stand for a stretch: a way, and the words that it begins and ends with."""

    way: Way
    first: Token
    last: Token


class Reworded(NamedTuple):
    """A stretch of the query's tokens, and what may stand for it."""

    start: int
    end: int
    others: tuple[Other, ...]


def reworded(
    query: ParsedQuery, synonyms: Synonyms | None, index: IndexReader, analyzer: Analyzer
) -> list[Reworded]:
    """Return the stretches of a query that can be said otherwise; none overlap.

    Of more than are tried, those with synonyms go first, and of these the longest.
    """
    found: list[Reworded] = []
    if synonyms is not None:
        found += islice(_synonymous(query.tokens, synonyms, index, analyzer), MAX_REWORDED)
    if not analyzer.is_vietnamese:
        taken = {i for each in found for i in range(each.start, each.end)}
        joined = _joined(query.tokens, taken, index, analyzer)
        found += islice(joined, MAX_REWORDED - len(found))
    return found


def _synonymous(
    tokens: Sequence[Token], synonyms: Synonyms, index: IndexReader, analyzer: Analyzer
) -> Iterator[Reworded]:
    said = synonyms.said(tokens, accents_differ=analyzer.is_vietnamese)
    longest = nsmallest(MAX_TRIED, said, key=lambda each: each.start - each.end)
    for start, end, others in longest:
        known: list[Other] = []
        for text in others:
            words = analyzer.tokens(text)
            slots = tuple(slots_of(words, analyzer))
            if are_held(slots, index):
                known.append(Other(Way(slots, SYNONYM_WEIGHT, "synonym"), words[0], words[-1]))
            if len(known) == MAX_WAYS:
                break
        if known and end - start == 2 and not analyzer.is_vietnamese:
            known = _with_compound(known, tokens[start], tokens[start + 1], index, analyzer)
        if known:
            yield Reworded(start, end, tuple(known))


def _with_compound(
    known: list[Other], left: Token, right: Token, index: IndexReader, analyzer: Analyzer
) -> list[Other]:
    """Return what may stand for two words, the one word that they also are first."""
    whole = _compound(left, right, index, analyzer)
    if whole is None:
        return known
    others = [other for other in known if other.way.slots != whole.way.slots]
    return [whole, *others[: MAX_WAYS - 1]]


def are_held(slots: Sequence[Slot], index: IndexReader) -> bool:
    """Whether the index knows all words of some slots, stop words apart, and one at least."""
    words = [slot for slot in slots if slot.counts and slot.weight > STOP_WEIGHT]
    if not words:
        words = [slot for slot in slots if slot.counts]
    return bool(words) and all(
        index.find(slot.terms[0].stream, slot.terms[0].text).documents for slot in words
    )


def _joined(
    tokens: Sequence[Token], taken: set[int], index: IndexReader, analyzer: Analyzer
) -> Iterator[Reworded]:
    """Yield the neighbours that articles write as one word: log in."""
    last = -1
    for i in range(1, len(tokens)):
        if last == i - 1 or {i - 1, i} & taken:
            continue
        if whole := _compound(tokens[i - 1], tokens[i], index, analyzer):
            last = i
            yield Reworded(i - 1, i + 1, (whole,))


def _compound(left: Token, right: Token, index: IndexReader, analyzer: Analyzer) -> Other | None:
    """Return the one word that two neighbours also are, or None."""
    if not right.follows or right.is_char or not _is_joined(left, right, index):
        return None
    if all(is_stop_word(token.exact, analyzer.language) for token in (left, right)):
        return None
    whole = analyzer.tokens(left.exact + right.exact)
    way = Way(tuple(slots_of(whole, analyzer)), COMPOUND_WEIGHT, "compound")
    return Other(way, whole[0], whole[-1])


def _is_joined(left: Token, right: Token, index: IndexReader) -> bool:
    """Whether articles write two neighbours as one word often enough."""
    key = f"{left.exact} {right.exact}"
    known = index.joined.get(key)
    if known is None:
        word = left.exact + right.exact
        known = len(word) >= MIN_COMPOUND and word.isalpha() and index.has("exact", word)
        if known:
            apart = index.frequency("pair", right.pair(left))
            known = _is_usual(index.frequency("exact", word), apart, USUAL_SHARE_JOINED)
        index.joined.keep(key, known)
    return known


def _is_usual(number: int, other: int, share: float) -> bool:
    """Whether a spelling in `number` documents stands beside one in `other` documents."""
    return number > 0 and (not other or number >= max(LEAST_USUAL, share * other))


def split_of(word: str, index: IndexReader, analyzer: Analyzer) -> tuple[str, str] | None:
    """Return the two words that articles write for one, or None: login, e-mail."""
    if not MIN_COMPOUND <= len(word) <= MAX_SPLIT or not word.isalpha():
        return None
    best, most = None, 0
    for place in range(1, len(word)):
        left, right = word[:place], word[place:]
        pair = _pair(left, right, analyzer)
        number = index.frequency("pair", pair) if index.has("pair", pair) else 0
        # What ends in a stop word may be one word, what begins with one is as if by chance: asset.
        if number > most and not is_stop_word(left, analyzer.language):
            best, most = (left, right), number
    whole = index.frequency("exact", word)
    return best if _is_usual(most, whole, USUAL_SHARE_APART) else None


def split_variant(halves: tuple[str, str], analyzer: Analyzer) -> Variant:
    """Return the reading of a word as two."""
    return Variant(Term("pair", _pair(*halves, analyzer)), SPLIT_WEIGHT, "compound")


def _pair(left: str, right: str, analyzer: Analyzer) -> str:
    return analyzer.forms(left)[1] + PAIR_JOINER + analyzer.forms(right)[1]


def with_ways(
    query: ParsedQuery, slots: list[Slot], found: Sequence[Reworded], index: IndexReader
) -> list[Slot]:
    """Return the slots with those of each stretch put into one that has all its ways."""
    places = list(places_of(query.tokens))
    new: dict[int, Slot] = {}
    gone: set[int] = set()
    for each in found:
        own = [places[each.start][0]]
        for i in range(each.start + 1, each.end):
            own += [place for place in places[i] if place >= 0]
        _pair_with_neighbours(slots, places, query.tokens, each, index)
        new[own[0]] = _sayable([slots[place] for place in own], each, query)
        gone.update(own[1:])
    return [new.get(place, slot) for place, slot in enumerate(slots) if place not in gone]


def _sayable(typed: Sequence[Slot], stretch: Reworded, query: ParsedQuery) -> Slot:
    first, last = query.tokens[stretch.start], query.tokens[stretch.end - 1]
    ways = [other.way for other in stretch.others]
    is_compound = any(way.kind == "compound" for way in ways)
    return Slot(
        terms=_terms(typed) or typed[0].terms,
        weight=max(slot.weight for slot in typed),
        variants=tuple(
            Variant(term, way.weight, way.kind) for way in ways for term in _terms(way.slots)
        ),
        word=query.text[first.start : last.end],
        start=first.start,
        ways=(Way(tuple(map(_in_compound, typed) if is_compound else typed)), *ways),
    )


def _in_compound(slot: Slot) -> Slot:
    """Return the slot of one of two words that are also one, or that of their pair."""
    if slot.word:
        return slot._replace(
            terms=(Term("exact", slot.word),), weight=min(slot.weight, HALF_WEIGHT)
        )
    terms = tuple(term._replace(weight=term.weight * APART_WEIGHT) for term in slot.terms)
    variants = tuple(each._replace(weight=each.weight * APART_WEIGHT) for each in slot.variants)
    return slot._replace(terms=terms, variants=variants, weight=1.0, counts=True)


def _terms(slots: Sequence[Slot]) -> tuple[Term, ...]:
    """Return the terms that say something."""
    return tuple(
        term for slot in slots if slot.counts and slot.weight > STOP_WEIGHT for term in slot.terms
    )


def _pair_with_neighbours(
    slots: list[Slot],
    places: Sequence[tuple[int, int]],
    tokens: Sequence[Token],
    stretch: Reworded,
    index: IndexReader,
) -> None:
    """Let the pairs on both sides of a stretch also stand for those of its other ways."""
    start, end, others = stretch
    if places[start][1] >= 0:
        before = tokens[start - 1]
        pairs = [(o.first.pair(before), o.way) for o in others if o.first.is_char == before.is_char]
        slots[places[start][1]] = _paired(slots[places[start][1]], pairs, index)
    if end < len(tokens) and places[end][1] >= 0:
        after = tokens[end]
        pairs = [(after.pair(o.last), o.way) for o in others if o.last.is_char == after.is_char]
        slots[places[end][1]] = _paired(slots[places[end][1]], pairs, index)


def _paired(slot: Slot, pairs: Sequence[tuple[str, Way]], index: IndexReader) -> Slot:
    known = {slot.terms[0].text, *(variant.term.text for variant in slot.variants)}
    new = [
        Variant(Term("pair", text), way.weight, way.kind)
        for text, way in pairs
        if text not in known and index.has("pair", text)
    ]
    return slot._replace(variants=(*slot.variants, *new))
