"""Explain a search: how the query was read and what each of its words gives an article.

Nothing here runs unless somebody asks. Shares are read off the scores that the search itself
makes, one word of the query at a time, so they add up to the hit's score; which term of a word
they come from is told by its postings.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache

import numpy as np
from opencc import OpenCC

from kb.explaining.explain_words import (
    Place,
    Surfaces,
    factor_of,
    is_stop,
    missing_words,
    shown,
    spellings,
    typed_of,
    via_of,
    word_shares,
)
from kb.explaining.explanation import (
    Account,
    Explanation,
    Extra,
    QueryRead,
    Standing,
    Via,
    WordRead,
    WordShare,
)
from kb.queries.expansion import Expanded
from kb.queries.query import Slot, Term, Way, left_out_in, phrases_in
from kb.results.ranking import Ranking, allowed
from kb.results.scoring import Floats, Scores, score
from kb.results.standing import HELPFUL_SHARE
from kb.search import Query
from kb.searcher import VERIFIED_SHARE, Asked, Searcher
from kb.segments.reader import IndexReader

# A share of the score below this is what rounding left.
_ROUNDING = 1e-9
_MOST_WORDS_OF_A_STEM = 20


def explain(searcher: Searcher, query: Query, now: datetime, key: str | None = None) -> Account:
    """Return the account of one page of results, or of the live article with this key."""
    asked = searcher.asked(query.text, now)
    if asked is None:
        return Account(searcher.locale, QueryRead(query.text))
    read = _read(asked.expanded, searcher)
    chosen = (
        _hits(searcher, query, now) if key is None else [_standing(searcher, query, asked, key)]
    )
    places = [Place(number, asked.scores.best_passage(number)) for number, _, _ in chosen]
    surfaces = [_spellings_of(place, searcher) for place in places]
    plain = score(asked.expanded.query, searcher.reader)
    shares = word_shares(asked.expanded.query, places, surfaces, searcher.reader, searcher.analyzer)
    explained = tuple(
        _explanation(searcher, asked, plain, place, standing, rank, own)
        for place, (_, standing, rank), own in zip(places, chosen, shares, strict=True)
    )
    return Account(searcher.locale, read, explained)


def _hits(
    searcher: Searcher, query: Query, now: datetime
) -> list[tuple[int, Standing, int | None]]:
    results = searcher.search(query, now)
    number = searcher.reader.number
    found: list[tuple[int, Standing, int | None]] = []
    for rank, hit in enumerate(results.hits, query.offset + 1):
        found.append((number(hit.key), "match", rank))
    for rank, hit in enumerate(results.relaxed, 1):
        found.append((number(hit.key), "part", rank))
    # Articles of other locales are scored by their own index: ask for them by key.
    return [row for row in found if row[0] >= 0]


def _standing(
    searcher: Searcher, query: Query, asked: Asked, key: str
) -> tuple[int, Standing, int | None]:
    """Return an article's number, where it stands, or why it does not."""
    reader, number = searcher.reader, searcher.reader.number(key)
    if not reader.found[number]:
        return number, "excluded", None
    if not asked.found[number]:
        return number, _why_not_found(asked, reader, number), None
    if query.topic is not None and reader.topics[reader.topic[number]] != query.topic:
        return number, "other_topic", None
    ranking = Ranking(asked.scores, asked.found)
    matches = asked.matches(ranking)
    matched = bool(matches[number])
    same = matches if matched else asked.found & ~matches
    if query.topic is not None:
        same = same & (reader.topic == reader.topics.index(query.topic))
    order = [article for article, _ in ranking.top(same, int(np.count_nonzero(same)))]
    return number, "match" if matched else "part", order.index(number) + 1


def _why_not_found(asked: Asked, reader: IndexReader, number: int) -> Standing:
    query = asked.expanded.query
    if asked.scores.base[number] <= 0:
        return "no_words"
    left = allowed(query._replace(excluded=()), reader)
    return "left_out" if left is None or left[number] else "no_phrase"


def _explanation(
    searcher: Searcher,
    asked: Asked,
    plain: Scores,
    place: Place,
    standing: Standing,
    rank: int | None,
    words: Sequence[WordShare],
) -> Explanation:
    segment, _ = searcher.reader.segment_of(place.article)
    summary = searcher.reader.head(place.article).summary
    heading = anchor = ""
    if place.passage is not None:
        number = place.passage - segment.first_passage
        heading, anchor = segment.headings[number], segment.anchors[number]
    return Explanation(
        key=summary.key,
        title=summary.title,
        topic=summary.topic,
        audience=summary.audience,
        standing=standing,
        rank=rank,
        heading=heading,
        anchor=anchor,
        score=asked.scores.of(place.article),
        words=tuple(word for word in words if word.total),
        extras=tuple(_extras(plain, asked, place, searcher.standing)),
        missing=missing_words(asked.expanded.query, words),
    )


