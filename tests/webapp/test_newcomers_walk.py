"""A newcomer's way with real repositories: from an empty folder to articles that come and go.

Writers have a clone, a bare repository stands for the forge, and an operator's server follows it.
Each step ends with what a customer then sees.
"""

import hmac
import http.client
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from command import ENV, answer, run
from server_process import Server, serving, wait_until

SECRET = "mY7pQ2vX9wLr4NpZ1sYd3FgHj6Bc8Ae5"
SECONDS = 30
PLAN = "articles/en/account/how-do-i-change-my-plan.md"
MOVED = "articles/en/account/switch-plans.md"


class Team:
    """A writer with a clone, the forge's repository, and the site that follows it."""

    def __init__(self, root: Path) -> None:
        self.clone = root / "writer"
        self.forge = root / "forge" / "articles.git"
        self.site = root / "site"
        self.server: Server | None = None

    def kb(self, *arguments: str, code: int = 0) -> str:
        """Run `kb` in the writer's clone and return all that it says."""
        ended, stdout, stderr = run(self.clone, *arguments)
        assert ended == code, stdout + stderr
        return stdout + stderr

    def git(self, *arguments: str, folder: Path | None = None) -> str:
        # What a hook of the content repository runs is the `kb` of these tests.
        given = {**ENV, "HOME": str(self.clone.parent), "GIT_CONFIG_NOSYSTEM": "1"}
        given["PATH"] = f"{self.clone.parent / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["git", *arguments], cwd=folder or self.clone, env=given, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, path: str, change) -> None:
        file = self.clone / path
        file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")

    def push(self, message: str) -> None:
        """Commit all and push, and have the forge tell the site of it."""
        self.git("add", "-A")
        # The first commit is checked by the hook; the others are by the steps themselves.
        self.git("commit", *(["--no-verify"] if self.server else []), "-m", message)
        self.git("push", "-q", "origin", "main")
        if self.server:
            assert self._hook() == 202

    def _hook(self) -> int:
        told = {
            "ref": "refs/heads/main",
            "after": self.git("rev-parse", "HEAD").strip(),
            "repository": {"clone_url": self.forge.as_uri()},
        }
        body = json.dumps(told).encode()
        headers = {
            "Content-Type": "application/json",
            "X-GitHub-Event": "push",
            "X-GitHub-Delivery": str(told["after"]),
            "X-Hub-Signature-256": "sha256=" + hmac.digest(SECRET.encode(), body, "sha256").hex(),
        }
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=20)
        connection.request("POST", "/hooks/git", body, headers)
        status = connection.getresponse().status
        connection.close()
        return status

    def sees(self, path: str) -> tuple[int, str]:
        """Return what a customer gets at an address."""
        assert self.server
        status, body = self.server.get(path)
        return status, body.decode()

    def finds(self, words: str, slug: str) -> bool:
        """Whether a customer who searches finds the article."""
        status, body = self.sees(f"/api/v1/search?locale=en&q={quote(words)}")
        return status == 200 and slug in [hit["slug"] for hit in json.loads(body)["hits"]]


@pytest.fixture
def team(tmp_path):
    made = Team(tmp_path)
    kb = tmp_path / "bin" / "kb"
    kb.parent.mkdir()
    kb.write_text(f'#!/bin/sh\nexec {sys.executable} -m kb "$@"\n')
    kb.chmod(0o755)
    made.forge.mkdir(parents=True)
    made.git("init", "--bare", "-q", "-b", "main", folder=made.forge)
    return made


def begin(team):
    """`kb init` gives a repository that is clean and can be pushed."""
    team.clone.mkdir()
    team.kb("init", "--locale", "en", "--locale", "vi", "--name", "Parcel Help")
    team.git("config", "user.name", "Ann Lee")
    team.git("config", "user.email", "ann@example.com")
    team.git("remote", "add", "origin", team.forge.as_uri())
    assert "0 errors" in team.kb("lint", "--strict", "--questions")
    team.push("Begin the articles")


def operate(team):
    """Return the settings' folder of a site that follows the repository."""
    team.site.mkdir()
    settings = (
        '[site]\nname = "Parcel Help"\nlocales = ["en", "vi"]\n'
        f'[publish]\nrepository = "{team.forge.as_uri()}"\nsecret = "{SECRET}"\n'
        '[[sources]]\nname = "articles"\npath = "articles"\n'
    )
    (team.site / "kb.toml").write_text(settings, encoding="utf-8")
    assert answer(team.site, "sync")["error"] is None


