"""Articles on their way into a segment: all their texts and words as a few long arrays.

A segment is made of any articles of any batches, in the order of their keys. That is also how
segments are merged without analysing anything again: each is a batch once more.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from kb.segments.arrays import Array, Arrays
from kb.segments.documents import Material, Words
from kb.segments.strings import add_strings, offsets_of, pack_bytes, strings_of

_LONGEST = 0xFFFF

# What there is one of for each article, passage, text, sentence and word, in a segment's order.
STRINGS = {
    "article": ("keys", "heads", "renderings"),
    "passage": ("bodies", "headings", "anchors"),
}
NUMBERS = {
    "passages_count": "article",
    "texts_count": "article",
    "sentences_count": "passage",
    "words_count": "text",
    "sentence_start": "sentence",
    "sentence_end": "sentence",
    "text_part": "text",
    "text_passage": "text",
    "word": "word",
    "word_start": "word",
    "word_end": "word",
    "word_follows": "word",
}


class BatchBuilder:
    """Collects articles one after the other."""

    def __init__(self) -> None:
        self._strings: dict[str, list[bytes]] = {
            name: [] for names in STRINGS.values() for name in names
        }
        self._exact: dict[str, int] = {}
        self._loose: list[str] = []
        self._counts = {name: array("i") for name in ("passages", "texts", "sentences", "words")}
        self._sentences = (array("i"), array("i"))
        self._part = bytearray()
        self._passage = array("i")
        self._words = (bytearray(), bytearray(), bytearray(), bytearray())
        self._texts = 0

    def __len__(self) -> int:
        return len(self._strings["keys"])

    @property
    def size(self) -> int:
        """How many bytes the arrays of the batch will have, roughly."""
        return self._texts + 9 * len(self._words[3])

    def add(self, material: Material) -> None:
        """Add an article."""
        strings = self._strings
        strings["keys"].append(material.key.encode())
        strings["heads"].append(material.head)
        strings["renderings"].append(material.rendering)
        strings["bodies"] += material.bodies
        strings["headings"] += material.headings
        strings["anchors"] += material.anchors
        self._texts += sum(map(len, (material.head, material.rendering, *material.bodies)))
        self._counts["passages"].append(len(material.bodies))
        self._counts["sentences"] += material.sentences
        starts, ends = self._sentences
        starts += material.starts
        ends += material.ends
        self._add_words(material.words)

    def _add_words(self, words: Words) -> None:
        here = self._numbers_of(words)
        self._counts["texts"].append(len(words.texts))
        for part, passage, count in words.texts:
            self._part.append(part)
            self._passage.append(passage)
            self._counts["words"].append(count)
        numbers, starts, ends, follows = self._words
        translate = np.array(here, dtype=np.int32)
        numbers += translate[np.frombuffer(words.numbers, np.int32)].tobytes()
        starts += _short(words.starts)
        ends += _short(words.ends)
        follows += words.follows

    def _numbers_of(self, words: Words) -> list[int]:
        """Return the number of each different word, in the batch; new ones get the next."""
        known = self._exact
        new = [place for place, exact in enumerate(words.exact) if exact not in known]
        for place in new:
            known[words.exact[place]] = len(known)
            self._loose.append(words.loose[place])
        return [known[exact] for exact in words.exact]

    def batch(self) -> dict[str, Array]:
        """Return what was collected."""
        arrays: dict[str, Array] = {}
        for name, rows in self._strings.items():
            arrays[name], arrays[f"{name}_at"] = pack_bytes(rows)
        for name, counts in self._counts.items():
            arrays[f"{name}_count"] = np.array(counts, dtype=np.int32)
        arrays["sentence_start"], arrays["sentence_end"] = (
            np.minimum(np.array(offsets, dtype=np.int32), _LONGEST).astype(np.uint16)
            for offsets in self._sentences
        )
        arrays["text_part"] = np.frombuffer(self._part, np.uint8)
        arrays["text_passage"] = np.array(self._passage, dtype=np.int32)
        numbers, starts, ends, follows = self._words
        arrays["word"] = np.frombuffer(numbers, np.int32)
        arrays["word_start"] = np.frombuffer(starts, np.uint16)
        arrays["word_end"] = np.frombuffer(ends, np.uint16)
        arrays["word_follows"] = np.frombuffer(follows, np.uint8)
        add_strings(arrays, "exact", self._exact)
        add_strings(arrays, "loose_of_exact", self._loose)
        return arrays


class Selection:
    """Articles of several batches in the order of their keys, read one array at a time.

    Everything that belongs to an article lies in one piece, so a selection is made of slices.
    """

    def __init__(
        self, batches: Sequence[Arrays], chosen: Sequence[NDArray[np.int64]] | None = None
    ) -> None:
        """Choose the articles with these numbers from each batch; None = all of all."""
        self._batches = batches
        self._firsts = [_firsts(batch) for batch in batches]
        if chosen is None:
            chosen = [firsts["article"][:-1] for firsts in self._firsts]
        self._chosen = chosen
        rows = []
        for number, (batch, articles) in enumerate(zip(batches, chosen, strict=True)):
            keys = strings_of(batch, "keys")
            rows += [(keys.raw(article), number, article) for article in articles.tolist()]
        rows.sort()
        self.keys = [key.decode() for key, _, _ in rows]
        self._runs = list(_runs((number, article) for _, number, article in rows))

    def __len__(self) -> int:
        return len(self.keys)

    def numbers(self, name: str) -> Array:
        """Return an array of NUMBERS, the words by their numbers in their own batch."""
        kind, own = NUMBERS[name], [batch[name] for batch in self._batches]
        return self._sliced(kind, own)

    def strings(self, kind: str, name: str) -> tuple[Array, Array]:
        """Return strings of STRINGS: their bytes, and where each begins."""
        own = [(batch[name], batch[f"{name}_at"]) for batch in self._batches]
        pieces = []
        for number, start, end in self._runs:
            first, (blob, at) = self._firsts[number][kind], own[number]
            pieces.append(blob[at[first[start]] : at[first[end]]])
        lengths = self._sliced(kind, [np.diff(at) for _, at in own])
        return np.concatenate(pieces), offsets_of(lengths)

    @cached_property
    def vocabulary(self) -> tuple[list[tuple[str, str]], list[NDArray[np.int32]]]:
        """The sorted (exact, loose) terms of all words, and each batch's words' places there."""
        ranks: list[NDArray[np.int32]] = []
        used = []
        terms: dict[str, str] = {}
        for batch, firsts, articles in zip(self._batches, self._firsts, self._chosen, strict=True):
            exact, loose = strings_of(batch, "exact"), strings_of(batch, "loose_of_exact")
            is_used = np.zeros(len(exact), dtype=bool)
            words, first = batch["word"], firsts["word"]
            for start, end in zip(
                first[articles].tolist(), first[articles + 1].tolist(), strict=True
            ):
                is_used[words[start:end]] = True
            used.append([(exact[i], i) for i in np.flatnonzero(is_used).tolist()])
            terms.update((term, loose[i]) for term, i in used[-1])
            ranks.append(np.zeros(len(exact), dtype=np.int32))
        ordered = sorted(terms.items())
        place = {term: i for i, (term, _) in enumerate(ordered)}
        for rank, found in zip(ranks, used, strict=True):
            for term, i in found:
                rank[i] = place[term]
        return ordered, ranks

    def words(self) -> NDArray[np.int32]:
        """Return the number in `vocabulary` of each word."""
        _, ranks = self.vocabulary
        own = [rank[b["word"]] for rank, b in zip(ranks, self._batches, strict=True)]
        return self._sliced("word", own)

    def _sliced(self, kind: str, own: Sequence[Array]) -> Array:
        firsts = [first[kind] for first in self._firsts]
        return np.concatenate(
            [own[number][firsts[number][a] : firsts[number][b]] for number, a, b in self._runs]
        )


def _firsts(batch: Arrays) -> dict[str, NDArray[np.int64]]:
    """Return where each article's passages, texts, sentences and words begin, and the end."""
    passages = offsets_of(batch["passages_count"])
    texts = offsets_of(batch["texts_count"])
    return {
        "article": np.arange(len(passages)),
        "passage": passages,
        "text": texts,
        "sentence": offsets_of(batch["sentences_count"])[passages],
        "word": offsets_of(batch["words_count"])[texts],
    }


def _runs(rows: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield (batch, first, end) of articles that follow each other in their batch."""
    batch = start = end = -1
    for number, article in rows:
        if (number, article) != (batch, end):
            if end >= 0:
                yield batch, start, end
            batch, start = number, article
        end = article + 1
    if end >= 0:
        yield batch, start, end


def _short(offsets: "array[int]") -> bytes:
    return np.minimum(np.frombuffer(offsets, np.int32), _LONGEST).astype(np.uint16).tobytes()
