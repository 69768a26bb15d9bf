"""Which language a request is answered in: the interface's words, dates and the locale in the URL.

A locale can have articles without the interface being translated into it; then the
interface is English and the articles keep their own `lang`. The locale of a page comes from
its URL only; `Accept-Language` decides where there is none: at `/` and on error pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import cast

import orjson
from flask import Flask, g, request
from markupsafe import Markup, escape

from kb import locales
from webapp.params import DEFAULT_COMPLETIONS
from webapp.site import current_site
from webapp.words import (
    INTERFACE,
    counted,
    day_text,
    language_name,
    number_text,
    text_direction,
    translated,
)

_LONGEST_TAG = 35
# By interface language, of which there are a few.
_kept_words: dict[str, Mapping[str, Markup]] = {}


@dataclass(frozen=True, slots=True)
class Language:
    """One entry of the language menu: BCP 47 tag, the language's name in itself."""

    tag: str
    name: str


def register(app: Flask) -> None:
    """Set up translations and the names that every template may use."""
    app.jinja_env.filters["day"] = lambda day: day_text(interface_tag(), day, "long")
    app.jinja_env.filters["short_day"] = lambda day: day_text(interface_tag(), day, "medium")
    app.jinja_env.filters["number"] = lambda number: number_text(interface_tag(), number)
    app.jinja_env.filters["iso"] = date.isoformat
    app.jinja_env.filters["language"] = language_name
    app.jinja_env.filters["direction"] = text_direction
    app.jinja_env.globals.update(
        _=gettext,
        ngettext=ngettext,
        languages=languages,
        suggestion_words=suggestion_words,
    )
    app.context_processor(_names_of_every_page)


def _names_of_every_page() -> dict[str, object]:
    return {
        "locale": page_locale(),
        "interface": interface_tag(),
        "site": current_site().settings.site,
    }


def gettext(text: str, /, **names: object) -> Markup:
    """Return a message in the page's language."""
    return translated(interface_tag(), text, names)


def ngettext(one: str, many: str, number: int, /, **names: object) -> Markup:
    """Return a message about `number` things in the page's language."""
    return counted(interface_tag(), one, many, number, names)


def suggestion_words() -> Mapping[str, Markup]:
    """Return what search.js says, as attributes.

    kinds   the heading of each kind of completion
    counts  what a screen reader is told for 0, 1, 2 ... of them: no script knows plurals
    """
    interface = interface_tag()
    if interface not in _kept_words:
        _kept_words[interface] = _suggestion_words()
    return _kept_words[interface]


def _suggestion_words() -> dict[str, Markup]:
    kinds = {
        "title": gettext("Articles"),
        "question": gettext("Also asked as"),
        "heading": gettext("Inside articles"),
    }
    counts = [
        gettext("No suggestions"),
        *(
            ngettext("%(num)s suggestion", "%(num)s suggestions", count)
            for count in range(1, DEFAULT_COMPLETIONS + 1)
        ),
    ]
    return {
        "kinds": escape(orjson.dumps(kinds).decode()),
        "counts": escape(orjson.dumps(counts).decode()),
    }


def page_locale() -> str:
    """Return the locale of this page: the one its URL begins with, else the reader's best."""
    known = g.get("locale")
    if known is None:
        first = request.path.split("/", 2)[1]
        known = g.locale = match(first) or negotiated()
    return cast(str, known)


def use_locale_of_reader() -> None:
    """Set the locale of a page whose URL begins with none: `?locale=`, else the reader's best."""
    g.locale = match(request.args.get("locale", "")) or negotiated()


def match(asked: str) -> str | None:
    """Return the served locale that `asked` means (`zh-TW` is zh-Hant), or None."""
    if len(asked) > _LONGEST_TAG:
        return None
    served = current_site().locales()
    return next((tag for tag in _fallbacks(asked) if tag in served), None)


@lru_cache(maxsize=256)
def _fallbacks(asked: str) -> tuple[str, ...]:
    try:
        return locales.fallbacks(asked)
    except ValueError:
        return ()


def negotiated() -> str:
    """Return the served locale that the reader's browser asks for, or the default one."""
    site = current_site()
    wanted = request.headers.get("Accept-Language", "")
    return locales.negotiate(wanted, site.locales()) or site.settings.site.default_locale


def interface_tag() -> str:
    """Return the tag of the language that the interface's own words are in."""
    return _interface_of(page_locale())


@lru_cache(maxsize=256)
def _interface_of(locale: str) -> str:
    return next((tag for tag in locales.fallbacks(locale) if tag in INTERFACE), "en")


def languages() -> tuple[Language, ...]:
    """Return the language menu, in the order of the settings."""
    return _languages(current_site().locales())


@lru_cache(maxsize=8)
def _languages(tags: tuple[str, ...]) -> tuple[Language, ...]:
    return tuple(Language(tag, language_name(tag)) for tag in tags)
