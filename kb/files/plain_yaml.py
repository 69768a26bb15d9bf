"""Read front matter of the plain kind, `field: value` lines and lists, without a YAML parser.

Nearly all front matter is of that kind, and PyYAML takes half as long for it as rendering takes
for the whole article. What is read here has the value that `kb.files.frontmatter` gets from PyYAML;
where a line could mean anything else, nothing is read. A test compares the two.
"""

import re
from typing import Any

# Printable, and no end of a line by YAML's own count.
_TEXT = "([\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]*)"
_FIELD = re.compile(rf"([A-Za-z][A-Za-z0-9_.-]{{0,99}}):(?: +{_TEXT})?")
_ITEM = re.compile(rf"( *)- +(?! ){_TEXT}")
_PLAIN = re.compile(r"(?:[^\W_]|[(/.$~<])(?:(?!: | #).)*(?<!:)")
_DOUBLE = re.compile(r'"([^"\\]*)"')
_SINGLE = re.compile(r"'((?:[^']|'')*)'")
_EMPTY = frozenset(("", "~", "null", "Null", "NULL"))


class _NotPlain(Exception):
    """It takes YAML to read the line."""


def read_plain(text: str) -> tuple[dict[str, Any], dict[str, int]] | None:
    """Return the fields and the line of each, from 0; None when it takes YAML to read them."""
    values: dict[str, Any] = {}
    lines: dict[str, int] = {}
    items: list[str | None] = []
    name, indent = "", None  # of the list that the last line may go on with
    try:
        for number, line in enumerate(text.split("\n")):
            if field := _FIELD.fullmatch(line):
                name, items, indent = field[1], [], None
                if name in values:
                    return None
                written = (field[2] or "").rstrip(" ")
                values[name], lines[name] = _scalar(written), number
                if written:
                    name = ""
            elif (item := _ITEM.fullmatch(line)) and name and indent in (None, item[1]):
                indent = item[1]
                items.append(_scalar(item[2].rstrip(" ")))
                values[name] = items
            else:
                return None
    except _NotPlain:
        return None
    return values, lines


def _scalar(text: str) -> str | None:
    if text in _EMPTY:
        return None
    if _PLAIN.fullmatch(text):
        return text
    if quoted := _DOUBLE.fullmatch(text):
        return quoted[1]
    if quoted := _SINGLE.fullmatch(text):
        return quoted[1].replace("''", "'")
    raise _NotPlain
