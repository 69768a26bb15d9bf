"""BM25 by hand on three tiny documents, and what is built on it."""

import math

import numpy as np
import pytest

from kb.query import STOP_WEIGHT, ParsedQuery, Slot, Term, Variant
from kb.ranking import (
    K1,
    LEAST_COVERAGE,
    LEAST_WORDS,
    MOST_COVERAGE,
    PART_BOOSTS,
    TOP_SHARE,
    WHOLE_SHARE,
    B,
    Scorer,
    Scores,
)


class Tiny:
    """Postings of a few documents that are given as field -> words; `heads` are their numbers."""

    def __init__(self, documents: list[dict[str, str]], heads: list[int]) -> None:
        self._documents = documents
        self.starts = np.array(heads, dtype=np.int64)
        self.size = len(documents)

    def postings(self, field, term):
        counts = [d.get(field, "").split("|").count(term) for d in self._documents]
        ids = [number for number, count in enumerate(counts) if count]
        return np.array(ids, np.int32), np.array([counts[n] for n in ids], np.float32)

    def lengths(self, field):
        texts = (document.get(field, "") for document in self._documents)
        return np.array([len(t.split("|")) if t else 0 for t in texts], np.float32)


def asks(*words: str, **options) -> ParsedQuery:
    return ParsedQuery(
        "", tuple(Slot((Term("loose", word),), word=word) for word in words), **options
    )


# Three articles of one passage each: the bodies hold 2, 4 and 6 words, 4 on average.
BODIES = ("red|fox", "red|red|hen|cow", "dog|cat|pig|owl|bee|ant")
THREE = Tiny([doc for body in BODIES for doc in ({}, {"body_loose": body})], [0, 2, 4])


def bm25(tf: float, length: float, average: float, having: int, holding: int) -> float:
    idf = math.log(1 + (having - holding + 0.5) / (holding + 0.5))
    return idf * tf * (K1 + 1) / (tf + K1 * (1 - B + B * length / average))


def test_scores_are_those_of_the_formula():
    scores = Scorer(THREE).score(asks("red"))
    # idf = ln(1 + 1.5 / 2.5) = 0.4700; the norms are 1.2 * (0.5 + 0.5 * {0.5, 1.0}) = {0.9, 1.2}.
    first = 0.47000363 * 2.2 / (1 + 0.9)
    second = 0.47000363 * 2 * 2.2 / (2 + 1.2)
    assert (K1, B) == (1.2, 0.5)
    assert first == pytest.approx(bm25(1, 2, 4, 3, 2), rel=1e-6)
    assert second == pytest.approx(bm25(2, 4, 4, 3, 2), rel=1e-6)
    # The best passage, and a share of the sum of all best ones: here the same number.
    assert scores.score == pytest.approx([first * (1 + WHOLE_SHARE), second * (1 + WHOLE_SHARE), 0])
    assert scores.passage.tolist() == [1, 3, 4]


def test_a_rare_word_weighs_more_than_a_frequent_one():
    scorer = Scorer(THREE)
    assert scorer.idf("loose", "fox") == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert scorer.idf("loose", "red") == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert scorer.idf("loose", "absent") == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_the_parts_of_an_article_are_added_by_their_boosts():
    tiny = Tiny(
        [
            {"title_loose": "fox"},
            {"heading_loose": "fox", "body_loose": "fox|hen"},
            {"title_loose": "hen"},
            {"body_loose": "owl|bee"},
        ],
        [0, 2],
    )
    score = Scorer(tiny).score(asks("fox")).score
    title = bm25(1, 1, 1, 2, 1) * PART_BOOSTS["title"]
    passage = (
        bm25(1, 1, 1, 1, 1) * PART_BOOSTS["heading"] + bm25(1, 2, 2, 2, 1) * PART_BOOSTS["body"]
    )
    assert score[0] == pytest.approx(title + passage + WHOLE_SHARE * max(title, passage), rel=1e-5)
    assert score[1] == 0


def test_the_best_passage_counts_and_is_named():
    tiny = Tiny(
        [{}, {"body_loose": "hen|cow"}, {"body_loose": "fox|red"}, {"body_loose": "fox|owl"}], [0]
    )
    scores = Scorer(tiny).score(asks("fox", "red"))
    assert scores.passage.tolist() == [2]


def test_the_first_of_equally_good_passages_is_named():
    tiny = Tiny([{}, {"body_loose": "hen"}, {"body_loose": "fox"}, {"body_loose": "fox"}], [0])
    assert Scorer(tiny).score(asks("fox")).passage.tolist() == [2]


def test_an_article_that_matches_only_in_its_title_names_its_head():
    tiny = Tiny([{"title_loose": "fox"}, {"body_loose": "hen"}], [0])
    assert Scorer(tiny).score(asks("fox")).passage.tolist() == [0]


def test_coverage_is_the_share_of_idf_and_words_are_counted():
    query = asks("fox", "red", "absent")
    scores = Scorer(THREE).score(query)
    idf = {word: Scorer(THREE).idf("loose", word) for word in ("fox", "red", "absent")}
    asked = sum(idf.values())
    assert scores.coverage == pytest.approx(
        [(idf["fox"] + idf["red"]) / asked, idf["red"] / asked, 0]
    )
    assert scores.words.tolist() == [2, 1, 0]


