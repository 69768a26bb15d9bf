"""BM25 by hand on a few tiny articles, and what is built on it; test_exact_scores.py goes on."""

import math

import numpy as np
import pytest
from corpora import reader_of, reader_without

from kb.article import Article
from kb.queries.query import STOP_WEIGHT, ParsedQuery, Slot, Term, Variant
from kb.results.ranking import (
    LEAST_COVERAGE,
    LEAST_WORDS,
    MOST_COVERAGE,
    TOP_SHARE,
    Ranking,
    allowed,
)
from kb.results.scoring import COVERAGE_SHARE, Scores, score
from kb.segments.reader import IndexReader
from kb.segments.shape import BOOSTS, K1, USUAL_LENGTHS, B


def index(*bodies: str, **fields) -> IndexReader:
    """Return an index of articles with these bodies; they have no titles unless one is given."""
    values = {"title": "", **fields}
    return reader_of([Article(f"a{n}", "en", body=body, **values) for n, body in enumerate(bodies)])


def asks(*words: str, **options) -> ParsedQuery:
    return ParsedQuery(
        "", tuple(Slot((Term("loose", word),), word=word) for word in words), **options
    )


def totals(query: ParsedQuery, reader: IndexReader) -> list[float]:
    scores = score(query, reader)
    return [scores.of(number) for number in range(reader.articles)]


def idf(holding: int, total: int) -> float:
    return math.log(1 + (total - holding + 0.5) / (holding + 0.5))


def gain(tf: float, length: int, part: str = "body") -> float:
    norm = K1 * (1 - B + B * length / USUAL_LENGTHS[part])
    return BOOSTS[part] * tf * (K1 + 1) / (tf + norm)


# Three articles of one passage each.
THREE = index("red fox", "red red hen cow", "dog cat pig owl bee ant")


def test_scores_are_those_of_the_formula():
    # idf = ln(1 + 1.5 / 2.5) = 0.4700; the norms are 0.3 + 0.9 * {2, 4} / 150 = {0.312, 0.324}.
    first = 0.47000363 * 2.2 / (1 + 0.312)
    second = 0.47000363 * 2 * 2.2 / (2 + 0.324)
    assert (K1, B, USUAL_LENGTHS["body"]) == (1.2, 0.75, 150)
    assert first == pytest.approx(idf(2, 3) * gain(1, 2), rel=1e-6)
    assert second == pytest.approx(idf(2, 3) * gain(2, 4), rel=1e-6)
    # The best passage, and a share of the idf of what is covered.
    covered = COVERAGE_SHARE * 0.47000363
    assert totals(asks("red"), THREE) == pytest.approx([first + covered, second + covered, 0])
    assert [score(asks("red"), THREE).best_passage(n) for n in range(3)] == [0, 1, None]


def test_a_rare_word_weighs_more_than_a_frequent_one():
    assert THREE.find("loose", "fox").idf == pytest.approx(math.log(1 + 2.5 / 1.5))
    assert THREE.find("loose", "red").idf == pytest.approx(math.log(1 + 1.5 / 2.5))
    assert THREE.find("loose", "absent").idf == pytest.approx(math.log(1 + 3.5 / 0.5))


def test_the_parts_of_an_article_are_added_by_their_boosts():
    reader = reader_of(
        [
            Article("a", "en", "fox", "## fox\nfox hen", questions=("a fox", "ox"), tags=("fox",)),
            Article("b", "en", "hen", "owl bee"),
        ]
    )
    head = gain(1, 1, "title") + gain(1, 3, "questions") + gain(1, 1, "tags")
    passage = gain(1, 1, "heading") + gain(1, 2)
    expected = idf(1, 2) * (head + passage + COVERAGE_SHARE)
    assert totals(asks("fox"), reader) == pytest.approx([expected, 0])


def test_the_writers_boost_is_a_factor_on_the_whole_score():
    plain, boosted = (index("red fox", title="red", boost=boost) for boost in (1.0, 2.0))
    (before,), (after,) = totals(asks("red"), plain), totals(asks("red"), boosted)
    assert after == pytest.approx(2 * before)


