"""Cut an article's sections into passages, the unit that is searched and quoted.

A passage is one heading section, split at about 1,200 characters between sentences, so that
the best passage of an article is short enough to show and long enough to rank.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kb.article import Section
from kb.text import sentences

PASSAGE_CHARACTERS = 1_200


@dataclass(frozen=True, slots=True)
class Passage:
    """Plain text under one heading; `heading` and `anchor` are "" before the first one."""

    heading: str
    anchor: str
    text: str


def passages_of(sections: Iterable[Section]) -> list[Passage]:
    """Return the passages of an article in order; a heading without text still makes one."""
    return [
        Passage(section.heading, section.anchor, text)
        for section in sections
        if section.text or section.heading
        for text in _split(section.text)
    ]


def _split(text: str) -> Iterator[str]:
    """Yield stretches of whole sentences; a sentence that is too long is cut at spaces."""
    start = end = 0
    for sentence_start, sentence_end in _pieces(text):
        if end > start and sentence_end - start > PASSAGE_CHARACTERS:
            yield text[start:end].strip()
            start = sentence_start
        end = sentence_end
    yield text[start:end].strip()


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    for start, end in sentences(text):
        while end - start > PASSAGE_CHARACTERS:
            cut = text.rfind(" ", start + 1, start + PASSAGE_CHARACTERS)
            cut = cut if cut > start else start + PASSAGE_CHARACTERS
            yield start, cut
            start = cut
        yield start, end
