"""The texts that can be offered while somebody types: titles, questions and headings of a segment.

Entries are numbered by how well they would stand in a list (kind, length, alphabet), so that the
best ones of many are those with the smallest numbers. A key is the number of an entry and a place
in it in one integer, so that neighbouring words have neighbouring keys.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray

from kb.queries.spelling import is_one_edit
from kb.segments.arrays import Array, Arrays
from kb.segments.records import Head
from kb.segments.strings import add_strings, offsets_of, strings_of
from kb.words.analysis import Analyzer, Token
from kb.words.syllables import fold

KINDS: tuple[Literal["title", "question", "heading"], ...] = ("title", "question", "heading")
PLACE_BITS = 16
PLACES = 1 << PLACE_BITS
# Words are compared letter by letter up to here to find those one edit apart.
LETTERS = 16
MOST_NEAR = 32

Keys = NDArray[np.int64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Entry:
    """One text that can be offered; `article` is the article's number in its segment."""

    text: str
    kind: Literal["title", "question", "heading"]
    article: int
    anchor: str = ""


class Rank(NamedTuple):
    """What entries are ordered by, best first; equal in whatever segment an entry stands.

    tier    how well it fits what was typed
    misfit  how badly, among those of one tier
    """

    tier: int
    misfit: int
    kind: int
    length: int
    text: str


def completion_arrays(heads: Sequence[Head], analyzer: Analyzer) -> dict[str, Array]:
    """Return the arrays that a segment's `Offers` read."""
    entries = sorted(
        _entries(heads), key=lambda e: (KINDS.index(e.kind), len(e.text), e.text, e.article)
    )
    holders: dict[str, list[int]] = defaultdict(list)
    written: list[list[str]] = []
    for number, entry in enumerate(entries):
        written.append([folded(token) for token in analyzer.tokens(entry.text)[: PLACES - 1]])
        for place, word in enumerate(written[-1]):
            holders[word].append(number * PLACES + place)
    words = sorted(holders)
    number_of = {word: number for number, word in enumerate(words)}
    arrays: dict[str, Array] = {}
    add_strings(arrays, "offer_text", [entry.text for entry in entries])
    add_strings(arrays, "offer_anchor", [entry.anchor for entry in entries])
    add_strings(arrays, "offer_word", words)
    arrays["offer_letter"] = _letters(words)
    arrays["offer_kind"] = np.array([KINDS.index(e.kind) for e in entries], dtype=np.uint8)
    arrays["offer_article"] = np.array([entry.article for entry in entries], dtype=np.int32)
    keys = [key for word in words for key in holders[word]]
    arrays["offer_key"] = np.array(keys, dtype=np.int64)
    arrays["offer_key_first"] = offsets_of([len(holders[word]) for word in words])
    numbers = [number_of[word] for row in written for word in row]
    arrays["offer_words"] = np.array(numbers, dtype=np.int32)
    arrays["offer_words_first"] = offsets_of([len(row) for row in written])
    return arrays


def folded(token: Token) -> str:
    """Return a token as it is compared here: without diacritics and the script of Chinese."""
    return token.exact if token.is_char else fold(token.exact)


