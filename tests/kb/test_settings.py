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
