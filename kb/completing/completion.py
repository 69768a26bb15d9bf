"""Complete what is typed by titles, questions and headings.

Diacritics and the script of Chinese do not matter here: a completion is offered while they are
being typed. First come texts that hold every word, where the last one may be unfinished. When
those are few, words that carry little need not be there. When there are none, one word may be
missing, and words that no text which this reader may see holds stand for their neighbours in
spelling.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from kb.completing.likely import Slot, Wanted, likely
from kb.completing.offers import (
    MOST_NEAR,
    PLACE_BITS,
    PLACES,
    Entry,
    Keys,
    Mask,
    Offers,
    Rank,
    are_in,
    folded,
)
from kb.kernels import mark
from kb.words.analysis import Analyzer, Token
from kb.words.characters import tidy_query
from kb.words.stopwords import is_stop_word

MAX_CHARACTERS = 100
MAX_CORRECTED = 3
MIN_CORRECTED = 3
# A word that is known is only taken for another one when it is as long as this.
MIN_KNOWN_CORRECTED = 4
MIN_LET_GO_FROM = 3
# With so many offers that hold all that was typed, nothing else is looked for.
ENOUGH = 3

Offered = Iterator[tuple[Rank, Entry]]
# What a segment offers, and which of its articles may be offered.
Part = tuple[Offers, Mask]


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed.

    words          to look for; the last one may be unfinished
    is_unfinished  whether it is
    optional       by word, whether it carries so little that it need not be there
    chars          by word, whether it is a character of a script without spaces
    """

    words: tuple[str, ...]
    is_unfinished: bool
    optional: tuple[bool, ...]
    chars: tuple[bool, ...]


class Marks(NamedTuple):
    """What to mark in a text: whole words, and words that begin with `beginning`, if not ""."""

    words: frozenset[str]
    beginning: str


