"""Programs read internal articles with a token that is for it, and with nothing else."""

from datetime import UTC, datetime, timedelta

import pytest
from engines import article
from staff_site import Browser, staff_app

from kb.settings import Settings
from kb.testing import MemoryEngine
from webapp import create_app

PAGES = [
    "/api/v1/search?q=canary",
    "/api/v1/complete?q=cana",
    "/api/v1/articles/en/hidden",
    "/api/v1/articles/en/old-hidden",
]


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    hidden = article("hidden", "Canary song", "Sing.", audience="internal", aliases=("old-hidden",))
    engine = MemoryEngine([hidden, article("shown", "Parcel")])
    return staff_app(tmp_path_factory.mktemp("site"), engine)


@pytest.fixture(scope="module")
def tokens(app):
    def make(name, scope, **options):
        made = {"days": 9, "now": datetime.now(UTC), **options}
        return app.extensions["kb"].tokens().add("agent-ann", name, [scope], **made)

    return {
        "search": make("search", "search:internal"),
        "reports": make("reports", "reports"),
        "expired": make("expired", "search:internal", now=datetime.now(UTC) - timedelta(days=10)),
    }


def ask(app, path, token=None, **options):
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return app.test_client().get(path, headers=headers, **options)


def internally(path):
    return f"{path}{'&' if '?' in path else '?'}audience=internal"


@pytest.mark.parametrize("path", PAGES)
def test_with_its_scope_a_token_opens_internal_articles(app, tokens, path):
    response = ask(app, internally(path), tokens["search"], follow_redirects=True)
    assert response.status_code == 200
    assert "Canary song" in response.text
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in response.headers["Vary"]


@pytest.mark.parametrize("path", PAGES)
def test_even_with_a_token_the_public_answer_is_what_comes_unasked(app, tokens, path):
    with_token, without = ask(app, path, tokens["search"]), ask(app, path)
    assert "Canary" not in with_token.text
    assert with_token.status_code == without.status_code
    assert with_token.headers["Cache-Control"] == "private, no-store"
    assert "private" not in without.headers["Cache-Control"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    ("kind", "status", "challenge"),
    [
        pytest.param(None, 401, "Bearer realm=kb", id="no token"),
        pytest.param("expired", 401, "invalid_token", id="an expired one"),
        pytest.param("reports", 403, None, id="one for something else"),
    ],
)
def test_without_it_the_parameter_is_refused(app, tokens, path, kind, status, challenge):
    response = ask(app, internally(path), tokens.get(kind))
    assert response.status_code == status
    assert response.json["error"]["code"] in ("unauthorized", "forbidden")
    assert (challenge or "") in response.headers.get("WWW-Authenticate", "")
    assert "no-store" in response.headers["Cache-Control"]
    assert "Canary" not in response.text


@pytest.mark.parametrize("token", ["", "kb_", "kb_guess", "x" * 500, "kb_ÿ"])
def test_a_token_that_does_not_count_is_refused_even_for_public_answers(app, token):
    assert ask(app, "/api/v1/search?q=parcel", token).status_code == 401


def test_a_password_is_no_token(app):
    client = app.test_client()
    response = client.get("/api/v1/search?q=parcel", auth=("agent-ann", "horse battery staple"))
    assert response.status_code == 401


def test_the_api_does_not_look_at_cookies(app):
    browser = Browser(app)
    browser.come_in("admin-ann")
    for path in PAGES:
        assert browser.get(internally(path)).status_code == 401
        assert "Canary" not in browser.get(path).text


def test_another_audience_is_a_mistake(app, tokens):
    response = ask(app, "/api/v1/search?q=a&audience=everybody", tokens["search"])
    assert response.status_code == 400
    assert response.json["error"]["message"] == "audience has to be public or internal"
    assert ask(app, "/api/v1/search?q=a&audience=public").status_code == 200


def test_the_day_of_the_last_use_is_kept_and_a_removed_user_has_no_tokens(tmp_path):
    app = staff_app(tmp_path)
    site = app.extensions["kb"]
    now = datetime.now(UTC)
    token = site.tokens().add("agent-ann", "t", ["search:internal"], days=1, now=now)
    assert site.tokens().all()[0].last_used_on is None
    assert ask(app, "/api/v1/search?q=a&audience=internal", token).status_code == 200
    assert site.tokens().all()[0].last_used_on == now.date()
    site.accounts().remove("agent-ann")
    assert ask(app, "/api/v1/search?q=a&audience=internal", token).status_code == 401


def test_without_staff_no_token_counts(app, tokens):
    site = app.extensions["kb"]
    values = {"staff": {"enabled": False}, "store": str(site.store.database)}
    closed = create_app(Settings.model_validate(values), engine=site.engine)
    assert ask(closed, internally(PAGES[0]), tokens["search"]).status_code == 401
    assert ask(closed, PAGES[0]).status_code == 200