def test_stop_words_are_not_counted_as_words():
    query = ParsedQuery("", (Slot((Term("loose", "red"),), weight=STOP_WEIGHT, word="red"),))
    scores = Scorer(THREE).score(query)
    assert scores.words.tolist() == [0, 0, 0]
    assert scores.coverage == pytest.approx([1, 1, 0])


def test_a_word_that_is_said_again_is_not_another_word():
    assert Scorer(THREE).score(asks("red", "red", "fox", "red")).words.tolist() == [2, 1, 0]
    unknown = [f"x{number}" for number in range(9)]
    scores = Scorer(THREE).score(asks("red", *unknown, "red", "red"))
    assert not scores.matching().any()


def test_slots_that_do_not_count_add_to_the_score_only():
    bonus = Slot((Term("loose", "fox"),), counts=False)
    with_bonus = Scorer(THREE).score(ParsedQuery("", (*asks("red").slots, bonus)))
    without = Scorer(THREE).score(asks("red"))
    assert with_bonus.score[0] > without.score[0]
    assert with_bonus.score[1] == without.score[1]
    assert with_bonus.coverage.tolist() == without.coverage.tolist()


def test_the_best_reading_of_a_slot_counts_once():
    variants = (Variant((Term("loose", "fox"),), 0.5), Variant((Term("loose", "hen"),), 0.5))
    query = ParsedQuery("", (Slot((Term("loose", "red"),), variants=variants),))
    red, fox, hen = (Scorer(THREE).score(asks(word)).score for word in ("red", "fox", "hen"))
    expected = [max(red[0], fox[0] / 2), max(red[1], hen[1] / 2), 0]
    assert Scorer(THREE).score(query).score == pytest.approx(expected)


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"required": ((Term("loose", "fox"),),)}, [True, False, False]),
        ({"required": ((Term("loose", "hen"), Term("loose", "cow")),)}, [False, True, False]),
        ({"required": ((Term("loose", "fox"), Term("loose", "cow")),)}, [False, False, False]),
        ({"excluded": ((Term("loose", "fox"),),)}, [False, True, False]),
        ({"excluded": ((Term("loose", "absent"),),)}, [True, True, False]),
    ],
)
def test_conditions_leave_articles_out(options, kept):
    assert (Scorer(THREE).score(asks("red", **options)).score > 0).tolist() == kept


def test_a_phrase_has_to_be_in_one_part_of_one_document():
    tiny = Tiny([{"title_loose": "fox"}, {"body_loose": "hen|fox"}, {"body_loose": "cow"}], [0])
    apart = ((Term("loose", "hen"), Term("loose", "cow")),)
    together = ((Term("loose", "hen"), Term("loose", "fox")),)
    assert Scorer(tiny).score(asks("fox", required=apart)).score.tolist() == [0]
    assert Scorer(tiny).score(asks("fox", required=together)).score[0] > 0


def test_a_query_that_matches_nothing_scores_nothing():
    scores = Scorer(THREE).score(asks("absent"))
    assert scores.score.tolist() == [0, 0, 0]
    assert not scores.matching().any()
    assert not Scorer(THREE).score(ParsedQuery("", ())).score.any()


def test_documents_before_the_first_article_belong_to_nobody():
    # Deleted documents keep their numbers until their segment is merged.
    tiny = Tiny([{}, {}, {}, {"body_loose": "fox"}, {}, {"body_loose": "hen"}], [2, 4])
    scores = Scorer(tiny).score(asks("fox"))
    assert (scores.score > 0).tolist() == [True, False]
    assert scores.passage.tolist() == [3, 4]


def test_a_small_cache_gives_the_same_scores():
    small = Scorer(THREE, cached_terms=1)
    for _ in range(2):
        query = asks("red", "fox", "hen")
        assert small.score(query).score.tolist() == Scorer(THREE).score(query).score.tolist()


@pytest.mark.parametrize(
    ("score", "coverage", "words", "matches"),
    [
        (1.0, 1.0, 1, True),
        (0.1, MOST_COVERAGE, 1, True),
        (0.1, MOST_COVERAGE - 0.01, 1, False),
        (TOP_SHARE, 0.1, 1, True),
        (TOP_SHARE - 0.01, 0.1, 9, False),
        (0.0, 1.0, 9, False),
    ],
)
def test_what_matches_holds_nearly_all_or_scores_near_the_best(score, coverage, words, matches):
    def pair(first: float, second: float):
        return np.array([first, second], np.float32)

    scores = Scores(pair(1, score), pair(1, coverage), pair(3, words), np.zeros(2, np.int64))
    assert scores.matching().tolist() == [True, matches]


@pytest.mark.parametrize(
    ("coverage", "words", "matches"),
    [
        (LEAST_COVERAGE, 1, True),
        (LEAST_COVERAGE - 0.01, LEAST_WORDS, True),
        (LEAST_COVERAGE - 0.01, LEAST_WORDS - 1, False),
    ],
)
def test_nothing_matches_when_no_article_holds_enough(coverage, words, matches):
    one = np.ones(1, np.float32)
    scores = Scores(one, one * np.float32(coverage), one * words, np.zeros(1, np.int64))
    assert scores.matching().tolist() == [matches]
