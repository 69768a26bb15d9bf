"""As-you-type completions from titles, questions and headings.

All whole words of what was typed have to be there and the last one may be unfinished. Diacritics
and the script of Chinese do not matter here: a completion is offered while they are being typed.
Entries are numbered by how well they would stand in a list (kind, length, alphabet), so that the
best ones of many are those with the smallest numbers.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
from numpy.typing import NDArray

from kb.analysis import Analyzer, Token
from kb.arrays import Array, Arrays
from kb.characters import tidy
from kb.records import Head
from kb.strings import add_strings, offsets_of, strings_of
from kb.syllables import fold
from kb.text import mark

MAX_CHARACTERS = 100
_KINDS: tuple[Literal["title", "question", "heading"], ...] = ("title", "question", "heading")
# A place in an entry and the entry in one number.
_PLACES = 1 << 16

Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One text that can be offered; `article` is the article's number in its segment."""

    text: str
    kind: Literal["title", "question", "heading"]
    article: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, as words to look for; the last one may be unfinished."""

    words: tuple[str, ...]
    is_unfinished: bool


def completion_arrays(heads: Sequence[Head], analyzer: Analyzer) -> dict[str, Array]:
    """Return the arrays that a segment's `Completer` reads."""
    entries = sorted(
        _entries(heads), key=lambda e: (_KINDS.index(e.kind), len(e.text), e.text, e.article)
    )
    holders: dict[str, list[int]] = defaultdict(list)
    written: list[list[str]] = []
    for number, entry in enumerate(entries):
        written.append([_folded(token) for token in analyzer.tokens(entry.text)[: _PLACES - 1]])
        for place, word in enumerate(written[-1]):
            holders[word].append(number * _PLACES + place)
    words = sorted(holders)
    number_of = {word: number for number, word in enumerate(words)}
    arrays: dict[str, Array] = {}
    add_strings(arrays, "offer_text", [entry.text for entry in entries])
    add_strings(arrays, "offer_anchor", [entry.anchor for entry in entries])
    add_strings(arrays, "offer_word", words)
    arrays["offer_kind"] = np.array([_KINDS.index(e.kind) for e in entries], dtype=np.uint8)
    arrays["offer_article"] = np.array([entry.article for entry in entries], dtype=np.int32)
    keys = [key for word in words for key in holders[word]]
    arrays["offer_key"] = np.array(keys, dtype=np.int64)
    arrays["offer_key_first"] = offsets_of([len(holders[word]) for word in words])
    numbers = [number_of[word] for row in written for word in row]
    arrays["offer_words"] = np.array(numbers, dtype=np.int32)
    arrays["offer_words_first"] = offsets_of([len(row) for row in written])
    return arrays


