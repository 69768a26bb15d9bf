"""Choose and mark the sentences of a passage that show why it matched.

The window is the run of whole sentences, at most 300 characters long, that covers the largest
sum of idf of the query's distinct words; measured, this shows the answer more often than any
highlighter tried. Words of indexed texts are known by their numbers, so nothing is analysed at
query time, and a match that came through folding or stemming is marked as well. All texts of a
page are looked through in one go.
"""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from kb.queries.query import STOP_WEIGHT, ParsedQuery, Slot
from kb.segments.passages import one_line
from kb.segments.reader import IndexReader
from kb.segments.segment import Segment
from kb.words.analysis import Analyzer
from kb.words.text import Span, mark
from kb.words.text import sentences as split_sentences

SNIPPET_CHARACTERS = 300
# A window shorter than this gets the sentences before it as well.
SHORT_SNIPPET = 100
ELLIPSIS = "…"


# A stretch of text and the number of the query's slot that it matched: start, end, slot. Plain
# tuples, for a page has hundreds.
Match = tuple[int, int, int]
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
        self._importance: list[float] = []
        stop = {n for n, slot in enumerate(query.slots) if slot.weight <= STOP_WEIGHT}
        counted = {n for n, slot in enumerate(query.slots) if slot.counts}
        # Stop words are marked only when nothing else was asked.
        unmarked = stop if counted - stop else set()
        # A pair of characters may begin with the end of a stop word, which stays unmarked; stop
        # words that are whole words overlap with nothing.
        self._unmarked = unmarked if any(_is_pair(query.slots[n]) for n in counted) else set()
        for number, slot in enumerate(query.slots):
            first = slot.terms[0]
            self._importance.append(slot.weight * reader.find(first.stream, first.text).idf)
            if number in unmarked and number not in self._unmarked:
                continue
            # Pairs of words say no more than the words; pairs of characters are words.
            if slot.counts or slot.word:
                for term in (*slot.terms, *(variant.term for variant in slot.variants)):
                    self._slot_of.setdefault((term.stream, term.text), number)

    def matches(self, place: int, texts: Sequence[slice]) -> list[list[Match]]:
        """Return the matches in some texts of a segment, given by where their words are.

        place  which segment of the reader
        """
        segment = self._reader.segments[place]
        numbers = _TermNumbers(segment)
        for (stream, text), slot in self._slot_of.items():
            if stream == "pair":
                if len(text) == 2:
                    left, right = (self._reader.find("exact", char) for char in text)
                    numbers.add_pair(left.numbers[place], right.numbers[place], slot)
            else:
                numbers.add(stream, self._reader.find(stream, text).numbers[place], slot)
        return numbers.matches(texts)

    def matches_in(self, text: str) -> list[Match]:
        """Return the matches in a text that is in no index, such as a description."""
        found = []
        tokens = self._analyzer.tokens(text)
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
        return sorted(found)

    def marked(self, text: str, matches: Sequence[Match]) -> str:
        """Return a short text as safe HTML, its matches marked."""
        return mark(text, self._marks(matches))

    def snippet(
        self,
        text: str,
        sentences: Sentences,
        matches: Sequence[Match],
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
        matches: Sequence[Match],
        limit: int = SNIPPET_CHARACTERS,
    ) -> Window:
        """Return the run of whole sentences of a text, not empty, that covers most."""
        starts, ends = sentences
        start, end = starts[0], ends[-1]
        if end - start <= limit:
            return Window(start, end)
        start, end, is_cut = self._window(text, sentences, matches, limit)
        return Window(start, end, is_cut and start not in starts, is_cut and end not in ends)

    def shown(self, text: str, window: Window, matches: Sequence[Match]) -> tuple[str, str]:
        """Return a window of a text as plain text, and as safe HTML with its matches marked."""
        start, end = window.start, window.end
        inside = [(a - start, b - start, slot) for a, b, slot in matches if a >= start and b <= end]
        before = ELLIPSIS if window.cut_before else ""
        after = ELLIPSIS if window.cut_after else ""
        plain = text[start:end]
        html = mark(plain, self._marks(inside))
        return f"{before}{plain}{after}", f"{before}{html}{after}"

    def worth(self, matches: Sequence[Match], window: Span) -> float:
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

    def _marks(self, matches: Sequence[Match]) -> list[Span]:
        unmarked = self._unmarked
        if not unmarked:
            return _joined(matches)
        holes = [match for match in matches if match[2] in unmarked]
        marked = [match for match in matches if match[2] not in unmarked]
        return _without(_joined(marked), _joined(holes))

    def _window(
        self, text: str, sentences: Sentences, matches: Sequence[Match], limit: int
    ) -> tuple[int, int, bool]:
        """Return the best run of sentences, and whether it had to be cut inside of one."""
        starts, ends = sentences
        first = self._best_start(starts, ends, matches, limit)
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

    def _best_start(
        self, starts: Sequence[int], ends: Sequence[int], matches: Sequence[Match], limit: int
    ) -> int:
        """Return the first sentence of the window that covers most."""
        importance = self._importance
        # A window that begins without a match would cover no less beginning later.
        hot = _slots_by_sentence(ends, matches)
        best, best_worth = 0, 0.0
        held: dict[int, int] = {}
        worth, after = 0.0, 0
        for place, (sentence, slots) in enumerate(hot):
            last = starts[sentence] + limit
            while after < len(hot) and (ends[hot[after][0]] <= last or after == place):
                for slot in hot[after][1]:
                    count = held.get(slot, 0)
                    held[slot] = count + 1
                    if not count:
                        worth += importance[slot]
                after += 1
            # More has to be clearly more: the earlier window reads better.
            if worth > best_worth + 1e-6:
                best, best_worth = sentence, worth
            for slot in slots:
                held[slot] -= 1
                if not held[slot]:
                    worth -= importance[slot]
        return best

    def _inside(self, text: str, matches: Sequence[Match], window: Span, limit: int) -> Span:
        """Return the part of one long sentence around its best matches, cut between words."""
        start, end = window
        room = limit - 2 * len(ELLIPSIS)
        inside = [match for match in matches if match[0] >= start and match[1] <= end]
        begins = [start, *(max(start, match[0] - room // 4) for match in inside)]
        offers = [(a, min(end, a + room)) for a in begins]
        a, b = max(offers, key=lambda offer: (self.worth(inside, offer), -offer[0]))
        if a > start and (space := text.find(" ", a, a + 30)) >= 0:
            a = space + 1
        if b < end and (space := text.rfind(" ", b - 30, b)) >= 0:
            b = space
        return a, b


class _TermNumbers:
    """A query's terms by their numbers in one segment."""

    def __init__(self, segment: Segment) -> None:
        self._arrays = segment.arrays
        self._first_loose, end = segment.term_range("loose")
        self._by_exact = np.full(self._first_loose, -1, dtype=np.int16)
        self._by_loose = np.full(end - self._first_loose + 1, -1, dtype=np.int16)
        self._pairs: list[tuple[int, int, int]] = []

    def add(self, stream: str, number: int, slot: int) -> None:
        """Let a term stand for a slot; -1 is a term that the segment does not have."""
        if number >= 0 and stream == "exact":
            self._by_exact[number] = slot
        elif number >= 0:
            self._by_loose[number - self._first_loose] = slot

    def add_pair(self, left: int, right: int, slot: int) -> None:
        """Let a pair of characters stand for a slot."""
        if left >= 0 and right >= 0:
            self._pairs.append((left, right, slot))

    def matches(self, texts: Sequence[slice]) -> list[list[Match]]:
        """Return the matches by text, ascending."""
        arrays = self._arrays
        words = np.concatenate([arrays["word"][text] for text in texts])
        if not len(words):
            return [[] for _ in texts]
        slots = self._by_exact[words]
        # Single characters have no loose term: their number -1 reads the last, empty place.
        loosely = self._by_loose[arrays["loose_of"][words]]
        slots = np.where(slots >= 0, slots, loosely)
        sizes = np.array([text.stop - text.start for text in texts])
        # From places in `words` to places in the segment.
        shift = np.array([text.start for text in texts]) - (sizes.cumsum() - sizes)
        found = np.flatnonzero(slots >= 0)
        there = found + shift.repeat(sizes)[found]
        starts, ends = arrays["word_start"], arrays["word_end"]
        rows: list[tuple[NDArray[Any], ...]] = [(found, starts[there], ends[there], slots[found])]
        if self._pairs:
            follows = np.concatenate([arrays["word_follows"][text] for text in texts])
            second, of_pair = self._pairs_in(words, follows)
            there = second + shift.repeat(sizes)[second]
            rows.append((second, starts[there - 1], ends[there], of_pair))
        return _by_text(sizes.cumsum(), rows)

    def _pairs_in(
        self, words: NDArray[np.int32], follows: NDArray[np.uint8]
    ) -> tuple[NDArray[np.int64], NDArray[np.int16]]:
        """Return the second character of each pair of the query, and the pair's slot."""
        lefts, rights, slots = (np.array(column) for column in zip(*self._pairs, strict=True))
        second = np.flatnonzero(self._mark_of(rights)[words] & (follows > 0))
        keys = words[second - 1].astype(np.int64) << 32 | words[second]
        wanted = lefts << 32 | rights
        order = np.argsort(wanted)
        place = np.minimum(np.searchsorted(wanted[order], keys), len(wanted) - 1)
        equal = wanted[order][place] == keys
        return second[equal], slots[order][place[equal]].astype(np.int16)

    def _mark_of(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        marks = np.zeros(len(self._by_exact), dtype=bool)
        marks[numbers] = True
        return marks


def _by_text(
    bounds: NDArray[np.int64], rows: Sequence[tuple[NDArray[Any], ...]]
) -> list[list[Match]]:
    """Return rows of (place, start, end, slot) as matches, text by text, ascending.

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
    if len(rows) > 1:
        for matches in found:
            matches.sort()
    return found


def _is_pair(slot: Slot) -> bool:
    return slot.terms[0].stream == "pair"


def _slots_by_sentence(
    ends: Sequence[int], matches: Sequence[Match]
) -> list[tuple[int, list[int]]]:
    """Return the sentences that hold matches, in order, and the slots matched in each."""
    found: list[tuple[int, list[int]]] = []
    place, last = 0, len(ends) - 1
    here = ends[0]
    slots: list[int] | None = None
    for start, end, slot in matches:
        while start >= here and place < last:
            place += 1
            here, slots = ends[place], None
        if end <= here:
            if slots is None:
                slots = []
                found.append((place, slots))
            slots.append(slot)
    return found


def _joined(matches: Sequence[Match]) -> list[Span]:
    """Return ascending, disjoint spans of ascending matches; neighbours without a gap join."""
    spans: list[Span] = []
    begin = done = -1
    for start, end, _ in matches:
        if start > done:
            if done >= 0:
                spans.append((begin, done))
            begin, done = start, end
        elif end > done:
            done = end
    if done >= 0:
        spans.append((begin, done))
    return spans


def _without(spans: Sequence[Span], holes: Sequence[Span]) -> list[Span]:
    """Return what is left of ascending, disjoint `spans` outside of `holes`, which are so too."""
    left = []
    for start, end in spans:
        for hole_start, hole_end in holes:
            if hole_end <= start or hole_start >= end:
                continue
            if start < hole_start:
                left.append((start, hole_start))
            start = hole_end
        if start < end:
            left.append((start, end))
    return left
