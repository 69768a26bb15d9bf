"""Make a segment's arrays of chosen articles; `kb.segments.segment` says what they are.

A segment is a function of its articles alone: they are sorted by key, terms are sorted, and
nothing depends on other segments. Arrays leave as they are made, often in pieces, so that making
a large segment does not take many times its size.
"""

from array import array
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from itertools import chain
from math import inf
from typing import cast
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kb.completing.offers import completion_arrays
from kb.paths import old_name
from kb.queries.spelling import deletions, spelling_stream
from kb.results.titles import title_key
from kb.segments.arrays import Array, Arrays
from kb.segments.batch import NUMBERS, STRINGS, Selection
from kb.segments.inversion import BLOCK_WORDS, Block, Postings, Stream, TokenStream, invert
from kb.segments.records import Head, load_head
from kb.segments.shape import FIELDS
from kb.segments.strings import add_strings, offsets_of, pack_bytes, strings_of
from kb.words.analysis import Analyzer

# Takes a piece of an array; pieces of one name follow each other.
Sink = Callable[[str, Array], None]


@dataclass(frozen=True, slots=True)
class FieldPostings:
    """One field's inverted list, or a piece of it, for an engine that keeps postings of its own.

    terms    ascending in UTF-8 order
    offsets  postings of terms[i] are docs[offsets[i]:offsets[i + 1]], ascending
    counts   how often the document holds the term
    lengths  number of words of the field by document, 0 where there is none; also in a piece
    """

    terms: Sequence[bytes]
    offsets: NDArray[np.int64]
    docs: NDArray[np.int32]
    counts: NDArray[np.int32]
    lengths: NDArray[np.int32]


# A field's name and a piece of it.
Piece = tuple[str, FieldPostings]


@dataclass(frozen=True, slots=True)
class Built:
    """A segment: its arrays, and the same postings field by field.

    keys    the article's key by document (a head, then its passages)
    fields  by name, those of kb.segments.shape.FIELDS that any document has
    """

    arrays: dict[str, Array]
    keys: Sequence[str]
    fields: dict[str, FieldPostings]


def make_segment(chosen: Selection, analyzer: Analyzer, at_once: int = BLOCK_WORDS) -> Built:
    """Return the segment of some articles, one at least; `at_once` as for SegmentMaker."""
    pieces: dict[str, list[Array]] = {}

    def add(name: str, piece: Array) -> None:
        pieces.setdefault(name, []).append(piece)

    making = SegmentMaker(chosen, analyzer, add, at_once)
    fields: dict[str, list[FieldPostings]] = {}
    for name, piece in making.fields():
        fields.setdefault(name, []).append(piece)
    return Built(
        {name: np.concatenate(some) for name, some in pieces.items()},
        making.keys,
        {name: _joined(fields[name]) for name in FIELDS if name in fields},
    )


def _joined(pieces: Sequence[FieldPostings]) -> FieldPostings:
    sizes = np.concatenate([np.diff(piece.offsets) for piece in pieces])
    return FieldPostings(
        [term for piece in pieces for term in piece.terms],
        offsets_of(sizes),
        np.concatenate([piece.docs for piece in pieces]),
        np.concatenate([piece.counts for piece in pieces]),
        pieces[0].lengths,
    )


