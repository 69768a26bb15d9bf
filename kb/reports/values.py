"""What reports hold: values with counts, shares and moments, ready to be shown.

A share of nothing is None, never 0: nobody was disappointed where nobody asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import sqrt
from typing import Literal, get_args

ReportName = Literal["summary", "zero", "unclicked", "used", "flagged", "missing", "votes"]
REPORTS: tuple[ReportName, ...] = get_args(ReportName)
MAX_COMMENTS = 5
# Standard deviations to each side of a share that hold it 95 times in 100.
_Z = 1.96


@dataclass(frozen=True, slots=True)
class Window:
    """The days of a report, first and last included; `locale` None is every locale."""

    first: date
    last: date
    locale: str | None = None

    def days(self) -> list[date]:
        """Return each day."""
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]


def last_days(days: int, today: date, locale: str | None = None) -> Window:
    """Return the window of so many days, the last of which is today."""
    return Window(today - timedelta(days=days - 1), today, locale)


@dataclass(frozen=True, slots=True)
class ArticleActions:
    """What agents did with one article.

    count      how often
    details    how often by detail, such as copied as "rich" or flagged as "needs_update"
    comments   what they said, the latest first, at most MAX_COMMENTS
    last_seen  when they did it last
    """

    key: str
    count: int
    details: Mapping[str, int]
    comments: tuple[str, ...]
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class ArticleVotes:
    """What readers voted on one article.

    helpfulness  share of those it helped, 0 to 1
    lower_bound  what that share is at least, by so many votes (Wilson, 95 %)
    reasons      of those it did not help, how often each
    comments     the latest first, at most MAX_COMMENTS
    """

    key: str
    helpful: int
    unhelpful: int
    helpfulness: float
    lower_bound: float
    reasons: Mapping[str, int]
    comments: tuple[str, ...]
    last_seen: datetime


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of a window, and the shares that follow from them.

    searches            questions asked of the search; a typed one counts once
    zero_result_rate    searches that found nothing, of all
    click_through_rate  searches after which an article was opened, of those that found some
    suggestions         lists of answers that were shown to agents
    acceptance_rate     lists of which an answer was used, of all
    unanswered          messages for which there was no answer, wherever they were asked
    helpfulness         votes that it helped, of all; with its lower bound
    """

    searches: int
    zero_results: int
    zero_result_rate: float | None
    clicked: int
    click_through_rate: float | None
    suggestions: int
    used: int
    acceptance_rate: float | None
    unanswered: int
    votes: int
    helpful: int
    helpfulness: float | None
    helpfulness_lower_bound: float | None
    flagged: int
    missing: int


def lower_bound(successes: int, trials: int) -> float:
    """Return what a share is at least, 0 where there were no trials (Wilson's interval, 95 %)."""
    if not trials:
        return 0.0
    share, spread = successes / trials, _Z * _Z / trials
    middle = share + spread / 2
    return max(0.0, (middle - sqrt(spread * (share * (1 - share) + spread / 4))) / (1 + spread))
