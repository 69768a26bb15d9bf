"""Settings come from four places, and a typing mistake in any of them is heard of."""

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import Settings, names


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(text: str, file: str = "kb.toml") -> Path:
    path = Path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_anything_the_defaults_hold(tmp_path):
    settings = Settings.load(None, {})
    assert settings.index == tmp_path / "var/index"
    assert settings.site.locales == ("en", "vi", "zh-Hant")
    assert (settings.server.host, settings.server.port) == ("127.0.0.1", 8000)
    (source,) = settings.all_sources()
    assert (source.name, source.path, source.audience) == (
        "articles",
        tmp_path / "articles",
        None,
    )


def test_options_win_over_variables_over_the_file():
    write("[server]\nport = 1\nworkers = 3\nhost = 'a'\n")
    environ = {"KB_SERVER_PORT": "2", "KB_SERVER_HOST": "b", "PATH": "x"}
    server = Settings.load(None, environ, {"server.port": 3, "server.host": None}).server
    assert (server.port, server.host, server.workers) == (3, "b", 3)


def test_paths_count_from_the_file_that_names_them(tmp_path):
    file = write("index = 'i'\n[[sources]]\npath = '../docs'\nlocale = 'zh-TW'\n", "etc/kb.toml")
    settings = Settings.load(file, {})
    assert settings.index == tmp_path / "etc/i"
    (source,) = settings.all_sources()
    assert (source.name, source.path, source.locale) == ("docs", tmp_path / "docs", "zh-Hant")


def test_naming_another_folder_of_articles_leaves_the_sources_out(tmp_path):
    write("[[sources]]\npath = 'docs'\n")
    (source,) = Settings.load(None, {}, {"articles": Path("mine")}).all_sources()
    assert source.path == tmp_path / "mine"


def test_locales_can_be_given_with_commas():
    assert Settings.load(None, {"KB_SITE_LOCALES": "en, zh-TW"}).site.locales == ("en", "zh-Hant")


def test_every_setting_has_a_variable():
    assert {"index", "articles", "site.name", "server.port", "brand.accent"} <= set(names())
    settings = Settings.load(
        None, {"KB_BRAND_ACCENT": "12", "KB_SITE_NAME": "Helpdesk", "KB_INDEX": "/x"}
    )
    assert (settings.brand.accent, settings.site.name) == (12, "Helpdesk")


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        pytest.param("indx = 'x'", "unknown setting indx.*there are index", id="key"),
        pytest.param("[site]\nnam = 'x'", "unknown setting site.nam.*contact_url", id="in a table"),
        pytest.param("[[sources]]\npth = 'x'", "sources.0.p", id="in a source"),
        pytest.param("[[sources]]\npath='x'\naudience='all'", "audience", id="audience"),
        pytest.param("[[sources]]\npath='x'\nlocale='klingon!'", "language tag", id="locale"),
        pytest.param("[[sources]]\npath='x/a'\n[[sources]]\npath='y/a'", "named a", id="names"),
        pytest.param("[server]\nport = 70000", "server.port", id="port"),
        pytest.param("[site]\nurl = 'javascript:x'", "https://", id="url"),
        pytest.param("[site]\ncontact_url = 'javascript:x'", "mailto", id="contact"),
        pytest.param("[site]\nedit_url = 'https://x/'", "{path}", id="edit"),
        pytest.param("[site]\ndefault_locale = 'fr'", "not one of locales", id="default locale"),
        pytest.param("[brand]\naccent = 361", "accent", id="hue"),
        pytest.param("a = ", "cannot be read", id="not TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named(toml, message):
    write(toml)
    with pytest.raises(SettingsError, match=message):
        Settings.load(None, {})


def test_an_unknown_variable_names_those_that_exist():
    with pytest.raises(SettingsError, match=r"KB_PORT; there are KB_ARTICLES.*KB_SERVER_PORT"):
        Settings.load(None, {"KB_PORT": "1"})


def test_a_file_that_is_named_has_to_exist():
    with pytest.raises(SettingsError, match="cannot be read"):
        Settings.load(Path("no.toml"), {})


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("site = 1", "setting site: it has to be a table: [site]"),
        ("sources = 1", "setting sources: it has to be a list: [[sources]] before each"),
        ("[sources]\npath = 'a'", "setting sources: it has to be a list: [[sources]] before each"),
        ("[site]\nlocales = 3", 'site.locales: it has to be a list: site.locales = ["...", "..."]'),
    ],
)
def test_a_value_of_the_wrong_shape_is_told_the_right_one(toml, message):
    write(toml)
    with pytest.raises(SettingsError) as caught:
        Settings.load(None, {})
    assert message in str(caught.value)