class Offers:
    """What one segment can offer, and which of it holds which words."""

    def __init__(self, arrays: Arrays) -> None:
        self._texts = strings_of(arrays, "offer_text")
        self._anchors = strings_of(arrays, "offer_anchor")
        self._words = strings_of(arrays, "offer_word")
        self._letters = arrays["offer_letter"].reshape(LETTERS, -1)
        self._kinds = arrays["offer_kind"].data
        self.articles = cast(NDArray[np.int32], arrays["offer_article"])
        self._keys = arrays["offer_key"]
        self._keys_first = arrays["offer_key_first"].data
        self._written = arrays["offer_words"]
        self._written_first = arrays["offer_words_first"]

    @property
    def entries(self) -> int:
        """Return how many there are."""
        return len(self.articles)

    @property
    def words(self) -> int:
        """Return how many different words they have."""
        return len(self._words)

    def numbers(self, word: str, is_prefix: bool) -> range:
        """Return the numbers of the words that a typed one stands for."""
        if is_prefix:
            return self._words.beginning(word)
        place = self._words.place(word)
        here = place < len(self._words) and self._words[place] == word
        return range(place, place + here)

    def count(self, numbers: range) -> int:
        """Return how many keys the words with these numbers have."""
        return self._keys_first[numbers.stop] - self._keys_first[numbers.start]

    def keys(self, numbers: range) -> Keys:
        """Return where the words with these numbers stand; those of one word ascend."""
        return self._keys[self._keys_first[numbers.start] : self._keys_first[numbers.stop]]

    def is_shown(self, numbers: range, visible: Mask) -> bool:
        """Whether an entry that may be offered holds one of these words."""
        keys = self.keys(numbers)
        if not len(keys):
            return False
        # The first one nearly always tells, and there may be very many.
        if visible[self.articles[keys[0] >> PLACE_BITS]]:
            return True
        return bool(visible[self.articles[keys >> PLACE_BITS]].any())

    def are_followed(self, keys: Keys, numbers: range) -> Mask:
        """Return whether one of these words stands at each place."""
        entries, places = keys >> PLACE_BITS, keys & (PLACES - 1)
        there = self._written_first[entries] + places
        inside = there < self._written_first[entries + 1]
        written = self._written[np.where(inside, there, 0)]
        followed: Mask = inside & (written >= numbers.start) & (written < numbers.stop)
        return followed

    def words_of(self, entries: Keys, gap: int = 0) -> tuple[NDArray[np.int32], Keys]:
        """Return the words of some entries in a row, and where those of each begin.

        gap  so many times -1 stands after the words of each entry
        """
        first = self._written_first[entries]
        counts = self._written_first[entries + 1] - first
        sizes = counts + gap
        begins = np.cumsum(sizes) - sizes
        places = np.arange(int(sizes.sum()))
        if not gap:
            return self._written[np.repeat(first - begins, sizes) + places], begins
        row = np.full(len(places), -1, dtype=np.int32)
        inside = places < np.repeat(begins + counts, sizes)
        row[inside] = self._written[(np.repeat(first - begins, sizes) + places)[inside]]
        return row, begins

    def hold(self, entries: Keys, numbers: range) -> Mask:
        """Return whether each entry holds one of these words; none is without words."""
        if not len(entries):
            return np.zeros(0, dtype=bool)
        row, begins = self.words_of(entries)
        held: Mask = np.logical_or.reduceat((row >= numbers.start) & (row < numbers.stop), begins)
        return held

    def near(self, word: str, is_prefix: bool, visible: Mask) -> list[str]:
        """Return the words one edit apart from `word` that are shown, shortest first.

        is_prefix  also those that only begin with what is one edit apart
        """
        numbers = self._candidates(word[: LETTERS - 1]).tolist()
        known = [(len(self._words[n]), self._words[n], n) for n in numbers]
        near = (
            text
            for _, text, n in sorted(known)
            if _is_near(word, text, is_prefix) and self.is_shown(range(n, n + 1), visible)
        )
        return list(islice(near, MOST_NEAR))

    def _candidates(self, word: str) -> Keys:
        """Return the numbers of the words that may begin with what is one edit from `word`.

        What is equal before the wrong letter stands at its place, what is equal after it there,
        one to the left or one to the right.
        """
        letters, size = self._letters, len(word)
        codes = [ord(letter) & 0xFF for letter in word]
        everything = np.ones(letters.shape[1], dtype=bool)
        # By the number of letters at the end of `word`, that they stand at their places.
        ends = {0: [everything], 1: [everything], -1: [everything]}
        for shift, equal in ends.items():
            for i in range(size - 1, max(0, -shift) - 1, -1):
                equal.append(equal[-1] & (letters[i + shift] == codes[i]))
        found = np.zeros(letters.shape[1], dtype=bool)
        begins = everything
        for i, code in enumerate(codes):
            left = size - i
            found |= begins & (ends[0][left - 1] | ends[1][left] | ends[-1][left - 1])
            if left > 1:
                swapped = (letters[i] == codes[i + 1]) & (letters[i + 1] == code)
                found |= begins & swapped & ends[0][left - 2]
            begins = begins & (letters[i] == code)
        return np.flatnonzero(found | begins)

    def ranked(self, number: int, tier: int, misfit: int = 0) -> tuple[Rank, Entry]:
        """Return the entry with this number and what it is ordered by."""
        text, kind = self._texts[number], self._kinds[number]
        entry = Entry(text, KINDS[kind], int(self.articles[number]), self._anchors[number])
        return Rank(tier, misfit, kind, len(text), text), entry


def are_in(values: Keys, ascending: Keys) -> Mask:
    """Return which values are among some that ascend."""
    if not len(ascending):
        return np.zeros(len(values), dtype=bool)
    places = np.minimum(ascending.searchsorted(values), len(ascending) - 1)
    found: Mask = ascending[places] == values
    return found


def _is_near(word: str, known: str, is_prefix: bool) -> bool:
    if not is_prefix:
        return is_one_edit(word, known)
    sizes = (len(word), len(word) - 1, len(word) + 1)
    return any(is_one_edit(word, known[:size]) for size in sizes)


def _letters(words: Iterable[str]) -> Array:
    """Return the first letter of each word, then the second of each; one byte is enough of it."""
    rows = [
        [ord(letter) & 0xFF for letter in word[:LETTERS].ljust(LETTERS, "\0")] for word in words
    ]
    return np.array(rows, dtype=np.uint8).reshape(-1, LETTERS).T.ravel()


def _entries(heads: Sequence[Head]) -> Iterator[Entry]:
    for number, head in enumerate(heads):
        if head.summary.exclude:
            continue
        yield Entry(head.summary.title, "title", number)
        for question in head.questions:
            yield Entry(question, "question", number)
        for anchor, heading in head.headings:
            yield Entry(heading, "heading", number, anchor)
