"""What an article is, once its file has been read and checked.

Text fields are NFC. `audience` is decided here and nowhere else: whatever is not exactly
"public" is internal, so a spelling mistake hides an article and never shows one. A canned reply
is an article that only agents see, whatever else is said of it.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

Audience = Literal["public", "internal"]
Status = Literal["published", "draft", "archived"]
Kind = Literal["article", "reply"]
# "due_soon" is verified too, but not for much longer.
Verification = Literal["verified", "due_soon", "lapsed", "never"]

DEFAULT_VERIFY_EVERY = 180


@dataclass(frozen=True, slots=True)
class Article:
    """One answer, in one locale, as its author wrote it.

    slug             stable id in the URL, unique within a locale; may hold "/"
    locale           BCP 47 tag, such as "en" or "zh-Hant"
    title            the question in the customer's words, without markup
    body             Markdown without the front matter
    description      one sentence for lists; "" when the author gave none
    questions        "also asked as"; searched like the title
    tags             in the author's order, without repeats
    topic            folder slug; "" when the article lies in no topic
    publish_at       aware moment from which it is live, or None
    expire_at        aware moment from which it is not live any more, or None
    verified_on      day a named person last checked every step, or None if nobody has
    verify_every     days until that check has to be done again
    aliases          old slugs or paths that redirect here
    translation_key  equal for all translations of one article
    source_commit    revision of the source that a translation was made from, or ""
    boost            the writer's factor on the score, 0.5 to 2.0
    exclude          never a search result, still readable by its URL
    path             file as the author knows it, relative to its source's root, with "/"
    source           name of the source it came from
    kind             "reply" for a canned reply, which is always internal
    """

    slug: str
    locale: str
    title: str
    body: str
    description: str = ""
    questions: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    topic: str = ""
    audience: Audience = "internal"
    status: Status = "published"
    publish_at: datetime | None = None
    expire_at: datetime | None = None
    owner: str = ""
    verified_on: date | None = None
    verify_every: int = DEFAULT_VERIFY_EVERY
    aliases: tuple[str, ...] = ()
    translation_key: str = ""
    source_commit: str = ""
    boost: float = 1.0
    exclude: bool = False
    path: str = ""
    source: str = ""
    kind: Kind = "article"

    def __post_init__(self) -> None:
        if self.kind == "reply" and self.audience != "internal":
            raise ValueError(f"the reply {self.key} cannot be {self.audience}")

    @property
    def key(self) -> str:
        """`<locale>/<slug>`: unique in the index."""
        return f"{self.locale}/{self.slug}"

    def is_live(self, now: datetime) -> bool:
        """Whether readers may see the article at `now` (aware)."""
        if self.status != "published":
            return False
        if self.publish_at is not None and now < self.publish_at:
            return False
        return self.expire_at is None or now < self.expire_at


@dataclass(frozen=True, slots=True)
class Section:
    """The text under one heading, up to the next heading of any level.

    level    2 to 6 as on the page, 0 for the text before the first heading
    anchor   the heading's id on the page, "" for level 0
    heading  plain text, "" for level 0
    text     plain text without markup; blocks are separated by one newline
    """

    level: int
    anchor: str
    heading: str
    text: str


def last_day_of_check(verified_on: date, verify_every: int) -> date:
    """Return the last day on which a check counts."""
    days_left = (date.max - verified_on).days
    return verified_on + timedelta(days=min(verify_every, days_left))


def verification(
    verified_on: date | None, verify_every: int, today: date, warn_days: int = -1
) -> Verification:
    """Return how an article stands with its check on `today`.

    A check that is still to come is none.

    warn_days  the check is due soon when it counts for so many days more, or fewer; -1: never
    """
    if verified_on is None or verified_on > today:
        return "never"
    days_left = (last_day_of_check(verified_on, verify_every) - today).days
    if days_left < 0:
        return "lapsed"
    return "due_soon" if days_left <= warn_days else "verified"


def is_verified(verified_on: date | None, verify_every: int, today: date) -> bool:
    """Whether the last check still counts on `today`; the last day counts."""
    return verification(verified_on, verify_every, today) == "verified"
