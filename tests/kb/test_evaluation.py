"""The measures by hand, and against a second way to write them down."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.evaluation.measures import (
    DEPTH,
    EvaluationSet,
    JudgedQuery,
    evaluate,
    run_file,
    score_query,
    write_run,
)

ARTICLES = [f"a{n}" for n in range(20)]


def test_one_relevant_article_in_third_place():
    assert score_query(["x", "y", "a"], {"a": 1}) == {
        "recall@1": 0.0,
        "recall@5": 1.0,
        "MRR@10": pytest.approx(1 / 3),
        "nDCG@10": pytest.approx(1 / math.log2(4)),
        "hit@1": 0.0,
    }


def test_two_relevant_articles_of_different_grades():
    figures = score_query(["a", "x", "b"], {"a": 1, "b": 2})
    # Gain 1/log2(2) + 2/log2(4) = 2; ideal 2/log2(2) + 1/log2(3) = 2.6309.
    assert figures["nDCG@10"] == pytest.approx(2 / 2.6309297535714578)
    assert (figures["recall@1"], figures["recall@5"], figures["hit@1"]) == (0.5, 1.0, 1.0)
    assert figures["MRR@10"] == 1.0


def test_nothing_found_and_nothing_relevant_found_score_nothing():
    assert set(score_query([], {"a": 1}).values()) == {0.0}
    assert set(score_query(["x"], {"a": 1}).values()) == {0.0}


def test_what_comes_after_the_tenth_place_does_not_count():
    late = [f"x{n}" for n in range(DEPTH)] + ["a"]
    assert set(score_query(late, {"a": 1}).values()) == {0.0}


def second_opinion(ranked: list[str], grades: dict[str, int]) -> dict[str, float]:
    """Compute the measures rank by rank, as a textbook writes them."""
    dcg = ideal = reciprocal = 0.0
    at_1 = at_5 = 0
    for rank in range(10, 0, -1):
        article = ranked[rank - 1] if rank <= len(ranked) else None
        if article in grades:
            dcg += grades[article] / math.log(rank + 1, 2)
            reciprocal = 1 / rank
            at_5 += rank <= 5
            at_1 += rank == 1
    best = list(grades.values())
    for rank in range(1, 11):
        if best:
            ideal += best.pop(best.index(max(best))) / math.log(rank + 1, 2)
    return {
        "recall@1": at_1 / len(grades),
        "recall@5": at_5 / len(grades),
        "MRR@10": reciprocal,
        "nDCG@10": dcg / ideal,
        "hit@1": float(at_1 > 0),
    }


@given(
    st.lists(st.sampled_from(ARTICLES), unique=True, max_size=15),
    st.dictionaries(st.sampled_from(ARTICLES), st.integers(1, 3), min_size=1, max_size=14),
)
def test_both_ways_to_compute_agree(ranked, grades):
    assert score_query(ranked, grades) == pytest.approx(second_opinion(ranked, grades))


def test_figures_are_averages_by_variant():
    queries = tuple(JudgedQuery(id, "en", "") for id in ("q1", "q1#typo", "q2", "q3"))
    grades = {"q1": {"a": 1}, "q1#typo": {"a": 1}, "q2": {"b": 1}}
    judged = EvaluationSet("s", (), queries, grades, frozenset({"q3"}))
    answers = {
        "q1": [("a", 2.0)],
        "q1#typo": [("b", 1.0), ("a", 0.5)],
        "q2": [],
        "q3": [("a", 1.0)],
    }
    figures, run = evaluate(judged, lambda query: answers[query.id])
    assert run == answers
    assert set(figures) == {"", "typo"}
    assert figures[""].queries == 3
    assert figures[""].measures["recall@1"] == pytest.approx(1 / 3)
    assert figures[""].measures["MRR@10"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert figures[""].false_answers == 1.0
    assert (figures["typo"].queries, figures["typo"].false_answers) == (1, None)
    assert figures["typo"].measures["hit@1"] == 0.0


def test_a_run_is_written_line_by_line(tmp_path):
    write_run(tmp_path / "run.tsv", {"q": [("a", 1.5), ("b", 0.25)], "n": []})
    assert (tmp_path / "run.tsv").read_text() == "q\t1\ta\t1.500000\nq\t2\tb\t0.250000\n"


def test_a_folder_holds_a_run_for_every_set(tmp_path):
    names = {run_file(tmp_path, name).name for name in ("vi", "vi:stripped", "vi:from-en")}
    assert names == {"vi.run", "vi-stripped.run", "vi-from-en.run"}
