"""One segment of an index: some articles, never changed, as arrays that lie in a mapped file.

Names of the arrays, by what they have one entry of (`x` and `x_at` are strings, see
`kb.kernels.plain.Strings`; `x_first` says where the x of each owner begin, with one entry more):

article   keys, titles, heads (JSON), renderings (packed), boost, found, expiry (seconds UTC),
          topic, verified_on (ordinal day or 0), verify_every (days), internal, passage_first,
          text_first
passage   bodies (as shown), headings, anchors, sentence_first
sentence  sentence_start, sentence_end: offsets into the body
text      text_part, text_passage, word_first: title, questions, tags, then heading and body of
          each passage
word      word (number of its exact term), word_start, word_end, word_follows
term      terms (exact ones, then loose ones, then pairs, each sorted), stream_end,
          term_hash and term_of_hash; loose_of by exact term
posting   posting_at by term: posting_place, posting_gain, posting_parts, as in
          kb.segments.inversion.Postings; term_heads, term_articles: how many of them are which
tables    alias, family, title: sorted, the article beside each; topics; deletion_hash,
          deletion_term
"""

from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from kb.completing.offers import Offers
from kb.kernels import Postings, Terms, Words, plain
from kb.segments.arrays import Arrays
from kb.segments.passages import Passage
from kb.segments.shape import STREAMS
from kb.segments.strings import strings_of

# Place of a first word, and the place after the last one.
Stretch = tuple[int, int]

_SEEDS = {stream: crc32(stream.encode()) for stream in STREAMS}


class Rows(NamedTuple):
    """A term's postings in one segment, of deleted articles too.

    places, gains, parts  as in kb.segments.inversion.Postings, numbered as in the whole index
    counts                how many of them are passages, heads and articles
    """

    places: NDArray[np.int32]
    gains: NDArray[np.float32]
    parts: NDArray[np.uint8]
    counts: tuple[int, int, int]


