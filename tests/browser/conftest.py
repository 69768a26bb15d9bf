"""A real server over a real index, and the system's Chromium.

One browser and one server per test process: starting them is most of what a browser test costs.
"""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sample_site import TOPICS, sample_articles
from site_files import commit, write_articles, write_topics

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONFIG = """\
[site]
name = "Parcel Help"
contact_url = "mailto:ask@example.com"
edit_url = "https://git.example.com/edit/main/{path}"

[server]
explain = true
"""
START_SECONDS = 60


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.fail(
            "Chromium is missing; get it with "
            "`apt-get install --no-install-recommends chromium fonts-noto-core fonts-noto-cjk`",
            pytrace=False,
        )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 1280, "height": 800}, reduced_motion="reduce", color_scheme="light"
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the sample site."""
    folder = tmp_path_factory.mktemp("site")
    articles = folder / "articles"
    write_articles(articles, sample_articles())
    write_topics(articles, TOPICS)
    commit(articles)
    with served(folder) as address:
        yield address


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Index `folder/articles` and serve it, both by the command line, as an operator would."""
    (folder / "kb.toml").write_text(CONFIG, encoding="utf-8")
    run_kb(folder, "index").check_returncode()
    port = _free_port()
    server = subprocess.Popen(
        [*_kb(), "serve", "--port", str(port)], cwd=folder, env=_environment()
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def run_kb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `kb` with these arguments in `folder`."""
    command = [*_kb(), *arguments]
    return subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )


def _kb() -> list[str]:
    return [sys.executable, "-c", "from kb.cli import main; main()"]


def _environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return {**clean, "PYTHONPATH": str(ROOT)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the server is not ready after a minute")
