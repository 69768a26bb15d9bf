"""The variables of a canned reply: `{{ customer.first_name | 'there' }}`, found and filled.

What is filled in is plain text and stays it: it goes into tokens of HTML, between the tags, and
whoever writes the tokens escapes it. All placeholders are filled in one pass, so that a customer
who is called `{{ agent.email }}` is only addressed oddly. A placeholder without a value and
without a fallback stays in the text and is named, for it must not be sent.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

from kb.rendering.markup import Token
from kb.words.characters import one_line

# What agents' tools usually know; a reply may use any other name too.
KNOWN = (
    "customer.first_name",
    "customer.last_name",
    "customer.name",
    "customer.email",
    "agent.name",
    "agent.first_name",
    "conversation.id",
)
_ALIAS, _OURS = "contact.", "customer."
_QUOTES = ("''", '""', "‘’", "“”", "„“", "«»", "「」", "『』")
_FALLBACK = "|".join(rf"{pair[0]}[^{pair[1]}\n]{{0,300}}{pair[1]}" for pair in _QUOTES)
_GAP = "[ \t\xa0\u3000]*+"
_NAME = r"[A-Za-z_][A-Za-z0-9_]{0,60}(?:\.[A-Za-z0-9_]{1,60}){0,5}"
_PLACEHOLDER = re.compile(
    rf"\{{\{{{_GAP}(?P<name>{_NAME}){_GAP}(?:\|\|?{_GAP}(?P<fallback>{_FALLBACK}){_GAP})?\}}\}}"
    r"|(?P<wrong>\{\{[^{}\n]{0,200}(?:\}\})?)"
)
_FILLED_ATTRIBUTES = ("href", "alt", "title")


@dataclass(frozen=True, slots=True)
class Variable:
    """A name that a reply wants a value for.

    fallback  what stands there without a value; None when a value has to be given
    """

    name: str
    fallback: str | None


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with its values.

    missing  what could not be filled, once each: names, and placeholders that are none as written
    """

    text: str
    missing: tuple[str, ...]


def variables_of(text: str) -> tuple[Variable, ...]:
    """Return the variables of a plain text, each once, in order.

    One that has no fallback at one of its places has none.
    """
    found: dict[str, Variable] = {}
    for match in _PLACEHOLDER.finditer(text):
        if match["wrong"] is None:
            name, fallback = _canonical(match["name"]), _fallback(match)
            if name not in found or fallback is None:
                found[name] = Variable(name, fallback)
    return tuple(found.values())


def variables_in(tokens: Iterable[Token]) -> tuple[Variable, ...]:
    """Return the variables of a page, those in the addresses of links included."""
    texts = (text for token in tokens for text in _texts(token))
    return variables_of("\n".join(texts))


def filled(text: str, values: Mapping[str, str]) -> Filled:
    """Return a plain text with `values`, by name, in the places of its variables."""
    filling = _Filling(values)
    return Filled(filling.fill(text), filling.missing)


def fill(tokens: Iterable[Token], values: Mapping[str, str]) -> tuple[list[Token], tuple[str, ...]]:
    """Return the tokens with `values`, and what is missing as in Filled; no tag changes."""
    filling = _Filling(values)
    out = []
    for token in tokens:
        if token.kind == "text":
            token = replace(token, value=filling.fill(token.value))
        elif any("{{" in text for text in token.attributes.values()):
            attributes = dict(token.attributes)
            for name in _FILLED_ATTRIBUTES:
                if name in attributes:
                    write = _in_address if name == "href" else str
                    attributes[name] = filling.fill(attributes[name], write)
            token = replace(token, attributes=attributes)
        out.append(token)
    return out, filling.missing


def problems(markdown: str, path: str, first_line: int) -> tuple[str, ...]:
    """Return what is wrong with the placeholders of a reply, as `path:line: text`.

    first_line  line of the file on which `markdown` begins
    """
    found = []
    for number, line in enumerate(markdown.split("\n"), first_line):
        for match in _PLACEHOLDER.finditer(line) if "{{" in line else ():
            if wrong := match["wrong"]:
                fix = "Write {{ customer.first_name }} or {{ customer.first_name | 'there' }}"
                found.append(f"{path}:{number}: {wrong[:60].strip()} is not a variable. {fix}.")
    return tuple(found)


class Shield:
    """Takes the placeholders out of a Markdown text, for their signs mean something there too.

    A `|` parts the cells of a table and `*` makes words strong: for as long as the text is
    Markdown a word of letters stands for each placeholder.
    """

    def __init__(self, markdown: str) -> None:
        prefix = "kbvariable"
        while prefix in markdown:
            prefix += "x"
        self._written: list[str] = []
        self._word = re.compile(rf"{prefix}([a-j]+)z")
        self.text = _PLACEHOLDER.sub(lambda match: prefix + self._take(match), markdown)

    def lift(self, tokens: Iterable[Token]) -> None:
        """Put the placeholders back into the tokens that the text has become."""
        if not self._written:
            return
        for token in tokens:
            if token.kind == "text":
                token.value = self._word.sub(self._give, token.value)
            for name, text in token.attributes.items():
                token.attributes[name] = self._word.sub(self._give, text)

    def _take(self, match: re.Match[str]) -> str:
        self._written.append(match[0])
        return "".join("abcdefghij"[int(digit)] for digit in str(len(self._written) - 1)) + "z"

    def _give(self, match: re.Match[str]) -> str:
        return self._written[int("".join(str("abcdefghij".index(letter)) for letter in match[1]))]


class _Filling:
    """One pass over a text, piece by piece."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {_canonical(name): one_line(value) for name, value in values.items()}
        self._missing: dict[str, None] = {}

    @property
    def missing(self) -> tuple[str, ...]:
        return tuple(self._missing)

    def fill(self, text: str, write: Callable[[str], str] = str) -> str:
        return _PLACEHOLDER.sub(lambda match: self._one(match, write), text)

    def _one(self, match: re.Match[str], write: Callable[[str], str]) -> str:
        if match["wrong"] is not None:
            self._missing[match["wrong"].strip()] = None
            return match[0]
        name = _canonical(match["name"])
        value = self._values.get(name) or _fallback(match)
        if value is None:
            self._missing[name] = None
            return match[0]
        return write(value)


def _in_address(value: str) -> str:
    return quote(value, safe="@")


def _canonical(name: str) -> str:
    return _OURS + name.removeprefix(_ALIAS) if name.startswith(_ALIAS) else name


def _fallback(match: re.Match[str]) -> str | None:
    written = match["fallback"]
    return None if written is None else written[1:-1].strip()


def _texts(token: Token) -> list[str]:
    if token.kind == "text":
        return [token.value]
    return [token.attributes.get(name, "") for name in _FILLED_ATTRIBUTES]
