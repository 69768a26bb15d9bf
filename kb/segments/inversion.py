"""Turn the words of texts, in their order, into postings: for each term, where it is found.

Everything is done with whole arrays, so that millions of words take seconds, and for a few terms
at a time, so that they do not take a gigabyte.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.segments.bm25 import gains
from kb.segments.shape import PARTS
from kb.words.analysis import MAX_TERM, PAIR_JOINER

Ints = NDArray[np.int32]

# So many words are sorted at once: each takes some hundred bytes meanwhile.
BLOCK_WORDS = 125_000
# A part is a number below this one.
_PARTS = 8


@dataclass(frozen=True, slots=True)
class TokenStream:
    """All words of a segment in a row, by article, text after text.

    exact      terms of the exact stream, sorted
    loose      terms of the loose stream, sorted
    loose_of   number of the loose term by number of the exact one; -1 for single characters
    numbers    number of each word's exact term
    follows    whether a word and the one before it are a pair
    text_first number of each text's first word, and the number of words
    part       place in kb.segments.shape.PARTS, by text
    document   document, by text
    is_head    whether it is a head, by document
    article    number of its article, by document
    at_once    how many words are sorted at once
    """

    exact: Sequence[str]
    loose: Sequence[str]
    loose_of: Ints
    numbers: Ints
    follows: NDArray[np.bool_]
    text_first: NDArray[np.int64]
    part: NDArray[np.uint8]
    document: Ints
    is_head: NDArray[np.bool_]
    article: Ints
    at_once: int = BLOCK_WORDS


@dataclass(frozen=True, slots=True)
class FieldRows:
    """One part's postings of some terms of one stream: rows sorted by term and document.

    term, document, count  by row
    lengths                number of words by document
    """

    part: str
    term: Ints
    document: Ints
    count: Ints
    lengths: Ints


@dataclass(frozen=True, slots=True)
class Postings:
    """The postings of some terms of one stream, over all parts.

    terms      numbers of the terms
    sizes      how many postings each term has in the arrays below
    places     per term: the passages that hold it, the heads that do, and the articles that do,
               each ascending; heads and articles are numbered on after the passages
    gains      BM25 without idf, summed over the parts of the document; 1 for articles
    parts      bit p says whether the document has the term in part p; 0 for articles
    in_heads   how many heads hold each term
    in_articles how many articles do
    """

    terms: range
    sizes: NDArray[np.int64]
    places: Ints
    gains: NDArray[np.float32]
    parts: NDArray[np.uint8]
    in_heads: Ints
    in_articles: Ints


@dataclass(frozen=True, slots=True)
class Block:
    """All about some terms of one stream, which follow each other.

    fields  the postings of each part that has any
    """

    postings: Postings
    fields: Sequence[FieldRows]


def invert(words: TokenStream) -> Iterator["Stream"]:
    """Yield the streams of terms."""
    yield Stream("exact", words.exact, words, words.numbers)
    yield Stream("loose", words.loose, words, words.loose_of[words.numbers])
    terms, numbers = _pairs(words)
    yield Stream("pair", terms, words, numbers)


def _pairs(words: TokenStream) -> tuple[list[str], Ints]:
    """Return the sorted pair terms and the number of the pair that each word ends, or -1."""
    known = np.zeros(0, np.int64)
    for _, pairs in _pair_blocks(words):
        known = np.union1d(known, pairs)
    terms, ranks = _spelled(words, known)
    numbers = np.full(len(words.numbers), -1, dtype=np.int32)
    for ends, pairs in _pair_blocks(words):
        numbers[ends] = ranks[np.searchsorted(known, pairs)]
    return terms, numbers


def _pair_blocks(words: TokenStream) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the places of words that end pairs, and both terms of each pair as one number."""
    first = len(words.loose)
    sides = np.where(words.loose_of >= 0, words.loose_of, np.arange(len(words.exact)) + first)
    for start in range(0, len(words.numbers), words.at_once):
        ends = np.flatnonzero(words.follows[start : start + words.at_once]) + start
        left, right = sides[words.numbers[ends - 1]], sides[words.numbers[ends]]
        yield ends, left << 32 | right


def _spelled(words: TokenStream, pairs: NDArray[np.int64]) -> tuple[list[str], Ints]:
    """Return the sorted terms of pairs and the place of each pair's term among them."""
    first = len(words.loose)

    def spell(left: int, end: int) -> str:
        if left >= first:
            return words.exact[left - first] + words.exact[end - first]
        return (words.loose[left] + PAIR_JOINER + words.loose[end])[:MAX_TERM]

    spelled = [spell(pair >> 32, pair & 0xFFFFFFFF) for pair in pairs.tolist()]
    terms: list[str] = []
    ranks = np.zeros(len(spelled), dtype=np.int32)
    for number in sorted(range(len(spelled)), key=spelled.__getitem__):
        # Long words may have been cut to the same pair.
        if not terms or terms[-1] != spelled[number]:
            terms.append(spelled[number])
        ranks[number] = len(terms) - 1
    return terms, ranks


