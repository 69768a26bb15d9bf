"""A folder of articles with its index, and worker processes that outlive one update."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from article_folder import ArticleFolder, SharedPool

from indexer import update


@pytest.fixture
def folder(tmp_path: Path) -> ArticleFolder:
    return ArticleFolder(tmp_path)


@pytest.fixture(scope="session")
def _shared_pool() -> Iterator[SharedPool]:
    shared = SharedPool()
    with shared.pool:
        yield shared


@pytest.fixture
def shared_pool(_shared_pool: SharedPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have updates use one real pool; starting its processes is most of a small update's time."""
    monkeypatch.setattr(update, "BoundedPool", _shared_pool)
