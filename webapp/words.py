"""The interface's own words, dates and numbers, in the languages it is translated into.

Everything here is a pure function of its arguments and the compiled catalogs, so answers are
kept: a page asks some thirty times. What is kept is bounded, by the messages in the templates
or by a size. Which language a page is in is decided in `webapp.i18n`.
"""

import gettext
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup

# Interface language -> folder of its catalog; English stands in the templates.
INTERFACE = {"en": "en", "vi": "vi", "zh-Hant": "zh_Hant"}
_CATALOGS = Path(__file__).parent / "translations"
# CLDR says "中文 (繁體)"; menus everywhere say this.
_CUSTOMARY_NAMES = {"zh-Hant": "繁體中文", "zh-Hans": "简体中文"}


@cache
def _catalog(interface: str) -> gettext.NullTranslations:
    """Return the translations; a language without a catalog speaks as the templates do."""
    return gettext.translation("messages", _CATALOGS, [INTERFACE[interface]], fallback=True)


@cache
def _message(interface: str, text: str) -> Markup:
    return Markup(_catalog(interface).gettext(text))  # noqa: S704 - our own templates' words


@cache
def _plain_message(interface: str, text: str) -> Markup:
    return _message(interface, text) % {}


def translated(interface: str, text: str, names: Mapping[str, object]) -> Markup:
    """Return a message of the templates as HTML; `names` are filled in and escaped."""
    if not names:
        return _plain_message(interface, text)
    return _message(interface, text) % _written(interface, names)


def counted(
    interface: str, one: str, many: str, number: int, names: Mapping[str, object]
) -> Markup:
    """Return the form of a message that fits `number`, which it may name as %(num)s."""
    text = _catalog(interface).ngettext(one, many, number)
    filled_in = _written(interface, {"num": number, **names})
    return Markup(text) % filled_in  # noqa: S704 - our own templates' words


def _written(interface: str, names: Mapping[str, object]) -> dict[str, object]:
    return {
        name: number_text(interface, value) if isinstance(value, int) else value
        for name, value in names.items()
    }


@lru_cache(maxsize=1_024)
def number_text(interface: str, number: int) -> str:
    """Return a whole number as the interface's language writes it: 1,234 or 1.234."""
    return format_decimal(number, locale=INTERFACE[interface])


@lru_cache(maxsize=1_024)
def day_text(interface: str, day: date, length: Literal["long", "medium"]) -> str:
    """Return a day as the interface's language writes it."""
    return format_date(day, length, INTERFACE[interface])


@lru_cache(maxsize=64)
def language_name(tag: str) -> str:
    """Return a language's name in that language, or the tag when it has none."""
    if tag in _CUSTOMARY_NAMES:
        return _CUSTOMARY_NAMES[tag]
    try:
        name = Locale.parse(tag, sep="-").get_display_name()
    except (UnknownLocaleError, ValueError):
        return tag
    return name[:1].upper() + name[1:] if name else tag


@lru_cache(maxsize=64)
def text_direction(tag: str) -> str:
    """Return `ltr` or `rtl`, for the `dir` attribute."""
    try:
        return Locale.parse(tag, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
