"""The plain text of an article, cut at its headings, as search and snippets need it.

Read from the final HTML, so that what is found is what a reader sees: blocks, list items and
table rows each on a line of their own, alternative texts of images included.
"""

from dataclasses import dataclass, field

from kb.article import Section
from kb.callouts import LABELS
from kb.markup import read

_BLOCKS = frozenset(
    (
        *("p", "div", "li", "tr", "pre", "blockquote", "dt", "dd", "details", "summary", "ul"),
        *("ol", "dl", "table", "caption", "figure", "figcaption", "hr", "br"),
    )
)
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_SKIPPED_CLASSES = frozenset(("footnote-ref", "footnote-backref"))
CELL_SEPARATOR = " | "


@dataclass(slots=True)
class _Open:
    """The section that is being read."""

    level: int = 0
    anchor: str = ""
    heading: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    def done(self) -> Section:
        lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
        kept = (line.rstrip(" |") for line in lines)
        text = "\n".join(line for line in kept if line)
        return Section(self.level, self.anchor, " ".join("".join(self.heading).split()), text)


def sections(html: str) -> tuple[Section, ...]:
    """Return the sections of cleaned HTML in order; the first may have level 0."""
    found: list[Section] = []
    current = _Open()
    in_heading = False
    skipping = False
    in_cell = 0
    in_code = 0
    label_from: int | None = None  # where the text of a callout's heading begins
    for token in read(html):
        name = token.value
        if token.kind == "text":
            if not skipping:
                target = current.heading if in_heading else current.text
                # A line break in the source is a space, except in code.
                keeps_lines = in_code and not in_cell
                target.append(name if keeps_lines else name.replace("\n", " "))
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
        elif name in ("td", "th"):
            in_cell = max(0, in_cell + (1 if opens else -1))
            if not opens:
                current.text.append(CELL_SEPARATOR)
        elif name in _BLOCKS:
            if name == "pre":
                in_code = max(0, in_code + (1 if opens else -1))
            current.text.append(" " if in_cell and name != "tr" else "\n")
            if opens and token.attributes.get("class") == "admonition-title":
                label_from = len(current.text)
            elif label_from is not None:
                if "".join(current.text[label_from:]).strip() in LABELS:
                    del current.text[label_from:]  # a word of ours, not the author's
                label_from = None
    found.append(current.done())
    return tuple(section for section in found if section.text or section.heading)
