"""Compare titles with what was typed: without case, diacritics, punctuation, script of Chinese.

Who types a title, or picks one from memory, wants that article first, whatever the statistics of
its words say.
"""

from collections.abc import Iterable

from kb.words.analysis import Token
from kb.words.syllables import fold

# Shorter beginnings are shared by too many titles to mean one of them.
MIN_BEGINNING = 4
MOST_BEGINNING = 50


def title_key(tokens: Iterable[Token]) -> str:
    """Return what titles are compared by; "" for a text without words."""
    return "".join(_spelled(token) for token in tokens).strip()


def _spelled(token: Token) -> str:
    """Return a token's part of a key; words are set apart, characters of a run are not."""
    return token.exact if token.is_char else f" {fold(token.exact)}"
