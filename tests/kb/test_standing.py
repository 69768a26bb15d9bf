"""What votes say of an article, and how little that moves it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.results.standing import HELPFUL_SHARE, STEPS, standing
from kb.search import Query
from kb.testing import MemoryEngine

COUNTS = st.integers(0, 500)


@pytest.mark.parametrize(
    ("helpful", "unhelpful", "steps"),
    [
        pytest.param(0, 0, 0, id="no vote"),
        pytest.param(4, 0, 0, id="too few, though all of them"),
        pytest.param(5, 0, 1, id="five of five"),
        pytest.param(6, 4, 0, id="nothing sure"),
        pytest.param(20, 1, 2, id="nearly all of many"),
        pytest.param(200, 1, 4, id="nearly all of very many"),
        pytest.param(0, 5, -1, id="none of five"),
        pytest.param(10, 90, -3, id="few of many"),
    ],
)
def test_only_what_is_sure_counts(helpful, unhelpful, steps):
    assert standing(helpful, unhelpful) == steps


@given(COUNTS, COUNTS)
def test_yes_and_no_weigh_the_same(helpful, unhelpful):
    assert standing(helpful, unhelpful) == -standing(unhelpful, helpful)
    assert abs(standing(helpful, unhelpful)) <= STEPS


@given(COUNTS, COUNTS)
def test_a_vote_more_never_harms_and_seldom_moves(helpful, unhelpful):
    more = standing(helpful + 1, unhelpful)
    if helpful + unhelpful >= 5:
        assert 0 <= more - standing(helpful, unhelpful) <= 1


def article(slug, **fields):
    return Article(
        slug=slug,
        locale="en",
        title="How do I send a parcel?",
        body="Take the parcel to a depot.",
        audience="public",
        **fields,
    )


def found(standings, text="parcel depot", articles=("a", "b", "c")):
    engine = MemoryEngine([article(slug) for slug in articles], standings=standings)
    return engine, engine.search(Query(text, "en"), audience="public").hits


def test_among_equals_the_one_that_helped_comes_first_and_the_one_that_failed_last():
    _, hits = found({"en/a": -2, "en/c": 4})
    assert [hit.slug for hit in hits] == ["c", "b", "a"]


def test_it_moves_a_score_by_a_small_share_at_most():
    plain = {hit.slug: hit.score for hit in found({})[1]}
    moved = {hit.slug: hit.score for hit in found({"en/a": -STEPS, "en/b": STEPS})[1]}
    assert moved["a"] < plain["a"]
    assert moved["b"] > plain["b"]
    assert moved["c"] == plain["c"]
    assert all(abs(moved[slug] / plain[slug] - 1) <= HELPFUL_SHARE for slug in plain)


@pytest.mark.parametrize("steps", [-3, 2])
def test_the_explanation_has_a_share_for_it_and_still_adds_up(steps):
    engine, hits = found({"en/a": steps})
    account = engine.explain(Query("parcel depot", "en"), "en/a", audience="public")
    explained = account.articles[0]
    shares = {extra.kind: extra.share for extra in explained.extras}
    assert (shares["helpful"] > 0) == (steps > 0)
    total = sum(word.total for word in explained.words) + sum(shares.values())
    assert total == pytest.approx(explained.score)
    assert explained.score == next(hit.score for hit in hits if hit.slug == "a")


@pytest.mark.parametrize(
    "text", ["depot", "could you please tell me how and where somebody takes a parcel to a depot"]
)
def test_an_article_with_everything_against_it_is_still_found(text):
    engine = MemoryEngine([article("poor", boost=0.5)], standings={"en/poor": -STEPS})
    results = engine.search(Query(text, "en"), audience="public")
    assert results.hits or results.relaxed


def test_an_article_that_is_gone_is_passed_over():
    _, hits = found({"en/gone": 4, "vi/a": 4})
    assert [hit.slug for hit in hits] == ["a", "b", "c"]
