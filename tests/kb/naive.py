"""Search as its formulas say it, slowly: what the arrays of an index have to agree with.

Words come from `Analyzer.tokens`, all else is counted here, in plain Python, article by article.
Nothing is shared with the index but the constants.
"""

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise

from kb.article import Article, Section
from kb.queries.query import ParsedQuery, Slot, Term, Way
from kb.results.scoring import (
    COVERAGE_SHARE,
    PROSE_COVERAGE_SHARE,
    PROSE_HEAD_WEIGHT,
    SECOND_SHARE,
)
from kb.segments.documents import Material, material_of
from kb.segments.passages import Passage, passages_of
from kb.segments.records import head_of
from kb.segments.shape import BOOSTS, K1, STREAMS, USUAL_LENGTHS, B
from kb.words.analysis import Analyzer, analyzer_for
from kb.words.characters import tidy


def passages_in(article: Article) -> list[Passage]:
    """Return the passages of a body that has no markup but lines that begin with "## "."""
    opening, *others = f"\n{article.body}".split("\n## ")
    sections = [Section(0, "", "", opening.strip())]
    for number, part in enumerate(others):
        heading, _, text = part.partition("\n")
        sections.append(Section(2, f"h{number}", heading, text.strip()))
    return passages_of(sections)


def material(article: Article) -> Material:
    """Return what is indexed of an article, without its rendering."""
    passages = passages_in(article)
    return material_of(head_of(article, passages), b"", passages)


@dataclass
class Document:
    """A head or a passage: how often each term is in each part, by (part, stream)."""

    counts: dict[tuple[str, str], Counter[str]] = field(default_factory=dict)

    def add(self, part: str, text: str, analyzer: Analyzer) -> None:
        for stream, terms in terms_of(text, analyzer).items():
            self.counts.setdefault((part, stream), Counter()).update(terms)

    def holds(self, term: Term) -> bool:
        return any(self.parts_with(term))

    def parts_with(self, term: Term) -> Iterator[str]:
        for (part, stream), counts in self.counts.items():
            if stream == term.stream and counts[term.text]:
                yield part

    def gain(self, term: Term) -> float:
        """Return BM25 without idf, as the docstring of kb.segments.bm25 says it."""
        gain = 0.0
        for part in self.parts_with(term):
            counts = self.counts[part, term.stream]
            tf, length = counts[term.text], counts.total()
            norm = K1 * (1 - B + B * length / USUAL_LENGTHS[part])
            gain += BOOSTS[part] * tf * (K1 + 1) / (tf + norm)
        return gain


def terms_of(text: str, analyzer: Analyzer) -> dict[str, list[str]]:
    """Return the terms of a text by stream, with repeats."""
    tokens = analyzer.tokens(text)
    return {
        "exact": [token.exact for token in tokens],
        "loose": [token.loose for token in tokens if token.loose],
        "pair": [b.pair(a) for a, b in pairwise(tokens) if b.follows],
    }


