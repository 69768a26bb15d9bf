"""The due list of a site: who sees it, as a page, as JSON and in a calendar program."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from engines import article
from staff_site import HOST, Browser, staff_app

from kb.errors import AccountError
from kb.events.event_values import Event
from kb.staff.api_tokens import FEED, SCOPES
from kb.testing import MemoryEngine
from webapp.openapi import document

NOW = datetime.now(UTC)
TODAY = NOW.date()


def days_ago(days):
    return TODAY - timedelta(days=days)


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    engine = MemoryEngine(
        [
            article("flagged", "Is it flagged?", owner="Bo", verified_on=days_ago(1)),
            article("lapsed", "Has it <lapsed>?", owner="An Lê", verified_on=date(2020, 1, 1)),
            article("soon", "Is it due soon?", owner="An Lê", verified_on=days_ago(170)),
            article("fine", "Is it fine?", owner="Bo", verified_on=TODAY),
            article("hidden", "Is it hidden?", audience="internal"),
            article("cũ", "Bài này cũ chưa?", locale="vi", owner="An Lê"),
        ]
    )
    app = staff_app(tmp_path_factory.mktemp("site"), engine)
    app.extensions["kb"].store.append(
        Event(
            "flagged",
            NOW,
            surface="agent",
            locale="en",
            audience="internal",
            key="en/flagged",
            detail="needs_update",
            comment="The <price> is old.",
        )
    )
    return app


@pytest.fixture
def browser(app):
    browser = Browser(app)
    browser.come_in("agent-ann")
    return browser


@pytest.fixture(scope="module")
def make(app):
    def make(name, *scopes, user="agent-ann", **options):
        made = {"days": 9, "now": NOW, **options}
        return app.extensions["kb"].tokens().add(user, name, scopes, **made)

    return make


# The page


def test_the_page_lists_the_worst_first_and_internal_articles_too(browser):
    text = browser.get("/agent/due").text
    places = [text.index(title) for title in ("Is it flagged?", "&lt;lapsed&gt;", "Is it hidden?")]
    assert places == sorted(places)
    assert "Is it due soon?" in text
    assert "Is it fine?" not in text
    assert "The &lt;price&gt; is old." in text
    assert 'href="/agent/section?key=en/hidden&amp;level=article"' in text
    assert 'href="/en/articles/flagged"' in text
    assert 'href="/agent/due" aria-current="page"' in text


def test_one_owners_list_and_days_ahead_are_in_the_address(browser):
    text = browser.get("/agent/due?owner=an+l%C3%AA&within=0").text
    assert "&lt;lapsed&gt;" in text
    assert "Bài này cũ chưa?" in text
    assert "Is it flagged?" not in text
    assert "Is it due soon?" not in text
    assert 'href="/agent/due.json?owner=an+l%C3%AA&amp;within=0"' in text
    assert "Nothing is due." in browser.get("/agent/due?owner=nobody").text


@pytest.mark.parametrize("query", ["within=x", "within=99999", "within=-1", "owner=%00%ff<b>", "x"])
def test_whatever_stands_in_the_address_there_is_a_page(browser, query):
    assert browser.get(f"/agent/due?{query}").status_code == 200


def test_strangers_get_nothing(app):
    stranger = Browser(app)
    assert stranger.get("/agent/due").status_code == 303
    assert (
        stranger.get("/agent/due.json", headers={"Accept": "application/json"}).status_code == 401
    )
    assert stranger.post("/agent/due/calendar").status_code in (303, 403)


def test_agents_are_told_of_a_check_that_lapses_soon_and_readers_are_not(app, browser):
    last = days_ago(-10)
    shown = browser.get("/agent?q=Is+it+due+soon&mode=search").text
    assert "Verified; check due soon" in shown
    section = browser.get("/agent/section?key=en/soon&level=article").text
    assert "a new check is due by" in section
    assert str(last.year) in section
    assert "a new check is due by" not in browser.get("/en/articles/soon").text
    assert "check due soon" not in browser.get("/en/search?q=due+soon").text
    listed = browser.get("/agent?q=lapsed&mode=search").text
    assert "Check has lapsed" in listed
    assert "Last verified on January 1, 2020; a new check is due" in listed


# For programs


def test_json_is_the_same_for_the_page_and_for_a_token(app, browser, make):
    by_page = browser.get("/agent/due.json?owner=bo").json
    token = make("reader", "reports")
    client = app.test_client()
    response = client.get(
        "/api/v1/due?owner=bo", base_url=HOST, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.json == by_page
    assert "no-store" in response.headers["Cache-Control"]
    assert [row["key"] for row in by_page["articles"]] == ["en/flagged"]
    assert by_page["articles"][0]["reasons"] == ["flagged"]
    described = document("x")["components"]["schemas"]["Due"]["properties"]
    assert set(by_page) == set(described)
    assert set(by_page["articles"][0]) == set(described["articles"]["items"]["properties"])


@pytest.mark.parametrize(
    ("scope", "query", "status"),
    [
        (None, "", 401),
        ("search:internal", "", 403),
        ("calendar", "", 403),
        ("reports", "?within=x", 400),
    ],
)
def test_without_the_scope_or_with_a_wrong_number_programs_are_refused(
    app, make, scope, query, status
):
    headers = {}
    if scope:
        headers["Authorization"] = f"Bearer {make(f'refused-{scope[:4]}', scope)}"
    assert app.test_client().get(f"/api/v1/due{query}", headers=headers).status_code == status


# The calendar


def feed_of(browser, path="/agent/due/calendar"):
    """Have an address made, as somebody does by the button, and return it as a path."""
    page = browser.post(path, token=browser.token_on("/agent/due")).text
    found = page[page.index(f"{HOST}/api/v1/due.ics") :].partition("<")[0].replace("&amp;", "&")
    parts = urlsplit(found)
    return f"{parts.path}?{parts.query}"


def test_an_address_for_a_calendar_is_made_shown_once_and_replaced(app, browser):
    path = feed_of(browser, "/agent/due/calendar?owner=An+L%C3%AA&locale=vi")
    token = parse_qs(urlsplit(path).query)["token"][0]
    assert token not in browser.get("/agent/due").text
    response = app.test_client().get(path, base_url=HOST)
    assert response.status_code == 200
    assert response.content_type == "text/calendar; charset=utf-8"
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["X-Robots-Tag"] == "noindex"
    text = response.get_data(as_text=True).replace("\r\n ", "")
    assert "SUMMARY:2 bài viết cần xem lại" in text
    assert "SUMMARY:Đến hạn kiểm chứng: Is it due soon?" in text
    assert f"DTSTART;VALUE=DATE:{days_ago(-10):%Y%m%d}" in text
    assert f"URL:{HOST}/en/articles/soon" in text
    assert "flagged" not in text

    again = feed_of(browser)
    assert app.test_client().get(path, base_url=HOST).status_code == 403
    assert "Is it fine?" in app.test_client().get(again, base_url=HOST).get_data(as_text=True)
    assert browser.get("/account").text.count(">calendar</b>") == 1
    app.extensions["kb"].tokens().revoke("agent-ann", FEED)
    assert app.test_client().get(again, base_url=HOST).status_code == 403


def test_whom_only_the_proxy_knows_gets_no_address(tmp_path):
    staff = {"proxy_header": "X-User", "trusted_proxies": ["127.0.0.1"]}
    browser = Browser(staff_app(tmp_path, MemoryEngine([]), staff=staff))
    page = browser.get("/agent/due", headers={"X-User": "zoe"}).text
    assert "needs an account here" in page
    token = re.search(r'name="csrf" value="(\w+)"', page)[1]
    answer = browser.post("/agent/due/calendar", token=token, headers={"X-User": "zoe"})
    assert answer.status_code == 403


def test_a_token_in_an_address_opens_the_calendar_and_nothing_else(app, make):
    feed = make("feed", FEED)
    client = app.test_client()
    headers = {"Authorization": f"Bearer {feed}"}
    for path in ("/api/v1/reports", "/api/v1/due", "/api/v1/search?q=a&audience=internal"):
        assert client.get(path, headers=headers).status_code == 403, path
    for name, scope in enumerate(each for each in SCOPES if each != FEED):
        other = make(f"other-{name}", scope)
        assert client.get(f"/api/v1/due.ics?token={other}").status_code == 403, scope
    with pytest.raises(AccountError, match="give it no other scope"):
        make("both", FEED, "reports")


@pytest.mark.parametrize(
    "query", ["", "?token=", "?token=kb_guess", "?token=%ff", "?token=a&token=b"]
)
def test_no_other_token_opens_it(app, query):
    response = app.test_client().get(f"/api/v1/due.ics{query}")
    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "hidden" not in response.text


def test_it_ends_with_its_day_and_with_its_user(app, make):
    client = app.test_client()
    expired = make("expired", FEED, now=NOW - timedelta(days=10))
    assert client.get(f"/api/v1/due.ics?token={expired}").status_code == 403
    app.extensions["kb"].accounts().add("leaver", "agent", None)
    token = make("feed", FEED, user="leaver")
    assert client.get(f"/api/v1/due.ics?token={token}").status_code == 200
    assert client.get(f"/api/v1/due.ics?token={token}&locale=xx").status_code == 400
    app.extensions["kb"].accounts().remove("leaver")
    assert client.get(f"/api/v1/due.ics?token={token}").status_code == 403
