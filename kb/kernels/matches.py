"""The matches of a query in one text: which sentences cover most of it, and what to mark."""

import html
from collections.abc import Collection, Iterator, Sequence

# A stretch of text and the number of the query's slot that it matched: start, end, slot.
Match = tuple[int, int, int]
Span = tuple[int, int]
# Stand for the tags while a text is escaped; no tidied text holds them.
_OPEN, _CLOSE = "\x02", "\x03"


class Matches:
    """Matches in the order of the text; neighbours may overlap."""

    def __init__(self, rows: Sequence[Match]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Match]:
        return iter(self._rows)

    def best_start(
        self,
        starts: Sequence[int],
        ends: Sequence[int],
        importance: Sequence[float],
        limit: int,
    ) -> int:
        """Return the first sentence of the window that covers most; 0 where nothing does.

        starts, ends  where the sentences of the text begin and end, ascending, at least one
        importance    what each slot is worth, once a window
        limit         characters of a window
        """
        # A window that begins without a match would cover no less beginning later.
        hot = self._slots_by_sentence(ends)
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

    def _slots_by_sentence(self, ends: Sequence[int]) -> list[tuple[int, list[int]]]:
        """Return the sentences that hold matches, in order, and the slots matched in each."""
        found: list[tuple[int, list[int]]] = []
        place, last = 0, len(ends) - 1
        here = ends[0]
        slots: list[int] | None = None
        for start, end, slot in self._rows:
            while start >= here and place < last:
                place += 1
                here, slots = ends[place], None
            if end <= here:
                if slots is None:
                    slots = []
                    found.append((place, slots))
                slots.append(slot)
        return found

    def spans(self, start: int, end: int, unmarked: Collection[int] = ()) -> list[Span]:
        """Return what to mark of a window, counted from its start: ascending, disjoint.

        unmarked  slots whose matches are left out of what others mark
        """
        inside = [
            (a - start, b - start, slot) for a, b, slot in self._rows if a >= start and b <= end
        ]
        if not unmarked:
            return _joined(inside)
        holes = [match for match in inside if match[2] in unmarked]
        marked = [match for match in inside if match[2] not in unmarked]
        return _without(_joined(marked), _joined(holes))


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


def mark(text: str, spans: Sequence[Span]) -> str:
    """Return `text` as safe HTML with the given ascending, disjoint spans in <mark>."""
    if not spans:
        return html.escape(text)
    parts: list[str] = []
    done = 0
    for start, end in spans:
        parts += (text[done:start], _OPEN, text[start:end], _CLOSE)
        done = end
    parts.append(text[done:])
    # One call escapes all: there are very many short stretches between marks.
    safe = html.escape("".join(parts))
    return safe.replace(_OPEN, "<mark>").replace(_CLOSE, "</mark>")
