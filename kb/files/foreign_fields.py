"""Front matter in the spelling of other generators, translated to ours.

Our own spelling always wins, and `type` is ours only where it says that the file is a reply:
others use the word for their page layouts. Fields that other tools need and we do not
(`layout`, `ms.topic`) are known here, so that nobody is warned about them; anything else unknown
is a warning with the nearest name that exists.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kb.article import Kind

OURS = (
    "title",
    "description",
    "questions",
    "tags",
    "topic",
    "slug",
    "locale",
    "audience",
    "type",
    "status",
    "publish_at",
    "expire_at",
    "owner",
    "verified_on",
    "verify_every",
    "aliases",
    "translation_key",
    "source_commit",
    "search",
)
_SAME = {
    "redirect_from": "aliases",
    "permalink": "aliases",
    "intro": "description",
    "summary": "description",
    "publishdate": "publish_at",
    "pubdate": "publish_at",
    "expirydate": "expire_at",
    "unpublishdate": "expire_at",
    "keywords": "tags",
    "keyword": "tags",
    "lang": "locale",
    "language": "locale",
    "verified": "verified_on",
    "translationkey": "translation_key",
    "ms.author": "owner",
}
_UPDATED = ("lastmod", "last_update", "updated", "ms.date", "date")
_IGNORED = {
    "author",
    "authors",
    "layout",
    "weight",
    "manager",
    "robots",
    "localization_priority",
    "applies_to",
    "appliesto",
    "helpviewer_keywords",
    "f1_keywords",
    "f1.keywords",
    "topic-status",
    "monikerrange",
    "editor",
    "search.appverid",
    "search.app",
    "search.audiencetype",
    "caps.latest.revision",
    "sidebar_label",
    "sidebar_position",
    "toc",
    "comments",
    "categories",
    "category",
    "image",
    "redirect_url",
}
_LIKE_REPLY = ("reply", "replies", "canned-reply", "canned_response")
_TRUE = {"true", "yes", "on", "1", "y"}
_FALSE = {"false", "no", "off", "0", "n"}
_LONGEST_VALUE = 60


@dataclass(slots=True)
class Translated:
    """Front matter in our spelling.

    values    by our names
    origin    our name -> the key that the author wrote
    warnings  (the author's key, text)
    updated   day of the last change by the author's own account, or None
    """

    values: dict[str, Any] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    warnings: list[tuple[str, str]] = field(default_factory=list)
    updated: date | None = None


def translate(values: Mapping[str, Any]) -> Translated:
    """Return `values` in our spelling; nothing in them raises."""
    result = Translated({k: v for k, v in values.items() if k in OURS})
    result.origin = {key: key for key in result.values}
    for key, value in values.items():
        plain = key.lower()
        if key in OURS:
            continue
        if not _is_ignored(plain) and _nearest_name(key) == "audience":
            _hide(result, key, value)
        elif plain in OURS or plain in _SAME:
            _adopt(result, name_in_ours(key), key, value)
        elif plain in _UPDATED:
            result.updated = result.updated or lenient_day(value)
        elif not _switch(result, plain, key, value) and not _is_ignored(plain):
            result.warnings.append((key, f"unknown field {key[:_LONGEST_VALUE]}{_nearest(key)}"))
    return result


def name_in_ours(key: str) -> str:
    """Return which of our fields a key means, or the key itself in small letters."""
    plain = key.lower()
    return _SAME.get(plain, plain)


def read_kind(given: object) -> tuple[Kind, str]:
    """Return what `type` makes of a file, and what is doubtful about it or "".

    A word that is nearly "reply" counts as it, for a reply must not be shown to customers.
    """
    if given in ("article", "reply"):
        return given, ""
    words = given if isinstance(given, list) else [given]
    plain = (str(word).casefold()[:_LONGEST_VALUE].split() for word in words[:20])
    if any(
        difflib.get_close_matches(word, _LIKE_REPLY, 1, 0.75) for some in plain for word in some
    ):
        return "reply", "type is nearly reply; the article is taken as a reply"
    return "article", ""


def _adopt(result: Translated, name: str, key: str, value: Any) -> None:
    if name in result.values or value is None or value == "":
        return
    if name in ("publish_at", "expire_at"):
        value = _iso(value)
    result.values[name] = value
    result.origin[name] = key


def _switch(result: Translated, plain: str, key: str, value: Any) -> bool:
    """Take over `draft`, `published`, `unlisted` and `hidden`; whether it was one of them."""
    text = str(value).strip().lower()
    if plain not in ("draft", "published", "unlisted", "hidden"):
        return False
    if plain == "published" and text not in _TRUE | _FALSE:
        _adopt(result, "publish_at", key, value)
    # What cannot be read as "no" hides the article: a spelling mistake must not publish it.
    elif (plain == "draft" and text not in _FALSE) or (plain == "published" and text in _FALSE):
        result.values["status"] = "draft"
        result.origin["status"] = key
    elif plain in ("unlisted", "hidden") and text not in _FALSE:
        _adopt(result, "search", key, {"exclude": "true"})
    return True


def _is_ignored(plain: str) -> bool:
    return plain in _IGNORED or plain.startswith(("ms.", "ms-", "_"))


def _hide(result: Translated, key: str, value: Any) -> None:
    """Take a misspelt `audience`: it may only hide an article, never show one."""
    if "audience" not in result.values or value == "internal":
        result.values["audience"] = value if key.lower() == "audience" else "internal"
        result.origin["audience"] = key
    if key.lower() != "audience":
        result.warnings.append((key, f"{key[:_LONGEST_VALUE]} is taken as audience: internal"))


def _nearest_name(key: str) -> str:
    near = difflib.get_close_matches(key.lower()[:_LONGEST_VALUE], OURS, 1, 0.75)
    return near[0] if near else ""


def _nearest(key: str) -> str:
    near = _nearest_name(key)
    return f"; did you mean {near}?" if near else ""


def _iso(value: Any) -> Any:
    """Return Hugo's `2026-11-22 09:00:00 +0100` as ISO, anything else as it is."""
    parts = value.split() if isinstance(value, str) else []
    return "".join(("T".join(parts[:2]), parts[2])) if len(parts) == 3 else value


def lenient_day(value: Any) -> date | None:
    """Return the day of an ISO or month/day/year text, None for anything else."""
    if isinstance(value, dict):
        value = value.get("date")
    text = value.strip().split("T")[0].split(" ")[0] if isinstance(value, str) else ""
    for form in ("%Y-%m-%d", "%m/%d/%Y", "%m-%d-%Y", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    return None
