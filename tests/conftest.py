"""Options and fixtures that all tests share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

# Tests share a machine with others: what takes long in one run does not in the next.
# Half the usual number: the suite is run often, and every run draws others.
settings.register_profile("project", deadline=None, max_examples=50)
settings.load_profile("project")

if TYPE_CHECKING:
    from engines import Engines

    from kb.search import SearchEngine


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=12,
        metavar="N",
        help="at how many moments each crash test kills the program (default: 12)",
    )


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How many moments of a run a crash test tries."""
    return request.config.getoption("--kills")


@pytest.fixture(scope="module", autouse=True)
def cost_of_passwords() -> Iterator[None]:
    """Have a hash cost little in this process; test_passwords.py says what it has to cost."""
    from argon2 import PasswordHasher

    from kb.staff import passwords

    quick = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", quick)
        patch.setattr(passwords, "_HASH_OF_NOBODY", quick.hash("what nobody knows"))
        yield


@pytest.fixture(scope="session")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Engines of every kind over any articles."""
    from engines import Engines

    with Engines(tmp_path_factory.mktemp("engines")) as made:
        yield made


@pytest.fixture(params=("memory", "whoosh"), scope="session")
def kind(request: pytest.FixtureRequest) -> str:
    """Which engine a test of the contract is run on."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def library(kind: str, engines: Engines) -> SearchEngine:
    """An engine over sixty articles of a city library."""
    from library_articles import library_articles

    return engines.of(kind, library_articles())
