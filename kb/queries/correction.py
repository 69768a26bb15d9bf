"""What a word that no article holds may have been meant to be.

Tried in this order: Vietnamese typed as keys, the same syllable with other accents, words one
edit away, two words that were written as one. Of several words one edit away those come first
that the index holds beside the words around them. A correction is offered as "did you mean" only
where something speaks for it: most words that no article holds are right, or another language's.
"""

from typing import NamedTuple

from kb.queries.query import ParsedQuery, Term, Variant, VariantKind
from kb.queries.rewording import split_of, split_variant
from kb.queries.spelling import spelling_stream
from kb.queries.typing_slips import decoded, loosely_decoded
from kb.segments.reader import IndexReader
from kb.words.analysis import Analyzer, Token
from kb.words.stopwords import is_stop_word
from kb.words.syllables import accented_forms, fold, tone_placed

MAX_CORRECTIONS = 3
MIN_CORRECTED = 4
# Shorter words are corrected only beside words that they are known to stand beside.
MIN_BESIDE = 2
# From so many letters on, a word has few neighbours that it is not meant to be.
MIN_TELLING = 6
MIN_UNLIKELY = 5
MOST_UNLIKELY = 5
MORE_LIKELY = 50

CORRECTION_WEIGHT = 0.7
SLIP_WEIGHT = 0.95


class Correction(NamedTuple):
    """Other readings of a word.

    variants  best first
    pairs     what the word may be in pairs with its neighbours, as loose terms
    offered   what to say instead of the word, or None
    """

    variants: tuple[Variant, ...] = ()
    pairs: tuple[str, ...] = ()
    offered: str | None = None


NOTHING = Correction()


def likelier(word: str, index: IndexReader, analyzer: Analyzer) -> list[str]:
    """Return the words that a rare one may be a slip of, for they are far more frequent."""
    if len(word) < MIN_UNLIKELY or not word.isalpha():
        return []
    number = index.frequency("exact", word)
    if not 0 < number <= MOST_UNLIKELY:
        return []
    stem = analyzer.forms(word)[1]
    return [
        other
        for other, count in index.near("exact", word)
        if count >= MORE_LIKELY * number
        and other[0] == word[0]
        and analyzer.forms(other)[1] != stem
        and _is_telling(word, other)
    ]


