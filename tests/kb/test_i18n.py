"""Which translations are missing and which are behind, in real repositories."""

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command import run
from git_folder import commit, commit_all, git

from kb.errors import KnowledgeBaseError
from kb.settings import Settings
from kb.writing.content import read_content
from kb.writing.marking import marks
from kb.writing.repositories import Repositories
from kb.writing.translations import changes_since, translations

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def article(title, body="x", **front):
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    return f"---\ntitle: {title}\naudience: public\n{lines}---\n{body}\n"


def settings_of(folder, **site):
    return Settings.model_validate({"articles": folder / "articles", "site": site})


def standing(folder, **site):
    """Return how each translation stands, by the source's path and the locale."""
    settings = settings_of(folder, **site)
    content = read_content(settings.all_sources())
    found = translations(content, settings.site, Repositories(), NOW)
    return {(each.source.file.path, each.locale): each for each in found}


def states(folder, **site):
    return {name: each.state for name, each in standing(folder, **site).items()}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Two sources; one has moved and changed twice since the Vietnamese version was made."""
    folder = tmp_path_factory.mktemp("site")
    git(folder, "init", "-q", "-b", "main")
    first = commit(folder, "articles/en/a.md", article("A", "one\ntwo\nthree"), "2026-01-01")
    commit(folder, "articles/vi/a.md", article("A vi", source_commit=first), "2026-01-02")
    commit(folder, "articles/en/a.md", article("A", "one\n2\nthree"), "2026-01-03")
    git(folder, "mv", "articles/en/a.md", "articles/en/b.md")
    git(folder, "mv", "articles/vi/a.md", "articles/vi/b.md")
    commit_all(folder, "2026-01-04")
    commit(folder, "articles/en/b.md", article("A", "one\n2\n3"), "2026-01-05")
    second = commit(folder, "articles/en/c.md", article("C"), "2026-01-06")
    commit(folder, "articles/vi/c.md", article("C vi", source_commit=second[:12]), "2026-01-07")
    commit(folder, "articles/zh-Hant/c.md", article("C zh"), "2026-01-07")
    return folder


@pytest.fixture(scope="module")
def refusing(site, tmp_path_factory):
    """The same with files that cannot be marked."""
    folder = Path(shutil.copytree(site, tmp_path_factory.mktemp("refusing") / "site"))
    commit(folder, "articles/en/alone.md", article("Alone"), "2026-02-01")
    commit(folder, "articles/en/d.md", article("D"), "2026-02-01")
    for name in ("vi/d", "en/d", "vi/new", "en/new"):
        (folder / f"articles/{name}.md").write_text(article("New"), encoding="utf-8")
    git(folder, "add", "articles/en/d.md")
    (folder / "articles/vi/broken.md").write_text("---\ntitle: [\n---\n", encoding="utf-8")
    return folder


@pytest.fixture
def copy(site, tmp_path):
    return Path(shutil.copytree(site, tmp_path / "site"))


def test_each_translation_is_missing_behind_unknown_or_current(site):
    assert states(site) == {
        ("en/b.md", "vi"): "behind",
        ("en/b.md", "zh-Hant"): "missing",
        ("en/c.md", "vi"): "current",
        ("en/c.md", "zh-Hant"): "unknown",
    }


def test_commits_are_counted_across_a_rename_and_the_rename_is_none(site):
    assert standing(site)["en/b.md", "vi"].behind == 2


def test_the_difference_of_the_source_is_shown_across_a_rename(site):
    found = standing(site)
    said = changes_since(found["en/b.md", "vi"], Repositories())
    changed = [line for line in said.splitlines() if line[:1] in "+-" and line[:3] not in "+++---"]
    assert changed == ["-two", "-three", "+2", "+3"]
    assert changes_since(found["en/c.md", "vi"], Repositories()) == ""


def test_what_is_not_committed_puts_nothing_behind(copy):
    file = copy / "articles/en/c.md"
    file.write_text(article("C", "changed"), encoding="utf-8")
    assert states(copy)["en/c.md", "vi"] == "current"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        pytest.param({"status": "draft"}, {}, id="a draft"),
        pytest.param({"status": "archived"}, {}, id="archived"),
        pytest.param({"expire_at": "2026-01-01"}, {}, id="expired"),
        pytest.param(
            {"publish_at": "2027-01-01"}, {("en/n.md", "vi"): "missing"}, id="still to come"
        ),
    ],
)
def test_only_what_readers_will_see_has_to_be_translated(tmp_path, front, expected):
    (tmp_path / "articles/en").mkdir(parents=True)
    (tmp_path / "articles/en/n.md").write_text(article("N", **front), encoding="utf-8")
    assert states(tmp_path, locales=["en", "vi"]) == expected


def test_other_names_are_paired_by_key_and_a_family_without_english_by_what_is_no_translation(
    tmp_path,
):
    git(tmp_path, "init", "-q")
    first = commit(tmp_path, "articles/vi/một.md", article("M", translation_key="k"), "2026-01-01")
    front = {"translation_key": "k", "source_commit": first}
    commit(tmp_path, "articles/en/one.md", article("O", **front), "2026-01-02")
    assert states(tmp_path) == {("vi/một.md", "en"): "current", ("vi/một.md", "zh-Hant"): "missing"}


def test_of_two_originals_the_one_whose_commit_is_named_is_the_source(tmp_path):
    git(tmp_path, "init", "-q")
    commit(tmp_path, "articles/en/a.md", article("A"), "2026-01-01")
    named = commit(tmp_path, "articles/vi/a.md", article("A"), "2026-01-02")
    commit(tmp_path, "articles/zh-Hant/a.md", article("A", source_commit=named), "2026-01-03")
    assert states(tmp_path)["vi/a.md", "zh-Hant"] == "current"


def test_without_git_nothing_is_taken_for_current(tmp_path):
    for locale in ("en", "vi"):
        (tmp_path / "articles" / locale).mkdir(parents=True)
        text = article("A", **({"source_commit": "f" * 40} if locale == "vi" else {}))
        (tmp_path / "articles" / locale / "a.md").write_text(text, encoding="utf-8")
    found = standing(tmp_path)["en/a.md", "vi"]
    assert (found.state, found.reason) == ("unknown", "no_history")


def test_a_revision_that_git_does_not_have_is_unknown(copy):
    text = article("B", source_commit="--output=x")
    commit(copy, "articles/vi/b.md", text, "2026-02-01")
    found = standing(copy)["en/b.md", "vi"]
    assert (found.state, found.reason) == ("unknown", "no_such_commit")


def test_a_shallow_clone_says_that_it_cannot_tell(site, tmp_path):
    git(tmp_path, "clone", "-q", "--depth", "2", f"file://{site}", "clone")
    found = standing(tmp_path / "clone")
    for pair in (("en/b.md", "vi"), ("en/c.md", "vi")):
        assert (found[pair].state, found[pair].reason) == ("unknown", "shallow")


def test_marking_makes_a_translation_current_and_changes_nothing_else(copy):
    file = copy / "articles/vi/b.md"
    before = file.read_text(encoding="utf-8")
    (mark,) = marks([file], settings_of(copy))
    mark.record()
    old = standing(copy)["en/b.md", "vi"]
    assert old.state == "current"
    assert mark.revision == git(copy, "log", "-1", "--format=%H", "--", "articles/en/b.md")
    written = file.read_text(encoding="utf-8").splitlines()
    changed = [line for line in before.splitlines() if line not in written]
    assert [line.partition(":")[0] for line in changed] == ["source_commit"]


def test_a_mark_after_a_merge_holds_both_sides(tmp_path):
    git(tmp_path, "init", "-q", "-b", "main")
    text = "\n".join(f"line {number}" for number in range(20))
    commit(tmp_path, "articles/en/a.md", article("A", text), "2026-01-01")
    git(tmp_path, "checkout", "-q", "-b", "side")
    commit(tmp_path, "articles/en/a.md", article("A", text + "\nend"), "2026-01-09")
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, "articles/en/a.md", article("A", "begin\n" + text), "2026-01-02")
    git(tmp_path, "merge", "-q", "--no-edit", "side", day="2026-01-10")
    commit(tmp_path, "articles/vi/a.md", article("A vi"), "2026-01-11")
    marks([tmp_path / "articles/vi/a.md"], settings_of(tmp_path))[0].record()
    assert states(tmp_path)["en/a.md", "vi"] == "current"


def test_an_english_translation_is_marked_by_saying_what_it_was_made_from(copy):
    file = copy / "articles/en/c.md"
    with pytest.raises(KnowledgeBaseError, match="--from vi"):
        marks([file], settings_of(copy))
    marks([file], settings_of(copy), "zh-Hant")[0].record()
    assert states(copy)["zh-Hant/c.md", "en"] == "current"


@pytest.mark.parametrize(
    ("name", "source", "said"),
    [
        pytest.param("vi/b.md", "ja", "no version in ja; there is en", id="no such language"),
        pytest.param("en/alone.md", "", "Give both files the same path", id="nothing to pair"),
        pytest.param("vi/none.md", "", "Name a file that ends in .md", id="no file"),
        pytest.param("vi", "", "is a folder", id="a folder"),
        pytest.param("vi/broken.md", "", "vi/broken.md:2", id="front matter that cannot be read"),
        pytest.param("/other.md", "", "lies in no folder of articles", id="elsewhere"),
        pytest.param("vi/new.md", "", "new.md has changes that are not committed", id="untracked"),
        pytest.param("vi/d.md", "", "d.md has changes that are not committed", id="changed"),
    ],
)
def test_what_cannot_be_marked_is_refused_with_the_way_on(refusing, name, source, said):
    with pytest.raises(KnowledgeBaseError, match=said):
        marks([refusing / "articles" / name], settings_of(refusing), source)


def test_when_one_cannot_be_marked_none_is(refusing):
    before = git(refusing, "status", "--porcelain")
    files = [refusing / "articles/vi/b.md", refusing / "articles/vi/d.md"]
    with pytest.raises(KnowledgeBaseError, match="not committed"):
        marks(files, settings_of(refusing))
    assert git(refusing, "status", "--porcelain") == before


def test_the_command_prints_counts_what_is_to_do_and_the_difference(copy):
    code, out, err = run(copy, "i18n", "status", "--diff")
    assert code == 0
    assert out.splitlines()[:3] == [
        "language  current  unknown  behind  missing",
        "vi              1        0       1        0",
        "zh-Hant         0        1       0        1",
    ]
    assert "articles/vi/b.md: 2 commits behind articles/en/b.md\n" in out
    assert "articles/en/b.md: missing in zh-Hant\n" in out
    assert "articles/zh-Hant/c.md: it has no source_commit (source: articles/en/c.md)\n" in out
    assert "\n-two\n" in out
    assert err == ""


def test_the_command_answers_in_json_and_fails_a_check(copy):
    asked = ("i18n", "status", "--locale", "vi", "--behind", "--json", "--diff")
    said = json.loads(run(copy, *asked)[1])
    assert said["locales"] == [
        {"locale": "vi", "missing": 0, "behind": 1, "unknown": 0, "current": 1}
    ]
    (only,) = said["translations"]
    assert (only["path"], only["source"], only["behind"]) == ("articles/vi/b.md", "en/b", 2)
    assert "+3" in only["diff"]
    assert run(copy, "i18n", "status", "--check")[0] == 4
    assert run(copy, "i18n", "mark", "articles/vi/b.md")[0] == 0
    assert run(copy, "i18n", "status", "--check", "--behind")[0] == 0
    assert run(copy, "i18n", "status", "--locale", "not a tag")[0] == 2


def test_the_difference_cannot_give_orders_to_a_terminal(copy):
    commit(copy, "articles/en/b.md", article("A", "\x1b]0;owned\x07 ‮x"), "2026-03-01")
    out = run(copy, "i18n", "status", "--behind", "--diff")[1]
    assert "owned" in out
    assert not {"\x1b", "\x07", "‮"} & set(out)