class SegmentMaker:
    """Makes the segment of some articles, one at least: read `fields` to their end.

    keys  the article's key by document (a head, then its passages)
    """

    def __init__(
        self, chosen: Selection, analyzer: Analyzer, add: Sink, at_once: int = BLOCK_WORDS
    ) -> None:
        """Have `add` take what is made; at_once: how many words to sort at once."""
        self._chosen = chosen
        self._analyzer = analyzer
        self._add = add
        self._at_once = at_once
        self._passages = chosen.numbers("passages_count").astype(np.int64)
        self.keys = [
            key
            for key, passages in zip(chosen.keys, self._passages.tolist(), strict=True)
            for _ in range(passages + 1)
        ]

    def fields(self) -> Iterator[Piece]:
        """Yield the fields of the segment by name, in pieces; meanwhile the arrays leave.

        Pieces of one field follow each other in the order of their terms.
        """
        self._add_articles()
        counts = {name: self._chosen.numbers(name) for name in NUMBERS if name.endswith("_count")}
        words = self._token_stream(counts)
        self._add("word", words.numbers)
        for name in ("word_start", "word_end", "word_follows"):
            self._add(name, self._chosen.numbers(name))
        self._add("loose_of", words.loose_of)
        writer = _PostingsWriter(self._add)
        yield from chain.from_iterable(map(writer.write, invert(words)))
        writer.finish()
        spelling = words.exact if spelling_stream(self._analyzer) == "exact" else words.loose
        del words
        blob, at = self._chosen.strings("article", "heads")
        heads = [load_head(blob[at[i] : at[i + 1]].tobytes()) for i in range(len(self._chosen))]
        for made in (
            _attributes(heads, counts),
            _tables(heads, self._analyzer),
            _spelling(spelling),
            completion_arrays(heads, self._analyzer),
        ):
            for name, whole in made.items():
                self._add(name, whole)

    def _add_articles(self) -> None:
        """Add what is taken over from the articles as it is, but for their words."""
        for kind, names in STRINGS.items():
            for name in names:
                blob, at = self._chosen.strings(kind, name)
                self._add(name, blob)
                self._add(f"{name}_at", at)
        for name, kind in NUMBERS.items():
            if kind != "word":
                self._add(name, self._chosen.numbers(name))

    def _token_stream(self, counts: Mapping[str, Array]) -> TokenStream:
        vocabulary, _ = self._chosen.vocabulary
        looses = sorted({stem for _, stem in vocabulary if stem})
        place = {stem: i for i, stem in enumerate(looses)} | {"": -1}
        passages = self._passages
        article_of_text = np.repeat(np.arange(len(passages)), counts["texts_count"])
        head_document = np.cumsum(passages + 1) - passages - 1
        is_head = np.zeros(int(passages.sum()) + len(passages), dtype=bool)
        is_head[head_document] = True
        passage_of_text = self._chosen.numbers("text_passage")
        return TokenStream(
            exact=[term for term, _ in vocabulary],
            loose=looses,
            loose_of=np.array([place[stem] for _, stem in vocabulary], dtype=np.int32),
            numbers=self._chosen.words(),
            follows=self._chosen.numbers("word_follows").astype(bool),
            text_first=offsets_of(counts["words_count"]),
            part=self._chosen.numbers("text_part"),
            document=(head_document[article_of_text] + 1 + passage_of_text).astype(np.int32),
            is_head=is_head,
            article=(np.cumsum(is_head) - 1).astype(np.int32),
            at_once=self._at_once,
        )


def batch_of(arrays: Arrays) -> Arrays:
    """Return a segment's articles as a batch again."""
    terms = strings_of(arrays, "terms")
    exact, loose, _ = arrays["stream_end"].tolist()
    batch: dict[str, Array] = {}
    add_strings(batch, "exact", [terms[i] for i in range(exact)])
    loosely = [terms[i] for i in range(exact, loose)]
    add_strings(
        batch,
        "loose_of_exact",
        [loosely[i] if i >= 0 else "" for i in arrays["loose_of"].tolist()],
    )
    # Nothing is copied: what a segment's file holds is read when it is asked for.
    return ChainMap(batch, cast(dict[str, Array], arrays))


def _pieces(stream: Stream, block: Block, terms: Sequence[bytes]) -> Iterator[Piece]:
    """Yield the fields of some terms of a stream."""
    for rows in block.fields:
        first = np.flatnonzero(np.diff(rows.term, prepend=np.int32(-1)))
        numbers = rows.term[first] - block.postings.terms.start
        yield (
            f"{rows.part}_{stream.name}",
            FieldPostings(
                [terms[number] for number in numbers.tolist()],
                np.append(first, len(rows.term)).astype(np.int64),
                rows.document,
                rows.count,
                rows.lengths,
            ),
        )


class _PostingsWriter:
    """Puts the postings of all streams in a row, and makes a table to find terms by hash."""

    def __init__(self, add: Sink) -> None:
        self._add = add
        self._terms = self._characters = self._postings = 0
        # Articles need not have a word.
        self._hashes: list[NDArray[np.uint32]] = [np.zeros(0, np.uint32)]
        for name, empty in _POSTING_ARRAYS.items():
            add(name, empty)

    def write(self, stream: Stream) -> Iterator[Piece]:
        """Add a stream's terms and their postings, and yield the fields of each block."""
        seed = crc32(stream.name.encode())
        for block in stream.blocks():
            some = block.postings.terms
            terms = [
                term.encode("utf-8", "replace") for term in stream.terms[some.start : some.stop]
            ]
            blob, ends = pack_bytes(terms)
            self._add("terms", blob)
            self._add("terms_at", ends[1:] + self._characters)
            self._characters += len(blob)
            self._terms += len(terms)
            hashes = (crc32(term, seed) for term in terms)
            self._hashes.append(np.fromiter(hashes, np.uint32, len(terms)))
            self._write_postings(block.postings)
            yield from _pieces(stream, block, terms)
        self._add("stream_end", np.array([self._terms], dtype=np.int64))

    def _write_postings(self, postings: Postings) -> None:
        ends = np.cumsum(postings.sizes)
        self._add("posting_at", ends + self._postings)
        self._postings += len(postings.places)
        self._add("posting_place", postings.places)
        self._add("posting_gain", postings.gains)
        self._add("posting_parts", postings.parts)
        self._add("term_heads", postings.in_heads)
        self._add("term_articles", postings.in_articles)

    def finish(self) -> None:
        """Add the table of hashes."""
        hashes, numbers = _sorted_hashes(np.concatenate(self._hashes))
        self._add("term_hash", hashes)
        self._add("term_of_hash", numbers)


