"""Which language a query is written in, among the locales that the index has.

Judged by script, by diacritics and by vocabulary: how common each word is in the articles of each
locale. A word that all of them hold alike, such as a product's name, says nothing, and then the
reader's own language stands. Words are looked up in the reader's own audience's indexes only.
"""

from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import exp, log
from typing import NamedTuple, Protocol

import regex

from kb.queries.query import MAX_CHARACTERS, MAX_WORDS
from kb.queries.typing_slips import INITIALS, RHYMES
from kb.segments.reader import IndexReader
from kb.words.analysis import Analyzer, Token, analyzer_for, to_simplified
from kb.words.characters import tidy_query
from kb.words.stopwords import is_stop_word
from kb.words.syllables import fold

# A language that is at least so likely is the query's.
CLEAR = 0.9

# What a word says for a locale that holds it, in nats: that it is there, and how common it is.
_HELD = 2.0
_PER_RATE = 0.5
_RATE_FLOOR = 0.001
# A term that so many of the passages hold is a common one.
_COMMON = 0.05
# A function word is common in its language, however few articles there are.
_FUNCTION_RATE = 0.1
# What is said by letters that the language is written with and others are not.
_SCRIPT = 3.0
_VARIANT = 0.5
# In doubt people write in the language that they read.
_OWN = 1.0

# The first that fits decides: Japanese is written with Han characters too.
_SCRIPTS = (
    (regex.compile(r"[\p{Hiragana}\p{Katakana}]"), frozenset({"ja"})),
    (regex.compile(r"\p{Han}"), frozenset({"zh", "ja"})),
    (regex.compile(r"\p{Hangul}"), frozenset({"ko"})),
    (regex.compile(r"\p{Thai}"), frozenset({"th"})),
    (regex.compile(r"[ăđơưĂĐƠƯ\u1ea0-\u1ef9]"), frozenset({"vi"})),
)
_NONE: frozenset[str] = frozenset()
_WITH_OWN_SCRIPT = frozenset({"zh", "ja", "ko", "th"})
# Names and terms of a few words stand in such languages as they are; more are another language.
_MOST_PLAIN_WORDS = 2
# Languages whose function words are known. Chinese has its own script.
_WITH_FUNCTION_WORDS = ("en", "vi")
_NEUTRAL = analyzer_for("und")


class Vocabulary(Protocol):
    """The articles of one locale, as far as their words go."""

    @property
    def locale(self) -> str:
        """BCP 47 tag."""
        ...

    @property
    def reader(self) -> IndexReader:
        """Knows the words of the articles."""
        ...


class Guess(NamedTuple):
    """A locale and how likely its language is the query's, 0 to 1."""

    locale: str
    confidence: float


class Part(NamedTuple):
    """A word of the query, or a run of a script without spaces.

    start, end  offsets into the cleaned query
    weights     what it says for each locale, in nats; 0 where no article holds it
    """

    start: int
    end: int
    weights: dict[str, float]


class Reading(NamedTuple):
    """What the words of a query say about its language.

    text      the query, cleaned and cut
    parts     its words
    guesses   all locales, likeliest first
    own       the reader's locale, or None when it has no articles
    is_whole  whether `text` is all of the query, and not the beginning of a message
    is_own    whether it has letters that of all these languages only the reader's is written with
    """

    text: str
    parts: tuple[Part, ...]
    guesses: tuple[Guess, ...]
    own: str | None
    is_whole: bool = True
    is_own: bool = False

    @property
    def is_clear(self) -> bool:
        """Whether the query is another language's than the reader's."""
        if self.is_own or not self.guesses:
            return False
        first, confidence = self.guesses[0]
        is_another = self.own is None or _language(first) != _language(self.own)
        return is_another and confidence >= CLEAR

    @property
    def is_foreign(self) -> bool:
        """Whether other locales know more of the query: all of it, or a word that is not here."""
        return self.is_clear or any(
            part.weights and self.own not in part.weights for part in self.parts
        )

    def is_held_by(self, locale: str) -> bool:
        """Whether a locale knows every word of the query."""
        return all(locale in part.weights for part in self.parts)


