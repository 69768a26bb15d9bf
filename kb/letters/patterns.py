"""Turn lists of phrases into patterns that find them however they are spelled.

Texts are compared in forms of the same length as the text, so that places in one are places in
the other. A Vietnamese text with accents is compared with accents, for without them many of its
words are alike; one without any is compared without.
"""

import re
from functools import cached_property
from typing import ClassVar, NamedTuple
from unicodedata import normalize

from kb.letters.phrases import SPELLINGS
from kb.words.analysis import to_simplified

_HAN = re.compile("[\u3400-\u9fff]")
_ALIKE = str.maketrans("’‘ʼ´`＇：\t\x0b\x0c\xa0\u2002\u2003\u3000İ", "'''''':       i")
_LATIN = [chr(letter) for letter in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00))]
_BARE = {letter: normalize("NFD", letter)[0].lower() for letter in _LATIN} | {"đ": "d"}
_BARE = {letter: plain for letter, plain in _BARE.items() if plain.isascii()}
_WITHOUT_ACCENTS = str.maketrans(_BARE)
_ACCENTED = re.compile(f"[{''.join(_BARE)}]")

# A tree of phrases: what may come next, and what may come after that.
Branches = dict[str, "Branches"]
_END = ""
_SPELLED = re.compile(rf"\b(?:{'|'.join(SPELLINGS)})\b|.")
# What `…` stands for, among words and in Chinese.
_WORDS_BETWEEN = r"(?: [^\s.,;!?]{1,12}){0,5}"
_CHARACTERS_BETWEEN = r"[^\s，。；！？,;!?]{0,16}"


class Pattern:
    """A template in two forms: for levelled text with accents, and for levelled text without any.

    Each `<name>` in the template stands for any phrase of the table of that name. A form is made
    when the first text needs it: to make them all takes a sixth of a second, and most processes
    that import them read no letter.
    """

    every: ClassVar[list["Pattern"]] = []

    def __init__(self, template: str, **tables: str) -> None:
        self._template = template
        self._tables = tables
        self.every.append(self)

    @classmethod
    def make_all(cls) -> None:
        """Make now all that letters need, for the processes that are forked later."""
        for pattern in cls.every:
            _ = pattern.bare, pattern._accented

    def of(self, written: "Written") -> re.Pattern[str]:
        """Return the form for a text."""
        return self._accented if written.is_accented else self.bare

    @cached_property
    def bare(self) -> re.Pattern[str]:
        """Return the form for text without accents."""
        return self._form(accents=False)

    @cached_property
    def _accented(self) -> re.Pattern[str]:
        return self._form(accents=True)

    def _form(self, accents: bool) -> re.Pattern[str]:
        template = self._template
        for name, table in self._tables.items():
            template = template.replace(f"<{name}>", _any_phrase(table, accents))
        return re.compile(template)


class Written(NamedTuple):
    """A text as it is written, and levelled."""

    text: str
    level: str
    is_accented: bool

    def part(self, start: int, end: int | None = None) -> "Written":
        """Return a stretch of the text."""
        return self._replace(text=self.text[start:end], level=self.level[start:end])


def written(text: str, level: str) -> Written:
    """Return a text with what is known about it."""
    return Written(text, level, not level.isascii() and bool(_ACCENTED.search(level)))


def levelled(text: str) -> str:
    """Return text in small letters and Simplified characters, with plain apostrophes and spaces."""
    plain = text.translate(_ALIKE).lower()
    return plain if plain.isascii() else to_simplified(plain)


def bare(text: str) -> str:
    """Return levelled text without accents."""
    return text if text.isascii() else text.translate(_WITHOUT_ACCENTS)


def _any_phrase(table: str, accents: bool) -> str:
    """Return a pattern of any phrase of a table, as whole words where there are words."""
    words: Branches = {}
    chinese: Branches = {}
    for phrase in filter(None, (part.strip() for part in re.split(r"[|\n]", levelled(table)))):
        if _HAN.search(phrase):
            _add(phrase, _CHARACTERS_BETWEEN, chinese, accents)
        else:
            # The space before a gap belongs to the gap.
            _add(phrase.replace(" …", "…"), _WORDS_BETWEEN, words, accents)
    parts = [rf"\b{_any_of(words)}\b"] if words else []
    parts += [_any_of(chinese)] if chinese else []
    return f"(?:{'|'.join(parts)})"


def _add(phrase: str, between: str, branches: Branches, accents: bool) -> None:
    for part in _SPELLED.findall(phrase):
        if part in SPELLINGS:
            spelled = SPELLINGS[part]
            atom = f"(?:{spelled if accents else bare(spelled)})"
        elif part == "…":
            atom = between
        else:
            atom = "'?" if part == "'" else re.escape(part if accents else bare(part))
        branches = branches.setdefault(atom, {})
    branches[_END] = {}


def _any_of(branches: Branches) -> str:
    """Return a pattern of what lies in a tree of phrases, the longest first.

    One list of alternatives would be tried whole at every word, which takes three times as long.
    """
    parts = [atom + _any_of(rest) for atom, rest in sorted(branches.items()) if atom != _END]
    ends = _END in branches
    if not parts:
        return ""
    if len(parts) == 1 and not ends:
        return parts[0]
    return f"(?:{'|'.join(parts)}){'?' if ends else ''}"
