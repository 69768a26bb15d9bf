"""Add to a query what its words may also have meant, from the words that the index holds.

The unfinished last word stands for the words it begins, a word that no article holds for what it
may have been meant to be (kb.queries.correction), and what writers and spelling say otherwise for
its other ways (kb.queries.rewording). The words as typed are always kept. Every expansion is
capped, so the cost does not grow with what is typed. The vocabulary must be the one of the
reader's own audience and locale: a suggestion is a place where hidden articles could show through.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kb.queries.correction import CORRECTION_WEIGHT, Correction, Corrector, likelier
from kb.queries.query import (
    STOP_WEIGHT,
    ParsedQuery,
    Slot,
    Term,
    Variant,
    VariantKind,
    places_of,
    slots_of,
)
from kb.queries.related import relate
from kb.queries.rewording import Reworded, are_held, reworded, split_of, split_variant, with_ways
from kb.queries.synonyms import Synonyms
from kb.segments.reader import IndexReader
from kb.words.analysis import PAIR_JOINER, Analyzer, Token
from kb.words.syllables import fold

MAX_COMPLETIONS = 8
MAX_CORRECTED_WORDS = 4
MIN_PREFIX = 2

COMPLETION_WEIGHT = 0.8


class Expanded(NamedTuple):
    """A query with its variants, and the text to offer as "did you mean", or None."""

    query: ParsedQuery
    did_you_mean: str | None


def expand(
    query: ParsedQuery,
    index: IndexReader,
    analyzer: Analyzer,
    synonyms: Synonyms | None = None,
) -> Expanded:
    """Return `query` with completions, corrections, synonyms, compounds and related words."""
    slots = list(query.slots)
    if query.unfinished is not None:
        _complete(slots, query.unfinished, index, analyzer)
    said = reworded(query, synonyms, index, analyzer)
    suggestion = _correct(slots, query, said, index, analyzer)
    if not analyzer.is_vietnamese:
        relate(slots, query, index)
    if said:
        slots = with_ways(query, slots, said, index)
    if query.is_message:
        # Nobody wants to be offered a whole message, and what is said twice is said.
        once = {(slot.terms, slot.variants, slot.ways): slot for slot in reversed(slots)}
        slots, suggestion = [*reversed(once.values())], None
    return Expanded(query._replace(slots=tuple(slots)), suggestion)


def can_be_found(text: str, index: IndexReader, analyzer: Analyzer) -> bool:
    """Whether articles hold the words of a text, not necessarily together."""
    return are_held(slots_of(analyzer.tokens(text), analyzer), index)


def _complete(slots: list[Slot], last: int, index: IndexReader, analyzer: Analyzer) -> None:
    """Let the last word, and the pair it ends, also stand for what it may become."""
    word = slots[last].word
    if len(word) < MIN_PREFIX:
        return
    vietnamese = analyzer.is_vietnamese
    stream, prefix = ("loose", fold(word)) if vietnamese else ("exact", word)
    found = index.with_prefix(stream, prefix, MAX_COMPLETIONS)
    # Longer words may share a stem, also with the word itself.
    stems = dict.fromkeys(
        term if vietnamese else analyzer.forms(term)[1] for term in found if term != prefix
    )
    slots[last] = _with_variants(slots[last], "loose", stems, COMPLETION_WEIGHT, "completion")
    pair = last + 1
    if pair < len(slots) and slots[pair].terms[0].stream == "pair":
        before = slots[pair].terms[0].text.split(PAIR_JOINER)[0]
        start = before + PAIR_JOINER + fold(word)
        found = index.with_prefix("pair", start, MAX_COMPLETIONS)
        slots[pair] = _with_variants(slots[pair], "pair", found, COMPLETION_WEIGHT, "completion")


def _with_variants(
    slot: Slot, stream: str, texts: Iterable[str], weight: float, kind: VariantKind
) -> Slot:
    """Return a slot that may also be read as one of `texts`."""
    own = {term.text for term in slot.terms if term.stream == stream}
    variants = [Variant(Term(stream, text), weight, kind) for text in texts if text not in own]
    return slot._replace(variants=tuple(variants))


def _correct(
    slots: list[Slot],
    query: ParsedQuery,
    said: Sequence[Reworded],
    index: IndexReader,
    analyzer: Analyzer,
) -> str | None:
    """Give words their other readings; return the text to offer, if any."""
    corrector = Corrector(query, index, analyzer)
    skipped = {i for each in said for i in range(each.start, each.end)}
    changed: list[tuple[Token, str]] = []
    tried = words = 0
    for i, (place, _) in enumerate(places_of(query.tokens)):
        slot, token = slots[place], query.tokens[i]
        if token.is_char:
            continue
        words += 1
        if i in skipped or slot.variants or tried == MAX_CORRECTED_WORDS:
            continue
        # Whoever holds one of a word's terms holds the first.
        if index.find(slot.terms[0].stream, slot.terms[0].text).documents:
            if not is_plain(token.exact, index, analyzer) and slot.weight > STOP_WEIGHT:
                _split(slots, place, token, index, analyzer)
                if better := corrector.of_unlikely(i):
                    changed.append((token, better))
            continue
        accented = slot.terms[0].stream == "exact"
        found = corrector.of_unknown(i, accented=accented)
        if not found.variants:
            continue
        tried += 1
        slots[place] = slot._replace(variants=found.variants)
        _correct_pairs(slots, i, query.tokens, found)
        if found.offered:
            changed.append((token, found.offered))
    # Where most words are unknown, they are another language's and not misspelt.
    if not changed or tried > max(2, words // 2):
        return None
    return _suggestion(query.text, changed)


def is_plain(word: str, index: IndexReader, analyzer: Analyzer) -> bool:
    """Whether a word that articles hold has no other spelling and is no likely slip."""
    if analyzer.is_vietnamese:
        return True
    known = index.plain.get(word)
    if known is None:
        has_other = split_of(word, index, analyzer) or likelier(word, index, analyzer)
        known = index.plain.keep(word, not has_other)
    return known


def _split(
    slots: list[Slot], place: int, token: Token, index: IndexReader, analyzer: Analyzer
) -> None:
    """Let a word also stand for the two that articles write for it."""
    if halves := split_of(token.exact, index, analyzer):
        slots[place] = slots[place]._replace(variants=(split_variant(halves, analyzer),))


def _correct_pairs(slots: list[Slot], i: int, tokens: Sequence[Token], found: Correction) -> None:
    """Let the pairs around a corrected word stand for the corrected pairs too."""
    places = list(places_of(tokens))
    others = [tokens[i]._replace(loose=loose) for loose in found.pairs]
    if (place := places[i][1]) >= 0:
        pairs = [other.pair(tokens[i - 1]) for other in others]
        slots[place] = _with_pairs(slots[place], pairs)
    if i + 1 < len(tokens) and (place := places[i + 1][1]) >= 0:
        pairs = [tokens[i + 1].pair(other) for other in others]
        slots[place] = _with_pairs(slots[place], pairs)


def _with_pairs(slot: Slot, pairs: Iterable[str]) -> Slot:
    known = {slot.terms[0].text, *(variant.term.text for variant in slot.variants)}
    new = tuple(
        Variant(Term("pair", pair), CORRECTION_WEIGHT, "correction")
        for pair in pairs
        if pair not in known
    )
    return slot._replace(variants=(*slot.variants, *new))


def _suggestion(text: str, changed: Sequence[tuple[Token, str]]) -> str:
    """Return `text` with other words put in, each in the place of what was typed."""
    for token, better in sorted(changed, reverse=True):
        text = text[: token.start] + better + text[token.end :]
    return text
