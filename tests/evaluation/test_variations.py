"""The tool for tuning: it changes what it says, puts everything back, and keeps its results."""

import json
import sys
from pathlib import Path

import pytest
from word_embedder import WordEmbedder

import kb
from kb.evaluation.measures import JudgedQuery
from kb.evaluation.sets import load_set
from kb.queries import expansion, query
from kb.results import scoring
from tests.evaluation import __main__ as tool
from tests.evaluation.indexes import READING, asked_in, code_files, index_of
from tests.evaluation.mechanisms import ABLATIONS, Change, ablations, changed, tried
from tests.evaluation.tables import table


@pytest.mark.parametrize("ablation", ABLATIONS, ids=lambda ablation: ablation.name)
def test_every_mechanism_that_can_be_taken_out_is_there(ablation):
    with changed(ablation.changes):
        pass


def test_mechanisms_are_chosen_by_name_and_meaning_only_with_the_extra():
    assert ablations(None, by_meaning=True) == []
    assert ablations([], by_meaning=True) == list(ABLATIONS)
    names = [each.name for each in ablations(["synonyms", "meaning"], by_meaning=True)]
    assert names == ["without synonyms", "without meaning"]
    by_words = [each.name for each in ablations([], by_meaning=False)]
    assert {each.name for each in ABLATIONS} - set(by_words) == {"without meaning"}


def test_without_meaning_only_words_find_articles(tiny, tmp_path):
    judged, embedder = load_set(tiny), WordEmbedder()
    index = index_of(str(tiny), judged, tmp_path / "kept", embedder)
    asked = JudgedQuery("q", "en", "passphrase")
    [variation] = ablations(["meaning"], by_meaning=True)
    assert [name for name, _ in asked_in(judged, index, embedder)(asked)] == ["password"]
    with changed(variation.changes):
        assert asked_in(judged, index, embedder)(asked) == []


def test_what_was_embedded_for_an_earlier_index_is_not_embedded_again(tiny, tmp_path):
    judged, embedder = load_set(tiny), WordEmbedder()
    first = index_of(str(tiny), judged, tmp_path / "kept", embedder)
    assert embedder.embedded
    first.rename(first.with_name("tiny-earlier"))
    again = WordEmbedder()
    index_of(str(tiny), judged, tmp_path / "kept", again)
    assert not again.embedded


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


def test_a_run_is_kept_and_goes_on_where_it_stopped(tiny, tmp_path, monkeypatch, capsys):
    arguments = ["tool", "--sets", str(tiny.parent), "--work", str(tmp_path / "work")]
    arguments += ["--processes", "1", "--only", "tiny", "--try", "kb.queries.query.PAIR_WEIGHT=0.1"]
    monkeypatch.setattr(sys, "argv", arguments)
    tool.main()
    first = capsys.readouterr().out
    assert "| tiny | 100.0 |  |" in first
    made = {file: file.stat().st_mtime_ns for file in (tmp_path / "work").rglob("*.*")}
    assert sum(file.suffix == ".run" for file in made) == 2
    tool.main()
    assert capsys.readouterr().out == first
    assert made == {file: file.stat().st_mtime_ns for file in (tmp_path / "work").rglob("*.*")}


@pytest.fixture
def tiny(tmp_path):
    folder = tmp_path / "sets" / "tiny"
    folder.mkdir(parents=True)
    rows = [
        {"id": name, "lang": "en", "title": name, "body": f"About the {name}."}
        for name in ("password", "parcel")
    ]
    (folder / "articles.jsonl").write_text("\n".join(map(json.dumps, rows)))
    (folder / "queries.jsonl").write_text('{"id": "q", "lang": "en", "text": "password"}')
    (folder / "qrels.tsv").write_text("q\tpassword\t1\n")
    return folder
