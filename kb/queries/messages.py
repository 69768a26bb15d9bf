"""Read the words of a pasted message, and choose those that tell most about what it asks.

A message is more than a search box reads: a mail, a chat, an error with its circumstances. Its
minus signs and quotes mean nothing, and most of its words are about everything. Measured, its
rarest words find as much as all of them do, in a bounded time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import attrgetter

from kb.queries.query import (
    MAX_MESSAGE,
    STOP_WEIGHT,
    ParsedQuery,
    is_message,
    query_of,
)
from kb.segments.reader import IndexReader
from kb.segments.shape import STREAMS
from kb.words.analysis import Analyzer, Token
from kb.words.characters import tidy_query
from kb.words.stopwords import is_stop_word

# By measurement (`make evaluate`): with 32 words recall falls by a point, with more it stays.
MOST_TELLING = 64

_START, _END = attrgetter("start"), attrgetter("end")

# Stream and text of a term.
Key = tuple[str, str]


class Words:
    """The words of a message, read and weighed once for all that is asked with them.

    text    its sentences, cleaned, in a row
    tokens  the words of all of them
    """

    def __init__(self, sentences: Sequence[str], index: IndexReader, analyzer: Analyzer) -> None:
        """Read sentences, which are on one line each."""
        lines = tidy_query("\n".join(sentences)).split("\n")
        # Where each of them begins, and the place after the last one.
        self._starts = [*accumulate((len(line) + 1 for line in lines), initial=0)]
        self.text = " ".join(lines)
        self.tokens = analyzer.tokens(self.text)
        self._worth = Worth(index, analyzer)
        self._analyzer = analyzer

    def read(self) -> list[Token]:
        """Return the words of as much of the message as is searched for."""
        return self.tokens[: bisect_right(self.tokens, MAX_MESSAGE, key=_END)]

    def of(self, sentences: Iterable[int]) -> list[Token]:
        """Return the words of some of the sentences, as if nothing stood between them."""
        tokens: list[Token] = []
        for number in sentences:
            start, end = self._starts[number : number + 2]
            first, after = (bisect_left(self.tokens, place, key=_START) for place in (start, end))
            own = self.tokens[first:after]
            if own:
                # Words follow each other beyond the end of a sentence, characters do not.
                follows = bool(tokens) and not (tokens[-1].is_char or own[0].is_char)
                tokens += (own[0]._replace(follows=follows), *own[1:])
        return tokens

    def told_by(self, text: str) -> float:
        """Return which share of what the whole message tells a part of it does, 0 to 1."""
        whole = self._told(self.read())
        return (
            min(1.0, self._told(self._analyzer.tokens(tidy_query(text))) / whole) if whole else 1.0
        )

    def _told(self, tokens: Sequence[Token]) -> float:
        return sum(self._worth.of(_terms(tokens)).values())

    def query(self, tokens: Sequence[Token], characters: int) -> ParsedQuery:
        """Return the query for some of the words, which are a text of so many characters."""
        if is_message(characters, tokens):
            return _telling(self.text, tokens, self._worth, self._analyzer)
        return query_of(self.text, tokens, self._analyzer)


class Worth:
    """What terms tell in one index: their idf, little of it for stop words, 0 for unknown ones."""

    def __init__(self, index: IndexReader, analyzer: Analyzer) -> None:
        self._index, self._language = index, analyzer.language
        self._known: dict[Key, float] = {}

    def of(self, terms: Iterable[Key]) -> dict[Key, float]:
        """Return the terms that tell anything, each once, in their order."""
        once = dict.fromkeys(terms)
        new = [term for term in once if term not in self._known]
        for stream in STREAMS:
            texts = [text for own, text in new if own == stream]
            for text, idf in zip(texts, self._index.idfs(stream, texts), strict=True):
                is_stop = idf > 0 and is_stop_word(text, self._language)
                self._known[stream, text] = idf * STOP_WEIGHT if is_stop else idf
        return {term: worth for term in once if (worth := self._known[term])}


def shortened(query: ParsedQuery, index: IndexReader, analyzer: Analyzer) -> ParsedQuery:
    """Return the query of a message's most telling words, in the order of the text."""
    return _telling(query.text, query.tokens, Worth(index, analyzer), analyzer)


def _telling(
    text: str, tokens: Sequence[Token], worth_of: Worth, analyzer: Analyzer
) -> ParsedQuery:
    """Return the query of the most telling ones of some words, in the order of the text.

    Repeated words are still there: what stands beside them are other pairs. `kb.queries.expansion`
    takes out what says the same twice.
    """
    terms = _terms(tokens)
    worth = worth_of.of(terms)
    telling = set(sorted(worth, key=worth.__getitem__, reverse=True)[:MOST_TELLING])
    kept = {i for i, term in enumerate(terms) if term in telling}
    # A pair of characters needs both of them.
    kept |= {i - 1 for i in kept if terms[i][0] == "pair"}
    chosen = tuple(
        # Only what stood side by side is a pair.
        token if i - 1 in kept or not token.follows else token._replace(follows=False)
        for i, token in ((i, tokens[i]) for i in sorted(kept))
    )
    return query_of(text, chosen, analyzer)._replace(title="", is_message=True)


def _terms(tokens: Sequence[Token]) -> list[Key]:
    return list(map(_term, tokens, (None, *tokens)))


def _term(token: Token, previous: Token | None) -> Key:
    """Return what stands for a word; for a character, the pair that it ends."""
    if not token.is_char:
        return "loose", token.loose
    if previous and token.follows:
        return "pair", previous.exact + token.exact
    return "exact", token.exact
