"""From where articles may be published, and which folders of it count."""

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.publishing.address import checked, name_of, without_user
from kb.publishing.checkout import is_in_checkout
from kb.settings import Settings


@pytest.mark.parametrize(
    "address",
    [
        "https://git.example.com/docs/articles.git",
        "https://reader:token@GIT.example.com:443/Docs/articles/",
        "git@git.example.com:docs/articles.git",
        "ssh://git@git.example.com:2222/docs/articles.git",
    ],
)
def test_a_repository_has_one_name_however_it_is_reached(address):
    assert name_of(checked(address)) == "git.example.com/docs/articles"
    assert "token" not in without_user(f"unable to access '{address}'")


@pytest.mark.parametrize(
    "address",
    [
        *("ext::sh -c touch", "--upload-pack=touch", "-u", "git://git.example.com/x"),
        *("http://git.example.com/x", "ssh://-oProxyCommand=touch/x", "-oProxyCommand=touch:x"),
        *("file://host/x", "file::x:y", "https://", "https:///x", "/srv/git/x", "x"),
        *("https://git.example.com/a b", "https://git.example.com/\n", "user@:x", "fd::7"),
    ],
)
def test_an_address_that_could_do_something_else_is_refused(tmp_path, address):
    with pytest.raises(SettingsError, match=r"publish\.repository"):
        Settings.load(None, {"KB_PUBLISH_REPOSITORY": address})


@pytest.mark.parametrize(
    "branch", ["", "-x", "a..b", "a b", "a:b", "a*", "x.lock", "/a", "a/", "@{"]
)
def test_a_branch_that_is_none_is_refused(branch):
    with pytest.raises(SettingsError, match=r"publish\.branch"):
        Settings.load(None, {"KB_PUBLISH_BRANCH": branch})


def test_relative_folders_of_articles_lie_in_the_checkout_and_absolute_ones_here(tmp_path):
    file = tmp_path / "kb.toml"
    file.write_text(
        'index = "var/index"\n[publish]\nrepository = "https://git.example.com/docs"\n'
        '[[sources]]\npath = "docs/en"\nlocale = "en"\n[[sources]]\npath = "/srv/articles"\n'
    )
    settings = Settings.load(file, {})
    checkout = tmp_path / "var" / "checkout"
    assert settings.checkout() == checkout
    assert [source.path for source in settings.sources] == [
        checkout / "docs" / "en",
        Path("/srv/articles"),
    ]
    assert is_in_checkout(settings)
    here = Settings.load(file, {}, {"articles": Path("articles")})
    assert [source.path for source in here.all_sources()] == [Path.cwd() / "articles"]
    assert not is_in_checkout(here)
    assert "git.example.com" not in repr(settings)


def test_a_source_that_leads_out_of_the_repository_is_refused(tmp_path):
    file = tmp_path / "kb.toml"
    file.write_text(
        '[publish]\nrepository = "https://git.example.com/docs"\n[[sources]]\npath = "../x"\n'
    )
    with pytest.raises(SettingsError, match="leads out of the repository"):
        Settings.load(file, {})
