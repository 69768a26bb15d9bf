"""Signing in and out, one's own account, and what wrong passwords lead to."""

import logging
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import delete
from staff_site import HOST, PASSWORD, Browser, staff_app

from kb.staff.account_tables import FAILURES

NEW = "quite another staple"


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return staff_app(
        tmp_path_factory.mktemp("site"),
        embed={"origins": ["https://desk.example.com"]},
        staff={"trusted_proxies": ["10.0.0.0/8"], "session_hours": 2},
    )


@pytest.fixture
def browser(app):
    return Browser(app)


def problem(response):
    """Return what the page says is wrong, without its markup."""
    found = re.search(r'<p class="notice wrong"[^>]*>(.*?)</p>', response.text, re.S)
    return unescape(found[1]).strip() if found else ""


# In and out


def test_who_knows_the_password_is_led_to_the_console(browser):
    response = browser.sign_in()
    assert (response.status_code, response.headers["Location"]) == (303, "/agent")
    assert "Ann (agent), signed in as agent-ann. Role: Agent." in browser.get("/account").text


@pytest.mark.parametrize("name", ["Agent-Ann", " agent-ann ", "ａｇｅｎｔ-ann"])
def test_a_name_may_be_typed_in_other_letters(browser, name):
    assert browser.sign_in(name).status_code == 303


@pytest.mark.parametrize(
    ("name", "password"),
    [
        pytest.param("agent-ann", "mistaken", id="wrong password"),
        pytest.param("agent-ann", PASSWORD.upper(), id="in capitals"),
        pytest.param("agent-ann", "", id="no password"),
        pytest.param("nobody", PASSWORD, id="no such user"),
        pytest.param("not a name <b>", PASSWORD, id="no name at all"),
        pytest.param("writer-ann", PASSWORD, id="a user without a password"),
        pytest.param("agent-ann", "x" * 10_000, id="too long"),
    ],
)
def test_all_else_is_refused_in_the_same_words(app, name, password):
    browser = Browser(app)
    path = "/sign-in"
    token = browser.token_on(path)
    environ = {"REMOTE_ADDR": "192.0.2.99"}
    form = {"name": name, "password": password}
    response = browser.post(path, form, token=token, environ_base=environ)
    assert response.status_code == 403
    assert problem(response) == "This name and this password do not belong together."
    assert browser.cookie() is None
    assert password not in response.text or not password
    forget_failures(app)


def test_a_session_begins_anew_with_each_sign_in_and_ends_with_its_end(app, browser):
    browser.keep("__Host-kb", "planted")
    browser.sign_in()
    first = browser.cookie()
    assert first != "planted"
    token = browser.token_on("/account")
    browser.post("/sign-out", token=token)
    assert browser.cookie() is None
    browser.keep("__Host-kb", first)
    assert browser.get("/account").status_code == 303


def test_who_has_signed_in_goes_on_at_once(browser):
    browser.come_in("agent-ann")
    response = browser.get("/sign-in?next=/account")
    assert (response.status_code, response.headers["Location"]) == (303, "/account")


def test_the_cookie_is_for_this_host_alone_and_no_script_reads_it(browser):
    (cookie,) = (
        each for each in browser.sign_in().headers.getlist("Set-Cookie") if "__Host-kb=" in each
    )
    parts = set(cookie.split("; ")[1:])
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax", "Max-Age=7200"} <= parts
    assert not any(part.startswith("Domain") for part in parts)


def test_inside_a_frame_it_is_one_for_that_frame(app):
    browser = Browser(app, prefix="/embed")
    response = browser.sign_in()
    assert response.headers["Location"] == "/embed/agent"
    (cookie,) = (
        each for each in response.headers.getlist("Set-Cookie") if "__Host-kb-embed=" in each
    )
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned"} <= set(cookie.split("; ")[1:])


