"""Rewrite an article's HTML for our page: links, images, headings, tables.

Works on the well-formed output of `sanitise.normal_form`, as a flat list of tokens, so that
depth of nesting cannot exhaust the stack; every pass takes linear time. What comes out still
goes through `sanitise.clean`: nothing here is trusted with safety.
"""

import html as entities
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kb.rendering.sanitise import SCHEMES
from kb.words.characters import is_tidy, tidy

RESERVED = "kb-"
VOID = frozenset(("br", "hr", "img", "input", "col"))
MAX_ID = 120
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_CUSTOM_ID = re.compile(r"[^\W_][\w.-]{0,119}")
_NOT_IN_ID = re.compile(r"[^\w\s-]")
_GAPS_IN_ID = re.compile(r"[-\s]+")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LINKED = frozenset(("a", "img", "input"))
_TABLE_PARTS = frozenset(("table", "tr", "th", "td", *_HEADINGS))
_TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [^\s=>"]+="[^"]*")*)>')
_ATTRIBUTE = re.compile(r' ([^\s=>"]+)="([^"]*)"')
_REL = {"rel": "noopener"}  # what cleaning gives every link
_SPECIAL = re.compile('[&<>"\xa0]')


@dataclass(slots=True)
class Token:
    """One piece of HTML: kind is "start", "end", "text" or "anchor" (an old `<a name>`).

    The same tag without attributes may be the same token again: only those with some are changed.
    """

    kind: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)

    def opens(self, tag: str) -> bool:
        return self.kind == "start" and self.value == tag

    def closes(self, tag: str) -> bool:
        return self.kind == "end" and self.value == tag


def read(html: str) -> list[Token]:
    """Return the HTML of `nh3` as tokens; text is decoded and tidied."""
    pieces = _TAG.split(html)  # text, then again and again: "/" or "", name, attributes, text
    decode = _decoded if is_tidy(html) else _tidied
    tokens: list[Token] = []
    add = tokens.append
    if before := decode(pieces[0]):
        add(Token("text", before))
    parts = iter(pieces[1:])
    plain_tags: dict[str, Token] = {}
    for slash, name, attributes, text in zip(parts, parts, parts, parts, strict=True):
        if attributes:
            pairs = _ATTRIBUTE.findall(attributes)
            add(Token("start", name, {key: decode(value) for key, value in pairs}))
        elif not slash or name not in VOID:
            tag = plain_tags.get(slash + name)
            if tag is None:
                tag = plain_tags[slash + name] = Token("end" if slash else "start", name)
            add(tag)
        plain = decode(text) if text else ""
        if name == "pre" and not slash:
            # A browser drops one newline there; without this, a second cleaning drops another.
            plain = plain.lstrip("\n")
        if plain:
            add(Token("text", plain))
    return tokens


def _decoded(text: str) -> str:
    # What an entity stands for may compose with what follows it.
    return tidy(entities.unescape(text)) if "&" in text else text


def _tidied(text: str) -> str:
    return tidy(entities.unescape(text))


def write(tokens: Iterable[Token]) -> str:
    """Return tokens as `nh3` writes them."""
    out: list[str] = []
    for token in tokens:
        if token.kind == "text":
            out.append(_escaped(token.value))
        elif token.kind == "end":
            out.append(f"</{token.value}>")
        elif token.kind == "start":
            pairs = (
                f' {name}="{_escaped(text, quote=True)}"'
                for name, text in token.attributes.items()
                if text or name != "class"
            )
            out.append(f"<{token.value}{''.join(pairs)}>")
    return "".join(out)


def _escaped(text: str, quote: bool = False) -> str:
    if not _SPECIAL.search(text):
        return text
    plain = entities.escape(text, quote=False).replace("\xa0", "&nbsp;")
    return plain.replace('"', "&quot;") if quote else plain


def _id_of(text: str) -> str:
    # As Markdown makes ids, which is not loaded for it: a server reads HTML and no Markdown.
    return _GAPS_IN_ID.sub("-", _NOT_IN_ID.sub("", text).strip().lower())[:MAX_ID]


def target_key(href: str) -> str:
    """Return what a link's target is looked up by: the target without its fragment."""
    return href.strip().partition("#")[0]


