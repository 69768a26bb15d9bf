"""Markdown to HTML by Python-Markdown with our extensions, at half of its usual cost.

Nothing here changes what comes out. Python-Markdown asks every rule about every piece of text;
most pieces hold no character that any rule could begin with, and those are not asked about. A
test compares the result with that of an unchanged Python-Markdown.
"""

import re
from functools import cached_property, lru_cache
from typing import Any
from xml.etree.ElementTree import Element

import pygments
from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.treeprocessors import InlineProcessor
from markdown.util import AtomicString, Registry
from pymdownx.highlight import BlockHtmlFormatter, Highlight, HighlightExtension

EXTENSIONS = (
    "tables",
    "admonition",
    "attr_list",
    "sane_lists",
    "footnotes",
    "def_list",
    "pymdownx.superfences",
    "pymdownx.quotes",
    "pymdownx.details",
    "pymdownx.tasklist",
    "pymdownx.tilde",
)
CONFIG: dict[str, dict[str, Any]] = {
    "tables": {"use_align_attribute": True},
    "footnotes": {"BACKLINK_TITLE": ""},
    "pymdownx.quotes": {"callouts": True},
}
HIGHLIGHT = {"linenums": False, "guess_lang": False}
# What a text must hold for the step, block or inline rule of that name to do anything.
_STEP_NEEDS = {
    "fenced_code_block": ("```", "~~~"),
    "html_block": ("<", "&"),
    "task-list": ("[",),
    "attr_list": ("{",),
    "unescape": ("\\",),
}
_BLOCK_NEEDS = {
    "admonition": "!!!",
    "details": "???",
    "table": "|",
    "hashheader": "#",
    "deflist": ":",
    "quote": ">",
    "footnote": "[^",
    "reference": "[",
}
_RULE_NEEDS = {
    "backtick": ("`",),
    "escape": ("\\",),
    "footnote": ("[^",),
    "reference": ("[",),
    "link": ("[",),
    "image_link": ("![",),
    "image_reference": ("![",),
    "short_reference": ("[",),
    "short_image_ref": ("![",),
    "autolink": ("<",),
    "automail": ("<",),
    "linebreak": ("  \n",),
    "html": ("<",),
    "entity": ("&",),
    "em_strong": ("*", "_"),
    "delimiter": ("~",),
}
_NOTHING: tuple[object, ...] = (None, -1, "", [], {})
_MOST_TAGS = 1000  # an author can invent any number of names
_ANY_RULE = re.compile(r"[\\`\[<&*_~]|  \n")
_MARKED_LINE = re.compile(r"^(?![^\W\d_])", re.M)  # a line that begins with no letter


def convert(text: str) -> str:
    """Return the HTML of a Markdown text: not safe, and not well-formed where its HTML is not."""
    converter = _converter()
    try:
        return converter.reset().convert(text)
    except BaseException:
        # Half a conversion leaves state behind that would show up in the next article.
        _converter.cache_clear()
        raise


@lru_cache(maxsize=1)
def _converter() -> "_Converter":
    return _Converter()


class _Converter(Markdown):
    """Python-Markdown that leaves out the steps that have nothing to do in a text."""

    def __init__(self) -> None:
        highlight = _HighlightExtension(**HIGHLIGHT)
        super().__init__(
            extensions=[*EXTENSIONS, highlight], extension_configs=CONFIG, output_format="html"
        )
        self.treeprocessors.register(_Inline(self), "inline", 20)
        self._before = _steps(self.preprocessors)
        self._on_tree = _steps(self.treeprocessors)
        self._is_block: dict[object, bool] = {}

    def build_parser(self) -> "_Converter":
        super().build_parser()
        parser = _Blocks(self)
        parser.blockprocessors = self.parser.blockprocessors
        for processor in parser.blockprocessors:
            processor.parser = parser
        self.parser = parser
        return self

    def is_block_level(self, tag: object) -> bool:
        known = self._is_block.get(tag)
        if known is None:
            known = super().is_block_level(tag)
            if len(self._is_block) < _MOST_TAGS:
                self._is_block[tag] = known
        return known

    def convert(self, source: str) -> str:
        if not source.strip():
            return ""
        lines = source.split("\n")
        for needs, step in self._before:
            if _holds(source, needs):
                lines = step.run(lines)
        root: Any = self.parser.parseDocument(lines).getroot()
        for needs, step in self._on_tree:
            if _holds(source, needs):
                changed = step.run(root)
                root = root if changed is None else changed
        html = self.serializer(root)
        start = html.index(f"<{self.doc_tag}>") + len(self.doc_tag) + 2
        html = html[start : html.rindex(f"</{self.doc_tag}>")].strip()
        for final in self.postprocessors:
            html = final.run(html)
        return html.strip()


