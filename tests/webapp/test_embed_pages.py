"""The console in frames of other sites: who may show it, what it loads, the app for Zendesk."""

import io
import json
import zipfile
from datetime import UTC, datetime
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from sample_site import sample_engine

from kb.settings import Settings
from webapp import create_app
from webapp.connecting import MOST_BYTES_SELECTED
from webapp.headers import CONTENT_SECURITY_POLICY
from webapp.zendesk_app import package

ORIGINS = ["https://desk.example.com", "https://*.zendesk.com", "https://Chat.Example.com:443"]
FRAMES = "frame-ancestors https://desk.example.com https://*.zendesk.com https://chat.example.com"
CONSOLES = ["/embed/agent", "/embed/chatwoot", "/embed/zendesk"]
PASSWORD = "correct horse battery staple"


def shop(folder, **tables):
    values = {
        "site": {"name": "Parcel Help", "url": "https://help.example.com"},
        "store": str(folder / "kb.sqlite3"),
        "server": {"secret": "Qm8kT2vX7wLr4NpZ9sYd3FgHj6Bc1Ae5"},
        "embed": {"origins": ORIGINS},
        **tables,
    }
    return create_app(Settings.model_validate(values), engine=sample_engine())


def signed_in(app):
    """Return a client that has signed in, on pages and in frames."""
    site = app.extensions["kb"]
    user = site.accounts().find("ann") or site.accounts().add("ann", "agent", PASSWORD, "Ann Lee")
    client = app.test_client()
    for name in ("__Host-kb", "__Host-kb-embed"):
        session = site.sessions().begin(user, datetime.now(UTC))
        client.set_cookie(name, session, domain="help.example.com", secure=True, path="/")
    return client


def get(client, path):
    return client.get(path, base_url="https://help.example.com")


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    return shop(tmp_path_factory.mktemp("embed"))


@pytest.fixture(scope="module")
def client(app):
    return signed_in(app)


@pytest.mark.parametrize("path", CONSOLES)
def test_the_console_may_be_framed_by_the_sites_of_the_settings(client, path):
    response = get(client, path)
    assert response.status_code == 200
    policy = response.headers["Content-Security-Policy"]
    assert policy.endswith(FRAMES)
    assert "X-Frame-Options" not in response.headers
    assert "unsafe" not in policy
    assert response.headers["Cache-Control"] == "no-store"
    assert 'class="console"' in response.text


def test_only_what_is_below_embed_may_be_framed(app, client):
    for path in ("/", "/en/", "/agent", "/agent/tools", "/sign-in", "/api/v1/search?q=a", "/nope"):
        response = get(client, path)
        assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY, path


def test_everything_below_embed_may_be_framed_also_what_is_not_there(app):
    stranger = app.test_client()
    for path in (*CONSOLES, "/embed/sign-in", "/embed/nope", "/embed/zendesk/manifest.json"):
        policy = get(stranger, path).headers["Content-Security-Policy"]
        assert policy.endswith(FRAMES), path


def test_zendesks_script_is_loaded_on_its_page_and_nowhere_else(client):
    for path in (*CONSOLES, "/embed/sign-in", "/agent"):
        response = get(client, path)
        is_zendesk = path == "/embed/zendesk"
        assert ("static.zdassets.com" in response.text) is is_zendesk
        policy = response.headers["Content-Security-Policy"]
        assert ("static.zdassets.com" in policy) is is_zendesk
    assert (
        "script-src 'self' https://static.zdassets.com;"
        in (get(client, "/embed/zendesk").headers["Content-Security-Policy"])
    )


@pytest.mark.parametrize("path", [*CONSOLES, "/embed/zendesk/manifest.json", "/embed/sign-in"])
def test_without_origins_there_are_no_frames(tmp_path, path):
    client = signed_in(shop(tmp_path, embed={}))
    response = get(client, path)
    assert response.status_code == 404
    assert response.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY


