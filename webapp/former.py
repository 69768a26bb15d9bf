"""What an address answers at which there is no article: another address, a note, or nothing.

Whatever is odd about an address, one redirect leads to where the article is now: one that leads to
a further one costs readers time, and crawlers give up on it. An article that answers wins over an
old path, and an old path over what writers say of an article that they took away.
"""

from flask import abort, g, redirect, render_template
from werkzeug.wrappers import Response

from kb.search import Hit, Query
from webapp.links import article_url
from webapp.listing import translated_article
from webapp.site import AUDIENCE, current_site, today

_SHOWN_HITS = 5


def answer(slug: str) -> Response | tuple[str, int]:
    """Return what leads on from a slug that no article of the page's locale has."""
    engine = current_site().engine
    key = engine.resolve(slug, locale=g.locale, audience=AUDIENCE)
    if key is not None:
        locale, _, target = key.partition("/")
        return redirect(article_url(locale, target), 301)
    note = engine.removed(slug, locale=g.locale, audience=AUDIENCE)
    if note is not None:
        return _removed(slug, note), 410
    translated = translated_article(slug, g.locale)
    if translated is None:
        abort(404)
    return render_template("help_center/untranslated.html", translated=translated), 404


def _removed(slug: str, note: str) -> str:
    words = slug.strip("/").rpartition("/")[2].replace("-", " ").replace("_", " ").strip()
    return render_template(
        "help_center/removed.html",
        note=note,
        q=words,
        hits=_hits(words) or _hits(note),
        topics=current_site().topics(g.locale),
        today=today(),
    )


def _hits(text: str) -> tuple[Hit, ...]:
    """Return the articles that are most like what was taken away."""
    query = Query(text, g.locale, limit=_SHOWN_HITS)
    results = current_site().engine.search(query, audience=AUDIENCE)
    return (*results.hits, *results.relaxed)[:_SHOWN_HITS]
