"""Where an article is read on the help center: the one path that the index has to know too."""

from urllib.parse import quote


def article_path(key: str, anchor: str = "") -> str:
    """Return the path of the article `<locale>/<slug>`, at one of its headings if given."""
    locale, _, slug = key.partition("/")
    fragment = f"#{quote(anchor)}" if anchor else ""
    return f"/{quote(locale)}/articles/{quote(slug)}{fragment}"
