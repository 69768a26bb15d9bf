"""Choose and mark the sentences of a passage that show why it matched.

The window is the run of whole sentences, at most 300 characters long, that covers the largest
sum of idf of the query's distinct words; measured, this shows the answer more often than any
highlighter tried. Words of indexed texts are known by their numbers, so nothing is analysed at
query time, and a match that came through folding or stemming is marked as well. All texts of a
page are looked through in one go.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from kb.kernels import mark
from kb.kernels.matches import Matches
from kb.queries.query import STOP_WEIGHT, ParsedQuery
from kb.segments.passages import one_line
from kb.segments.reader import IndexReader
from kb.segments.segment import Stretch
from kb.words.analysis import Analyzer, Token
from kb.words.text import Span
from kb.words.text import sentences as split_sentences

SNIPPET_CHARACTERS = 300
# A window shorter than this gets the sentences before it as well.
SHORT_SNIPPET = 100
ELLIPSIS = "…"


# Where the sentences of a text begin and where they end, ascending.
Sentences = tuple[Sequence[int], Sequence[int]]


class Window(NamedTuple):
    """A stretch of a text, whole sentences but where a long one had to be cut."""

    start: int
    end: int
    cut_before: bool = False
    cut_after: bool = False


class Highlighter:
    """Finds a query's words in texts of one index; made once for a query."""

    def __init__(self, query: ParsedQuery, analyzer: Analyzer, reader: IndexReader) -> None:
        self._analyzer = analyzer
        self._reader = reader
        self._slot_of: dict[tuple[str, str], int] = {}
        self._importance = [0.0] * len(query.slots)
        # Pairs of words say no more than the words; pairs of characters are words.
        telling = [(n, slot) for n, slot in enumerate(query.slots) if slot.counts or slot.word]
        stop = {number for number, slot in telling if slot.weight <= STOP_WEIGHT}
        # Stop words are marked only when nothing else was asked.
        if not any(slot.counts for number, slot in telling if number not in stop):
            stop = set()
        # A pair of characters may begin with the end of a stop word, which stays unmarked; stop
        # words that are whole words overlap with nothing.
        has_pairs = any(slot.terms[0].stream == "pair" for _, slot in telling)
        self._unmarked = stop if has_pairs else set()
        for number, slot in telling:
            if number in stop and not has_pairs:
                continue
            stream, text, _ = slot.terms[0]
            self._importance[number] = slot.weight * reader.find(stream, text).idf
            for stream, text, _ in slot.terms:
                self._slot_of.setdefault((stream, text), number)
            for (stream, text, _), _, _ in slot.variants:
                self._slot_of.setdefault((stream, text), number)

    def matches(self, place: int, texts: list[Stretch]) -> list[Matches]:
        """Return the matches in some texts of a segment, given by where their words are.

        place  which segment of the reader
        """
        segment, find = self._reader.segments[place], self._reader.find
        first_loose, _ = segment.term_range("loose")
        exact: dict[int, int] = {}
        loose: dict[int, int] = {}
        pairs: dict[tuple[int, int], int] = {}
        for (stream, text), slot in self._slot_of.items():
            if stream == "pair":
                if len(text) == 2:
                    left, right = (find("exact", char).numbers[place] for char in text)
                    if left >= 0 and right >= 0:
                        pairs[left, right] = slot
            elif (number := find(stream, text).numbers[place]) >= 0:
                if stream == "exact":
                    exact[number] = slot
                else:
                    loose[number - first_loose] = slot
        return segment.words.matches(texts, exact, loose, pairs)

    def matches_in(self, text: str) -> Matches:
        """Return the matches in a text that is in no index, such as a description."""
        return self.matches_among(self._analyzer.tokens(text))

    def matches_among(self, tokens: Sequence[Token]) -> Matches:
        """Return the matches among the words of such a text."""
        found = []
        for i, token in enumerate(tokens):
            slot = self._slot_of.get(("exact", token.exact))
            if slot is None:
                slot = self._slot_of.get(("loose", token.loose))
            if slot is not None:
                found.append((token.start, token.end, slot))
            if token.is_char and token.follows:
                slot = self._slot_of.get(("pair", token.pair(tokens[i - 1])))
                if slot is not None:
                    found.append((tokens[i - 1].start, token.end, slot))
        return Matches(sorted(found))

    def marked(self, text: str, matches: Matches) -> str:
        """Return a short text as safe HTML, its matches marked."""
        return mark(text, matches.spans(0, len(text), self._unmarked))

    def snippet(
        self,
        text: str,
        sentences: Sentences,
        matches: Matches,
        limit: int = SNIPPET_CHARACTERS,
    ) -> str:
        """Return the best window of a text as safe HTML, matches marked; "" for no text."""
        if not sentences[0]:
            return ""
        return self.shown(text, self.best_window(text, sentences, matches, limit), matches)[1]

    def best_window(
        self,
        text: str,
        sentences: Sentences,
        matches: Matches,
        limit: int = SNIPPET_CHARACTERS,
    ) -> Window:
        """Return the run of whole sentences of a text, not empty, that covers most."""
        starts, ends = sentences
        start, end = starts[0], ends[-1]
        if end - start <= limit:
            return Window(start, end)
        start, end, is_cut = self._window(text, sentences, matches, limit)
        return Window(start, end, is_cut and start not in starts, is_cut and end not in ends)

    def shown(self, text: str, window: Window, matches: Matches) -> tuple[str, str]:
        """Return a window of a text as plain text, and as safe HTML with its matches marked."""
        start, end = window.start, window.end
        before = ELLIPSIS if window.cut_before else ""
        after = ELLIPSIS if window.cut_after else ""
        plain = text[start:end]
        html = mark(plain, matches.spans(start, end, self._unmarked))
        return f"{before}{plain}{after}", f"{before}{html}{after}"

    def worth(self, matches: Matches, window: Span) -> float:
        """Return the sum of idf of the query's words in a stretch of a text."""
        start, end = window
        inside = {slot for a, b, slot in matches if a >= start and b <= end}
        return sum(self._importance[slot] for slot in inside)

    def snippet_of(self, text: str, limit: int = SNIPPET_CHARACTERS) -> str:
        """Return the best window of a text that is in no index, as safe HTML."""
        return self.excerpt_of(text, limit)[1]

    def excerpt_of(self, text: str, limit: int = SNIPPET_CHARACTERS) -> tuple[str, str]:
        """Return the same as plain text, and as safe HTML."""
        shown, spans = one_line(text, split_sentences(text))
        if not spans:
            return "", ""
        places = [start for start, _ in spans], [end for _, end in spans]
        matches = self.matches_in(shown)
        return self.shown(shown, self.best_window(shown, places, matches, limit), matches)

    def _window(
        self, text: str, sentences: Sentences, matches: Matches, limit: int
    ) -> tuple[int, int, bool]:
        """Return the best run of sentences, and whether it had to be cut inside of one."""
        starts, ends = sentences
        first = matches.best_start(starts, ends, self._importance, limit)
        start, end = starts[first], ends[first]
        if end - start > limit:
            return (*self._inside(text, matches, (start, end), limit), True)
        # The whole sentences that fit after the first; the last one that does ends the window.
        end = ends[max(first, bisect_right(ends, start + limit) - 1)]
        while first and end - start < SHORT_SNIPPET and end - starts[first - 1] <= limit:
            # A short window gets the sentences before it, which say what it is about.
            first -= 1
            start = starts[first]
        return start, end, False

    def _inside(self, text: str, matches: Matches, window: Span, limit: int) -> Span:
        """Return the part of one long sentence around its best matches, cut between words."""
        start, end = window
        room = limit - 2 * len(ELLIPSIS)
        inside = Matches([match for match in matches if match[0] >= start and match[1] <= end])
        begins = [start, *(max(start, match[0] - room // 4) for match in inside)]
        offers = [(a, min(end, a + room)) for a in begins]
        a, b = max(offers, key=lambda offer: (self.worth(inside, offer), -offer[0]))
        if a > start and (space := text.find(" ", a, a + 30)) >= 0:
            a = space + 1
        if b < end and (space := text.rfind(" ", b - 30, b)) >= 0:
            b = space
        return a, b
