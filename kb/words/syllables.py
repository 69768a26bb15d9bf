"""Take the accents off words, and put those of a Vietnamese syllable where they belong.

Terms keep a Vietnamese tone mark at their end, where both spellings of hoà and hòa are one term;
`tone_placed` undoes that for people to read, in the spelling that schools teach.
"""

from collections.abc import Iterator
from functools import lru_cache
from itertools import product
from unicodedata import normalize

import regex

# Marks that stand on letters of several scripts, and the vowel points of Arabic and Hebrew. Those
# of Indic scripts are vowels like others: without them, other words would be left.
_MARKS = regex.compile(r"[\p{Mn}&&[\p{Inherited}\p{Arabic}\p{Hebrew}]]+", regex.V1)
_TONES = regex.compile(r"[\u0300\u0301\u0303\u0309\u0323]")
# Letters that NFD leaves whole but people type with their plain neighbours.
_PLAIN = str.maketrans({"đ": "d", "ð": "d", "ø": "o", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe"})
_ACCENTED = {"a": "aăâ", "d": "dđ", "e": "eê", "o": "oôơ", "u": "uư"}
_TONE_MARKS = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = "aăâeêioôơuưy"
_LONGEST_SYLLABLE = 7


@lru_cache(maxsize=8_192)
def fold(word: str) -> str:
    """Return a lower-case word without diacritics: đường -> duong, café -> cafe."""
    if word.isascii():
        return word
    plain: str = _MARKS.sub("", normalize("NFD", word))
    # Composed again, for NFD also takes Hangul and some Indic letters apart.
    return normalize("NFC", plain).translate(_PLAIN)


def has_diacritics(word: str) -> bool:
    """Whether a lower-case word carries a diacritic that folding would take away."""
    return fold(word) != word


def tone_last(syllable: str) -> str:
    """Return a Vietnamese syllable with its tone mark moved to the end.

    Both spellings of a diphthong's tone (hoà and hòa, thuý and thúy) become one term.
    """
    if syllable.isascii():
        return syllable
    letters = normalize("NFD", syllable)
    tones = "".join(_TONES.findall(letters))
    return normalize("NFC", _TONES.sub("", letters)) + tones


def tone_placed(term: str) -> str:
    """Return what `tone_last` made of a syllable with the tone back on its vowel."""
    letters, tone = term.rstrip("".join(_TONE_MARKS)), term[-1:]
    if len(letters) == len(term) or not (place := _tone_place(letters)):
        return term
    return normalize("NFC", letters[:place] + tone + letters[place:])


def accented_forms(syllable: str) -> Iterator[str]:
    """Yield the terms that an unaccented Vietnamese syllable may stand for, tone last."""
    if len(syllable) > _LONGEST_SYLLABLE:
        return
    for letters in product(*(_ACCENTED.get(letter, letter) for letter in syllable)):
        for tone in _TONE_MARKS:
            yield "".join(letters) + tone


def _tone_place(letters: str) -> int:
    """Return the offset after the vowel that carries the tone, 0 when there is none."""
    start = 2 if letters[:2] in ("qu", "gi") and letters[2:3] in tuple(_VOWELS) else 0
    vowels = [i for i, letter in enumerate(letters) if i >= start and letter in _VOWELS]
    if not vowels:
        return 0
    marked = [i for i in vowels if letters[i] in "ăâêôơư"]
    if marked:
        return marked[-1] + 1
    closed = vowels[-1] + 1 < len(letters)
    if len(vowels) == 1 or (len(vowels) == 2 and not closed):
        return vowels[0] + 1
    return vowels[1] + 1
