"""As-you-type completions from titles, questions and headings.

All whole words of what was typed have to be there and the last one may be unfinished. Diacritics
and the script of Chinese do not matter here: a completion is offered while they are being typed.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from kb.analysis import Analyzer, Token
from kb.characters import tidy
from kb.syllables import fold
from kb.text import mark

MAX_CHARACTERS = 100
_MAX_EXPANDED = 400
_KIND_ORDER = {"title": 0, "question": 1, "heading": 2}


@dataclass(frozen=True, slots=True)
class Entry:
    """One text that can be offered; `article` is the article's number in its index."""

    text: str
    kind: Literal["title", "question", "heading"]
    article: int
    anchor: str = ""


class Completer:
    """Completes prefixes over the texts of one locale."""

    def __init__(self, entries: Iterable[Entry], analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._entries = list(entries)
        holders: dict[str, list[int]] = defaultdict(list)
        self._words: list[tuple[str, ...]] = []
        for number, entry in enumerate(self._entries):
            words = tuple(_folded(token) for token in analyzer.tokens(entry.text))
            self._words.append(words)
            for word in set(words):
                holders[word].append(number)
        self._holders = {word: frozenset(numbers) for word, numbers in holders.items()}
        self._vocabulary = sorted(self._holders)

    def complete(
        self, prefix: str, limit: int, visible: Sequence[bool] | NDArray[np.bool_]
    ) -> list[tuple[Entry, str]]:
        """Return entries and their text as safe HTML, what was typed marked; best first.

        `visible` says by article number which articles may be offered.
        """
        typed = tidy(prefix[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS]
        tokens = self._analyzer.tokens(typed)
        if not tokens:
            return []
        words = [_folded(token) for token in tokens]
        unfinished = tokens[-1].end == len(typed) and not tokens[-1].is_char
        found = (n for n in self._holding(words, unfinished) if visible[self._entries[n].article])
        ranked = sorted(found, key=lambda number: self._rank(number, words))
        return [(self._entries[n], self._marked(n, words)) for n in self._distinct(ranked, limit)]

    def _holding(self, words: list[str], unfinished: bool) -> set[int]:
        whole = words[:-1] if unfinished else words
        found: set[int] | None = None
        for word in whole:
            numbers = self._holders.get(word, frozenset())
            found = set(numbers) if found is None else found & numbers
        if not unfinished:
            return found or set()
        start = bisect_left(self._vocabulary, words[-1])
        reached: set[int] = set()
        for word in self._vocabulary[start : start + _MAX_EXPANDED]:
            if not word.startswith(words[-1]):
                break
            reached |= self._holders[word]
        return reached if found is None else found & reached

    def _rank(self, number: int, words: list[str]) -> tuple[bool, bool, int, int, str]:
        """Return the sort key: begins so, holds it in one piece, kind, length, text."""
        entry, own = self._entries[number], self._words[number]
        place = _place(own, words)
        return place != 0, place < 0, _KIND_ORDER[entry.kind], len(entry.text), entry.text

    def _distinct(self, ranked: list[int], limit: int) -> list[int]:
        """Return at most `limit` numbers; the same text of the same article is offered once."""
        seen: set[tuple[int, tuple[str, ...]]] = set()
        chosen = []
        for number in ranked:
            key = (self._entries[number].article, self._words[number])
            if key not in seen:
                seen.add(key)
                chosen.append(number)
            if len(chosen) == limit:
                break
        return chosen

    def _marked(self, number: int, words: list[str]) -> str:
        text = self._entries[number].text
        spans = []
        for token in self._analyzer.tokens(text):
            word = _folded(token)
            if word in words:
                spans.append((token.start, token.end))
            elif not token.is_char and word.startswith(words[-1]):
                spans.append((token.start, min(token.end, token.start + len(words[-1]))))
        return mark(text, spans)


def _folded(token: Token) -> str:
    return token.exact if token.is_char else fold(token.exact)


def _place(own: tuple[str, ...], words: list[str]) -> int:
    """Return where `words` stand in `own` in one piece, the last as a prefix; -1 for nowhere."""
    length = len(words)
    for i in range(len(own) - length + 1):
        if own[i : i + length - 1] == tuple(words[:-1]) and own[i + length - 1].startswith(
            words[-1]
        ):
            return i
    return -1
