"""Each report as rows under heads: for a terminal, a spreadsheet and programs alike.

What customers wrote gets into cells. A spreadsheet would run what begins like a formula, so in
CSV such a cell begins with an apostrophe instead.
"""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from kb.events.database import Database
from kb.reports.counts import Reports
from kb.reports.same_questions import Group
from kb.reports.values import ArticleActions, ArticleVotes, ReportName, Summary, Window

Cells = Sequence[object]

_QUESTIONS = ("id", "question", "asked", "visitors", "last asked", "locales", "other wordings")
_ACTIONS = ("article", "times", "how", "last time", "comments")
_VOTES = ("article", "helped", "did not", "share", "at least", "reasons", "last vote", "comments")
_SUMMARY = ("measure", "value")
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


@dataclass(frozen=True, slots=True)
class ReportTable:
    """One report of one window.

    shape  for JSON: the window, and the report's values under stable names
    rows   a cell for each of the heads; as many rows as were asked for
    total  rows there are, shown or not; None where there is nothing to leave out
    """

    shape: Mapping[str, Any]
    heads: Sequence[str]
    rows: Sequence[Cells]
    total: int | None = None

    def as_csv(self) -> str:
        """Return heads and rows for a spreadsheet."""
        made = io.StringIO()
        writer = csv.writer(made, lineterminator="\n")
        writer.writerow(self.heads)
        writer.writerows([_harmless(cell) for cell in row] for row in self.rows)
        return made.getvalue()


def report_table(database: Database, window: Window, name: ReportName, limit: int) -> ReportTable:
    """Return a report with at most `limit` rows."""
    reports = Reports(database, window)
    if name == "summary":
        return _of_summary(window, reports.summary())
    if name == "votes":
        return _of_rows(window, name, limit, reports.votes(), _VOTES, _vote)
    if name in _OF_ACTIONS:
        return _of_rows(window, name, limit, _OF_ACTIONS[name](reports), _ACTIONS, _action)
    return _of_rows(window, name, limit, _OF_QUESTIONS[name](reports), _QUESTIONS, _question)


_OF_QUESTIONS = {
    "zero": Reports.zero_results,
    "unclicked": Reports.unclicked,
    "missing": Reports.missing,
}
_OF_ACTIONS = {"used": Reports.used, "flagged": Reports.flagged}


def _of_summary(window: Window, summary: Summary) -> ReportTable:
    values = asdict(summary)
    shape = {"report": "summary", **asdict(window), **values}
    return ReportTable(
        shape, _SUMMARY, [(name.replace("_", " "), value) for name, value in values.items()]
    )


def _of_rows(
    window: Window,
    name: ReportName,
    limit: int,
    values: Sequence[Any],
    heads: Sequence[str],
    cells: Callable[[Any], Cells],
) -> ReportTable:
    shown = values[:limit]
    shape = {"report": name, **asdict(window), "total": len(values)}
    rows = {"rows": [asdict(each) for each in shown]}
    return ReportTable({**shape, **rows}, heads, [cells(each) for each in shown], len(values))


def _question(group: Group) -> Cells:
    return (
        group.id,
        group.wording,
        group.count,
        group.visitors,
        _moment(group.last_seen),
        " ".join(group.locales),
        " | ".join(group.wordings[1:]),
    )


def _action(article: ArticleActions) -> Cells:
    return (
        article.key,
        article.count,
        _counts(article.details),
        _moment(article.last_seen),
        " | ".join(article.comments),
    )


def _vote(article: ArticleVotes) -> Cells:
    return (
        article.key,
        article.helpful,
        article.unhelpful,
        article.helpfulness,
        article.lower_bound,
        _counts(article.reasons),
        _moment(article.last_seen),
        " | ".join(article.comments),
    )


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counts.items())


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M}"


def _harmless(cell: object) -> object:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.4f}"
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell
