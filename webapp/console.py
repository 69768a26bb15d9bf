"""The agent console: one page, and the fragments that its script puts in place.

The same views stand at `/agent` and, for frames in other tools, below `/embed`; templates name
them by `url_for(".view")`, so that each page posts to its own. A message never stands in an
address, where logs and other sites would get it, but for what a bookmarklet brings.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup, escape
from werkzeug.wrappers import Response as AnyResponse

from kb.events.event_values import DETAILS, Event, Kind, Surface
from kb.events.masking import masked, order_pattern
from kb.rendering.quoting import Quote, quote, section_html, variables_of
from kb.search import Page, Topic
from kb.staff.given_names import given_name
from kb.words.characters import tidy
from webapp import params
from webapp.access import audience, current_user, staff_only
from webapp.asking import (
    LEVELS,
    MAX_MESSAGE_CHARS,
    Asked,
    Level,
    Shown,
    answer_of_page,
    asked_in,
    find,
)
from webapp.console_words import register_words
from webapp.i18n import page_locale
from webapp.images import image
from webapp.links import absolute
from webapp.listing import newer_source
from webapp.site import AUDIENCE, current_site, today
from webapp.staff_html import for_staff

FRAGMENT = "X-Fragment"
MAX_MASKED_CHARS = 2_000
# What an agent can say; the other kinds are recorded by the views that they happen in.
_SAID: tuple[Kind, ...] = ("used", "flagged", "missing", "clicked")
_VALUE = "v."


@dataclass(frozen=True, slots=True)
class Place:
    """Where a console stands: its name in events, and the template of its page."""

    surface: Surface
    template: str


def add_console(blueprint: Blueprint, place: Place) -> None:
    """Give a blueprint the views of a console, at its own prefix."""
    for path, method, view in (
        ("", "GET", page),
        ("", "POST", answers),
        ("/section", "GET", section),
        ("/quote", "POST", quoted),
        ("/events", "POST", events),
        ("/media/<path:name>", "GET", media),
    ):
        function = partial(view, place)
        blueprint.add_url_rule(path, view.__name__, function, methods=[method])


def page(place: Place) -> str:
    """The console, with the answers to `q` if there is one."""
    return _page(place, _asked(params.query_text(request.args)))


def answers(place: Place) -> str:
    """What answers the message: the part of the page that changes, or all of it."""
    form = request.form.getlist("instead") or request.form.getlist("message") or [""]
    asked = _asked(tidy(form[-1][:MAX_MESSAGE_CHARS]))
    if request.headers.get(FRAGMENT) == "answers":
        return render_template("agent/_answers.html", **_found(place, asked))
    return _page(place, asked)


def section(place: Place) -> str:
    """The passage, section or article that an agent reads, in the pane or as a page."""
    article = _article(params.article_name(request.args))
    anchor = request.args.get("anchor", "")[: params.MAX_NAME_CHARS]
    passage = tidy(request.args.get("passage", "")[: params.MAX_QUERY_CHARS])
    asked_for = request.args.get("level", "section")
    level: Level = next((each for each in LEVELS if each == asked_for), "section")
    html = _reading(article, anchor, passage, level)
    if request.headers.get(FRAGMENT) == "reading":
        return html
    return _page(place, _asked(""), chosen=html)


def quoted(place: Place) -> Response:
    """An answer in all the forms that can be copied; `missing` names what has no value yet."""
    article = _article(params.article_name(request.form))
    made = _quote(article, request.form.to_dict(), _values(request.form.to_dict()))
    return jsonify(
        {
            "html": made.html,
            "text": made.text,
            "markdown": made.markdown,
            "url": made.url,
            "missing": made.missing,
        }
    )


def events(place: Place) -> AnyResponse:
    """Record what an agent says of an answer, or that there is none."""
    form = request.form.to_dict()
    kind = next((each for each in _SAID if each == form.get("kind")), None)
    key = params.article_name(form)
    detail = form.get("detail", "")
    if kind is None or detail not in DETAILS.get(kind, ("",)):
        raise params.BadParameter(f"kind has to be one of {', '.join(_SAID)}, with its detail")
    if (kind != "missing") == (not key):
        raise params.BadParameter("key has to name an article, unless one is missing")
    if key:
        key = _article(key).summary.key
    text = form.get("text", "") or form.get("message", "")
    event = _event(
        place,
        kind,
        text[:MAX_MESSAGE_CHARS],
        key=key,
        anchor=form.get("anchor", ""),
        detail=detail,
        comment=form.get("comment", ""),
    )
    current_site().store.append(event)
    if request.headers.get(FRAGMENT):
        return Response(status=204)
    return redirect(url_for(".page", locale=page_locale(), done="1"), 303)


def media(place: Place, name: str) -> Response:
    """An image of an article that staff may read; no cache keeps it, as all that is theirs."""
    return image(name, current_site().engine.media(name, audience=audience()))


def _page(place: Place, asked: Asked, chosen: Markup | None = None) -> str:
    found = _found(place, asked)
    shown: Shown = found["shown"]
    if chosen is None and shown.answers and shown.state != "none":
        first = shown.answers[0]
        level = asked.first_level(first)
        chosen = _reading(_article(first.key), first.anchor, first.passage, level)
    return render_template(
        place.template,
        **found,
        chosen=chosen,
        done=request.args.get("done") == "1",
        user=current_user(),
        alternates={tag: url_for(".page", locale=tag) for tag in current_site().locales()},
    )


def _asked(text: str) -> Asked:
    given = request.form if request.method == "POST" else request.args
    return asked_in(dict(given.lists()), text, page_locale())


def _found(place: Place, asked: Asked) -> dict[str, Any]:
    """Return what the list of answers shows; the question is recorded."""
    site = current_site()
    shown, suggestions = find(site.engine, asked, audience())
    _remember(place, asked, shown, suggestions.state)
    return {
        "shown": shown,
        "topics": {tag: _topics(tag) for tag in shown.locales()},
        "masked": _masked(asked.text),
    }


def _masked(text: str) -> str:
    pattern = order_pattern(current_site().settings.events.order_numbers)
    # More is masked than is shown: what a cut goes through is not known for what it is.
    return masked(text[: 2 * MAX_MASKED_CHARS], pattern)[:MAX_MASKED_CHARS]


def _remember(place: Place, asked: Asked, shown: Shown, state: str) -> None:
    if shown.state == "idle" or not current_site().settings.events.enabled:
        return
    if asked.mode == "search":
        event = _event(place, "searched", asked.text, hits=shown.total)
    else:
        hits = len(shown.answers)
        event = _event(place, "answered", asked.text, hits=hits, detail=state)
    current_site().store.append_soon(event)


def _event(place: Place, kind: Kind, text: str, **more: Any) -> Event:
    user = current_user()
    return Event(
        kind=kind,
        at=datetime.now(UTC),
        surface=place.surface,
        locale=page_locale(),
        audience=audience(),
        text=text,
        user=user.name if user else "",
        **more,
    )


def _topics(locale: str) -> dict[str, Topic]:
    found = current_site().engine.topics(locale, audience=audience())
    return {topic.slug: topic for topic in found}


def _article(key: str) -> Page:
    found = current_site().engine.page(key, audience=audience()) if key else None
    if found is None:
        abort(404)
    return found


def _reading(article: Page, anchor: str, passage: str, level: Level) -> Markup:
    """Return what is read of an article; of a reply, as it will be sent."""
    answer = answer_of_page(article, anchor, passage, verified=article.summary.is_verified(today()))
    values = _values({}) if article.summary.kind == "reply" else {}
    variables = variables_of(article)
    if variables and level == "article":
        html = _quote(article, {"level": level}, values).html
    else:
        html = _html(article, answer.anchor, passage, level)
    translations = current_site().engine.translations(article.summary.key, audience=audience())
    return Markup(  # noqa: S704 - the template has escaped what is not
        render_template(
            "agent/_pane.html",
            answer=answer,
            level=level,
            html=Markup(html),  # noqa: S704 - safe since it was rendered
            topics={article.summary.locale: _topics(article.summary.locale)},
            variables=variables,
            values=values,
            behind=article.behind,
            newer=newer_source(article, translations),
        )
    )


def _html(article: Page, anchor: str, passage: str, level: Level) -> str:
    if level == "passage" and passage:
        return str(escape(passage))
    cut = "" if level == "article" else section_html(article.html, anchor)
    return for_staff(cut or article.html)


def _quote(article: Page, form: dict[str, str], values: dict[str, str]) -> Quote:
    level = form.get("level", "")
    passage = tidy(form.get("passage", "")[: params.MAX_QUERY_CHARS])
    anchor = form.get("anchor", "")
    is_section = level == "section" and section_html(article.html, anchor)
    return quote(
        article,
        base_url=absolute(""),
        anchor=anchor if level == "passage" or is_section else None,
        passage=passage if level == "passage" and passage else None,
        values=values,
        is_public=_is_public,
    )


def _is_public(key: str) -> bool:
    return current_site().engine.page(key, audience=AUDIENCE) is not None


def _values(form: dict[str, str]) -> dict[str, str]:
    """Return the values of a reply's variables: what the form gives, and who is signed in."""
    user = current_user()
    name = user.display_name if user else ""
    known = {"agent.name": name, "agent.first_name": given_name(name)}
    given = {
        each.removeprefix(_VALUE): value for each, value in form.items() if each.startswith(_VALUE)
    }
    return {**known, **given}


blueprint = Blueprint("console", __name__, url_prefix="/agent")
staff_only("agent")(blueprint)
register_words(blueprint)
add_console(blueprint, Place("agent", "agent/console.html"))
