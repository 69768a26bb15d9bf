"""A fit finds what tells answers apart, keeps its promises, and comes back from its file."""

import json
import random

import pytest

from kb.answers.calibration import (
    FEWEST_CASES,
    Case,
    fitted,
    judged,
    judged_by_halves,
    open_calibration,
    read_calibration,
    without_a_third,
    write_calibration,
)
from kb.answers.confidence import SHIPPED, SIGNS, Calibration
from kb.answers.evidence import Evidence
from kb.answers.told_apart import answered, area, measures_of
from kb.article import Article
from kb.errors import EvaluationError, SettingsError
from kb.evaluation.measures import EvaluationSet, JudgedQuery


def cases(seed, number=300, nearness=False):
    """Return cases whose coverage tells whether there is an answer, and whose lead which it is."""
    chance = random.Random(seed)
    made = []
    for _ in range(number):
        inside = chance.random() < 0.5
        coverage = min(1.0, max(0.0, chance.gauss(0.8 if inside else 0.3, 0.15)))
        asked, lead = chance.uniform(5, 30), chance.random()
        evidence = Evidence(
            score=asked * coverage * 2,
            asked=asked,
            rare=4.0,
            coverage=coverage,
            words=chance.randint(1, 9),
            nearness=coverage / 10 if nearness else None,
            lead=lead,
        )
        made.append(Case(evidence, inside and lead > chance.uniform(0, 0.5), inside))
    return made


@pytest.mark.parametrize("nearness", [False, True])
def test_it_tells_apart_what_can_be_told_also_among_others(nearness):
    fit = fitted([cases(1, nearness=nearness), cases(2, nearness=nearness)])
    others = judged(fit, cases(3, nearness=nearness))
    assert others.area > 0.97
    assert others.right >= 0.8
    assert others.sure > 0.1


def test_no_weight_has_the_wrong_sign():
    upside_down = [
        Case(case.evidence, not case.is_answerable, not case.is_answerable) for case in cases(1)
    ]
    fit = fitted([upside_down])
    assert all(w * sign >= 0 for w, sign in zip(fit.weights[1:], SIGNS, strict=False))


def test_sure_is_right_as_often_as_promised_in_every_set():
    easy = [case for case in cases(4) if case.is_right or not case.is_answerable]
    hard = cases(5)
    fit = fitted([easy, hard])
    assert judged(fit, easy).right >= 0.85
    assert judged(fit, hard).right >= 0.85


def test_none_lets_few_questions_through_that_have_no_answer():
    rows = cases(6, 1_000)
    fit = fitted([rows])
    outside = [case for case in rows if not case.is_answerable]
    through = sum(fit.confidence(case.evidence) >= fit.maybe for case in outside)
    assert 0 < through <= 0.05 * len(outside)


def test_halves_judge_each_other():
    assert judged_by_halves([cases(7, 400)]).area == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize("number", [0, 1, FEWEST_CASES])
def test_too_few_cases_are_refused(number):
    with pytest.raises(EvaluationError, match="too few"):
        fitted([cases(1, number)])


def test_questions_that_found_nothing_are_judged_as_without_confidence():
    rows = [Case(None, False, False), Case(None, False, True)]
    assert judged(SHIPPED.by_words, rows).answered == 0
    assert judged(SHIPPED.by_words, []).sure == 0


def test_the_area_is_counted_over_all_pairs():
    import numpy as np

    assert area(np.array([3.0, 2.0]), np.array([1.0, 2.0])) == pytest.approx((1 + 1 + 1 + 0.5) / 4)
    assert area(np.array([]), np.array([1.0])) == 0


def test_answered_counts_right_ones_above_the_twentieth_of_the_others():
    import numpy as np

    outside = np.arange(20) / 100
    confidences = np.concatenate([[0.5, 0.4, 0.185, 0.1], outside])
    right = np.array([True, False, True, True, *[False] * 20])
    inside = np.array([True] * 4 + [False] * 20)
    # One of the twenty may pass, so that more than 0.18 is needed.
    assert answered(confidences, right, inside) == 2 / 4


def test_a_set_loses_a_third_of_its_articles_and_its_questions_their_answers():
    articles = tuple(
        Article(slug=f"a{n}", locale="en", title=str(n), body="", audience="public", path=f"a{n}")
        for n in range(60)
    )
    queries = tuple(JudgedQuery(f"q{n}", "en", str(n)) for n in range(60))
    grades = {f"q{n}": {f"a{n}": 1, f"a{59 - n}": 1} for n in range(60)}
    whole = EvaluationSet("s", articles, queries, grades, frozenset())
    part = without_a_third(whole)
    kept = {article.path for article in part.articles}
    assert 30 <= len(kept) <= 50
    for query in part.queries:
        left = grades[query.id].keys() & kept
        assert set(part.grades.get(query.id, ())) == left
        assert (query.id in part.no_answer) == (not left)
        assert len(left) in (0, 2)
    assert part == without_a_third(whole)


def test_runs_of_confidences_are_measured_where_there_are_questions_without_an_answer():
    queries = tuple(JudgedQuery(name, "en", name) for name in ("q1", "q2", "n1"))
    part = EvaluationSet("s", (), queries, {"q1": {"a": 1}, "q2": {"b": 1}}, frozenset({"n1"}))
    run = {"q1": [("a", 0.9)], "q2": [("c", 0.8)], "n1": [("a", 0.2)]}
    assert measures_of(part, run) == {"told apart": 1.0, "answered": 0.5}
    assert measures_of(part, {**run, "q2": []})["told apart"] == 0.5
    without = EvaluationSet("s", (), queries[:2], part.grades, frozenset())
    assert measures_of(without, run) == {}


def test_a_fit_comes_back_from_its_file(tmp_path):
    made = Calibration(fitted([cases(8)]), SHIPPED.by_meaning)
    write_calibration(tmp_path / "c.json", made)
    assert read_calibration(tmp_path / "c.json") == made
    assert open_calibration(str(tmp_path / "c.json")) == made
    assert open_calibration("") is SHIPPED


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("weights", [1, 2], "weights"),
        ("weights", [1, 2, 3, 4, "x"], "float"),
        ("weights", [0, 0, 0, 0, "inf"], "weights"),
        ("maybe", 0.95, "maybe"),
        ("sure", 2, "maybe"),
        ("lead", -1, "lead"),
        ("lead", None, "float"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_of(tmp_path, name, value, found):
    file = tmp_path / "c.json"
    write_calibration(file, SHIPPED)
    shape = json.loads(file.read_text())
    shape["by_words"][name] = value
    file.write_text(json.dumps(shape))
    with pytest.raises(SettingsError, match=rf"c\.json: no calibration .*{found}?"):
        read_calibration(file)


@pytest.mark.parametrize("content", [None, "", "{}", "[]", "null"])
def test_a_file_that_is_none_is_told_of(tmp_path, content):
    file = tmp_path / "c.json"
    if content is not None:
        file.write_text(content)
    with pytest.raises(SettingsError, match="kb calibrate"):
        read_calibration(file)
