"""Which articles ask for a writer's attention, the worst first: one list for every place.

It reads plain facts of an article, which a file and an index both have, so that the command line,
the page, JSON, the calendar and the reminders never differ. What somebody says is wrong now comes
before what may be wrong, and that before what is not yet: see REASONS.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal, Protocol, get_args

from kb.article import Audience, Verification, last_day_of_check, verification
from kb.events.database import Database
from kb.files.people import identities
from kb.paths import article_path
from kb.writing.complaints import Complaints, read_complaints

# The worst first.
Reason = Literal["flagged", "unhelpful", "lapsed", "expiring", "never", "due_soon"]
REASONS: tuple[Reason, ...] = get_args(Reason)
# One reader whom an article did not help says little.
MIN_UNHELPFUL = 2
_NOTHING_SAID = Complaints()


class Kept(Protocol):
    """An article as far as it is looked after: kb.article.Article and kb.search.Summary."""

    @property
    def key(self) -> str: ...
    @property
    def locale(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def audience(self) -> Audience: ...
    @property
    def owner(self) -> str: ...
    @property
    def verified_on(self) -> date | None: ...
    @property
    def verify_every(self) -> int: ...
    @property
    def expire_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Due:
    """One article of the list.

    state       of its check
    reasons     why it is here, the worst first; never empty
    counts_to   last day on which its check counts or counted; None when nobody checked it
    expires_on  day on which it is no longer shown, where that is near; else None
    """

    article: Kept
    state: Verification
    reasons: tuple[Reason, ...]
    counts_to: date | None
    expires_on: date | None
    said: Complaints

    def day(self) -> date | None:
        """Return the first day on which something about it ends."""
        days = [day for day in (self.counts_to, self.expires_on) if day]
        return min(days, default=None)


def find_due(
    articles: Sequence[Kept],
    database: Database | None,
    *,
    today: date,
    within: int,
    owner: str = "",
) -> list[Due]:
    """Return `due_list` of live articles with what the database knows against them."""
    checked = {each.key: each.verified_on for each in articles}
    for key, day in checked.items():
        if day and day > today:
            checked[key] = None
    complaints = read_complaints(database, checked, today) if database else {}
    return due_list(articles, complaints, today=today, within=within, owner=owner)


def due_list(
    articles: Iterable[Kept],
    complaints: Mapping[str, Complaints],
    *,
    today: date,
    within: int,
    owner: str = "",
) -> list[Due]:
    """Return what is due among live articles, or becomes so within some days.

    The order: the worst of the reasons; then how many reasons there are; then how many
    complaints; then the day on which something ends; then the key.

    owner  name or address: only theirs; "": everybody's
    """
    wanted = identities(owner)
    found = (
        _due(article, complaints.get(article.key, _NOTHING_SAID), today, within)
        for article in articles
        if not wanted or wanted & identities(article.owner)
    )
    return sorted((each for each in found if each.reasons), key=_worst_first)


def _due(article: Kept, said: Complaints, today: date, within: int) -> Due:
    state = verification(article.verified_on, article.verify_every, today, within)
    counts_to = None
    if state != "never" and article.verified_on is not None:
        counts_to = last_day_of_check(article.verified_on, article.verify_every)
    expires_on = article.expire_at.date() if article.expire_at else None
    if expires_on and expires_on > today + timedelta(days=within):
        expires_on = None
    holds = {
        "flagged": said.flagged > 0,
        "unhelpful": said.unhelpful >= max(said.helpful, MIN_UNHELPFUL),
        "expiring": expires_on is not None,
        state: True,
    }
    reasons = tuple(reason for reason in REASONS if holds.get(reason))
    return Due(article, state, reasons, counts_to, expires_on, said)


def _worst_first(due: Due) -> tuple[Any, ...]:
    return (
        REASONS.index(due.reasons[0]),
        -len(due.reasons),
        -due.said.flagged - due.said.unhelpful,
        due.day() or date.max,
        due.article.key,
    )


def counts_of(due: Iterable[Due]) -> dict[Reason, int]:
    """Return how many articles are due for each reason, the worst first."""
    each = [reason for one in due for reason in one.reasons]
    return {reason: each.count(reason) for reason in REASONS if reason in each}


def due_shape(due: Sequence[Due], *, today: date, within: int, owner: str = "") -> dict[str, Any]:
    """Return the list for programs, in its order."""
    return {
        "today": today.isoformat(),
        "within_days": within,
        "owner": owner,
        "total": len(due),
        "reasons": counts_of(due),
        "articles": [_article_shape(each) for each in due],
    }


def _article_shape(due: Due) -> dict[str, Any]:
    article = due.article
    checked = article.verified_on
    return {
        "key": article.key,
        "locale": article.locale,
        "title": article.title,
        "url": article_path(article.key),
        "audience": article.audience,
        "owner": article.owner,
        "state": due.state,
        "reasons": list(due.reasons),
        "verified_on": checked.isoformat() if checked else None,
        "counts_to": due.counts_to.isoformat() if due.counts_to else None,
        "expires_on": due.expires_on.isoformat() if due.expires_on else None,
        "flagged": due.said.flagged,
        "helpful": due.said.helpful,
        "unhelpful": due.said.unhelpful,
        "comments": list(due.said.comments),
    }
