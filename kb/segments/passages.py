"""Cut an article's sections into passages, the unit that is searched and quoted.

A passage is one heading section, split at about 1,200 characters between sentences, so that
the best passage of an article is short enough to show and long enough to rank. Its text is kept
as it is shown: sentences after each other on one line, and where each of them stands.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.article import Section
from kb.words.text import Span, sentences

PASSAGE_CHARACTERS = 1_200
# Between list items, table rows and lines of code, which end without a full stop.
LINE_BREAK = " · "

_CLOSING = frozenset(".!?:;,…。！？：；，、⋯—–-")


@dataclass(frozen=True, slots=True)
class Passage:
    """Plain text under one heading; `heading` and `anchor` are "" before the first one.

    sentences  (start, end) offsets into `text`, ascending, without the gaps between them
    """

    heading: str
    anchor: str
    text: str
    sentences: tuple[Span, ...]


def passages_of(sections: Iterable[Section]) -> list[Passage]:
    """Return the passages of an article in order, one at least.

    A heading without text makes one too.
    """
    passages = [
        Passage(section.heading, section.anchor, *one_line(section.text, pieces))
        for section in sections
        if section.text or section.heading
        for pieces in _split(section.text)
    ]
    return passages or [Passage("", "", "", ())]


def one_line(text: str, spans: Sequence[Span]) -> tuple[str, tuple[Span, ...]]:
    """Return the stretches `spans` of a text after each other, and where each has come to be."""
    shown: list[str] = []
    placed: list[Span] = []
    length = end = 0
    for start, next_end in spans:
        if placed:
            gap = _gap(text, end, start)
            shown.append(gap)
            length += len(gap)
        shown.append(text[start:next_end])
        placed.append((length, length + next_end - start))
        length, end = placed[-1][1], next_end
    return "".join(shown), tuple(placed)


def _gap(text: str, end: int, start: int) -> str:
    """Return what is shown between a sentence that ends and the next one that starts."""
    between = text[end:start]
    if "\n" not in between:
        return between
    return " " if text[end - 1] in _CLOSING else LINE_BREAK


def _split(text: str) -> Iterator[list[Span]]:
    """Yield the sentences of each passage, one list at least; what is too long is cut at spaces."""
    passage: list[Span] = []
    for start, end in _pieces(text):
        if passage and end - passage[0][0] > PASSAGE_CHARACTERS:
            yield passage
            passage = []
        passage.append((start, end))
    yield passage


def _pieces(text: str) -> Iterator[Span]:
    for start, end in sentences(text):
        while end - start > PASSAGE_CHARACTERS:
            cut = text.rfind(" ", start + 1, start + PASSAGE_CHARACTERS)
            cut = cut if cut > start else start + PASSAGE_CHARACTERS
            yield start, cut
            start = cut
            while start < end and text[start].isspace():
                start += 1
        if start < end:
            yield start, end
