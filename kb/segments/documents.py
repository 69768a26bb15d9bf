"""What an index holds of an article: the words of its title, questions, tags, headings and bodies.

An article is one head document (title, questions, tags) and one document a passage (heading,
body). The head carries what belongs to the article as a whole, so its statistics count articles
and those of bodies count passages.

Analysis happens here and never again: each word keeps its number and its place in the text, for
the scores and for the snippets.
"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field

from kb.segments.passages import Passage
from kb.segments.records import Head, dump_head
from kb.segments.shape import PARTS
from kb.words.analysis import Analyzer, analyzer_for, to_simplified
from kb.words.characters import tidy


@dataclass(frozen=True, slots=True)
class Material:
    """All that is indexed of one article, analysed, as a segment keeps it.

    Workers make it and one process collects it, so it holds few objects.

    head, rendering            as kb.segments.records packs them
    bodies, headings, anchors  of each passage
    sentences                  how many each passage has
    starts, ends               offsets of each sentence in its passage
    """

    key: str
    head: bytes
    rendering: bytes
    bodies: list[bytes]
    headings: list[bytes]
    anchors: list[bytes]
    sentences: "array[int]"
    starts: "array[int]"
    ends: "array[int]"
    words: "Words"


@dataclass(slots=True)
class Words:
    """The words of an article's texts in a row, text after text.

    exact     each different exact term, by number
    loose     its loose term, by the same number; "" for a single character
    numbers   number of each word
    starts    offset of each word in its text
    ends      offset after it
    follows   1 where the word stands directly after the one before, so that the two are a pair
    texts     (place in PARTS, number of the passage or -1, how many words) of each text
    """

    exact: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    numbers: "array[int]" = field(default_factory=lambda: array("i"))
    starts: "array[int]" = field(default_factory=lambda: array("i"))
    ends: "array[int]" = field(default_factory=lambda: array("i"))
    follows: bytearray = field(default_factory=bytearray)
    texts: list[tuple[int, int, int]] = field(default_factory=list)


def material_of(head: Head, rendering: bytes, passages: Iterable[Passage]) -> Material:
    """Return what is indexed of an article."""
    passages = tuple(passages)
    spans = [span for passage in passages for span in passage.sentences]
    return Material(
        head.summary.key,
        dump_head(head),
        rendering,
        [passage.text.encode("utf-8", "replace") for passage in passages],
        [passage.heading.encode("utf-8", "replace") for passage in passages],
        [passage.anchor.encode("utf-8", "replace") for passage in passages],
        array("i", [len(passage.sentences) for passage in passages]),
        array("i", [start for start, _ in spans]),
        array("i", [end for _, end in spans]),
        words_of(head, passages, analyzer_for(head.summary.locale)),
    )


def words_of(head: Head, passages: Iterable[Passage], analyzer: Analyzer) -> Words:
    """Return the words of an article in the order of its documents."""
    reader = _Reader(analyzer)
    # The title as it is shown; the others are only searched.
    reader.read("title", head.summary.title)
    for question in head.questions:
        reader.read("questions", tidy(question))
    for tag in head.summary.tags:
        reader.read("tags", tidy(tag))
    for number, passage in enumerate(passages):
        reader.read("heading", tidy(passage.heading), number)
        reader.read("body", passage.text, number)
    return reader.words


class _Reader:
    """Numbers words as `Analyzer.tokens` finds them, without an object for each."""

    def __init__(self, analyzer: Analyzer) -> None:
        self.words = Words()
        self._analyzer = analyzer
        self._number_of: dict[str, int] = {}
        # Of each run as it was written; -1 for one that is no word.
        self._number_of_run: dict[str, int] = {}

    def read(self, part: str, text: str, passage: int = -1) -> None:
        words = self.words
        numbers, starts, ends, follows = words.numbers, words.starts, words.ends, words.follows
        number_of_run = self._number_of_run
        before = len(numbers)
        after_word = 0
        for start, run, is_chars in self._analyzer.runs(text):
            if is_chars:
                self._read_characters(start, run)
                after_word = 0
                continue
            number = number_of_run.get(run)
            if number is None:
                exact, loose = self._analyzer.forms(run)
                number = self._number(exact, loose) if exact and loose else -1
                number_of_run[run] = number
            if number >= 0:
                numbers.append(number)
                starts.append(start)
                ends.append(start + len(run))
                follows.append(after_word)
                after_word = 1
        words.texts.append((PARTS.index(part), passage, len(numbers) - before))

    def _read_characters(self, start: int, run: str) -> None:
        words, end = self.words, start + len(run)
        words.numbers.extend([self._number(char, "") for char in to_simplified(run)])
        words.starts.extend(range(start, end))
        words.ends.extend(range(start + 1, end + 1))
        words.follows.append(0)
        words.follows.extend(b"\x01" * (len(run) - 1))

    def _number(self, exact: str, loose: str) -> int:
        number = self._number_of.get(exact)
        if number is None:
            number = self._number_of[exact] = len(self.words.exact)
            self.words.exact.append(exact)
            self.words.loose.append(loose)
        return number
