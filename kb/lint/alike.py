"""Find the texts that say nearly the same, among thousands, in seconds.

Two texts are alike as far as they share runs of three words, or of three characters in scripts
without spaces. Which pairs to compare is guessed by small hashes of each text; how alike a pair
is, is counted. A pair that is as alike as asked for is overlooked once in thousands of times, and
always the same one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias
from zlib import crc32

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Hashes: TypeAlias = NDArray[np.uint64]

# Below this share of runs in common, two texts have a form in common rather than a content.
ALIKE = 0.7
# Shorter texts have too few runs to tell anything.
LEAST_RUNS = 30
RUN = 3
_BANDS, _ROWS = 20, 3
_BINS = _BANDS * _ROWS
# Share of equal hashes from which on a pair is worth counting.
_LIKELY = 0.5
_EMPTY = np.iinfo(np.uint64).max
_FACTORS = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
# A larger group of texts with one hash is of one template: its neighbours are compared only.
_MOST_IN_GROUP = 200

_CHARACTERS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff"
)
_WORDS = re.compile(f"[{_CHARACTERS}]|[^\\W_{_CHARACTERS}]+")


class Pair(NamedTuple):
    """Two texts by their places in the list, the first one first, and the share in common."""

    first: int
    second: int
    share: float


def alike(texts: Sequence[str], least: float = ALIKE) -> list[Pair]:
    """Return the pairs of texts that share at least so much, by place."""
    numbers = _Numbers()
    runs = [_runs(text, numbers) for text in texts]
    long = [place for place, found in enumerate(runs) if len(found) >= LEAST_RUNS]
    if len(long) < 2:
        return []
    found = []
    for first, second in _candidates([runs[place] for place in long]):
        pair = Pair(long[first], long[second], _share(runs[long[first]], runs[long[second]]))
        if pair.share >= least:
            found.append(pair)
    return sorted(found)


class _Numbers(dict[str, int]):
    """The number of each word, the same in every process."""

    def __missing__(self, word: str) -> int:
        number = self[word] = crc32(word.encode())
        return number


def _runs(text: str, numbers: _Numbers) -> "Hashes":
    """Return a hash of each run of words in the text."""
    words = _WORDS.findall(text.casefold())
    row = np.fromiter(map(numbers.__getitem__, words), dtype=np.uint64, count=len(words))
    if len(row) < RUN:
        return row[:0]
    mixed: Hashes = row[:-2] * _FACTORS[0] + row[1:-1] * _FACTORS[1] + row[2:] * _FACTORS[2]
    mixed ^= mixed >> np.uint64(29)
    mixed *= np.uint64(0xBF58476D1CE4E5B9)
    mixed ^= mixed >> np.uint64(32)
    return mixed


def _share(one: "Hashes", other: "Hashes") -> float:
    """Return the share of both texts' runs that both have."""
    one, other = np.unique(one), np.unique(other)
    common = len(np.intersect1d(one, other, assume_unique=True))
    return common / (len(one) + len(other) - common)


def _candidates(runs: Sequence["Hashes"]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of which a band of hashes is equal, and most others, once each."""
    marks = _marks(runs)
    seen: set[tuple[int, int]] = set()
    for band in range(0, _BINS, _ROWS):
        key = (marks[:, band : band + _ROWS] * _FACTORS).sum(axis=1)
        order = np.argsort(key, kind="stable")
        borders = np.flatnonzero(np.diff(key[order])) + 1
        for group in np.split(order, borders):
            seen.update(_pairs(group.tolist()))
    if not seen:
        return
    pairs = np.array(sorted(seen))
    in_common = (marks[pairs[:, 0]] == marks[pairs[:, 1]]).mean(axis=1)
    yield from map(tuple, pairs[in_common >= _LIKELY].tolist())


def _pairs(members: list[int]) -> Iterator[tuple[int, int]]:
    for place, first in enumerate(members):
        last = None if len(members) <= _MOST_IN_GROUP else place + 2
        for second in members[place + 1 : last]:
            yield first, second


def _marks(runs: Sequence["Hashes"]) -> "Hashes":
    """Return the least hash of each text in each bin: two texts share it as they share runs."""
    every = np.concatenate(runs)
    owner = np.repeat(np.arange(len(runs)) * _BINS, [len(each) for each in runs])
    flat = np.full(len(runs) * _BINS, _EMPTY, dtype=np.uint64)
    np.minimum.at(flat, owner + (every % np.uint64(_BINS)).astype(np.intp), every)
    marks = flat.reshape(-1, _BINS)
    # A short text leaves bins empty; each takes over what stands in the next one.
    while (empty := marks == _EMPTY).any():
        marks = np.where(empty, np.roll(marks, -1, axis=1), marks)
    return marks
