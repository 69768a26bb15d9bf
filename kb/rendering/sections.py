"""The plain text of an article, cut at its headings, as search and snippets need it.

Read from the final HTML, so that what is found is what a reader sees: blocks, list items and
table rows each on a line of their own, alternative texts of images included. A table row reads
"first cell: second cell, third cell", for that is how a row is quoted in a list of results.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from unicodedata import east_asian_width

from kb.article import Section
from kb.rendering.callouts import LABELS
from kb.rendering.markup import Token

_BLOCKS = frozenset(
    (
        *("p", "div", "li", "pre", "blockquote", "dt", "dd", "details", "summary", "ul"),
        *("ol", "dl", "table", "caption", "figure", "figcaption", "hr", "br"),
    )
)
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_SKIPPED_CLASSES = frozenset(("footnote-ref", "footnote-backref"))
_CELLS = frozenset(("td", "th"))


@dataclass(slots=True)
class _Open:
    """The section that is being read."""

    level: int = 0
    anchor: str = ""
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    cells: list[str] = field(default_factory=list)
    cell_from: int | None = None  # where the text of the open cell begins

    def cell(self, *, opens: bool) -> None:
        """Begin a cell, or put its text aside until the row ends."""
        if self.cell_from is not None:
            self.cells.append(" ".join("".join(self.text[self.cell_from :]).split()))
            del self.text[self.cell_from :]
        self.cell_from = len(self.text) if opens else None

    def row(self) -> None:
        """Write the cells that were put aside as one line."""
        self.cell(opens=False)
        self.text.append(f"\n{_row(self.cells)}\n")
        self.cells.clear()

    def done(self) -> Section:
        """Return the section as it has been read so far."""
        self.row()
        lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
        text = "\n".join(line for line in lines if line)
        return Section(self.level, self.anchor, " ".join("".join(self.heading).split()), text)


def sections(tokens: Iterable[Token]) -> tuple[Section, ...]:
    """Return the sections of cleaned HTML in order; the first may have level 0."""
    found: list[Section] = []
    current = _Open()
    in_heading = False
    skipping = False
    in_cell = 0
    in_code = 0
    label_from: int | None = None  # where the text of a callout's heading begins
    for token in tokens:
        name = token.value
        if token.kind == "text":
            if not skipping:
                target = current.heading if in_heading else current.text
                # A line break in the source is a space, except in code.
                keeps_lines = in_code and not in_cell
                target.append(name if keeps_lines else name.replace("\n", " "))
            continue
        if token.kind == "anchor":
            continue
        opens = token.kind == "start"
        if name in _HEADINGS:
            in_heading = opens
            if opens:
                found.append(current.done())
                current = _Open(int(name[1]), token.attributes.get("id", ""))
        elif name == "a":
            skipping = opens and bool(
                _SKIPPED_CLASSES & set(token.attributes.get("class", "").split())
            )
        elif name == "img":
            (current.heading if in_heading else current.text).append(
                f" {token.attributes.get('alt', '')} "
            )
        elif name in _CELLS:
            in_cell = max(0, in_cell + (1 if opens else -1))
            current.cell(opens=opens)
        elif name == "tr":
            current.row()
        elif name in _BLOCKS:
            if name == "pre":
                in_code = max(0, in_code + (1 if opens else -1))
            current.text.append(" " if in_cell else "\n")
            if opens and token.attributes.get("class") == "admonition-title":
                label_from = len(current.text)
            elif label_from is not None:
                if "".join(current.text[label_from:]).strip() in LABELS:
                    del current.text[label_from:]  # a word of ours, not the author's
                label_from = None
    found.append(current.done())
    return tuple(section for section in found if section.text or section.heading)


def _row(cells: list[str]) -> str:
    """Return a table's row as a line: what it is about, then the rest."""
    filled = [cell for cell in cells if cell]
    wide = any(east_asian_width(char) in "WF" for cell in filled for char in cell)
    line = "".join(filled[:1])
    for place, cell in enumerate(filled[1:]):
        if line[-1] in ":.!?":
            line += " "
        elif line[-1] not in "：。！？":
            line += ("：，" if wide else (": ", ", "))[min(place, 1)]
        line += cell
    return line
