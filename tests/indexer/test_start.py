"""What is loaded when: an update that changes nothing, and a server, load only what they need."""

import subprocess
import sys
from pathlib import Path

import pytest
from article_folder import ArticleFolder, article

import kb

ROOT = Path(kb.__file__).parents[1]
ASK = "import sys; print(*(name for name in {names!r} if name in sys.modules))"


def loaded(code: str, names: tuple[str, ...]) -> list[str]:
    """Return which modules a fresh process has loaded after running `code`."""
    asked = f"{code}; {ASK.format(names=names)}"
    command = [sys.executable, "-c", asked]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return done.stdout.split()


@pytest.mark.usefixtures("shared_pool")
def test_an_update_that_finds_nothing_changed_loads_nothing_that_writes(folder: ArticleFolder):
    folder.put("en/x/a.md", article("Reset", "canary"))
    folder.update()
    code = (
        "from datetime import datetime, UTC; from pathlib import Path; "
        "from indexer.update import update_index; from kb.settings_tables import Source; "
        f"source = Source(name='articles', path=Path({str(folder.articles)!r})); "
        f"now = datetime.fromisoformat({folder.now.isoformat()!r}); "
        f"report = update_index([source], Path({str(folder.root)!r}), now=now); "
        "assert not report.switched"
    )
    writing = ("numpy", "whoosh", "opencc", "markdown", "nh3", "pygments", "sqlite3")
    assert loaded(code, writing) == []


def test_an_engine_loads_nothing_that_reads_or_writes_articles():
    unneeded = ("whoosh", "markdown", "nh3", "pygments", "yaml", "pydantic", "sqlite3")
    assert loaded("import indexer.engine", unneeded) == []


def test_a_server_loads_nothing_that_reads_or_writes_articles():
    unneeded = ("whoosh", "markdown", "pymdownx", "yaml", "kb.files.library", "kb.rendering.render")
    assert loaded("import webapp, indexer.engine", unneeded) == []