class Segment:
    """Reads a segment's arrays; numbers of articles and passages are its own, from 0.

    first_article, first_passage  what to add to get the numbers of the whole index
    """

    def __init__(
        self,
        arrays: Arrays,
        deleted: Iterable[int] = (),
        first_article: int = 0,
        first_passage: int = 0,
    ) -> None:
        self.arrays = arrays
        self.first_article = first_article
        self.first_passage = first_passage
        self._strings: dict[str, plain.Strings] = {}
        self.keys, self.titles = self.strings("keys"), self.strings("titles")
        self.bodies, self.anchors = self.strings("bodies"), self.strings("anchors")
        self.headings = self.strings("headings")
        self.terms = self.strings("terms")
        self.articles = len(self.keys)
        self.passage_first = arrays["passage_first"]
        self.passages = int(self.passage_first[-1])
        self.live = np.ones(self.articles, dtype=bool)
        self.live[list(deleted)] = False
        self.all_live = bool(self.live.all())
        self._posting_at = arrays["posting_at"].data
        self._term_heads = arrays["term_heads"].data
        self._term_articles = arrays["term_articles"].data
        self.postings = Postings(arrays)
        self._terms = Terms(arrays)
        self.words = Words(arrays)
        self.verified_on, self.verify_every = (
            arrays["verified_on"].data,
            arrays["verify_every"].data,
        )
        self.internal = arrays["internal"].data
        self._passage_first = arrays["passage_first"].data
        self._sentence_first = arrays["sentence_first"].data
        self._sentence_start, self._sentence_end = arrays["sentence_start"], arrays["sentence_end"]
        self._text_first = arrays["text_first"].data
        self._word_first = arrays["word_first"].data
        ends = arrays["stream_end"].tolist()
        self._ranges = dict(zip(STREAMS, zip([0, *ends], ends, strict=False), strict=True))

    def strings(self, name: str) -> plain.Strings:
        """Return strings by the name of their array."""
        found = self._strings.get(name)
        if found is None:
            found = self._strings[name] = strings_of(self.arrays, name)
        return found

    def term_range(self, stream: str) -> tuple[int, int]:
        """Return the first number of a stream's terms and the one after the last."""
        return self._ranges[stream]

    def term_number(self, stream: str, text: str) -> int:
        """Return a term's number; -1 when no article here holds it."""
        return self._terms.number(text, _SEEDS[stream], *self._ranges[stream])

    def is_alone(self, number: int) -> bool:
        """Whether an exact term is the only one with its loose term, with equal postings."""
        return not self._has_characters and self._forms[self._loose_of[number]] == 1

    def moves(self, articles: int, passages: int) -> tuple[int, int, int]:
        """Return what to add to places of passages, heads and articles in the whole index.

        articles, passages  how many the whole index has
        """
        # The segment's numbering goes on after its own passages, the index's after all.
        heads = passages - self.passages + self.first_article
        return self.first_passage, heads, heads + articles - self.articles

    def rows(self, number: int, moves: tuple[int, int, int]) -> Rows:
        """Return the postings of the term with this number; `moves` as `self.moves` has them."""
        arrays = self.arrays
        first, end = self._posting_at[number], self._posting_at[number + 1]
        places = arrays["posting_place"][first:end]
        in_heads, in_articles = self._term_heads[number], self._term_articles[number]
        in_passages = end - first - in_heads - in_articles
        counts = in_passages, in_heads, in_articles
        if any(moves):
            places = places + np.repeat(moves, counts).astype(np.int32)
        return Rows(
            places, arrays["posting_gain"][first:end], arrays["posting_parts"][first:end], counts
        )

    def frequency(self, number: int) -> tuple[int, int]:
        """Return in how many live heads and in how many live passages a term is."""
        in_heads, in_passages = self._terms.frequency(number)
        if self.all_live:
            return in_heads, in_passages
        places = self.arrays["posting_place"][self._posting_at[number] :]
        heads = places[in_passages : in_passages + in_heads] - self.passages
        return (
            int(np.count_nonzero(self.live[heads])),
            int(np.count_nonzero(self.live_passages[places[:in_passages]])),
        )

    def counts(self, stream: str, texts: list[str]) -> NDArray[np.int64]:
        """Return in how many live heads, and in how many live passages, each term is."""
        if self.all_live:
            return self._terms.counts(texts, _SEEDS[stream], *self._ranges[stream])
        numbers = [self.term_number(stream, text) for text in texts]
        rows = [self.frequency(number) if number >= 0 else (0, 0) for number in numbers]
        return np.array(rows, dtype=np.int64).reshape(-1, 2).T

    def frequencies(self, numbers: range) -> NDArray[np.int64]:
        """Return in how many live documents each of the terms is."""
        a, b = numbers.start, numbers.stop
        if self.all_live:
            articles = self.arrays["term_articles"][a:b]
            at = self.arrays["posting_at"]
            counted: NDArray[np.int64] = at[a + 1 : b + 1] - at[a:b] - articles
            return counted
        return np.array([sum(self.frequency(number)) for number in numbers], dtype=np.int64)

    def one_edit_from(self, word: str, candidates: Iterable[str], first: int) -> set[int]:
        """Return numbers of terms that `word` and its deletions lead to; some are no neighbours.

        candidates  the word and its deletions
        first       number of the first term of the stream that is spelled
        """
        hashes = self.arrays["deletion_hash"].data
        terms = self.arrays["deletion_term"].data
        found = set()
        for candidate in candidates:
            wanted = crc32(candidate.encode("utf-8", "replace"))
            place = bisect_left(hashes, wanted)
            while place < len(hashes) and hashes[place] == wanted:
                found.add(first + terms[place])
                place += 1
        return found

    def article_of_key(self, key: str) -> int:
        """Return the number of a live article; -1 when it is not here."""
        place = self.keys.place(key)
        here = place < self.articles and self.keys[place] == key and self.live[place]
        return place if here else -1

    def articles_by(self, table: str, texts: range) -> list[int]:
        """Return the live articles that stand beside these rows of a table."""
        numbers = self.arrays[f"{table}_article"][texts.start : texts.stop].tolist()
        return [number for number in numbers if self.live[number]]

    def sentences(self, passage: int) -> tuple[list[int], list[int]]:
        """Return where a passage's sentences begin and where they end."""
        own = slice(self._sentence_first[passage], self._sentence_first[passage + 1])
        return self._sentence_start[own].tolist(), self._sentence_end[own].tolist()

    def passage(self, passage: int) -> Passage:
        """Return a passage."""
        starts, ends = self.sentences(passage)
        return Passage(
            self.headings[passage],
            self.anchors[passage],
            self.bodies[passage],
            tuple(zip(starts, ends, strict=True)),
        )

    def title_words(self, article: int) -> Stretch:
        """Return where the words of an article's title are."""
        return self._words(self._text_first[article])

    def body_words(self, passage: int, article: int) -> Stretch:
        """Return where the words of a passage's body are."""
        left = self._passage_first[article + 1] - passage
        # Headings and bodies in turn are the last texts of an article.
        return self._words(self._text_first[article + 1] - 2 * left + 1)

    def _words(self, text: int) -> Stretch:
        return self._word_first[text], self._word_first[text + 1]

    @cached_property
    def offers(self) -> Offers:
        """What can be offered as one types."""
        return Offers(self.arrays)

    @cached_property
    def _has_characters(self) -> bool:
        """Whether texts have fewer loose terms than exact ones, and so other lengths."""
        return bool((self.arrays["loose_of"] < 0).any())

    @cached_property
    def _loose_of(self) -> memoryview:
        return self.arrays["loose_of"].data

    @cached_property
    def _forms(self) -> memoryview:
        """How many exact terms each loose one has."""
        # Characters have none: they are counted at the end.
        return np.bincount(self.arrays["loose_of"] + 1)[1:].astype(np.int64).data

    @cached_property
    def live_passages(self) -> NDArray[np.bool_]:
        """Return which passages belong to live articles."""
        return np.repeat(self.live, np.diff(self.passage_first))
