"""Request arguments, read once and made safe: what views get is in range and of bounded length.

Two manners: the pages forgive everything (a page is clamped, an unknown topic dropped), the
API refuses what it cannot mean, so that a mistake in somebody's code is heard of.
"""

import re
from collections.abc import Mapping

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
# Unicode's categories Cc and Cs.
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


def flag(args: Mapping[str, str], name: str) -> bool:
    """Return whether a flag is set: 1, or 0 as without it; raise BadParameter otherwise."""
    return bool(_integer(args, name, 0, 0, 1))


def _integer(args: Mapping[str, str], name: str, default: int, least: int, most: int) -> int:
    given = args.get(name)
    if given is None or given == "":
        return default
    if given.isascii() and given.isdigit() and len(given) <= 9 and least <= int(given) <= most:
        return int(given)
    raise BadParameter(f"{name} has to be a whole number from {least} to {most}")
