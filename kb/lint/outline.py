"""Headings, links and comments of a Markdown text, each with its place in the file.

A renderer forgets where things stood, so the source is read here a second time, line by line and
in linear time. What is code counts for nothing; what is odd may be missed, never made up.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from markdown.extensions.toc import slugify_unicode

from kb.lint.visible import Visible, visible

_ATX = re.compile(r" {0,3}(#{1,6})(?!#)(.*)")
_UNDERLINE = re.compile(r" {0,3}(=+|-+)[ \t]*")
_NO_PARAGRAPH = re.compile(r"[ \t]*(?:[-*+>|#<]|\d{1,9}[.)][ \t]|[ \t]*$)")
_HTML_HEADING = re.compile(r"<h([1-6])\b[^<>]{0,500}>", re.I)
_BRACKET = re.compile(r"(?<!\\)[\[\]]")
_IN_TARGET = r"(?:[^()\\\n]|\\.)*+"
_INLINE = re.compile(
    r"\]\([ \t]*+(?:<([^<>\n]*+)>|"
    rf"({_IN_TARGET}(?:\({_IN_TARGET}\){_IN_TARGET})*+)\))"
)
_TITLE = re.compile(r"""[ \t\n]+(?:"[^"]*"|'[^']*')[ \t\n]*$""")
_REFERENCE = re.compile(r"^ {0,3}\[[^\]\n^][^\]\n]{0,300}\]:[ \t]*<?([^\s<>]+)", re.M)
_HTML = re.compile(r"<(a|img)\b([^<>]{0,3000})>", re.I)
_DIRECTIVE = re.compile(r":::image ([^\n]{0,1000}?):::")
_ATTRIBUTE = re.compile(r"""([\w-]+)[ \t\n]{0,9}=[ \t\n]{0,9}(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_MARKED = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|<[^<>]*>|[*`~]+")
_CUSTOM_ID = re.compile(r"\{[^{}]*?#([^\s{}]+)[^{}]*\}[ \t]*$")
_OFF = re.compile(r"lint:[ \t]*off[ \t]+([a-z0-9,\- \t\n]+)")
_LONGEST_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Link:
    """A link or an image; line and column in the file, from 1.

    target  as it is written, without escapes
    text    what is clicked on, or the alternative text; None where an image has none at all
    """

    target: str
    text: str | None
    line: int
    column: int
    is_image: bool = False


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading as it is written: `text` without marks."""

    level: int
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Outline:
    """What a text holds besides words.

    silenced  (rule, line) of each rule that a comment switches off
    opens_with_heading  whether nothing stands before the first heading
    """

    headings: tuple[Heading, ...] = ()
    links: tuple[Link, ...] = ()
    silenced: tuple[tuple[str, int], ...] = ()
    is_comment_open: bool = False
    opens_with_heading: bool = False
    slugs: frozenset[str] = field(default=frozenset(), repr=False)


def outline(body: str, first_line: int = 1) -> Outline:
    """Return the outline of a text whose first line is that line of its file."""
    seen = visible(body)
    place = _Places(seen.text, first_line)
    headings = tuple(_headings(seen, body, first_line))
    links = sorted(
        (*_inline(seen.text, body, place), *_others(seen.text, body, place)),
        key=lambda link: (link.line, link.column),
    )
    return Outline(
        headings,
        tuple(links),
        tuple(_silenced(seen.comments, first_line)),
        seen.is_comment_open,
        bool(headings) and headings[0].line == _first_line_with_text(seen.text) + first_line,
        frozenset(_slugs(headings)),
    )


def _first_line_with_text(text: str) -> int:
    return text[: len(text) - len(text.lstrip())].count("\n")


class _Places:
    """Tells line and column of a place in a text."""

    def __init__(self, text: str, first_line: int) -> None:
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._first = first_line

    def of(self, position: int) -> tuple[int, int]:
        number = bisect_right(self._starts, position) - 1
        return number + self._first, position - self._starts[number] + 1


def _headings(seen: Visible, body: str, first_line: int) -> Iterator[Heading]:
    written = body.split("\n")
    before = before_that = ""
    for number, line in enumerate(seen.text.split("\n")):
        if match := _ATX.match(line):
            raw = written[number].strip().lstrip("#").strip()
            yield Heading(len(match[1]), _plain(raw), number + first_line)
        elif before.strip() and not before_that.strip() and _UNDERLINE.fullmatch(line):
            if not _NO_PARAGRAPH.match(before):
                level = 1 if "=" in line else 2
                yield Heading(level, _plain(written[number - 1]), number - 1 + first_line)
        elif "<" in line and (tag := _HTML_HEADING.search(line)):
            yield Heading(int(tag[1]), _plain(written[number]), number + first_line)
        before_that, before = before, line


def _plain(markdown: str) -> str:
    text = _CUSTOM_ID.sub("", markdown[:_LONGEST_TEXT]).rstrip(" #")
    return " ".join(unescape(_MARKED.sub(r"\1", text)).split())


def _slugs(headings: Iterable[Heading]) -> Iterator[str]:
    for heading in headings:
        yield slugify_unicode(heading.text, "-")


def _inline(text: str, body: str, place: _Places) -> Iterator[Link]:
    openings = _openings(text)
    for match in _INLINE.finditer(text):
        start = openings.get(match.start())
        if start is None:
            continue
        target = match[1] if match[1] is not None else _TITLE.sub("", match[2])
        is_image = start > 0 and text[start - 1] == "!"
        shown = " ".join(body[start + 1 : match.start()].split())
        line, column = place.of(start - is_image)
        words = shown or (None if is_image else "")
        yield Link(_unescaped(target), words, line, column, is_image)


def _openings(text: str) -> dict[int, int]:
    """Return where the bracket opens that closes at a place, for each that closes."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for match in _BRACKET.finditer(text):
        if match[0] == "[":
            opened.append(match.start())
        elif opened:
            found[match.start()] = opened.pop()
    return found


def _unescaped(target: str) -> str:
    return unescape(_ESCAPED.sub(r"\1", target)).strip()


def _others(text: str, body: str, place: _Places) -> Iterator[Link]:
    """Yield what is written as a reference, as HTML or as a directive."""
    for match in _REFERENCE.finditer(text):
        yield Link(_unescaped(match[1]), "", *place.of(match.start(1)))
    for match in _HTML.finditer(text):
        given = {name.lower(): unescape(a or b or c) for name, a, b, c in _attributes(match[2])}
        at = place.of(match.start())
        if match[1].lower() == "img":
            if "src" in given:
                yield Link(given["src"].strip(), given.get("alt"), *at, is_image=True)
        elif "href" in given:
            end = text.find("</", match.end(), match.end() + _LONGEST_TEXT)
            shown = _plain(body[match.end() : end]) if end >= 0 else ""
            yield Link(given["href"].strip(), shown, *at)
    for match in _DIRECTIVE.finditer(text):
        given = {name.lower(): a or b or c for name, a, b, c in _attributes(match[1])}
        if source := given.get("source", "").strip():
            alt = given.get("alt-text", "").strip() or None
            yield Link(source, alt, *place.of(match.start()), is_image=True)


def _attributes(text: str) -> list[tuple[str, str, str, str]]:
    return _ATTRIBUTE.findall(text)


def _silenced(comments: Iterable[tuple[int, str]], first_line: int) -> Iterator[tuple[str, int]]:
    for line, text in comments:
        for match in _OFF.finditer(text):
            for name in match[1].replace(",", " ").split():
                yield name.strip("-"), line + first_line
