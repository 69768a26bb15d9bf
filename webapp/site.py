"""What one running application serves: its settings, its engine and its static files.

The audience of every read is `AUDIENCE`, here and nowhere else: as long as nobody can sign in,
a view has no other audience to pass.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, cast

from flask import current_app

from kb.article import Audience
from kb.errors import KnowledgeBaseError
from kb.search import SearchEngine, Topic
from kb.settings import Settings
from webapp.assets import Assets

AUDIENCE: Final[Audience] = "public"


@dataclass(frozen=True, slots=True)
class Site:
    """The parts that every view may need."""

    settings: Settings
    engine: SearchEngine
    assets: Assets

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