def test_search_by_meaning_is_automatic_on_or_off():
    assert Settings.load(None, {}).search.semantic == "auto"
    assert Settings.load(None, {"KB_SEARCH_SEMANTIC": "off"}).search.semantic == "off"
    with pytest.raises(SettingsError, match="'auto', 'on' or 'off'"):
        Settings.load(None, {"KB_SEARCH_SEMANTIC": "sometimes"})


SECRET = "9f8Qv3-LmZkT2xW7_bYcR5dHnJ4sPgE6uA1oKi0"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("[server]\nsecret = 'changeme'\n", "at least 32 random", id="short"),
        pytest.param(f"[server]\nsecret = '{'a' * 40}'\n", "at least 32 random", id="one letter"),
        pytest.param("[staff]\nproxy_header = 'X User'\n", "name of an HTTP header", id="header"),
        pytest.param(
            "[staff]\nproxy_header = 'X-User'\n", "trusted_proxies", id="anybody's header"
        ),
        pytest.param("[staff]\ntrusted_proxies = ['10.0.0.1/8']\n", "10.0.0.0/8", id="no network"),
        pytest.param("[embed]\norigins = ['desk.example']\n", "no origin", id="no scheme"),
        pytest.param("[embed]\norigins = ['https://a.example/x']\n", "no origin", id="a path"),
        pytest.param("[slack]\nsecret = 'x'\n", "signing_secret, audience", id="unknown key"),
    ],
)
def test_a_setting_that_would_not_protect_is_refused(text, message):
    with pytest.raises(SettingsError, match=message):
        Settings.load(write(text), {})


def test_lists_can_be_given_with_commas_in_variables():
    environ = {
        "KB_STAFF_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8",
        "KB_EMBED_ORIGINS": "https://desk.example.com:8443,https://*.zendesk.com",
    }
    settings = Settings.load(None, environ)
    assert settings.staff.trusted_proxies == ("127.0.0.1", "10.0.0.0/8")
    assert settings.embed.origins == ("https://desk.example.com:8443", "https://*.zendesk.com")


@pytest.mark.parametrize(
    ("store", "url"),
    [
        pytest.param("", "sqlite:///{root}/var/kb.sqlite3", id="beside the index"),
        pytest.param("data/events.db", "sqlite:///{root}/etc/data/events.db", id="from the file"),
        pytest.param("postgresql://a@b/c", "postgresql://a@b/c", id="an address"),
    ],
)
def test_the_store_is_a_file_or_the_address_of_a_database(tmp_path, store, url):
    index = tmp_path / "var/index"
    file = write(f"store = '{store}'\nindex = '{index}'\n", "etc/kb.toml")
    assert Settings.load(file, {}).store_url() == url.format(root=tmp_path)


@pytest.mark.parametrize(
    ("host", "url", "is_development"),
    [
        pytest.param("127.0.0.1", "", True, id="as it comes"),
        pytest.param("localhost", "http://localhost:8000", True, id="localhost"),
        pytest.param("::1", "http://[::1]:8000", True, id="IPv6"),
        pytest.param("0.0.0.0", "", False, id="all addresses"),
        pytest.param("127.0.0.1", "https://help.example.com", False, id="behind a proxy"),
    ],
)
def test_development_is_what_only_this_machine_can_reach(host, url, is_development):
    given = {"server.host": host, "site.url": url}
    assert Settings.load(None, {}, given).is_development() is is_development


def test_secrets_are_not_printed():
    given = {"server.secret": SECRET, "slack.signing_secret": "s1", "teams.token": "dGVhbXM="}
    settings = Settings.load(None, {}, {**given, "store": "postgresql://user:pass@host/db"})
    shown = repr(settings)
    assert not any(secret in shown for secret in (SECRET, "s1", "dGVhbXM=", "pass"))


def test_a_token_of_teams_that_was_not_copied_whole_is_refused():
    with pytest.raises(SettingsError, match="copy it from Teams once more"):
        Settings.load(None, {"KB_TEAMS_TOKEN": "bm90IGZvciBleWV"})
