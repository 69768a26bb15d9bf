"""Read what a person typed into a bounded tree of analyzed terms.

Nothing typed raises, and every query costs a bounded time: 256 characters and 32 words are
read, no wildcards, no ranges, no field names, no nesting. "Quotes" ask for words in this order,
a leading minus leaves articles out, and the last word may be unfinished; all else is words. What
is longer is no query but a message, of which kb.queries.messages chooses the words.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

import regex

from kb.results.titles import title_key
from kb.words.analysis import Analyzer, Token
from kb.words.characters import tidy_query
from kb.words.stopwords import is_stop_word
from kb.words.syllables import has_diacritics

MAX_CHARACTERS = 256
MAX_WORDS = 32
# Two characters of an unsegmented script are about a word.
WORDS_A_CHARACTER = 0.5
MAX_MESSAGE = 4_000
# A query of so many words begins to be prose, and is nothing else with so many.
PROSE_FROM, PROSE_TO = 12, 24

# Weights of a word's terms, by measurement (`make evaluate`); only their ratios matter.
EXACT_WEIGHT = 0.1
PAIR_WEIGHT = 0.3
FOLDED_PAIR_WEIGHT = 0.5
CHARACTER_WEIGHT = 1.5
STOP_WEIGHT = 0.15

_QUOTED = regex.compile(r'"([^"]*)"|“([^”]*)”|„([^“”]*)[“”]|＂([^＂]*)＂')
# What also names things within a sentence asks for a phrase only where nothing stands beside it.
_WHOLLY_QUOTED = regex.compile(r"\s*(?:「([^」]*)」|『([^』]*)』|«([^»]*)»)\s*")
_OPENING_QUOTES = frozenset('"“「『„«＂')
_EXCLUDED = regex.compile(r"(?:(?<=\s)|^)[-−](\"[^\"]*\"|[^\s\-−]\S*)")


class Term(NamedTuple):
    """One index term; `stream` is one of kb.segments.shape.STREAMS."""

    stream: str
    text: str
    weight: float = 1.0


VariantKind = Literal["completion", "correction", "synonym", "compound", "related", ""]


class Variant(NamedTuple):
    """Another reading of a slot: a longer word, a corrected one. The best reading counts.

    kind  why it is one, for people (kb.explaining.explain)
    """

    term: Term
    weight: float
    kind: VariantKind = ""


class Way(NamedTuple):
    """One of the ways to say what some words of a query say: slots that are scored together.

    weight  factor on their scores
    kind    why it is one; "" for the words as they were typed
    """

    slots: "tuple[Slot, ...]"
    weight: float = 1.0
    kind: VariantKind = ""


class Slot(NamedTuple):
    """What one word of the query asks for, or some words that can be said in other ways.

    terms     their scores are added; an article that holds one of them holds the first
    variants  other readings; the best one replaces `terms` where it scores higher
    related   words of its family, where it has no other reading: their scores are added, but who
              holds them does not hold it
    weight    factor on the slot's score: little for stop words
    counts    whether an article without it covers less of the query; pairs and single
              Chinese characters only add to the score
    word      the exact term as typed, "" for slots that are not a word
    start     offset of the word in the cleaned query, -1 for slots that are not a word
    ways      the words as typed and what may stand for them together; the best one counts, and
              the other fields only name what is in them
    """

    terms: tuple[Term, ...]
    weight: float = 1.0
    counts: bool = True
    variants: tuple[Variant, ...] = ()
    word: str = ""
    start: int = -1
    ways: tuple[Way, ...] = ()
    related: tuple[Variant, ...] = ()


class ParsedQuery(NamedTuple):
    """A query as engines get it.

    text        cleaned, cut, as it may be shown again
    title       what a title is compared by that is the same text (kb.results.titles.title_key)
    tokens      its words, in the order of the text
    slots       in the order of the text
    required    groups of terms that an article's one passage or title has to hold together
    excluded    groups of terms; an article that holds a whole group is left out
    unfinished  index in `slots` of the last word when the person may still be typing it, or None
    is_message  longer than a query, in characters or in words: only `text` and `tokens` are there
                until kb.queries.messages has chosen among them
    wordiness   0 for a few words to 1 for prose
    """

    text: str
    slots: tuple[Slot, ...]
    title: str = ""
    required: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[tuple[Term, ...], ...] = ()
    unfinished: int | None = None
    tokens: tuple[Token, ...] = ()
    is_message: bool = False
    wordiness: float = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to search for."""
        return not self.slots


