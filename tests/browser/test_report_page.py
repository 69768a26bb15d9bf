"""The reports for staff in a browser: readable in both schemes, narrow, and by keyboard."""

from datetime import UTC, datetime, timedelta

import pytest
from browser_checks import accessibility_problems, markup_problems
from playwright.sync_api import expect
from sample_site import TOPICS, sample_articles
from site_files import commit, write_articles, write_topics
from site_server import CONFIG, served

from kb.events.database import Database
from kb.events.event_values import Event, Vote
from kb.events.events import EventStore

# A reverse proxy signs people in; here the browser says what it would say.
STAFF = """
[staff]
proxy_header = "X-User"
trusted_proxies = ["127.0.0.1"]
"""
PAGES = {
    "full": "/agent/reports",
    "Vietnamese": "/agent/reports?locale=vi&days=365",
    "empty": "/agent/reports?locale=zh-Hant&only=zh-Hant",
}


def fill(folder):
    """Have people ask, click and vote."""
    database = Database(f"sqlite:///{folder / 'var' / 'kb.sqlite3'}")
    store = EventStore(database)
    now = datetime.now(UTC)
    for number in range(40):
        who = {"at": now - timedelta(days=number), "locale": "en", "audience": "public"}
        text = "How do I cancel my subscription?" if number % 2 else "cancel the subscription"
        store.append(Event("searched", surface="help_center", text=text, hits=0, **who))
        store.append(Event("searched", surface="help_center", text="refund", hits=3, **who))
        agent = {"surface": "agent", "user": "ann", "key": "en/refund", **who}
        store.append(Event("used", detail="rich", **agent))
        store.append(Event("flagged", detail="needs_update", comment="Old price.", **agent))
        store.append(Event("missing", text="x" * 300, **(agent | {"key": ""})))
        store.vote(Vote("en/refund", f"v{number}", number > 9, "unclear", "Why?", now))
    database.close()


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("reports")
    write_articles(folder / "articles", sample_articles())
    write_topics(folder / "articles", TOPICS)
    commit(folder / "articles")
    fill(folder)
    with served(folder, CONFIG + STAFF) as address:
        yield address


@pytest.fixture
def staff_page(context):
    context.set_extra_http_headers({"X-User": "ann"})
    return context.new_page()


@pytest.mark.parametrize("name", PAGES)
def test_reports_are_accessible_and_narrow(staff_page, address, name):
    page = staff_page
    page.goto(address + PAGES[name])
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert accessibility_problems(page) == [], scheme
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_nu_checker_finds_nothing_in_the_reports(checker, staff_page, address, tmp_path):
    files = []
    for name, path in PAGES.items():
        file = tmp_path / f"{name}.html"
        file.write_bytes(staff_page.request.get(address + path).body())
        files.append(file)
    assert markup_problems(checker, files) == []


def test_the_numbers_of_a_chart_are_reached_by_keyboard(staff_page, address):
    page = staff_page
    page.goto(f"{address}/agent/reports?days=7")
    expect(page.get_by_role("img", name="Questions that found nothing")).to_be_visible()
    summary = page.locator("section[aria-labelledby=zero] .numbers summary")
    summary.press("Enter")
    table = page.locator("section[aria-labelledby=zero] .numbers table")
    expect(table.locator("tbody tr")).to_have_count(7)
    assert accessibility_problems(page) == []


def test_a_choice_of_days_is_a_link_that_can_be_passed_on(staff_page, address):
    page = staff_page
    page.goto(f"{address}/agent/reports")
    page.get_by_role("link", name="90 days").press("Enter")
    page.wait_for_url(f"{address}/agent/reports?days=90")
    expect(page.get_by_role("link", name="90 days")).to_have_attribute("aria-current", "true")