@dataclass(slots=True)
class Stream:
    """One stream of terms, sorted, and where they are.

    numbers  each word's term, or -1
    """

    name: str
    terms: Sequence[str]
    words: TokenStream
    numbers: Ints

    def blocks(self) -> Iterator[Block]:
        """Yield all terms, in their order, with what they are found in."""
        words, documents = self.words, len(self.words.is_head)
        lengths = self._lengths()
        place_of_text = words.document * np.int32(_PARTS) + words.part
        for first, end in self._ranges():
            chosen = np.flatnonzero((self.numbers >= first) & (self.numbers < end))
            # One number for term, document and part: sorting it sorts by the three.
            keys = self.numbers[chosen].astype(np.int64)
            keys *= documents * _PARTS
            texts = np.searchsorted(words.text_first, chosen, side="right") - 1
            keys += place_of_text[texts]
            del chosen, texts
            rows, count = _counted(keys)
            del keys
            part = (rows % _PARTS).astype(np.uint8)
            rows //= _PARTS
            document = (rows % documents).astype(np.int32)
            term = (rows // documents).astype(np.int32)
            fields = [
                FieldRows(PARTS[place], term[here], document[here], count[here], lengths[place])
                for place, here in ((place, part == place) for place in range(len(PARTS)))
                if here.any()
            ]
            gain = gains(part, count, lengths[part, document])
            begins = _begins(rows)
            postings = self._grouped(
                range(first, end),
                term=term[begins],
                document=document[begins],
                gain=_reduced(np.add, gain, begins),
                parts=_reduced(np.bitwise_or, np.left_shift(np.uint8(1), part), begins),
            )
            yield Block(postings, fields)

    def _ranges(self) -> Iterator[tuple[int, int]]:
        """Yield ranges of terms, together all, that not too many words are of."""
        first, size = 0, 0
        for number, count in enumerate(self._word_counts().tolist()):
            if size and size + count > self.words.at_once:
                yield first, number
                first, size = number, 0
            size += count
        if first < len(self.terms):
            yield first, len(self.terms)

    def _word_counts(self) -> NDArray[np.int64]:
        """Return how many words are of each term."""
        counts = np.zeros(len(self.terms) + 1, dtype=np.int64)
        for start in range(0, len(self.numbers), BLOCK_WORDS):
            some = self.numbers[start : start + BLOCK_WORDS] + 1
            counts += np.bincount(some, minlength=len(counts))
        return counts[1:]

    def _lengths(self) -> Ints:
        """Return how many words each document has, by part."""
        before = np.zeros(len(self.numbers) + 1, dtype=np.int32)
        np.cumsum(self.numbers >= 0, dtype=np.int32, out=before[1:])
        in_text = np.diff(before[self.words.text_first])
        lengths = np.zeros((len(PARTS), len(self.words.is_head)), dtype=np.int32)
        np.add.at(lengths, (self.words.part, self.words.document), in_text)
        return lengths

    def _grouped(
        self,
        terms: range,
        *,
        term: Ints,
        document: Ints,
        gain: NDArray[np.float32],
        parts: NDArray[np.uint8],
    ) -> Postings:
        """Return the postings, given one row for each term and document, sorted by both."""
        is_head = self.words.is_head
        head, article = is_head[document], self.words.article[document]
        passage = document - np.cumsum(is_head, dtype=np.int32)[document]
        articles = int(is_head.sum())
        first_head = len(is_head) - articles
        # A head comes before its article's passages: here it goes behind all passages.
        holders = _begins(term.astype(np.int64) * len(is_head) + article)
        kinds = np.concatenate([head.astype(np.int64), np.full(len(holders), 2)])
        order = np.argsort(np.concatenate([term, term[holders]]) * 3 + kinds, kind="stable")
        own = article[holders] + first_head + articles
        places = np.concatenate([np.where(head, article + first_head, passage), own])
        filling = len(holders)
        in_passages, in_heads, in_articles = (
            np.bincount(term[chosen] - terms.start, minlength=len(terms))
            for chosen in (~head, head, holders)
        )
        return Postings(
            terms=terms,
            sizes=in_passages + in_heads + in_articles,
            places=places[order].astype(np.int32),
            gains=np.concatenate([gain, np.ones(filling, np.float32)])[order],
            parts=np.concatenate([parts, np.zeros(filling, np.uint8)])[order],
            in_heads=in_heads.astype(np.int32),
            in_articles=in_articles.astype(np.int32),
        )


def _counted(keys: NDArray[np.int64]) -> tuple[NDArray[np.int64], Ints]:
    """Return the different keys, sorted, and how often each is there."""
    keys.sort()
    begins = _begins(keys)
    return keys[begins], np.diff(begins, append=len(keys)).astype(np.int32)


def _begins(keys: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each run of equal keys begins."""
    changes = np.ones(len(keys), dtype=bool)
    np.not_equal(keys[1:], keys[:-1], out=changes[1:])
    return np.flatnonzero(changes)


def _reduced(operation: np.ufunc, values: NDArray[Any], begins: NDArray[np.int64]) -> Any:
    return operation.reduceat(values, begins) if len(begins) else values[:0]
