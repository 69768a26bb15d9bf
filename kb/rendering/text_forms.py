"""HTML tokens as Markdown or as plain text: what a chat takes that shows no HTML.

Reads the tokens of cleaned HTML (`kb.rendering.markup.read`) with a stack of its own: no nesting
is too deep for it, but what is nested deeper than anybody writes is only text. Whatever a text
holds stays text in the Markdown: what some renderer could take for a mark is escaped, as a
backslash or, where not every renderer knows that, as an entity. Emphasis is left out where
Markdown cannot say it: `**「x」**y` is bold in few renderers, for between a bracket and a letter no
mark closes.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from unicodedata import category

from kb.rendering.markup import Token

_DEEPEST = 60
_BREAK = "\x00"  # a line break inside of a line; no author's text can hold it
_CELLS = ("td", "th")
_HEADINGS = ("h2", "h3", "h4", "h5", "h6")
_BLOCKS = frozenset(
    (
        *("p", "div", "blockquote", "ul", "ol", "li", "dl", "dt", "dd", "pre"),
        *("table", "caption", "thead", "tbody", "tfoot", "tr", *_CELLS, *_HEADINGS),
    )
)
_MARKS = {"strong": "**", "b": "**", "em": "*", "i": "*", "del": "~~", "s": "~~"}
_CODE = ("code", "kbd", "samp")
_SIGN = re.compile(r"[\\`*\[\]{|~<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w|$)|!(?=\[|$)")
_AT_START = re.compile(
    r"^(?:(?P<sign>[#>]|[+-](?=\s|$)|-(?=-)|!(?=!!))|(?P<entity>:(?=\s|::)|=(?==*\s*$)|\?(?=\?\?))"
    r"|(?P<number>\d{1,9})(?=[.)](?:\s|$)))"
)
_NOT_IN_ADDRESS = re.compile(r"[\s()<>\\|*`\[\]]")

# (is it text, or a mark that must not be escaped; what it is)
_Piece = tuple[bool, str]


def markdown_of(tokens: Iterable[Token]) -> str:
    """Return what the tokens say as Markdown that every common renderer reads."""
    return _Writer(is_markdown=True).run(tokens)


def text_of(tokens: Iterable[Token]) -> str:
    """Return what the tokens say as plain text, links as "text (address)"."""
    return _Writer(is_markdown=False).run(tokens)


@dataclass(slots=True)
class _Mark:
    """An inline element that is open: a link, code, emphasis."""

    tag: str
    address: str
    start: int  # its first piece in the line


@dataclass(slots=True)
class _Open:
    """A block that is open, and what it holds so far.

    blocks  (what stands before it when it is not the first, its text)
    rows    of a table: cells, and whether they head the columns
    """

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    blocks: list[tuple[str, str]] = field(default_factory=list)
    line: list[_Piece] = field(default_factory=list)
    marks: list[_Mark] = field(default_factory=list)
    rows: list[tuple[list[str], bool]] = field(default_factory=list)
    number: int = 1

    def add(self, text: str, gap: str = "\n\n") -> None:
        if text:
            self.blocks.append((gap, text))

    def joined(self) -> str:
        """Return its blocks after each other."""
        return "".join(gap * bool(i) + text for i, (gap, text) in enumerate(self.blocks))


class _Writer:
    def __init__(self, *, is_markdown: bool) -> None:
        self._is_markdown = is_markdown
        self._open = [_Open("")]
        self._cells = 0  # how many are open

    def run(self, tokens: Iterable[Token]) -> str:
        for token in tokens:
            name = token.value
            if token.kind == "text":
                self._open[-1].line.append((True, name))
            elif name in _BLOCKS:
                self._flush()
                if token.kind == "start":
                    self._begin(token)
                elif len(self._open) > 1:
                    self._end(self._open.pop())
            elif token.kind == "start":
                self._inline(token)
            elif (marks := self._open[-1].marks) and marks[-1].tag == name:
                self._apply(marks.pop(), self._open[-1])
        self._flush()
        return self._open[0].joined()

    @property
    def _has_marks(self) -> bool:
        """Whether blocks are marked here: not in the cells of tables."""
        return self._is_markdown and not self._cells

    def _begin(self, token: Token) -> None:
        block = _Open(token.value, token.attributes)
        start = token.attributes.get("start", "1")
        block.number = int(start) if start.isdecimal() else 1
        self._cells += token.value in _CELLS
        self._open.append(block)

    def _inline(self, token: Token) -> None:
        block = self._open[-1]
        if token.value == "br":
            block.line.append((False, _BREAK))
        elif token.value == "hr":
            self._flush()
            block.add("---" if self._has_marks else "")
        elif token.value == "img":
            alt, source = token.attributes.get("alt", ""), token.attributes.get("src", "")
            shown = f"![{_escaped(alt)}]({_address(source)})" if source else _escaped(alt)
            block.line.append((False, shown) if self._is_markdown else (True, alt))
        elif len(block.marks) < _DEEPEST:
            address = token.attributes.get("href", "")
            block.marks.append(_Mark(token.value, address, len(block.line)))

    def _flush(self) -> None:
        """Make a block of the line that is open, if it holds anything."""
        block = self._open[-1]
        for mark in reversed(block.marks):
            self._apply(mark, block)
            mark.start = 0
        pieces, block.line = block.line, []
        if block.tag == "pre":
            text = "".join(text for _, text in pieces).replace(_BREAK, "\n").strip("\n")
            block.add(_fenced(text) if self._has_marks and text.strip() else text)
            return
        write = _escaped if self._is_markdown else str
        line = "".join(write(_spaced(text)) if plain else text for plain, text in pieces)
        lines = [" ".join(part.split()) for part in line.split(_BREAK)]
        if block.tag in _HEADINGS or self._cells:
            lines = [" ".join(part for part in lines if part)]
        elif self._is_markdown:
            lines = [_AT_START.sub(_harmless, part) for part in lines]
        block.add(("  \n" if self._is_markdown else "\n").join(part for part in lines if part))

    def _apply(self, mark: _Mark, block: _Open) -> None:
        """Mark what the line holds since the mark was opened."""
        pieces = block.line[mark.start :]
        shown = "".join(text for _, text in pieces).strip()
        if not shown or block.tag == "pre":
            return
        if mark.tag == "q":
            pieces = [(True, "“"), *pieces, (True, "”")]
        elif mark.tag == "a":
            pieces = self._link(mark.address, pieces, shown)
        elif self._is_markdown and mark.tag in _CODE:
            if not (self._cells and "|" in shown):  # there renderers differ
                pieces = [(False, _code(" ".join(shown.split())))]
        elif self._is_markdown and mark.tag in _MARKS:
            pieces = _emphasised(pieces, _MARKS[mark.tag])
        block.line[mark.start :] = pieces

    def _link(self, address: str, pieces: list[_Piece], shown: str) -> list[_Piece]:
        if not address:
            return pieces
        if self._is_markdown:
            return [(False, "["), *pieces, (False, f"]({_address(address)})")]
        plain = address.removeprefix("mailto:").removeprefix("tel:")
        return pieces if shown == plain else [*pieces, (True, f" ({plain})")]

    def _end(self, block: _Open) -> None:
        """Give what a closed block holds to the one around it."""
        around, tag = self._open[-1], block.tag
        self._cells -= tag in _CELLS
        if len(self._open) > _DEEPEST:
            around.blocks += block.blocks
            return
        text = block.joined()
        if tag in _CELLS:
            span = block.attributes.get("colspan", "1")
            wide = min(int(span), 50) if span.isdecimal() else 1
            around.blocks += [(tag, " ".join(text.split())), *[(tag, "")] * (wide - 1)]
        elif tag == "tr":
            self._end_row(block)
        elif tag == "table":
            around.add(text)  # its caption
            around.add(self._table(block.rows))
        elif tag == "li":
            around.add(self._item(around, text))
        elif tag in ("ul", "ol"):
            # A blank line between two items has to stand between all of them.
            gap = "\n\n" if any("\n\n" in item for _, item in block.blocks) else "\n"
            text = gap.join(item for _, item in block.blocks)
            around.add(text, "\n" if around.tag == "li" else "\n\n")
        elif tag == "blockquote" and self._has_marks:
            around.add("\n".join(f"> {line}".rstrip() for line in text.split("\n") if text))
        elif tag in _HEADINGS and self._has_marks and text:
            closing = "\\#" if text.endswith("#") else text[-1]  # a last # would be no text
            around.add(f"{'#' * int(tag[1])} {text[:-1]}{closing}")
        elif tag == "pre":
            around.add(_escaped(text) if self._is_markdown and self._cells else text)
        else:
            around.blocks += block.blocks

    def _item(self, around: _Open, text: str) -> str:
        marker = "- "
        if around.tag == "ol":
            marker = f"{around.number}. "
            around.number += 1
        lines = text.split("\n")
        rest = (f"{' ' * len(marker)}{line}" if line else "" for line in lines[1:])
        return "\n".join((marker + lines[0], *rest)) if text else ""

    def _end_row(self, row: _Open) -> None:
        cells = [text for _, text in row.blocks]
        heads = all(tag == "th" for tag, text in row.blocks if text)
        table = next((block for block in reversed(self._open) if block.tag == "table"), None)
        if table:
            table.rows.append((cells, heads))
        else:
            self._open[-1].add(" ".join(cells))

    def _table(self, rows: Sequence[tuple[list[str], bool]]) -> str:
        if not self._has_marks:
            between, after = (", ", "; ") if self._cells else (" | ", "\n")
            lines = (between.join(cell for cell in cells if cell) for cells, _ in rows)
            return after.join(line for line in lines if line)
        width = max((len(cells) for cells, _ in rows), default=0)
        if not width:
            return ""
        if not rows[0][1]:
            rows = [([], True), *rows]
        padded = [[*cells, *[""] * (width - len(cells))] for cells, _ in rows]
        padded.insert(1, ["---"] * width)
        return "\n".join(f"| {' | '.join(cells)} |" for cells in padded)


def _spaced(text: str) -> str:
    """Return a text with each run of white space as one space; those at its ends count."""
    words = " ".join(text.split())
    if not words:
        return " " if text else ""
    return " " * text[0].isspace() + words + " " * text[-1].isspace()


def _escaped(text: str) -> str:
    return _SIGN.sub(lambda match: _ENTITIES.get(match[0], f"\\{match[0]}"), text)


_ENTITIES = {"<": "&lt;", "&": "&amp;"}


def _harmless(match: re.Match[str]) -> str:
    if match.lastgroup == "number":
        return f"{match[0]}\\"
    return f"&#{ord(match[0])};" if match.lastgroup == "entity" else f"\\{match[0]}"


def _address(url: str) -> str:
    return _NOT_IN_ADDRESS.sub(lambda match: f"%{ord(match[0]):02X}", url)


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _code(text: str) -> str:
    fence = "`" * (_longest_run(text) + 1)
    gap = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{gap}{text}{gap}{fence}"


def _fenced(text: str) -> str:
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}\n{text}\n{fence}"


def _emphasised(pieces: list[_Piece], mark: str) -> list[_Piece]:
    """Return the pieces between marks, with what no mark can stand beside outside of them."""
    first, last = pieces[0], pieces[-1]
    if not all(plain or text in _MARKS.values() for plain, text in (first, last)):
        return pieces
    before = after = ""
    if first[0]:
        before, rest = _parted(first[1])
        pieces = [(True, rest), *pieces[1:]]
    if pieces[-1][0]:
        turned, rest = _parted(pieces[-1][1][::-1])
        after = turned[::-1]
        pieces = [*pieces[:-1], (True, rest[::-1])]
    if not pieces[0][1] or not pieces[-1][1]:
        return [(True, before), *pieces, (True, after)]
    marked = [(True, before), (False, mark), *pieces, (False, mark), (True, after)]
    return [piece for piece in marked if piece[1]]


def _parted(text: str) -> tuple[str, str]:
    """Return what of a text comes before its first letter or digit, and the rest."""
    for place, character in enumerate(text):
        if category(character)[0] in "LNM":
            return text[:place], text[place:]
    return text, ""
