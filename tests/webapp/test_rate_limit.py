"""How often one name may come: a few at once, then one every so often."""

import pytest

from webapp import rate_limit
from webapp.rate_limit import RateLimit


def test_a_few_are_allowed_at_once_and_the_next_has_to_wait():
    limit = RateLimit(burst=3, every_seconds=10)
    assert [limit.wait_seconds("a", now=100) for _ in range(3)] == [0, 0, 0]
    assert limit.wait_seconds("a", now=100) == 10
    assert limit.wait_seconds("a", now=104) == pytest.approx(6)
    assert limit.wait_seconds("b", now=104) == 0


def test_who_waits_long_enough_is_allowed_and_has_not_lost_by_asking():
    limit = RateLimit(burst=1, every_seconds=10)
    assert limit.wait_seconds("a", now=0) == 0
    for second in range(1, 10):
        assert limit.wait_seconds("a", now=second) == 10 - second
    assert limit.wait_seconds("a", now=10) == 0


def test_what_it_remembers_is_bounded(monkeypatch):
    monkeypatch.setattr(rate_limit, "_MOST_NAMES", 2)
    limit = RateLimit(burst=1, every_seconds=10)
    for name in ("a", "b", "c"):
        assert limit.wait_seconds(name, now=0) == 0
    assert limit.wait_seconds("c", now=1) > 0
    assert limit.wait_seconds("a", now=1) == 0
