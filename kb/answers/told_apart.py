"""How well confidence tells questions that have an answer from those that have none."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from kb.evaluation.measures import EvaluationSet, Ranked

# Of the messages that nothing answers, no more may get an answer.
MOST_FALSE = 0.05
# What is measured of a run where it can be, by the names that are shown.
MEASURES = ("told apart", "answered")

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def measures_of(judged: EvaluationSet, run: Mapping[str, Ranked]) -> dict[str, float]:
    """Return the measures of a run whose scores are confidences; none where all have an answer.

    told apart  chance that a question with an answer gets more confidence than one without
    answered    share of the questions with an answer whose first article is right, while at most
                MOST_FALSE of those without one get any
    """
    known = [query.id for query in judged.queries if query.id in judged.grades]
    unknown = [query.id for query in judged.queries if query.id in judged.no_answer]
    if not known or not unknown:
        return {}
    ids = known + unknown
    confidences = np.array([_confidence(run[query]) for query in ids])
    right = [bool(run[q]) and run[q][0][0] in judged.grades.get(q, {}) for q in ids]
    inside = np.arange(len(ids)) < len(known)
    values = (
        area(confidences[inside], confidences[~inside]),
        answered(confidences, np.array(right), inside),
    )
    return dict(zip(MEASURES, values, strict=True))


def area(inside: Floats, outside: Floats) -> float:
    """Return how often a value of `inside` is the larger of a pair; equal ones count half."""
    if not len(inside) or not len(outside):
        return 0.0
    ordered = np.sort(outside)
    below = np.searchsorted(ordered, inside, "left") + np.searchsorted(ordered, inside, "right")
    return float(below.mean() / (2 * len(ordered)))


def answered(confidences: Floats, right: Mask, inside: Mask) -> float:
    """Return the share answered rightly where at most MOST_FALSE of the rest get an answer."""
    if not inside.any():
        return 0.0
    given = confidences > _cut(confidences[~inside])
    return float((given & right)[inside].mean())


def _cut(outside: Floats) -> float:
    """Return what a confidence has to exceed, so that at most MOST_FALSE of some values do."""
    allowed = int(MOST_FALSE * len(outside))
    return float(np.sort(outside)[::-1][allowed]) if allowed < len(outside) else -np.inf


def _confidence(ranked: Sequence[tuple[str, float]]) -> float:
    return ranked[0][1] if ranked else 0.0