def parse(text: str, analyzer: Analyzer) -> ParsedQuery:
    """Return the query that `text` means in the analyzer's locale; never raises."""
    cleaned = " ".join(tidy_query(text[: 4 * MAX_MESSAGE]).split())[:MAX_MESSAGE]
    words = analyzer.tokens(cleaned)
    if is_message(len(cleaned), words):
        return ParsedQuery(cleaned, (), tokens=tuple(words), is_message=True)
    excluded = left_out_in(cleaned)
    # Blanks of the same length keep the offsets of what stays.
    asked = _EXCLUDED.sub(lambda match: " " * len(match[0]), cleaned) if excluded else cleaned
    tokens = analyzer.tokens(asked) if excluded else words
    phrases = phrases_in(asked)
    query = query_of(cleaned, tokens, analyzer)
    ends_open = bool(tokens) and tokens[-1].end == len(asked) and not tokens[-1].is_char
    last = max((i for i, slot in enumerate(query.slots) if slot.start >= 0), default=None)
    return query._replace(
        required=tuple(filter(None, (_together(phrase, analyzer) for phrase in phrases))),
        excluded=tuple(filter(None, (_together(word, analyzer) for word in excluded))),
        unfinished=last if ends_open else None,
    )


def is_message(characters: int, tokens: Sequence[Token]) -> bool:
    """Whether so many characters, or these words, are more than a query."""
    words = sum(WORDS_A_CHARACTER if token.is_char else 1.0 for token in tokens)
    return characters > MAX_CHARACTERS or words > MAX_WORDS


def query_of(text: str, tokens: Sequence[Token], analyzer: Analyzer) -> ParsedQuery:
    """Return the query for words of a cleaned text: all finished, none quoted or left out."""
    slots = slots_of(tokens, analyzer)
    return ParsedQuery(
        text=text,
        slots=tuple(slots),
        title=title_key(tokens),
        tokens=tuple(tokens),
        wordiness=wordiness_of(slots),
    )


def wordiness_of(slots: Iterable[Slot]) -> float:
    """Return how much a query is prose, from 0 to 1, by the words that are no stop words."""
    words = sum(
        1.0 if slot.word else WORDS_A_CHARACTER
        for slot in slots
        if slot.counts and slot.weight > STOP_WEIGHT
    )
    return min(1.0, max(0.0, (words - PROSE_FROM) / (PROSE_TO - PROSE_FROM)))


def left_out_in(cleaned: str) -> list[str]:
    """Return what a minus leaves out, with its quotes."""
    if "-" not in cleaned and "−" not in cleaned:
        return []
    return [match[1] for match in _EXCLUDED.finditer(cleaned)]


def phrases_in(asked: str) -> list[str]:
    """Return what stands in quotes."""
    if _OPENING_QUOTES.isdisjoint(asked):
        return []
    if match := _WHOLLY_QUOTED.fullmatch(asked):
        return [next(filter(None, match.groups()), "")]
    return [next(filter(None, match.groups()), "") for match in _QUOTED.finditer(asked)]


def slots_of(tokens: Sequence[Token], analyzer: Analyzer) -> list[Slot]:
    """Return what words ask for: a slot each, and after it the one of its pair."""
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


def places_of(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield where in `slots_of` each token's slot is and where its pair's is, -1 for none."""
    place = 0
    for i, token in enumerate(tokens):
        pairs = bool(i) and token.follows
        yield place, place + 1 if pairs else -1
        place += 2 if pairs else 1


def _word_slot(token: Token, analyzer: Analyzer, accented: bool) -> Slot:
    terms, weight = _word_terms(token.exact, token.loose, analyzer.language, accented)
    return Slot(terms, weight, True, (), token.exact, token.start)


@lru_cache(maxsize=8_192)
def _word_terms(
    exact: str, loose: str, language: str, accented: bool
) -> tuple[tuple[Term, ...], float]:
    """Return what stands for a word, and its weight."""
    is_stop = is_stop_word(exact, language)
    terms: tuple[Term, ...]
    if language == "vi":
        terms = (Term("exact", exact) if accented else Term("loose", loose),)
    elif is_stop:
        # Which form of a word that says nothing it is says nothing either.
        terms = (Term("loose", loose),)
    else:
        terms = (Term("loose", loose), Term("exact", exact, EXACT_WEIGHT))
    return terms, STOP_WEIGHT if is_stop else 1.0


def _character_slots(
    token: Token, previous: Token | None, following: bool, analyzer: Analyzer
) -> list[Slot]:
    alone = previous is None and not following
    slots = [_character_slot(token.exact, analyzer.language, alone)]
    if previous:
        pair = token.pair(previous)
        weight = STOP_WEIGHT if is_stop_word(pair, analyzer.language) else 1.0
        slots.append(Slot((Term("pair", pair),), weight))
    return slots


@lru_cache(maxsize=8_192)
def _character_slot(character: str, language: str, alone: bool) -> Slot:
    """Return what a single character asks for; beside others it only adds to their pairs."""
    stop = is_stop_word(character, language)
    weight = CHARACTER_WEIGHT * (STOP_WEIGHT if stop and not alone else 1.0)
    return Slot((Term("exact", character),), weight, counts=alone)


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
