"""Vectors keep their nearness when they are stored, and may be missing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.meaning.vectors import NONE, IndexVectors, SegmentVectors, packed, vector_arrays

# The error of a product of two vectors of length 1, as large as it has to be told apart.
CLOSE = 0.002


def directions(count: int, seed: int = 0, dimension: int = 384) -> np.ndarray:
    """Return vectors of length 1."""
    rows = np.random.default_rng(seed).normal(size=(count, dimension))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def segment(heads: list[int], passages: list[int], rows: np.ndarray, **more: int) -> SegmentVectors:
    return SegmentVectors(vector_arrays("test", heads, passages, packed(rows), **more))


@given(st.integers(0, 2**32 - 1))
def test_stored_vectors_are_as_near_as_they_were(seed):
    rows = directions(5, seed)
    query = directions(1, seed ^ 1)[0]
    stored = segment([NONE] * 5, [0, 1, 2, 3, 4], rows)
    assert stored.nearness(query, np.arange(5)) == pytest.approx(rows @ query, abs=CLOSE)


def test_more_vectors_than_one_block_are_all_compared():
    rows = directions(5_000, dimension=8)
    stored = segment([NONE], list(range(5_000)), rows)
    query = rows[4_999]
    nearness = stored.nearness(query, np.zeros(5_000, dtype=np.int64))
    assert nearness == pytest.approx(rows @ query, abs=0.01)
    assert int(nearness.argmax()) == 4_999


def test_a_passage_is_as_near_as_its_article_when_that_is_nearer():
    rows = directions(3)
    stored = segment([0, 1], [NONE, 2], rows)
    nearness = stored.nearness(rows[0], np.array([0, 1]))
    assert nearness[0] == pytest.approx(1, abs=CLOSE)
    assert nearness[1] == pytest.approx(max(rows[1] @ rows[0], rows[2] @ rows[0]), abs=CLOSE)


def test_what_has_no_vector_is_not_known():
    rows = directions(1)
    stored = segment([0, NONE], [NONE, NONE], rows, missing=2)
    assert np.isnan(stored.nearness(rows[0], np.array([0, 1]))).tolist() == [False, True]
    assert stored.missing == 2


def test_a_vector_of_nothing_is_near_nothing():
    stored = segment([0], [NONE], np.zeros((1, 384), dtype=np.float32))
    assert stored.nearness(directions(1)[0], np.array([0])).tolist() == [0]


def test_segments_follow_each_other_with_vectors_or_without():
    rows = directions(1)
    one = segment([0], [NONE], rows)
    vectors = IndexVectors([(None, np.array([0, 0])), (one, np.array([0]))])
    assert np.isnan(vectors.nearness(rows[0])).tolist() == [True, True, False]
    assert len(IndexVectors([]).nearness(rows[0])) == 0
