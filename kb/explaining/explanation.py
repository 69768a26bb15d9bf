"""Why an article is where it stands in the results of a query, as plain values.

The shares of an article add up to its score: whoever changes how articles are scored changes
`kb.explaining.explain` with it, and a test holds the two together. Texts are plain, to be escaped
by whoever shows them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from kb.article import Audience
from kb.segments.shape import PARTS

Via = Literal["typed", "completion", "correction", "synonym", "compound", "related"]
Form = Literal["exact", "stem", "unaccented", "character", "pair"]
ExtraKind = Literal[
    "again", "meaning", "boost", "verified", "helpful", "title_begins", "title_equal"
]
Standing = Literal[
    "match", "part", "no_words", "no_phrase", "left_out", "other_topic", "excluded", "unknown"
]


@dataclass(frozen=True, slots=True)
class TermShare:
    """One index term that a word of the query was found by.

    text     as it stands in the article
    form     what is compared: the word itself, its stem, the syllable without accents, one
             Chinese character, two neighbours in their order
    via      how the word came to stand for the term
    parts    where it was found: places in kb.segments.shape.PARTS, of the head and of the best
    passage head     gain in title, questions and tags
    passage  gain in the best passage, its heading included
    """

    text: str
    form: Form
    via: Via
    parts: tuple[str, ...]
    head: float
    passage: float


@dataclass(frozen=True, slots=True)
class WordShare:
    """What one word of the query, or two in a row, give an article.

    text      as typed
    is_pair   two words in a row, which only add to what each of them gives
    is_stop   weighs little, because it says little
    terms     that it was found by, most first; none when only another passage holds it
    head, passage  as in TermShare, over all terms
    coverage  for holding it at all, anywhere
    """

    text: str
    is_pair: bool
    is_stop: bool
    terms: tuple[TermShare, ...]
    head: float
    passage: float
    coverage: float

    @property
    def total(self) -> float:
        """Return what it gives in all."""
        return self.head + self.passage + self.coverage


@dataclass(frozen=True, slots=True)
class Extra:
    """What an article gains or loses as a whole.

    kind    its second-best passage; nearness in meaning, where an embedder is installed; the
            writer's boost; a check that counts; readers' votes; a title that begins with the
            query; one that equals it
    factor  on all above it, 1 where something is added instead
    share   what that comes to; below 0 where a factor is below 1, or where it failed readers
    """

    kind: ExtraKind
    factor: float
    share: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """One article and one query.

    standing  "match"; "part": found, but matching too little of the query; or why it is not found
    rank      from 1, among those of the same standing; None for what is not found
    heading, anchor  the section of the best passage, as in kb.search.Hit
    score     as in kb.search.Hit; the sum of all shares
    words     in the order of the query, those that give nothing left out
    missing   what the article does not hold of the query, as typed, without stop words
    """

    key: str
    title: str
    topic: str
    audience: Audience
    standing: Standing
    rank: int | None
    heading: str
    anchor: str
    score: float
    words: tuple[WordShare, ...]
    extras: tuple[Extra, ...]
    missing: tuple[str, ...]

    def percent(self, share: float) -> float:
        """Return what a share is of the score, in percent."""
        return 100 * share / self.score if self.score else 0.0


@dataclass(frozen=True, slots=True)
class WordRead:
    """How a word was read, or some that can be said in other ways together.

    articles_hold_it  as it was typed, in any form
    completions       what it may become
    corrections       words one slip away
    synonyms          what the team lists
    compounds         the same, written together or apart
    related           words that begin as it does
    """

    text: str
    is_stop: bool
    articles_hold_it: bool
    completions: tuple[str, ...] = ()
    corrections: tuple[str, ...] = ()
    synonyms: tuple[str, ...] = ()
    compounds: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QueryRead:
    """How a query was read.

    text      as the parser cut it
    words     without pairs
    phrases   what quotes ask for
    left_out  what a minus leaves out
    """

    text: str
    words: tuple[WordRead, ...] = ()
    phrases: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    did_you_mean: str | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """What a search has to say for itself.

    locale    whose articles were searched: the asked article's, or the reader's
    articles  explained ones, in the order of the results
    unknown   the key that was asked for when this audience has no such article, else ""
    moved_to  key of the article that has the unknown one's old address, or ""
    others    articles of other locales with the same slug as the unknown one
    is_offered  the article is shown for a translation of it that matches in another language
    """

    locale: str
    read: QueryRead
    articles: tuple[Explanation, ...] = ()
    unknown: str = ""
    moved_to: str = ""
    others: Sequence[str] = ()
    is_offered: bool = False


@dataclass(frozen=True, slots=True)
class FoundAs:
    """Terms that are one word to a reader: the word itself and its stem."""

    text: str
    via: Via
    forms: tuple[Form, ...]
    parts: tuple[str, ...]


def grouped(terms: Sequence[TermShare]) -> list[FoundAs]:
    """Return the terms of a word as people read them."""
    groups: dict[tuple[str, Via], list[TermShare]] = {}
    for term in terms:
        groups.setdefault((term.text.casefold(), term.via), []).append(term)
    return [
        FoundAs(
            same[0].text,
            same[0].via,
            tuple(dict.fromkeys(term.form for term in same)),
            tuple(part for part in PARTS if any(part in term.parts for term in same)),
        )
        for same in groups.values()
    ]
