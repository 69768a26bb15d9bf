"""Which questions nobody could answer: a group of the reports, as the beginning of an article."""

from dataclasses import dataclass
from datetime import date

from kb.errors import KnowledgeBaseError
from kb.events.database import Database
from kb.reports.counts import Reports
from kb.reports.same_questions import Group, find
from kb.reports.values import last_days
from kb.words.characters import one_line

DAYS = 365
_LONGEST_TITLE = 300
_MOST_QUESTIONS = 50
_REPORTS = (Reports.zero_results, Reports.missing, Reports.unclicked)


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What customers asked.

    title      the wording asked most often
    questions  the other ones
    locales    of those who asked
    """

    title: str
    questions: tuple[str, ...]
    locales: tuple[str, ...]


def asked_for(database: Database, group_id: str, today: date) -> AskedFor:
    """Return the questions of the group that `kb report` shows under an id."""
    reports = Reports(database, last_days(DAYS, today))
    for report in _REPORTS:
        if group := find(report(reports), group_id):
            return _asked_for(group)
    raise KnowledgeBaseError(
        f"no question of the last {DAYS} days has the id {group_id}; `kb report zero` lists them"
    )


def _asked_for(group: Group) -> AskedFor:
    wordings = [one_line(each)[:_LONGEST_TITLE].strip() for each in group.wordings]
    different = [each for each in dict.fromkeys(wordings) if each]
    return AskedFor(different[0], tuple(different[1 : _MOST_QUESTIONS + 1]), group.locales)