_POSTING_ARRAYS: dict[str, Array] = {
    "terms": np.zeros(0, np.uint8),
    "terms_at": np.zeros(1, np.int64),
    "stream_end": np.zeros(0, np.int64),
    "posting_at": np.zeros(1, np.int64),
    "posting_place": np.zeros(0, np.int32),
    "posting_gain": np.zeros(0, np.float32),
    "posting_parts": np.zeros(0, np.uint8),
    "term_heads": np.zeros(0, np.int32),
    "term_articles": np.zeros(0, np.int32),
}


def _attributes(heads: Sequence[Head], counts: Mapping[str, Array]) -> dict[str, Array]:
    arrays: dict[str, Array] = {}
    summaries = [head.summary for head in heads]
    arrays["boost"] = np.array([summary.boost for summary in summaries], dtype=np.float32)
    arrays["found"] = np.array([not summary.exclude for summary in summaries], dtype=np.uint8)
    ends = [s.expire_at.astimezone(UTC).timestamp() if s.expire_at else inf for s in summaries]
    arrays["expiry"] = np.array(ends, dtype=np.float64)
    # 0 stands for never: no date has that ordinal.
    checked = [s.verified_on.toordinal() if s.verified_on else 0 for s in summaries]
    arrays["verified_on"] = np.array(checked, dtype=np.int32)
    arrays["verify_every"] = np.array([s.verify_every for s in summaries], dtype=np.int32)
    arrays["internal"] = np.array([s.audience != "public" for s in summaries], dtype=np.uint8)
    add_strings(arrays, "titles", [summary.title for summary in summaries])
    topics = sorted({summary.topic for summary in summaries})
    add_strings(arrays, "topics", topics)
    number = {topic: i for i, topic in enumerate(topics)}
    arrays["topic"] = np.array([number[summary.topic] for summary in summaries], dtype=np.int32)
    for name in ("passage", "text", "word", "sentence"):
        arrays[f"{name}_first"] = offsets_of(counts[f"{name}s_count"])
    return arrays


def _tables(heads: Sequence[Head], analyzer: Analyzer) -> dict[str, Array]:
    """Return what articles are looked up by, each sorted, with the article beside it."""
    arrays: dict[str, Array] = {}
    tables: dict[str, Iterable[tuple[str, int]]] = {
        "alias": ((old_name(alias), i) for i, head in enumerate(heads) for alias in head.aliases),
        "family": ((head.summary.translation_key, i) for i, head in enumerate(heads)),
        "title": (
            (title_key(analyzer.tokens(head.summary.title)), i) for i, head in enumerate(heads)
        ),
    }
    for name, rows in tables.items():
        ordered = sorted(row for row in rows if row[0])
        add_strings(arrays, name, [text for text, _ in ordered])
        arrays[f"{name}_article"] = np.array([i for _, i in ordered], dtype=np.int32)
    return arrays


def _spelling(terms: Sequence[str]) -> dict[str, Array]:
    """Return, for each word, the hashes of all that one deletion makes of it."""
    hashes, numbers = array("L"), array("i")
    for number, term in enumerate(terms):
        shorter = [crc32(short.encode()) for short in deletions(term)]
        hashes.extend(shorter)
        numbers.extend([number] * len(shorter))
    found, order = _sorted_hashes(np.array(hashes, dtype=np.uint32))
    return {"deletion_hash": found, "deletion_term": np.array(numbers, dtype=np.int32)[order]}


def _sorted_hashes(hashes: NDArray[np.uint32]) -> tuple[NDArray[np.uint32], NDArray[np.int32]]:
    order = np.argsort(hashes, kind="stable")
    return hashes[order], order.astype(np.int32)
