"""`kb user` and `kb token` as an administrator runs them."""

import json
import os
import pty
import re
import stat
import subprocess
import sys

import pytest
from command import ENV, answer, run, run_program

GOOD = "horse battery staple"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with two users: ann by a password, bo by the proxy."""
    folder = tmp_path_factory.mktemp("site")
    add = ("user", "add", "Ann", "--role", "writer", "--display-name", "Ann N.")
    code, stdout, stderr = run(folder, *add, "--password-stdin", stdin=f"{GOOD}\n")
    assert (code, stdout) == (0, "ann may sign in as writer.\n"), stderr
    assert run(folder, "user", "add", "bo", "--no-password")[0] == 0
    return folder


def test_users_are_listed_without_anything_secret(site):
    assert answer(site, "user", "list") == {
        "users": [
            {"name": "ann", "display_name": "Ann N.", "role": "writer", "has_password": True},
            {"name": "bo", "display_name": "bo", "role": "agent", "has_password": False},
        ]
    }
    lines = run(site, "user", "list")[1].splitlines()
    assert [re.split("  +", line) for line in lines] == [
        ["name", "display name", "role", "signs in by"],
        ["ann", "Ann N.", "writer", "password"],
        ["bo", "bo", "agent", "proxy"],
    ]


def test_only_the_owner_may_read_the_database(site):
    assert stat.S_IMODE((site / "var" / "kb.sqlite3").stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "said"),
    [
        pytest.param(("add", "ann", "--no-password"), "", 1, "a user ann already", id="twice"),
        pytest.param(("add", "cam", "--password-stdin"), "short\n", 1, "at least 12", id="weak"),
        pytest.param(("add", "a b", "--no-password"), "", 1, "without spaces", id="no name"),
        pytest.param(("add", "cam", "--role", "king"), "", 2, "king", id="no role"),
        pytest.param(
            ("add", "cam", "--no-password", "--password-stdin"), "", 2, "one of", id="both"
        ),
        pytest.param(("remove", "cam"), "", 1, "no user cam; `kb user list`", id="nobody"),
        pytest.param(("role", "cam", "admin"), "", 1, "no user cam", id="role of nobody"),
        pytest.param(
            ("password", "cam", "--password-stdin"), f"{GOOD}\n", 1, "no user", id="for nobody"
        ),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(site, arguments, stdin, code, said):
    given = run(site, "user", *arguments, stdin=stdin)
    assert (given[0], given[1]) == (code, "")
    assert said in given[2]
    assert len(answer(site, "user", "list")["users"]) == 2


def test_a_user_can_be_changed_and_removed(site):
    for arguments in (
        ("add", "dan", "--no-password"),
        ("role", "dan", "admin"),
        ("password", "dan", "--password-stdin"),
    ):
        assert run(site, "user", *arguments, stdin=f"{GOOD}\n")[0] == 0
    dan = next(each for each in answer(site, "user", "list")["users"] if each["name"] == "dan")
    assert (dan["role"], dan["has_password"]) == ("admin", True)
    assert run(site, "user", "remove", "DAN")[0] == 0
    assert len(answer(site, "user", "list")["users"]) == 2


def test_who_changes_a_password_is_told_which_tokens_still_count(site):
    def change():
        return run(site, "user", "password", "Ann", "--password-stdin", stdin=f"{GOOD} 2\n")

    assert change() == (0, "The password is changed. They are signed out everywhere.\n", "")
    for name in ("crm", "shop"):
        run(site, "token", "add", name, "--user", "ann", "--scope", "reports")
    run(site, "token", "add", "of-bo", "--user", "bo", "--scope", "reports")
    lines = change()[1].splitlines()
    commands = [line.strip() for line in lines if line.startswith(" ")]
    assert commands == [f"kb token revoke {name} --user ann" for name in ("crm", "shop")]
    for command in commands:
        assert run(site, *command.split()[1:])[0] == 0
    assert len(change()[1].splitlines()) == 1
    assert run(site, "token", "revoke", "of-bo", "--user", "bo")[0] == 0


def test_a_terminal_is_asked_twice_and_shows_nothing_of_the_password(tmp_path):
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "kb", "user", "add", "eve"],
        cwd=tmp_path,
        env=ENV,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    shown = b""
    for prompt in (b"Password: ", b"Repeat for confirmation: "):
        while not shown.endswith(prompt):
            shown += os.read(main, 1_024)
        os.write(main, f"{GOOD}\n".encode())
    while b"may sign in" not in shown:
        shown += os.read(main, 1_024)
    assert process.wait(timeout=60) == 0
    os.close(main)
    assert GOOD.encode() not in shown


# Tokens


def test_a_token_is_printed_once_alone_and_then_only_listed(site):
    add = ("token", "add", "crawler", "--user", "ann", "--scope", "reports")
    code, stdout, stderr = run(site, *add, "--scope", "search:internal", "--days", "9")
    assert code == 0
    assert re.fullmatch(r"kb_[\w-]{43}\n", stdout)
    assert "not shown again" in stderr
    (token,) = answer(site, "token", "list")["tokens"]
    assert (token["user"], token["name"], token["last_used_on"]) == ("ann", "crawler", None)
    assert token["scopes"] == ["search:internal", "reports"]
    listed = run(site, "token", "list", "--user", "ann")[1]
    assert stdout.strip() not in listed + json.dumps(token)
    assert answer(site, "token", "list", "--user", "bo") == {"tokens": []}
    assert run(site, "token", "revoke", "crawler", "--user", "ann")[0] == 0
    assert answer(site, "token", "list") == {"tokens": []}


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("add", "t", "--user", "cam", "--scope", "reports"), 1, "no user cam"),
        (("add", "t", "--user", "ann"), 2, "--scope"),
        (("add", "t", "--user", "ann", "--scope", "all"), 2, "search:internal"),
        (("add", "t", "--user", "ann", "--scope", "reports", "--days", "0"), 2, "1<=x<=366"),
        (("revoke", "t", "--user", "ann"), 1, "no token t of ann"),
    ],
)
def test_a_token_that_cannot_be_is_refused(site, arguments, code, said):
    given = run(site, "token", *arguments)
    assert given[0] == code
    assert said in given[2]


def test_search_does_not_wait_for_the_database(tmp_path):
    program = (
        "import sys; from click.testing import CliRunner; from kb.cli import cli\n"
        "CliRunner().invoke(cli, ['search', 'x'])\n"
        "print([name for name in ('sqlalchemy', 'alembic', 'argon2') if name in sys.modules])"
    )
    printed = run_program(tmp_path, program)
    assert printed == "[]\n"
