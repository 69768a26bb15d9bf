"""The table of search quality: what was measured, beside baselines and what was committed.

Committed figures hold names of sets and numbers, nothing of the sets themselves. A figure counts
as fallen when it is more than `TOLERANCE` below the committed one, in any of the measures.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from kb.answers import told_apart
from kb.errors import EvaluationError
from kb.evaluation.measures import MEASURES, Figures

# The measures that are committed; hit@1 follows from recall@1 where one article is right.
KEPT = ("recall@1", "recall@5", "MRR@10", "nDCG@10")
# Also committed, of answers on sets with questions that have none.
KEPT_OF_ANSWERS = told_apart.MEASURES
TOLERANCE = 0.005

# Measure -> name of the best system and its figure.
Baselines = Mapping[str, tuple[str, float]]
# Name of a set, or of a set and a variant -> measure -> figure; "queries" is their number.
Committed = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Row:
    """What a set, or one variant of it, gave.

    name       of the set; `set#variant` for one kind of its queries
    measured   measure -> figure, 0 to 1
    baselines  best of the other systems, by measure
    committed  the figures to compare with, by measure
    """

    name: str
    queries: int
    measured: Mapping[str, float]
    baselines: Baselines = field(default_factory=dict)
    committed: Mapping[str, float] = field(default_factory=dict)

    @property
    def has_several_right(self) -> bool:
        """Whether some queries have more than one right article."""
        return self.measured["hit@1"] != self.measured["recall@1"]

    def difference(self, measure: str) -> float | None:
        """Return how much was gained since the figure was committed, None when none was."""
        if measure not in self.committed or measure not in self.measured:
            return None
        return self.measured[measure] - self.committed[measure]

    def shape(self) -> dict[str, object]:
        """Return the row as JSON."""
        return {
            "name": self.name,
            "queries": self.queries,
            **self.measured,
            "best_baseline": {
                measure: {"system": system, "figure": figure}
                for measure, (system, figure) in self.baselines.items()
            },
            "committed": dict(self.committed),
            "difference": {
                measure: difference
                for measure in (*KEPT, *KEPT_OF_ANSWERS)
                if (difference := self.difference(measure)) is not None
            },
        }


def label(name: str) -> tuple[str, str]:
    """Return a row's name in two: the set's folder, and what is special about the queries."""
    folder, colon, change = name.partition(":")
    if colon:
        return folder, change
    folder, mark, variant = name.partition("#")
    return folder, mark + variant


def rows_of(
    name: str, figures: Mapping[str, Figures], baselines: Baselines, committed: Committed
) -> list[Row]:
    """Return the rows of one set: all of its queries, then each variant."""
    rows = []
    for variant, part in figures.items():
        full = f"{name}#{variant}" if variant else name
        beside = {} if variant else baselines
        rows.append(Row(full, part.queries, part.measures, beside, committed.get(full, {})))
    return rows


def falls(rows: Iterable[Row]) -> list[str]:
    """Return a line for every figure that fell too far below the committed one."""
    return [
        f"{row.name}: {measure} is {row.measured[measure]:.4f}, {-100 * difference:.1f} points "
        f"below the committed {row.committed[measure]:.4f}"
        for row in rows
        for measure in (*KEPT, *KEPT_OF_ANSWERS)
        if (difference := row.difference(measure)) is not None and difference < -TOLERANCE
    ]


def behind(rows: Iterable[Row]) -> list[str]:
    """Return a line for every figure below that of another system."""
    return [
        f"{row.name}: {measure} is {row.measured[measure]:.3f}, {system} has {best:.3f}"
        for row in rows
        for measure, (system, best) in row.baselines.items()
        if measure in KEPT and round(row.measured[measure], 3) < best
    ]


def points(difference: float) -> str:
    """Return a difference of figures in points of a hundred, with its sign."""
    # Adding nothing makes -0.0 a 0.0.
    return f"{round(100 * difference, 1) + 0.0:+.1f}"


def markdown(rows: Sequence[Row]) -> Iterator[str]:
    """Yield the table, line by line."""
    columns = ("hit@1", "best baseline", "committed", "difference")
    yield "| " + " | ".join(("set", "variant", "n", *KEPT, *columns)) + " |"
    yield "| --- | --- |" + " ---: |" * 6 + " --- |" + " ---: |" * 2
    for row in rows:
        system, best = row.baselines.get("recall@1", ("", 0.0))
        difference = row.difference("recall@1")
        cells = [
            *label(row.name),
            str(row.queries),
            *(f"{row.measured[measure]:.3f}" for measure in KEPT),
            f"{row.measured['hit@1']:.3f}" if row.has_several_right else "",
            f"{best:.3f} {system}" if system else "",
            "" if difference is None else f"{row.committed['recall@1']:.3f}",
            "" if difference is None else points(difference),
        ]
        yield "| " + " | ".join(cells) + " |"


def read_figures(path: Path) -> Committed:
    """Return the committed figures; raises EvaluationError."""
    try:
        found = orjson.loads(path.read_bytes())
        return {
            str(name): {str(measure): float(figure) for measure, figure in row.items()}
            for name, row in found.items()
        }
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise EvaluationError(f"{path}: no figures by set and measure ({error})") from error


def write_figures(path: Path, rows: Iterable[Row]) -> None:
    """Put what was measured in the place of what is committed; other sets keep their figures.

    The same is written as a table for people, into a file beside it that ends in .md.
    """
    figures = {name: dict(row) for name, row in read_figures(path).items()} if path.exists() else {}
    for row in rows:
        measures = (*KEPT, *KEPT_OF_ANSWERS)
        kept = {name: round(row.measured[name], 4) for name in measures if name in row.measured}
        figures[row.name] = {"queries": row.queries, **kept}
    options = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
    path.write_bytes(orjson.dumps(figures, option=options))
    path.with_suffix(".md").write_text("\n".join([*committed_page(figures), ""]), encoding="utf-8")


def committed_page(committed: Committed) -> Iterator[str]:
    """Yield the committed figures as a page, line by line."""
    yield "# Search quality"
    yield ""
    yield "What `make evaluate` measured last, on sets of real questions. It fails where a figure"
    yield "falls by more than half a point. It reads the JSON file beside this page."
    yield ""
    yield "`answer`: questions as messages. *Told apart* is the chance that a question with an"
    yield "answer gets more confidence than one without; *answered* is the share of the former that"
    yield "get the right answer while at most one in twenty of the latter get any."
    yield ""
    measures = (*KEPT, *KEPT_OF_ANSWERS)
    yield "| " + " | ".join(("set", "variant", "n", *measures)) + " |"
    yield "| --- | --- |" + " ---: |" * (1 + len(measures))
    for name, row in sorted(committed.items()):
        figures = (f"{row[measure]:.3f}" if measure in row else "" for measure in measures)
        yield "| " + " | ".join((*label(name), str(int(row["queries"])), *figures)) + " |"


def read_baselines(path: Path) -> dict[str, Baselines]:
    """Return set name -> the best of the other systems over all its queries, by measure.

    Read from Markdown: the name of a set in bold on a line of its own, then a table. Systems that
    were run on a sample of the queries only do not count.
    """
    best: dict[str, dict[str, tuple[str, float]]] = {}
    name, header = "", list[str]()
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if line.startswith("**"):
            name = line.strip().strip("*")
        elif cells[0] == "system":
            header = cells
        elif name and len(cells) > 2 and cells[1].isdigit() and "(sample)" not in cells[0]:
            known = best.setdefault(name, {})
            for measure, figure in zip(header[2:], cells[2:], strict=False):
                if measure in MEASURES and float(figure) > known.get(measure, ("", -1.0))[1]:
                    known[measure] = cells[0], float(figure)
    return dict(best)
