"""Fit the confidence of answers to questions whose right article is known.

Every set of questions weighs the same, and in each the questions that have an answer weigh as much
as those that have none. A set without the latter gets them by leaving out a third of its articles:
what those alone answer, nothing answers any more.

A team's fit is a small JSON file, named by the setting `search.calibration`; without one the
coefficients of `kb.answers.confidence.SHIPPED` hold.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from kb.answers.confidence import SHIPPED, SIGNS, Calibration, Fit
from kb.answers.evidence import Evidence
from kb.answers.logistic import weights_of
from kb.answers.told_apart import MOST_FALSE, answered, area
from kb.errors import EvaluationError, SettingsError
from kb.evaluation.measures import EvaluationSet

# What "sure" promises: of so many answers that are given with it, the first is right, in every
# set of questions.
SURE_RIGHT = 0.85
FEWEST_CASES = 50
# Leads over the second article that are tried; with less than a fifth, either may be right.
LEADS = (0.2, 0.25, 0.3, 0.4, 0.5)

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Case:
    """A question that was asked.

    evidence       for the first article; None when nothing was found
    is_right       that article is one of the right ones
    is_answerable  there is a right one
    """

    evidence: Evidence | None
    is_right: bool
    is_answerable: bool


@dataclass(frozen=True, slots=True)
class Judgement:
    """How well a fit tells right answers.

    area      chance that a question with an answer gets more confidence than one without
    answered  share of the questions with an answer that are answered rightly while at most
              MOST_FALSE of the others get one
    sure      share of all questions that are answered for sure
    right     share of those answers that are right; 1 when there are none
    """

    area: float
    answered: float
    sure: float
    right: float


_MEASURES = tuple(field.name for field in fields(Judgement))


def fitted(groups: Sequence[Sequence[Case]], fewest: int = FEWEST_CASES) -> Fit:
    """Return the fit to some sets of cases; raises EvaluationError when they are too few."""
    groups = _of_one_kind(groups)
    cases = [case for group in groups for case in group]
    unanswerable = sum(not case.is_answerable for case in cases)
    if min(unanswerable, len(cases) - unanswerable) < fewest:
        raise EvaluationError(
            f"{len(cases) - unanswerable} questions that have an answer and {unanswerable} that "
            f"have none are too few; at least {fewest} of each are needed"
        )
    evidence = [case.evidence for case in cases if case.evidence]
    right = np.array([case.is_right for case in cases])
    outside = np.array([not case.is_answerable for case in cases])
    weights = np.concatenate([_shares(group) for group in groups])
    figures = np.array([each.figures() for each in evidence])
    fit = Fit(weights_of(figures, right.astype(np.float64), weights, SIGNS), maybe=1.0, sure=1.0)
    confidences = np.array([fit.confidence(each) for each in evidence])
    maybe = _maybe_from(confidences[outside], weights[outside])
    fit = fit._replace(maybe=maybe)
    sure, lead = _sure_from(fit, groups)
    return fit._replace(sure=sure, lead=lead)


def judged(fit: Fit, cases: Sequence[Case]) -> Judgement:
    """Return how well a fit tells what is right among the cases that it is for."""
    figures = len(fit.weights) - 1
    cases = [c for c in cases if not c.evidence or len(c.evidence.figures()) == figures]
    confidences = np.array([fit.confidence(c.evidence) if c.evidence else 0.0 for c in cases])
    inside = np.array([case.is_answerable for case in cases], dtype=bool)
    right = np.array([case.is_right for case in cases], dtype=bool)
    leads = np.array([case.evidence.lead if case.evidence else 0.0 for case in cases])
    sure = (confidences >= fit.sure) & (leads >= fit.lead)
    return Judgement(
        area=area(confidences[inside], confidences[~inside]),
        answered=answered(confidences, right, inside),
        sure=float(sure.mean()) if len(cases) else 0.0,
        right=float(right[sure].mean()) if sure.any() else 1.0,
    )


def judged_by_halves(groups: Sequence[Sequence[Case]]) -> Judgement:
    """Return how well fits to every other case judge the rest: what a fit is worth on new ones."""
    halves = [[list(group[first::2]) for group in groups] for first in (0, 1)]
    rows = [
        judged(fitted(own, fewest=FEWEST_CASES // 2), [case for group in other for case in group])
        for own, other in (halves, halves[::-1])
    ]
    means = {name: (getattr(rows[0], name) + getattr(rows[1], name)) / 2 for name in _MEASURES}
    return Judgement(**means)


def without_a_third(judged_: EvaluationSet) -> EvaluationSet:
    """Return a set without every third article; what those alone answer has no answer then.

    Questions that lose only a part of their answers are left out.
    """
    kept = {article.path for article in judged_.articles if not _falls_out(article.path)}
    left = {
        query: {path: grade for path, grade in grades.items() if path in kept}
        for query, grades in judged_.grades.items()
    }
    halved = {q for q, grades in left.items() if grades and len(grades) < len(judged_.grades[q])}
    return replace(
        judged_,
        articles=tuple(article for article in judged_.articles if article.path in kept),
        queries=tuple(query for query in judged_.queries if query.id not in halved),
        grades={q: grades for q, grades in left.items() if grades and q not in halved},
        no_answer=judged_.no_answer | {q for q, grades in left.items() if not grades},
    )


def open_calibration(path: str) -> Calibration:
    """Return what the setting `search.calibration` names; what is shipped when it is ""."""
    return read_calibration(Path(path)) if path else SHIPPED


def read_calibration(path: Path) -> Calibration:
    """Return what a file holds; raises SettingsError."""
    try:
        found = orjson.loads(path.read_bytes())
        return Calibration(**{name: _fit_of(name, found[name]) for name in Calibration._fields})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SettingsError(
            f"{path}: no calibration ({error}). Write one with `kb calibrate SET --write {path}`."
        ) from error


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Write a calibration as JSON."""
    shape = {name: fit._asdict() for name, fit in calibration._asdict().items()}
    options = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    path.write_bytes(orjson.dumps(shape, option=options))


