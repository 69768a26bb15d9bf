"""The reports for staff: what people asked and did not find, and which articles help.

A page with a chart and a table for each report, and the same as JSON and CSV. Which days and
which language is in the address, so that a colleague sees the same. Texts are those of customers,
masked before they were stored; no page here is for the public or kept by a cache.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, render_template, request

from kb.reports.counts import Reports
from kb.reports.tables import ReportTable, report_table
from kb.reports.values import REPORTS, ReportName, Window, last_days
from kb.search import Summary
from webapp import params
from webapp.access import audience, current_user, staff_only
from webapp.i18n import match, page_locale
from webapp.links import reports_url
from webapp.site import current_site, today

blueprint = Blueprint("reporting", __name__, url_prefix="/agent")
staff_only("agent")(blueprint)

PERIODS = (7, 30, 90, 365)
SHOWN_ROWS = 20
MOST_ROWS = 10_000
# A chart has at most so many bars; a longer period has weeks, then four weeks, in one.
_MOST_BARS = 31
_DAYS_A_BAR = (1, 7, 28, 365)
# In the order of the page: what asks for work comes first.
_SECTIONS: Mapping[ReportName, Callable[[Reports], Sequence[Any]]] = {
    "zero": Reports.zero_results,
    "unclicked": Reports.unclicked,
    "missing": Reports.missing,
    "flagged": Reports.flagged,
    "votes": Reports.votes,
    "used": Reports.used,
}


@dataclass(frozen=True, slots=True)
class Bar:
    """How many there were from one day on, of as many days as each bar of the chart has.

    height  0 to 100, of the highest bar
    """

    first: date
    count: int
    height: float


@dataclass(frozen=True, slots=True)
class Section:
    """One report on the page: its first rows, how many there are, and its bars."""

    name: ReportName
    rows: Sequence[Any]
    total: int
    bars: Sequence[Bar]


@blueprint.get("/reports")
def page() -> str:
    """All reports, with the first rows of each."""
    window = _window()
    reports = Reports(current_site().store.database, window)
    sections = [_section(name, reports, window) for name in _SECTIONS]
    return render_template(
        "agent/reports.html",
        window=window,
        periods=PERIODS,
        summary=reports.summary(),
        sections=sections,
        articles=_articles(sections),
        is_recorded=current_site().settings.events.enabled,
        user=current_user(),
        alternates={tag: report_url(locale=tag) for tag in current_site().locales()},
    )


@blueprint.get("/reports.json")
def as_json() -> Response:
    """One report, `report`, for programs."""
    return jsonify(chosen_report(_window()).shape)


@blueprint.get("/reports.csv")
def as_csv() -> Response:
    """One report, `report`, for a spreadsheet."""
    table = chosen_report(_window())
    # Without this mark, spreadsheets take UTF-8 for something else.
    response = Response(f"\ufeff{table.as_csv()}", mimetype="text/csv")
    name = f"{table.shape['report']}-{table.shape['last']}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response


@blueprint.app_template_global()
def report_url(suffix: str = "", **changes: object) -> str:
    """Return the address of this page, or of one of its files, with some of its choices changed."""
    window = _window()
    choices = {
        "days": len(window.days()),
        "only": window.locale,
        "locale": page_locale() if "locale" in request.args else None,
        **changes,
    }
    return f"{reports_url()}{suffix}?{urlencode({n: v for n, v in choices.items() if v})}"


def chosen_report(window: Window) -> ReportTable:
    """Return the report that the address names, by `report`."""
    asked = request.args.get("report", REPORTS[0])
    if asked not in REPORTS:
        raise params.BadParameter(f"report has to be one of {', '.join(REPORTS)}")
    database = current_site().store.database
    return report_table(database, window, asked, MOST_ROWS)


def _window() -> Window:
    # `locale` is the language of the page itself.
    return last_days(_days(), today(), match(request.args.get("only", "")))


def _days() -> int:
    """Return how many days are asked for; whatever stands there, it is a period."""
    days = request.args.get("days", "")
    is_number = days.isascii() and days.isdigit() and len(days) <= 4
    return max(1, min(int(days), params.MAX_DAYS)) if is_number else params.DEFAULT_DAYS


def _section(name: ReportName, reports: Reports, window: Window) -> Section:
    rows = _SECTIONS[name](reports)
    bars = _bars(window.days(), reports.per_day(name))
    return Section(name, rows[:SHOWN_ROWS], len(rows), bars)


def _bars(days: Sequence[date], counts: Sequence[int]) -> list[Bar]:
    """Return the bars of a chart; where the days do not fit, it is the first bar that has fewer."""
    size = next(each for each in _DAYS_A_BAR if len(days) <= each * _MOST_BARS)
    ends = range(len(days), 0, -size)
    spans = [(max(end - size, 0), end) for end in reversed(ends)]
    sums = [sum(counts[first:end]) for first, end in spans]
    highest = max(sums, default=0) or 1
    return [
        Bar(days[first], total, 100 * total / highest)
        for (first, _), total in zip(spans, sums, strict=True)
    ]


def _articles(sections: Sequence[Section]) -> dict[str, Summary]:
    """Return the articles that the reports name, by key, as far as they are still there."""
    engine = current_site().engine
    keys = {row.key for section in sections for row in section.rows if hasattr(row, "key")}
    pages = {key: engine.page(key, audience=audience()) for key in keys}
    return {key: page.summary for key, page in pages.items() if page is not None}
