"""Fit a logistic function to what was seen, by Newton's method.

A figure that can only speak for an answer never gets a weight that speaks against it: then it gets
none, and the others are fitted again.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

# Keeps weights small that few cases speak for.
_RIDGE = 1e-3
_STEPS = 60
_CLOSE = 1e-8

Floats = NDArray[np.float64]


def weights_of(
    figures: Floats, right: Floats, weights: Floats, signs: Sequence[int]
) -> tuple[float, ...]:
    """Return the constant and the weights of the likeliest logistic function.

    figures  one row for each case
    right    1 for the cases that it is to say yes to, 0 for the others
    weights  what each case counts
    signs    of each figure's weight: 1, -1, or 0 for either; a wrong one becomes 0, the worst first
    """
    middle = np.average(figures, axis=0, weights=weights)
    spread = np.sqrt(np.average((figures - middle) ** 2, axis=0, weights=weights))
    spread[spread == 0] = 1.0
    rows = np.column_stack([np.ones(len(figures)), (figures - middle) / spread])
    allowed = np.array((0, *signs[: figures.shape[1]]))
    free = np.ones(rows.shape[1], dtype=bool)
    while True:
        found = np.zeros(rows.shape[1])
        found[free] = _likeliest(rows[:, free], right, weights / weights.sum())
        wrong = np.where(free, allowed * found, 0.0)
        if wrong.min() >= 0:
            break
        free[wrong.argmin()] = False
    own = found[1:] / spread
    return (float(found[0] - own @ middle), *own.tolist())


def _likeliest(rows: Floats, right: Floats, weights: Floats) -> Floats:
    """Return the coefficients by Newton's method; the first one is the constant."""
    ridge = np.full(rows.shape[1], _RIDGE)
    ridge[0] = 0.0
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weights * (likely - right)) + ridge * found
        curve = (rows * (weights * likely * (1 - likely))[:, None]).T @ rows + np.diag(ridge)
        step = np.linalg.lstsq(curve, slope, rcond=None)[0]
        found -= step
        if np.abs(step).max() < _CLOSE:
            break
    return found
