"""A Markdown text in which everything that readers do not see as Markdown is blank.

Code, comments and directives become spaces; every other character stays where it was, so that a
place in the result is the same place in the file.
"""

import re
from dataclasses import dataclass, field

from kb.rendering.dialect import fence_after

_LIST = re.compile(r" {0,3}(?:[-*+]|\d{1,9}[.)])[ \t]")
_TICKS = re.compile(r"(?<!\\)`+|\n[ \t]*(?=\n)")
_DIRECTIVES = re.compile(r"\[![A-Za-z][^\[\]\n]{0,40}\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)\]?")
_NOT_BREAKS = re.compile(r"[^\n]")


@dataclass(slots=True)
class Visible:
    """What readers see, in place.

    comments         (line from 0, text) of each comment
    is_comment_open  whether one never ends
    """

    text: str = ""
    comments: list[tuple[int, str]] = field(default_factory=list)
    is_comment_open: bool = False


def visible(body: str) -> Visible:
    """Return a text without code, comments and directives, everything else in its place."""
    seen = Visible()
    lines: list[str] = []
    fence = ""
    in_list = after_blank = False
    comment: list[str] | None = None
    began = 0
    for number, line in enumerate(body.split("\n")):
        if comment is None:
            fence, is_code = fence_after(line, fence)
            is_code = is_code or (after_blank and not in_list and line.startswith(("    ", "\t")))
            if is_code:
                lines.append(" " * len(line))
                continue
        kept, comment, began = _comments(line, comment, began, number, seen)
        lines.append(kept)
        if line.strip() and not line.startswith((" ", "\t")):
            in_list = False
        in_list = in_list or bool(_LIST.match(line))
        after_blank = not line.strip()
    if comment is not None:
        seen.is_comment_open = True
        seen.comments.append((began, "\n".join(comment)))
    seen.text = _DIRECTIVES.sub(_blank, _without_code("\n".join(lines)))
    return seen


def _comments(
    line: str, comment: list[str] | None, began: int, number: int, seen: Visible
) -> tuple[str, list[str] | None, int]:
    """Return a line with its comments blank, the comment that goes on, and where that began."""
    kept: list[str] = []
    position = 0
    while True:
        if comment is not None:
            end = line.find("-->", position)
            stop = len(line) if end < 0 else end + 3
            kept.append(" " * (stop - position))
            comment.append(line[position : stop if end < 0 else end])
            if end < 0:
                return "".join(kept), comment, began
            seen.comments.append((began, "\n".join(comment)))
            position, comment = stop, None
        start = line.find("<!--", position)
        if start < 0:
            return "".join([*kept, line[position:]]), None, began
        kept.append(line[position:start])
        if kept[-1].count("`") % 2:  # inside of `code`
            kept.append("<!--")
        else:
            kept.append("    ")
            comment, began = [], number
        position = start + 4


def _without_code(text: str) -> str:
    """Blank what stands between equal runs of backticks within one block of lines."""
    if "`" not in text:
        return text
    spans: list[tuple[int, int]] = []
    runs: list[tuple[int, int]] = []
    for match in _TICKS.finditer(text):
        if match[0][0] == "`":
            runs.append(match.span())
        else:
            _pair(runs, spans)
            runs = []
    _pair(runs, spans)
    out: list[str] = []
    position = 0
    for start, end in spans:
        out += (text[position:start], _NOT_BREAKS.sub(" ", text[start:end]))
        position = end
    return "".join([*out, text[position:]])


def _pair(runs: list[tuple[int, int]], spans: list[tuple[int, int]]) -> None:
    """Add the spans from each run to the next one of the same length."""
    by_length: dict[int, list[int]] = {}
    for number in range(len(runs) - 1, -1, -1):
        by_length.setdefault(runs[number][1] - runs[number][0], []).append(number)
    number = 0
    while number < len(runs):
        start, end = runs[number]
        same = by_length[end - start]
        while same and same[-1] <= number:
            same.pop()
        if same:
            number = same[-1]
            spans.append((start, runs[number][1]))
        number += 1


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
