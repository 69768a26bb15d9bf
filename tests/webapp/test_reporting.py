"""The reports for staff: what is on the page, in the files and in the API, and for whom."""

import csv
import io
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest
from sample_site import sample_engine
from staff_site import Browser, staff_app

from kb.events.event_values import Event, Vote
from kb.reports.values import REPORTS
from kb.staff.api_tokens import FEED, SCOPES
from webapp.reporting import _bars

NOW = datetime.now(UTC)
PAGE = "/agent/reports"
TITLES = {
    "zero": "Questions that found nothing",
    "unclicked": "Questions after which no article was opened",
    "missing": "Articles that agents miss",
    "flagged": "Articles that agents flagged",
    "votes": "What readers say",
    "used": "Articles that agents use",
}
EMPTY = {
    "en": ["Nobody has searched in this time.", "No reader has voted."],
    "vi": ["Chưa ai tìm kiếm trong thời gian này.", "Chưa có người đọc nào bình chọn."],
    "zh-Hant": ["這段期間沒有人搜尋", "還沒有讀者投票"],
}


def happened(kind, text="", *, days_ago=1, locale="en", surface="help_center", **rest):
    at = NOW - timedelta(days=days_ago)
    return Event(kind, at, surface, locale, "public", text=text, **rest)


def fill(store):
    """Have a few people search, vote and say what they think."""
    agent = {"surface": "agent", "user": "agent-ann"}
    for event in (
        happened("searched", "cancel subscription", visitor="a", hits=0),
        happened("searched", "cancel subscription", visitor="b", hits=0, days_ago=3),
        happened("searched", "=cmd()", visitor="a", hits=0, days_ago=2),
        happened("searched", "hủy gói dịch vụ", visitor="c", hits=0, locale="vi"),
        happened("searched", "refund", visitor="d", hits=3),
        happened("clicked", "refund", visitor="d", key="en/refund"),
        happened("searched", "parcel <b>", visitor="e", hits=2),
        happened("searched", "long ago", visitor="e", hits=0, days_ago=60),
        happened("used", key="en/refund", detail="rich", **agent),
        happened("flagged", key="en/gone", detail="needs_update", comment="It is gone.", **agent),
        happened("missing", "Can I send a bicycle?", **agent),
    ):
        store.append(event)
    for number in range(4):
        store.vote(Vote("en/refund", f"v{number}", number > 0, "", "", NOW))
    store.vote(Vote("en/invoice", "v", False, "unclear", "Which tab?", NOW))


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    made = staff_app(tmp_path_factory.mktemp("reports"), sample_engine())
    fill(made.extensions["kb"].store)
    return made


@pytest.fixture
def staff(app):
    browser = Browser(app)
    browser.come_in("agent-ann")
    return browser


@pytest.fixture(scope="module")
def nothing_yet(tmp_path_factory):
    browser = Browser(staff_app(tmp_path_factory.mktemp("empty"), sample_engine()))
    browser.come_in("agent-ann")
    return browser


def part(page, name):
    """Return the section of a page that one report has."""
    found = re.search(
        rf'<section class="report" aria-labelledby="{name}">.*?</section>', page, re.S
    )
    assert found, name
    return found[0]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}.json", f"{PAGE}.csv"])
def test_a_stranger_is_led_to_sign_in(app, path):
    response = Browser(app).get(path)
    assert response.status_code == 303
    assert "/sign-in" in response.location


def test_the_page_says_what_people_asked_and_what_helped(staff):
    response = staff.get(PAGE)
    page = unescape(response.text)
    assert response.headers["Cache-Control"] == "no-store"
    for name, title in TITLES.items():
        assert f'<h2 id="{name}">{title}</h2>' in page
    assert "cancel subscription" in part(page, "zero")
    assert "parcel <b>" in part(page, "unclicked")
    assert "<b>" not in part(response.text, "unclicked")
    assert "Can I send a bicycle?" in part(page, "missing")
    assert "needs update 1" in part(page, "flagged")
    assert "It is gone." in part(page, "flagged")
    assert "hard to understand 1" in part(page, "votes")
    assert "How do I get a refund?" in part(page, "used")
    assert "long ago" not in page


def test_an_article_that_is_gone_is_named_by_its_key(staff):
    assert "en/gone <span" in part(staff.get(PAGE).text, "flagged")


def test_the_measures_are_said_in_words(staff):
    page = staff.get(PAGE).text
    said = [" ".join(text.split()) for text in re.findall(r"<dd>(.*?)</dd>", page, re.S)]
    assert said[0] == "<b>67%</b> 4 of 6"
    assert said[1] == "<b>50%</b> 1 of 2"
    assert said[2] == "<b>–</b> nothing yet"
    assert said[3].startswith("<b>60%</b> 3 of 5; at least 2")


def test_the_address_says_which_days_and_whose_language(staff):
    page = unescape(staff.get(f"{PAGE}?days=90&only=vi&locale=en").text)
    assert "hủy gói dịch vụ" in part(page, "zero")
    assert "cancel subscription" not in page
    assert f'href="{PAGE}?days=7&only=vi&locale=en"' in page
    assert f'href="{PAGE}.csv?days=90&only=vi&locale=en&report=zero"' in page
    assert "long ago" in staff.get(f"{PAGE}?days=90").text


