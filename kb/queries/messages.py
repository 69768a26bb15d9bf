"""Read the words of a pasted message, and choose those that tell most about what it asks.

A message is more than a search box reads: a mail, a chat, an error with its circumstances. Its
minus signs and quotes mean nothing, and most of its words are about everything. Measured, its
rarest words find as much as all of them do, in a bounded time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from operator import attrgetter
from typing import NamedTuple

from kb.queries.query import (
    MAX_MESSAGE,
    STOP_WEIGHT,
    ParsedQuery,
    is_message,
    query_of,
    slots_of,
    wordiness_of,
)
from kb.segments.reader import IndexReader
from kb.segments.shape import STREAMS
from kb.words.analysis import Analyzer, Token
from kb.words.characters import tidy_query
from kb.words.stopwords import is_stop_word

# By measurement (`make evaluate`): with 32 words recall falls by a point, with more it stays.
MOST_TELLING = 64

_START, _END = attrgetter("start"), attrgetter("end")


class Words(NamedTuple):
    """The words of a message, read once for all that is asked with them.

    text    its sentences, cleaned, in a row
    starts  where each of them begins in the text, and the place after the last one
    tokens  the words of all of them
    """

    text: str
    starts: Sequence[int]
    tokens: Sequence[Token]
    analyzer: Analyzer

    def whole(self) -> ParsedQuery:
        """Return the query for all that is read of the message."""
        read = bisect_right(self.tokens, MAX_MESSAGE, key=_END)
        return self._query(self.tokens[:read], len(self.text))

    def of(self, sentences: Iterable[int]) -> ParsedQuery:
        """Return the query for some of the sentences, as if nothing stood between them."""
        tokens: list[Token] = []
        characters = 0
        for number in sentences:
            start, end = self.starts[number : number + 2]
            characters += end - start
            first, after = (bisect_left(self.tokens, place, key=_START) for place in (start, end))
            own = self.tokens[first:after]
            if own:
                # Words follow each other beyond the end of a sentence, characters do not.
                follows = bool(tokens) and not (tokens[-1].is_char or own[0].is_char)
                tokens += (own[0]._replace(follows=follows), *own[1:])
        return self._query(tokens, characters - 1)

    def _query(self, tokens: Sequence[Token], characters: int) -> ParsedQuery:
        if is_message(characters, tokens):
            return ParsedQuery(self.text, (), tokens=tuple(tokens), is_message=True)
        return query_of(self.text, tokens, self.analyzer)


def words_of(sentences: Sequence[str], analyzer: Analyzer) -> Words:
    """Return the words of a message's sentences, which are on one line each."""
    lines = tidy_query("\n".join(sentences)).split("\n")
    starts = [*accumulate((len(line) + 1 for line in lines), initial=0)]
    text = " ".join(lines)
    return Words(text, starts, analyzer.tokens(text), analyzer)


def shortened(query: ParsedQuery, index: IndexReader, analyzer: Analyzer) -> ParsedQuery:
    """Return the query of a message's most telling words, in the order of the text.

    Repeated words are still there: what stands beside them are other pairs. `kb.queries.expansion`
    takes out what says the same twice.
    """
    tokens = query.tokens
    terms = list(map(_term, tokens, (None, *tokens)))
    worth = _worth(terms, index, analyzer)
    known = sorted(filter(worth.get, worth), key=worth.__getitem__, reverse=True)
    telling = set(known[:MOST_TELLING])
    kept = {i for i, term in enumerate(terms) if term in telling}
    # A pair of characters needs both of them.
    kept |= {i - 1 for i in kept if terms[i][0] == "pair"}
    chosen = tuple(
        # Only what stood side by side is a pair.
        token if i - 1 in kept or not token.follows else token._replace(follows=False)
        for i, token in ((i, tokens[i]) for i in sorted(kept))
    )
    slots = slots_of(chosen, analyzer)
    return query._replace(tokens=chosen, slots=tuple(slots), wordiness=wordiness_of(slots))


def _term(token: Token, previous: Token | None) -> tuple[str, str]:
    """Return stream and text of what stands for a word; for a character, the pair that it ends."""
    if not token.is_char:
        return "loose", token.loose
    if previous and token.follows:
        return "pair", previous.exact + token.exact
    return "exact", token.exact


def _worth(
    terms: Iterable[tuple[str, str]], index: IndexReader, analyzer: Analyzer
) -> dict[tuple[str, str], float]:
    """Return what each term tells: its idf, little of it for stop words, 0 for an unknown word."""
    worth = dict.fromkeys(terms, 0.0)
    for stream in STREAMS:
        texts = [text for own, text in worth if own == stream]
        for text, idf in zip(texts, index.idfs(stream, texts), strict=True):
            if idf:
                is_stop = is_stop_word(text, analyzer.language)
                worth[stream, text] = idf * STOP_WEIGHT if is_stop else idf
    return worth
