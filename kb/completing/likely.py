"""Find the texts that are probably meant where none holds every typed word.

A text has to hold the words that say something, or all but one of them. Where characters stand
for words, those have to follow each other as they were typed, with at most one between two: a
character alone is in too many texts. The rarest words are looked at first, so the cost goes with
the number of texts that hold those.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kb.completing.offers import PLACE_BITS, Entry, Keys, Mask, Offers, Rank

# So few entries are compared word by word without looking for more words first.
FEW = 64
# Of more entries with the same words, the titles and the short ones count.
MOST = 512
TIER_WITHOUT_LITTLE, TIER_CORRECTED, TIER_LET_GO = 3, 4, 5
_WITHOUT_LAST = 1_000
# A shorter beginning says less than the words that are finished.
_MIN_TELLING = 3

Counts = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one typed word.

    words         what it may be: itself, or the words that it is taken for
    is_prefix     what it may only begin
    is_optional   need not be there
    is_corrected  `words` are others than the typed one
    """

    words: tuple[str, ...]
    is_prefix: bool
    is_optional: bool
    is_corrected: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a text should hold.

    spare  how many slots that are not optional may be missing, 0 or 1
    chars  by slot, whether it is a character of a script without spaces
    """

    slots: tuple[Slot, ...]
    spare: int
    chars: tuple[bool, ...]


def likely(offers: Offers, wanted: Wanted, visible: Mask) -> Iterator[tuple[Rank, Entry]]:
    """Yield the entries that hold what is wanted, best first, but for those that hold it all.

    visible  by article number, which ones may be offered
    """
    ranges = [
        [found for word in slot.words if (found := offers.numbers(word, slot.is_prefix))]
        for slot in wanted.slots
    ]
    needed = [ranges[i] for i, slot in enumerate(wanted.slots) if not slot.is_optional]
    entries = _candidates(offers, needed, wanted.spare)
    entries = entries[visible[offers.articles[entries]]][:MOST]
    if not len(entries):
        return
    tiers, misfits = _compared(offers, entries, ranges, wanted)
    for row in np.lexsort((entries, misfits, tiers)).tolist():
        if tiers[row] < 0:
            continue
        yield offers.ranked(int(entries[row]), int(tiers[row]), int(misfits[row]))


def _candidates(offers: Offers, needed: Sequence[list[range]], spare: int) -> Keys:
    """Return entries that hold all but `spare` of the needed words, and some that do not."""
    held = np.zeros(offers.entries, dtype=np.uint8)
    found = np.zeros(0, dtype=np.int64)
    for place, ranges in enumerate(sorted(needed, key=lambda row: sum(map(offers.count, row)))):
        if ranges:
            keys = np.concatenate([offers.keys(numbers) for numbers in ranges])
            # Once for an entry, however often it holds the words.
            held[keys >> PLACE_BITS] += 1
        if place >= spare:
            found = np.flatnonzero(held > place - spare)
            if len(found) <= FEW:
                break
    return found


def _compared(
    offers: Offers, entries: Keys, ranges: Sequence[list[range]], wanted: Wanted
) -> tuple[Counts, Counts]:
    """Return tier (-1 for what is not to be offered) and misfit of each entry."""
    # Two words that are none, so that nobody's neighbours are words of the next entry.
    row, begins = offers.words_of(entries, gap=2)
    owner = np.repeat(np.arange(len(begins)), np.diff(begins, append=len(row)))
    places = np.stack([_places(row, own, offers.words) for own in ranges])
    held = _by_entry(places, owner)
    optional = np.array([slot.is_optional for slot in wanted.slots])
    corrected = np.array([slot.is_corrected for slot in wanted.slots])
    needed = held[~optional]
    missing = len(needed) - needed.sum(axis=0)
    by_correction = held[corrected].sum(axis=0)
    chain, pairs = _neighbours(places[~optional], needed, owner)
    tiers = np.where(by_correction > 0, TIER_CORRECTED, TIER_WITHOUT_LITTLE)
    tiers[missing > 0] = TIER_LET_GO
    unfit = missing > wanted.spare
    # What holds all as it was typed has been offered.
    unfit |= held.all(axis=0) & (by_correction == 0)
    if 2 * sum(wanted.chars) > len(wanted.chars):
        size = len(needed)
        unfit |= chain < np.where(missing > 0, size - 2, (size - 1) // 2)
    tiers[unfit] = -1
    misfits = 2 * by_correction - pairs - chain + (~held[optional]).sum(axis=0)
    last = wanted.slots[-1]
    if last.is_prefix and len(last.words[0]) >= _MIN_TELLING:
        misfits += _WITHOUT_LAST * ~held[-1]
    return tiers, misfits


def _places(row: NDArray[np.int32], ranges: Sequence[range], words: int) -> Mask:
    """Return where one of some words stands; `words` is how many there are."""
    if len(ranges) == 1:
        return (row >= ranges[0].start) & (row < ranges[0].stop)
    # What is no word is -1, the last one of the table.
    table = np.zeros(words + 1, dtype=bool)
    for numbers in ranges:
        table[numbers.start : numbers.stop] = True
    return table[row]


def _by_entry(places: Mask, owner: Keys) -> Mask:
    """Return which rows are set anywhere in which entry.

    owner  by place, the entry it belongs to
    """
    # Very few places are set: this is quicker than to reduce all of them.
    found = np.zeros((len(places), int(owner[-1]) + 1), dtype=bool)
    rows, where = np.divmod(np.flatnonzero(places), places.shape[1])
    found[rows, owner[where]] = True
    return found


def _neighbours(places: Mask, held: Mask, owner: Keys) -> tuple[Counts, Counts]:
    """Return how many words follow the one before as typed, nearly or directly, by entry.

    Nearly is with one word between them, in the text or where the missing one was typed.
    """
    if len(places) < 2:
        none = np.zeros(held.shape[1], dtype=np.int64)
        return none, none
    direct = _follow(places[:-1], places[1:], 1)
    near = direct | _follow(places[:-1], places[1:], 2)
    chain = _by_entry(near, owner).sum(axis=0)
    pairs = _by_entry(direct, owner).sum(axis=0)
    if len(places) > 2 and not held.all():
        left, right = places[:-2], places[2:]
        across = _follow(left, right, 1) | _follow(left, right, 2)
        chain += (_by_entry(across, owner) & ~held[1:-1]).sum(axis=0)
    return chain, pairs


def _follow(left: Mask, right: Mask, by: int) -> Mask:
    """Return where a word of `left` stands whose word of `right` stands so many places on."""
    found = left.copy()
    found[:, :-by] &= right[:, by:]
    found[:, -by:] = False
    return found
