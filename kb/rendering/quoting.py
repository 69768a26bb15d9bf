"""What an agent copies of an article: rich text, plain text, Markdown and the link.

All of it can be sent to a customer as it is: links are absolute, ids and classes are gone, and
an internal article has no link. What its own links and pictures lead to is internal too unless
somebody says otherwise, so only their text is quoted.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

import nh3

from kb.paths import article_path, key_of
from kb.rendering import replies
from kb.rendering.markup import VOID, Token, read, write
from kb.rendering.sanitise import HEADINGS, SCHEMES, TAGS
from kb.rendering.text_forms import markdown_of, text_of
from kb.search import Page

_UNWRAPPED = frozenset(("span", "details", "summary", "figure", "figcaption", "colgroup", "col"))
# What a part of our page is where there is no style: the tags around what it holds.
_REPLACED = {
    "details": ("blockquote",),
    "summary": ("p", "strong"),
    "figure": ("div",),
    "figcaption": ("p",),
    "div.admonition": ("blockquote",),
    "p.admonition-title": ("p", "strong"),
    "div.table": (),
    "div.highlight": (),
    "span": (),
    "colgroup": (),
}
_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "abbr": {"title"},
}
_FINAL = nh3.Cleaner(
    tags=set(TAGS - _UNWRAPPED), attributes=_ATTRIBUTES, url_schemes=SCHEMES, link_rel=None
)


@dataclass(frozen=True, slots=True)
class Quote:
    """A passage, section or whole article to paste.

    html      safe HTML without ids, classes and scripts, for rich text
    text      plain, lists with "-" or "1.", links as "text (address)"
    markdown  the same as Markdown
    url       where customers read it, at its heading; None when they cannot
    missing   variables of a reply without a value: not to be sent as long as there are any
    """

    html: str
    text: str
    markdown: str
    url: str | None
    missing: tuple[str, ...] = ()


def _nothing_is_public(key: str) -> bool:
    return False


def quote(
    page: Page,
    *,
    base_url: str,
    anchor: str | None = None,
    passage: str | None = None,
    values: Mapping[str, str] | None = None,
    is_public: Callable[[str], bool] = _nothing_is_public,
) -> Quote:
    """Return what to paste of an article.

    base_url   public address of the help center, such as https://help.example.com
    anchor     only the section under this heading; "" is what stands before the first one
    passage    only this text, plain, of that section
    values     of a reply's variables, by name
    is_public  whether customers can read the article of a key: an internal article links to those
    """
    tokens = read(page.html)
    if passage is not None:
        tokens = _paragraphs(passage)
    elif anchor is not None:
        tokens = _section(tokens, anchor)
    missing: tuple[str, ...] = ()
    if page.summary.kind == "reply":
        tokens, missing = replies.fill(tokens, values or {})
    cleaned = _Cleaning(page, base_url.rstrip("/"), is_public).run(tokens)
    html = _FINAL.clean(write(cleaned)).strip()
    shown = read(html)
    url = None
    if page.summary.audience == "public":
        url = base_url.rstrip("/") + article_path(page.summary.key, anchor or "")
    return Quote(html, text_of(shown), markdown_of(shown), url, missing)


def variables_of(page: Page) -> tuple[replies.Variable, ...]:
    """Return the variables of a reply, none of any other article."""
    return replies.variables_in(read(page.html)) if page.summary.kind == "reply" else ()


def section_html(html: str, anchor: str) -> str:
    """Return the section under a heading of a page, heading included, or "" when there is none.

    It goes up to the next heading of the same or a higher level; for the anchor "" it is what
    stands before the first heading. Safe, as the page's HTML is.
    """
    return write(_section(read(html), anchor)).strip()


def _paragraphs(passage: str) -> list[Token]:
    tokens = []
    for line in passage.split("\n"):
        tokens += [Token("start", "p"), Token("text", line), Token("end", "p")]
    return tokens


def _section(tokens: Iterable[Token], anchor: str) -> list[Token]:
    """Return a section's tokens, closed where it is cut out of something."""
    found: list[Token] = []
    opened: list[str] = []
    level = 0 if anchor else 9  # of its heading; every heading ends what is before the first
    for token in tokens:
        is_heading = token.kind == "start" and token.value in HEADINGS
        if is_heading and level and int(token.value[1]) <= level:
            break
        if level and _looks_like(token, "div", "footnote"):
            break  # the notes of all sections stand together at the end
        if not level:
            if not is_heading or token.attributes.get("id") != anchor:
                continue
            level = int(token.value[1])
        if token.kind == "start" and token.value not in VOID:
            opened.append(token.value)
        elif token.kind == "end":
            if not opened:
                break
            opened.pop()
        found.append(token)
    return found + [Token("end", name) for name in reversed(opened)]


