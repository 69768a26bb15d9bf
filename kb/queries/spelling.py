"""Which words are one edit apart: by deletions, as in SymSpell.

Two words are one edit apart (a letter inserted, left out, replaced, or two neighbours swapped)
only if one of them, or one of them less a letter, is also the other or the other less a letter.
So an index that knows the deletions of its words finds all neighbours with a few look-ups,
whatever the alphabet.
"""

from collections.abc import Iterator

from kb.words.analysis import Analyzer

SHORTEST = 3
LONGEST = 30


def spelling_stream(analyzer: Analyzer) -> str:
    """Return the stream of terms that words are corrected by."""
    return "loose" if analyzer.is_vietnamese else "exact"


def deletions(word: str) -> Iterator[str]:
    """Yield what is left of a word without one of its letters; nothing for what is no word."""
    if SHORTEST <= len(word) <= LONGEST and word.isalpha():
        yield from {word[:i] + word[i + 1 :] for i in range(len(word))}


def is_one_edit(a: str, b: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours makes `b` of `a`."""
    if a == b or abs(len(a) - len(b)) > 1:
        return False
    start = 0
    while start < min(len(a), len(b)) and a[start] == b[start]:
        start += 1
    rest_a, rest_b = a[start:], b[start:]
    return (
        rest_a[1:] == rest_b[1:]
        or rest_a[1:] == rest_b
        or rest_a == rest_b[1:]
        or (rest_a[1::-1] == rest_b[:2] and rest_a[2:] == rest_b[2:])
    )
