"""`kb init` makes a repository that is clean, checks its commits and never overwrites anything."""

import json
import os
import subprocess
import sys
import tomllib
from datetime import date

import pytest
import yaml
from command import ENV, answer, run
from git_folder import git

from kb.errors import KnowledgeBaseError
from kb.settings import Settings
from kb.writing.content import read_content
from kb.writing.starting import start
from kb.writing.templates import LOCALES, nearest, template

TODAY = date(2026, 11, 23)


def begun(folder, *locales, **options):
    folder.mkdir(exist_ok=True)
    return start(folder, locales or LOCALES, name="Parcel Help", today=TODAY, **options)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """What a person gets who types `kb init`; tests only read it, or work on articles they add."""
    folder = tmp_path_factory.mktemp("init")
    code, said, _ = run(folder, "init", "my site", "--name", 'Help "now"', env=IDENTITY)
    assert code == 0
    assert "made: articles/zh-Hant/using-this-site/find-an-answer.md\n" in said
    assert "  cd 'my site'\n  kb serve --watch\n" in said
    return folder / "my site"


IDENTITY = {
    "GIT_CONFIG_COUNT": "0",
    "HOME": "/nonexistent",
    "XDG_CONFIG_HOME": "/nonexistent",
}


def test_what_it_makes_is_clean_and_its_questions_are_answered(site):
    assert answer(site, "index")["articles"] == 3
    code, said, errors = run(site, "lint", "--strict", "--questions")
    assert (code, errors) == (0, "")
    assert "3 articles: 0 errors, 0 warnings" in said


def test_its_settings_are_valid_and_say_what_was_asked_for(site):
    settings = Settings.load(site / "kb.toml", {})
    assert settings.site.name == 'Help "now"'
    assert settings.site.locales == ("en", "vi", "zh-Hant")
    commented = (site / "kb.toml").read_text("utf-8").replace("\n# ", "\n").splitlines()
    names = ("url", "contact_url", "edit_url", "host", "port", "secret", "[server]")
    shown = [line for line in commented if line.partition(" = ")[0] in names]
    tree = tomllib.loads("\n".join(["[site]", *shown]))
    Settings.model_validate(tree)


def test_what_ci_runs_works_among_the_variables_that_it_sets(site):
    github = yaml.safe_load((site / ".github/workflows/articles.yml").read_text("utf-8"))
    job = github["jobs"]["lint"]
    gitlab = yaml.safe_load((site / ".gitlab-ci.yml").read_text("utf-8"))["articles"]
    checks = (
        (job["env"], [step["run"] for step in job["steps"] if "run" in step]),
        (gitlab["variables"], gitlab["script"]),
    )
    for variables, commands in checks:
        install, check = commands
        name = install.partition("$")[2].rstrip('"')
        assert variables[name] == "kb-search"
        program, *arguments = check.split()
        assert program == "kb"
        code, said, _ = run(site, *arguments, env=variables)
        assert code == 0, said


def test_git_checks_each_commit(site, tmp_path):
    assert git(site, "symbolic-ref", "HEAD") == "refs/heads/main"
    assert git(site, "config", "core.hooksPath") == "hooks"
    kb = tmp_path / "kb"
    kb.write_text(f'#!/bin/sh\nexec {sys.executable} -m kb "$@"\n')
    kb.chmod(0o755)
    article = site / "articles/en/using-this-site/wrong.md"
    article.write_text("---\ntitle: Wrong: colon\n---\nText.\n")
    git(site, "add", "-A")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    who = ("-c", "user.name=An", "-c", "user.email=an@example.com")
    done = subprocess.run(
        ["git", *who, "commit", "-m", "x"], cwd=site, env={**ENV, "PATH": path}, capture_output=True
    )
    assert done.returncode != 0
    assert b"wrong.md:2" in done.stdout + done.stderr
    article.unlink()
    # Where kb is not installed, writers are told and not kept from working.
    bare = {**ENV, "PATH": "/usr/bin:/bin"}
    git(site, "add", "-A")
    done = subprocess.run(
        ["git", *who, "commit", "-m", "x"], cwd=site, env=bare, capture_output=True, check=True
    )
    assert b"kb is not installed here" in done.stderr


def test_files_for_machines_can_be_read_by_them(site):
    for path in (".gitlab-ci.yml", ".github/workflows/articles.yml", ".pre-commit-config.yaml"):
        text = (site / path).read_text("utf-8")
        yaml.safe_load(text)
        assert "kb lint" in text
    for path in ("settings.json", "extensions.json", "articles.code-snippets"):
        json.loads((site / ".vscode" / path).read_text("utf-8"))
    schema = json.loads((site / ".vscode/article.schema.json").read_text("utf-8"))
    assert "verified_on" in schema["properties"]
    assert os.access(site / "hooks/pre-commit", os.X_OK)


def test_nothing_is_overwritten_and_force_adds_what_is_missing(tmp_path):
    begun(tmp_path / "a", "en")
    folder = tmp_path / "a"
    (folder / "kb.toml").write_text("# mine\n")
    (folder / "README.md").unlink()
    with pytest.raises(KnowledgeBaseError, match=r"kb\.toml, \.gitignore, .* with --force"):
        begun(folder, "en")
    assert not (folder / "README.md").exists()
    added = begun(folder, "en", "vi", force=True)
    assert "README.md" in added.made
    assert "articles/vi/using-this-site/_topic.yml" in added.made
    assert (folder / "kb.toml").read_text() == "# mine\n"
    assert not added.is_new_repository


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path):
    (tmp_path / "target").write_text("kept")
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "README.md").symlink_to(tmp_path / "nowhere")
    assert "README.md" in begun(folder, "en", force=True).kept
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_inside_of_a_repository_gets_none_of_its_own(tmp_path):
    git(tmp_path, "init", "-q", "-b", "trunk")
    assert not begun(tmp_path / "docs", "en").is_new_repository
    assert not (tmp_path / "docs/.git").exists()


def test_a_language_without_templates_gets_the_english_ones(tmp_path):
    begun(tmp_path / "a", "pt-BR", "zh-Hant")
    folder = tmp_path / "a"
    content = read_content(Settings.load(folder / "kb.toml", {}).all_sources())
    assert content.problems == ()
    titles = {each.article.locale: each.article.title for each in content.articles}
    assert titles["pt-BR"] == "How do I find an answer here?"
    assert titles["zh-Hant"] == "如何在這裡找到答案？"
    assert nearest("zh-TW") == "zh-Hant"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--locale", "english please"], "is no language"),
        (["--name", " "], "1 to 80"),
        (["kb.txt"], "is a file; name a folder"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path, arguments, message):
    (tmp_path / "kb.txt").write_text("")
    code, _, errors = run(tmp_path, "init", *arguments)
    assert code in (1, 2)
    assert message in errors or "--locale" in errors
    assert sorted(tmp_path.iterdir()) == [tmp_path / "kb.txt"]


def test_templates_leave_what_is_no_gap():
    assert "@NAME@" in template("repository/README.en.md")
    assert "@" not in template("repository/README.vi.md", {"NAME": "A"})
