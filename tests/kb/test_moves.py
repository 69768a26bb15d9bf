"""Two runs side by side: what moved where, and whether that is more than chance."""

import pytest

from kb.errors import EvaluationError
from kb.evaluation.measures import EvaluationSet, JudgedQuery, write_run
from kb.evaluation.moves import compare, read_run, sign_test

QUERIES = tuple(JudgedQuery(f"q{n}", "en", f"text {n}") for n in range(1, 7))
GRADES = {f"q{n}": {"a": 1, "b": 2} for n in range(1, 6)} | {"elsewhere": {"a": 1}}
JUDGED = EvaluationSet("s", (), QUERIES, GRADES, frozenset({"q6"}))


def test_moves_say_where_the_right_article_was_and_what_stands_there():
    before = {"q1": ["a", "x"], "q2": ["x", "a"], "q3": ["x", "b"], "q4": ["a"], "q6": ["x"]}
    after = {"q1": ["x", "y", "a"], "q2": ["b", "x"], "q3": ["x"], "q4": ["b"], "q5": ["x", "a"]}
    moves = compare(JUDGED, before, after)
    assert [(m.query, m.before, m.after, m.instead, m.is_better) for m in moves.moved] == [
        ("q1", 1, 3, "x", False),
        ("q3", 2, None, "", False),
        ("q5", None, 2, "", True),
        ("q2", 2, 1, "x", True),
    ]
    assert moves.moved[0].text == "text 1"
    assert (moves.queries, moves.gained, moves.lost, moves.up, moves.down) == (5, 1, 1, 2, 2)
    assert moves.chance == 1.0


@pytest.mark.parametrize(
    ("up", "down", "chance"),
    [(0, 0, 1.0), (5, 5, 1.0), (1, 0, 1.0), (5, 0, 0.0625), (1, 9, 22 / 1024), (2_000, 0, 0.0)],
)
def test_the_sign_test_agrees_with_a_hand_count(up, down, chance):
    assert sign_test(up, down) == pytest.approx(chance)
    assert sign_test(down, up) == pytest.approx(chance)


def test_a_run_that_was_written_is_read(tmp_path):
    write_run(tmp_path / "s.run", {"q1": [("a", 2.0), ("b", 1.0)], "q2": []})
    assert read_run(tmp_path / "s.run") == {"q1": ["a", "b"]}


@pytest.mark.parametrize(("text", "message"), [("q1\ta\n", ":1: expected"), (None, "cannot be")])
def test_a_malformed_run_is_reported(tmp_path, text, message):
    if text:
        (tmp_path / "s.run").write_text(text)
    with pytest.raises(EvaluationError, match=message):
        read_run(tmp_path / "s.run")