def _fit_of(name: str, row: dict[str, Any]) -> Fit:
    maybe, sure, lead = (float(row[key]) for key in ("maybe", "sure", "lead"))
    fit = Fit(tuple(map(float, row["weights"])), maybe, sure, lead)
    expected = len(getattr(SHIPPED, name).weights)
    if len(fit.weights) != expected or not np.isfinite(fit.weights).all():
        raise ValueError(f"{name} needs {expected} finite weights")
    if not (0 <= maybe <= sure <= 1 and 0 <= lead <= 1):
        raise ValueError(f"{name} needs 0 <= maybe <= sure <= 1 and a lead from 0 to 1")
    return fit


def _of_one_kind(groups: Sequence[Sequence[Case]]) -> list[list[Case]]:
    """Return the cases that something was found for; where meaning counts, only with nearness."""
    has_nearness = any(c.evidence and c.evidence.nearness is not None for g in groups for c in g)
    return [
        [c for c in group if c.evidence and (c.evidence.nearness is not None) == has_nearness]
        for group in groups
    ]


def _shares(group: Sequence[Case]) -> Floats:
    """Return what each case of a set weighs: both kinds half of it."""
    inside = np.array([case.is_answerable for case in group], dtype=bool)
    counts: Floats = np.where(inside, inside.sum(), (~inside).sum()).astype(np.float64)
    shares: Floats = 1.0 / np.maximum(1.0, counts)
    return shares


def _sure_from(fit: Fit, groups: Sequence[Sequence[Case]]) -> tuple[float, float]:
    """Return a confidence and a lead from which on SURE_RIGHT of the answers of each set are right.

    Of all such pairs it is the one that lets most right answers through.
    """
    best, most = (1.0, 0.0), 0.0
    rows = [_rows(fit, group) for group in groups if group]
    for lead in LEADS:
        led = [row[:, row[0] >= lead] for row in rows]
        sure = max(fit.maybe, *(_precise_from(confidences, right) for _, confidences, right in led))
        passed = sum(
            float(right[confidences >= sure].sum()) / max(1, row.shape[1])
            for row, (_, confidences, right) in zip(rows, led, strict=True)
        )
        if passed > most:
            best, most = (sure, lead), passed
    return best


def _rows(fit: Fit, cases: Sequence[Case]) -> Floats:
    """Return leads, confidences and whether the answers are right, one column for each case."""
    found = [(case.evidence, case.is_right) for case in cases if case.evidence]
    columns = [(each.lead, fit.confidence(each), float(right)) for each, right in found]
    return np.array(columns, dtype=np.float64).reshape(-1, 3).T


def _precise_from(confidences: Floats, right: Floats) -> float:
    """Return the lowest confidence from which on SURE_RIGHT of some answers are right."""
    if not len(confidences):
        return 0.0
    order = np.argsort(-confidences, kind="stable")
    held = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(held >= SURE_RIGHT)
    return float(confidences[order[enough[-1]]]) if len(enough) else 1.0


def _maybe_from(outside: Floats, weights: Floats) -> float:
    """Return the lowest confidence that lets at most MOST_FALSE of the unanswerable through."""
    order = np.argsort(-outside, kind="stable")
    passed = np.cumsum(weights[order]) / weights.sum()
    last = int(np.searchsorted(passed, MOST_FALSE, "right"))
    return float(np.nextafter(outside[order[min(last, len(order) - 1)]], 1.0))


def _falls_out(path: str) -> bool:
    return int(hashlib.sha256(path.encode()).hexdigest(), 16) % 3 == 0
