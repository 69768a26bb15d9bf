"""Where an article is read on the help center, and what other paths in articles mean."""

import posixpath
import re
import unicodedata
from collections.abc import Collection
from urllib.parse import quote, unquote, urlsplit

_ARTICLE_PATH = re.compile(r"/([^/]+)/articles/(.+)")
_needs_no_escape = re.compile(r"[A-Za-z0-9_.~/-]*").fullmatch


def article_path(key: str, anchor: str = "") -> str:
    """Return the path of the article `<locale>/<slug>`, at one of its headings if given."""
    path = "/" + escaped(key).replace("/", "/articles/", 1)
    return f"{path}#{escaped(anchor)}" if anchor else path


def escaped(part: str) -> str:
    """Return one part of a path with everything escaped that is not plain; slashes stay."""
    return part if _needs_no_escape(part) else quote(part)


def key_of(name: str, locale: str, locales: Collection[str]) -> str:
    """Return the key that somebody means by an address, a key or a slug; "" for nothing.

    locale   of an article that is named by its slug alone
    locales  what may stand before a slug
    """
    found = _ARTICLE_PATH.fullmatch(_path_in(name)) if "/articles/" in name else None
    if found:
        return f"{found[1]}/{found[2].rstrip('/')}"
    slug = name.strip("/")
    if not slug:
        return ""
    first, _, rest = slug.partition("/")
    return slug if rest and first in locales else f"{locale}/{slug}"


def old_name(path: str) -> str:
    """Return an old slug or path as it is looked up.

    Case, escapes and outer slashes do not count; the address of an article is its key.

    >>> old_name("/Docs/%C4%90%E1%BB%95i-T%C3%AAn/"), old_name("/en/articles/Log-In")
    ('docs/đổi-tên', 'en/log-in')
    """
    plain = unicodedata.normalize("NFC", unquote(path)).lower().strip("/")
    found = _ARTICLE_PATH.fullmatch(f"/{plain}")
    return f"{found[1]}/{found[2]}" if found else plain


def linked_path(target: str, folder: str) -> str | None:
    """Return where a relative target leads, seen from a folder, as a path in the same source.

    None when it leads out of the source, or nowhere.
    """
    plain = target.partition("?")[0].partition("#")[0]
    if "%" in plain:
        plain = unquote(plain)
    if plain.startswith("/") or not folder:
        joined = posixpath.normpath(plain.lstrip("/"))
    else:
        joined = posixpath.normpath(f"{folder}/{plain}")
    return None if joined.startswith("..") or joined == "." else joined


def _path_in(address: str) -> str:
    """Return the path of an address; "" of what is none, though it may look like one."""
    try:
        return unquote(urlsplit(address).path)
    except ValueError:
        return ""