def typed_words(text: str, analyzer: Analyzer) -> Typed:
    """Return what was typed as words; any text is read up to MAX_CHARACTERS."""
    typed = tidy_query(text[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS]
    tokens = analyzer.tokens(typed)
    unfinished = bool(tokens) and tokens[-1].end == len(typed) and not tokens[-1].is_char
    return Typed(
        tuple(folded(token) for token in tokens),
        unfinished,
        _optional(tokens, analyzer.language),
        tuple(token.is_char for token in tokens),
    )


def _optional(tokens: Sequence[Token], language: str) -> tuple[bool, ...]:
    """Return which words say little; none where nothing else is there."""
    alone = [is_stop_word(token.exact, language) for token in tokens]
    paired = [False] * len(tokens)
    for i, (left, right) in enumerate(pairwise(tokens)):
        if right.is_char and right.follows and is_stop_word(right.pair(left), language):
            paired[i] = paired[i + 1] = True
    sure = [
        pair or (stop and not token.is_char)
        for token, stop, pair in zip(tokens, alone, paired, strict=True)
    ]
    # One character is also part of words that say much: 會 of 會議.
    likely = [one or two for one, two in zip(alone, sure, strict=True)]
    if likely.count(False) >= 2:
        return tuple(likely)
    return tuple(sure) if not all(sure) else (False,) * len(sure)


def marked(text: str, tokens: Sequence[Token], words: Sequence[str], marks: Marks) -> str:
    """Return an offered text as safe HTML, what was typed marked; its tokens are `words`."""
    spans: list[tuple[int, int]] = []
    for token, word in zip(tokens, words, strict=True):
        if word in marks.words:
            # Characters that follow each other are marked as one word.
            joins = token.is_char and spans and spans[-1][1] == token.start
            start = spans.pop()[0] if joins else token.start
            spans.append((start, token.end))
        elif marks.beginning and not token.is_char and word.startswith(marks.beginning):
            spans.append((token.start, min(token.end, token.start + len(marks.beginning))))
    return mark(text, spans)


def completions(
    typed: Typed, parts: Sequence[Part], found: Callable[[], int]
) -> Iterator[tuple[Marks, list[Offered]]]:
    """Yield better ways to complete before worse ones: what to mark, and each part's entries.

    parts  all segments of an index, so that what is known does not depend on their number
    found  how many were offered of what was yielded so far
    """
    beginning = typed.words[-1] if typed.is_unfinished else ""
    exact = Marks(frozenset(typed.words), beginning)
    yield exact, [complete(offers, typed, visible) for offers, visible in parts]
    slots = _slots(typed)
    # Where every word is known to stand together with the others, none is mistyped.
    if not found():
        slots = _corrected(slots, parts)
    content = [slot for slot in slots if not slot.is_optional]
    spare = int(len(content) >= MIN_LET_GO_FROM and not found() and not _is_begun(slots[-1]))
    is_more = spare or len(content) < len(slots) or any(slot.is_corrected for slot in slots)
    if is_more and found() < ENOUGH and _is_enough(content):
        yield _likely(Wanted(slots, spare, typed.chars), parts)
    if not found():
        for other in _otherwise(slots, parts):
            yield _likely(Wanted(other, 0, typed.chars), parts)
    if not found() and all(typed.chars) and len(slots) > MIN_LET_GO_FROM:
        # Of few characters that say much, one may be wrong, where the little ones are right.
        every = tuple(replace(slot, is_optional=False) for slot in slots)
        yield _likely(Wanted(every, 1, typed.chars), parts)


def _slots(typed: Typed) -> tuple[Slot, ...]:
    last = len(typed.words) - 1
    return tuple(
        Slot((word,), typed.is_unfinished and i == last, typed.optional[i])
        for i, word in enumerate(typed.words)
    )


def _is_enough(content: Sequence[Slot]) -> bool:
    """Whether the words that have to be there say enough without the others."""
    return len(content) > 1 or not _is_begun(content[0])


def _is_begun(slot: Slot) -> bool:
    """Whether only the first letter of a word is there."""
    return slot.is_prefix and len(slot.words[0]) < 2


def _likely(wanted: Wanted, parts: Sequence[Part]) -> tuple[Marks, list[Offered]]:
    words: set[str] = set()
    for slot, is_char in zip(wanted.slots, wanted.chars, strict=True):
        # Characters that say little are everywhere.
        if not (slot.is_optional and is_char):
            words.update(slot.words)
    last = wanted.slots[-1]
    marks = Marks(frozenset(words), last.words[0] if last.is_prefix else "")
    return marks, [likely(offers, wanted, visible) for offers, visible in parts]


def _corrected(slots: Sequence[Slot], parts: Sequence[Part]) -> tuple[Slot, ...]:
    """Return the slots with words that no visible text has as those one edit away."""
    better = list(slots)
    left = MAX_CORRECTED
    for i, slot in enumerate(slots):
        word = slot.words[0]
        if left and not slot.is_optional and _can_correct(word, MIN_CORRECTED):
            numbers = [offers.numbers(word, slot.is_prefix) for offers, _ in parts]
            known = any(
                offers.is_shown(found, visible)
                for found, (offers, visible) in zip(numbers, parts, strict=True)
            )
            if not known:
                left -= 1
                better[i] = _near(slot, parts)
    return tuple(better)


def _otherwise(slots: Sequence[Slot], parts: Sequence[Part]) -> Iterator[tuple[Slot, ...]]:
    """Yield the slots with one known word after the other as those one edit away."""
    left = MAX_CORRECTED
    for i, slot in enumerate(slots):
        wrong = not slot.is_optional and not slot.is_corrected
        if left and wrong and _can_correct(slot.words[0], MIN_KNOWN_CORRECTED):
            left -= 1
            better = _near(slot, parts)
            if better.is_corrected:
                yield (*slots[:i], better, *slots[i + 1 :])


def _can_correct(word: str, shortest: int) -> bool:
    """Whether a word may be mistyped: numbers and codes are not corrected."""
    return len(word) >= shortest and word.isalpha()


def _near(slot: Slot, parts: Sequence[Part]) -> Slot:
    """Return a slot for the shown words one edit away, the same one when there are none."""
    word = slot.words[0]
    known = {each for offers, seen in parts for each in offers.near(word, slot.is_prefix, seen)}
    if not known:
        return slot
    ordered = sorted(known, key=lambda each: (len(each), each))
    return replace(slot, words=tuple(ordered[:MOST_NEAR]), is_prefix=False, is_corrected=True)


def complete(offers: Offers, typed: Typed, visible: Mask) -> Offered:
    """Yield the entries that hold every word, best first, each with what it is ranked by.

    visible  by article number, which ones may be offered
    """
    for tier, numbers in enumerate(_tiers(offers, typed)):
        for number in numbers[visible[offers.articles[numbers]]].tolist():
            yield offers.ranked(number, tier)


def _tiers(offers: Offers, typed: Typed) -> Iterator[Keys]:
    """Yield the entries that begin so, those that hold it in one piece, then all others."""
    last = offers.numbers(typed.words[-1], typed.is_unfinished)
    others = [offers.keys(offers.numbers(word, False)) for word in typed.words[:-1]]
    if others:
        pieces = others[0]
        for place, keys in enumerate(others[1:], 1):
            pieces = pieces[are_in(pieces + place, keys)]
        pieces = pieces[offers.are_followed(pieces + len(others), last)]
    else:
        pieces = offers.keys(last)
    begins = np.sort(pieces[pieces & (PLACES - 1) == 0] >> PLACE_BITS)
    yield begins
    whole = np.unique(pieces >> PLACE_BITS)
    whole = whole[~are_in(whole, begins)]
    yield whole
    if others:
        # Of many entries with each of the words, few have all.
        fewest = min(others, key=len)
        anywhere = np.unique(fewest >> PLACE_BITS)
        for keys in others:
            if keys is not fewest:
                anywhere = anywhere[are_in(anywhere, keys >> PLACE_BITS)]
        anywhere = anywhere[offers.hold(anywhere, last)]
        anywhere = anywhere[~are_in(anywhere, begins)]
        yield anywhere[~are_in(anywhere, whole)]