def test_the_best_passage_counts_and_is_named():
    reader = index("hen cow\n## a\nfox red\n## b\nfox owl")
    assert score(asks("fox", "red"), reader).best_passage(0) == 1


def test_the_first_of_equally_good_passages_is_named():
    reader = index("hen\n## a\nfox\n## b\nfox")
    assert score(asks("fox"), reader).best_passage(0) == 1


def test_an_article_that_matches_only_in_its_title_has_no_best_passage():
    reader = index("hen", title="fox")
    assert score(asks("fox"), reader).best_passage(0) is None
    assert totals(asks("fox"), reader)[0] > 0


def test_coverage_is_the_idf_of_the_words_that_an_article_holds():
    scores = score(asks("fox", "red", "absent"), THREE)
    worth = {word: THREE.find("loose", word).idf for word in ("fox", "red", "absent")}
    assert scores.asked == pytest.approx(sum(worth.values()))
    assert scores.covered.tolist() == pytest.approx([worth["fox"] + worth["red"], worth["red"], 0])


def test_slots_that_do_not_count_add_to_the_score_only():
    bonus = Slot((Term("loose", "fox"),), counts=False)
    with_bonus = ParsedQuery("", (*asks("red").slots, bonus))
    (first, second, _), (before, same, _) = totals(with_bonus, THREE), totals(asks("red"), THREE)
    assert first == pytest.approx(before + idf(1, 3) * gain(1, 2))
    assert second == same
    covered = [score(query, THREE).covered.tolist() for query in (with_bonus, asks("red"))]
    assert covered[0] == covered[1]


def test_the_best_reading_of_a_slot_counts_once():
    variants = (Variant(Term("loose", "fox"), 0.5), Variant(Term("loose", "hen"), 0.5))
    query = ParsedQuery("", (Slot((Term("loose", "red"),), variants=variants),))
    red = idf(2, 3)
    # A rarer word beside one that was typed is worth no more than that one.
    other = red
    assert totals(query, THREE) == pytest.approx(
        [
            max(red * gain(1, 2), 0.5 * other * gain(1, 2)) + COVERAGE_SHARE * red,
            max(red * gain(2, 4), 0.5 * other * gain(1, 4)) + COVERAGE_SHARE * red,
            0,
        ]
    )


def test_an_unknown_word_is_worth_what_stands_in_its_place():
    variants = (Variant(Term("loose", "fox"), 0.7),)
    query = ParsedQuery("", (Slot((Term("loose", "absent"),), variants=variants),))
    assert score(query, THREE).asked == pytest.approx(idf(1, 3))


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"required": ((Term("loose", "fox"),),)}, [True, False, False]),
        ({"required": ((Term("loose", "hen"), Term("loose", "cow")),)}, [False, True, False]),
        ({"required": ((Term("loose", "fox"), Term("loose", "cow")),)}, [False, False, False]),
        ({"excluded": ((Term("loose", "fox"),),)}, [False, True, True]),
        ({"excluded": ((Term("loose", "absent"),),)}, [True, True, True]),
    ],
)
def test_conditions_leave_articles_out(options, kept):
    assert allowed(asks("red", **options), THREE).tolist() == kept
    assert allowed(asks("red"), THREE) is None


def test_a_phrase_has_to_be_in_one_part_of_one_document():
    reader = index("hen fox\n## pig\ncow", title="fox", questions=("owl",))
    for words, kept in (
        (("hen", "fox"), True),
        (("hen", "cow"), False),
        (("pig", "cow"), False),
        (("fox", "owl"), False),
    ):
        together = (tuple(Term("loose", word) for word in words),)
        assert allowed(asks("fox", required=together), reader).tolist() == [kept], words


def test_a_query_that_matches_nothing_scores_nothing():
    for query in (asks("absent"), ParsedQuery("", ())):
        scores = score(query, THREE)
        assert [scores.of(n) for n in range(3)] == [0, 0, 0]
        ranking = Ranking(scores, scores.base > 0)
        assert not ranking.matching().any()
        assert ranking.top(scores.base > 0, 10) == []


