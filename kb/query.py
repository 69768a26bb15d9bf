"""Read what a person typed into a bounded tree of analyzed terms.

Nothing typed raises, and every query costs a bounded time: 256 characters and 32 words are
read, no wildcards, no ranges, no field names, no nesting. "Quotes" ask for words in this order,
a leading minus leaves articles out, and the last word may be unfinished; all else is words.
"""

from itertools import pairwise
from typing import NamedTuple

import regex

from kb.analysis import Analyzer, Token
from kb.characters import tidy
from kb.stopwords import is_stop_word
from kb.syllables import has_diacritics
from kb.titles import title_key

MAX_CHARACTERS = 256
MAX_WORDS = 32

# Weights of a word's terms, by measurement (`make evaluate`); only their ratios matter.
EXACT_WEIGHT = 0.15
PAIR_WEIGHT = 0.3
FOLDED_PAIR_WEIGHT = 0.5
CHARACTER_WEIGHT = 0.5
STOP_WEIGHT = 0.15

_QUOTED = regex.compile(r'"([^"]*)"|“([^”]*)”|「([^」]*)」|『([^』]*)』')
_OPENING_QUOTES = frozenset('"“「『')
_EXCLUDED = regex.compile(r"(?:(?<=\s)|^)[-−](\"[^\"]*\"|[^\s\-−]\S*)")


class Term(NamedTuple):
    """One index term; `stream` is one of kb.shape.STREAMS."""

    stream: str
    text: str
    weight: float = 1.0


class Variant(NamedTuple):
    """Another reading of a slot: a longer word, a corrected one. The best reading counts."""

    term: Term
    weight: float


class Slot(NamedTuple):
    """What one word of the query asks for.

    terms     their scores are added; an article that holds one of them holds the first
    variants  other readings; the best one replaces `terms` where it scores higher
    weight    factor on the slot's score: little for stop words
    counts    whether an article without it covers less of the query; pairs and single
              Chinese characters only add to the score
    word      the exact term as typed, "" for slots that are not a word
    start     offset of the word in the cleaned query, -1 for slots that are not a word
    """

    terms: tuple[Term, ...]
    weight: float = 1.0
    counts: bool = True
    variants: tuple[Variant, ...] = ()
    word: str = ""
    start: int = -1


class ParsedQuery(NamedTuple):
    """A query as engines get it.

    text        cleaned, cut, as it may be shown again
    title       what a title is compared by that is the same text (kb.titles.title_key)
    slots       in the order of the text
    required    groups of terms that an article's one passage or title has to hold together
    excluded    groups of terms; an article that holds a whole group is left out
    unfinished  index in `slots` of the last word when the person may still be typing it, or None
    """

    text: str
    slots: tuple[Slot, ...]
    title: str = ""
    required: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[tuple[Term, ...], ...] = ()
    unfinished: int | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.slots


def parse(text: str, analyzer: Analyzer) -> ParsedQuery:
    """Return the query that `text` means in the analyzer's locale; never raises."""
    cleaned = " ".join(tidy(text[: 4 * MAX_CHARACTERS]).split())[:MAX_CHARACTERS]
    excluded: list[str] = []
    asked = cleaned
    if "-" in cleaned or "−" in cleaned:
        excluded = [match[1] for match in _EXCLUDED.finditer(cleaned)]
        # Blanks of the same length keep the offsets of what stays.
        asked = _EXCLUDED.sub(lambda match: " " * len(match[0]), cleaned)
    tokens = analyzer.tokens(asked)[:MAX_WORDS]
    phrases: list[str] = []
    if not _OPENING_QUOTES.isdisjoint(asked):
        phrases = [next(filter(None, match.groups()), "") for match in _QUOTED.finditer(asked)]
    slots = _slots(tokens, analyzer)
    ends_open = bool(tokens) and tokens[-1].end == len(asked) and not tokens[-1].is_char
    last = max((i for i, slot in enumerate(slots) if slot.start >= 0), default=None)
    return ParsedQuery(
        text=cleaned,
        slots=tuple(slots),
        title=title_key(tokens),
        required=tuple(filter(None, (_together(phrase, analyzer) for phrase in phrases))),
        excluded=tuple(filter(None, (_together(word, analyzer) for word in excluded))),
        unfinished=last if ends_open else None,
    )


def _slots(tokens: list[Token], analyzer: Analyzer) -> list[Slot]:
    accented = analyzer.is_vietnamese and any(has_diacritics(token.exact) for token in tokens)
    slots: list[Slot] = []
    for i, token in enumerate(tokens):
        previous = tokens[i - 1] if i and token.follows else None
        following = i + 1 < len(tokens) and tokens[i + 1].follows
        if token.is_char:
            slots += _character_slots(token, previous, following, analyzer)
        else:
            slots.append(_word_slot(token, analyzer, accented))
            if previous:
                pair = token.pair(previous)
                weight = FOLDED_PAIR_WEIGHT if analyzer.is_vietnamese else PAIR_WEIGHT
                slots.append(Slot((Term("pair", pair),), weight, counts=False))
    return slots


def _word_slot(token: Token, analyzer: Analyzer, accented: bool) -> Slot:
    stop = is_stop_word(token.exact, analyzer.language)
    weight = STOP_WEIGHT if stop else 1.0
    terms: tuple[Term, ...]
    if not analyzer.is_vietnamese:
        terms = (Term("loose", token.loose), Term("exact", token.exact, EXACT_WEIGHT))
    elif accented:
        terms = (Term("exact", token.exact),)
    else:
        terms = (Term("loose", token.loose),)
    return Slot(terms, weight, word=token.exact, start=token.start)


def _character_slots(
    token: Token, previous: Token | None, following: bool, analyzer: Analyzer
) -> list[Slot]:
    alone = previous is None and not following
    stop = is_stop_word(token.exact, analyzer.language)
    weight = CHARACTER_WEIGHT * (STOP_WEIGHT if stop and not alone else 1.0)
    slots = [Slot((Term("exact", token.exact),), weight, counts=alone)]
    if previous:
        pair = token.pair(previous)
        weight = STOP_WEIGHT if is_stop_word(pair, analyzer.language) else 1.0
        slots.append(Slot((Term("pair", pair),), weight))
    return slots


def _together(text: str, analyzer: Analyzer) -> tuple[Term, ...]:
    """Return the terms that stand for `text` as a phrase: its pairs, or its only word.

    Pairs are how the index knows order: a phrase of three words is both of its pairs in one
    passage. Exact words of the phrase go with them, so that inflections do not match; in
    Vietnamese without accents the folded words do.
    """
    tokens = analyzer.tokens(text)[:MAX_WORDS]
    pairs = [Term("pair", b.pair(a)) for a, b in pairwise(tokens) if b.follows]
    whole = [token for token in tokens if not (token.is_char and pairs)]
    if analyzer.is_vietnamese and not any(has_diacritics(token.exact) for token in tokens):
        words = [Term("loose", t.loose) if t.loose else Term("exact", t.exact) for t in whole]
    else:
        words = [Term("exact", token.exact) for token in whole]
    return tuple(pairs + words)
