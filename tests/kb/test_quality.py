"""The table of figures, what is committed of it, and when a figure counts as fallen."""

import re
from pathlib import Path

import pytest

from kb.errors import EvaluationError
from kb.evaluation.measures import MEASURES, Figures
from kb.evaluation.quality import (
    KEPT,
    KEPT_OF_ANSWERS,
    Row,
    behind,
    committed_page,
    falls,
    markdown,
    read_baselines,
    read_figures,
    rows_of,
    write_figures,
)

ROOT = Path(__file__).parents[2]


def row(name="one", **figures):
    measured = dict.fromkeys(MEASURES, 0.5) | figures
    return Row(name, 10, measured)


def test_a_figure_falls_when_it_is_more_than_half_a_point_lower(tmp_path):
    file = tmp_path / "figures.json"
    write_figures(file, [row(), row("two")])
    committed = read_figures(file)
    assert set(committed) == {"one", "two"}
    figures = dict.fromkeys(MEASURES, 0.5) | {"recall@5": 0.4949, "MRR@10": 0.4951, "nDCG@10": 0.9}
    parts = {"": Figures(10, figures), "typo": Figures(5, figures)}
    rows = rows_of("one", parts, {}, committed)
    assert falls(rows) == ["one: recall@5 is 0.4949, 0.5 points below the committed 0.5000"]
    assert rows[0].difference("nDCG@10") == pytest.approx(0.4)
    assert rows[1].difference("nDCG@10") is None


def test_writing_figures_keeps_those_of_other_sets(tmp_path):
    file = tmp_path / "figures.json"
    write_figures(file, [row(), row("two")])
    write_figures(file, [row("two#typo", **{"recall@1": 0.123456}), row("two")])
    found = read_figures(file)
    assert set(found) == {"one", "two", "two#typo"}
    assert set(found["one"]) == {"queries", *KEPT}
    assert found["two#typo"]["recall@1"] == 0.1235
    page = (tmp_path / "figures.md").read_text("utf-8").splitlines()
    assert page[-1] == "| two | #typo | 10 | 0.123 | 0.500 | 0.500 | 0.500 |  |  |"
    assert page == list(committed_page(found))


def test_the_committed_page_shows_the_committed_figures():
    committed = read_figures(ROOT / "docs" / "quality.json")
    page = (ROOT / "docs" / "quality.md").read_text("utf-8")
    assert page.splitlines() == list(committed_page(committed))
    for name, row in committed.items():
        told = KEPT_OF_ANSWERS if re.search(r"noanswer.*:answer$", name) else ()
        assert set(row) == {"queries", *KEPT, *told}


@pytest.mark.parametrize("text", ["", "[]", '{"one": 1}', '{"one": {"recall@1": "x"}}'])
def test_figures_that_cannot_be_read_are_reported(tmp_path, text):
    (tmp_path / "figures.json").write_text(text)
    with pytest.raises(EvaluationError, match="no figures by set and measure"):
        read_figures(tmp_path / "figures.json")


def test_the_table_shows_variants_baselines_and_differences():
    parts = {
        "": Figures(10, dict.fromkeys(MEASURES, 0.5)),
        "typo": Figures(5, dict.fromkeys(MEASURES, 0.25) | {"hit@1": 0.75}),
    }
    best = {"recall@1": ("grep", 0.6), "recall@5": ("awk", 0.5)}
    rows = rows_of("one", parts, best, {"one": {"recall@1": 0.4}})
    rows += rows_of("vi:from-en", {"": parts[""]}, {}, {})
    assert list(markdown(rows))[2:] == [
        "| one |  | 10 | 0.500 | 0.500 | 0.500 | 0.500 |  | 0.600 grep | 0.400 | +10.0 |",
        "| one | #typo | 5 | 0.250 | 0.250 | 0.250 | 0.250 | 0.750 |  |  |  |",
        "| vi | from-en | 10 | 0.500 | 0.500 | 0.500 | 0.500 |  |  |  |  |",
    ]
    assert behind(rows) == ["one: recall@1 is 0.500, grep has 0.600"]
    assert rows[0].shape()["difference"] == {"recall@1": pytest.approx(0.1)}


def test_the_best_baseline_of_each_set_and_measure_is_read(tmp_path):
    header = ["| system | n | recall@1 | MRR@10 | rate, no threshold |", "|---|---|---|---|---|"]
    lines = ["# Baselines", *header, "| stray | 1 | 0.99 | 1 | 1 |", "", "**one**", "", *header]
    lines += ["| weak | 10 | 0.500 | 0.95 | 1 |", "| strong | 10 | 0.800 | 0.9 | 1 |"]
    lines += ["| other (sample) | 10 | 0.900 | 1 | 1 |", "", "**two**", "", *header]
    lines += ["| weak | 5 | 0.250 | 0.3 | 1 |"]
    (tmp_path / "BASELINES.md").write_text("\n".join(lines), "utf-8")
    assert read_baselines(tmp_path / "BASELINES.md") == {
        "one": {"recall@1": ("strong", 0.8), "MRR@10": ("weak", 0.95)},
        "two": {"recall@1": ("weak", 0.25), "MRR@10": ("weak", 0.3)},
    }
