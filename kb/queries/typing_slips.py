"""Read Vietnamese that was typed with the keyboard switched off: Telex and VNI keys as letters.

`dduwowngf` and `d9u7o7ng2` are both đường. Keys are taken as input methods take them, marks
right after their vowel or at the end of the syllable; only what becomes a syllable that Vietnamese
can have is returned, so that an English word or a part number rarely becomes one.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import NamedTuple
from unicodedata import normalize

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_TONE_MARKS = frozenset(_TONES.values())
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_HORNS = {"u": "ư", "o": "ơ"}
_ACCENTED = {"a": "aăâ", "d": "dđ", "e": "eê", "o": "oôơ", "u": "uư"}
_VOWELS = frozenset("aăâeêioôơuưy")

_INITIALS = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_RHYMES = """
a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oe oen oeo oet oi om on
ong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt uơ up ut uy uya uych
uyên uyêt uynh uyt uyu ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
y yêm yên yêng yêt yêu ych ynh yt yn
"""
INITIALS = frozenset(["", *_INITIALS.split()])
RHYMES = frozenset(_RHYMES.split())
_STOPPED = ("c", "ch", "p", "t")
_TONES_OF_STOPPED = ("\u0301", "\u0323")
_LONGEST = 14
_MOST_LETTERS = 7
_MOST_VOWELS = 4


class _State(NamedTuple):
    """What was read: plain and marked letters, the tone, and whether any key was a mark."""

    letters: tuple[str, ...] = ()
    tone: str = ""
    is_marked: bool = False


def decoded(word: str) -> list[str]:
    """Return the syllables that a lower-case word may be the keys of, as index terms."""
    return _syllables(_read(word))


def loosely_decoded(word: str) -> list[str]:
    """Return those that it may be when keys for hats, horns and đ were left out: duong2."""
    others = (
        (letters, tone)
        for plain, tone in _read(word)
        for letters in product(*(_ACCENTED.get(letter, letter) for letter in plain))
    )
    return _syllables(others)


def _syllables(found: Iterable[tuple[Sequence[str], str]]) -> list[str]:
    joined = (("".join(letters), tone) for letters, tone in found)
    return list(dict.fromkeys(text + tone for text, tone in joined if is_syllable(text, tone)))


def _read(word: str) -> list[tuple[tuple[str, ...], str]]:
    """Return the letters and the tone that a word's keys may make, whether a syllable or not."""
    if len(word) > _LONGEST:
        return []
    is_vni = any(char.isdigit() for char in word)
    states = [_State()]
    for char in normalize("NFD", word):
        if char in _TONE_MARKS:
            states = [state for old in states for state in _toned(old, char, is_key=False)]
        elif not char.isalnum():
            # A hat or a horn that was typed as it should be.
            states = [state for old in states for state in _composed(old, char)]
        else:
            read = _vni if is_vni else _telex
            states = [state for old in states for state in read(old, char)]
        states = [state for state in states if _is_short(state.letters)]
    return [_settled(state) for state in states if state.is_marked]


def is_syllable(letters: str, tone: str = "") -> bool:
    """Whether Vietnamese can have a syllable, its tone apart."""
    for length in range(min(3, len(letters)), -1, -1):
        rhyme = letters[length:]
        if letters[:length] in INITIALS and rhyme in RHYMES:
            return not rhyme.endswith(_STOPPED) or tone in _TONES_OF_STOPPED
    return False


def _is_short(letters: Sequence[str]) -> bool:
    """Whether letters may begin a syllable: what is pasted must not branch without end."""
    return len(letters) <= _MOST_LETTERS and sum(map(_VOWELS.__contains__, letters)) <= _MOST_VOWELS


def _settled(state: _State) -> tuple[tuple[str, ...], str]:
    letters = state.letters
    # One horn key marks both vowels of ươ, but only the second one of thuở.
    if letters[-2:] == ("ư", "ơ"):
        letters = (*letters[:-2], "u", "ơ")
    return letters, state.tone


def _telex(state: _State, key: str) -> Iterator[_State]:
    letters = state.letters
    has_vowel = any(letter in _VOWELS for letter in letters)
    if key in _TONES and has_vowel:
        yield from _toned(state, _TONES[key], is_key=True)
    elif key == "w":
        yield from _horned(state, letters)
        if not has_vowel:
            yield _State((*letters, "ư"), state.tone, True)
    elif key in _HATS and key in letters:
        yield _marked(state, _last(letters, key), _HATS[key])
        # In ngoéo the second o is one.
        yield state._replace(letters=(*letters, key))
    elif key == "d" and letters[:1] == ("d",):
        yield _marked(state, 0, "đ")
    elif not (key in _HATS and _HATS[key] in letters):
        yield state._replace(letters=(*letters, key))


def _vni(state: _State, key: str) -> Iterator[_State]:
    letters = state.letters
    if key in _VNI_TONES:
        yield from _toned(state, _VNI_TONES[key], is_key=True)
    elif key == "6":
        places = [i for i, letter in enumerate(letters) if letter in _HATS]
        if places:
            yield _marked(state, places[-1], _HATS[letters[places[-1]]])
    elif key == "7":
        yield from _horned(state, letters, breve=False)
    elif key == "8" and "a" in letters:
        yield _marked(state, _last(letters, "a"), "ă")
    elif key == "9" and letters[:1] == ("d",):
        yield _marked(state, 0, "đ")
    elif not key.isdigit():
        yield state._replace(letters=(*letters, key))


def _horned(state: _State, letters: tuple[str, ...], *, breve: bool = True) -> Iterator[_State]:
    """Yield what a horn may have been meant for: the last u or o, both of uo, or an a."""
    places = [i for i, letter in enumerate(letters) if letter in _HORNS]
    if places:
        last = places[-1]
        changed = _marked(state, last, _HORNS[letters[last]])
        # The u of qu is no vowel: quơ.
        before = letters[:last]
        if letters[last] == "o" and before[-1:] == ("u",) and before != ("q", "u"):
            changed = _marked(changed, last - 1, "ư")
        yield changed
    if breve and "a" in letters:
        yield _marked(state, _last(letters, "a"), "ă")


def _toned(state: _State, tone: str, *, is_key: bool) -> Iterator[_State]:
    """Yield the state with a tone; a syllable has only one."""
    if not state.tone and state.letters:
        yield state._replace(tone=tone, is_marked=state.is_marked or is_key)


def _composed(state: _State, mark: str) -> Iterator[_State]:
    if state.letters:
        letter = normalize("NFC", state.letters[-1] + mark)
        yield state._replace(letters=(*state.letters[:-1], letter))


def _marked(state: _State, place: int, letter: str) -> _State:
    letters = (*state.letters[:place], letter, *state.letters[place + 1 :])
    return _State(letters, state.tone, True)


def _last(letters: tuple[str, ...], letter: str) -> int:
    return len(letters) - 1 - letters[::-1].index(letter)


def syllables() -> Iterator[tuple[str, str]]:
    """Yield all syllables that are read: letters and tone."""
    for initial, rhyme, tone in product(INITIALS, RHYMES, ("", *_TONES.values())):
        if is_syllable(initial + rhyme, tone):
            yield initial + rhyme, tone