def typed_words(text: str, analyzer: Analyzer) -> Typed:
    """Return what was typed as words; any text is read up to MAX_CHARACTERS."""
    typed = tidy(text[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS]
    tokens = analyzer.tokens(typed)
    unfinished = bool(tokens) and tokens[-1].end == len(typed) and not tokens[-1].is_char
    return Typed(tuple(_folded(token) for token in tokens), unfinished)


def marked(text: str, tokens: Iterable[Token], typed: Typed) -> str:
    """Return an offered text as safe HTML, what was typed marked; `tokens` are the text's."""
    spans = []
    for token in tokens:
        word = _folded(token)
        if word in typed.words:
            spans.append((token.start, token.end))
        elif not token.is_char and word.startswith(typed.words[-1]):
            spans.append((token.start, min(token.end, token.start + len(typed.words[-1]))))
    return mark(text, spans)


class Completer:
    """Completes what is typed over the texts of one segment."""

    def __init__(self, arrays: Arrays) -> None:
        self._texts = strings_of(arrays, "offer_text")
        self._anchors = strings_of(arrays, "offer_anchor")
        self._words = strings_of(arrays, "offer_word")
        self._kinds = arrays["offer_kind"]
        self._articles = cast(NDArray[np.int32], arrays["offer_article"])
        self._keys = arrays["offer_key"]
        self._keys_first = arrays["offer_key_first"].data
        self._written = arrays["offer_words"]
        self._written_first = arrays["offer_words_first"]

    def complete(
        self, typed: Typed, visible: NDArray[np.bool_]
    ) -> Iterator[tuple[tuple[int, int, int, str], Entry]]:
        """Yield entries, best first, each with what it is ranked by.

        visible  by article number, which ones may be offered
        """
        for tier, numbers in enumerate(self._tiers(typed)):
            for number in numbers[visible[self._articles[numbers]]].tolist():
                entry = self._entry(number)
                rank = (tier, _KINDS.index(entry.kind), len(entry.text), entry.text)
                yield rank, entry

    def _tiers(self, typed: Typed) -> Iterator[Keys]:
        """Yield the entries that begin so, those that hold it in one piece, then all others."""
        last = self._numbers(typed.words[-1], typed.is_unfinished)
        others = [self._keys_of(self._numbers(word, False)) for word in typed.words[:-1]]
        if others:
            pieces = others[0]
            for place, keys in enumerate(others[1:], 1):
                pieces = pieces[_are_in(pieces + place, keys)]
            pieces = pieces[self._are_followed(pieces + len(others), last)]
        else:
            pieces = self._keys_of(last)
        begins = np.sort(pieces[pieces % _PLACES == 0] // _PLACES)
        yield begins
        whole = np.unique(pieces // _PLACES)
        whole = whole[~_are_in(whole, begins)]
        yield whole
        if others:
            # Of many entries with each of the words, few have all.
            fewest = min(others, key=len)
            anywhere = np.unique(fewest // _PLACES)
            for keys in others:
                if keys is not fewest:
                    anywhere = anywhere[_are_in(anywhere, keys // _PLACES)]
            anywhere = anywhere[self._hold(anywhere, last)]
            anywhere = anywhere[~_are_in(anywhere, begins)]
            yield anywhere[~_are_in(anywhere, whole)]

    def _numbers(self, word: str, is_unfinished: bool) -> range:
        """Return the numbers of the words that a typed one stands for."""
        if is_unfinished:
            return self._words.beginning(word)
        place = self._words.place(word)
        here = place < len(self._words) and self._words[place] == word
        return range(place, place + here)

    def _keys_of(self, numbers: range) -> Keys:
        return self._keys[self._keys_first[numbers.start] : self._keys_first[numbers.stop]]

    def _are_followed(self, keys: Keys, numbers: range) -> NDArray[np.bool_]:
        """Return whether one of these words stands at each place."""
        entries, places = keys // _PLACES, keys % _PLACES
        there = self._written_first[entries] + places
        inside = there < self._written_first[entries + 1]
        written = self._written[np.where(inside, there, 0)]
        followed: NDArray[np.bool_] = inside & (written >= numbers.start) & (written < numbers.stop)
        return followed

    def _hold(self, entries: Keys, numbers: range) -> NDArray[np.bool_]:
        """Return whether each entry holds one of these words."""
        if not len(entries):
            return np.zeros(0, dtype=bool)
        first = self._written_first[entries]
        counts = self._written_first[entries + 1] - first
        begins = np.cumsum(counts) - counts
        written = self._written[np.repeat(first - begins, counts) + np.arange(int(counts.sum()))]
        held: NDArray[np.bool_] = np.logical_or.reduceat(
            (written >= numbers.start) & (written < numbers.stop), begins
        )
        return held

    def _entry(self, number: int) -> Entry:
        return Entry(
            self._texts[number],
            _KINDS[self._kinds[number]],
            int(self._articles[number]),
            self._anchors[number],
        )


def _are_in(values: Keys, ascending: Keys) -> NDArray[np.bool_]:
    """Return which values are among some that ascend."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    places = np.minimum(ascending.searchsorted(values), len(ascending) - 1)
    found: NDArray[np.bool_] = ascending[places] == values
    return found


def _entries(heads: Sequence[Head]) -> Iterator[Entry]:
    for number, head in enumerate(heads):
        if head.summary.exclude:
            continue
        yield Entry(head.summary.title, "title", number)
        for question in head.questions:
            yield Entry(question, "question", number)
        for anchor, heading in head.headings:
            yield Entry(heading, "heading", number, anchor)


def _folded(token: Token) -> str:
    return token.exact if token.is_char else fold(token.exact)