def _steps(registry: "Registry[Any]") -> list[tuple[tuple[str, ...], Any]]:
    needs = {id(registry[name]): texts for name, texts in _STEP_NEEDS.items() if name in registry}
    return [(needs.get(id(step), ()), step) for step in registry]


def _holds(text: str, needs: tuple[str, ...]) -> bool:
    return not needs or any(need in text for need in needs)


class _Blocks(BlockParser):
    """Asks only those kinds of block about a text that it could begin or go on with."""

    def parseBlocks(self, parent: Element, blocks: list[str]) -> None:
        paragraph = self.blockprocessors["paragraph"]
        while blocks:
            block = blocks[0]
            if _MARKED_LINE.search(block) is None:
                paragraph.run(parent, blocks)
                continue
            is_indented = block.startswith("    ")  # and may belong to the block before it
            for needs, kind in self._kinds:
                if (
                    (is_indented or needs in block)
                    and kind.test(parent, blocks[0])
                    and kind.run(parent, blocks) is not False
                ):
                    break

    @cached_property
    def _kinds(self) -> list[tuple[str, Any]]:
        kinds = self.blockprocessors
        needs = {id(kinds[name]): text for name, text in _BLOCK_NEEDS.items()}
        return [(needs.get(id(kind), ""), kind) for kind in kinds]


class _Inline(InlineProcessor):
    """Asks only those inline rules about a text of which it holds a character."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        names = {id(md.inlinePatterns[name]): needs for name, needs in _RULE_NEEDS.items()}
        self._rules = [(names[id(rule)], rule) for rule in md.inlinePatterns]

    def _InlineProcessor__handleInline(  # the private method that all texts pass
        self, data: str, patternIndex: int = 0
    ) -> str:
        if isinstance(data, AtomicString) or _ANY_RULE.search(data) is None:
            return data
        apply: Any = getattr(self, "_InlineProcessor__applyPattern")  # noqa: B009
        number, start = patternIndex, 0
        while number < len(self._rules):
            needs, rule = self._rules[number]
            matched = False
            if needs[0] in data or needs[-1] in data:
                data, matched, start = apply(rule, data, number, start)
            if not matched:
                number, start = number + 1, 0
        return data


class _Highlight(Highlight):  # type: ignore[misc]  # it has no types
    """Keeps lexers and the formatter: they take longer to make than most code to colour."""

    def get_lexer(self, src: str, language: str, inline: bool, stripnl: bool) -> tuple[Any, str]:
        return _lexer(language, stripnl)

    def highlight(self, src: str, language: str, css_class: str = "highlight", **how: Any) -> str:
        how.pop("code_block_count", None)  # only for the ids of lines, which we have not
        if any(value not in _NOTHING for value in how.values()):
            return str(super().highlight(src, language, css_class, **how))
        lexer, _ = self.get_lexer(src, language, False, self.stripnl)
        return str(pygments.highlight(src, lexer, _formatter(css_class))).strip()


class _HighlightExtension(HighlightExtension):  # type: ignore[misc]
    def get_pymdownx_highlighter(self) -> type[_Highlight]:
        return _Highlight


@lru_cache(maxsize=256)
def _lexer(language: str, stripnl: bool) -> tuple[Any, str]:
    return tuple(Highlight(None).get_lexer("", language, False, stripnl))


@lru_cache(maxsize=8)
def _formatter(css_class: str) -> Any:
    return BlockHtmlFormatter(cssclass=css_class, wrapcode=True)
