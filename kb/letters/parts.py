"""Find what in a pasted message is not the customer's: quotes, heads, signatures, notices.

A message is cut into parts where it quotes or forwards another one; the first part that says
something is the letter, so that what somebody forwards with "see below" is read, and what stands
below a reply is not. Nothing is cut that would leave no text at all.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from kb.letters import phrases
from kb.letters.kinds import is_courtesy
from kb.letters.lines import Line, Reason, Reasons, lines_of, of_turn, raw_lines, unquoted
from kb.letters.patterns import Pattern
from kb.letters.signatures import mark_sent_from, mark_signature

_LONGEST_HEAD_LINE = 300
_MOST_HEAD_LINES = 16
_LONGEST_MARK = 120

_WROTE = Pattern(r"<verbs> ?:$", verbs=phrases.WROTE)
_WROTE_BEGINS = Pattern(r"<begins>|[^@]{0,80}@", begins=phrases.WROTE_BEGINS)
_DATED = re.compile(r"\d|@")
_THREAD = Pattern(r"[-#>=* ]*<marks>[^.?!]*$", marks=phrases.THREAD_MARKS)
_SUBJECT = Pattern(
    r"(?:\*?<subjects>\*? ?:\*? *|<marks> ?: *)+",
    subjects=phrases.SUBJECT_LABELS,
    marks=phrases.REPLY_MARKS,
)
_IS_SUBJECT = Pattern(r"\*?<subjects>\*? ?:", subjects=phrases.SUBJECT_LABELS)
_IN_HEAD = Pattern(r"\*?<labels>\*? ?:", labels=phrases.SUBJECT_LABELS + "|" + phrases.OTHER_LABELS)
_NOTICE = Pattern(r"\W{0,10}(?:[a-z] )?<phrases>", phrases=phrases.BOILERPLATE)


class Cut(NamedTuple):
    """What was cut and why; start and end are offsets into the tidied message."""

    why: Reason
    start: int
    end: int


def letter_lines(message: str) -> tuple[list[Line], tuple[Cut, ...]]:
    """Return the lines of a tidied message that are the letter's, and what was cut.

    An empty line stands for every gap between them.
    """
    lines = lines_of(message)
    found = _parts(lines)
    if not found and any(line.quoted for line in lines):
        # Nothing but a quote was pasted: then it is what is asked.
        found = _parts([part for line in lines for part in of_turn(unquoted(line))])
    if found:
        return found
    return raw_lines(message), ()


def _parts(lines: list[Line]) -> tuple[list[Line], tuple[Cut, ...]] | None:
    """Return the lines of the letter and the cuts; None when no text would be left."""
    lines = list(lines)
    reasons: Reasons = ["quote" if line.quoted else None for line in lines]
    _mark_agents(lines, reasons)
    mark_sent_from(lines, reasons)
    _mark_notices(lines, reasons)
    starts = [0, *_part_starts(lines, reasons), len(lines)]
    parts = [range(a, b) for a, b in pairwise(starts)]
    for part in parts:
        mark_signature(lines, reasons, part)
    kept = _letter(lines, reasons, parts)
    if not kept:
        return None
    return list(_with_gaps(lines, kept)), tuple(_cuts(lines, reasons, set(kept)))


def _mark_agents(lines: Sequence[Line], reasons: Reasons) -> None:
    """Mark what the other side says in a copied chat, if the customer speaks there too."""
    if not any(line.turn == "customer" for line in lines):
        return
    speaker = ""
    for i, line in enumerate(lines):
        speaker = line.turn or speaker
        if speaker == "agent":
            reasons[i] = "quote"


def _part_starts(lines: list[Line], reasons: Reasons) -> Iterator[int]:
    """Mark what stands between a message and the one below it; yield where that one begins.

    The subject of a head stays, as the first line of what is below.
    """
    i, top = 0, 0
    while i < len(lines):
        line = lines[i]
        end = i + 1
        if line.quoted or not line.text or reasons[i]:
            top += top == i
        elif length := _head_length(lines, i, is_top=top == i):
            end = i + length
            yield i
            _mark_head(lines, reasons, range(i, end))
            top = end
        elif len(line.text) <= _LONGEST_MARK and _THREAD.bare.match(line.bare):
            reasons[i] = "header"
            top = end
            yield end
        elif (first := _first_of_wrote(lines, i)) is not None:
            reasons[first:end] = ["quote"] * (end - first)
            if _is_quote_next(lines, end):
                top = end if top == first else top
            else:
                top = end
                yield end
        i = end


def _head_length(lines: Sequence[Line], first: int, is_top: bool) -> int:
    """Return how many lines the head of a mail has that begins at a line; 0 for no head.

    At the top of a part the subject alone is one; elsewhere it takes an address or a subject, and
    two labels.
    """
    labels, certain, is_labelled = 0, False, False
    for i in range(first, min(first + _MOST_HEAD_LINES, len(lines))):
        line = lines[i]
        is_continued = is_labelled and ("@" in line.text or lines[i - 1].text.endswith((",", ";")))
        is_labelled = len(line.text) <= _LONGEST_HEAD_LINE and bool(_IN_HEAD.bare.match(line.bare))
        if not is_labelled and not (is_continued and line.text):
            break
        labels += is_labelled
        certain = certain or "@" in line.text or bool(_IS_SUBJECT.bare.match(line.bare))
    else:
        i = min(first + _MOST_HEAD_LINES, len(lines))
    is_subject = is_top and bool(_IS_SUBJECT.bare.match(lines[first].bare))
    return i - first if certain and (labels > 1 or is_subject) else 0


def _mark_head(lines: list[Line], reasons: Reasons, head: range) -> None:
    for i in head:
        reasons[i] = "header"
        if _IS_SUBJECT.bare.match(lines[i].bare) and (label := _SUBJECT.bare.match(lines[i].bare)):
            lines[i] = lines[i].after(label.end())
            reasons[i] = None


def _first_of_wrote(lines: Sequence[Line], last: int) -> int | None:
    """Return the first line of "On this day she wrote:", which mailers wrap; None for others."""
    if not _WROTE.bare.search(lines[last].bare[-20:]):
        return None
    text = ""
    for first in range(last, max(-1, last - 3), -1):
        line = lines[first]
        if line.quoted or not line.text or len(line.text) > _LONGEST_HEAD_LINE:
            break
        text = f"{line.bare} {text}"
        if _WROTE_BEGINS.bare.match(text) and _DATED.search(text):
            return first
    return None


def _is_quote_next(lines: Sequence[Line], start: int) -> bool:
    below = next((i for i in range(start, len(lines)) if lines[i].text), None)
    return below is not None and lines[below].quoted


def _mark_notices(lines: Sequence[Line], reasons: Reasons) -> None:
    """Mark what machines append, from where it begins to the end of its paragraph."""
    inside = False
    for i, line in enumerate(lines):
        is_written = bool(line.text) and reasons[i] is None
        inside = is_written and (inside or bool(_NOTICE.bare.match(line.bare)))
        if inside:
            reasons[i] = "boilerplate"


def _letter(lines: Sequence[Line], reasons: Reasons, parts: Sequence[range]) -> list[int]:
    """Return the lines of the first part that says something; of one with any text, else."""
    doubtful: tuple[Reason, ...] = ("signature", "boilerplate")
    readings = [
        [[i for i in part if lines[i].text and reasons[i] in allowed] for part in parts]
        for allowed in ((None,), (None, *doubtful))
    ]
    for kept in chain(*readings):
        if any(not is_courtesy(lines[i].written) for i in kept):
            return kept
    return next(filter(None, chain(*readings)), [])


def _with_gaps(lines: Sequence[Line], kept: Sequence[int]) -> Iterator[Line]:
    """Yield the kept lines, and an empty one where something was between two of them."""
    for i, last in zip(kept, [kept[0], *kept], strict=False):
        if i > last + 1:
            yield Line(lines[i].start)
        yield lines[i]


def _cuts(lines: Sequence[Line], reasons: Reasons, kept: set[int]) -> Iterator[Cut]:
    """Yield what is not kept; a part that is not the letter is a quote."""
    cut: Cut | None = None
    for i, line in enumerate(lines):
        why = None if i in kept else reasons[i] or "quote"
        if not line.text:
            continue
        if cut and cut.why == why:
            cut = cut._replace(end=line.start + len(line.text))
            continue
        if cut:
            yield cut
        cut = Cut(why, line.start, line.start + len(line.text)) if why else None
    if cut:
        yield cut
