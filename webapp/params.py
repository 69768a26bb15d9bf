"""Request arguments, read once and made safe: what views get is in range and of bounded length.

Two manners: the pages forgive everything (a page is clamped, an unknown topic dropped), the
API refuses what it cannot mean, so that a mistake in somebody's code is heard of.
"""

import re
from collections.abc import Collection, Mapping

import orjson

from kb.search import MAX_LIMIT, MAX_OFFSET

# A pasted message; less than the search itself reads, because addresses and links hold it too.
MAX_QUERY_CHARS = 2_000
MAX_TOPIC_CHARS = 128
MAX_NAME_CHARS = 1_024
PAGE_SIZE = 10
LAST_PAGE = MAX_OFFSET // PAGE_SIZE + 1
TOPIC_PAGE_SIZE = 50
DEFAULT_LIMIT = 10
DEFAULT_COMPLETIONS = 8
DEFAULT_ANSWERS = 5
DEFAULT_DAYS = 30
MAX_DAYS = 3_650
# Whether an article helped; the last one is a "no" with its reason.
ANSWERS = ("yes", "no", "no_why")
# Unicode's categories Cc and Cs.
# Two slashes name another host, and browsers read a backslash as a slash.
_OWN_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\x7f-\x9f\ud800-\udfff\\]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class BadParameter(Exception):
    """A parameter of the API that cannot be meant; the message says what is allowed."""


def query_text(args: Mapping[str, str]) -> str:
    """Return `q`, cut to MAX_QUERY_CHARS, with control characters turned into spaces."""
    return _CONTROL.sub(" ", args.get("q", "")[:MAX_QUERY_CHARS]).strip()


def article_name(args: Mapping[str, str]) -> str:
    """Return `key`: an address, a key or a slug, cut, without control characters."""
    return _CONTROL.sub(" ", args.get("key", "")[:MAX_NAME_CHARS]).strip()


def topic_slug(args: Mapping[str, str]) -> str | None:
    """Return `topic`, or None when there is none."""
    return args.get("topic", "")[:MAX_TOPIC_CHARS] or None


def thanks(args: Mapping[str, str]) -> str:
    """Return `thanks`, one of ANSWERS: what a reader has just said of the article; else ""."""
    given = args.get("thanks", "")
    return given if given in ANSWERS else ""


def path_to_go_on(args: Mapping[str, str]) -> str:
    """Return `next` if it is a path of this site, and "" for all that could lead elsewhere."""
    given = args.get("next", "")
    return given if len(given) <= MAX_QUERY_CHARS and _OWN_PATH.fullmatch(given) else ""


def page_number(args: Mapping[str, str]) -> int:
    """Return `page`, from 1 to LAST_PAGE; anything else is the nearest of these, or 1."""
    given = args.get("page", "1")
    if not (given.isascii() and given.isdigit()):
        return 1
    return max(1, min(int(given[:9]), LAST_PAGE))


def limit(args: Mapping[str, str], default: int = DEFAULT_LIMIT) -> int:
    """Return `limit`, 1 to MAX_LIMIT; raise BadParameter otherwise."""
    return _integer(args, "limit", default, 1, MAX_LIMIT)


def offset(args: Mapping[str, str]) -> int:
    """Return `offset`, 0 to MAX_OFFSET; raise BadParameter otherwise."""
    return _integer(args, "offset", 0, 0, MAX_OFFSET)


def days(args: Mapping[str, str]) -> int:
    """Return `days`, 1 to MAX_DAYS; raise BadParameter otherwise."""
    return _integer(args, "days", DEFAULT_DAYS, 1, MAX_DAYS)


def within(args: Mapping[str, str], default: int) -> int:
    """Return `within`, days ahead from 0 to MAX_DAYS; raise BadParameter otherwise."""
    return _integer(args, "within", default, 0, MAX_DAYS)


def flag(args: Mapping[str, str], name: str) -> bool:
    """Return whether a flag is set: 1, or 0 as without it; raise BadParameter otherwise."""
    return bool(_integer(args, name, 0, 0, 1))


def json_object(body: bytes, known: Collection[str]) -> Mapping[str, object]:
    """Return the object that a request sends; raise BadParameter for all else.

    known  its keys; another one is a typing mistake
    """
    try:
        found = orjson.loads(body)
    except ValueError as error:
        raise BadParameter("the body has to be JSON in UTF-8") from error
    if not isinstance(found, dict):
        raise BadParameter("the body has to be one JSON object")
    if unknown := sorted(found.keys() - set(known)):
        raise BadParameter(f"unknown key {unknown[0]!r}; there are {', '.join(sorted(known))}")
    return found


def text_in(given: Mapping[str, object], name: str) -> str:
    """Return a text of an object, "" without it; raise BadParameter when it is no text."""
    value = given.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadParameter(f"{name} has to be a text")
    return value


def number_in(given: Mapping[str, object], name: str, default: int, most: int) -> int:
    """Return a whole number of an object, 1 to `most`; raise BadParameter otherwise."""
    value = given.get(name)
    if value is None:
        return default
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise BadParameter(f"{name} has to be a whole number from 1 to {most}")
    return value


def _integer(args: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    given = args.get(name)
    if given is None or given == "":
        return default
    if given.isascii() and given.isdigit() and len(given) <= 9 and least <= int(given) <= most:
        return int(given)
    raise BadParameter(f"{name} has to be a whole number from {least} to {most}")
