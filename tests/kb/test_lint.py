"""`kb lint`: reading any file, printing for people and programs, our own articles."""

import json
import os
import re
from datetime import UTC, datetime, time
from pathlib import Path

import pytest
from command import run
from hypothesis import given
from hypothesis import settings as profile
from hypothesis import strategies as st

from kb.errors import KnowledgeBaseError, SettingsError
from kb.files.scan import SourceFile
from kb.lint import alone, formats, near_duplicates
from kb.lint.checking import check
from kb.lint.finding import Finding
from kb.lint.front_matter import is_trap
from kb.lint.outline import outline
from kb.lint.reading import Circumstances, Subject
from kb.lint.rules import RULES
from kb.lint.titles import is_said
from kb.lint.visible import visible
from kb.settings import Settings
from kb.settings_tables import Lint, Source
from kb.writing.content import read_file

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
RIGHT = """\
---
title: How do I log in?
description: With the address that you signed up with.
owner: support-team
verified_on: 2026-11-01
audience: public
---

Open the page and log in.
"""


def test_our_own_articles_are_right():
    settings = Settings(sources=(Source(name="articles", path=ROOT / "articles"),))
    first = check(settings, now=NOW)
    # On the day of the newest check: in half a year this test has to pass as well.
    days = [each.written.article.verified_on for each in first.library.subjects.values()]
    newest = datetime.combine(max(day for day in days if day), time(), UTC)
    checked = first if newest <= NOW else check(settings, now=newest)
    found = [*checked.findings, *near_duplicates.findings(checked.library.content)]
    assert list(formats.text_lines(found)) == []


@pytest.mark.parametrize(
    ("locale", "error", "warning"),
    [("en", "error", "warning"), ("vi", "lỗi", "cảnh báo"), ("zh-Hant", "錯誤", "警告")],
)
def test_the_article_lists_every_rule(locale, error, warning):
    file = ROOT / "articles" / locale / "writing" / "check-your-articles.md"
    text = file.read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| ([^|]+) \|", text, re.M))
    kinds = {"error": error, "warning": warning}
    assert rows == {rule.name: kinds[rule.severity] for rule in RULES.values()}
    mended = next(line for line in text.splitlines() if line.startswith("`kb lint --fix`"))
    named = set(re.findall(r"`([a-z-]+)`", mended))
    assert named == {rule.name for rule in RULES.values() if rule.fixable}


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("en", "How do I log in?"),
        ("en", "Reset your password"),
        ("en", "Outlook: reset the view"),
        ("en", "Resetting your password"),
        ("en", "I can’t sign in"),
        ("en", "Error 0x80070005 in setup"),
        ("vi", "Cách đặt lại mật khẩu"),
        ("vi", "Đổi mật khẩu"),
        ("vi", "Vì sao tôi không nhận được mã"),
        ("vi", "959 Thay đổi tên hiển thị"),
        ("vi", "Manage social profiles"),
        ("zh-Hant", "如何重設密碼"),
        ("zh-Hant", "無法登入"),
        ("zh-Hant", "在 Microsoft 365 中設定 SPF"),
        ("ja", "パスワード"),
    ],
)
def test_questions_tasks_and_problems_are_titles(locale, title):
    assert is_said(title, locale)


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("en", "Password policy"),
        ("en", "Billing"),
        ("en", "Overview of shipping zones"),
        ("vi", "Chính sách mật khẩu"),
        ("vi", "Outlook.com AdBlock"),
        ("zh-Hant", "密碼原則"),
        ("zh-Hant", "預算概觀"),
    ],
)
def test_names_of_things_are_none(locale, title):
    assert not is_said(title, locale)


@pytest.mark.parametrize(
    "value", ["no", "Yes", "off", "1.10", "012", "0x1f", "1:30", "1.5e+3", ".inf", "+1_000"]
)
def test_values_that_yaml_reads_otherwise_are_traps(value):
    assert is_trap(value)


