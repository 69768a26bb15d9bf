"""`kb evaluate` counts as trec_eval does; the figures here were counted by hand."""

import json
import math

import pytest
from command import answer, run


def write_set(folder, articles, queries, qrels):
    folder.mkdir(exist_ok=True)
    for name, rows in (("articles.jsonl", articles), ("queries.jsonl", queries)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels.tsv").write_text("".join("\t".join(map(str, row)) + "\n" for row in qrels))
    return folder


@pytest.fixture
def judged(tmp_path):
    """Six judged queries over articles of two locales; `hours` is second for "parcel"."""
    return write_set(
        tmp_path / "tiny",
        [
            {"id": "reset", "lang": "en", "title": "Reset your password", "body": "Use the link."},
            {"id": "track", "lang": "en", "title": "Parcel tracking", "body": "Type its number."},
            {"id": "hours", "lang": "en", "title": "Opening hours", "body": "Bring your parcel."},
            {"id": "matkhau", "lang": "vi", "title": "Đặt lại mật khẩu", "body": "Dùng liên kết."},
        ],
        [
            {"id": "q1", "lang": "en", "text": "reset password"},
            {"id": "q2", "lang": "en", "text": "parcel"},
            {"id": "q3", "lang": "en", "text": "parcel"},
            {"id": "q4", "lang": "en", "text": "mật khẩu"},
            {"id": "q5#nodia", "lang": "vi", "text": "mat khau"},
            {"id": "q6", "lang": "vi", "text": "parcel"},
            {"id": "q7", "lang": "en", "text": "zebra"},
            {"id": "q8", "lang": "en", "text": "opening"},
        ],
        [
            ("q1", "reset", 1), ("q2", "track", 1), ("q2", "hours", 2), ("q3", "hours", 1),
            ("q4", "matkhau", 1), ("q5#nodia", "matkhau", 1), ("q6", "reset", 1), ("q7", "-", 0),
            ("q8", "-", 0),
        ],
    )  # fmt: skip


def test_evaluate_gives_the_figures_of_a_hand_count_and_a_run(tmp_path, judged):
    figures = answer(tmp_path, "evaluate", str(judged), "--run", "run.tsv")
    # q1, q4, q5: right at once. q2: both of two. q3: second. q6: not found at all.
    second = 1 / math.log2(3)
    assert figures == {
        "set": "tiny",
        "mode": "search",
        "queries": 6,
        "recall@1": pytest.approx((1 + 0.5 + 0 + 1 + 1 + 0) / 6),
        "recall@5": pytest.approx((1 + 1 + 1 + 1 + 1 + 0) / 6),
        "MRR@10": pytest.approx((1 + 1 + 0.5 + 1 + 1 + 0) / 6),
        "nDCG@10": pytest.approx((3 + (1 + 2 * second) / (2 + second) + second) / 6),
        "hit@1": pytest.approx(4 / 6),
        "false_answers": 0.5,
        "variants": {
            "nodia": {
                "queries": 1, "recall@1": 1, "recall@5": 1, "MRR@10": 1, "nDCG@10": 1, "hit@1": 1
            }
        },
    }  # fmt: skip
    lines = [line.split("\t") for line in (tmp_path / "run.tsv").read_text().splitlines()]
    assert [tuple(line[:3]) for line in lines] == [
        ("q1", "1", "reset"),
        ("q2", "1", "track"),
        ("q2", "2", "hours"),
        ("q3", "1", "track"),
        ("q3", "2", "hours"),
        ("q4", "1", "matkhau"),
        ("q5#nodia", "1", "matkhau"),
        ("q6", "1", "track"),
        ("q6", "2", "hours"),
        ("q8", "1", "hours"),
    ]
    assert all(float(line[3]) > 0 for line in lines)


def test_evaluate_shows_several_sets_beside_baselines_and_completions(tmp_path, judged):
    (tmp_path / "unjudged").mkdir()
    (tmp_path / "base.md").write_text(
        "**tiny**\n\n| system | n | recall@1 | recall@5 |\n|---|---|---|---|\n"
        "| grep | 6 | 0.500 | 0.6 |\n| other | 6 | 0.600 | 0.7 |\n"
    )
    code, stdout, stderr = run(tmp_path, "evaluate", "tiny", "unjudged", "--baselines", "base.md")
    assert code == 0
    assert "unjudged: no qrels.tsv, left out" in stderr
    header, whole, variant = stdout.splitlines()
    assert header.split()[:3] == ["set", "n", "recall@1"]
    assert whole.split()[:5] == ["tiny", "6", "0.583", "0.833", "0.750"]
    assert whole.endswith("0.600 other")
    assert variant.split()[:2] == ["#nodia", "1"]
    completed = answer(tmp_path, "evaluate", "tiny", "--mode", "complete")
    assert (completed["mode"], completed["queries"]) == ("complete", 6)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("articles.jsonl", "{", "articles.jsonl:1: not JSON"),
        ("articles.jsonl", '{"id": "a"}', "articles.jsonl:1: no object with id and lang"),
        ("queries.jsonl", '{"id": "a", "lang": "not a tag"}', "queries.jsonl:1: "),
        ("qrels.tsv", "q1 reset 1", "qrels.tsv:1: expected"),
    ],
)
def test_a_malformed_set_exits_with_1_and_says_where(tmp_path, judged, name, text, message):
    (judged / name).write_text(text)
    code, stdout, stderr = run(tmp_path, "evaluate", "tiny")
    assert (code, stdout) == (1, "")
    assert message in stderr


