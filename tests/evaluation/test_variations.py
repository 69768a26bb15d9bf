"""The tool for tuning: it changes what it says, puts everything back, and keeps its results."""

import json
import sys
from pathlib import Path

import pytest

import kb
from kb.queries import expansion, query
from kb.results import scoring
from tests.evaluation import __main__ as tool
from tests.evaluation.indexes import READING, code_files
from tests.evaluation.mechanisms import ABLATIONS, Change, changed, tried
from tests.evaluation.tables import table


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda ablation: ablation.name)
def test_every_mechanism_that_can_be_taken_out_is_there(ablation):
    with changed(ablation.changes):
        pass


def test_an_index_is_made_anew_by_other_code_that_makes_indexes_only():
    package = Path(kb.__file__).parent
    reading, writing = package / "results/scoring.py", package / "segments/inversion.py"
    assert {reading, writing} <= set(code_files(indexing_only=False))
    assert {reading, writing} & set(code_files(indexing_only=True)) == {writing}
    assert all((package / f"{name}.py").exists() or (package / name).is_dir() for name in READING)


def test_a_change_reaches_every_module_and_is_taken_back():
    before = query.STOP_WEIGHT, scoring.STOP_WEIGHT
    with changed([Change("kb.queries.query", "STOP_WEIGHT", 0.75)]):
        assert (query.STOP_WEIGHT, scoring.STOP_WEIGHT) == (0.75, 0.75)
    assert before == (query.STOP_WEIGHT, scoring.STOP_WEIGHT)
    assert before[0] == before[1] != 0.75


def test_values_are_tried_one_by_one_or_together():
    option = "kb.queries.query.PAIR_WEIGHT=0.2,0.4+kb.queries.expansion.MAX_COMPLETIONS=4,8"
    first, second = tried(option)
    assert first.name == "PAIR_WEIGHT=0.2 MAX_COMPLETIONS=4"
    assert second.changes[0] == Change("kb.queries.query", "PAIR_WEIGHT", 0.4)
    with changed(first.changes):
        assert repr(expansion.MAX_COMPLETIONS) == "4"


def test_a_table_shows_points_of_difference():
    results = {
        "as it is": {"s": {"": {"recall@1": 0.5}, "typo": {"recall@1": 0.25}}},
        "other": {"s": {"": {"recall@1": 0.512}, "typo": {"recall@1": 0.25}}},
    }
    assert list(table(results, "recall@1"))[2:] == [
        "| s | 50.0 | +1.2 |",
        "| s#typo | 25.0 |  |",
        "| mean of sets | 50.00 | +1.20 |",
    ]


def test_a_run_is_kept_and_goes_on_where_it_stopped(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "sets" / "tiny"
    folder.mkdir(parents=True)
    rows = [{"id": name, "lang": "en", "title": name, "body": name} for name in ("reset", "parcel")]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "queries.jsonl").write_text('{"id": "q", "lang": "en", "text": "reset"}')
    (folder / "qrels.tsv").write_text("q\treset\t1\n")
    arguments = ["tool", "--sets", str(folder.parent), "--work", str(tmp_path / "work")]
    arguments += ["--processes", "1", "--try", "kb.queries.query.PAIR_WEIGHT=0.1"]
    monkeypatch.setattr(sys, "argv", arguments)
    tool.main()
    first = capsys.readouterr().out
    assert "| tiny | 100.0 |  |" in first
    made = {file: file.stat().st_mtime_ns for file in (tmp_path / "work").rglob("*.*")}
    assert sum(file.suffix == ".run" for file in made) == 2
    tool.main()
    assert capsys.readouterr().out == first
    assert made == {file: file.stat().st_mtime_ns for file in (tmp_path / "work").rglob("*.*")}