@pytest.mark.parametrize(
    ("given", "led_to"),
    [
        ("/account", "/account"),
        ("/agent?q=a%20b&locale=vi", "/agent?q=a%20b&locale=vi"),
        ("", "/agent"),
        ("//evil.example.com", "/agent"),
        ("/\\evil.example.com", "/agent"),
        ("/\t/evil.example.com", "/agent"),
        ("https://evil.example.com/", "/agent"),
        ("javascript:alert(1)", "/agent"),
        ("agent", "/agent"),
        ("/" + "a" * 3_000, "/agent"),
        ("/a\r\nSet-Cookie: x=y", "/agent"),
    ],
)
def test_the_way_on_never_leads_to_another_site(browser, given, led_to):
    browser.come_in("agent-ann")
    response = browser.get("/sign-in", query_string={"next": given})
    assert response.headers["Location"] == led_to


@pytest.mark.parametrize(
    ("given", "led_to"), [("/embed/agent?x=1", "/embed/agent?x=1"), ("/agent", "/embed/agent")]
)
def test_in_a_frame_it_stays_in_the_frame(app, given, led_to):
    browser = Browser(app, prefix="/embed")
    browser.come_in("agent-ann")
    assert browser.get("/embed/sign-in", query_string={"next": given}).headers["Location"] == led_to


def test_an_address_that_is_not_encrypted_is_told_so(app, caplog):
    client = app.test_client(use_cookies=False)
    address = "http://192.0.2.5:8000"
    with caplog.at_level(logging.WARNING):
        response = client.post("/sign-in", base_url=address, headers={"Origin": address})
    assert response.status_code == 400
    assert "not encrypted" in problem(response)
    assert "not encrypted" in caplog.text


def test_a_form_keeps_where_it_leads_and_its_language(browser):
    page = browser.get("/sign-in?locale=vi&next=/account").text
    assert '<html lang="vi"' in page
    assert 'action="/sign-in?locale=vi&amp;next=/account"' in page
    assert 'href="/sign-in?locale=zh-Hant&amp;next=%2Faccount"' in page


# Too many wrong passwords


def forget_failures(app):
    with app.extensions["kb"].store.database.writing() as connection:
        connection.execute(delete(FAILURES))


def attempt(app, name, address, password="wrong"):
    browser = Browser(app)
    token = browser.token_on("/sign-in")
    form = {"name": name, "password": password}
    environ = {"REMOTE_ADDR": "10.0.0.1"}
    headers = {"X-Forwarded-For": address}
    return browser.post("/sign-in", form, token=token, environ_base=environ, headers=headers)


