"""What git tells readers of an article: when it appeared, when it last changed, who wrote it.

A past is kept as one line of text, because every update compares those of all articles and reads
only those that differ.
"""

from dataclasses import dataclass
from datetime import date

MOST_CONTRIBUTORS = 5


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of one article. All dates are days, in UTC; None is unknown.

    created          day of the first commit that holds it, under whatever name
    updated          day of the last commit that changed it
    contributors     names without tabs, whoever made most of its commits first, at most
                     MOST_CONTRIBUTORS
    behind           commits that changed what it was translated from since then; 0 if none or
                     if nobody can say
    translated_from  key of the article that it is behind; "" when it is behind none
    """

    created: date | None = None
    updated: date | None = None
    contributors: tuple[str, ...] = ()
    behind: int = 0
    translated_from: str = ""

    @property
    def line(self) -> str:
        """The same as text; equal exactly when the pasts are equal."""
        days = f"{self.created or ''}\t{self.updated or ''}"
        return "\t".join((days, str(self.behind), self.translated_from, *self.contributors))


UNKNOWN = Past()


def read_past(line: str) -> Past:
    """Return the past that `line` was made of."""
    created, updated, behind, translated_from, *contributors = line.split("\t")
    return Past(_day(created), _day(updated), tuple(contributors), int(behind), translated_from)


def has_day(line: str) -> bool:
    """Whether the past that `line` was made of knows the day of the last change."""
    return line.split("\t", 2)[1] != ""


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