class NaiveIndex:
    """Articles of one locale; everything is by their keys."""

    def __init__(self, articles: Iterable[Article], locale: str) -> None:
        self.analyzer = analyzer_for(locale)
        self.articles = {article.key: article for article in articles}
        self.heads = {key: self._head(article) for key, article in self.articles.items()}
        self.passages = {key: self._passages(article) for key, article in self.articles.items()}
        self._count = sum(len(own) for own in self.passages.values())
        self._holding = cache(self._count_holding)

    def _head(self, article: Article) -> Document:
        head = Document()
        head.add("title", article.title, self.analyzer)
        for question in article.questions:
            head.add("questions", tidy(question), self.analyzer)
        for tag in article.tags:
            head.add("tags", tidy(tag), self.analyzer)
        return head

    def _passages(self, article: Article) -> list[Document]:
        documents = []
        for passage in passages_in(article):
            documents.append(Document())
            documents[-1].add("heading", tidy(passage.heading), self.analyzer)
            documents[-1].add("body", passage.text, self.analyzer)
        return documents

    def documents(self, key: str) -> list[Document]:
        return [self.heads[key], *self.passages[key]]

    def terms(self, stream: str) -> Counter[str]:
        """Return in how many documents each term of a stream is."""
        counted: Counter[str] = Counter()
        for key in self.articles:
            for document in self.documents(key):
                held = (counts for (_, of), counts in document.counts.items() if of == stream)
                counted.update(set().union(*held))
        return counted

    def all_terms(self) -> dict[str, Counter[str]]:
        return {stream: self.terms(stream) for stream in STREAMS}

    def idf(self, term: Term) -> float:
        in_heads, in_passages = self._holding(term)
        if in_heads and not in_passages:
            return _idf(in_heads, len(self.heads))
        return _idf(in_passages, self._count)

    def _weigh(self, term: Term, *, is_head: bool) -> float:
        in_heads, in_passages = self._holding(term)
        of_passages = _idf(in_passages, self._count)
        if not is_head:
            return of_passages
        of_heads = _idf(in_heads, len(self.heads))
        return (of_heads + of_passages) / 2 if in_passages else of_heads

    def _count_holding(self, term: Term) -> tuple[int, int]:
        """Return how many heads and how many passages hold a term."""
        everything = (document for own in self.passages.values() for document in own)
        return (
            sum(head.holds(term) for head in self.heads.values()),
            sum(document.holds(term) for document in everything),
        )

    def scores(self, query: ParsedQuery) -> dict[str, float]:
        """Return the score of every article; 0 where nothing matches."""
        base = self.base(query)
        found = {}
        for key, article in self.articles.items():
            second, best = sorted([0.0, *self.passage_sums(query, key)])[-2:]
            again = SECOND_SHARE * second if base[key] > 0 else 0.0
            found[key] = article.boost * (base[key] + best + again)
        return found

    def base(self, query: ParsedQuery) -> dict[str, float]:
        """Return what articles score by their heads and by what they cover."""
        covered, prose = self.covered(query), query.wordiness
        head_weight = (1 - prose) + prose * PROSE_HEAD_WEIGHT
        share = (1 - prose) * COVERAGE_SHARE + prose * PROSE_COVERAGE_SHARE
        return {
            key: head_weight * self._sum(query, head, is_head=True) + share * covered[key]
            for key, head in self.heads.items()
        }

    def found(self, query: ParsedQuery) -> dict[str, float]:
        """Return the scores of the articles that a search finds.

        What only adds to a score, such as a pair, finds nothing by itself in a passage.
        """
        base, left = self.base(query), self.allowed(query)
        return {
            key: value
            for key, value in self.scores(query).items()
            if base[key] > 0 and key in left and not self.articles[key].exclude
        }

    def passage_sums(self, query: ParsedQuery, key: str) -> list[float]:
        return [self._sum(query, each, is_head=False) for each in self.passages[key]]

    def covered(self, query: ParsedQuery) -> dict[str, float]:
        """Return the sum of idf of the words that each article holds."""
        return {key: sum(self._covers(slot, key) for slot in query.slots) for key in self.articles}

    def asked(self, query: ParsedQuery) -> float:
        return sum(map(self._asked_by, query.slots))

    def _covers(self, slot: Slot, key: str) -> float:
        if slot.ways:
            worth = self._asked_by(slot)
            return max(
                sum(self._covers(each, key) for each in way.slots) * worth / asked
                for way in slot.ways
                if (asked := sum(map(self._asked_by, way.slots)))
            )
        readings = [*slot.terms, *_variants(slot)]
        held = slot.counts and any(self.article_holds(key, term) for term in readings)
        return self._asked_by(slot) if held else 0.0

    def _asked_by(self, slot: Slot) -> float:
        """Return what holding a slot covers; of ways, the first that any article can say."""
        if slot.ways:
            typed, other = (sum(map(self._asked_by, way.slots)) for way in slot.ways[:2])
            return typed if self._is_sayable(slot.ways[0]) else other
        return slot.weight * self.importance(slot) if slot.counts else 0.0

    def _is_sayable(self, way: Way) -> bool:
        return all(
            any(any(self._holding(term)) for term in (*slot.terms, *_variants(slot)))
            for slot in way.slots
            if slot.counts
        )

    def importance(self, slot: Slot) -> float:
        """Return the idf of the first reading of a slot that any article holds."""
        for term in (slot.terms[0], *_variants(slot)):
            if any(self._holding(term)):
                return self.idf(term)
        return self.idf(slot.terms[0])

    def article_holds(self, key: str, term: Term) -> bool:
        return any(document.holds(term) for document in self.documents(key))

    def holds_together(self, key: str, terms: Sequence[Term]) -> bool:
        """Whether one part of one document of the article has all terms."""
        return any(
            set.intersection(*(set(document.parts_with(term)) for term in terms))
            for document in self.documents(key)
        )

    def allowed(self, query: ParsedQuery) -> set[str]:
        """Return the articles that quotes and a minus leave."""
        return {
            key
            for key in self.articles
            if all(self.holds_together(key, terms) for terms in query.required)
            and not any(self.holds_together(key, terms) for terms in query.excluded)
        }

    def _sum(self, query: ParsedQuery, document: Document, *, is_head: bool) -> float:
        return sum(self._slot_sum(slot, document, is_head=is_head) for slot in query.slots)

    def _slot_sum(self, slot: Slot, document: Document, *, is_head: bool) -> float:
        if slot.ways:
            return max(self._way_sum(way, slot, document, is_head=is_head) for way in slot.ways)
        own = sum(t.weight * self._weigh(t, is_head=is_head) * document.gain(t) for t in slot.terms)
        others = [
            variant.weight
            * self._worth_beside(slot.terms[0], v)
            * v.weight
            * self._weigh(v, is_head=is_head)
            * document.gain(v)
            for variant in (slot.variants or slot.related)
            for v in (variant.term,)
        ]
        # Of a word the best reading counts, and what its family gives is added; what only adds to
        # the score adds all readings.
        if slot.counts and slot.variants:
            return slot.weight * max([own, *others])
        return slot.weight * (own + sum(others))

    def _way_sum(self, way: Way, slot: Slot, document: Document, *, is_head: bool) -> float:
        total = sum(self._slot_sum(each, document, is_head=is_head) for each in way.slots)
        if way is slot.ways[0]:
            return total
        asked = sum(map(self._asked_by, way.slots))
        return total * way.weight * (min(1.0, self._asked_by(slot) / asked) if asked else 0.0)

    def _worth_beside(self, typed: Term, other: Term) -> float:
        """Return the factor on a reading that is rarer than a typed word that articles hold."""
        if not any(self._holding(typed)) or not self.idf(other):
            return 1.0
        return min(1.0, self.idf(typed) / self.idf(other))


def _variants(slot: Slot) -> list[Term]:
    return [variant.term for variant in slot.variants]


def _idf(holding: int, total: int) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5)) if total else 0.0
