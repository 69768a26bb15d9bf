"""Nothing changes because another site made a browser ask for it."""

import pytest
from staff_site import HOST, PASSWORD, Browser, staff_app

TOKEN_FORM = {"name": "crawler", "scope": "reports", "days": "30"}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return staff_app(
        tmp_path_factory.mktemp("site"),
        staff={"proxy_header": "X-User", "trusted_proxies": ["10.0.0.0/8"]},
        embed={"origins": ["https://desk.example.com"]},
    )


@pytest.fixture
def browser(app):
    browser = Browser(app)
    browser.come_in("agent-ann")
    return browser


def made(app):
    """Return the names of the tokens there are, and delete them."""
    tokens = app.extensions["kb"].tokens()
    names = [token.name for token in tokens.all()]
    for name in names:
        tokens.revoke("agent-ann", name)
    return names


def test_a_form_of_our_page_is_heard(app, browser):
    token = browser.token_on("/account")
    assert browser.post("/account/tokens", TOKEN_FORM, token=token).status_code == 200
    assert made(app) == ["crawler"]


def test_a_script_of_our_page_may_send_the_token_in_a_header(app, browser):
    headers = {"X-CSRF-Token": browser.token_on("/account"), "Sec-Fetch-Site": "same-origin"}
    assert browser.post("/account/tokens", TOKEN_FORM, headers=headers).status_code == 200
    assert made(app) == ["crawler"]


@pytest.mark.parametrize(
    "token", ["", "0" * 64, "ü", "null"], ids=["none", "a guess", "no token at all", "null"]
)
def test_without_the_right_token_nothing_happens(app, browser, token):
    assert browser.post("/account/tokens", TOKEN_FORM, token=token).status_code == 403
    assert made(app) == []


def test_the_token_of_somebody_else_is_worth_nothing(app, browser):
    other = Browser(app)
    other.come_in("writer-ann")
    for token in (other.token_on("/account"), Browser(app).token_on("/sign-in")):
        assert browser.post("/account/tokens", TOKEN_FORM, token=token).status_code == 403
    assert made(app) == []


def test_the_token_of_the_session_before_is_worth_nothing(app):
    browser = Browser(app)
    browser.come_in("agent-ann")
    before = browser.token_on("/account")
    browser.come_in("agent-ann")
    assert browser.post("/account/tokens", TOKEN_FORM, token=before).status_code == 403
    assert made(app) == []


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"Sec-Fetch-Site": "cross-site"}, id="from another site"),
        pytest.param({"Sec-Fetch-Site": "same-site"}, id="from a neighbour"),
        pytest.param({"Origin": "https://evil.example.com"}, id="another origin"),
        pytest.param(
            {"Origin": "https://help.example.com.evil.example"}, id="one that looks alike"
        ),
        pytest.param({"Origin": "null"}, id="an origin that hides"),
    ],
)
def test_even_with_the_token_another_site_is_refused(app, browser, headers):
    token = browser.token_on("/account")
    response = browser.post("/account/tokens", TOKEN_FORM, token=token, headers=headers)
    assert response.status_code == 403
    assert made(app) == []


def test_the_published_address_counts_as_ours_behind_a_proxy(app, browser):
    token = browser.token_on("/account")
    headers = {"Host": "backend:8000", "Origin": HOST, "Cookie": f"__Host-kb={browser.cookie()}"}
    client = app.test_client(use_cookies=False)
    response = client.post("/account/tokens", data={**TOKEN_FORM, "csrf": token}, headers=headers)
    assert response.status_code == 200
    assert made(app) == ["crawler"]


def test_whom_the_proxy_names_needs_a_token_too(app):
    def ask(method, path, **options):
        headers = {"X-User": "agent-ann"}
        environ = {"REMOTE_ADDR": "10.1.2.3"}
        return app.test_client().open(
            path, method=method, base_url=HOST, headers=headers, environ_base=environ, **options
        )

    assert ask("POST", "/account/tokens", data=TOKEN_FORM).status_code == 403
    page = ask("GET", "/account").text
    token = page.partition('name="csrf" value="')[2].partition('"')[0]
    response = ask("POST", "/account/tokens", data={**TOKEN_FORM, "csrf": token})
    assert response.status_code == 200
    assert made(app) == ["crawler"]


# Before anybody has signed in


def test_nobody_is_signed_in_by_a_form_of_another_site(app):
    form = {"name": "agent-ann", "password": PASSWORD}
    victim, attacker = Browser(app), Browser(app)
    victim.get("/sign-in")
    for token in ("", attacker.token_on("/sign-in")):
        response = victim.post("/sign-in", form, token=token)
        assert response.status_code == 403
        assert victim.cookie() is None
    token = victim.token_on("/sign-in")
    response = victim.post("/sign-in", form, token=token, headers={"Sec-Fetch-Site": "cross-site"})
    assert response.status_code == 403
    assert victim.cookie() is None


def test_a_form_without_its_cookie_is_asked_for_again(app):
    token = Browser(app).token_on("/sign-in")
    response = Browser(app).post("/sign-in", {"name": "agent-ann"}, token=token)
    assert response.status_code == 403
    assert "keeps no cookies" in response.text
    assert 'value="agent-ann"' in response.text


def test_signing_out_wants_a_token(app, browser):
    assert browser.post("/sign-out").status_code == 303
    assert browser.get("/account").status_code == 200
    assert browser.post("/sign-out", token=browser.token_on("/account")).status_code == 303
    assert browser.get("/account").status_code == 303
