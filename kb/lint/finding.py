"""One thing that is wrong in an article, said to the writer."""

import os
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, and what to do about it.

    rule      its name, such as `broken-link`; never changes once it is published
    path      as it is shown: relative to the current directory where it lies below it
    line      from 1
    column    from 1, in characters
    message   what was found; begins small, without a full stop
    fix       what to do, as a sentence without a full stop; "" where the message says it
    """

    rule: str
    severity: Severity
    path: str
    line: int
    column: int
    message: str
    fix: str = ""


def shown(path: os.PathLike[str] | str) -> str:
    """Return a file's path as a person here would type it."""
    absolute = os.path.abspath(path)
    below = os.path.join(os.getcwd(), "")
    return absolute.removeprefix(below)