def is_relative(href: str) -> bool:
    """Whether a target has to be looked up: no scheme, no other host, no mere fragment."""
    key = target_key(href)
    return bool(key) and not _SCHEME.match(key) and not key.startswith("//")


class Links:
    """Resolves targets and remembers what led nowhere."""

    def __init__(self, known: Mapping[str, str | None]) -> None:
        self.known = known
        self.warnings: list[str] = []

    def resolve(self, href: str) -> str | None:
        """Return where a link leads, or None when there must be no link."""
        href = href.strip()
        if scheme := _SCHEME.match(href):
            return href if scheme[1].lower() in SCHEMES else None
        if href.startswith("//"):
            return f"https:{href}"
        key = target_key(href)
        if not key:
            return href if len(href) > 1 else None
        url = self.known.get(key)
        if url is None:
            self.warnings.append(f"the link {key[:200]} leads to nothing that its readers can open")
            return None
        fragment = href.partition("#")[2]
        return f"{url}#{fragment}" if fragment and "#" not in url else url


def rewrite_links(tokens: list[Token], links: Links) -> list[Token]:
    """Resolve links and images; a link without text and a lost image become plain text."""
    out: list[Token] = []
    opened: list[int | None] = []
    for token in tokens:
        if token.kind == "text" or token.value not in _LINKED:
            out.append(token)
        elif token.opens("a"):
            name = token.attributes.get("name") or token.attributes.get("id")
            if name:
                out.append(Token("anchor", name))
            opened.append(_open_link(token, links, out))
        elif token.closes("a"):
            start = opened.pop() if opened else None
            if start is None:
                continue
            if _has_text(out[start:]):
                out.append(token)
            else:
                del out[start]
        elif token.opens("img"):
            inside = any(start is not None for start in opened)
            out += _image(token, links, inside)
        elif token.opens("input"):
            if token.attributes.get("type") == "checkbox":
                out.append(Token("text", "☑" if "checked" in token.attributes else "☐"))
        else:
            out.append(token)
    return out


def _open_link(token: Token, links: Links, out: list[Token]) -> int | None:
    """Append the opening of a link and return its place, or None when it is no link."""
    url = links.resolve(token.attributes.get("href", ""))
    if url is None:
        return None
    kept = {name: token.attributes[name] for name in ("class",) if name in token.attributes}
    if "title" in token.attributes and "footnote-backref" not in kept.get("class", ""):
        kept["title"] = token.attributes["title"]
    out.append(Token("start", "a", {"href": url, **kept, **_REL}))
    return len(out) - 1


def _has_text(tokens: list[Token]) -> bool:
    return any(
        (token.kind == "text" and token.value.strip())
        or (token.opens("img") and token.attributes.get("alt", "").strip())
        for token in tokens
    )


def _image(token: Token, links: Links, inside_link: bool) -> list[Token]:
    source = token.attributes.get("src", "")
    alt = " ".join(token.attributes.get("alt", "").split())
    if _SCHEME.match(source.strip()) or source.strip().startswith("//"):
        url = links.resolve(source)
        name = alt or (source.rpartition("/")[2] if url else "")
        if url is None or inside_link or not name:
            return [Token("text", name)] if name else []
        # A picture of another origin would tell that origin who reads what.
        return [Token("start", "a", {"href": url, **_REL}), Token("text", name), Token("end", "a")]
    url = links.resolve(source.partition("#")[0]) if source.strip() else None
    if url is None:
        return [Token("text", alt)] if alt else []
    if not alt:
        links.warnings.append(f"the image {source[:200]} has no alternative text")
    kept = {n: v for n, v in token.attributes.items() if n in ("title", "width", "height")}
    return [Token("start", "img", {"src": url, "alt": alt, "loading": "lazy", **kept})]


