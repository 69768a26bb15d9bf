"""The inner loops of a search with numpy: as many calls as needed, each over a whole array."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kb.kernels.matches import Match, Matches
from kb.segments.arrays import Array, Arrays
from kb.segments.found import Reading

Floats = NDArray[np.float64]
Numbers = NDArray[np.int64]
# A term's number and the weights on its gains in passages, in heads and of articles.
_Row = tuple[int, float, float, float]
# What to add to the places of passages, heads and articles.
Moves = tuple[int, int, int]


class Postings:
    """The postings of a segment, by the numbers of its terms.

    Places of passages, heads and articles come after each other in the segment; `moves` says what
    to add to each kind to get places in the sums of the whole index.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._at = arrays["posting_at"].data
        self._places, self._gains = arrays["posting_place"], arrays["posting_gain"]
        self._in_heads, self._in_articles = arrays["term_heads"].data, arrays["term_articles"].data

    def add(self, sums: Floats, readings: Sequence[Reading], place: int, moves: Moves) -> None:
        """Add the weighted gains of some terms.

        place  which segment of the index this is

        Raises IndexError where a term or a place is not there; `sums` is of no use then.
        """
        if rows := self._rows(readings, place):
            places, gains = self._gathered(rows, moves)
            sums += np.bincount(places, gains, len(sums))

    def raise_to(self, sums: Floats, readings: Sequence[Reading], place: int, moves: Moves) -> None:
        """Raise what is less than the weighted gain of one of some terms."""
        if rows := self._rows(readings, place):
            np.maximum.at(sums, *self._gathered(rows, moves))

    @staticmethod
    def _rows(readings: Sequence[Reading], place: int) -> list[_Row]:
        """Return the terms that this segment has."""
        return [
            (found.numbers[place], weight * found.passage_idf, weight * found.head_idf, importance)
            for found, weight, importance in readings
            if found.documents and found.numbers[place] >= 0
        ]

    def _gathered(self, rows: Sequence[_Row], moves: Moves) -> tuple[Numbers, Floats]:
        places, gains = [], []
        counts: list[int] = []
        weights: list[float] = []
        for number, *own in rows:
            if number >= len(self._at) - 1:
                raise IndexError(number)
            first, end = self._at[number], self._at[number + 1]
            in_heads, in_articles = self._in_heads[number], self._in_articles[number]
            places.append(self._places[first:end])
            gains.append(self._gains[first:end])
            counts += (end - first - in_heads - in_articles, in_heads, in_articles)
            weights += own
        values = np.array(weights).repeat(counts)
        values *= np.concatenate(gains)
        where = np.concatenate(places, dtype=np.int64)
        if any(moves):
            where += np.tile(moves, len(rows)).repeat(counts)
        return where, values


def best_in_each(scores: Floats, first: Numbers) -> Floats:
    """Return the largest score of each owner.

    first  place of each owner's first score, and the place after the last one's; nobody has none
    """
    return np.maximum.reduceat(scores, first[:-1]) if len(first) > 1 else np.zeros(0)


def second_in_each(scores: Floats, first: Numbers) -> Floats:
    """Return the second largest score of each owner, 0 of who has only one.

    scores  none below 0
    first   as above
    """
    rest = scores.copy()
    owner = np.repeat(np.arange(len(first) - 1), np.diff(first))
    best = np.flatnonzero(scores == best_in_each(scores, first)[owner])
    # Of equal ones the first is the best, and the next one the second.
    rest[best[np.unique(owner[best], return_index=True)[1]]] = 0
    return best_in_each(rest, first)


class Strings(Sequence[str]):
    """Strings in two arrays: their UTF-8 bytes in a row, and where each begins.

    blob     uint8
    offsets  int64, one more than there are strings

    Raises IndexError for what is not there.
    """

    def __init__(self, blob: Array, offsets: Array) -> None:
        self._bytes, self._offsets = blob.data, offsets.data

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, number: Any) -> Any:
        """Return the string with this number."""
        return str(self.raw(number), "utf-8")

    def raw(self, number: int) -> bytes:
        """Return a string's bytes."""
        if not 0 <= number < len(self):
            raise IndexError(number)
        first, end = self._offsets[number], self._offsets[number + 1]
        if not 0 <= first <= end <= len(self._bytes):
            raise IndexError(number)
        return bytes(self._bytes[first:end])

    def place(self, value: str, low: int = 0, high: int | None = None) -> int:
        """Return where `value` stands or would stand among sorted strings.

        UTF-8 sorts as the characters do.
        """
        return self._place(value.encode("utf-8", "replace"), low, high)

    def beginning(self, prefix: str, low: int = 0, high: int | None = None) -> range:
        """Return the numbers of the sorted strings that begin with `prefix`."""
        wanted = prefix.encode("utf-8", "replace")
        start = self._place(wanted, low, high)
        # No UTF-8 holds this byte: it comes after all that goes on.
        return range(start, self._place(wanted + b"\xff", start, high))

    def _place(self, wanted: bytes, low: int, high: int | None) -> int:
        end = len(self) if high is None else high
        if not 0 <= low <= end <= len(self):
            raise IndexError(high)
        return low + bisect_left(range(low, end), wanted, key=self.raw)