class _Cleaning:
    """One pass that makes a page's HTML ready to leave the page."""

    def __init__(self, page: Page, base_url: str, is_public: Callable[[str], bool]) -> None:
        self._base = base_url
        self._is_public = is_public
        self._is_internal = page.summary.audience != "public"
        self._page = article_path(page.summary.key)

    def run(self, tokens: list[Token]) -> list[Token]:
        self._has_footnotes = any(_looks_like(token, "div", "footnote") for token in tokens)
        out: list[Token] = []
        closing: list[list[Token]] = []
        skipped = 0  # how many elements are open of what is left out with its text
        for token in tokens:
            if token.kind == "end":
                skipped -= skipped > 0
                out += closing.pop() if closing else ()
            elif token.kind == "text":
                out += () if skipped else (token,)
            elif token.value in VOID:
                out += () if skipped else self._void(token)
            elif skipped or self._is_left_out(token):
                skipped += 1
                closing.append([])
            else:
                opening, end = self._opening(token)
                out += opening
                closing.append(end)
        return out

    def _is_left_out(self, token: Token) -> bool:
        """Whether it leads back to a footnote's place, or to a footnote that is not quoted."""
        return _looks_like(token, "a", "footnote-backref") or (
            _looks_like(token, "a", "footnote-ref") and not self._has_footnotes
        )

    def _opening(self, token: Token) -> tuple[list[Token], list[Token]]:
        """Return what stands for an element's first tag, and for its last one."""
        if _looks_like(token, "a", "footnote-ref"):
            return [Token("text", "[")], [Token("text", "]")]
        if token.value == "a":
            url = self._address(token.attributes.get("href", ""))
            if url is None:
                return [], []
            return [Token("start", "a", {**token.attributes, "href": url})], [Token("end", "a")]
        names = next(
            (_REPLACED[each] for each in _names(token) if each in _REPLACED), (token.value,)
        )
        attributes = token.attributes if names == (token.value,) else {}
        opening = [Token("start", name, attributes) for name in names]
        return opening, [Token("end", name) for name in reversed(names)]

    def _void(self, token: Token) -> list[Token]:
        if not token.opens("img"):
            return [token]
        source = self._address(token.attributes.get("src", ""))
        if source is None:
            return [Token("text", token.attributes.get("alt", ""))]
        return [Token("start", "img", {**token.attributes, "src": source})]

    def _address(self, target: str) -> str | None:
        """Return a target as an absolute address, None where customers cannot go."""
        if target.startswith("#"):
            return None if self._is_internal else f"{self._base}{self._page}{target}"
        if not target.startswith("/"):
            return target or None
        key = key_of(target, "", ()) if "/articles/" in target else ""
        if self._is_internal and not (key and self._is_public(key)):
            return None
        return self._base + target


def _names(token: Token) -> Iterator[str]:
    """Yield what an element can be called in `_REPLACED`: with each of its classes, and bare."""
    for name in token.attributes.get("class", "").split():
        yield f"{token.value}.{name}"
    yield token.value


def _looks_like(token: Token, tag: str, name: str) -> bool:
    return token.opens(tag) and name in token.attributes.get("class", "").split()
