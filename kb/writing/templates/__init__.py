"""Texts that `kb init` and `kb new` begin with, in the languages that we write; others get English.

What stands between two @ is filled in; everything else is written as it is.
"""

import re
from collections.abc import Mapping
from importlib.resources import files

from kb.locales import fallbacks

LOCALES = ("en", "vi", "zh-Hant")
KINDS = ("how-to", "faq", "troubleshooting", "reply")
_GAP = re.compile(r"@([A-Z_]+)@")


def template(name: str, values: Mapping[str, str] | None = None) -> str:
    """Return a template with its gaps filled in."""
    text = files(__name__).joinpath(name).read_text("utf-8")
    return _GAP.sub(lambda match: (values or {}).get(match[1], match[0]), text)


def nearest(locale: str) -> str:
    """Return the language of the templates that suits a locale best."""
    return next((tag for tag in fallbacks(locale) if tag in LOCALES), "en")