class Terms:
    """The terms of a segment, found by the hashes of their texts.

    Raises IndexError for what is not there.
    """

    def __init__(self, arrays: Arrays) -> None:
        self._texts = Strings(arrays["terms"], arrays["terms_at"])
        self._hashes, self._of_hash = arrays["term_hash"].data, arrays["term_of_hash"].data
        self._at = arrays["posting_at"].data
        self._in_heads, self._in_articles = arrays["term_heads"].data, arrays["term_articles"].data

    def number(self, text: str, seed: int, low: int, high: int) -> int:
        """Return the number of a term from `low` on and below `high`; -1 when none is so.

        seed  where the hashes of these terms begin
        """
        wanted = text.encode("utf-8", "replace")
        hashed = crc32(wanted, seed)
        place = bisect_left(self._hashes, hashed)
        while place < len(self._hashes) and self._hashes[place] == hashed:
            number = self._of_hash[place]
            if low <= number < high and self._texts.raw(number) == wanted:
                return int(number)
            place += 1
        return -1

    def frequency(self, number: int) -> tuple[int, int]:
        """Return in how many heads and in how many passages a term is, of deleted articles too."""
        if not 0 <= number < len(self._at) - 1:
            raise IndexError(number)
        in_heads = self._in_heads[number]
        documents = self._at[number + 1] - self._at[number] - self._in_articles[number]
        return in_heads, documents - in_heads

    def counts(self, texts: Sequence[str], seed: int, low: int, high: int) -> Numbers:
        """Return of each term, by its text, what `frequency` does: heads, then passages."""
        found = np.zeros((2, len(texts)), dtype=np.int64)
        for place, text in enumerate(texts):
            if (number := self.number(text, seed, low, high)) >= 0:
                found[:, place] = self.frequency(number)
        return found


def largest(scores: Floats, count: int) -> Numbers:
    """Return the places of the `count` largest scores, and of all that equal the least of them.

    What is not above -inf is not among them.
    """
    there = np.flatnonzero(scores > -np.inf)
    if len(there) <= count:
        return there
    some = scores[there]
    return there[some >= np.partition(some, -count)[-count]] if count > 0 else there[:0]


class Words:
    """The words of a segment's texts, by the numbers of their terms."""

    def __init__(self, arrays: Arrays) -> None:
        self._arrays = arrays

    def matches(
        self,
        texts: Sequence[tuple[int, int]],
        exact: Mapping[int, int],
        loose: Mapping[int, int],
        pairs: Mapping[tuple[int, int], int],
    ) -> list[Matches]:
        """Return the matches in each text.

        texts         of each, the place of its first word and the place after its last one
        exact, loose  slot by number of the term, both counted from 0
        pairs         slot by the exact numbers of a word and of the one that follows it

        Raises IndexError for what is not there.
        """
        arrays = self._arrays
        if any(not 0 <= first <= end <= len(arrays["word"]) for first, end in texts):
            raise IndexError(texts)
        own = [slice(*text) for text in texts]
        words = np.concatenate([arrays["word"][:0], *(arrays["word"][text] for text in own)])
        if not len(words):
            return [Matches(()) for _ in texts]
        most = len(arrays["loose_of"])
        slots = _by_number(exact, most)[words]
        # Single characters have no loose term: their number -1 reads the last, empty place.
        loosely = _by_number(loose, most + 1)[arrays["loose_of"][words]]
        slots = np.where(slots >= 0, slots, loosely)
        sizes = np.array([end - first for first, end in texts])
        # From places in `words` to places in the segment.
        shift = (np.array([first for first, _ in texts]) - (sizes.cumsum() - sizes)).repeat(sizes)
        found = np.flatnonzero(slots >= 0)
        there = found + shift[found]
        starts, ends = arrays["word_start"], arrays["word_end"]
        rows: list[tuple[NDArray[Any], ...]] = [(found, starts[there], ends[there], slots[found])]
        if pairs:
            follows = np.concatenate([arrays["word_follows"][text] for text in own])
            second, of_pair = _pairs_in(words, follows, pairs)
            there = second + shift[second]
            rows.append((second, starts[there - 1], ends[there], of_pair))
        return [Matches(sorted(own)) for own in _by_text(sizes.cumsum(), rows)]


def _by_number(slots: Mapping[int, int], most: int) -> NDArray[np.int16]:
    found = np.full(most, -1, dtype=np.int16)
    found[list(slots)] = list(slots.values())
    return found


def _pairs_in(
    words: NDArray[np.int32], follows: NDArray[np.uint8], pairs: Mapping[tuple[int, int], int]
) -> tuple[Numbers, NDArray[np.int16]]:
    """Return the second word of each pair of the query, and the pair's slot."""
    wanted = np.array([left << 32 | right for left, right in pairs])
    slots = np.array(list(pairs.values()), dtype=np.int16)
    second = np.flatnonzero(follows)
    keys = words[second - 1].astype(np.int64) << 32 | words[second]
    order = np.argsort(wanted)
    place = np.minimum(np.searchsorted(wanted[order], keys), len(wanted) - 1)
    equal = wanted[order][place] == keys
    return second[equal], slots[order][place[equal]]


def _by_text(bounds: Numbers, rows: Sequence[tuple[NDArray[Any], ...]]) -> list[list[Match]]:
    """Return rows of (place, start, end, slot) as matches, text by text.

    bounds  the place after the last word of each text
    """
    found: list[list[Match]] = [[] for _ in bounds]
    for place, *columns in rows:
        starts, ends, slots = (column.tolist() for column in columns)
        first = 0
        for matches, after in zip(found, place.searchsorted(bounds).tolist(), strict=True):
            if after > first:
                own = slice(first, after)
                matches += zip(starts[own], ends[own], slots[own], strict=True)
                first = after
    return found