@pytest.mark.parametrize("name", ["agent-ann", "nobody"])
def test_after_five_wrong_passwords_one_has_to_wait_whoever_it_is(app, name):
    forget_failures(app)
    assert [attempt(app, name, "192.0.2.1").status_code for _ in range(5)] == [403] * 5
    # The first wait is a second, the next twice as long: a slow machine may sleep through some.
    assert 429 in {attempt(app, name, "192.0.2.1").status_code for _ in range(5)}
    refused = attempt(app, name, "192.0.2.1", PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert re.fullmatch(
        r"There were too many attempts\. Try again in \d+ seconds?\.", problem(refused)
    )
    forget_failures(app)


def test_nobody_locks_a_colleague_out_from_another_address(app):
    forget_failures(app)
    for number in range(8):
        attempt(app, "agent-ann", f"192.0.2.{10 + number % 2}")
    assert attempt(app, "agent-ann", "192.0.2.10", PASSWORD).status_code == 429
    assert attempt(app, "agent-ann", "192.0.2.20", PASSWORD).status_code == 303
    forget_failures(app)


# The account


@pytest.fixture
def own(tmp_path):
    """A browser that has signed in to a site of its own."""
    browser = Browser(staff_app(tmp_path))
    browser.come_in("agent-ann")
    return browser


def change(browser, present, new, again=None):
    form = {"password": present, "new": new, "again": new if again is None else again}
    return browser.post("/account/password", form, token=browser.token_on("/account"))


@pytest.mark.parametrize(
    ("present", "new", "again", "said"),
    [
        ("wrong", NEW, NEW, "The present password is not right."),
        (PASSWORD, "too short", "too short", "at least 12 characters"),
        (PASSWORD, "x" * 300, "x" * 300, "too long"),
        (PASSWORD, NEW, NEW + "!", "not typed the same way twice"),
    ],
)
def test_a_password_that_cannot_be_changed_stays(own, present, new, again, said):
    assert said in problem(change(own, present, new, again))
    assert own.get("/account").status_code == 200


def test_another_password_ends_all_other_sessions(own):
    other = Browser(own.client.application)
    other.come_in("agent-ann")
    before = own.cookie()
    response = change(own, PASSWORD, NEW)
    assert response.headers["Location"] == "/account?done=password"
    assert own.cookie() != before
    assert "Your password is changed" in own.get("/account?done=password").text
    assert other.get("/account").status_code == 303
    assert other.sign_in().status_code == 403
    assert other.sign_in(password=NEW).status_code == 303


def test_another_password_leaves_the_tokens_and_says_so(own):
    tokens = own.client.application.extensions["kb"].tokens()
    for name, age in (("crm", 0), ("shop", 0), ("old", 2)):
        now = datetime.now(UTC) - timedelta(days=age)
        tokens.add("agent-ann", name, ["reports"], days=1, now=now)
    assert "Programs still get in" not in own.get("/account").text
    location = change(own, PASSWORD, NEW).headers["Location"]
    assert "Programs still get in by your tokens: crm, shop." in own.get(location).text


def test_a_token_is_shown_once_and_can_be_revoked(own):
    form = {"name": "Crawler", "scope": ["search:internal", "reports"], "days": "30"}
    page = own.post("/account/tokens", form, token=own.token_on("/account")).text
    (token,) = re.findall(r"<code>(kb_[\w-]{43})</code>", page)
    later = own.get("/account").text
    assert token not in later
    assert "Search internal articles · Reports" in later
    assert "Never used" in later
    site = own.client.application.extensions["kb"]
    assert [each.name for each in site.tokens().all()] == ["crawler"]
    own.post("/account/tokens/revoke", {"name": "crawler"}, token=own.token_on("/account"))
    assert site.tokens().all() == []


@pytest.mark.parametrize(
    "form",
    [
        {"name": "a b", "scope": "reports", "days": "30"},
        {"name": "x", "days": "30"},
        {"name": "x", "scope": "everything", "days": "30"},
        {"name": "x", "scope": "reports", "days": "0"},
        {"name": "x", "scope": "reports", "days": "99999999999"},
        {"name": "x", "scope": "reports", "days": "٣"},
        {},
    ],
)
def test_a_token_that_cannot_be_is_not_made(own, form):
    response = own.post("/account/tokens", form, token=own.token_on("/account"))
    assert response.status_code == 400
    assert "No token was made" in problem(response)


def test_nobody_revokes_the_token_of_somebody_else(own):
    app = own.client.application
    other = Browser(app)
    other.come_in("writer-ann")
    form = {"name": "crawler", "scope": "reports", "days": "30"}
    other.post("/account/tokens", form, token=other.token_on("/account"))
    own.post("/account/tokens/revoke", {"name": "crawler"}, token=own.token_on("/account"))
    assert len(app.extensions["kb"].tokens().all("writer-ann")) == 1


def test_who_has_no_account_here_has_nothing_to_change(tmp_path):
    app = staff_app(tmp_path, staff={"proxy_header": "X-User", "trusted_proxies": ["127.0.0.1"]})
    page = app.test_client().get("/account", base_url=HOST, headers={"X-User": "bo"}).text
    assert "bo, signed in as bo. Role: Agent." in page
    assert "Change your password" not in page
    assert "Make a token" not in page