def write_an_article(team):
    """A wrong article does not get in unseen; a right one is found as soon as it is pushed."""
    assert team.kb("new", "How do I change my plan?", "--topic", "account").startswith(PLAN)
    body = "Choose another plan under [billing](billing.md).\n\n## When it counts\n\nAt once.\n"
    team.write(PLAN, lambda text: text[: text.rindex("---\n") + 4] + "\n" + body)
    team.write(PLAN, lambda text: text.replace("status: draft\n", ""))
    said = team.kb("lint", code=4)
    assert f"{PLAN}:" in said
    assert "broken-link" in said
    team.write(PLAN, lambda text: text.replace("[billing](billing.md)", "**Billing**"))
    team.kb("lint")
    assert not team.finds("change my plan", "how-do-i-change-my-plan")
    team.push("Say how to change a plan")
    wait_until(lambda: team.finds("change my plan", "how-do-i-change-my-plan"), SECONDS)
    assert "At once." in team.sees("/en/articles/how-do-i-change-my-plan")[1]


def rename_it(team):
    """The old address leads to the new one at once."""
    team.kb("mv", PLAN, MOVED)
    team.push("Call it what customers call it")
    wait_until(lambda: team.sees("/en/articles/switch-plans")[0] == 200, SECONDS)
    assert team.sees("/en/articles/how-do-i-change-my-plan")[0] == 301


def translate_it(team):
    """A translation is current until its source changes; then readers are told."""
    team.kb("new", "Đổi gói cước thế nào?", "--locale", "vi", "--translation-of", MOVED)
    vietnamese = MOVED.replace("/en/", "/vi/")
    team.write(vietnamese, lambda text: text.replace("status: draft\n", ""))
    team.kb("i18n", "mark", vietnamese)
    team.push("Translate it")
    wait_until(lambda: team.sees("/vi/articles/switch-plans")[0] == 200, SECONDS)
    newer = "mới hơn: bản đó đã được sửa"
    assert newer not in team.sees("/vi/articles/switch-plans")[1]
    team.write(MOVED, lambda text: text.replace("At once.", "At the end of the month."))
    team.push("Plans change at the end of the month")
    wait_until(lambda: "end of the month" in team.sees("/en/articles/switch-plans")[1], SECONDS)
    assert newer in team.sees("/vi/articles/switch-plans")[1]
    assert "vi" in team.kb("i18n", "status", "--check", code=4)


def keep_it_true(team):
    """A check is shown to readers until it lapses; then its owner is told."""
    assert "Verified on" not in team.sees("/en/articles/switch-plans")[1]
    team.kb("verify", MOVED)
    team.push("Verify it")
    wait_until(lambda: "Verified on" in team.sees("/en/articles/switch-plans")[1], SECONDS)
    assert MOVED.removeprefix("articles/") not in team.kb("stale")
    long_ago = (datetime.now(UTC) - timedelta(days=400)).date().isoformat()
    team.kb("verify", MOVED, "--on", long_ago)
    team.push("Nobody has looked for a year")
    wait_until(lambda: "Verified on" not in team.sees("/en/articles/switch-plans")[1], SECONDS)
    assert "switch-plans" in team.kb("stale")


def let_it_expire(team):
    """An article goes by the clock, without anybody pushing anything."""
    soon = (datetime.now(UTC) + timedelta(seconds=8)).isoformat(timespec="seconds")
    team.write(MOVED, lambda text: text.replace("---\n", f"---\nexpire_at: {soon}\n", 1))
    team.push("Only a little longer")
    assert team.finds("change my plan", "switch-plans")
    wait_until(lambda: team.sees("/en/articles/switch-plans")[0] == 404, SECONDS)
    assert not team.finds("change my plan", "switch-plans")


def remove_it(team):
    """Who comes to a removed article is told why it is not there."""
    team.kb("rm", MOVED, "--note", "Plans are gone: everything is included now.")
    team.push("There are no plans any more")
    wait_until(lambda: team.sees("/en/articles/switch-plans")[0] == 410, SECONDS)
    for slug in ("switch-plans", "how-do-i-change-my-plan"):
        status, page = team.sees(f"/en/articles/{slug}")
        assert status == 410
        assert "everything is included now" in page


def test_a_newcomer_writes_renames_translates_verifies_and_removes_an_article(team):
    begin(team)
    operate(team)
    with serving(team.site, 1) as team.server:
        write_an_article(team)
        rename_it(team)
        translate_it(team)
        keep_it_true(team)
        let_it_expire(team)
        remove_it(team)
