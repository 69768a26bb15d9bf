"""Choose the words of a pasted message that tell most about what it asks.

A message is more than a search box reads: a mail, a chat, an error with its circumstances. Its
minus signs and quotes mean nothing, and most of its words are about everything. Measured, its
rarest words find as much as all of them do, in a bounded time.
"""

from kb.queries.query import STOP_WEIGHT, ParsedQuery, Term, slots_of, wordiness_of
from kb.segments.reader import IndexReader
from kb.words.analysis import Analyzer, Token
from kb.words.stopwords import is_stop_word

# By measurement (`make evaluate`): with 32 words recall falls by a point, with more it stays.
MOST_TELLING = 64


def shortened(query: ParsedQuery, index: IndexReader, analyzer: Analyzer) -> ParsedQuery:
    """Return the query of a message's most telling words, in the order of the text.

    Repeated words are still there: what stands beside them are other pairs. `kb.queries.expansion`
    takes out what says the same twice.
    """
    tokens = query.tokens
    terms = [_term(token, tokens[i - 1] if i else None) for i, token in enumerate(tokens)]
    worth = {term: _worth(term, index, analyzer) for term in dict.fromkeys(terms)}
    telling = set(sorted(filter(worth.get, worth), key=lambda term: -worth[term])[:MOST_TELLING])
    kept = {i for i, term in enumerate(terms) if term in telling}
    # A pair of characters needs both of them.
    kept |= {i - 1 for i in kept if terms[i].stream == "pair"}
    chosen = tuple(
        # Only what stood side by side is a pair.
        token if i - 1 in kept else token._replace(follows=False)
        for i, token in enumerate(tokens)
        if i in kept
    )
    slots = slots_of(chosen, analyzer)
    return query._replace(tokens=chosen, slots=tuple(slots), wordiness=wordiness_of(slots))


def _term(token: Token, previous: Token | None) -> Term:
    """Return what stands for a word; for a character, the pair that it ends."""
    if not token.is_char:
        return Term("loose", token.loose)
    if previous and token.follows:
        return Term("pair", token.pair(previous))
    return Term("exact", token.exact)


def _worth(term: Term, index: IndexReader, analyzer: Analyzer) -> float:
    """Return what a word tells: its idf, little of it for stop words, 0 for an unknown word."""
    is_stop = is_stop_word(term.text, analyzer.language)
    return index.idf(term.stream, term.text) * (STOP_WEIGHT if is_stop else 1.0)