class Headings:
    """Gives headings their level, h2 to h6 without gaps, and an id; drops the title's copy."""

    def __init__(self, tokens: list[Token], title: str) -> None:
        self.tokens = tokens
        self.title = title
        self.out: list[Token] = []
        self.levels: list[int] = []  # levels, as written, of the headings that are open here
        self.taken: dict[str, int] = {}
        self.anchors: dict[str, str] = {}  # an author's own anchor -> the heading to go to
        self.current = ""
        self.is_top = True

    def run(self) -> list[Token]:
        tokens = iter(self.tokens)
        for token in tokens:
            kind = token.kind
            if kind == "start" and token.value in _HEADINGS:
                inner: list[Token] = []
                for following in tokens:
                    if following.closes(token.value):
                        break
                    inner.append(following)
                self._take(token, inner)
            elif kind == "anchor":
                if self.current:
                    self.anchors.setdefault(token.value, self.current)
            else:
                if self.is_top and ((kind == "text" and token.value.strip()) or token.opens("img")):
                    self.is_top = False
                self.out.append(token)
        self._aim_fragments()
        return self.out

    def _take(self, start: Token, inner: list[Token]) -> None:
        was_top, self.is_top = self.is_top, False
        content = [token for token in inner if token.kind != "anchor"]
        text = "".join(token.value for token in content if token.kind == "text")
        if was_top and (start.value == "h1" or text.split() == self.title.split()):
            self.anchors.update({token.value: "" for token in inner if token.kind == "anchor"})
            return
        if not _has_text(content):
            self.out += [token for token in content if token.kind == "text"]
            return
        self.current = self._id(start.attributes.get("id", ""), text)
        for token in inner:
            if token.kind == "anchor":
                self.anchors[token.value] = self.current
        level = int(start.value[1])
        while self.levels and self.levels[-1] >= level:
            self.levels.pop()
        self.levels.append(level)
        tag = f"h{min(len(self.levels) + 1, 6)}"
        self.out.append(Token("start", tag, {"id": self.current}))
        self.out += content
        self.out.append(Token("end", tag))

    def _id(self, given: str, text: str) -> str:
        name = given if _CUSTOM_ID.fullmatch(given) else _id_of(text)
        name = name.strip("-_") or "section"
        if name.startswith(RESERVED):
            name = f"section-{name}"  # the page's own ids begin so
        unique = name
        while unique in self.taken:
            self.taken[name] = self.taken.get(name, 0) + 1
            unique = f"{name}_{self.taken[name]}"
        self.taken[unique] = 0
        return unique

    def _aim_fragments(self) -> None:
        for token in self.out:
            if token.value != "a" or token.kind != "start":
                continue
            href = token.attributes.get("href", "")
            if href.startswith("#") and href[1:] not in self.taken:
                heading = self.anchors.get(href[1:])
                if heading is not None:
                    token.attributes["href"] = f"#{heading}"


def rewrite_tables(tokens: list[Token]) -> list[Token]:
    """Wrap tables so that wide ones scroll; header cells say what they head."""
    out: list[Token] = []
    depth = 0
    rows: list[int] = []
    heading = ""
    cells: list[str] = []
    for index, token in enumerate(tokens):
        if token.kind == "text" or token.value not in _TABLE_PARTS:
            out.append(token)
            continue
        if token.kind == "start" and token.value in _HEADINGS:
            heading = token.attributes.get("id", "")
        if token.opens("table"):
            if not depth:
                named = {"role": "group", "aria-labelledby": heading} if heading else {}
                out.append(Token("start", "div", {"class": "table", "tabindex": "0", **named}))
            depth += 1
            rows.append(0)
        elif token.opens("tr") and rows:
            rows[-1] += 1
        elif token.kind == "start" and token.value in ("th", "td"):
            token = _cell(token, tokens, index, bool(rows) and rows[-1] <= 1)
            cells.append(token.value)
        elif token.kind == "end" and token.value in ("th", "td") and cells:
            token = Token("end", cells.pop())
        out.append(token)
        if token.closes("table") and depth:
            depth -= 1
            rows.pop()
            if not depth:
                out.append(Token("end", "div"))
    return out


def _cell(token: Token, tokens: list[Token], index: int, first_row: bool) -> Token:
    attributes = {n: v for n, v in token.attributes.items() if n in ("colspan", "rowspan")}
    align = token.attributes.get("align", "").lower()
    if align in ("left", "right", "center"):
        attributes["class"] = f"align-{align}"
    if token.value == "td":
        return Token("start", "td", attributes)
    end = index + 1
    while end < len(tokens) and not tokens[end].closes("th"):
        end += 1
    if not _has_text(tokens[index:end]):
        return Token("start", "td", attributes)
    return Token("start", "th", {"scope": "col" if first_row else "row", **attributes})