def _extras(plain: Scores, asked: Asked, place: Place, standing: Floats | None) -> Iterator[Extra]:
    """Yield what came on top of the words, from the scores by words alone and in the end."""
    article, passage = place
    scores = asked.scores
    boost, factor = factor_of(plain, article), factor_of(scores, article)
    # What all passages of an article are near in stands in its base, boosted by then.
    of_article = 0.0 if scores.meant is None else float(scores.meant[article])
    meaning, of_passage = of_article / boost, 0.0
    if passage is not None:
        of_passage = float(scores.passages[passage])
        meaning += of_passage - float(plain.passages[passage])
    before = float(plain.base[article]) + of_article + boost * of_passage
    after = scores.of(article)
    if (again := float(plain.again[article])) > _ROUNDING * after:
        yield Extra("again", 1.0, again)
    if meaning > _ROUNDING * after:
        yield Extra("meaning", 1.0, meaning)
    if boost != 1:
        yield Extra("boost", boost, before - before / boost)
    if asked.verified is not None and asked.verified[article]:
        gained = VERIFIED_SHARE * float(scores.covered[article])
        yield Extra("verified", 1.0, gained)
        before += gained
    if standing is not None and standing[article]:
        gained = HELPFUL_SHARE * float(scores.covered[article] * standing[article])
        yield Extra("helpful", 1.0, gained)
        before += gained
    if factor != boost:
        yield Extra("title_begins", factor / boost, before * (factor / boost - 1))
    added = after - before * factor / boost
    if added > _ROUNDING * after:
        yield Extra("title_equal", 1.0, added)


def _read(expanded: Expanded, searcher: Searcher) -> QueryRead:
    """Return how the query was read."""
    query, analyzer = expanded.query, searcher.analyzer
    typed = spellings([query.text], analyzer)
    words = []
    for slot in query.slots:
        if not slot.counts:
            continue
        known = any(searcher.reader.find(term.stream, term.text).documents for term in slot.terms)
        words.append(
            WordRead(
                typed_of(slot, typed),
                is_stop(slot, analyzer),
                known,
                completions=_variants(slot, "completion", searcher),
                corrections=_variants(slot, "correction", searcher),
                synonyms=_variants(slot, "synonym", searcher),
                compounds=_variants(slot, "compound", searcher),
                related=_variants(slot, "related", searcher),
            )
        )
    return QueryRead(
        query.text,
        tuple(words),
        phrases=tuple(phrases_in(query.text)),
        left_out=tuple(left_out_in(query.text)),
        did_you_mean=expanded.did_you_mean,
    )


def _variants(slot: Slot, kind: Via, searcher: Searcher) -> tuple[str, ...]:
    """Return the other readings of one kind: of the word, and ways to say some words together."""
    if not slot.ways:
        readings = slot.variants or slot.related
        found = [_worded(each.term, searcher) for each in readings if via_of(each) == kind]
        return tuple(dict.fromkeys(found))
    found = []
    for way in slot.ways:
        if not way.kind:
            found += [word for inner in way.slots for word in _variants(inner, kind, searcher)]
        elif way.kind == kind:
            found.append(_said(way, searcher))
    return tuple(dict.fromkeys(found))


def _said(way: Way, searcher: Searcher) -> str:
    """Return the words of a way; of Chinese the pairs, put together again."""
    said = ""
    for slot in way.slots:
        if not slot.counts:
            continue
        word = slot.word or shown(slot.terms[0])
        is_run = slot.terms[0].stream == "pair" and said[-1:] == word[:1]
        said += word[1:] if is_run else f" {shown(Term('exact', word))}"
    said = said.strip()
    return _traditional().convert(said) if searcher.locale == "zh-Hant" else said


def _worded(term: Term, searcher: Searcher) -> str:
    """Return the most frequent word that has a stem: `failur` is no word to read."""
    analyzer = searcher.analyzer
    if term.stream == "loose" and not analyzer.is_vietnamese:
        for prefix in (term.text, term.text[:-1]):
            for word in searcher.reader.with_prefix("exact", prefix, _MOST_WORDS_OF_A_STEM):
                if analyzer.forms(word)[1] == term.text:
                    return word
    return shown(term)


@cache
def _traditional() -> OpenCC:
    """Terms are Simplified, and who reads Traditional characters wrote something else."""
    return OpenCC("s2t")


def _spellings_of(place: Place, searcher: Searcher) -> Surfaces:
    """Return how terms are spelled in what an article's score comes from."""
    head = searcher.reader.head(place.article)
    texts = [head.summary.title, *head.questions, *head.summary.tags]
    if place.passage is not None:
        segment, _ = searcher.reader.segment_of(place.article)
        passage = segment.passage(place.passage - segment.first_passage)
        texts += [passage.heading, passage.text]
    return spellings(texts, searcher.analyzer)
