"""How an article stands with its readers: what their votes say of it, in a few steps.

It is enough to settle what is nearly equal and no more: many searches would otherwise end at what
was popular once. An article gains or loses only by what is sure in spite of few votes, and in
steps, so that one vote more seldom changes anything and an index is not made anew for each.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

from kb.reports.values import lower_bound

if TYPE_CHECKING:
    from kb.settings import Settings

# Share of what an article covers that it gains or loses at most.
HELPFUL_SHARE = 0.02
STEPS = 4
MIN_VOTES = 5
DAYS = 180

# Key of an article -> -STEPS to STEPS, never 0: where a key is missing, nothing is sure.
Standings = Mapping[str, int]


def standing(helpful: int, unhelpful: int) -> int:
    """Return -STEPS to STEPS: how surely an article helps more readers than it fails."""
    votes = helpful + unhelpful
    if votes < MIN_VOTES:
        return 0
    least, most = lower_bound(helpful, votes), 1 - lower_bound(unhelpful, votes)
    sure = max(least - 0.5, 0.0) + min(most - 0.5, 0.0)
    return round(2 * STEPS * sure)


def read_standings(settings: "Settings", today: date) -> dict[str, int]:
    """Return the standings by the votes of the last DAYS; where there is no store yet, none."""
    if not settings.has_store():
        return {}
    # Only here: most who index have no votes, and this takes longer to load than their run.
    from sqlalchemy import Integer, cast, func, select

    from kb.events.database import Database
    from kb.events.event_tables import VOTES

    helpful = func.sum(cast(VOTES.c.helpful, Integer))
    counts = select(VOTES.c.key, helpful, func.count()).group_by(VOTES.c.key)
    since = today - timedelta(days=DAYS - 1)
    database = Database(settings.store_url())
    try:
        with database.reading() as connection:
            rows = connection.execute(counts.where(VOTES.c.day.between(since, today))).all()
    finally:
        database.close()
    found = {key: standing(yes, votes - yes) for key, yes, votes in rows}
    return {key: steps for key, steps in sorted(found.items()) if steps}