@pytest.mark.parametrize("value", ["12", "-3", "2.5", "0", "word", "no way", '"no"', "2026-01-01"])
def test_values_that_stay_what_they_are_are_none(value):
    assert not is_trap(value)


MARKDOWN = st.text(
    st.sampled_from("ab é中\n\r\t `~#[]()!<>-=*_:\"'\\{}|&;.1/\u202e\u0000\ud800"), max_size=300
) | st.text(max_size=60)


@given(MARKDOWN)
@profile(max_examples=200)
def test_any_text_has_an_outline_whose_places_are_in_it(body):
    lines = body.split("\n")
    assert len(visible(body).text) == len(body)
    made = outline(body, 1)
    for each in (*made.links, *made.headings):
        assert 1 <= each.line <= len(lines)
    for link in made.links:
        assert 1 <= link.column <= len(lines[link.line - 1]) + 1


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("hostile")


@given(st.binary(max_size=200) | MARKDOWN.map(lambda text: text.encode("utf-8", "replace")))
@profile(max_examples=150)
def test_any_file_is_an_article_or_an_error(folder, data):
    path = folder / "en" / "a.md"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"---\ntitle: x\nq: [" + data if data[:1] == b"a" else RIGHT.encode() + data)
    file = SourceFile(Source(name="s", path=folder), "en/a.md", path)
    try:
        written = read_file(file)
    except KnowledgeBaseError:
        return
    subject = Subject(written, outline(written.document.body, written.document.body_line), "a.md")
    circumstances = Circumstances(Lint(internal_words=("x",)), NOW, 14)
    for judge in alone.CHECKS:
        for each in judge(subject, circumstances):
            assert RULES[each.rule].severity == each.severity
            assert each.line >= 1
            assert each.column >= 1


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("[" * 50_000, id="brackets"),
        pytest.param("](" * 50_000, id="targets"),
        pytest.param("`" * 9 + " `" * 50_000, id="backticks"),
        pytest.param("<!--" * 50_000, id="comments"),
        pytest.param("<a href=" * 20_000, id="tags"),
        pytest.param(":::image " * 20_000, id="directives"),
        pytest.param("[x]: " * 20_000, id="references"),
        pytest.param("a\n===\n" * 20_000, id="headings"),
    ],
)
def test_an_outline_takes_time_by_length(body):
    half, whole = (_seconds(part) for part in (body[: len(body) // 4], body))
    assert whole < 20 * half + 0.5


def _seconds(body):
    from time import process_time

    begun = process_time()
    outline(body)
    return process_time() - begun


ODD_NAMES = (
    b"a\nb",
    b"\xff\xfe",
    b"\xe2\x80\xaertl",
    b"quote'\"",
    b"Case",
    b"case",
    b"%s%n",
    b"-rf",
)
ODD_LINKS = f"[x](a%00b.md) ![y](a%00.png) [z](%ff.md) [w]({'a/' * 900}) ![q]({'n' * 400}.png)\n"


def test_a_hostile_folder_is_reported_and_nothing_outside_is_read(tmp_path):
    folder = tmp_path / "articles" / "en"
    folder.mkdir(parents=True)
    for name in ODD_NAMES:
        (folder / os.fsdecode(name + b".md")).write_text(RIGHT + ODD_LINKS, encoding="utf-8")
    (tmp_path / "outside.png").write_bytes(b"outside")
    (folder / "link.md").symlink_to("/etc/passwd")
    (folder / "pic.png").symlink_to(tmp_path / "outside.png")
    outside = "![a](pic.png) ![b](../../outside.png) [c](../../../../../etc/passwd)\n"
    (folder / "out.md").write_text(RIGHT + outside, encoding="utf-8")
    (folder / "big.md").write_bytes(RIGHT.encode() + b"a" * (1 << 20))
    (folder / "_defaults.yml").write_text("ownr: x\n", encoding="utf-8")
    (tmp_path / "articles" / "_removed").mkdir()
    (tmp_path / "articles" / "_removed" / "en.yml").write_bytes(b"\xff")
    source = Source(name="articles", path=tmp_path / "articles")
    findings = check(Settings(sources=(source,)), now=NOW).findings
    of = [(each.rule, Path(each.path).name) for each in findings]
    for name in ("big.md", "link.md", "pic.png", "en.yml"):
        assert ("invalid-file", name) in of
    assert of.count(("broken-image", "out.md")) == 2
    assert ("broken-link", "out.md") in of
    assert ("duplicate-slug", "case.md") in of
    assert ("unknown-field", "_defaults.yml") in of
    for lines in (formats.text_lines(findings), formats.github_lines(findings)):
        assert all("\n" not in line for line in lines)
    assert json.dumps([formats.sarif(findings), formats.shape(findings, 1, [])]).encode("utf-8")


ODD = Finding("broken-link", "error", "en/a,b:c %\n\x1b.md", 3, 7, "no\r\n::error::é %", "Mend it")


def test_a_terminal_cannot_be_steered():
    (line,) = formats.text_lines([ODD])
    assert line.isprintable()
    assert line.endswith(":3:7: error broken-link: no��::error::é %. Mend it.")


def test_an_annotation_of_github_is_one_line_with_everything_escaped():
    assert list(formats.github_lines([ODD])) == [
        "::error file=en/a%2Cb%3Ac %25%0A\x1b.md,line=3,col=7,title=broken-link"
        "::no%0D%0A::error::é %25. Mend it."
    ]


def test_sarif_has_the_shape_that_code_scanning_reads():
    log = formats.sarif([ODD, Finding("no-owner", "warning", "/tmp/é.md", 1, 1, "no owner")])
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    (made,) = log["runs"]
    rules = made["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(RULES)
    assert all(rule["shortDescription"]["text"].endswith(".") for rule in rules)
    assert made["columnKind"] == "unicodeCodePoints"
    for result in made["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
    places = [each["locations"][0]["physicalLocation"] for each in made["results"]]
    assert places[0] == {
        "artifactLocation": {"uri": "en/a%2Cb%3Ac%20%25%0A%1B.md"},
        "region": {"startLine": 3, "startColumn": 7},
    }
    assert places[1]["artifactLocation"]["uri"] == "file:///tmp/%C3%A9.md"


def test_a_rule_that_does_not_exist_cannot_be_switched_off():
    with pytest.raises(SettingsError, match="there is no rule broken-lynk"):
        check(Settings(lint=Lint(disable=("broken-lynk",))))


def test_the_hooks_of_pre_commit_name_the_command():
    import yaml

    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    assert hook["id"] == "kb-lint"
    assert hook["entry"] == "kb lint"
    assert hook["language"] == "python"
    # An article that is deleted breaks links in files that nobody touched.
    assert hook["always_run"]
    assert not hook["pass_filenames"]


def test_the_command_says_what_is_wrong_and_fails(tmp_path):
    folder = tmp_path / "articles" / "en"
    folder.mkdir(parents=True)
    (folder / "log-in.md").write_text(RIGHT, encoding="utf-8")
    code, out, _ = run(tmp_path, "lint", "--strict")
    assert (code, out) == (0, "1 article: 0 errors, 0 warnings\n")
    (folder / "pay.md").write_text(RIGHT.replace("log in", "pay") + "\n[x](y.md)\n", "utf-8")
    code, out, _ = run(tmp_path, "lint", "articles/en/pay.md")
    assert code == 4
    assert out.splitlines()[0].startswith("articles/en/pay.md:11:1: error broken-link: the link")
    code, out, _ = run(tmp_path, "lint", "--json")
    told = json.loads(out)
    assert (code, told["files"], told["errors"]) == (4, 2, 1)
    assert {"rule", "severity", "path", "line", "column", "message", "fix"} == set(
        told["findings"][0]
    )
    assert run(tmp_path, "lint", "nowhere")[0] == 2
    assert run(tmp_path, "lint", "--json", "--sarif")[0] == 2
