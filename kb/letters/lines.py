"""Cut a message into lines, and take off them what a chat's history or a quote puts before them.

Each line knows where its text is in the message, whatever was taken off.
"""

import re
from typing import Literal, NamedTuple

from kb.letters import phrases
from kb.letters.patterns import Pattern, Written, bare, levelled, written

Reason = Literal["quote", "signature", "header", "boilerplate"]
# Why a line is not the letter's, by line; None for one that is.
Reasons = list[Reason | None]


class Line(NamedTuple):
    """A line without outer spaces and without what stands before its text.

    start   offset of `text` in the message
    level   the text levelled, of the same length
    bare    the text levelled and without accents, of the same length
    quoted  whether it began with the mark of a quote; the mark is still there
    turn    who begins to speak with it: "customer", "agent", or "" for who spoke before
    """

    start: int
    text: str = ""
    level: str = ""
    bare: str = ""
    quoted: bool = False
    turn: str = ""

    def after(self, offset: int) -> "Line":
        """Return what stands behind an offset of the line."""
        offset = len(self.text) - len(self.text[offset:].lstrip())
        return self._replace(
            start=self.start + offset,
            text=self.text[offset:],
            level=self.level[offset:],
            bare=self.bare[offset:],
        )

    @property
    def written(self) -> Written:
        """Its text, to be told what it does."""
        return written(self.text, self.level)


_DIVIDER = re.compile(r"[-_=*~#•─—\s]{3,}|\*+")
_QUOTE_MARKS = re.compile(r"(?:(?:>|&gt;)\s*)+")
_TIME = (
    r"(?:\d{1,4}[-/.]\d{1,2}(?:[-/.]\d{2,4})?,? ?(?:at |luc )?)?"
    r"\d{1,2}[:h]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?| ?(?:sa|ch)\b)?"
)
_NAME = r"(?P<name{}>[^\W\d][^:,.!?\[\]()]{{0,30}}?)"
_TURN = Pattern(
    rf"[\[(]{_TIME}[\])](?: ?-)?(?: ?{_NAME.format(1)} ?:(?!/))? ?"
    rf"|{_TIME} ?(?:-|,)? ?{_NAME.format(2)} ?:(?!/) ?"
    rf"|{_NAME.format(3)} ?[\[(]{_TIME}[\])] ?:? ?"
    r"|(?P<role><customers>|<agents>)(?: ?\([^)]{0,20}\))? ?: ?",
    customers=phrases.CUSTOMERS,
    agents=phrases.AGENTS,
)
_AGENT = Pattern("<agents>", agents=phrases.AGENTS)


def raw_lines(message: str) -> list[Line]:
    """Return the lines of a tidied message with all that is on them."""
    level = levelled(message)
    without = bare(level)
    lines: list[Line] = []
    start = 0
    for raw in message.split("\n"):
        text = raw.strip()
        begin = start + len(raw) - len(raw.lstrip())
        end = begin + len(text)
        lines.append(Line(begin, text, level[begin:end], without[begin:end]))
        start += len(raw) + 1
    return lines


def lines_of(message: str) -> list[Line]:
    """Return the lines of a tidied message; one that only divides is empty."""
    lines: list[Line] = []
    for line in raw_lines(message):
        if _DIVIDER.fullmatch(line.text):
            lines.append(Line(line.start))
        elif _QUOTE_MARKS.match(line.text):
            lines.append(line._replace(quoted=True))
        else:
            lines += of_turn(line)
    return lines


def of_turn(line: Line) -> list[Line]:
    """Return a line without the time and the name before it, an empty one before a new turn."""
    offset, turn = 0, ""
    while found := _TURN.bare.match(line.bare, offset):
        offset = found.end()
        names = (found["name1"], found["name2"], found["name3"], found["role"])
        name = next(filter(None, names), "")
        turn = "agent" if _AGENT.bare.fullmatch(name.strip()) else "customer"
    if not offset:
        return [line]
    rest = line.after(offset)._replace(turn=turn)
    return [Line(rest.start, turn=turn), rest]


def unquoted(line: Line) -> Line:
    """Return a line without the marks of a quote."""
    marks = _QUOTE_MARKS.match(line.text)
    return line.after(marks.end())._replace(quoted=False) if marks else line
