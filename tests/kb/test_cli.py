"""The command line as scripts see it: exit codes, JSON keys and never a traceback."""

import json
import os
import pty
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from importlib.metadata import entry_points

import pytest
from command import ENV, answer, run, run_anew, run_program

import kb
from indexer.generations import Generations
from kb.cli import COMMANDS
from kb.settings import DEFAULT_FILE

ARTICLES = {
    "_defaults.yml": "audience: public\n",
    "en/account/_topic.yml": "title: Your account\n",
    "en/account/reset.md": "---\ntitle: Reset your password\n---\n\n## On a phone\n\nTap.\n",
    "en/account/secret.md": "---\ntitle: Secret password\naudience: internal\n---\nHush.\n",
    "en/account/later.md": "---\ntitle: Later\npublish_at: 2999-01-01T00:00:00Z\n---\nNot yet.\n",
    "en/account/broken.md": "---\ntitle: [Broken]\n---\nNo.\n",
    "vi/account/reset.md": "---\ntitle: Đặt lại mật khẩu\n---\nDùng liên kết.\n",
}


def write_articles(folder):
    for path, text in ARTICLES.items():
        file = folder / "articles" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A folder with articles and their index; tests only read it."""
    folder = tmp_path_factory.mktemp("site")
    write_articles(folder)
    assert run(folder, "index")[0] == 0
    return folder


# Every command


def test_the_installed_command_is_the_module():
    (script,) = [e for e in entry_points(group="console_scripts") if e.name == "kb"]
    assert script.value == "kb.cli:main"


def test_every_command_can_be_imported_and_has_help(tmp_path):
    program = (
        "import json; from click.testing import CliRunner; from kb.cli import COMMANDS, cli\n"
        "run = lambda name: CliRunner().invoke(cli, [name, '--help'])\n"
        "print(json.dumps({n: [run(n).exit_code, run(n).output] for n in COMMANDS}))"
    )
    printed = run_program(tmp_path, program)
    told = json.loads(printed)
    assert told.keys() == COMMANDS.keys()
    for name, (code, text) in told.items():
        assert code == 0, name
        assert len(text.split("\n\n")[1].strip()) > 20, f"{name} does not say what it does"
    code, stdout, _ = run(tmp_path, "--help")
    assert code == 0
    listed = stdout.partition("Commands:")[2]
    assert [line.split()[0] for line in listed.strip().splitlines()] == sorted(COMMANDS)


def test_the_version_does_not_wait_for_numpy_or_flask(tmp_path):
    program = (
        "import sys; from kb.cli import main; sys.argv = ['kb', '--version']\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        "print(sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    printed = run_program(tmp_path, program)
    version, _, modules = printed.partition("\n")
    assert version == f"kb, version {kb.__version__}"
    assert "'click'" in modules
    for name in ("numpy", "flask", "whoosh", "pydantic", "markdown", "indexer", "webapp"):
        assert f"'{name}'" not in modules


def test_a_command_multiplies_in_one_thread(site):
    program = (
        "import os, sys; from kb.cli import main; sys.argv = ['kb', 'search', 'password']\n"
        "try: main()\n"
        "except SystemExit: print(len(os.listdir('/proc/self/task')))"
    )
    printed = run_program(site, program)
    assert printed.splitlines()[-1] == "1"


# What commands print


def test_index_reports_and_exits_with_0_though_a_file_is_broken(tmp_path):
    write_articles(tmp_path)
    report = answer(tmp_path, "index")
    (problem,) = report["problems"]
    assert problem == "en/account/broken.md:2: title is wrong. It has to be one text; quote it."
    assert report.pop("generation")
    assert report == {
        "files": 5, "articles": 3, "added": 3, "changed": 0, "removed": 0, "skipped": 2,
        "locales": {"en": 2, "vi": 1}, "switched": True, "problems": [problem], "warnings": [],
        "next_change_at": "2999-01-01T00:00:00+00:00",
    }  # fmt: skip
    code, stdout, stderr = run(tmp_path, "index", "--full")
    assert (code, stderr) == (0, f"{problem}\n")
    assert stdout.splitlines()[:2] == [
        "5 files: 0 added, 0 changed, 0 removed, 2 skipped",
        "3 articles (en 2, vi 1)",
    ]


def test_index_shows_its_progress_only_on_a_terminal(tmp_path):
    write_articles(tmp_path)
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "kb", "index"],
        cwd=tmp_path, env={**ENV, "TERM": "xterm"}, stdout=subprocess.PIPE, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert done.returncode == 0
    assert "Indexing" in shown
    assert "100%" in shown
    assert "Traceback" not in shown
    assert "Indexing" not in run(tmp_path, "index", "--full")[2]


def test_search_has_stable_keys(site):
    results = answer(site, "search", "password", "--locale", "en")
    assert results.keys() == {
        "query", "locale", "total", "took_ms", "generation", "did_you_mean", "hits", "relaxed",
        "elsewhere", "topics",
    }  # fmt: skip
    (hit,) = results["hits"]
    assert hit.keys() == {
        "rank", "key", "locale", "slug", "title", "heading", "anchor", "url", "topic", "score",
        "snippet", "verified",
    }  # fmt: skip
    assert (hit["rank"], hit["key"], hit["url"]) == (1, "en/reset", "/en/articles/reset")
    assert (results["query"], results["locale"], results["total"]) == ("password", "en", 1)
    assert results["topics"] == [{"topic": "account", "count": 1}]


def test_search_shows_what_matches_in_other_languages_under_a_heading_of_its_own(site):
    code, stdout, _ = run(site, "search", "liên kết", "--locale", "en")
    assert (code, stdout.splitlines()[0]) == (0, "0 articles")
    below = stdout.partition("These match in other languages:\n")[2]
    assert " 1. [en] Reset your password" in below
    (hit,) = answer(site, "search", "liên kết", "--locale", "en")["elsewhere"]
    assert (hit["rank"], hit["key"], hit["locale"]) == (1, "en/reset", "en")
    assert answer(site, "search", "password", "--locale", "en")["elsewhere"] == []


def test_search_serves_the_audience_that_was_asked_for(site):
    hits = answer(site, "search", "password", "--audience", "internal")["hits"]
    assert {hit["key"] for hit in hits} == {"en/reset", "en/secret"}
    code, stdout, _ = run(site, "search", "mat khau", "--locale", "VI")
    assert code == 0
    assert "Đặt lại mật khẩu" in stdout
    assert "/vi/articles/reset" in stdout


def test_search_counts_in_good_english_and_names_the_locales_when_there_are_none(site):
    code, stdout, stderr = run(site, "search", "password")
    assert (code, stdout.splitlines()[0], stderr) == (0, "1 article", "")
    code, stdout, stderr = run(site, "search", "password", "--locale", "fr")
    assert (code, stdout.splitlines()[0]) == (0, "0 articles")
    assert stderr == "No articles are in fr; there are: en, vi\n"
    assert run(site, "search", "zzzz", "--locale", "en")[2] == ""


def test_complete_has_stable_keys(site):
    completions = answer(site, "complete", "res")
    assert completions == {
        "query": "res",
        "completions": [
            {"text": "Reset your password", "url": "/en/articles/reset", "kind": "title"}
        ],
    }
    assert run(site, "complete", "on a ph")[1].startswith("Reset your password › On a phone")


def test_status_and_check_index_have_stable_keys(site):
    status = answer(site, "status")
    assert status.keys() == {
        "generation", "built_at", "revision", "articles", "bytes", "next_change_at",
        "fits_this_version",
        "compiled",
    }  # fmt: skip
    assert status["articles"] == {"public": {"en": 1, "vi": 1}, "internal": {"en": 2, "vi": 1}}
    assert status["fits_this_version"] is True
    checked = answer(site, "check-index")
    assert checked.keys() == {"generation", "files", "problems"}
    assert (checked["problems"], checked["generation"]) == ([], status["generation"])
    assert "whole" in run(site, "check-index")[1]
    assert "en 1, vi 1" in run(site, "status")[1]
    plain = run_anew(site, "status", env={"KBSEARCH_PLAIN_KERNELS": "1"})[1]
    assert "without a C compiler" in plain


def test_schema_prints_a_json_schema_of_the_front_matter(tmp_path):
    code, stdout, _ = run(tmp_path, "schema")
    assert code == 0
    assert "title" in json.loads(stdout)["required"]


# Exit codes


@pytest.mark.parametrize(
    "arguments",
    [("search", "x"), ("complete", "x"), ("status",), ("check-index",), ("status", "--json")],
    ids=" ".join,
)
def test_without_an_index_the_exit_code_is_3_and_says_what_to_run(tmp_path, arguments):
    code, stdout, stderr = run(tmp_path, *arguments)
    assert (code, stdout) == (3, "")
    assert stderr.startswith("kb: ")
    assert "Run `kb index`." in stderr


@pytest.mark.parametrize(
    ("arguments", "env", "toml", "message"),
    [
        (("status",), {"KB_INDXE": "x"}, "", "unknown variable KB_INDXE"),
        (("status",), {}, "indxe = 'x'", "unknown setting indxe"),
        (("search", "x"), {}, "[site", "cannot be read as settings"),
        (("index",), {"KB_SERVER_PORT": "http"}, "", "server.port"),
        (("--config", "gone.toml", "status"), {}, "", "gone.toml"),
        (("index", "--articles", "gone"), {}, "", "there is no folder"),
        (("index",), {}, "[[sources]]\npath = 'gone'", "there is no folder"),
        (("search", "x", "--locale", "not a tag"), {}, "", "--locale"),
        (("search", "x", "--limit", "1000"), {}, "", "--limit"),
        (("search", "x", "--audience", "all"), {}, "", "--audience"),
        (("search",), {}, "", "Missing argument"),
        (("nosuch",), {}, "", "No such command"),
        (("evaluate", "gone"), {}, "", "gone"),
    ],
)
def test_wrong_settings_and_wrong_usage_exit_with_2(tmp_path, arguments, env, toml, message):
    if toml:
        (tmp_path / DEFAULT_FILE).write_text(toml)
    code, stdout, stderr = run(tmp_path, *arguments, env=env)
    assert (code, stdout) == (2, "")
    assert message in stderr


def test_what_the_system_refuses_exits_with_1(tmp_path):
    write_articles(tmp_path)
    (tmp_path / "taken").write_text("a file, not a folder")
    code, _, stderr = run(tmp_path, "index", env={"KB_INDEX": "taken"})
    assert code == 1
    assert stderr.startswith("kb: ")
    assert "taken" in stderr


def test_a_damaged_file_is_found_and_mended(tmp_path):
    write_articles(tmp_path)
    generation = tmp_path / "var/index" / answer(tmp_path, "index")["generation"]
    file = next(generation.glob("public/en/*.seg"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    code, stdout, stderr = run(tmp_path, "check-index")
    assert code == 3
    assert "1 problem\n" in stdout
    assert f"public/en/{file.name}: checksum does not match" in stderr
    assert "Run `kb index`" in stderr
    code, stdout, _ = run(tmp_path, "check-index", "--json")
    assert code == 3
    assert json.loads(stdout)["problems"] == [f"public/en/{file.name}: checksum does not match"]
    assert run(tmp_path, "search", "password")[0] == 3
    assert run(tmp_path, "index")[0] == 0
    assert run(tmp_path, "check-index")[0] == 0
    (tmp_path / "var/index" / "current" / "manifest.json").unlink()
    assert run(tmp_path, "check-index")[0] == 3
    assert run(tmp_path, "status")[0] == 3


def test_a_second_index_run_says_that_it_waits_and_then_goes_on(tmp_path):
    write_articles(tmp_path)
    with ExitStack() as first:
        first.enter_context(Generations(tmp_path / "var/index").writer_lock(0))
        second = subprocess.Popen(
            [sys.executable, "-m", "kb", "index"],
            cwd=tmp_path, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert second.stderr.readline() == "Another process is writing; waiting for it.\n"
        assert second.poll() is None
    stdout, _ = second.communicate(timeout=60)
    assert second.returncode == 0
    assert "3 added" in stdout


# Nothing typed shows a traceback

HOSTILE = [
    "", " ", '"', "'", "\\", "-", "--", "*", "?", "~2", "[a TO b]", "title:x", "(((", ")))", "AND",
    "NOT OR", "a" * 10_000, "x " * 5_000, "<script>alert(1)</script>", "%00", "\x01\x1b[31m",
    "\u202e\u200b", "e\u0301" * 300, "ฺ" * 500, "密碼" * 400,
    "\U0010ffff", "🤷‍♀️", "-" * 300,
    '"' * 301, "\n\r\t", "mật khẩu " * 100, "ﷺ" * 100, "-password", '"password',
    "password~ passwrd",
]  # fmt: skip
DRIVER = """
import json, sys
from kb.cli import main
for command, text in json.load(sys.stdin):
    for options in ([], ["--json"]):
        sys.argv = ["kb", command, *options, "--", text]
        try:
            main()
        except SystemExit as end:
            assert not end.code, (text, end.code)
