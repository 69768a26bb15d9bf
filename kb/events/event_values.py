"""One thing that happened, as it is given to the store.

Names are checked where an event is made: what is stored under a wrong name is in no report.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from kb.article import Audience

Kind = Literal["searched", "clicked", "answered", "used", "flagged", "missing"]
Surface = Literal["help_center", "api", "agent", "embed", "slack", "teams", "cli"]
_KINDS, _SURFACES, _AUDIENCES = get_args(Kind), get_args(Surface), get_args(Audience)

# What `detail` may say, by kind; of other kinds it says nothing.
DETAILS = {
    "answered": ("sure", "maybe", "none"),
    "used": ("rich", "plain", "markdown", "link", "insert", "said"),
    "flagged": ("not_helpful", "needs_update"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One fact, as it is given to the store; what is stored of its texts is masked.

    at        the moment, with its zone
    surface   where it happened
    locale    of the reader
    audience  whose articles could be found
    text      the question or message; of a click and of what is used, what led to it
    key       of the article clicked, used or flagged: <locale>/<slug>
    anchor    of the heading within it; "" for the whole article
    visitor   who it was, so that two events are known to be of one person and no more; "" unknown
    user      name of the agent who was signed in; "" for others
    hits      how many articles or answers were found; None where nothing was looked for
    detail    see DETAILS
    comment   what an agent said about it
    """

    kind: Kind
    at: datetime
    surface: Surface
    locale: str
    audience: Audience
    text: str = ""
    key: str = ""
    anchor: str = ""
    visitor: str = ""
    user: str = ""
    hits: int | None = None
    detail: str = ""
    comment: str = ""

    def __post_init__(self) -> None:
        """Refuse names that do not exist."""
        for name, given, known in (
            ("kind", self.kind, _KINDS),
            ("surface", self.surface, _SURFACES),
            ("audience", self.audience, _AUDIENCES),
            ("detail", self.detail, DETAILS.get(self.kind, ("",))),
        ):
            if given not in known:
                raise ValueError(f"{name} of an event: {given!r} is none of {', '.join(known)}")
        _check_moment(self.at)


@dataclass(frozen=True, slots=True)
class Vote:
    """Whether an article helped somebody; one counts per visitor, article and day in UTC.

    key      of the article
    visitor  who it was; never ""
    reason   one of the reasons that the form offers, "" for none
    comment  in the reader's words; masked when it is stored
    """

    key: str
    visitor: str
    helpful: bool
    reason: str
    comment: str
    at: datetime

    def __post_init__(self) -> None:
        """Refuse a vote that could not be told from another one."""
        if not (self.key and self.visitor):
            raise ValueError("a vote needs an article and a visitor")
        _check_moment(self.at)


def _check_moment(at: datetime) -> None:
    if at.tzinfo is None:
        raise ValueError("the moment of an event needs its zone")