def test_an_empty_index_answers():
    scores = score(asks("red"), IndexReader(()))
    ranking = Ranking(scores, np.zeros(0, bool))
    assert (ranking.matching().tolist(), ranking.top(np.zeros(0, bool), 5)) == ([], [])


def test_deleted_articles_keep_their_numbers_and_count_nowhere():
    articles = [Article(f"a{n}", "en", "", body) for n, body in enumerate(("fox", "fox", "hen"))]
    reader = reader_without(articles, {"en/a0"})
    found = reader.live & (score(asks("fox"), reader).base > 0)
    assert found.tolist() == [False, True, False]
    assert reader.find("loose", "fox").idf == pytest.approx(idf(1, 2))


def test_equal_scores_come_in_the_order_of_their_keys():
    slugs = ("c", "a", "d", "b")
    reader = reader_of([Article(slug, "en", "fox", "") for slug in slugs], segments=3)
    scores = score(asks("fox"), reader)
    order = Ranking(scores, scores.base > 0).top(scores.base > 0, 3)
    assert [reader.key(number) for number, _ in order] == ["en/a", "en/b", "en/c"]


def matching(score_: float, coverage: float) -> list[bool]:
    """Say which of two articles match: one with score and coverage 1, and one with these."""
    reader = index("", "")
    scores = Scores(
        ParsedQuery("", ()),
        reader,
        base=np.array([0.5, score_ / 2]),
        again=np.zeros(2),
        covered=np.array([1.0, coverage]),
        asked=1.0,
        passages=np.array([0.5, score_ / 2]),
        factor=None,
    )
    return Ranking(scores, scores.base > 0).matching().tolist()


@pytest.mark.parametrize(
    ("score_", "coverage", "matches"),
    [
        (1.0, 1.0, True),
        (0.1, MOST_COVERAGE, True),
        (0.1, MOST_COVERAGE - 0.01, False),
        (TOP_SHARE, 0.1, True),
        (TOP_SHARE - 0.01, 0.1, False),
        (0.0, 1.0, False),
    ],
)
def test_what_matches_holds_nearly_all_or_scores_near_the_best(score_, coverage, matches):
    assert matching(score_, coverage) == [True, matches]


def match(query: ParsedQuery, reader: IndexReader) -> list[bool]:
    scores = score(query, reader)
    return Ranking(scores, scores.base > 0).matching().tolist()


UNKNOWN = tuple(f"x{number}" for number in range(9))


def test_nothing_matches_when_no_article_holds_half_of_what_was_asked_or_three_words():
    held = ("red", "hen", "cow")
    assert len(held) == LEAST_WORDS
    assert match(asks(*held[:2]), THREE) == [False, True, False]
    assert match(asks(*held[:2], *UNKNOWN), THREE) == [False, False, False]
    # The second article holds three of the words, the first scores less than half as much.
    assert match(asks(*held, *UNKNOWN), THREE) == [False, True, False]
    half = score(asks("red", "absent"), THREE)
    assert half.covered.max() < LEAST_COVERAGE * half.asked


def test_a_word_that_is_said_again_is_not_another_word():
    assert not any(match(asks("red", *UNKNOWN, "red", "red"), THREE))
    assert not any(match(asks("red", "fox", *UNKNOWN, "red", "fox"), THREE))


def test_stop_words_are_not_counted_as_words():
    stop = Slot((Term("loose", "cow"),), weight=STOP_WEIGHT, word="cow")
    query = ParsedQuery("", (stop, *asks("red", "hen", *UNKNOWN).slots))
    assert not any(match(query, THREE))


def test_an_article_that_is_left_out_does_not_decide_what_matches():
    """The first holds most of what was asked; the second is the best of those that may be found."""
    reader = index("red hen cow x0 x1 x2 x3 x4 x5", "red hen cow", "pig")
    query = asks("red", "hen", "cow", *UNKNOWN)
    scores = score(query, reader)
    left = np.array([False, True, True]) & (scores.base > 0)
    assert Ranking(scores, left).matching().tolist() == [False, True, False]
