"""Choose and mark the sentences of a passage that show why it matched.

The window is the run of whole sentences, at most 300 characters long, that covers the largest
sum of idf of the query's distinct words; measured, this shows the answer more often than any
highlighter tried. Words are marked as the analyzer sees them, so a match that came through
folding or stemming is marked as well.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb.analysis import Analyzer, Token
from kb.query import STOP_WEIGHT, ParsedQuery
from kb.text import mark, sentences

SNIPPET_CHARACTERS = 300
# A window shorter than this gets the sentences before it as well.
SHORT_SNIPPET = 100
ELLIPSIS = "…"
# Between list items, table rows and lines of code, which end without a full stop.
LINE_BREAK = " · "

_CLOSING = frozenset(".!?:;,…。！？：；，、⋯—–-")

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Match:
    """A stretch of text that matched word number `slot` of the query."""

    start: int
    end: int
    slot: int


class Highlighter:
    """Finds a query's words in texts of one locale; made once for a query."""

    def __init__(
        self, query: ParsedQuery, analyzer: Analyzer, idf: Callable[[str, str], float]
    ) -> None:
        self._analyzer = analyzer
        self._slot_of: dict[tuple[str, str], int] = {}
        self._importance: dict[int, float] = {}
        for number, slot in enumerate(query.slots):
            readings = [slot.terms, *(variant.terms for variant in slot.variants)]
            terms = [(term.stream, term.text) for reading in readings for term in reading]
            for key in terms:
                # Pairs of words say no more than the words; pairs of characters are words.
                if slot.counts or slot.word:
                    self._slot_of.setdefault(key, number)
            self._importance[number] = slot.weight * max(idf(*key) for key in terms[:1])
        stop = {n for n, slot in enumerate(query.slots) if slot.weight <= STOP_WEIGHT}
        counted = {n for n, slot in enumerate(query.slots) if slot.counts}
        # Stop words help to choose a window, but are marked only when nothing else was asked.
        self._unmarked = stop if counted - stop else set()

    def title(self, text: str) -> str:
        """Return a short text as safe HTML, matches marked."""
        return mark(text, self._marks(text))

    def snippet(self, text: str, limit: int = SNIPPET_CHARACTERS) -> str:
        """Return the best window of `text` as safe HTML, matches marked; "" for no text."""
        start, end = self._window(text, self._matches(text), limit)
        if start == end:
            return ""
        shown = _on_one_line(text[start:end])
        spans = self._marks(shown)
        before = ELLIPSIS if start and not _begins_sentence(text, start) else ""
        after = ELLIPSIS if end < len(text) and not _ends_sentence(text, end) else ""
        return f"{before}{mark(shown, spans)}{after}"

    def _marks(self, text: str) -> list[Span]:
        matches = self._matches(text)
        marked = _joined([m for m in matches if m.slot not in self._unmarked])
        # A pair of characters may begin with the end of a stop word, which stays unmarked.
        return _without(marked, _joined([m for m in matches if m.slot in self._unmarked]))

    def _matches(self, text: str) -> list[_Match]:
        found = []
        tokens = self._analyzer.tokens(text)
        for i, token in enumerate(tokens):
            slot = self._slot_of.get(("exact", token.exact))
            if slot is None and token.loose:
                slot = self._slot_of.get(("loose", token.loose))
            if slot is not None:
                found.append(_Match(token.start, token.end, slot))
            elif token.is_char:
                found += self._pair_match(tokens, i)
        return found

    def _pair_match(self, tokens: Sequence[Token], i: int) -> list[_Match]:
        """Return the match of the bigram that begins at token `i`, if there is one."""
        found = []
        if i + 1 < len(tokens) and tokens[i + 1].follows:
            slot = self._slot_of.get(("pair", tokens[i + 1].pair(tokens[i])))
            if slot is not None:
                found.append(_Match(tokens[i].start, tokens[i + 1].end, slot))
        return found

    def _window(self, text: str, matches: Sequence[_Match], limit: int) -> Span:
        spans = sentences(text)
        if not spans:
            return 0, 0
        # A window that begins without a match would cover no less beginning later.
        starts = [i for i, span in enumerate(spans) if _holds_any(span, matches)] or [0]
        best_first, best, best_worth = 0, spans[0], -1.0
        for first in starts:
            window = _grown(text, spans, first, limit)
            worth = self._worth(matches, window)
            # More has to be clearly more: the earlier window reads better.
            if worth > best_worth + 1e-6:
                best_first, best, best_worth = first, window, worth
        if best[1] - best[0] > limit:
            return self._inside(text, matches, best, limit)
        return _with_lead(spans, best_first, best, limit)

    def _worth(self, matches: Sequence[_Match], window: Span) -> float:
        start, end = window
        inside = {m.slot for m in matches if m.start >= start and m.end <= end}
        return sum(self._importance[slot] for slot in inside)

    def _inside(self, text: str, matches: Sequence[_Match], window: Span, limit: int) -> Span:
        """Return the part of one long sentence around its best matches, cut between words."""
        start, end = window
        room = limit - 2 * len(ELLIPSIS)
        inside = [m for m in matches if m.start >= start and m.end <= end]
        offers = [(start, start + room)]
        offers += [(max(start, m.start - room // 4), 0) for m in inside]
        offers = [(a, min(end, a + room)) for a, _ in offers]
        a, b = max(offers, key=lambda offer: (self._worth(inside, offer), -offer[0]))
        if a > start and (space := text.find(" ", a, a + 30)) >= 0:
            a = space + 1
        if b < end and (space := text.rfind(" ", b - 30, b)) >= 0:
            b = space
        return a, b


def _grown(text: str, spans: Sequence[Span], first: int, limit: int) -> Span:
    """Return the longest run of sentences from `first` on that fits, one at least."""
    start, end = spans[first]
    room = limit - (end - start)
    for next_start, next_end in spans[first + 1 :]:
        room -= len(_gap(text, end, next_start)) + next_end - next_start
        if room < 0:
            break
        end = next_end
    return start, end


def _holds_any(span: Span, matches: Sequence[_Match]) -> bool:
    return any(match.start >= span[0] and match.end <= span[1] for match in matches)


def _with_lead(spans: Sequence[Span], first: int, window: Span, limit: int) -> Span:
    """Return a short window with the sentences before it that say what it is about."""
    start, end = window
    # Line breaks are shown as up to two characters more.
    room = limit - 2 * len(spans)
    while first and end - start < SHORT_SNIPPET and end - spans[first - 1][0] <= room:
        first -= 1
        start = spans[first][0]
    return start, end


def _gap(text: str, end: int, start: int) -> str:
    """Return what is shown between a sentence that ends and the next one that starts."""
    between = text[end:start]
    if "\n" not in between:
        return between
    return " " if text[end - 1] in _CLOSING else LINE_BREAK


def _on_one_line(text: str) -> str:
    """Return sentences as they are shown after each other."""
    spans = sentences(text)
    shown = text[: spans[0][1]] if spans else ""
    for (_, end), (start, next_end) in pairwise(spans):
        shown += _gap(text, end, start) + text[start:next_end]
    return shown


def _joined(matches: Sequence[_Match]) -> list[Span]:
    """Return ascending, disjoint spans; neighbours without a gap become one."""
    spans: list[Span] = []
    for match in sorted(matches, key=lambda m: (m.start, m.end)):
        if spans and match.start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], match.end))
        else:
            spans.append((match.start, match.end))
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


def _begins_sentence(text: str, start: int) -> bool:
    return any(span[0] == start for span in sentences(text))


def _ends_sentence(text: str, end: int) -> bool:
    return any(span[1] == end for span in sentences(text))
