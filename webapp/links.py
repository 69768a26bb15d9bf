"""Every URL that a page, the API or the sitemap names is made here.

Paths are relative to the host, so that the site works behind any proxy; only what leaves the
site (canonical, hreflang, sitemap, OpenSearch) is absolute, by `site.url` from the settings.
"""

from urllib.parse import quote

from flask import Flask, request, url_for

from kb.search import Page
from webapp.site import current_site


def register_links(app: Flask) -> None:
    """Give templates these functions under their own names."""
    app.jinja_env.globals.update(
        absolute=absolute,
        article_url=article_url,
        asset_url=asset_url,
        contact_url=contact_url,
        home_url=home_url,
        search_url=search_url,
        topic_url=topic_url,
    )


def home_url(locale: str) -> str:
    """Return the path of a locale's home page."""
    return url_for("help_center.home", locale=locale)


def article_url(locale: str, slug: str, anchor: str = "") -> str:
    """Return the path of an article, at one of its headings if `anchor` is given."""
    return url_for("help_center.article", locale=locale, slug=slug, _anchor=anchor or None)


def topic_url(locale: str, topic: str, page: int = 1) -> str:
    """Return the path of one page of a topic's articles."""
    number = page if page > 1 else None
    return url_for("help_center.topic", locale=locale, topic=topic, page=number)


def search_url(locale: str, q: str, topic: str | None = None, page: int = 1) -> str:
    """Return the path of one page of results; what is at its default stays out."""
    return url_for(
        "help_center.search", locale=locale, q=q, topic=topic, page=page if page > 1 else None
    )


def asset_url(name: str) -> str:
    """Return the path of a static file; it changes whenever a file does."""
    return url_for("operations.static", digest=current_site().assets.digest, name=name)


def absolute(path: str) -> str:
    """Return `path` with the public address of this site before it."""
    return (current_site().settings.site.url or request.url_root).rstrip("/") + path


def contact_url(question: str = "") -> str:
    """Return where a reader can ask a person, prefilled with the question; "" if nowhere.

    `{query}` in the setting is filled in; without it, a mail address gets the question as its
    subject and any other address as the parameter `query`.
    """
    template = current_site().settings.site.contact_url
    if "{query}" in template:
        return template.replace("{query}", quote(question, safe=""))
    if not (template and question):
        return template
    name = "subject" if template.startswith("mailto:") else "query"
    return f"{template}{'&' if '?' in template else '?'}{name}={quote(question, safe='')}"


def edit_url(page: Page) -> str:
    """Return where a writer edits this article; "" when the setting is empty."""
    template = current_site().settings.site.edit_url
    if not template or not page.path:
        return ""
    return template.replace("{path}", quote(page.path)).replace("{source}", quote(page.source))