def test_a_figure_that_fell_makes_the_command_fail_and_names_it(tmp_path, judged):
    assert run(tmp_path, "evaluate", "tiny", "--write-figures", "kept.json")[0] == 0
    kept = json.loads((tmp_path / "kept.json").read_text())
    assert {name: row["queries"] for name, row in kept.items()} == {"tiny": 6, "tiny#nodia": 1}
    arguments = ("evaluate", "tiny", "--figures", "kept.json", "--table", "table")
    code, stdout, _ = run(tmp_path, *arguments)
    assert code == 0
    assert "+0.0" in stdout
    kept["tiny"]["recall@5"] += 0.02
    (tmp_path / "kept.json").write_text(json.dumps(kept))
    code, _, stderr = run(tmp_path, *arguments)
    assert code == 1
    assert "tiny: recall@5 is 0.8333, 2.0 points below the committed 0.8533" in stderr
    code, _, stderr = run(tmp_path, *arguments, "--write-figures", "kept.json")
    assert code == 0
    assert "tiny: recall@5 is 0.8333" in stderr
    assert json.loads((tmp_path / "kept.json").read_text())["tiny"]["recall@5"] == 0.8333
    lines = (tmp_path / "table" / "quality.md").read_text().splitlines()
    assert lines[2].startswith("| tiny |  | 6 | 0.583 |")
    assert lines[3].startswith("| tiny | #nodia | 1 |")
    shapes = json.loads((tmp_path / "table" / "quality.json").read_text())["sets"]
    assert shapes[0]["difference"]["recall@5"] == pytest.approx(-0.02, abs=0.0001)


def test_sets_made_of_others_share_their_index_and_are_compared(tmp_path, judged):
    sets = ("tiny", "tiny:stripped", "tiny:from-nowhere")
    code, stdout, stderr = run(tmp_path, "evaluate", *sets, "--run", "runs")
    assert code == 0
    assert "tiny:from-nowhere: no nowhere, left out" in stderr
    assert [line.split()[0] for line in stdout.splitlines()[1::2]] == ["tiny", "tiny:stripped"]
    names = {file.name for file in (tmp_path / "runs").iterdir()}
    assert names == {"tiny.run", "tiny-stripped.run"}
    before = (tmp_path / "runs" / "tiny.run").read_text()
    (tmp_path / "after.run").write_text(before.replace("q1\t1\treset", "q1\t1\thours"))
    moves = answer(tmp_path, "evaluate", "tiny", "--compare", "runs", "after.run")
    assert (moves["set"], moves["gained"], moves["lost"], moves["queries"]) == ("tiny", 0, 1, 6)
    assert moves["moved"] == [
        {"query": "q1", "text": "reset password", "before": 1, "after": None, "instead": "hours"}
    ]
    code, stdout, _ = run(tmp_path, "evaluate", "tiny", "--compare", "runs", "after.run")
    assert code == 0
    assert "behind hours Opening hours" in stdout


def test_a_run_of_nothing_judged_is_a_failure(tmp_path, judged):
    (judged / "qrels.tsv").unlink()
    code, _, stderr = run(tmp_path, "evaluate", "tiny")
    assert code == 1
    assert "qrels.tsv" in stderr
    assert run(tmp_path, "evaluate", "nothing")[0] == 2


def test_answers_are_judged_by_their_confidence(tmp_path, judged):
    found = answer(tmp_path, "evaluate", str(judged), "--mode", "answer", "--run", "run.tsv")
    assert found["mode"] == "answer"
    assert found["recall@1"] >= 0.5
    assert 0 <= found["told apart"] <= 1
    assert 0 <= found["answered"] <= 1
    rows = [line.split("\t") for line in (tmp_path / "run.tsv").read_text().splitlines()]
    assert all(0 <= float(score) <= 1 for *_, score in rows)
    by_query = {}
    for query, _, _, score in rows:
        by_query.setdefault(query, []).append(float(score))
    assert all(scores == sorted(scores, reverse=True) for scores in by_query.values())


def test_figures_of_answers_are_kept_beside_those_of_searches(tmp_path, judged):
    for mode in ("search", "answer"):
        run(tmp_path, "evaluate", str(judged), "--mode", mode, "--write-figures", "figures.json")
    kept = json.loads((tmp_path / "figures.json").read_text())
    assert {"tiny", "tiny:answer", "tiny:answer#nodia"} <= kept.keys()
    assert "told apart" in kept["tiny:answer"]
    assert "told apart" not in kept["tiny"]
    kept["tiny:answer"]["told apart"] = 2
    (tmp_path / "figures.json").write_text(json.dumps(kept))
    arguments = ("--mode", "answer", "--figures", "figures.json")
    code, _, err = run(tmp_path, "evaluate", str(judged), *arguments)
    assert code == 1
    assert "tiny:answer: told apart is" in err
