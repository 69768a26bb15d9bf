"""An article's HTML as staff read it: its images and links lead to where only they can go.

The help center knows no internal article and none of their images. Links open a page of their own,
so that the console keeps what was pasted into it.
"""

from urllib.parse import unquote

from flask import url_for

from kb.paths import key_of
from kb.rendering.markup import read, write
from webapp.i18n import page_locale
from webapp.site import AUDIENCE, current_site

_MEDIA = "/media/"


def for_staff(html: str) -> str:
    """Return safe HTML of an article, safe again, with addresses that staff can follow."""
    tokens = read(html)
    for token in tokens:
        source = token.attributes.get("src", "")
        if token.opens("img") and source.startswith(_MEDIA):
            token.attributes["src"] = url_for(".media", name=source.removeprefix(_MEDIA))
        target = token.attributes.get("href", "")
        if token.opens("a") and not target.startswith("#"):
            token.attributes.update(href=_followed(target), target="_blank")
    return write(tokens)


def _followed(target: str) -> str:
    """Return where a link leads: to the console's own page for what customers cannot read."""
    path, _, anchor = target.partition("#")
    if not path.startswith("/") or "/articles/" not in path:
        return target
    key = key_of(path, "", ())
    if not key or current_site().engine.page(key, audience=AUDIENCE) is not None:
        return target
    return url_for(
        "console.section",
        locale=page_locale(),
        key=key,
        anchor=unquote(anchor) or None,
        level=None if anchor else "article",
    )
