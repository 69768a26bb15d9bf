"""Know the articles whose title is what was typed, or begins with it.

Who types a title, or picks one from memory, wants that article first, whatever the statistics of
its words say. Titles are compared without case, diacritics, punctuation and the script of Chinese.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from kb.analysis import Analyzer, Token
from kb.syllables import fold

# Shorter beginnings are shared by too many titles to mean one of them.
MIN_BEGINNING = 4
MOST_BEGINNING = 50
_AFTER = "\U0010ffff"


class Titles:
    """The titles of one locale's articles; articles are given by number."""

    def __init__(self, titles: Iterable[str], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        keys = ((self._key(title), number) for number, title in enumerate(titles))
        self._keys = sorted((key, number) for key, number in keys if key)

    def equal_to(self, text: str) -> list[int]:
        """Return the articles whose title is `text`."""
        key = self._key(text)
        return [number for found, number in self._range(key, f"{key}\0")] if key else []

    def beginning_with(self, text: str) -> list[int]:
        """Return the articles whose title goes on after `text`; none when very many do."""
        key = self._key(text)
        if len(key) < MIN_BEGINNING:
            return []
        found = self._range(f"{key}\0", f"{key}{_AFTER}")
        return [number for _, number in found] if len(found) <= MOST_BEGINNING else []

    def _range(self, first: str, after: str) -> Sequence[tuple[str, int]]:
        start = bisect_left(self._keys, (first,))
        return self._keys[start : bisect_left(self._keys, (after,), start)]

    def _key(self, text: str) -> str:
        return "".join(_spelled(token) for token in self._analyzer.tokens(text)).strip()


def _spelled(token: Token) -> str:
    """Return a token's part of a key; words are set apart, characters of a run are not."""
    return token.exact if token.is_char else f" {fold(token.exact)}"
