"""Options and fixtures that all tests share."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--kills",
        type=int,
        default=24,
        metavar="N",
        help="at how many moments each crash test kills the program (default: 24)",
    )


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How many moments of a run a crash test tries."""
    return request.config.getoption("--kills")
