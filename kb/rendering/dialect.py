"""Bring an author's Markdown into the form that Python-Markdown reads.

Two things differ from what people write. Microsoft's directives (`[!INCLUDE]`, `:::image`,
`<xref:...>`) have no meaning here and would show as rubbish. And Python-Markdown nests lists by
four spaces and wants blank lines before lists, tables and fences, where CommonMark, GitHub and
so most authors need neither: lists would fall apart and start again at 1.
"""

import re
from urllib.parse import unquote

MAX_LIST_DEPTH = 12
_MAX_QUOTE_DEPTH = 6
_FENCE = re.compile(r"(`{3,}|~{3,})")
_MARKER = re.compile(r"([-*+]|[0-9]{1,9}[.)])(?:([ \t]+)(.*)|$)")
_RULE = re.compile(r"(?:(?:- *){3,}|(?:\* *){3,}|(?:_ *){3,}|(?:= *){3,})$")
_DELIMITER_ROW = re.compile(r"[ \t]*+\|?+[ \t]*+:?+-++:?+[ \t]*+(?:\|[ \t]*+:?+-*+:?+[ \t]*+)++$")
_QUOTE = re.compile(r" {0,3}> ?")
_STARTS_BLOCK = re.compile(r"#{1,6}[ \t]|>|`{3}|~{3}|\||<")
_INCLUDE = re.compile(r"\[![Ii](?:NCLUDE|nclude) ?\[([^\]\n]{0,200})\]\([^)\n]{0,500}\)\]")
_INCLUDE_BARE = re.compile(r"\[![Ii](?:NCLUDE|nclude) ?\[[^\]\n]{0,200}\]\([^)\n]{0,500}\)")
_OTHER = re.compile(r"\[!(?:code|div|Div|CODE)[^\]\n]{0,300}\](?:\([^)\n]{0,500}\)\]?)?")
_VIDEO = re.compile(r"\[!VIDEO +(https?://[^\]\s<>]{1,500})\]")
_IMAGE = re.compile(r":::image ([^\n]{0,1000}?)(?<!:):::(?!:)")
_DIRECTIVE = re.compile(r"[ \t>]*:::.*")
_XREF = re.compile(r"<xref:([^<>\s?]{1,300})(?:\?[^<>\s]{0,300})?>")
_ATTRIBUTE = re.compile(r"([\w-]+) ?= ?\"([^\"]*)\"")
_TAB = 4


def adapt(markdown: str) -> str:
    """Return `markdown` (NFC, LF, without comments) in Python-Markdown's own form."""
    lines = _without_directives(markdown.expandtabs(_TAB).split("\n"))
    return "\n".join(_Nesting(0).run(lines))


def without_comments(markdown: str) -> tuple[str, bool]:
    """Return `markdown` without HTML comments, and whether one of them never ends.

    Comments are notes between authors. One that never ends takes the rest of the text with it,
    as in CommonMark: what somebody wanted to hide stays hidden.
    """
    if "<!--" not in markdown:
        return markdown, False
    result = []
    fence = ""
    is_open = False
    for line in markdown.split("\n"):
        code = False
        if not is_open:
            fence, code = fence_after(line, fence)
        if code:
            result.append(line)
            continue
        text, is_open = _outside_comments(line, is_open)
        result.append(text)
    return "\n".join(result), is_open


def _outside_comments(line: str, is_open: bool) -> tuple[str, bool]:
    kept: list[str] = []
    position = 0
    while True:
        if is_open:
            end = line.find("-->", position)
            if end < 0:
                return "".join(kept), True
            position, is_open = end + 3, False
        start = line.find("<!--", position)
        if start < 0:
            return "".join([*kept, line[position:]]), False
        kept.append(line[position:start])
        if kept[-1].count("`") % 2:  # inside of `code`
            kept.append("<!--")
        else:
            is_open = True
        position = start + 4


def image_source(directive: str) -> tuple[str, str] | None:
    """Return source and alternative text of what stands inside `:::image ... :::`."""
    attributes = dict(_ATTRIBUTE.findall(directive))
    source = attributes.get("source", "")
    if not source or any(character in source for character in "<>()"):
        return None
    return source, re.sub(r"[\[\]]", "", attributes.get("alt-text", ""))


def directive_sources(markdown: str) -> list[str]:
    """Return the sources of all `:::image` directives."""
    found = (image_source(match[1]) for match in _IMAGE.finditer(markdown))
    return [pair[0] for pair in found if pair]


def _without_directives(lines: list[str]) -> list[str]:
    result = []
    fence = ""
    for line in lines:
        fence, inside = fence_after(line, fence)
        if inside or not ("[!" in line or ":::" in line or "<xref:" in line):
            result.append(line)
            continue
        plain = _XREF.sub(_code, _VIDEO.sub(r"<\1>", _OTHER.sub("", line)))
        plain = _INCLUDE_BARE.sub("", _INCLUDE.sub(_product_name, plain))
        plain = _IMAGE.sub(_image, plain)
        if not _DIRECTIVE.fullmatch(plain) and (plain.strip(" >") or not line.strip(" >")):
            result.append(plain)
        else:
            result.append(">" if line.lstrip().startswith(">") else "")
    return result


def fence_after(line: str, fence: str) -> tuple[str, bool]:
    """Return the fence that is open after `line`, and whether the line belongs to code.

    fence  the one that is open before it, "" for none
    """
    match = _FENCE.match(line.lstrip(" >"))
    if match is None:
        return fence, bool(fence)
    if not fence:
        return match[1], True
    return ("" if match[1].startswith(fence) else fence), True


