"""Add to a query what its words may also have meant, from the words that the index holds.

The unfinished last word stands for the words it begins, and a word that no article holds for
those one edit away. The word as typed is always kept. Every expansion is capped, so the cost
does not grow with what is typed. The vocabulary must be the one of the reader's own audience
and locale: a suggestion is a place where hidden articles could show through.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from kb.analysis import PAIR_JOINER, Analyzer
from kb.query import EXACT_WEIGHT, ParsedQuery, Slot, Term, Variant
from kb.syllables import accented_forms, fold, tone_placed

MAX_COMPLETIONS = 50
MAX_CORRECTIONS = 3
MAX_CORRECTED_WORDS = 4
MIN_CORRECTED = 4
MIN_PREFIX = 2

COMPLETION_WEIGHT = 0.8
CORRECTION_WEIGHT = 0.7


class Vocabulary(Protocol):
    """The terms of one index and in how many documents each is found."""

    @property
    def letters(self) -> str:
        """Return the letters that words are written with here, for spelling."""
        ...

    def frequency(self, stream: str, term: str) -> int:
        """Return the number of documents with `term`, 0 when there is none."""
        ...

    def with_prefix(self, stream: str, prefix: str, limit: int) -> Sequence[str]:
        """Return at most `limit` terms that begin with `prefix`, most frequent first."""
        ...


@dataclass(frozen=True, slots=True)
class Expanded:
    """A query with its variants, and the text to offer as "did you mean", or None."""

    query: ParsedQuery
    did_you_mean: str | None


def expand(query: ParsedQuery, vocabulary: Vocabulary, analyzer: Analyzer) -> Expanded:
    """Return `query` with completions of its last word and corrections of unknown ones."""
    slots = list(query.slots)
    if query.unfinished is not None:
        _complete(slots, query.unfinished, vocabulary, analyzer)
    corrected: list[tuple[int, str, str]] = []
    words = [i for i, slot in enumerate(slots) if slot.word and not slot.variants]
    for i in words:
        if len(corrected) == MAX_CORRECTED_WORDS:
            break
        better = _correct(slots, i, vocabulary, analyzer)
        if better:
            corrected.append((slots[i].start, slots[i].word, better))
    # Where most words are unknown, they are another language's and not misspelt.
    few = 0 < len(corrected) <= max(2, sum(1 for slot in slots if slot.word) // 2)
    suggestion = _suggestion(query.text, corrected, analyzer) if few else None
    return Expanded(replace(query, slots=tuple(slots)), suggestion)


def _complete(slots: list[Slot], last: int, vocabulary: Vocabulary, analyzer: Analyzer) -> None:
    """Let the last word, and the pair it ends, also stand for what it may become."""
    word = slots[last].word
    if len(word) < MIN_PREFIX:
        return
    vietnamese = analyzer.is_vietnamese
    stream, prefix = ("loose", fold(word)) if vietnamese else ("exact", word)
    found = vocabulary.with_prefix(stream, prefix, MAX_COMPLETIONS)
    variants = [
        Variant(_terms(term, analyzer), COMPLETION_WEIGHT) for term in found if term != prefix
    ]
    slots[last] = replace(slots[last], variants=tuple(variants))
    pair = last + 1
    if pair < len(slots) and slots[pair].terms[0].stream == "pair":
        before = slots[pair].terms[0].text.split(PAIR_JOINER)[0]
        start = before + PAIR_JOINER + fold(word)
        found = vocabulary.with_prefix("pair", start, MAX_COMPLETIONS)
        terms = ((Term("pair", term),) for term in found if term != start)
        variants = [Variant(term, COMPLETION_WEIGHT) for term in terms]
        slots[pair] = replace(slots[pair], variants=tuple(variants))


def _correct(slots: list[Slot], i: int, vocabulary: Vocabulary, analyzer: Analyzer) -> str | None:
    """Give slot `i` the words one edit away when no article holds its own; return the best."""
    slot = slots[i]
    stream = "loose" if analyzer.is_vietnamese else "exact"
    typed = fold(slot.word) if analyzer.is_vietnamese else slot.word
    if any(vocabulary.frequency(term.stream, term.text) for term in slot.terms):
        return None
    if vocabulary.frequency(stream, typed):
        # An accent that no article has: what was meant is the same syllable with another one.
        candidates = [typed] if analyzer.is_vietnamese else []
    elif len(typed) < MIN_CORRECTED or any(char.isdigit() for char in typed):
        return None
    else:
        candidates = _known_edits(typed, stream, vocabulary)
    if not candidates:
        return None
    variants = [Variant(_terms(term, analyzer), CORRECTION_WEIGHT) for term in candidates]
    slots[i] = replace(slot, variants=tuple(variants))
    _correct_pairs(slots, i, typed, candidates, analyzer)
    accented = any(term.stream == "exact" for term in slot.terms)
    if analyzer.is_vietnamese and accented:
        return _accented(candidates[0], vocabulary)
    return candidates[0]


def _accented(syllable: str, vocabulary: Vocabulary) -> str:
    """Return the spelling of an unaccented syllable that most documents hold."""
    forms = accented_forms(syllable)
    best = max(forms, key=lambda form: vocabulary.frequency("exact", form), default=syllable)
    return tone_placed(best) if vocabulary.frequency("exact", best) else syllable


def _correct_pairs(
    slots: list[Slot], i: int, typed: str, candidates: Iterable[str], analyzer: Analyzer
) -> None:
    """Let the pairs around a corrected word stand for the corrected pairs too."""
    loose = {candidate: _loose(candidate, analyzer) for candidate in candidates}
    wrong = slots[i].terms[0].text if not analyzer.is_vietnamese else typed
    for j in (i + 1, i + 2, i + 3):
        if j < len(slots) and slots[j].terms[0].stream == "pair":
            left, _, right = slots[j].terms[0].text.partition(PAIR_JOINER)
            if wrong in (left, right):
                pairs = [
                    (new if left == wrong else left)
                    + PAIR_JOINER
                    + (new if right == wrong else right)
                    for new in loose.values()
                ]
                variants = tuple(Variant((Term("pair", p),), CORRECTION_WEIGHT) for p in pairs)
                slots[j] = replace(slots[j], variants=variants)


def _terms(word: str, analyzer: Analyzer) -> tuple[Term, ...]:
    if analyzer.is_vietnamese:
        return (Term("loose", word),)
    return (Term("loose", _loose(word, analyzer)), Term("exact", word, EXACT_WEIGHT))


def _loose(word: str, analyzer: Analyzer) -> str:
    return word if analyzer.is_vietnamese else analyzer.forms(word)[1]


def _known_edits(word: str, stream: str, vocabulary: Vocabulary) -> list[str]:
    """Return the known words one edit away from `word`, most frequent first."""
    known = {
        edit: frequency
        for edit in set(_edits(word, vocabulary.letters))
        if len(edit) >= MIN_CORRECTED - 1 and (frequency := vocabulary.frequency(stream, edit))
    }
    # Ties go by the alphabet, so that the same question is answered the same way twice.
    return sorted(known, key=lambda edit: (-known[edit], edit))[:MAX_CORRECTIONS]


def _edits(word: str, letters: str) -> Iterator[str]:
    """Yield all that is one deletion, swap, replacement or insertion away from `word`."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
            if len(tail) > 1:
                yield head + tail[1] + tail[0] + tail[2:]
            for letter in letters:
                yield head + letter + tail[1:]
        for letter in letters:
            yield head + letter + tail


def _suggestion(text: str, corrected: list[tuple[int, str, str]], analyzer: Analyzer) -> str:
    """Return `text` with the corrected words put in, each in the place of what was typed."""
    tokens = {token.start: token for token in analyzer.tokens(text)}
    for start, _, better in sorted(corrected, reverse=True):
        token = tokens.get(start)
        if token is not None:
            text = text[:start] + better + text[token.end :]
    return text