def is_at_home(tokens: Sequence[Token], own: Vocabulary) -> bool:
    """Whether the reader's locale holds every word, and none is another language's function word.

    tokens  of the query, by the locale's own analyzer

    The usual case, and all that is looked at then.
    """
    analyzer = analyzer_for(own.locale)
    find = own.reader.find
    tokens = tokens[:MAX_WORDS]
    is_long = len(tokens) > _MOST_PLAIN_WORDS
    if is_long and analyzer.language in _WITH_OWN_SCRIPT and not any(t.is_char for t in tokens):
        return False
    for token in tokens:
        if token.is_char:
            if analyzer.language not in _languages_of(token.exact):
                return False
            continue
        if _is_function_word_elsewhere(token.exact, analyzer.language):
            return False
        accented = analyzer.is_vietnamese and not token.exact.isascii()
        if not find(*(("exact", token.exact) if accented else ("loose", token.loose))).documents:
            return False
    return True


def is_foreign_to(text: str, analyzer: Analyzer, reader: IndexReader) -> bool:
    """Whether `text` speaks for another language as much as for the one of these articles.

    Told by letters and function words alone, for whoever knows no other locale's articles. A word
    that cannot be Vietnamese counts for another language too, but is not enough: it may be a name.
    """
    own = foreign = odd = 0
    for _, run, is_chars in list(_NEUTRAL.runs(_cleaned(text)))[:MAX_WORDS]:
        word = run.lower()
        languages = _languages_of(word)
        size = len(word) if is_chars else 1
        if analyzer.language in languages or _is_function_word(word, analyzer.language):
            own += size
        elif languages:
            foreign += size
        elif analyzer.is_vietnamese and not word.isascii():
            own += 1
        elif _is_function_word_elsewhere(word, analyzer.language):
            # A word of one language may be a common syllable of another.
            held = reader.frequency("loose", fold(word)) >= _COMMON * reader.passages
            own, foreign = own + held, foreign + (not held)
        elif analyzer.is_vietnamese and word.isalpha() and word not in _plain_syllables():
            odd += 1
    # With diacritics it is Vietnamese whatever else it holds.
    odd = odd if text.isascii() else 0
    return foreign > 0 and foreign + odd >= own


def read_language(text: str, own: Vocabulary | None, others: Sequence[Vocabulary]) -> Reading:
    """Return in which of the locales `text` is written, as far as can be told."""
    cleaned = _cleaned(text)
    known = [own, *others] if own is not None else list(others)
    parts: list[Part] = []
    totals = {vocabulary.locale: 0.0 for vocabulary in known}
    if own is not None:
        totals[own.locale] = _OWN
    for start, run, is_chars in list(_NEUTRAL.runs(cleaned))[:MAX_WORDS]:
        weights = {v.locale: weight for v in known if (weight := _weight(run, is_chars, v))}
        parts.append(Part(start, start + len(run), weights))
        # Numbers and codes are of no language.
        if not any(char.isdigit() for char in run):
            for locale, weight in weights.items():
                totals[locale] += weight
    return Reading(
        cleaned,
        tuple(parts),
        _guesses(totals),
        own.locale if own else None,
        is_whole=len(cleaned) < MAX_CHARACTERS,
        is_own=own is not None and _is_written_in(cleaned, own, others),
    )


def _is_written_in(text: str, own: Vocabulary, others: Sequence[Vocabulary]) -> bool:
    """Whether a word's letters are typical of the reader's language, and of no other that is here.

    Chinese characters do not tell Chinese from Japanese.
    """
    language = _language(own.locale)
    rest = {_language(each.locale) for each in others} - {language}
    return any(
        language in languages and rest.isdisjoint(languages)
        for languages in map(_languages_of, text.split())
    )


def without_others_words(reading: Reading, locale: str) -> str:
    """Return the part of a mixed query that a locale can answer.

    That is the query without words that only other locales hold, but only if some word, and not a
    single letter or character, is more this locale's than any other's. Else, and where quotes ask
    for the very words, it is all of the query.
    """
    text = reading.text
    if any(quote in text for quote in '"“「『') or not _is_mixed(reading.parts, locale):
        return text
    for part in reading.parts:
        if part.weights and locale not in part.weights:
            text = text[: part.start] + " " * (part.end - part.start) + text[part.end :]
    return text


def _is_mixed(parts: Sequence[Part], locale: str) -> bool:
    return any(
        part.weights.get(locale, 0.0) >= max(part.weights.values(), default=0.0) > 0
        for part in parts
        if part.end - part.start > 1
    )


