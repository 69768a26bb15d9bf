"""Where an article is read on the help center: the one path that the index has to know too."""

import re
from urllib.parse import quote

_needs_no_escape = re.compile(r"[A-Za-z0-9_.~/-]*").fullmatch


def article_path(key: str, anchor: str = "") -> str:
    """Return the path of the article `<locale>/<slug>`, at one of its headings if given."""
    path = "/" + escaped(key).replace("/", "/articles/", 1)
    return f"{path}#{escaped(anchor)}" if anchor else path


def escaped(part: str) -> str:
    """Return one part of a path with everything escaped that is not plain; slashes stay."""
    return part if _needs_no_escape(part) else quote(part)
