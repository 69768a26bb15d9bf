"""The allowlist of HTML that may reach a reader, and the one call that enforces it.

`clean` is the last thing that touches an article's HTML. `normal_form` is the same gate before
our own rewriting: it turns any author's HTML into well-formed HTML that a simple parser reads
exactly as a browser does. A new element or attribute belongs here only with a reason, and
never `style`, `name` or an event handler.
"""

import re

import nh3
from pygments.token import STANDARD_TYPES

HEADINGS = ("h2", "h3", "h4", "h5", "h6")
TAGS = frozenset(
    (
        *HEADINGS,
        *("p", "br", "hr", "a", "img", "strong", "b", "em", "i", "u", "del", "s", "ins"),
        *("sub", "sup", "code", "pre", "kbd", "samp", "var", "mark", "small", "abbr", "cite", "q"),
        *("blockquote", "ul", "ol", "li", "dl", "dt", "dd", "div", "span", "details", "summary"),
        *("table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"),
        *("figure", "figcaption"),
    )
)
DROPPED_WITH_TEXT = frozenset(
    ("script", "style", "iframe", "svg", "math", "template", "noscript", "object")
)
# Elements that go while their text stays. What is not HTML at all is shown as it was written.
DROPPED = frozenset(
    (
        *("h1", "input", "font", "center", "nobr", "big", "tt", "strike", "section", "article"),
        *("header", "footer", "main", "nav", "aside", "label", "button", "form", "fieldset"),
        *("embed", "video", "audio", "source", "track", "picture", "html", "body", "head"),
        *("meta", "link", "base", "wbr", "time", "bdi", "bdo", "ruby", "rt", "rp", "address"),
        *("acronym", "dfn", "legend", "marquee", "blink", "canvas", "map", "area", "dialog"),
    )
)
SCHEMES = {"http", "https", "mailto", "tel"}
CALLOUTS = frozenset(("note", "tip", "important", "warning", "caution", "danger", "info"))
_CODE_CLASSES = {name for name in STANDARD_TYPES.values() if name} | {"hll"}
CLASSES = {
    "div": {"highlight", "admonition", "table", "footnote", *CALLOUTS},
    "details": set(CALLOUTS),
    "p": {"admonition-title"},
    "a": {"footnote-ref", "footnote-backref"},
    "span": _CODE_CLASSES,
    "code": {"highlight"},
    "th": {"align-left", "align-right", "align-center"},
    "td": {"align-left", "align-right", "align-center"},
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "li": {"id", "value"},
    "sup": {"id"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "abbr": {"title"},
    "details": {"open"},
    "div": {"aria-labelledby"},
    **{tag: {"id"} for tag in HEADINGS},
}
_VALUES = {
    "img": {"loading": {"lazy"}},
    "th": {"scope": {"col", "row"}},
    "div": {"role": {"group"}, "tabindex": {"0"}},
}
_FOOTNOTE_ID = re.compile(r"fn(?:ref)?[0-9]*:[\w.-]{1,80}")
_NUMBER = re.compile(r"[0-9]{1,4}")
_NUMERIC = {"width", "height", "start", "value", "colspan", "rowspan"}
_OTHER_ORIGIN = re.compile(r"[\s\x00-\x20]*(?:[A-Za-z][A-Za-z0-9+.-]*:|[/\\]{2})")
_KNOWN = TAGS | DROPPED | DROPPED_WITH_TEXT
_TAG_NAME = re.compile(r"</?([A-Za-z][^\s/>]*)")


def _keep(tag: str, name: str, value: str) -> str | None:
    """Return the value of an allowed attribute, or None to drop it."""
    if name in _NUMERIC:
        return value if _NUMBER.fullmatch(value) else None
    if tag == "img" and name == "src" and _OTHER_ORIGIN.match(value):
        return None
    if name == "id" and tag in ("li", "sup") and not _FOOTNOTE_ID.fullmatch(value):
        return None
    return value


_FINAL = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags=set(DROPPED_WITH_TEXT),
    attributes=_ATTRIBUTES,
    tag_attribute_values=_VALUES,
    allowed_classes=CLASSES,
    attribute_filter=_keep,
    url_schemes=SCHEMES,
    link_rel="noopener",
)
_FIRST = nh3.Cleaner(
    tags={*TAGS, "h1", "input"},
    clean_content_tags=set(DROPPED_WITH_TEXT),
    attributes={
        **_ATTRIBUTES,
        "a": {"href", "title", "name", "id"},
        "input": {"type", "checked"},
        "h1": {"id"},
        "th": {"colspan", "rowspan", "align"},
        "td": {"colspan", "rowspan", "align"},
    },
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    link_rel=None,
)


def clean(html: str) -> str:
    """Return `html` with nothing in it but what the allowlist names."""
    return _FINAL.clean(html)


def normal_form(html: str) -> str:
    """Return an author's HTML well-formed, still with what `kb.rendering.markup` replaces."""
    # Nearly every text has only known names, and few of them.
    if not all(map(_is_known, set(_TAG_NAME.findall(html)))):
        html = _TAG_NAME.sub(_shown, html)
    return _FIRST.clean(html)


def _is_known(name: str) -> bool:
    return name in _KNOWN or (name.isascii() and name.lower() in _KNOWN)


def _shown(tag: re.Match[str]) -> str:
    """Return a tag as it is, or as text: `<user name>` is no HTML and meant to be read."""
    return tag[0] if _is_known(tag[1]) else f"&lt;{tag[0][1:]}"
