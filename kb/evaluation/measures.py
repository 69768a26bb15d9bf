"""Judge search by relevance judgements: run the queries of a set, average the measures.

The measures are those of trec_eval: recall@k, MRR@10, nDCG@10 with gain = grade and a discount of
log2(rank + 1), each averaged over the queries that have a relevant article.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb.article import Article

MEASURES = ("recall@1", "recall@5", "MRR@10", "nDCG@10", "hit@1")
DEPTH = 10

Ranked = list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query of a set; `id` may end in "#" and the name of a variant."""

    id: str
    locale: str
    text: str

    @property
    def variant(self) -> str:
        """Return the name of the variant, or ""."""
        return self.id.rpartition("#")[2] if "#" in self.id else ""


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Articles, queries and what is relevant.

    articles  in the order of the file; `path` is the id that the judgements use
    grades    query id -> article id -> grade above 0
    no_answer ids of queries that no article answers
    """

    name: str
    articles: tuple[Article, ...]
    queries: tuple[JudgedQuery, ...]
    grades: Mapping[str, Mapping[str, int]]
    no_answer: frozenset[str]


@dataclass(frozen=True, slots=True)
class Figures:
    """Averages over `queries` queries with a relevant article; shares between 0 and 1.

    false_answers  share of the queries without one that got an article all the same; None when
                   the set has no such queries
    """

    queries: int
    measures: Mapping[str, float]
    false_answers: float | None = None


def score_query(ranked: Sequence[str], grades: Mapping[str, int]) -> dict[str, float]:
    """Return the measures of one query; `ranked` are article ids, best first."""
    found = [grades.get(article, 0) for article in ranked[:DEPTH]]
    first = next((rank for rank, grade in enumerate(found, 1) if grade), None)
    ideal = sorted(grades.values(), reverse=True)[:DEPTH]
    return {
        "recall@1": sum(1 for grade in found[:1] if grade) / len(grades),
        "recall@5": sum(1 for grade in found[:5] if grade) / len(grades),
        "MRR@10": 1 / first if first else 0.0,
        "nDCG@10": _gain(found) / _gain(ideal),
        "hit@1": float(first == 1),
    }


def evaluate(
    judged: EvaluationSet, search: Callable[[JudgedQuery], Ranked]
) -> tuple[dict[str, Figures], dict[str, Ranked]]:
    """Run all queries; return figures by variant ("" for all) and the run by query id."""
    run = {query.id: search(query) for query in judged.queries}
    groups: dict[str, list[str]] = defaultdict(list)
    for query in judged.queries:
        groups[""].append(query.id)
        if query.variant:
            groups[query.variant].append(query.id)
    return {name: _figures(judged, run, ids) for name, ids in sorted(groups.items())}, run


def run_file(folder: Path, name: str) -> Path:
    """Return where a folder of runs has that of a set."""
    return folder / f"{name.replace(':', '-')}.run"


def write_run(path: Path, run: Mapping[str, Ranked]) -> None:
    """Write `query_id<TAB>rank<TAB>article_id<TAB>score` lines."""
    with path.open("w", encoding="utf-8") as file:
        for query, ranked in run.items():
            for rank, (article, score) in enumerate(ranked, 1):
                file.write(f"{query}\t{rank}\t{article}\t{score:.6f}\n")


def _figures(judged: EvaluationSet, run: Mapping[str, Ranked], ids: Iterable[str]) -> Figures:
    ids = list(ids)
    scored = [
        score_query([article for article, _ in run[query]], judged.grades[query])
        for query in ids
        if query in judged.grades
    ]
    refused = [query for query in ids if query in judged.no_answer]
    wrong = sum(1 for query in refused if run[query])
    return Figures(
        queries=len(scored),
        measures={
            name: sum(row[name] for row in scored) / len(scored) if scored else 0.0
            for name in MEASURES
        },
        false_answers=wrong / len(refused) if refused else None,
    )


def _gain(grades: Sequence[int]) -> float:
    return sum(grade / math.log2(rank + 1) for rank, grade in enumerate(grades, 1))