@pytest.mark.parametrize(
    "query", ["days=0", "days=-1", "days=x", "days=99999", "days=²", "only=xx"]
)
def test_whatever_the_address_says_there_is_a_page(staff, query):
    assert staff.get(f"{PAGE}?{query}").status_code == 200


def test_each_chart_has_its_numbers_as_text(staff):
    zero = unescape(part(staff.get(f"{PAGE}?days=7").text, "zero"))
    assert "<title" in zero
    assert "4 in all, at most 2 in one bar." in zero
    numbers = [
        int(number)
        for number in re.findall(r'scope="row">[^<]+</th><td class="number">(\d+)', zero)
    ]
    assert numbers == [0, 0, 0, 1, 1, 2, 0]
    assert zero.count("<rect") == 3


@pytest.mark.parametrize(("locale", "texts"), EMPTY.items())
def test_where_there_is_nothing_it_says_what_to_do(nothing_yet, locale, texts):
    page = nothing_yet.get(f"{PAGE}?locale={locale}").text
    assert all(text in page for text in texts)
    assert "<svg viewBox" not in part(page, "zero")
    assert f'<html lang="{locale}"' in page


def test_it_says_when_searches_are_not_recorded(tmp_path):
    browser = Browser(staff_app(tmp_path, sample_engine(), events={"enabled": False}))
    browser.come_in("agent-ann")
    assert "Searches are not recorded" in browser.get(PAGE).text


@pytest.mark.parametrize("name", REPORTS)
def test_each_report_is_a_file_too(staff, name):
    shape = staff.get(f"{PAGE}.json?report={name}").json
    response = staff.get(f"{PAGE}.csv?report={name}")
    heads, *rows = csv.reader(io.StringIO(response.data.decode("utf-8-sig")))
    assert shape["report"] == name
    assert date.fromisoformat(shape["last"]) == NOW.date()
    assert len(rows) == shape.get("total", len(rows)) > 0
    assert {len(row) for row in rows} == {len(heads)}
    assert response.mimetype == "text/csv"
    assert name in response.headers["Content-Disposition"]
    assert response.headers["Cache-Control"] == "no-store"


def test_a_spreadsheet_runs_nothing_that_a_customer_wrote(staff):
    text = staff.get(f"{PAGE}.csv?report=zero").text
    assert "'=cmd()" in text
    assert ",=cmd()" not in text


def test_a_report_that_does_not_exist_is_refused(staff):
    response = staff.get(f"{PAGE}.json?report=all")
    assert response.status_code == 400
    assert "summary, zero" in response.json["error"]["message"]


def test_a_program_needs_a_token_with_the_scope(app):
    client = app.test_client()
    tokens = app.extensions["kb"].tokens()

    def ask(query="", scopes=None):
        headers = {}
        if scopes is not None:
            name = "-".join(scopes).replace(":", "")
            token = tokens.add("agent-ann", f"t{len(query)}{name}", scopes, days=1, now=NOW)
            headers = {"Authorization": f"Bearer {token}"}
        return client.get(f"/api/v1/reports{query}", headers=headers)

    assert ask().status_code == 401
    assert ask(scopes=[each for each in SCOPES if each not in ("reports", FEED)]).status_code == 403
    response = ask("?report=zero&locale=vi", scopes=["reports"])
    assert [row["wording"] for row in response.json["rows"]] == ["hủy gói dịch vụ"]
    assert "no-store" in response.headers["Cache-Control"]
    assert ask("?days=0", scopes=["reports"]).status_code == 400


@pytest.mark.parametrize(
    ("days", "bars", "first"), [(7, 7, 1), (31, 31, 1), (32, 5, 4), (90, 13, 6), (365, 14, 1)]
)
def test_a_long_time_has_wider_bars_and_the_last_one_is_whole(days, bars, first):
    last = date(2026, 11, 23)
    spans = [last - timedelta(days=days - 1 - n) for n in range(days)]
    made = _bars(spans, [1] * days)
    assert len(made) == bars
    assert made[0].count == first
    assert sum(bar.count for bar in made) == days
    assert {bar.height for bar in made[1:]} == {100.0}
    assert made[0].first == spans[0]


@pytest.fixture(scope="module")
def busy(tmp_path_factory):
    """A site with 1,200 searches of as many people."""
    app = staff_app(tmp_path_factory.mktemp("busy"), sample_engine())
    store = app.extensions["kb"].store
    for visitor in range(1_200):
        store.append_soon(happened("searched", "refund", visitor=f"v{visitor}", hits=0))
        if visitor % 400 == 399:
            store.flush()
    browser = Browser(app)
    browser.come_in("agent-ann")
    return browser


@pytest.mark.parametrize(
    ("locale", "number"), [("en", "1,200"), ("vi", "1.200"), ("zh-Hant", "1,200")]
)
def test_the_page_writes_large_numbers_as_the_reader_does(busy, locale, number):
    page = busy.get(f"{PAGE}?locale={locale}").text
    measures = page[page.index('class="measures"') : page.index('class="files"')]
    assert measures.count(number) == 2, "so many of so many"
    # The bar, how often it was asked, and by how many.
    assert part(page, "zero").count(f'<td class="number">{number}</td>') == 3
    assert "1200" not in page


def test_programs_get_large_numbers_without_signs(busy):
    assert busy.get(f"{PAGE}.json").json["searches"] == 1_200
    assert "searches,1200\n" in busy.get(f"{PAGE}.csv").text
