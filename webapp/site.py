"""What one running application serves: its settings, its engine and its static files.

The audience of every read is `AUDIENCE`, also for staff who look at the help center: its pages
are the same for everybody. Views for staff read for `STAFF_AUDIENCE`; see `webapp/access.py`.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, cast

from flask import current_app

from kb.article import Audience
from kb.errors import KnowledgeBaseError
from kb.events.events import EventStore
from kb.search import SearchEngine, Topic
from kb.settings import Settings
from kb.staff.accounts import Accounts
from kb.staff.api_tokens import ApiTokens
from kb.staff.sessions import Sessions
from webapp.assets import Assets

AUDIENCE: Final[Audience] = "public"
STAFF_AUDIENCE: Final[Audience] = "internal"


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that every view may need."""

    settings: Settings
    engine: SearchEngine
    store: EventStore
    assets: Assets

    def accounts(self) -> Accounts:
        """Return the accounts of staff."""
        return Accounts(self.store.database)

    def sessions(self) -> Sessions:
        """Return who has signed in."""
        return Sessions(self.store.database, self.settings.staff.session_hours)

    def tokens(self) -> ApiTokens:
        """Return the tokens of programs."""
        return ApiTokens(self.store.database)

    def locales(self) -> tuple[str, ...]:
        """Return the locales that are served: the configured ones, then others with articles."""
        configured = self.settings.site.locales
        try:
            indexed = self.engine.state(audience=AUDIENCE).locales
        except KnowledgeBaseError:
            indexed = ()
        return _without_doubles(configured, indexed)

    def topics(self, locale: str) -> dict[str, Topic]:
        """Return the topics of one locale by slug, in the order the authors gave."""
        found = self.engine.topics(locale, audience=AUDIENCE)
        return {topic.slug: topic for topic in found}


@lru_cache(maxsize=8)
def _without_doubles(first: tuple[str, ...], then: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*first, *then)))


def current_site() -> Site:
    """Return the parts of the application that answers this request."""
    return cast(Site, current_app.extensions["kb"])


def today() -> date:
    """Return the day by which checks of articles lapse, in UTC."""
    return datetime.now(UTC).date()
