"""Turn text into index terms, per locale; the same code for articles and for queries.

Every text becomes three streams of terms:

exact   what was written: the accented syllable, the inflected word, the single Han character
loose   what it may also have been: the syllable without diacritics, the stem
pair    two neighbours in order: folded syllable pairs, stem pairs, Han bigrams

Scripts without spaces between words (Han, Kana, Thai, Lao, Khmer, Myanmar, and Hangul, whose
words carry particles) are cut into characters and bigrams. No segmenter: measured, it brings
nothing. Characters are folded to Simplified one by one, so offsets stay true.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

import opencc
import regex
import Stemmer

from kb.words.syllables import fold, tone_last

MAX_TERM = 64
PAIR_JOINER = " "

_UNSEGMENTED = r"\p{Han}\p{Hiragana}\p{Katakana}ーｰ々\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Hangul}"
_RUN = regex.compile(
    rf"([{_UNSEGMENTED}]+)|[[\p{{L}}\p{{N}}]--[{_UNSEGMENTED}]]"
    rf"[[\p{{L}}\p{{N}}\p{{M}}'’]--[{_UNSEGMENTED}]]*",
    regex.V1,
)
_CHARACTER = regex.compile(rf"[{_UNSEGMENTED}]")
# Most texts hold only characters of these blocks, which have neither marks that stand alone nor
# scripts without spaces: there the same words are found four times as fast.
_PLAIN = re.compile("[\x00-\u02ff\u0370-\u0482\u048a-\u052f\u1e00-\u20cf\u2100-\u2bff]*")
_WORD = re.compile(r"[^\W_]+(?:['’]+[^\W_]*)*")
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
        for start, run, is_chars in self.runs(text):
            if is_chars:
                tokens += [
                    Token(place, place + 1, char, "", True, place > start)
                    for place, char in enumerate(to_simplified(run), start)
                ]
                after_word = False
                continue
            exact, loose = self.forms(run)
            # An elision can leave a lone accent, which is no word.
            if exact and loose:
                tokens.append(Token(start, start + len(run), exact, loose, False, after_word))
                after_word = True
        return tokens

    def runs(self, text: str) -> Iterator[tuple[int, str, bool]]:
        """Yield (offset, run, whether it is a run of characters) of tidied text.

        Every other run is one word. Words follow each other directly when no run of characters
        stands between them.
        """
        if _PLAIN.fullmatch(text):
            matches = ((m.start(), m[0], False) for m in _WORD.finditer(text))
        else:
            matches = ((m.start(), m[0], m[1] is not None) for m in _RUN.finditer(text))
        if not self._splits_elisions:
            return matches
        return self._without_elisions(matches)

    def word(self, run: str) -> tuple[str, str]:
        """Return exact and loose term of a run that is a word; of an elided one the last."""
        if self._splits_elisions:
            run = next((part for part in reversed(re.split("['’]+", run)) if part), "")
        return self.forms(run)

    @staticmethod
    def _without_elisions(
        matches: Iterator[tuple[int, str, bool]],
    ) -> Iterator[tuple[int, str, bool]]:
        for start, run, is_chars in matches:
            for part in re.finditer("[^'’]+", run):
                yield start + part.start(), part[0], is_chars

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


def is_character(sign: str) -> bool:
    """Whether a sign is of a script without spaces between words."""
    return _CHARACTER.match(sign) is not None


def to_simplified(text: str) -> str:
    """Return Chinese text in Simplified characters, character by character."""
    return text.translate(_simplified())
