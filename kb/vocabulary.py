"""The terms of one index, sorted, with the number of documents that hold each."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from heapq import nsmallest

# After every character that a term can hold.
_AFTER = "\U0010ffff"
_MOST_SCANNED = 5_000


class TermCounts:
    """A kb.expansion.Vocabulary in memory.

    letters  the letters that words are written with here, for spelling; at most 60
    """

    def __init__(self, counts: Mapping[str, Mapping[str, int]]) -> None:
        self._counts = counts
        self._sorted = {stream: sorted(terms) for stream, terms in counts.items()}
        used: Counter[str] = Counter()
        for stream in ("exact", "loose"):
            for term in counts.get(stream, ()):
                if len(term) > 1 and term.isalpha():
                    used.update(term)
        self.letters = "".join(sorted(letter for letter, _ in used.most_common(60)))

    def frequency(self, stream: str, term: str) -> int:
        """Return the number of documents with `term`, 0 when there is none."""
        return self._counts.get(stream, {}).get(term, 0)

    def with_prefix(self, stream: str, prefix: str, limit: int) -> Sequence[str]:
        """Return at most `limit` terms that begin with `prefix`, most frequent first."""
        terms = self._sorted.get(stream, [])
        counts = self._counts.get(stream, {})
        start = bisect_left(terms, prefix)
        end = min(bisect_left(terms, prefix + _AFTER, start), start + _MOST_SCANNED)
        return nsmallest(limit, terms[start:end], key=lambda term: (-counts[term], term))
