"""Find what an article is about, as a query that other articles can be scored by.

The words with the largest tf-idf, title and questions counting three times: the same scores
that answer a customer also say which articles are near each other.
"""

from collections import Counter
from collections.abc import Callable, Sequence

from kb.queries.query import ParsedQuery, Slot, Term
from kb.segments.found import Found
from kb.segments.passages import Passage
from kb.segments.records import Head
from kb.words.analysis import Analyzer
from kb.words.stopwords import is_stop_word

LIKENESS_TERMS = 25
TITLE_COUNT = 3


def likeness(
    head: Head,
    passages: Sequence[Passage],
    analyzer: Analyzer,
    find: Callable[[str, str], Found],
) -> ParsedQuery:
    """Return the query that stands for an article's subject."""
    counts: Counter[tuple[str, str]] = Counter()
    for text in (head.summary.title, *head.questions):
        _count(counts, text, analyzer, TITLE_COUNT)
    for passage in passages:
        _count(counts, passage.text, analyzer, 1)
    worth = {key: count**0.5 * find(*key).idf for key, count in counts.items()}
    best = sorted(worth, key=lambda key: (-worth[key], key))[:LIKENESS_TERMS]
    slots = (Slot((Term(*key),), weight=counts[key] ** 0.5) for key in best)
    return ParsedQuery(text=head.summary.title, slots=tuple(slots))


def _count(counts: Counter[tuple[str, str]], text: str, analyzer: Analyzer, times: int) -> None:
    """Count words as loose terms and, in scripts without spaces, pairs of characters."""
    tokens = analyzer.tokens(text)
    for i, token in enumerate(tokens):
        if token.loose and not is_stop_word(token.exact, analyzer.language):
            counts["loose", token.loose] += times
        elif token.is_char and token.follows:
            counts["pair", token.pair(tokens[i - 1])] += times