def _product_name(match: re.Match[str]) -> str:
    """`[!INCLUDE[pn_visual_studio](...)]` stands for a product's name inside a sentence."""
    label = match[1].lower()
    return re.sub(r"[_-]+", " ", match[1][3:]) if label.startswith(("pn_", "pn-")) else ""


def _image(match: re.Match[str]) -> str:
    pair = image_source(match[1])
    return f"![{pair[1]}](<{pair[0]}>)" if pair else ""


def _code(match: re.Match[str]) -> str:
    return f"`{unquote(match[1]).rstrip('*').replace('`', '')}`"


class _Nesting:
    """Re-indents lists by four spaces a level and sets blank lines where they are needed."""

    def __init__(self, quote_depth: int) -> None:
        self.quote_depth = quote_depth
        self.columns: list[int] = []  # where the text of each open list item begins
        self.out: list[str] = []
        self.after_item = False  # the last line with text belongs to a list item
        self.is_loose = False  # a blank line stood inside the list that is open

    def run(self, lines: list[str]) -> list[str]:
        index = 0
        while index < len(lines):
            line = lines[index]
            if not line.strip():
                self.out.append("")
                self.is_loose = bool(self.columns)
                index += 1
                continue
            indent = len(line) - len(line.lstrip(" "))
            self._close_items(indent, line.strip())
            inner = indent - (self.columns[-1] if self.columns else 0)
            if inner < _TAB and _FENCE.match(line.strip()):
                index = self._take_fence(lines, index, indent)
            elif inner < _TAB and "<pre" in line.lower():
                index = self._take_until(lines, index, "</pre")
            elif inner < _TAB and line.lstrip().startswith("<!--"):
                index = self._take_until(lines, index, "-->")
            elif inner < _TAB and line.lstrip(" ").startswith(">"):
                index = self._take_quote(lines, index)
            else:
                follower = lines[index + 1] if index + 1 < len(lines) else ""
                self._take_line(line.strip(" "), inner, indent, follower)
                index += 1
        return self.out

    @property
    def _margin(self) -> str:
        return " " * (_TAB * len(self.columns))

    def _close_items(self, indent: int, text: str) -> None:
        blank_before = not self.out or not self.out[-1].strip()
        starts = _STARTS_BLOCK.match(text) or _MARKER.match(text) or _RULE.match(text)
        if not blank_before and not starts:
            return  # a paragraph goes on, however little it is indented
        while self.columns and indent < self.columns[-1]:
            self.columns.pop()

    def _blank_line(self) -> None:
        if self.out and self.out[-1].strip():
            self.out.append("")
        self.is_loose = self.is_loose or bool(self.columns)

    def _take_line(self, text: str, inner: int, indent: int, follower: str) -> None:
        marker = None if _RULE.match(text) or inner >= _TAB else _MARKER.match(text)
        if marker is not None and len(self.columns) < MAX_LIST_DEPTH:
            self._take_item(marker, indent)
            return
        if "|" in text and _DELIMITER_ROW.match(follower) and "|" in follower:
            self._blank_line()
        self.out.append(self._margin + " " * (inner if inner >= _TAB else 0) + text)
        self.after_item = bool(self.columns)

    def _take_item(self, marker: re.Match[str], indent: int) -> None:
        sign, space, text = marker[1], marker[2] or " ", marker[3] or ""
        interrupts = bool(self.out and self.out[-1].strip()) and not self.after_item
        if interrupts and (not text or (sign[0].isdigit() and sign[:-1] != "1")):
            self.out.append(self._margin + marker[0])  # a number or dash inside a paragraph
            return
        if not self.columns and not self.after_item:
            self.is_loose = False
        if interrupts or self.is_loose:
            self._blank_line()
        if sign.endswith(")"):
            sign = f"{sign[:-1]}."
        self.out.append(f"{self._margin}{sign} {text}")
        width = len(space) if len(space) <= _TAB else 1
        self.columns.append(indent + len(marker[1]) + width)
        self.after_item = True

    def _take_fence(self, lines: list[str], index: int, indent: int) -> int:
        self._blank_line()
        opened = _FENCE.match(lines[index].strip())
        fence = opened[1] if opened else "```"
        self.out.append(self._margin + lines[index].strip())
        index += 1
        while index < len(lines):
            line = lines[index]
            index += 1
            cut = min(indent, len(line) - len(line.lstrip(" ")))
            self.out.append((self._margin + line[cut:]) if line.strip() else "")
            text = line.strip()
            if text.startswith(fence) and not text.strip(fence[0]):
                break
        self.out.append("")
        self.after_item = False
        return index

    def _take_until(self, lines: list[str], index: int, end: str) -> int:
        """Copy raw HTML up to the line that holds `end`."""
        self._blank_line()
        while index < len(lines):
            self.out.append(self._margin + lines[index])
            index += 1
            if end in lines[index - 1].lower():
                break
        self.after_item = False
        return index

    def _take_quote(self, lines: list[str], index: int) -> int:
        quoted = []
        while index < len(lines) and lines[index].lstrip(" ").startswith(">"):
            quoted.append(_QUOTE.sub("", lines[index].lstrip(" "), count=1))
            index += 1
        if self.quote_depth < _MAX_QUOTE_DEPTH:
            quoted = _Nesting(self.quote_depth + 1).run(quoted)
        self._blank_line()
        self.out += [f"{self._margin}> {line}".rstrip() for line in quoted]
        self.after_item = False
        return index
