"""Who gets in where: every route says whom it is for, and nobody else gets anything."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from flask import Blueprint
from staff_site import HOST, PASSWORD, Browser, staff_app

from kb.errors import SettingsError
from kb.settings import Settings
from kb.testing import MemoryEngine
from webapp import access, create_app
from webapp.csrf import EXEMPT, is_checked

EMBED = {"embed": {"origins": ["https://desk.example.com"]}}
PROXY = {"staff": {"proxy_header": "X-User", "trusted_proxies": ["10.0.0.0/8"]}}
PUBLIC_BLUEPRINTS = {
    *("api", "chat_tools", "explaining", "help_center", "machine_readable", "operations"),
    *("sitemap", "votes", "whats_new"),
}
VALUES = {"locale": "en", "slug": "refund", "topic": "billing", "name": "kb.css", "digest": "0"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return staff_app(tmp_path_factory.mktemp("site"), **EMBED)


@pytest.fixture
def browser(app):
    return Browser(app)


def staff_routes(app):
    """Return (path, endpoint, methods) of every route that needs a role."""
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if access.visitors_of(app, rule.endpoint) not in ("everybody", "newcomers"):
                path = app.url_map.bind("localhost").build(
                    rule.endpoint, {name: VALUES.get(name, "x") for name in rule.arguments}
                )
                yield path, rule.endpoint, rule.methods


# Every route


def test_every_route_says_whom_it_is_for(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert len(endpoints) > 20
    assert [name for name in endpoints if access.visitors_of(app, name) is None] == []


def test_only_these_parts_are_for_everybody(app):
    found = {
        rule.endpoint.rpartition(".")[0]
        for rule in app.url_map.iter_rules()
        if access.visitors_of(app, rule.endpoint) == "everybody"
    }
    assert found == PUBLIC_BLUEPRINTS


def test_every_route_for_staff_refuses_strangers(app):
    routes = list(staff_routes(app))
    assert {path for path, _, _ in routes} >= {"/account", "/sign-out", "/agent"}
    stranger = Browser(app)
    for path, endpoint, methods in routes:
        if "GET" in methods:
            response = stranger.get(path)
            assert response.status_code == 303, endpoint
            prefix = "/embed" if path.startswith("/embed/") else ""
            assert response.headers["Location"].startswith(f"{prefix}/sign-in?next="), endpoint
        if "POST" in methods:
            response = stranger.post(path)
            assert response.status_code in (303, 403), endpoint
        for headers in ({"Accept": "application/json"}, {"Sec-Fetch-Dest": "empty"}):
            method = "GET" if "GET" in methods else "POST"
            response = stranger.client.open(path, method=method, base_url=HOST, headers=headers)
            assert response.status_code == 401, endpoint
            assert response.json["error"]["code"] == "unauthorized"


def test_no_cache_keeps_what_is_for_staff_and_no_search_engine_lists_it(app):
    signed_in = Browser(app)
    signed_in.come_in("admin-ann")
    paths = ["/sign-in"] + [path for path, _, methods in staff_routes(app) if "GET" in methods]
    for browser in (signed_in, Browser(app)):
        for path in paths:
            headers = browser.get(path).headers
            assert headers["Cache-Control"] == "no-store", path
            assert headers["X-Robots-Tag"] == "noindex", path


def test_each_unsafe_route_wants_a_token_or_is_exempt_for_a_reason(app):
    for rule in app.url_map.iter_rules():
        if rule.methods & {"POST", "PUT", "PATCH", "DELETE"}:
            blueprint = rule.endpoint.rpartition(".")[0]
            assert is_checked(app, rule.endpoint) == (blueprint not in EXEMPT), rule.endpoint
            assert blueprint not in EXEMPT or len(EXEMPT[blueprint]) > 20


def test_a_route_that_nobody_has_declared_is_refused_and_logged(tmp_path, caplog):
    app = staff_app(tmp_path)
    forgotten = Blueprint("forgotten", __name__)
    forgotten.get("/forgotten")(lambda: "secret")
    app.register_blueprint(forgotten)
    with caplog.at_level(logging.ERROR):
        response = app.test_client().get("/forgotten")
    assert response.status_code == 404
    assert "secret" not in response.text
    assert "forgotten" in caplog.text


# Roles


def test_a_view_is_for_its_role_and_higher_ones(tmp_path):
    app = staff_app(tmp_path)
    pages = Blueprint("pages", __name__)
    access.staff_only("writer")(pages)
    pages.add_url_rule("/writers", "writers", lambda: access.audience())
    pages.add_url_rule("/admins", "admins", access.staff_only("admin")(lambda: "for admins"))
    app.register_blueprint(pages)
    seen = {}
    for role in ("agent", "writer", "admin"):
        browser = Browser(app)
        browser.come_in(f"{role}-ann")
        seen[role] = [browser.get(path).status_code for path in ("/writers", "/admins")]
        assert browser.get("/writers").text == "internal" or role == "agent"
    assert seen == {"agent": [403, 403], "writer": [200, 403], "admin": [200, 200]}


def test_a_public_view_reads_for_the_public_whoever_asks(app, browser):
    browser.come_in("admin-ann")
    with app.test_request_context("/en/", headers={"Cookie": f"__Host-kb={browser.cookie()}"}):
        app.preprocess_request()
        assert access.audience() == "public"


def test_pages_of_the_help_center_are_the_same_for_staff(app, browser):
    paths = ("/en/", "/en/search?q=parcel", "/vi/", "/robots.txt", "/en/nope")
    before = [(page.data, dict(page.headers)) for page in map(browser.get, paths)]
    browser.come_in("admin-ann")
    assert [(page.data, dict(page.headers)) for page in map(browser.get, paths)] == before


def test_a_public_page_does_not_touch_the_database(tmp_path):
    app = staff_app(tmp_path)
    browser = Browser(app)
    browser.come_in("agent-ann")
    app.extensions["kb"].store.database.close()
    (tmp_path / "kb.sqlite3").unlink()
    assert browser.get("/en/").status_code == 200
    assert browser.get("/api/v1/search?q=").status_code == 200
    assert not (tmp_path / "kb.sqlite3").exists()


# Sessions


def session_of(app, name="agent-ann", *, at=None):
    site = app.extensions["kb"]
    return site.sessions().begin(site.accounts().find(name), at or datetime.now(UTC))


def status_with(app, session):
    browser = Browser(app)
    browser.keep("__Host-kb", session)
    return browser.get("/account").status_code


def test_only_a_session_that_counts_lets_in(app):
    now = datetime.now(UTC)
    assert status_with(app, session_of(app)) == 200
    assert status_with(app, session_of(app, at=now - timedelta(hours=13))) == 303
    assert status_with(app, session_of(app)[:-1]) == 303
    assert status_with(app, "x" * 3_000) == 303
    assert status_with(app, "ÿ'; --") == 303


def test_a_session_for_pages_does_not_count_in_frames_and_the_other_way_round(app):
    pages, frames = Browser(app), Browser(app, prefix="/embed")
    pages.come_in("agent-ann")
    frames.come_in("agent-ann")
    assert pages.get("/embed/sign-in").status_code == 200
    assert frames.get("/embed/sign-in").status_code == 303
    assert frames.get("/account").status_code == 303
    assert pages.cookie("__Host-kb-embed") is None
    assert frames.cookie("__Host-kb") is None


# The reverse proxy


@pytest.fixture(scope="module")
def proxied(tmp_path_factory):
    return staff_app(tmp_path_factory.mktemp("proxied"), **PROXY)


def asked_by(app, name, peer="10.1.2.3", **headers):
    return app.test_client().get(
        "/account",
        base_url=HOST,
        headers={"X-User": name, **headers},
        environ_base={"REMOTE_ADDR": peer},
    )


def test_whom_a_trusted_proxy_names_is_signed_in_with_the_role_of_their_account(proxied):
    response = asked_by(proxied, "Writer-Ann")
    assert response.status_code == 200
    assert "writer-ann" in response.text
    assert "Writer" in response.text


def test_whom_it_names_without_an_account_has_the_role_of_the_settings(proxied):
    response = asked_by(proxied, "bo@example.com")
    assert response.status_code == 200
    assert "bo@example.com" in response.text
    assert "Role: Agent" in response.text


@pytest.mark.parametrize(
    ("peer", "headers"),
    [
        pytest.param("192.0.2.7", {}, id="from elsewhere"),
        pytest.param("192.0.2.7", {"X-Forwarded-For": "10.1.2.3"}, id="saying it is from there"),
        pytest.param("", {}, id="from nowhere"),
    ],
)
def test_nobody_else_is_believed(proxied, peer, headers):
    assert asked_by(proxied, "admin-ann", peer, **headers).status_code == 303


@pytest.mark.parametrize("name", ["", " ", "a b", "x" * 65, "<script>"])
def test_a_name_that_nobody_can_have_is_nobody(proxied, name):
    assert asked_by(proxied, name).status_code == 303


def test_a_header_means_nothing_without_the_setting(app):
    assert asked_by(app, "admin-ann").status_code == 303


# Settings


def test_without_staff_there_is_no_way_in(tmp_path):
    settings = {"staff": {"enabled": False}, "store": str(tmp_path / "kb.sqlite3"), **EMBED}
    app = create_app(Settings.model_validate(settings), engine=MemoryEngine([]))
    client = app.test_client()
    unknown = client.get("/en/nowhere")
    for path in ("/sign-in", "/sign-out", "/account", "/agent", "/embed/sign-in", "/embed/agent"):
        for method in (client.get, client.post, client.options):
            response = method(path)
            assert response.status_code == 404, path
            assert "Set-Cookie" not in response.headers
    assert unknown.status_code == 404


def test_outside_development_a_server_without_a_secret_does_not_start(tmp_path):
    values = {"site": {"url": HOST}, "store": str(tmp_path / "kb.sqlite3")}
    with pytest.raises(SettingsError, match=r"server\.secret .* KB_SERVER_SECRET"):
        create_app(Settings.model_validate(values), engine=MemoryEngine([]))
    on_all_addresses = {"server": {"host": "0.0.0.0"}, "store": str(tmp_path / "kb.sqlite3")}
    with pytest.raises(SettingsError, match=r"secrets\.token_urlsafe"):
        create_app(Settings.model_validate(on_all_addresses), engine=MemoryEngine([]))
    assert list(tmp_path.iterdir()) == []


def test_without_embed_origins_there_is_nothing_for_frames(tmp_path):
    app = staff_app(tmp_path)
    assert app.test_client().get("/embed/sign-in").status_code == 404
    assert PASSWORD not in app.test_client().get("/sign-in").text