print("all done")
"""


def test_no_text_that_is_asked_shows_a_traceback(site):
    jobs = [(command, text) for text in HOSTILE for command in ("search", "complete")]
    done = subprocess.run(
        [sys.executable, "-c", DRIVER],
        cwd=site, env=ENV, input=json.dumps(jobs).encode(), capture_output=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert done.stdout.endswith(b"all done\n")


@pytest.mark.parametrize("command", ["search", "complete"])
def test_bytes_that_are_no_text_are_asked_as_if_they_were(site, command):
    for options in ((), ("--json",)):
        code, stdout, _ = run(site, command, b"password \xff\xfe", *options)
        assert code == 0
    assert "password" in json.loads(stdout)["query"]


def test_a_terminal_that_cannot_show_a_letter_gets_a_question_mark(site):
    env = {"PYTHONUTF8": "0", "PYTHONIOENCODING": "latin-1"}
    code, stdout, _ = run_anew(site, "search", "mat khau", "--locale", "vi", env=env)
    assert (code, "?" in stdout) == (0, True)
    code, stdout, _ = run_anew(site, "search", "mat khau", "--locale", "vi", "--json", env=env)
    assert code == 0
    assert json.loads(stdout)["hits"][0]["title"] == "Đặt lại mật khẩu"


def test_a_reader_that_has_seen_enough_is_no_failure_to_explain(site):
    done = subprocess.run(
        f"{sys.executable} -m kb schema | true; echo ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", cwd=site, env=ENV, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.strip() in ("0", "1")


# kb serve


def test_serve_answers_until_it_is_ended(site):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}/api/v1/search?q=password&locale=en"
    with subprocess.Popen(
        [sys.executable, "-m", "kb", "serve", "--port", str(port)],
        cwd=site, env=ENV, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as server:  # fmt: skip
        try:
            found = _eventually(address)
        finally:
            server.send_signal(signal.SIGINT)
            output = server.communicate(timeout=30)[0].decode()
    assert [hit["key"] for hit in found["hits"]] == ["en/reset"]
    assert f"Serving on http://127.0.0.1:{port}" in output
    assert "Traceback" not in output


def _eventually(address):
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return json.load(response)
        except (urllib.error.URLError, ConnectionError):
            assert time.monotonic() < deadline
            time.sleep(0.1)
