"""Which language a request is answered in: the interface's words, dates and the locale in the URL.

A locale can have articles without the interface being translated into it; then the
interface is English and the articles keep their own `lang`. The locale of a page comes from
its URL only; `Accept-Language` decides where there is none: at `/` and on error pages.
"""

from dataclasses import dataclass
from datetime import date
from typing import cast

from babel import Locale, UnknownLocaleError
from flask import Flask, g, request
from flask_babel import Babel, format_date, gettext, ngettext

from kb import locales
from webapp.params import DEFAULT_COMPLETIONS
from webapp.site import current_site

INTERFACE = {"en": "en", "vi": "vi", "zh-Hant": "zh_Hant"}
# CLDR says "中文 (繁體)"; menus everywhere say this.
_CUSTOMARY_NAMES = {"zh-Hant": "繁體中文", "zh-Hans": "简体中文"}


@dataclass(frozen=True, slots=True)
class Language:
    """One entry of the language menu: BCP 47 tag, the language's name in itself."""

    tag: str
    name: str


def register(app: Flask) -> None:
    """Set up translations and the names that every template may use."""
    app.config["BABEL_DEFAULT_LOCALE"] = "en"
    Babel(app, locale_selector=lambda: INTERFACE[interface_tag()])
    app.jinja_env.filters["day"] = lambda day: format_date(day, "long")
    app.jinja_env.filters["short_day"] = lambda day: format_date(day, "medium")
    app.jinja_env.filters["iso"] = date.isoformat
    app.jinja_env.filters["language"] = language_name
    app.jinja_env.filters["direction"] = text_direction
    app.jinja_env.globals.update(languages=languages, suggestion_counts=suggestion_counts)
    app.context_processor(_names_of_every_page)


def _names_of_every_page() -> dict[str, object]:
    return {
        "locale": page_locale(),
        "interface": interface_tag(),
        "site": current_site().settings.site,
    }


def suggestion_counts() -> list[str]:
    """Return what a screen reader is told for 0, 1, 2 ... suggestions: no script knows plurals."""
    return [
        gettext("No suggestions"),
        *(
            ngettext("%(num)s suggestion", "%(num)s suggestions", count)
            for count in range(1, DEFAULT_COMPLETIONS + 1)
        ),
    ]


def page_locale() -> str:
    """Return the locale of this page: the one its URL begins with, else the reader's best."""
    if "locale" not in g:
        first = request.path.split("/", 2)[1]
        g.locale = match(first) or negotiated()
    return cast(str, g.locale)


def match(asked: str) -> str | None:
    """Return the served locale that `asked` means (`zh-TW` is zh-Hant), or None."""
    served = current_site().locales()
    try:
        chain = locales.fallbacks(asked)
    except ValueError:
        return None
    return next((tag for tag in chain if tag in served), None)


def negotiated() -> str:
    """Return the served locale that the reader's browser asks for, or the default one."""
    site = current_site()
    wanted = request.headers.get("Accept-Language", "")
    return locales.negotiate(wanted, site.locales()) or site.settings.site.default_locale


def interface_tag() -> str:
    """Return the tag of the language that the interface's own words are in."""
    return next((tag for tag in locales.fallbacks(page_locale()) if tag in INTERFACE), "en")


def languages() -> tuple[Language, ...]:
    """Return the language menu, in the order of the settings."""
    return tuple(Language(tag, language_name(tag)) for tag in current_site().locales())


def language_name(tag: str) -> str:
    """Return a language's name in that language, or the tag when it has none."""
    if tag in _CUSTOMARY_NAMES:
        return _CUSTOMARY_NAMES[tag]
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return tag
    return name[:1].upper() + name[1:] if name else tag


def text_direction(tag: str) -> str:
    """Return `ltr` or `rtl`, for the `dir` attribute."""
    try:
        return Locale.parse(tag, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
