"""What language models and their tools read: every public article as Markdown, and llms.txt.

An article's Markdown is at its own address with `.md` after it. A slug may end in `.md` itself:
where an article has the whole address, that article answers, and nothing names the other as
Markdown. Only what the public may read is here, for staff too.
"""

from collections.abc import Iterable, Sequence

from flask import Blueprint, Response, abort, g, make_response, redirect
from werkzeug.wrappers import Response as AnyResponse

from kb.rendering.markup import Token
from kb.rendering.quoting import quote
from kb.rendering.text_forms import markdown_of
from kb.search import Page, Summary
from webapp.i18n import gettext as _
from webapp.i18n import match
from webapp.links import absolute, article_url, llms_url, markdown_url
from webapp.site import AUDIENCE, current_site, today
from webapp.words import language_name

blueprint = Blueprint("machine_readable", __name__)

SUFFIX = ".md"
# So many of each language in the file for all languages, and in a language's own.
MOST_IN_ALL = 100
MOST_OF_ONE = 2_000
_LONGEST_DESCRIPTION = 200


def article_as_markdown(slug: str, asked: str) -> AnyResponse | None:
    """Return the Markdown of the article that `slug` names with `.md` after it, if it is one.

    asked  the locale as the address has it
    """
    if not slug.endswith(SUFFIX):
        return None
    engine, plain = current_site().engine, slug.removesuffix(SUFFIX)
    page = engine.page(f"{g.locale}/{plain}", audience=AUDIENCE)
    if page is not None:
        moved = asked != g.locale
        return redirect(markdown_url(g.locale, plain)) if moved else _answer(page)
    # An old path may end so, too: then it is not ours.
    if engine.resolve(slug, locale=g.locale, audience=AUDIENCE) is not None:
        return None
    key = engine.resolve(plain, locale=g.locale, audience=AUDIENCE)
    if key is None:
        return _removed(engine.removed(plain, locale=g.locale, audience=AUDIENCE))
    locale, _slash, target = key.partition("/")
    return redirect(markdown_url(locale, target), 301)


def _removed(note: str | None) -> Response | None:
    if note is None:
        return None
    response = _as_file([f"# {_('This article was removed')}", _text(note)])
    response.status_code = 410
    return response


def has_markdown(key: str) -> bool:
    """Whether the address with `.md` after it is this article's, and not that of another one."""
    return current_site().engine.page(key + SUFFIX, audience=AUDIENCE) is None


@blueprint.get("/llms.txt")
def llms() -> Response:
    """The first articles of every language, and where the others are."""
    site = current_site()
    g.locale = site.settings.site.default_locale
    parts = _heading()
    for locale in site.locales():
        articles = _listed(locale)
        if articles:
            lines = [_line(each) for each in articles[:MOST_IN_ALL]]
            lines.append(f"- {_link(_all_in(locale), absolute(llms_url(locale)))}")
            parts += [f"## {_text(language_name(locale))}", "\n".join(lines)]
    return _as_file(parts)


@blueprint.get("/<locale:locale>/llms.txt")
def llms_of_locale(locale: str) -> AnyResponse:
    """The articles of one language, by topic."""
    served = match(locale)
    if served is None:
        abort(404)
    if served != locale:
        return redirect(llms_url(served))
    g.locale = served
    articles = _listed(served)
    parts = _heading()
    if len(articles) > MOST_OF_ONE:
        shown = _("The first %(shown)s of %(total)s.", shown=MOST_OF_ONE, total=len(articles))
        parts.append(f"{_text(str(shown))} {_link('sitemap.xml', absolute('/sitemap.xml'))}")
    topics = {slug: topic.title for slug, topic in current_site().topics(served).items()}
    by_topic: dict[str, list[str]] = {slug: [] for slug in topics}
    for each in articles[:MOST_OF_ONE]:
        by_topic.setdefault(each.topic, []).append(_line(each))
    for slug, lines in by_topic.items():
        if lines:
            title = topics.get(slug) or slug or current_site().settings.site.name
            parts += [f"## {_text(title)}", "\n".join(lines)]
    return _as_file(parts)


def _answer(page: Page) -> Response:
    summary = page.summary
    address = absolute(article_url(summary.locale, summary.slug))
    body = quote(page, base_url=absolute("")).markdown
    response = _as_file([f"# {_text(summary.title)}", f"<{address}>", body])
    # It says the same as the page, which is what a search engine should list.
    response.headers["Link"] = f'<{address}>; rel="canonical"'
    response.content_language.add(summary.locale)
    return response


def _as_file(parts: Iterable[str]) -> Response:
    response = make_response("\n\n".join(part for part in parts if part) + "\n")
    response.mimetype = "text/markdown"
    return response


def _heading() -> list[str]:
    name = current_site().settings.site.name
    summary = _("Answers for customers: each link is an article as Markdown.")
    return [f"# {_text(name)}", f"> {_text(str(summary))}"]


def _all_in(locale: str) -> str:
    return str(_("All articles in this language (%(language)s)", language=language_name(locale)))


def _listed(locale: str) -> Sequence[Summary]:
    """Return the articles of a language, what its writers put first and what is verified first."""
    now = today()
    there = (
        each
        for each in current_site().engine.articles(locale, audience=AUDIENCE)
        # An empty locale answers with its fallback's articles.
        if each.locale == locale and not each.exclude
    )
    return sorted(there, key=lambda each: (-each.boost, not each.is_verified(now)))


def _line(article: Summary) -> str:
    address = markdown_url(article.locale, article.slug)
    if not has_markdown(article.key):
        address = article_url(article.locale, article.slug)
    link = _link(article.title, absolute(address))
    said = " ".join(article.description.split())
    if len(said) > _LONGEST_DESCRIPTION:
        said = said[: _LONGEST_DESCRIPTION - 1].rstrip() + "…"
    return f"- {link}: {_text(said)}" if said else f"- {link}"


def _text(text: str) -> str:
    """Return plain text as one line of Markdown that says the same."""
    return markdown_of([Token("start", "h2"), Token("text", text), Token("end", "h2")])[3:]


def _link(text: str, address: str) -> str:
    tokens = (Token("start", "a", {"href": address}), Token("text", text), Token("end", "a"))
    return markdown_of(tokens)
