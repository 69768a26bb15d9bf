"""Confidence grows with what speaks for an answer, and never leaves 0 to 1."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answers.confidence import SHIPPED, SIGNS, Fit
from kb.answers.evidence import Evidence

SHARES = st.floats(0, 1)
AMOUNTS = st.floats(0, 1e6)
FITS = pytest.mark.parametrize("fit", SHIPPED, ids=SHIPPED._fields)


@st.composite
def evidences(draw):
    return Evidence(*(draw(each) for each in (AMOUNTS, AMOUNTS, AMOUNTS, SHARES, AMOUNTS, SHARES)))


def suited(fit, evidence):
    """Return evidence of the kind that a fit is for."""
    is_by_words = len(fit.weights) == len(SHIPPED.by_words.weights)
    return replace(evidence, nearness=None) if is_by_words else evidence


@FITS
@given(evidences())
def test_it_is_between_0_and_1_whatever_is_found(fit, evidence):
    assert 0 <= fit.confidence(suited(fit, evidence)) <= 1


@FITS
@given(evidences(), SHARES, AMOUNTS)
def test_it_never_falls_when_more_is_covered_or_the_score_is_higher(fit, evidence, share, more):
    evidence = suited(fit, evidence)
    covered = replace(evidence, coverage=evidence.coverage + share * (1 - evidence.coverage))
    assert fit.confidence(covered) >= fit.confidence(evidence)
    higher = replace(evidence, score=evidence.score + more)
    assert fit.confidence(higher) >= fit.confidence(evidence)


@given(evidences(), SHARES)
def test_it_never_falls_when_an_article_is_nearer_in_meaning(evidence, more):
    fit = SHIPPED.by_meaning
    nearer = replace(evidence, nearness=evidence.nearness + more)
    assert fit.confidence(nearer) >= fit.confidence(evidence)


def test_what_is_shipped_has_the_right_signs_and_order():
    for fit in SHIPPED:
        assert all(w * sign >= 0 for w, sign in zip(fit.weights[1:], SIGNS, strict=False))
        assert 0 < fit.maybe < fit.sure < 1
        assert 0 <= fit.lead <= 1


def test_meaning_decides_which_coefficients_weigh():
    evidence = Evidence(10.0, 5.0, 2.0, 1.0, 3.0)
    assert SHIPPED.fit_for(evidence) is SHIPPED.by_words
    assert SHIPPED.fit_for(replace(evidence, nearness=0.1)) is SHIPPED.by_meaning


@pytest.mark.parametrize(
    ("confidence", "lead", "state"),
    [
        (0.9, 0.5, "sure"),
        (0.8, 0.2, "sure"),
        (0.9, 0.1, "maybe"),
        (0.4, 1, "maybe"),
        (0.3, 1, "none"),
    ],
)
def test_states_begin_where_they_say(confidence, lead, state):
    fit = Fit((0.0, 1.0, 1.0, 1.0, 0.0), maybe=0.4, sure=0.8, lead=0.2)
    assert fit.state(confidence, lead) == state
