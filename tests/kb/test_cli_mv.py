"""`kb mv` and `kb rm`, as people call them, up to what readers of the index get."""

from datetime import UTC, datetime

import pytest
from command import run
from git_folder import commit_all, git

from indexer.engine import WhooshEngine
from indexer.update import update_index
from kb.settings_tables import Source

ARTICLE = "---\ntitle: {title}\naudience: public\n---\nSee [it](../{other}.md).\n"


@pytest.fixture
def site(tmp_path):
    """A repository with three articles, all committed."""
    for path, title, other in (
        ("en/a/phone.md", "Add a phone?", "b/key"),
        ("en/b/key.md", "Add a security key?", "a/phone"),
        ("vi/a/phone.md", "Thêm điện thoại?", "b/key"),
    ):
        file = tmp_path / "articles" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ARTICLE.format(title=title, other=other), "utf-8")
    git(tmp_path, "init", "-q", "-b", "main")
    commit_all(tmp_path, "2026-01-01")
    return tmp_path


def said(site, *arguments):
    code, out, errors = run(site, *arguments)
    assert (code, errors) == (0, "")
    return out


def state(site):
    return git(site, "status", "--porcelain", "--untracked-files=all").splitlines()


def test_an_article_moves_twice_and_goes_and_every_old_address_knows(site, tmp_path_factory):
    dry = said(site, "mv", "en/phone", "mobile", "--dry-run")
    assert dry.endswith("Nothing was changed.\n")
    assert state(site) == []
    assert said(site, "mv", "en/phone", "mobile") == (
        "articles/en/a/phone.md -> articles/en/a/mobile.md\n"
        "  en/phone redirects to en/mobile\n"
        "  changed: articles/en/b/key.md\n"
        "Translations that stay: articles/vi/a/phone.md. --all-locales moves them, too.\n"
        "Next: git diff --cached, then git commit. It takes effect with kb index.\n"
    )
    assert state(site) == [
        "R  articles/en/a/phone.md -> articles/en/a/mobile.md",
        "M  articles/en/b/key.md",
    ]
    assert (
        "not keep articles/en/a/mobile.md as it is" in run(site, "rm", "mobile", "--note", "x")[2]
    )
    said(site, "mv", "en/mobile", "articles/en/cell.md")
    commit_all(site, "2026-01-02")
    index = tmp_path_factory.mktemp("index")
    sources = [Source(name="articles", path=site / "articles")]
    update_index(sources, index, now=datetime.now(UTC), workers=1)
    engine = WhooshEngine(index)
    for old in ("phone", "mobile", "PHONE/"):
        assert engine.resolve(old, locale="en", audience="public") == "en/cell"
    out = said(site, "rm", "/en/articles/cell", "--note", "Use a security key.")
    assert "  noted in articles/_removed/en.yml: its address answers 410 with the note\n" in out
    assert "Links and questions that lead nowhere now:\n  en/b/key.md:5\n" in out
    assert state(site) == ["A  articles/_removed/en.yml", "D  articles/en/cell.md"]
    update_index(sources, index, now=datetime.now(UTC), workers=1)
    engine = WhooshEngine(index)
    for old in ("phone", "mobile", "cell"):
        assert engine.resolve(old, locale="en", audience="public") is None
        note = engine.removed(old, locale="en", audience="public")
        assert note == "Use a security key."


def test_what_git_does_not_keep_goes_only_by_force(site):
    file = site / "articles/en/a/new.md"
    file.write_text(ARTICLE.format(title="New?", other="b/key").replace("public", "internal"))
    code, _, errors = run(site, "rm", "en/new")
    assert (code, "or give --force to lose it" in errors) == (1, True)
    assert "no note is kept" in said(site, "rm", "en/new", "--force", "--note", "Secret.")
    assert state(site) == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mv", "en/phone"], "NEW"),
        (["mv", "en/phone", "key"], "has the address of en/key already"),
        (["mv", b"en/\xff", "x"], "there is no article"),
        (["rm", "en/phone"], "--note"),
        (["rm", "nothing"], "there is no article nothing"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_changes(site, arguments, message):
    code, _, errors = run(site, *arguments)
    assert code in (1, 2)
    assert message in errors
    assert state(site) == []