def _guesses(totals: dict[str, float]) -> tuple[Guess, ...]:
    """Return the locales by what speaks for them; those of one language do not compete."""
    if not totals:
        return ()
    most = max(totals.values())
    by_language: dict[str, float] = {}
    for locale, total in totals.items():
        language = _language(locale)
        by_language[language] = max(by_language.get(language, 0.0), exp(total - most))
    whole = sum(by_language.values())
    # Python sorts stably: in doubt the reader's own locale comes first, the others by name.
    ordered = sorted(totals.items(), key=lambda row: -row[1])
    return tuple(Guess(locale, exp(total - most) / whole) for locale, total in ordered)


def _weight(run: str, is_chars: bool, vocabulary: Vocabulary) -> float:
    """Return what a word or a run of characters says for a locale, 0 for nothing."""
    known = vocabulary.reader.weights
    weight = known.get(run)
    if weight is None:
        weight = known.keep(run, _weighed(run, is_chars, vocabulary))
    return weight


def _weighed(run: str, is_chars: bool, vocabulary: Vocabulary) -> float:
    analyzer = analyzer_for(vocabulary.locale)
    is_written_so = analyzer.language in _languages_of(run)
    weight = _SCRIPT if is_written_so else 0.0
    if is_written_so and is_chars and analyzer.language == "zh":
        is_traditional = to_simplified(run) != run
        weight += _VARIANT if is_traditional == ("Hant" in vocabulary.locale) else 0.0
    return weight + sum(
        _said_by(*term, analyzer, vocabulary) for term in _terms(run, is_chars, analyzer)
    )


def _said_by(stream: str, term: str, analyzer: Analyzer, vocabulary: Vocabulary) -> float:
    """Return what a term says for a locale, 0 where no article holds it."""
    reader = vocabulary.reader
    documents = reader.frequency(stream, term)
    rate = documents / max(1, reader.passages + reader.articles)
    if analyzer.language in _WITH_FUNCTION_WORDS and is_stop_word(term, analyzer.language):
        return _HELD + _PER_RATE * log(1 + max(rate, _FUNCTION_RATE) / _RATE_FLOOR)
    # A single article may quote a word of any language.
    return documents / (documents + 1) * (_HELD + _PER_RATE * log(1 + rate / _RATE_FLOOR))


def _terms(run: str, is_chars: bool, analyzer: Analyzer) -> list[tuple[str, str]]:
    """Return the terms that a word or a run of characters is looked up by."""
    if is_chars:
        tokens = analyzer.tokens(run)[:MAX_WORDS]
        pairs = [("pair", b.pair(a)) for a, b in pairwise(tokens)]
        return pairs or [("exact", tokens[0].exact)]
    exact, loose = analyzer.word(run)
    if not (exact and loose):
        return []
    return [("loose", loose) if analyzer.is_vietnamese and exact.isascii() else ("exact", exact)]


@lru_cache(maxsize=4_096)
def _languages_of(run: str) -> frozenset[str]:
    """Return the languages that a word's letters are typical of; none for plain Latin ones."""
    if run.isascii():
        return _NONE
    return next((names for letters, names in _SCRIPTS if letters.search(run)), _NONE)


@lru_cache(maxsize=4_096)
def _is_function_word_elsewhere(word: str, language: str) -> bool:
    others = (other for other in _WITH_FUNCTION_WORDS if other != language)
    return not _is_function_word(word, language) and any(is_stop_word(word, o) for o in others)


def _is_function_word(word: str, language: str) -> bool:
    # Chinese counts English ones as its own, which is right for weights but not here.
    return language in _WITH_FUNCTION_WORDS and is_stop_word(word, language)


@cache
def _plain_syllables() -> frozenset[str]:
    """Return all Vietnamese syllables without their diacritics."""
    return frozenset(fold(initial + rhyme) for initial in INITIALS for rhyme in RHYMES)


def _cleaned(text: str) -> str:
    """Return the beginning of a query, cleaned; of a pasted message no more is read."""
    return " ".join(tidy_query(text[: 4 * MAX_CHARACTERS]).split())[:MAX_CHARACTERS]


def _language(locale: str) -> str:
    return locale.partition("-")[0].lower()
