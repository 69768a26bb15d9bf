"""Which requests leave a record, and that nobody can be known by it."""

from datetime import date

import pytest
from stored import events_in

from kb.settings_tables import Events, Staff
from webapp import create_app, visitors

PHONE = {"User-Agent": "Phone/1.0"}
SEARCH = "http://localhost/en/search?q=my+refund"


@pytest.fixture
def make(settings, engine, tmp_path):
    """Return a function that makes an application with a store of its own."""
    return lambda **changes: create_app(
        settings.model_copy(update={"store": str(tmp_path / "kb.sqlite3"), **changes}),
        engine=engine,
    )


@pytest.fixture
def app(make):
    return make()


@pytest.fixture
def client(app):
    return app.test_client()


def recorded(app):
    """Return (kind, surface, locale, text, key, hits) of each event."""
    store = app.extensions["kb"].store
    store.flush()
    names = ("kind", "surface", "locale", "text", "key", "hits")
    return [tuple(event[name] for name in names) for event in events_in(store.database)]


def test_a_search_and_the_article_opened_from_it_are_recorded(app, client):
    client.get("/en/search?q=my+refund", headers=PHONE)
    client.get("/en/articles/refund", headers={**PHONE, "Referer": SEARCH})
    assert recorded(app) == [
        ("searched", "help_center", "en", "my refund", "", 1),
        ("clicked", "help_center", "en", "my refund", "en/refund", None),
    ]
    first, second = events_in(app.extensions["kb"].store.database)
    assert first["visitor"] == second["visitor"] != ""


def test_a_search_of_the_api_is_recorded_as_that(app, client):
    client.get("/api/v1/search?q=qwxz&locale=vi")
    assert recorded(app) == [("searched", "api", "vi", "qwxz", "", 0)]


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("/en/search?q=depot&page=2", id="another page"),
        pytest.param("/en/search?q=a&topic=parcels", id="narrowed to a topic"),
        pytest.param("/en/search", id="nothing asked"),
        pytest.param("/en/search?q=%20", id="a space"),
        pytest.param("/api/v1/search?q=a&offset=10", id="more of the API"),
        pytest.param("/api/v1/complete?q=refund", id="suggestions"),
        pytest.param("/en/articles/refund", id="an article by itself"),
    ],
)
def test_what_is_no_new_question_is_not_recorded(app, client, path):
    assert client.get(path).status_code == 200
    assert recorded(app) == []