class Corrector:
    """Corrects the words of one query."""

    def __init__(self, query: ParsedQuery, index: IndexReader, analyzer: Analyzer) -> None:
        self._tokens = query.tokens
        self._index = index
        self._analyzer = analyzer
        self._stream = spelling_stream(analyzer)

    def of_unknown(self, place: int, *, accented: bool) -> Correction:
        """Return what the token at `place`, whose word no article holds, may be.

        accented  the query is compared by its accents
        """
        token = self._tokens[place]
        if self._analyzer.is_vietnamese:
            if found := self._as_keys(token):
                return found
            if self._index.frequency("loose", token.loose):
                return self._other_accent(place, accented=accented)
        if any(char.isdigit() for char in token.exact):
            return NOTHING
        return self._as_edits(place, accented=accented)

    def of_unlikely(self, place: int) -> str | None:
        """Return the word to offer for one that articles hold, but rarely and as if by mistake."""
        token = self._tokens[place]
        for other in likelier(token.exact, self._index, self._analyzer):
            beside = self._beside(place, token.loose)
            others = self._beside(place, self._loose(other))
            if others > MORE_LIKELY * beside or not self._has_neighbours(place):
                return other
        return None

    def _as_keys(self, token: Token) -> Correction | None:
        """Return the syllable whose Telex or VNI keys a word is."""
        frequency = self._index.frequency
        for found in (decoded(token.exact), loosely_decoded(token.exact)):
            held = [each for each in found if frequency("exact", each)]
            if held:
                best = max(held, key=lambda each: frequency("exact", each))
                variant = Variant(Term("exact", best), SLIP_WEIGHT, "correction")
                return Correction((variant,), (fold(best),), tone_placed(best))
        return None

    def _other_accent(self, place: int, *, accented: bool) -> Correction:
        """Return the same syllable with accents that articles have."""
        typed = self._tokens[place].loose
        told = self._beside(place, typed, telling=True) or self._is_alone(place)
        offered = self._shown(typed, accented=accented) if told else None
        return Correction((_variant(typed),), (), offered)

    def _as_edits(self, place: int, *, accented: bool) -> Correction:
        token = self._tokens[place]
        word = token.loose if self._analyzer.is_vietnamese else token.exact
        ranked = self._ranked(place, word)
        stems = tuple(dict.fromkeys(self._loose(term) for term in ranked))
        variants = tuple(map(_variant, stems))
        halves = split_of(
            token.loose if self._analyzer.is_vietnamese else word, self._index, self._analyzer
        )
        if halves:
            variants = (split_variant(halves, self._analyzer), *variants)
            return Correction(variants, stems, " ".join(halves))
        if not ranked:
            return NOTHING
        best = ranked[0]
        told = self._beside(place, self._loose(best), telling=True) or self._is_alone(place)
        told = told or _is_telling(word, best)
        return Correction(variants, stems, self._shown(best, accented=accented) if told else None)

    def _ranked(self, place: int, word: str) -> list[str]:
        """Return the known words one edit away, those that fit beside the others first."""
        if len(word) < MIN_BESIDE:
            return []
        near = self._index.near(self._stream, word)
        if len(word) >= MIN_CORRECTED:
            near = [found for found in near if len(found[0]) >= MIN_CORRECTED - 1]
        rows = [(self._beside(place, self._loose(term)), count, term) for term, count in near]
        if len(word) < MIN_CORRECTED:
            rows = [row for row in rows if row[0]]
        rows.sort(key=lambda row: (-row[0], -row[1], row[2]))
        return [term for _, _, term in rows[:MAX_CORRECTIONS]]

    def _beside(self, place: int, loose: str, *, telling: bool = False) -> int:
        """Return in how many documents a word stands beside the neighbours of a token.

        telling  leave those neighbours out that stand beside every word
        """
        token = self._tokens[place]._replace(loose=loose)
        pairs = []
        if place and token.follows and not (telling and self._is_stop(place - 1)):
            pairs.append(token.pair(self._tokens[place - 1]))
        if place + 1 < len(self._tokens):
            after = self._tokens[place + 1]
            if after.follows and not after.is_char and not (telling and self._is_stop(place + 1)):
                pairs.append(after.pair(token))
        has, frequency = self._index.has, self._index.frequency
        return sum(frequency("pair", pair) for pair in pairs if has("pair", pair))

    def _is_stop(self, place: int) -> bool:
        return is_stop_word(self._tokens[place].exact, self._analyzer.language)

    def _has_neighbours(self, place: int) -> bool:
        tokens = self._tokens
        following = place + 1 < len(tokens) and tokens[place + 1].follows
        return following or (place > 0 and tokens[place].follows)

    def _is_alone(self, place: int) -> bool:
        return len(self._tokens) == 1

    def _shown(self, term: str, *, accented: bool) -> str:
        """Return a term of the spelling stream as the person would type it."""
        if not (self._analyzer.is_vietnamese and accented):
            return term
        forms = accented_forms(term)
        best = max(forms, key=lambda form: self._index.frequency("exact", form), default=term)
        return tone_placed(best) if self._index.frequency("exact", best) else term

    def _loose(self, word: str) -> str:
        return word if self._analyzer.is_vietnamese else self._analyzer.forms(word)[1]


def _variant(loose: str, kind: VariantKind = "correction") -> Variant:
    return Variant(Term("loose", loose), CORRECTION_WEIGHT, kind)


def _is_telling(typed: str, meant: str) -> bool:
    """Whether two words differ as slips do and words do not.

    A letter typed twice or once instead, or two swapped, in a word of some length; any other
    letter only inside of a long word, for beginnings and endings make other words.
    """
    if len(typed) < MIN_CORRECTED:
        return False
    if sorted(typed) == sorted(meant) or _undoubled(typed) == _undoubled(meant):
        return True
    return len(typed) >= MIN_TELLING and typed[0] == meant[0] and typed[-1] == meant[-1]


def _undoubled(word: str) -> str:
    return "".join(a for a, b in zip(word, (*word[1:], ""), strict=True) if a != b)
