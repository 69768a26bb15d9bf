"""The due list for staff: which articles have to be looked at, on a page and as a calendar.

Whose and how far ahead is in the address. A calendar program sends no header, so its address holds
a token; the page shows it once, and making another one ends the one before.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, cast
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, abort, jsonify, render_template, request, url_for

from kb.answers.suggestions import Answer
from kb.article import Audience, last_day_of_check, verification
from kb.files.people import is_same_person
from kb.search import Summary
from kb.staff.accounts import User
from kb.staff.api_tokens import FEED, MAX_DAYS
from kb.writing.due import Due, counts_of, due_shape, find_due
from kb.writing.due_words import words_for
from kb.writing.icalendar import AHEAD_DAYS, calendar
from webapp.access import audience, current_user, staff_only
from webapp.i18n import page_locale
from webapp.links import absolute, article_url, due_url
from webapp.site import AUDIENCE, STAFF_AUDIENCE, current_site, today

blueprint = Blueprint("due", __name__, url_prefix="/agent")
staff_only("agent")(blueprint)

SHOWN = 100
AHEAD = (14, 30, 90, AHEAD_DAYS)
MOST_OWNERS = 200
_MAX_OWNER_CHARS = 200


@blueprint.get("/due")
def page() -> str:
    """The list, and the way to have it in a calendar."""
    return _page()


@blueprint.get("/due.json")
def as_json() -> Response:
    """The list for programs of somebody who has signed in."""
    return jsonify(shape_of(owner(), _within(), audience()))


@blueprint.post("/due/calendar")
def make_feed() -> str:
    """Make the address for a calendar program and show it; the one before opens nothing more."""
    tokens, name = current_site().tokens(), _me().name
    if not _has_account():
        abort(403)
    if any(each.name == FEED for each in tokens.all(name)):
        tokens.revoke(name, FEED)
    token = tokens.add(name, FEED, [FEED], days=MAX_DAYS, now=datetime.now(UTC))
    asked = {"token": token, "owner": owner(), "locale": page_locale()}
    kept = {name: value for name, value in asked.items() if value}
    return _page(absolute(f"{url_for('api.due_calendar')}?{urlencode(kept)}"))


def owner() -> str:
    """Return whose articles are asked for; "" for everybody's."""
    return request.args.get("owner", "")[:_MAX_OWNER_CHARS].strip()


def shape_of(whose: str, within: int, readers: Audience) -> dict[str, Any]:
    """Return the list as JSON."""
    due = found(within, readers, whose)
    return due_shape(due, today=today(), within=within, owner=whose)


def found(within: int, readers: Audience, whose: str = "") -> list[Due]:
    """Return what is due of the articles that these readers may see."""
    database = current_site().store.database
    return find_due(_articles(readers), database, today=today(), within=within, owner=whose)


def feed(whose: str, locale: str) -> bytes:
    """Return the calendar, in this language."""
    site = current_site()
    words = words_for(locale)
    return calendar(
        found(AHEAD_DAYS, STAFF_AUDIENCE, whose),
        words,
        name=f"{site.settings.site.name}: {words.title}",
        host=urlsplit(absolute("/")).hostname or "localhost",
        now=datetime.now(UTC),
        today=today(),
        url_of=lambda each: absolute(_reading_url(each)),
        list_url=absolute(due_url()),
    )


@blueprint.app_template_global()
def due_by(answer: Answer) -> date | None:
    """Return the last day of a check that lapses soon, which only staff are told, or None."""
    warn_days = current_site().settings.verification.warn_days
    state = verification(answer.verified_on, answer.verify_every, today(), warn_days)
    if state != "due_soon" or answer.verified_on is None:
        return None
    return last_day_of_check(answer.verified_on, answer.verify_every)


@blueprint.app_template_global()
def due_list_url(suffix: str = "", **changes: object) -> str:
    """Return the address of this page with some of its choices changed."""
    choices = {
        "owner": owner(),
        "within": request.args.get("within") and _within(),
        "locale": page_locale() if "locale" in request.args else None,
        **changes,
    }
    query = urlencode({name: value for name, value in choices.items() if value not in ("", None)})
    return f"{due_url()}{suffix}{'?' if query else ''}{query}"


def _page(calendar_url: str = "") -> str:
    site = current_site()
    due = found(_within(), audience())
    owners = Counter(each.article.owner for each in due if each.article.owner)
    whose = owner()
    own = [each for each in due if not whose or is_same_person(whose, each.article.owner)]
    return render_template(
        "agent/due.html",
        due=own[:SHOWN],
        total=len(own),
        counts=counts_of(own),
        owner=whose,
        owners=_owners(owners, whose),
        within=_within(),
        choices=sorted({*AHEAD, _within()}),
        reading_url=_reading_url,
        calendar_url=calendar_url,
        has_account=_has_account(),
        user=_me(),
        alternates={tag: due_list_url(locale=tag) for tag in site.locales()},
    )


def _owners(counts: Counter[str], chosen: str) -> Sequence[tuple[str, int]]:
    """Return the owners with most to do, by name; the chosen one wherever they stand."""
    most = dict(counts.most_common(MOST_OWNERS))
    if chosen and chosen not in most:
        most[chosen] = counts[chosen]
    return sorted(most.items(), key=lambda row: row[0].casefold())


def _articles(readers: Audience) -> list[Summary]:
    engine = current_site().engine
    locales = engine.state(audience=readers).locales
    return [each for tag in locales for each in engine.articles(tag, audience=readers)]


def _reading_url(due: Due) -> str:
    """Return where staff read an article: who may not see it is asked to sign in."""
    key = due.article.key
    if due.article.audience == AUDIENCE:
        return article_url(*key.split("/", 1))
    return url_for("console.section", key=key, level="article")


def _within() -> int:
    """Return how many days ahead are asked for; whatever stands there, it is a number of days."""
    given = request.args.get("within", "")
    if given.isascii() and given.isdigit() and len(given) <= 4:
        return min(int(given), AHEAD_DAYS)
    return current_site().settings.verification.warn_days


def _has_account() -> bool:
    """Whether who asks has an account here, and not only with the reverse proxy."""
    return current_site().accounts().find(_me().name) is not None


def _me() -> User:
    return cast(User, current_user())
