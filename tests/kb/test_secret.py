"""The secret of a server: set by the operator, or made once on a developer's machine."""

import stat
from multiprocessing import get_context

import pytest
from command import run

from kb.errors import SettingsError
from kb.settings import Settings
from kb.staff.secret import FILE_NAME, with_secret

OWN = "Vb7nK2xQ9mLr4TzW8sYd3FgHj6Cp1Ae5"


def settings(folder, **values):
    return Settings.model_validate({"index": folder / "index", **values})


def secret_of(given):
    return with_secret(given).server.secret


def test_the_one_that_is_set_counts_and_nothing_is_written(tmp_path):
    given = settings(tmp_path, server={"secret": OWN})
    assert with_secret(given) is given
    assert list(tmp_path.iterdir()) == []


def test_in_development_one_is_made_once_for_its_owner_alone(tmp_path):
    first = secret_of(settings(tmp_path))
    assert len(first) >= 43
    assert secret_of(settings(tmp_path)) == first
    file = tmp_path / FILE_NAME
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]
    assert secret_of(settings(tmp_path / "other")) != first


def test_it_lies_beside_the_database(tmp_path):
    secret_of(settings(tmp_path, store=str(tmp_path / "data" / "kb.sqlite3")))
    assert (tmp_path / "data" / FILE_NAME).exists()
    secret_of(settings(tmp_path, store="postgresql://db.example.com/kb"))
    assert (tmp_path / FILE_NAME).exists()


@pytest.mark.parametrize(
    "values",
    [{"server": {"host": "0.0.0.0"}}, {"site": {"url": "https://help.example.com"}}],
    ids=["all addresses", "a public address"],
)
def test_a_site_that_others_reach_needs_its_own(tmp_path, values):
    with pytest.raises(SettingsError, match=r"server\.secret is not set"):
        with_secret(settings(tmp_path, **values))
    assert list(tmp_path.iterdir()) == []
    without_staff = settings(tmp_path, staff={"enabled": False}, **values)
    assert len(secret_of(without_staff)) >= 43


def test_the_server_does_not_start_without_it_and_says_what_to_do(tmp_path):
    code, _, stderr = run(tmp_path, "serve", "--host", "0.0.0.0")
    assert code == 2
    assert "KB_SERVER_SECRET" in stderr


def test_processes_that_start_at_once_agree(tmp_path):
    with get_context("spawn").Pool(4) as pool:
        found = pool.map(secret_of, [settings(tmp_path)] * 8, chunksize=1)
    assert len(set(found)) == 1
