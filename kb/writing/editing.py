"""Change one field of an article's front matter; everything else stays as the author wrote it.

Comments, order, quotes, line ends and the body are the author's. What comes out is read again
before it is returned, so that an odd file is refused and never damaged.
"""

from collections.abc import Sequence
from pathlib import Path

import yaml

from kb.errors import ArticleError
from kb.files.frontmatter import FENCE, read

Value = str | Sequence[str]


def with_field(text: str, name: str, value: Value | None, path: Path | str) -> str:
    """Return a file's text with a field of its front matter set; None takes it out.

    A field that is new stands last. Raises ArticleError where the front matter cannot be read, or
    cannot be changed without touching what is beside the field.
    """
    before = read(text, path)
    lines = text.splitlines(keepends=True)
    first, last = _extent(lines, before.lines.get(name))
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    written = [] if value is None else [line + end for line in _written(name, value)]
    changed = "".join([*lines[:first], *written, *lines[last:]])
    wanted = {key: each for key, each in before.values.items() if key != name}
    if value is not None:
        wanted[name] = value if isinstance(value, str) else list(value)
    after = read(changed, path)
    if after.values != wanted or after.body != before.body:
        line = before.lines.get(name, 1)
        raise ArticleError(path, line, f"{name} cannot be changed here", "Change it by hand")
    return changed


def _extent(lines: list[str], line: int | None) -> tuple[int, int]:
    """Return the lines of a field, from 0, the last excluded; where it is new, where it goes."""
    closing = next(n for n, each in enumerate(lines[1:], 1) if each.rstrip() == FENCE)
    if line is None:
        return closing, closing
    first = line - 1
    last = first + 1
    for number in range(first + 1, closing):
        text = lines[number]
        if text.strip() and not text.lstrip().startswith("#"):
            if not text.startswith((" ", "\t", "- ", "-\n", "-\r")):
                break
            last = number + 1
    return first, last


def _written(name: str, value: Value) -> list[str]:
    if isinstance(value, str):
        return [f"{name}: {scalar(value)}"]
    if not value:
        return [f"{name}: []"]
    return [f"{name}:", *(f"  - {scalar(each)}" for each in value)]


def scalar(text: str) -> str:
    """Return a text on one line as YAML, quoted where it has to be."""
    if text.replace("-", "").isdigit():
        return text  # A day or a number: quotes would only puzzle.
    made: str = yaml.safe_dump(text, allow_unicode=True, width=float("inf")).split("\n...")[0]
    return made.strip("\n")
