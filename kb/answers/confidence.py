"""How likely it is that an article answers what was asked: from 0 to 1, by what can be counted.

A logistic function of a few figures that mean the same in any knowledge base. It never falls when
an article holds more of the question or scores higher. The distance to the second article is not
among the figures: measured on other sets than those it was fitted to, it made worse whether there
is an answer at all. It only decides whether somebody has to look.
"""

import math
from typing import NamedTuple

from kb.answers.evidence import Evidence
from kb.answers.suggestions import State

_LARGEST = 30.0


# The sign that each figure's weight may have; words speak for either side.
SIGNS = (1, 1, 1, 0, 1)


class Fit(NamedTuple):
    """A logistic function and where its values are cut.

    weights  the constant, then one for each figure
    maybe    from here on, few messages that nothing answers get an answer
    sure     from here on, the first answer is right as often as "sure" promises
    lead     if it leads the second one by this share of its score: of two articles that are
             nearly the same either may be right
    """

    weights: tuple[float, ...]
    maybe: float
    sure: float
    lead: float = 0.0

    def confidence(self, evidence: Evidence) -> float:
        """Return how likely the article is the answer, 0 to 1."""
        constant, *weights = self.weights
        figures = evidence.figures()
        total = constant + sum(w * figure for w, figure in zip(weights, figures, strict=True))
        return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, total))))

    def state(self, confidence: float, lead: float) -> State:
        """Return what a confidence, and a lead, mean for who sends the answer."""
        if confidence >= self.sure and lead >= self.lead:
            return "sure"
        return "maybe" if confidence >= self.maybe else "none"


class Calibration(NamedTuple):
    """How evidence is weighed: by words alone, and where nearness in meaning is known too."""

    by_words: Fit
    by_meaning: Fit

    def fit_for(self, evidence: Evidence) -> Fit:
        """Return what weighs this evidence."""
        return self.by_words if evidence.nearness is None else self.by_meaning


# As `python -m tests.evaluation.calibration` fits them, to sets of questions that no figure of
# docs/quality.md for answers is measured on.
SHIPPED = Calibration(
    by_words=Fit((-5.598, 0.413, 2.467, 5.424, -1.218), maybe=0.506, sure=0.723, lead=0.3),
    by_meaning=Fit(
        (-4.224, 0.732, 2.527, 1.258, -1.847, 32.41), maybe=0.557, sure=0.623, lead=0.25
    ),
)
