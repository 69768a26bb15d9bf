"""Print rows as a table for people.

What customers wrote gets into cells. A terminal would obey control characters, so a table holds
none.
"""

import unicodedata
from collections.abc import Sequence

import click

Cells = Sequence[object]

# As wide as a cell of a table may become, in columns of the terminal.
WIDEST = 60


def print_table(heads: Sequence[str], rows: Sequence[Cells]) -> None:
    """Print rows in columns; numbers end where their column does."""
    shown = [[_shortened(_text(cell)) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(heads, *shown, strict=True)]
    click.echo(_line(heads, widths, [False] * len(heads)).rstrip())
    for cells, row in zip(shown, rows, strict=True):
        ends = [isinstance(cell, int | float) for cell in row]
        click.echo(_line(cells, widths, ends).rstrip())


def _text(cell: object) -> str:
    if cell is None:
        return "-"
    if isinstance(cell, float):
        return f"{cell:.3f}"
    printable = (char if char.isprintable() else " " for char in str(cell))
    return " ".join("".join(printable).split())


def _shortened(text: str) -> str:
    if _width(text) <= WIDEST:
        return text
    while _width(text) >= WIDEST:
        text = text[:-1]
    return f"{text}…"


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(unicodedata.combining(char) > 0 for char in text)


def _line(cells: Sequence[str], widths: Sequence[int], ends: Sequence[bool]) -> str:
    columns = []
    for text, width, at_end in zip(cells, widths, ends, strict=True):
        space = " " * (width - _width(text))
        columns.append(space + text if at_end else text + space)
    return "  ".join(columns)