@pytest.mark.parametrize(
    "headers",
    [
        {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"User-Agent": "Mozilla/5.0 (compatible; YandexBot/3.0)"},
        {"User-Agent": "facebookexternalhit/1.1"},
        {"User-Agent": "Baiduspider+"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
    ],
    ids=lambda headers: next(iter(headers.values()))[:30],
)
def test_machines_that_read_ahead_are_not_recorded(app, client, headers):
    client.get("/en/search?q=refund", headers=headers)
    client.get("/en/articles/refund", headers={**headers, "Referer": SEARCH})
    assert recorded(app) == []


def test_a_head_request_is_not_recorded(app, client):
    client.head("/en/search?q=refund")
    assert recorded(app) == []


def test_nothing_is_recorded_where_events_are_off(make):
    app = make(events=Events(enabled=False))
    app.test_client().get("/en/search?q=refund")
    app.test_client().get("/en/articles/refund", headers={"Referer": SEARCH})
    assert recorded(app) == []


@pytest.mark.parametrize(
    ("referrer", "question"),
    [
        pytest.param(SEARCH, ("en", "my refund"), id="search"),
        pytest.param(f"{SEARCH}&page=2&topic=a", ("en", "my refund"), id="a later page"),
        pytest.param("http://localhost/zh-TW/search?q=%E9%80%80", ("zh-Hant", "退"), id="locale"),
        pytest.param("https://help.example.com/vi/search?q=a", ("vi", "a"), id="public address"),
        pytest.param("http://localhost:80/en/search?q=a", None, id="another port"),
        pytest.param("http://evil.example/en/search?q=a", None, id="another site"),
        pytest.param("http://localhost/en/search?q=", None, id="no question"),
        pytest.param("http://localhost/en/search", None, id="the empty page"),
        pytest.param("http://localhost/en/search/explain?q=a", None, id="explanation"),
        pytest.param("http://localhost/xx/search?q=a", None, id="no such locale"),
        pytest.param("http://[/en/search?q=a", None, id="no address"),
        pytest.param(f"http://localhost/en/search?{'a&' * 30}q=a", None, id="too many fields"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_question_of_a_click_is_that_of_the_page_before(app, client, referrer, question):
    client.get("/en/articles/refund", headers={"Referer": referrer})
    assert [(event[2], event[3]) for event in recorded(app)] == ([question] if question else [])


def test_an_article_that_is_not_there_is_no_click(app, client):
    assert client.get("/en/articles/no", headers={"Referer": SEARCH}).status_code == 404
    assert recorded(app) == []


def test_what_somebody_types_bit_by_bit_is_one_record(app, client):
    for text in ("ref", "refu", "refund"):
        client.get(f"/api/v1/search?q={text}", headers=PHONE)
    assert [event[3] for event in recorded(app)] == ["refund"]


def test_a_store_that_cannot_be_opened_does_not_disturb_a_search(make):
    client = make(store="/proc/nowhere/kb.sqlite3").test_client()
    assert client.get("/en/search?q=refund").status_code == 200


def name_of(app, **environ):
    with app.test_request_context("/", environ_overrides={"REMOTE_ADDR": "192.0.2.1", **environ}):
        return visitors.pseudonym()


def test_a_pseudonym_lasts_a_day_and_tells_nothing(make, monkeypatch):
    app = make()
    name = name_of(app)
    assert name == name_of(app)
    assert name not in (
        name_of(app, REMOTE_ADDR="192.0.2.2"),
        name_of(app, HTTP_USER_AGENT="Other/1.0"),
    )
    assert "192" not in name
    secret = app.extensions["kb"].settings.server.model_copy(update={"secret": "x" * 40})
    assert name_of(make(server=secret)) != name
    monkeypatch.setattr(visitors, "today", lambda: date(2031, 5, 6))
    assert name_of(app) != name


def address_of(app, peer, forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    with app.test_request_context("/", headers=headers, environ_overrides={"REMOTE_ADDR": peer}):
        return visitors.client_address()


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        pytest.param("192.0.2.9", "203.0.113.5", "192.0.2.9", id="a stranger's word"),
        pytest.param("10.0.0.1", "203.0.113.5", "203.0.113.5", id="one proxy"),
        pytest.param("10.0.0.1", "203.0.113.5, 10.0.0.2", "203.0.113.5", id="two proxies"),
        pytest.param("10.0.0.1", "6.6.6.6, 203.0.113.5", "203.0.113.5", id="a forged beginning"),
        pytest.param("10.0.0.1", "10.0.0.7", "10.0.0.7", id="a colleague"),
        pytest.param("10.0.0.1", "unknown", "unknown", id="nonsense"),
        pytest.param("10.0.0.1", "", "10.0.0.1", id="nothing"),
        pytest.param("10.0.0.1", None, "10.0.0.1", id="no header"),
        pytest.param("::1", "2001:db8::5", "2001:db8::5", id="IPv6"),
    ],
)
def test_an_address_is_believed_from_a_trusted_proxy_only(make, peer, forwarded, address):
    app = make(staff=Staff(trusted_proxies=("10.0.0.0/8", "::1")))
    assert address_of(app, peer, forwarded) == address


def test_without_a_trusted_proxy_nobody_can_say_where_they_are(app):
    assert address_of(app, "127.0.0.1", "203.0.113.5") == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.1", "192.0.2.1"), ("2001:db8::1:2:3", "2001:db8::/64"), ("::1", "::/64"), ("", "")],
)
def test_a_household_shares_a_limit(address, network):
    assert visitors.household(address) == network
