"""Read what an agent pasted: a customer's mail or chat, with all that comes with one.

What the customer did not write is cut (`kb.letters.parts`), and what is left is told sentence by
sentence (`kb.letters.kinds`). A message that is not empty never comes back empty, and nothing that
is pasted raises; time grows with its length.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from kb.letters.kinds import Kind, told
from kb.letters.lines import Line
from kb.letters.parts import Cut, letter_lines
from kb.letters.patterns import written
from kb.words.characters import tidy
from kb.words.text import written_sentences

__all__ = ["Cut", "Kind", "Letter", "Sentence", "read_letter"]

# Between these widths mails are wrapped; a wide character takes two columns. A narrow line goes on
# only with a small letter.
_NARROWEST, _NARROW, _WIDEST = 60, 68, 100
_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60]"
)
_ENDS_SENTENCE = tuple(".!?…:;。！？：；")
_OUTSIDE = " \t,，、;；~～"
# What marks a line as an item or a postscript.
_ITEM = re.compile(
    r"(?:[-–+*](?=\s|[^\W\d])|[•·‧●○▪①-⑳]|\(?\d{1,2}[.)](?=\s)|\(?\d{1,2}[、．]|[a-hA-H]\)"
    r"|P\.S\.?|PS[:.])\s*"
)


class Sentence(NamedTuple):
    """A sentence of a letter on one line; start and end are offsets into the tidied message."""

    text: str
    kind: Kind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Letter:
    """What a customer wrote.

    text       the lines that are left, paragraphs apart
    sentences  all of it in order; greetings and thanks are there, as courtesies
    cut        what is left out and why

    Offsets are offsets into the message as `kb.words.characters.tidy` returns it: in NFC, with LF
    line ends, without invisible controls.
    """

    text: str
    sentences: tuple[Sentence, ...]
    cut: tuple[Cut, ...]


def read_letter(message: str) -> Letter:
    """Return what is the customer's of a pasted message."""
    message = tidy(message)
    lines, cut = letter_lines(message)
    text = "\n".join(line.text for line in lines).strip("\n")
    sentences = (each for joined in _joined(lines) for each in _sentences(joined))
    return Letter(text, tuple(sentences), cut)


class _Joined(NamedTuple):
    """Lines that go on from one to the next, as one text.

    level    the text levelled
    places   where each line begins in the text
    offsets  where it begins in the message
    """

    text: str
    level: str
    places: list[int]
    offsets: list[int]

    def offset(self, place: int) -> int:
        """Return the offset in the message of a place in the text."""
        line = bisect_right(self.places, place) - 1
        return self.offsets[line] + place - self.places[line]


def _sentences(joined: _Joined) -> Iterator[Sentence]:
    for start, end in written_sentences(joined.text):
        for part in told(written(joined.text[start:end], joined.level[start:end])):
            raw = joined.text[start + part.start : start + part.end]
            text = raw.strip(_OUTSIDE)
            if not text:
                continue
            begin = start + part.start + raw.index(text)
            yield Sentence(
                " ".join(text.split()),
                part.kind,
                joined.offset(begin),
                joined.offset(begin + len(text) - 1) + 1,
            )


def _joined(lines: Sequence[Line]) -> Iterator[_Joined]:
    """Yield the lines, those joined that a mailer has wrapped."""
    for paragraph in _paragraphs(lines):
        columns = [_columns(line.text) for line in paragraph]
        width = max((n for n in columns if n <= _WIDEST), default=0)
        run: list[Line] = []
        for place, line in enumerate(paragraph):
            if run and not _goes_on(run[-1].text, columns[place - 1], line.text, width):
                yield _one_text(run)
                run = []
            run.append(line)
        yield _one_text(run)


def _paragraphs(lines: Sequence[Line]) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    for line in lines:
        if line.text:
            paragraph.append(line)
        elif paragraph:
            yield paragraph
            paragraph = []
    if paragraph:
        yield paragraph


def _columns(text: str) -> int:
    return len(text) + (0 if text.isascii() else len(_WIDE.findall(text)))


def _goes_on(line: str, columns: int, following: str, width: int) -> bool:
    """Whether a line was wrapped: the first word of the next one had no room on it."""
    if not _NARROWEST <= columns <= width or line.endswith(_ENDS_SENTENCE):
        return False
    if _ITEM.match(following):
        return False
    word = following[:1] if _WIDE.match(following) else following.split(maxsplit=1)[0]
    has_no_room = columns >= _NARROW and columns + 1 + _columns(word) > width
    return following[0].islower() or has_no_room


def _one_text(lines: Sequence[Line]) -> _Joined:
    """Return lines as one text, without the mark of an item before it."""
    first = lines[0]
    item = _ITEM.match(first.text)
    if item and item.end() < len(first.text):
        first = first.after(item.end())
    texts, levels, places = [first.text], [first.level], [0]
    for last, line in pairwise(lines):
        glue = "" if _WIDE.match(last.text[-1]) and _WIDE.match(line.text) else " "
        places.append(places[-1] + len(texts[-1]) + len(glue))
        texts[-1] += glue
        levels[-1] += glue
        texts.append(line.text)
        levels.append(line.level)
    offsets = [first.start, *(line.start for line in lines[1:])]
    return _Joined("".join(texts), "".join(levels), places, offsets)
