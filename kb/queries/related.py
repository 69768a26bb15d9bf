"""Words that begin as a word of the query does, and so mostly are of its family.

A stemmer takes endings off and leaves `verif` of "verification" and `verifi` of "verify"; who asks
for one would read about the other. What their articles gain is added to what the word itself
gives, as a neighbour's pair is: it never makes an article cover more of the query.
"""

from itertools import takewhile
from math import ceil

from kb.queries.query import STOP_WEIGHT, ParsedQuery, Slot, Term, Variant
from kb.segments.reader import IndexReader

# By measurement (`make evaluate`).
RELATED_WEIGHT = 0.4
# Letters that two words share at their beginning, as a share of the mean of their lengths.
LEAST_SHARED = 0.7
# Shorter beginnings are shared by chance.
MIN_SHARED = 4
MOST_RELATED = 4
_MOST_COMPARED = 100


def relate(slots: list[Slot], query: ParsedQuery, index: IndexReader) -> None:
    """Let words that have no other reading be helped by their family.

    Not in prose and messages: what they lack in one word they have in another, and chance would
    add up. Nor where no article holds any of the words: what is found by families alone is a guess.
    """
    if query.is_message or query.wordiness:
        return
    words = [
        (place, slot.terms[0].text)
        for place, slot in enumerate(slots)
        if slot.terms[0].stream == "loose" and slot.weight > STOP_WEIGHT
    ]
    if not any(index.find("loose", stem).documents for _, stem in words):
        return
    for place, stem in words:
        if not slots[place].variants and (found := related(stem, index)):
            slots[place] = slots[place]._replace(related=found)


def related(stem: str, index: IndexReader) -> tuple[Variant, ...]:
    """Return the other stems of the articles that begin as one of them does, nearest first."""
    found = index.related.get(stem)
    if found is None:
        found = index.related.keep(stem, _related(stem, index))
    return found


def _related(stem: str, index: IndexReader) -> tuple[Variant, ...]:
    if len(stem) < MIN_SHARED or not stem.isalpha():
        return ()
    # With fewer letters in common no word is near enough, however short it is.
    least = max(MIN_SHARED, ceil(len(stem) * LEAST_SHARED / (2 - LEAST_SHARED)))
    others = index.with_prefix("loose", stem[:least], _MOST_COMPARED)
    shares = {other: _shared(stem, other) for other in others if other != stem and other.isalpha()}
    near = sorted((-share, other) for other, share in shares.items() if share >= LEAST_SHARED)
    return tuple(
        Variant(Term("loose", other), RELATED_WEIGHT * -share, "related")
        for share, other in near[:MOST_RELATED]
    )


def _shared(one: str, other: str) -> float:
    alike = takewhile(lambda letters: letters[0] == letters[1], zip(one, other, strict=False))
    return 2 * sum(1 for _ in alike) / (len(one) + len(other))
