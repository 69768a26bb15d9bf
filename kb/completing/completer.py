"""Complete what is typed over all segments of an index as over one.

What is offered, and in which order, does not depend on how the articles are spread over segments.
"""

from collections.abc import Iterator, Sequence
from heapq import merge

from kb.completing.completion import Offered, Part, completions, marked, typed_words
from kb.completing.offers import Entry, Mask, Rank, folded
from kb.search import Completion
from kb.segments.reader import IndexReader
from kb.segments.segment import Segment
from kb.words.analysis import Analyzer


def complete(
    text: str, limit: int, reader: IndexReader, analyzer: Analyzer, visible: Mask
) -> tuple[Completion, ...]:
    """Return what the typed text may become, best first.

    visible  by number of the article, which ones may be offered
    """
    typed = typed_words(text, analyzer)
    if not typed.words:
        return ()
    parts = [_part(segment, visible) for segment in reader.segments]
    found: dict[tuple[int, tuple[str, ...]], Completion] = {}
    for marks, offered in completions(typed, parts, found.__len__):
        for segment, entry in _in_order(reader.segments, offered):
            # The same text of the same article is offered once.
            tokens = analyzer.tokens(entry.text)
            words = tuple(map(folded, tokens))
            same = segment.first_article + entry.article, words
            if same not in found:
                html = marked(entry.text, tokens, words, marks)
                found[same] = _completion(segment, entry, html)
            if len(found) == limit:
                return tuple(found.values())
    return tuple(found.values())


def _part(segment: Segment, visible: Mask) -> Part:
    first = segment.first_article
    return segment.offers, visible[first : first + segment.articles]


def _in_order(
    segments: Sequence[Segment], offered: Sequence[Offered]
) -> Iterator[tuple[Segment, Entry]]:
    """Yield what the segments offer, best first."""
    for _, _, segment, entry in merge(*map(_keyed, segments, offered), key=lambda row: row[:2]):
        yield segment, entry


def _keyed(segment: Segment, offered: Offered) -> Iterator[tuple[Rank, str, Segment, Entry]]:
    """Yield what a segment offers with the key of the article.

    Equal texts of different articles stand by their keys, whatever segment they are in.
    """
    for rank, entry in offered:
        yield rank, segment.keys[entry.article], segment, entry


def _completion(segment: Segment, entry: Entry, html: str) -> Completion:
    key, title = segment.keys[entry.article], segment.titles[entry.article]
    slug = key.partition("/")[2]
    return Completion(entry.text, html, entry.kind, key, slug, title, entry.anchor)
