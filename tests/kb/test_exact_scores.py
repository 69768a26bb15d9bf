"""Scores, orders and statistics of an index equal those of plain counting, however it was built."""

import random
import re
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from corpora import (
    article,
    built,
    corpus,
    locales,
    query,
    reader_of,
    reader_without,
    seeds,
    typed,
    words,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import NaiveIndex

from kb.queries.expansion import expand
from kb.queries.query import ParsedQuery, parse
from kb.queries.spelling import spelling_stream
from kb.results.ranking import (
    LEAST_COVERAGE,
    LEAST_WORDS,
    MOST_COVERAGE,
    TOP_SHARE,
    Ranking,
    allowed,
)
from kb.results.scoring import score
from kb.segments.reader import IndexReader
from kb.segments.shape import STREAMS
from kb.testing import memory_reader
from kb.words.analysis import analyzer_for

CLOSE = 1e-6


def asked(chance: random.Random, locale: str, reader: IndexReader) -> ParsedQuery:
    """Return a random query: typed and expanded, or of any shape."""
    if chance.random() < 0.4:
        return query(chance, locale)
    analyzer = analyzer_for(locale)
    return expand(parse(typed(chance, locale), analyzer), reader, analyzer).query


def scored(reader: IndexReader, text: ParsedQuery) -> dict[str, float]:
    """Return the scores of live articles by key."""
    scores = score(text, reader)
    return {reader.key(n): scores.of(n) for n in np.flatnonzero(reader.live).tolist()}


def ranked(reader: IndexReader, text: ParsedQuery) -> tuple[list[tuple[str, float]], set[str]]:
    """Return keys and scores of the articles that are found, best first; which of them match."""
    scores = score(text, reader)
    found = reader.found & (scores.base > 0)
    if (left := allowed(text, reader)) is not None:
        found &= left
    ranking = Ranking(scores, found)
    order = ranking.top(found, reader.articles)
    return [(reader.key(n), value) for n, value in order], {
        reader.key(n) for n in np.flatnonzero(ranking.matching()).tolist()
    }


def assert_in_order(order: list[tuple[str, float]], expected: dict[str, float]) -> None:
    """Every article that scores is there, best first, equal scores by key."""
    assert dict(order) == pytest.approx(expected, rel=CLOSE)
    for (before, higher), (after, lower) in pairwise(order):
        assert higher > lower or (higher == lower and before < after)


def matching(naive: NaiveIndex, text: ParsedQuery) -> tuple[set[str], set[str]]:
    """Return the articles that surely match, and those on the edge of doing so."""
    found = naive.found(text)
    if not found:
        return set(), set()
    covered, asked_ = naive.covered(text), naive.asked(text)
    most = max(covered[key] for key in found)
    # A word that is asked twice is one word.
    slots = {s.terms: s for s in reversed(text.slots) if s.counts and s.weight > 0.15}.values()
    words = {
        key: sum(
            any(naive.article_holds(key, t) for t in (*s.terms, *(v.term for v in s.variants)))
            for s in slots
        )
        for key in found
    }
    if abs(most - LEAST_COVERAGE * asked_) <= CLOSE:
        return set(), set(found)
    if most < LEAST_COVERAGE * asked_ and max(words.values()) < LEAST_WORDS:
        return set(), set()
    best = max(found.values())
    distance = {
        key: max(covered[key] - MOST_COVERAGE * asked_, value - TOP_SHARE * best)
        for key, value in found.items()
    }
    return (
        {key for key, far in distance.items() if far > CLOSE},
        {key for key, far in distance.items() if abs(far) <= CLOSE},
    )


@given(seeds, locales, st.integers(1, 12), st.integers(1, 5))
def test_scores_are_those_of_the_formula(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    naive, reader = NaiveIndex(articles, locale), reader_of(articles, segments)
    for _ in range(3):
        text = asked(chance, locale, reader)
        assert scored(reader, text) == pytest.approx(naive.scores(text), rel=CLOSE)
        order, matches = ranked(reader, text)
        assert_in_order(order, naive.found(text))
        surely, perhaps = matching(naive, text)
        assert surely <= matches <= surely | perhaps


@given(seeds, locales, st.integers(1, 8), st.integers(1, 3))
def test_the_best_passage_is_the_one_with_the_largest_sum(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    naive, reader = NaiveIndex(articles, locale), reader_of(articles, segments)
    text = asked(chance, locale, reader)
    scores = score(text, reader)
    for number in range(reader.articles):
        sums = naive.passage_sums(text, reader.key(number))
        best = scores.best_passage(number)
        if best is None:
            assert max(sums) == 0
        else:
            own = best - int(reader.passage_first[number])
            assert sums[own] == pytest.approx(max(sums), rel=CLOSE)


@given(seeds, locales, st.integers(2, 12), st.integers(1, 4))
def test_deleted_articles_are_as_if_they_had_never_been(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    gone = {each.key for each in articles[1:] if chance.random() < 0.4}
    left = [each for each in articles if each.key not in gone]
    updated, anew = reader_without(articles, gone, segments), reader_of(left)
    analyzer = analyzer_for(locale)
    for _ in range(3):
        text = typed(chance, locale)
        assert expand(parse(text, analyzer), updated, analyzer) == expand(
            parse(text, analyzer), anew, analyzer
        )
        parsed = asked(chance, locale, anew)
        assert scored(updated, parsed) == pytest.approx(scored(anew, parsed), rel=CLOSE)
        (order, matches), (expected, others) = ranked(updated, parsed), ranked(anew, parsed)
        assert [key for key, _ in order] == [key for key, _ in expected]
        assert matches == others
    assert {updated.number(key) for key in gone} <= {-1}
    assert [head.summary.key for _, head in updated.heads] == sorted(e.key for e in left)
    for each in left:
        assert updated.key(updated.number(each.key)) == each.key


@given(seeds, locales, st.integers(2, 12), st.integers(1, 4))
def test_statistics_are_those_of_the_articles_that_are_left(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    gone = {each.key for each in articles[1:] if chance.random() < 0.3}
    updated = reader_without(articles, gone, segments)
    naive = NaiveIndex([each for each in articles if each.key not in gone], locale)
    everything = NaiveIndex(articles, locale)
    for stream in STREAMS:
        counts = naive.terms(stream)
        for term in everything.terms(stream):
            assert updated.frequency(stream, term) == counts[term]
        for prefix in ("", "c", "ca", "re", "kh", "密", "the "):
            begins = {term: n for term, n in counts.items() if term.startswith(prefix)}
            expected = sorted(begins, key=lambda term: (-begins[term], term))
            assert updated.with_prefix(stream, prefix, 1_000) == expected
    spelled = spelling_stream(analyzer_for(locale))
    for table, name in (("alias", "aliases"), ("family", "translation_key")):
        for text in ("old0", "old1", "t0", "t1", "old"):
            equal, longer = updated.articles_by(table, text)
            own = {e.key: getattr(e, name) for e in naive.articles.values()}
            texts = {key: {v} if isinstance(v, str) else set(v) for key, v in own.items()}
            assert {updated.key(n) for n in equal} == {k for k, v in texts.items() if text in v}
            assert {updated.key(n) for n in longer} == {
                k for k, v in texts.items() if any(t.startswith(text) and t != text for t in v)
            }
    counts = naive.terms(spelled)
    for word in ("pasword", "cand", "kha", "wif"):
        near = updated.one_edit_from(spelled, word)
        assert all(counts[term] == number for term, number in near)


@cache
def large(locale: str) -> tuple[NaiveIndex, IndexReader]:
    """Return an index of two segments, the first with words in most of a thousand passages."""
    chance = random.Random(11)
    articles = [
        replace(
            article(chance, locale, number),
            body="\n".join(f"## h{n}\n{words(chance, locale, 25)}" for n in range(4)),
        )
        for number in range(300)
    ]
    first, second = built(articles[:260]), built(articles[260:])
    gone = set(range(0, 260, 17))
    left = set(first.keys) - {sorted(set(first.keys))[n] for n in gone} | set(second.keys)
    naive = NaiveIndex([each for each in articles if each.key in left], locale)
    return naive, IndexReader([(first.arrays, gone), (second.arrays, ())])


@settings(max_examples=20)
@given(seeds, st.sampled_from(["en", "zh-Hant"]))
def test_frequent_words_of_many_passages_score_as_the_formula_says(chance, locale):
    """Terms that a sixth of five hundred passages or more hold are kept in another form too."""
    naive, reader = large(locale)
    text = asked(chance, locale, reader)
    assert scored(reader, text) == pytest.approx(naive.scores(text), rel=CLOSE)
    assert_in_order(ranked(reader, text)[0], naive.found(text))


@given(seeds, st.sampled_from(["en", "zh-Hant"]), st.integers(0, 60))
def test_the_best_of_many_are_the_first_of_all(chance, locale, count):
    _, reader = large(locale)
    text = asked(chance, locale, reader)
    scores = score(text, reader)
    found = reader.found & (scores.base > 0)
    ranking = Ranking(scores, found)
    everything = sorted(
        ((n, scores.of(n)) for n in np.flatnonzero(found).tolist()),
        key=lambda row: (-row[1], reader.key(row[0])),
    )
    assert ranking.top(found, count) == everything[:count]


@given(seeds, st.integers(1, 6), st.integers(1, 5))
@settings(max_examples=20)
def test_an_index_in_memory_gives_the_answers_of_articles_read_one_by_one(chance, size, segments):
    # Nothing that Markdown would read as markup.
    articles = [
        replace(each, body=" ".join(re.findall(r"\w+", each.body)))
        for each in corpus(chance, "en", size)
    ]
    reader = memory_reader(articles, segments=segments)
    assert len(reader.segments) == min(size, segments)
    text = asked(chance, "en", reader)
    assert scored(reader, text) == pytest.approx(scored(reader_of(articles), text), rel=CLOSE)