@pytest.mark.parametrize("path", CONSOLES)
def test_a_stranger_is_led_to_sign_in_inside_the_frame_and_back(app, path):
    response = get(app.test_client(), f"{path}?origin=https%3A%2F%2Facme.zendesk.com&app_guid=1")
    assert response.status_code == 303
    target = unquote(response.headers["Location"])
    assert target.startswith(f"/embed/sign-in?next={path}?origin=")
    assert target.endswith("app_guid=1")


def test_a_session_of_the_pages_does_not_count_in_frames(app):
    client = signed_in(app)
    client.delete_cookie("__Host-kb-embed", domain="help.example.com", path="/")
    assert get(client, "/agent").status_code == 200
    assert get(client, "/embed/agent").status_code == 303


@pytest.mark.parametrize("path", CONSOLES)
def test_a_console_asks_its_own_address(client, path):
    text = get(client, path).text
    assert f'action="{path}?locale=en"' in text
    assert f'data-quote="{path}/quote?locale=en"' in text
    assert 'action="/embed/sign-out' in text


def test_only_chatwoots_page_hears_from_its_host(client):
    text = get(client, "/embed/chatwoot").text
    hosts = "https://desk.example.com https://*.zendesk.com https://chat.example.com"
    assert f'data-hosts="{hosts}"' in text
    assert "data-hosts" not in get(client, "/embed/agent").text


def test_the_manifest_names_this_site(client):
    response = get(client, "/embed/zendesk/manifest.json")
    found = response.json
    assert found["frameworkVersion"] == "2.0"
    assert found["private"] is True
    assert found["domainWhitelist"] == ["help.example.com"]
    assert found["location"]["support"]["ticket_sidebar"] == {
        "url": "https://help.example.com/embed/zendesk",
        "flexible": True,
    }


def test_the_package_holds_what_zendesk_asks_for(client):
    response = get(client, "/agent/tools/kb-zendesk.zip")
    assert response.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "manifest.json",
            "translations/en.json",
            "assets/logo.png",
            "assets/logo-small.png",
        ]
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest == get(client, "/embed/zendesk/manifest.json").json
        said = json.loads(archive.read("translations/en.json"))["app"]
        assert {"name", "short_description", "installation_instructions"} <= said.keys()
        for name, size in (("assets/logo.png", 320), ("assets/logo-small.png", 128)):
            head = archive.read(name)[:24]
            assert head[:8] == b"\x89PNG\r\n\x1a\n"
            assert head[16:24] == size.to_bytes(4) * 2


def test_the_same_package_is_the_same_bytes():
    made = [package("Hilfe & Ähnliches", "https://help.example.com") for _ in range(2)]
    assert made[0] == made[1]


class _Links(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if tag == "a" and name == "href"]


def test_the_bookmark_opens_the_console_with_what_is_selected(client):
    (bookmark,) = [
        link for link in _Links(get(client, "/agent/tools").text).found if link.startswith("java")
    ]
    program = unquote(bookmark)
    assert '"https://help.example.com/agent"' in program
    assert "getSelection()" in program
    assert str(MOST_BYTES_SELECTED) in program
    assert not set(bookmark) & set(' "<\n&')


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
def test_tools_that_are_not_set_up_say_what_is_missing(tmp_path, client, locale):
    bare = signed_in(shop(tmp_path, embed={}))
    text = get(bare, f"/agent/tools?locale={locale}").text
    for name in ("[embed] origins", "[slack] signing_secret", "[teams] token"):
        assert name in text
    assert "/slack/command" not in text
    assert "kb-zendesk.zip" not in text
    assert "/embed/chatwoot" in get(client, f"/agent/tools?locale={locale}").text


def test_secrets_are_never_shown(tmp_path):
    secret, token = "8f742231b10e8888abcd99yyyzzz85a5", "bm90IGZvciBleWVz"
    app = shop(tmp_path, slack={"signing_secret": secret}, teams={"token": token})
    text = get(signed_in(app), "/agent/tools").text
    assert "https://help.example.com/slack/command" in text
    assert "https://help.example.com/teams/messages" in text
    assert secret not in text
    assert token not in text


def test_the_page_of_tools_is_for_staff(app):
    assert get(app.test_client(), "/agent/tools").status_code == 303
