"""Turn text into index terms, per locale; the same code for articles and for queries.

Every text becomes three streams of terms:

exact   what was written: the accented syllable, the inflected word, the single Han character
loose   what it may also have been: the syllable without diacritics, the stem
pair    two neighbours in order: folded syllable pairs, stem pairs, Han bigrams

Scripts without spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar, and Hangul, whose
words carry particles) are cut into characters and bigrams. No segmenter: measured, it brings
nothing. Characters are folded to Simplified one by one, so offsets stay true.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import opencc
import regex
import Stemmer

from kb.characters import tidy
from kb.syllables import fold, tone_last

ANALYSIS_VERSION = 2
MAX_TERM = 64
STREAMS = ("exact", "loose", "pair")
PAIR_JOINER = " "

_UNSEGMENTED = r"\p{Han}\p{Hiragana}\p{Katakana}ーｰ々\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}"
_TOKEN = regex.compile(
    rf"(?P<chars>[{_UNSEGMENTED}]+)|[[\p{{L}}\p{{N}}]--[{_UNSEGMENTED}]]"
    rf"[[\p{{L}}\p{{N}}\p{{M}}'’]--[{_UNSEGMENTED}]]*",
    regex.V1,
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ELIDING = {"fr", "it", "ca", "oc"}
_STEMMERS = {
    "en": "english", "fr": "french", "de": "german", "es": "spanish", "pt": "portuguese",
    "it": "italian", "nl": "dutch", "sv": "swedish", "nb": "norwegian", "no": "norwegian",
    "da": "danish", "fi": "finnish", "ru": "russian", "ro": "romanian", "hu": "hungarian",
    "tr": "turkish", "id": "indonesian", "el": "greek", "ca": "catalan",
}  # fmt: skip


class Token(NamedTuple):
    """One word or one character of an unsegmented script; a tuple, for there are very many.

    start, end  offsets into the tidied text
    exact       term of the exact stream
    loose       term of the loose stream; "" for single characters
    is_char     a character of an unsegmented script
    follows     stands directly after the token before it in the same run, so that the two pair
    """

    start: int
    end: int
    exact: str
    loose: str
    is_char: bool
    follows: bool

    def pair(self, left: "Token") -> str:
        """Return the pair term of `left` and this token."""
        if self.is_char:
            return left.exact + self.exact
        return (left.loose + PAIR_JOINER + self.loose)[:MAX_TERM]


@dataclass(frozen=True, slots=True)
class Terms:
    """The three streams of one text, in order, with repeats."""

    exact: list[str] = field(default_factory=list)
    loose: list[str] = field(default_factory=list)
    pair: list[str] = field(default_factory=list)


class Analyzer:
    """Turns text of one locale into tokens and terms."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self.language = locale.partition("-")[0].lower()
        self.is_vietnamese = self.language == "vi"
        self._splits_elisions = self.language in _ELIDING
        # Words in Latin script inside Chinese, Thai and the like are mostly English.
        name = _STEMMERS.get(self.language) or (None if self.is_vietnamese else "english")
        self._stem = Stemmer.Stemmer(name).stemWord if name else None
        self.forms = lru_cache(maxsize=200_000)(self._forms)

    def tokens(self, text: str) -> list[Token]:
        """Return the tokens of tidied text, in order."""
        tokens: list[Token] = []
        after_word = False
        for match in _TOKEN.finditer(text):
            start = match.start()
            if match["chars"] is not None:
                tokens += [
                    Token(place, place + 1, char, "", True, place > start)
                    for place, char in enumerate(to_simplified(match[0]), start)
                ]
                after_word = False
                continue
            for offset, word in self._words(match[0]):
                exact, loose = self.forms(word)
                # An elision can leave a lone accent, which is no word.
                if exact and loose:
                    begin = start + offset
                    tokens.append(Token(begin, begin + len(word), exact, loose, False, after_word))
                    after_word = True
        return tokens

    def terms(self, text: str) -> Terms:
        """Return the terms of any text; it is tidied first."""
        tokens = self.tokens(tidy(text))
        return Terms(
            [token.exact for token in tokens],
            [token.loose for token in tokens if token.loose],
            [right.pair(left) for left, right in pairwise(tokens) if right.follows],
        )

    def _words(self, run: str) -> list[tuple[int, str]]:
        if not self._splits_elisions:
            return [(0, run)]
        return [(m.start(), m[0]) for m in regex.finditer(r"[^'’]+", run)]

    def _forms(self, word: str) -> tuple[str, str]:
        """Return the exact and the loose term of one word; cached as `forms`."""
        exact = word.translate(_FULL_WIDTH).casefold().replace("'", "").replace("’", "")[:MAX_TERM]
        if self.is_vietnamese:
            return tone_last(exact)[:MAX_TERM], fold(exact)[:MAX_TERM]
        return exact, fold(self._stem(exact) if self._stem else exact)[:MAX_TERM]


@lru_cache(maxsize=64)
def analyzer_for(locale: str) -> Analyzer:
    """Return the one analyzer of `locale`."""
    return Analyzer(locale)


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    """Map each Traditional character to its Simplified one; built from OpenCC's own tables."""
    converter = opencc.OpenCC("t2s")
    blocks = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x2A6E0))
    source = [chr(code) for start, end in blocks for code in range(start, end)]
    # A line each, so that no phrase rule sees two of them together.
    target = converter.convert("\n".join(source)).split("\n")
    pairs = zip(source, target, strict=True)
    return {ord(char): other for char, other in pairs if other != char and len(other) == 1}


def to_simplified(text: str) -> str:
    """Return Chinese text in Simplified characters, character by character."""
    return text.translate(_simplified())
