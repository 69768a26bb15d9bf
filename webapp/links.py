"""Every URL that a page or the sitemap names is made here.

They are written out, for a page names about thirty and asking the router costs thirty times as
much; a test holds each of them against the router.

Paths are relative to the host, so that the site works behind any proxy; only what leaves the
site (canonical, hreflang, sitemap, OpenSearch) is absolute, by `site.url` from the settings.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, quote_plus, urlencode, urlsplit

from flask import Flask, request

from kb.paths import article_path, escaped
from kb.search import Page
from kb.writing.web_editor import begun
from webapp.cookies import FRAME_PREFIX, in_frame
from webapp.site import current_site

_PLACEHOLDER = re.compile(r"\{path\}|\{source\}|\{text\}")


def register_links(app: Flask) -> None:
    """Give templates these functions under their own names."""
    app.jinja_env.globals.update(
        absolute=absolute,
        article_url=article_url,
        asset_url=asset_url,
        complete_url=complete_url,
        console_url=console_url,
        contact_url=contact_url,
        due_url=due_url,
        feed_url=feed_url,
        front_door_url=front_door_url,
        home_url=home_url,
        new_url=new_url,
        opensearch_url=opensearch_url,
        reports_url=reports_url,
        tools_url=tools_url,
        search_url=search_url,
        account_url=account_url,
        sign_in_url=sign_in_url,
        sign_out_url=sign_out_url,
        topic_url=topic_url,
        vote_url=vote_url,
        whats_new_url=whats_new_url,
    )


def front_door_url() -> str:
    """Return the path that leads on to the home page in the reader's language."""
    return "/"


def home_url(locale: str) -> str:
    """Return the path of a locale's home page."""
    return f"/{locale}/"


def article_url(locale: str, slug: str, anchor: str = "") -> str:
    """Return the path of an article, at one of its headings if `anchor` is given."""
    return article_path(f"{locale}/{slug}", anchor)


def markdown_url(locale: str, slug: str) -> str:
    """Return the path of an article's Markdown."""
    return article_path(f"{locale}/{slug}.md")


def llms_url(locale: str) -> str:
    """Return the path of a language's list of articles for language models."""
    return f"/{locale}/llms.txt"


def whats_new_url(locale: str, page: int = 1) -> str:
    """Return the path of one page of what is new."""
    path = f"/{locale}/new"
    return f"{path}?page={page}" if page > 1 else path


def feed_url(locale: str) -> str:
    """Return the path of the same as an Atom feed."""
    return f"/{locale}/feed.xml"


def vote_url(locale: str, slug: str) -> str:
    """Return the path to which readers send whether an article helped."""
    return f"/{locale}/votes/{escaped(slug)}"


def topic_url(locale: str, topic: str, page: int = 1) -> str:
    """Return the path of one page of a topic's articles."""
    path = f"/{locale}/topics/{escaped(topic)}"
    return f"{path}?page={page}" if page > 1 else path


def search_url(locale: str, q: str = "", topic: str | None = None, page: int = 1) -> str:
    """Return the path of one page of results; what is at its default stays out."""
    arguments = [f"q={quote_plus(q)}"] if q else []
    if topic is not None:
        arguments.append(f"topic={quote_plus(topic)}")
    if page > 1:
        arguments.append(f"page={page}")
    path = f"/{locale}/search"
    return f"{path}?{'&'.join(arguments)}" if arguments else path


def complete_url(locale: str) -> str:
    """Return the path of the API that the search box asks while somebody types."""
    return f"/api/v1/complete?locale={locale}"


def opensearch_url(locale: str) -> str:
    """Return the path of the description for browsers."""
    return f"/{locale}/opensearch.xml"


def asset_url(name: str) -> str:
    """Return the path of a static file; it changes whenever a file does."""
    return f"/static/{current_site().assets.digest}/{name}"


def absolute(path: str) -> str:
    """Return `path` with the public address of this site before it."""
    return (current_site().settings.site.url or request.url_root).rstrip("/") + path


def sign_in_url(back: str = "") -> str:
    """Return the path of the form to sign in, which leads on to the path `back`."""
    return _staff_path("/sign-in") + (f"?{urlencode({'next': back})}" if back else "")


def sign_out_url() -> str:
    """Return the path to which a form that signs out is sent."""
    return _staff_path("/sign-out")


def account_url() -> str:
    """Return the path of the page about one's own account."""
    return _staff_path("/account")


def console_url() -> str:
    """Return the path of the agent console."""
    return _staff_path("/agent")


def reports_url() -> str:
    """Return the path of the reports."""
    return "/agent/reports"


def due_url() -> str:
    """Return the path of the list of articles to check."""
    return "/agent/due"


def tools_url() -> str:
    """Return the path of the page about other tools."""
    return "/agent/tools"


def _staff_path(path: str) -> str:
    # In a frame, people have signed in for frames only.
    return f"{FRAME_PREFIX}{path}" if in_frame() else path


def is_own_host(host: str) -> bool:
    """Whether a host with its port is this site's: as it was asked for, or as it is published."""
    published = urlsplit(current_site().settings.site.url).netloc
    return bool(host) and host in (request.host, published)


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


def new_url(wordings: Sequence[str], locale: str) -> str:
    """Return where a writer begins the article that answers a question; "" if nowhere.

    wordings  how it was asked, the one to become the title first
    """
    settings = current_site().settings
    template = settings.site.new_url
    article = begun(wordings, locale, settings.all_sources()) if template else None
    if article is None:
        return ""
    parts = {"{path}": article.path, "{source}": article.source, "{text}": article.text}
    # In one pass: what a text holds is no placeholder.
    return _PLACEHOLDER.sub(lambda found: quote(parts[found[0]], safe="/"), template)
