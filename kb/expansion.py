"""Add to a query what its words may also have meant, from the words that the index holds.

The unfinished last word stands for the words it begins, and a word that no article holds for
those one edit away. The word as typed is always kept. Every expansion is capped, so the cost
does not grow with what is typed. The vocabulary must be the one of the reader's own audience
and locale: a suggestion is a place where hidden articles could show through.
"""

from collections.abc import Iterable
from typing import NamedTuple

from kb.analysis import PAIR_JOINER, Analyzer
from kb.query import ParsedQuery, Slot, Term, Variant
from kb.reader import IndexReader
from kb.syllables import accented_forms, fold, tone_placed

MAX_COMPLETIONS = 8
MAX_CORRECTIONS = 3
MAX_CORRECTED_WORDS = 4
MIN_CORRECTED = 4
MIN_PREFIX = 2

COMPLETION_WEIGHT = 0.8
CORRECTION_WEIGHT = 0.7


def spelling_stream(analyzer: Analyzer) -> str:
    """Return the stream of terms that words are corrected by."""
    return "loose" if analyzer.is_vietnamese else "exact"


class Expanded(NamedTuple):
    """A query with its variants, and the text to offer as "did you mean", or None."""

    query: ParsedQuery
    did_you_mean: str | None


def expand(query: ParsedQuery, index: IndexReader, analyzer: Analyzer) -> Expanded:
    """Return `query` with completions of its last word and corrections of unknown ones."""
    slots = list(query.slots)
    if query.unfinished is not None:
        _complete(slots, query.unfinished, index, analyzer)
    corrected: list[tuple[int, str]] = []
    words = [i for i, slot in enumerate(slots) if slot.word and not slot.variants]
    for i in words:
        if len(corrected) == MAX_CORRECTED_WORDS:
            break
        better = _correct(slots, i, index, analyzer)
        if better:
            corrected.append((slots[i].start, better))
    # Where most words are unknown, they are another language's and not misspelt.
    few = 0 < len(corrected) <= max(2, sum(1 for slot in slots if slot.word) // 2)
    suggestion = _suggestion(query.text, corrected, analyzer) if few else None
    return Expanded(query._replace(slots=tuple(slots)), suggestion)


def _complete(slots: list[Slot], last: int, index: IndexReader, analyzer: Analyzer) -> None:
    """Let the last word, and the pair it ends, also stand for what it may become."""
    word = slots[last].word
    if len(word) < MIN_PREFIX:
        return
    vietnamese = analyzer.is_vietnamese
    stream, prefix = ("loose", fold(word)) if vietnamese else ("exact", word)
    found = index.with_prefix(stream, prefix, MAX_COMPLETIONS)
    # Longer words may share a stem, also with the word itself.
    stems = dict.fromkeys(_loose(term, analyzer) for term in found if term != prefix)
    slots[last] = _with_variants(slots[last], "loose", stems, COMPLETION_WEIGHT)
    pair = last + 1
    if pair < len(slots) and slots[pair].terms[0].stream == "pair":
        before = slots[pair].terms[0].text.split(PAIR_JOINER)[0]
        start = before + PAIR_JOINER + fold(word)
        found = index.with_prefix("pair", start, MAX_COMPLETIONS)
        slots[pair] = _with_variants(slots[pair], "pair", found, COMPLETION_WEIGHT)


def _with_variants(slot: Slot, stream: str, texts: Iterable[str], weight: float) -> Slot:
    """Return a slot that may also be read as one of `texts`."""
    own = {term.text for term in slot.terms if term.stream == stream}
    variants = [Variant(Term(stream, text), weight) for text in texts if text not in own]
    return slot._replace(variants=tuple(variants))


def _correct(slots: list[Slot], i: int, index: IndexReader, analyzer: Analyzer) -> str | None:
    """Give slot `i` the words one edit away when no article holds its own; return the best."""
    slot = slots[i]
    if any(index.find(term.stream, term.text).rows for term in slot.terms):
        return None
    stream = spelling_stream(analyzer)
    typed = fold(slot.word) if analyzer.is_vietnamese else slot.word
    if index.frequency(stream, typed):
        # An accent that no article has: what was meant is the same syllable with another one.
        candidates = [typed] if analyzer.is_vietnamese else []
    elif len(typed) < MIN_CORRECTED or any(char.isdigit() for char in typed):
        return None
    else:
        candidates = _known_edits(typed, stream, index)
    if not candidates:
        return None
    stems = dict.fromkeys(_loose(term, analyzer) for term in candidates)
    slots[i] = _with_variants(slot, "loose", stems, CORRECTION_WEIGHT)
    _correct_pairs(slots, i, typed, candidates, analyzer)
    accented = any(term.stream == "exact" for term in slot.terms)
    if analyzer.is_vietnamese and accented:
        return _accented(candidates[0], index)
    return candidates[0]


def _accented(syllable: str, index: IndexReader) -> str:
    """Return the spelling of an unaccented syllable that most documents hold."""
    forms = accented_forms(syllable)
    best = max(forms, key=lambda form: index.frequency("exact", form), default=syllable)
    return tone_placed(best) if index.frequency("exact", best) else syllable


def _correct_pairs(
    slots: list[Slot], i: int, typed: str, candidates: Iterable[str], analyzer: Analyzer
) -> None:
    """Let the pairs around a corrected word stand for the corrected pairs too."""
    right_ones = [_loose(candidate, analyzer) for candidate in candidates]
    wrong = slots[i].terms[0].text if not analyzer.is_vietnamese else typed
    for j in (i + 1, i + 2, i + 3):
        if j < len(slots) and slots[j].terms[0].stream == "pair":
            left, _, right = slots[j].terms[0].text.partition(PAIR_JOINER)
            if wrong in (left, right):
                pairs = [
                    (new if left == wrong else left)
                    + PAIR_JOINER
                    + (new if right == wrong else right)
                    for new in right_ones
                ]
                slots[j] = _with_variants(slots[j], "pair", pairs, CORRECTION_WEIGHT)


def _loose(word: str, analyzer: Analyzer) -> str:
    return word if analyzer.is_vietnamese else analyzer.forms(word)[1]


def _known_edits(word: str, stream: str, index: IndexReader) -> list[str]:
    """Return the known words one edit away from `word`, most frequent first."""
    near = index.one_edit_from(stream, word)
    return [term for term, _ in near if len(term) >= MIN_CORRECTED - 1][:MAX_CORRECTIONS]


def _suggestion(text: str, corrected: list[tuple[int, str]], analyzer: Analyzer) -> str:
    """Return `text` with the corrected words put in, each in the place of what was typed."""
    tokens = {token.start: token for token in analyzer.tokens(text)}
    for start, better in sorted(corrected, reverse=True):
        token = tokens.get(start)
        if token is not None:
            text = text[:start] + better + text[token.end :]
    return text
