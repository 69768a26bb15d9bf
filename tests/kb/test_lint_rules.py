"""Every rule finds its example, and says nothing of the example beside it that is right.

All examples lie in one folder and are read once: an article that breaks a rule is named after it.
"""

import os
from collections import defaultdict
from datetime import UTC, datetime

import pytest
from git_folder import commit, commit_all, git

from kb.lint.checking import check, within
from kb.lint.fixing import fix
from kb.lint.formats import text_lines
from kb.lint.rules import RULES
from kb.settings import Settings
from kb.settings_tables import Lint, Source

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TITLE = "How do I change it?"


def article(body="It is done in two steps.\n", extra="", **fields):
    """Return the text of an article that is right in everything but what is given."""
    given = {
        "title": TITLE,
        "description": "How it is changed.",
        "owner": "support-team",
        "verified_on": "2026-11-01",
        "audience": "public",
        **fields,
    }
    lines = [f"{name}: {value}" for name, value in given.items() if value is not None]
    return "\n".join(["---", *lines, *extra.splitlines(), "---", "", body])


PNG = b"\x89PNG\r\n\x1a\n"
# rule -> the files that are wrong, and those that are right; their folder is the rule's.
EXAMPLES = {
    "invalid-file": ({"a.md": "no front matter\n"}, {"b.md": article()}),
    "unquoted-colon": (
        {"c.md": article(title="Log in: how?")},
        {"d.md": article(title='"Log in: how?"')},
    ),
    "yaml-trap": (
        {"e1.md": article(tags="[no, 1.10]"), "e2.md": article(extra="questions:\n  - 012")},
        {"f.md": article(tags='["no", "1.10", 365, 2.5]')},
    ),
    "cut-by-comment": (
        {"g.md": article(title="How do I open room #5")},
        {"h.md": article(title="How do I open it? # the door", tags="[a#b]")},
    ),
    "byte-order-mark": ({"i.md": "\ufeff" + article()}, {"j.md": article()}),
    "unknown-field": ({"k.md": article(titel="x")}, {"l.md": article(layout="x")}),
    "foreign-field": ({"m.md": article(keywords="x")}, {"n.md": article(tags="x")}),
    "doubtful-value": (
        {"o.md": article(audience="pubic")},
        {"p.md": article(audience="internal")},
    ),
    "unknown-variable": (
        {"q.md": article("Dear {{ first name? }}\n", type="reply", audience=None)},
        {"r.md": article("Dear {{ customer.first_name }}\n", type="reply", audience=None)},
    ),
    "title-form": ({"s.md": article(title="Passwords")}, {"t.md": article(title="Reset it")}),
    "no-description": (
        {"u.md": article(description=None)},
        {"v.md": article(description=None, status="draft")},
    ),
    "markdown-in-description": (
        {
            "v1.md": article(description="Give `type` a value"),
            "v2.md": article(description="'**Never** do it'"),
            "v3.md": article(description="請*不要*這樣做"),
            "v4.md": article(description="See [how](a.md)"),
        },
        {
            "v5.md": article(description="Add [[sources]] and KB_URL, or 2 * 3 * 4 or 2*3*4"),
            "v6.md": article("Give `type` a value.\n", description="Five * stars, in [brackets]"),
        },
    ),
    "heading-in-title-place": (
        {"w.md": article("Text.\n\n# One\n")},
        {"x.md": article("## One\n")},
    ),
    "heading-gap": (
        {"y.md": article("## One\n\n#### Two\n"), "y2.md": article("### One\n")},
        {"z.md": article("## One\n\n### Two\n\n## Three\n\n```\n#### no\n```\n")},
    ),
    "no-alt-text": (
        {"aa.md": article("![](x.png)\n"), "aa2.md": article('<img src="x.png">\n'), "x.png": PNG},
        {"ab.md": article("![A button](x.png) and `![](x.png)`\n")},
    ),
    "vague-link-text": (
        {
            "ac.md": article("See [here](ad.md).\n"),
            "ac2.md": article("Xem [tại đây](ad.md).\n"),
            "ac3.md": article("請[點這裡](ad.md)。\n"),
        },
        {"ad.md": article("See [how to pay](ac.md).\n")},
    ),
    "unclosed-comment": (
        {"ae.md": article("Text.\n<!-- never\n")},
        {"af.md": article("Text. <!-- ends -->\n")},
    ),
    "broken-link": (
        {
            "ag.md": article("[how](gone.md)\n"),
            "ag2.md": article("[how][1]\n\n[1]: gone.md\n"),
            "ag3.md": article('<a href="gone.md">how</a>\n'),
            "ag4.md": article("[how](ah)\n"),
            "ag5.md": article("[how](../../../../etc/passwd)\n"),
        },
        {
            "ah.md": article("[how](ag.md) [web](https://a.b/c.md) ``[x](gone.md)``\n"),
            "ah2.md": article("[!code-c#[x](gone.cs)]\n"),
        },
    ),
    "broken-anchor": (
        {"ai.md": article("[one](#two)\n\n## One\n"), "ai2.md": article("[one](ai.md#two)\n")},
        {
            "aj.md": article(
                "[a](ai.md#one) [b](#own) [c](#two_1)\n\n## X {#own}\n\n## Two\n\n## Two\n"
            ),
            "aj2.md": article(
                '## One\n\n<a name="old"></a>\n\nText. [here it is](#old) [up](#top)\n'
            ),
        },
    ),
    "broken-image": (
        {"ak.md": article("![A](gone.png) ![B](y.svg)\n"), "y.svg": b"<svg/>"},
        {"al.md": article("![A](y.png)\n"), "y.png": PNG},
    ),
    "link-to-hidden": (
        {"am.md": article("[how](an.md)\n"), "an.md": article(status="draft")},
        {"ao.md": article("[how](an.md)\n", status="draft")},
    ),
    "internal-link": (
        {"ap.md": article("[how](aq.md)\n")},
        {"aq.md": article("[how](ap.md)\n", audience="internal")},
    ),
    "internal-word": (
        {
            "ar.md": article("Ask queue ESC-7 for it.\n"),
            "ar2.md": article("請洽升級小組。\n"),
            "ar3.md": article(title="What is esc-7?"),
        },
        {
            "as.md": article("Ask ESC-77 or DESC-7 for it. <!-- ESC-7 -->\n"),
            "as2.md": article("Ask ESC-7.\n", audience="internal"),
        },
    ),
    "duplicate-slug": (
        {"at.md": article(slug="twice"), "au.md": article(slug="Twice")},
        {"av.md": article(slug="once")},
    ),
    "duplicate-alias": (
        {"aw.md": article(aliases="[old]"), "ax.md": article(aliases="[/en/articles/OLD]")},
        {"ay.md": article(aliases="[older]")},
    ),
    "alias-in-use": (
        {"az.md": article(aliases="[ba]"), "az2.md": article(aliases="[az2]")},
        {"ba.md": article(aliases="[bb-old]")},
    ),
    "alias-chain": (
        {
            "bc.md": article(aliases="[first]", status="archived"),
            "bd.md": article(aliases="[bc]"),
        },
        {"be.md": article(aliases="[fourth]", status="archived")},
    ),
    "no-owner": ({"bf.md": article(owner=None)}, {"bg.md": article()}),
    "unknown-owner": (
        {"bh.md": article(owner="Nobody")},
        {"bi.md": article(owner="An Lê <AN@example.com>")},
    ),
    "never-verified": (
        {"bj.md": article(verified_on=None), "bj2.md": article(verified_on="2026-12-24")},
        {
            "bk.md": article(verified_on="2026-11-24"),
            "bk2.md": article(verified_on=None, status="draft"),
        },
    ),
    "verification-lapsed": (
        {"bl.md": article(verify_every="21")},
        {"bm.md": article(verify_every="22")},
    ),
    "expired": (
        {"bn.md": article(expire_at="2026-11-23")},
        {"bo.md": article(expire_at="2027-01-01")},
    ),
    "expires-soon": (
        {"bp.md": article(expire_at="2026-12-07")},
        {"bq.md": article(expire_at="2026-12-08")},
    ),
    "unknown-rule": (
        {"br.md": article("<!-- lint: off broken-lynk -->\n")},
        {"bs.md": article("<!-- lint: off broken-link -->\n[x](gone.md)\n")},
    ),
}  # fmt: skip


def write(folder, files):
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())


def settings_of(folder, **lint):
    return Settings(sources=(Source(name="articles", path=folder),), lint=Lint(**lint))


LINT = {
    "owners": ("support-team", "an@example.com"),
    "internal_words": ("ESC-7", "升級小組"),
}


@pytest.fixture(scope="module")
def examples(tmp_path_factory):
    """The folder of all examples, right and wrong."""
    folder = tmp_path_factory.mktemp("examples").resolve()
    for rule, (wrong, right) in EXAMPLES.items():
        write(folder / "en" / rule, {**wrong, **right})
    return folder


@pytest.fixture(scope="module")
def checked(examples):
    return check(settings_of(examples, **LINT), now=NOW)


@pytest.fixture(scope="module")
def found(examples, checked):
    """Which rules speak of which file."""
    rules = defaultdict(set)
    for each in checked.findings:
        rules[os.path.relpath(each.path, examples / "en")].add(each.rule)
    return rules


WITHOUT_EXAMPLE = {
    "vanished-slug": "test_a_published_address_may_not_vanish",
    "translation-behind": "test_a_translation_is_behind_when_its_source_has_changed_since",
    # They need more than one article as it lies there: tests of their own modules.
    "near-duplicate": "",
    "duplicate-title": "",
    "invalid-question": "",
    "question-not-found": "",
    "question-answered": "",
}


def test_every_rule_has_its_examples():
    assert {*EXAMPLES, *WITHOUT_EXAMPLE} == set(RULES)
    assert all(not name or name in globals() for name in WITHOUT_EXAMPLE.values())


# Of two that share an address, the first one has it.
FIRST = {"at.md", "aw.md", "an.md", "bd.md"}


@pytest.mark.parametrize("rule", EXAMPLES)
def test_a_rule_finds_what_is_wrong_and_only_that(rule, found):
    wrong, right = EXAMPLES[rule]
    for name in wrong:
        if name.endswith(".md"):
            assert (rule in found[f"{rule}/{name}"]) != (name in FIRST), name
    for name in right:
        assert rule not in found[f"{rule}/{name}"], name


def test_what_is_right_is_said_to_be_wrong_by_no_rule(found):
    plain = [f"{rule}/{name}" for rule, (_, right) in EXAMPLES.items() for name in right]
    assert {name: found[name] for name in plain if found[name]} == {}


@pytest.mark.parametrize(
    ("place", "said"),
    [
        pytest.param("broken-link/ag.md:9:1", "Mend the path", id="link"),
        pytest.param("broken-link/ag2.md:11:6", "leads to no article", id="reference"),
        pytest.param("broken-link/ag4.md:9:1", "Write ah.md", id="without its ending"),
        pytest.param("broken-anchor/ai.md:9:1", "this article has no heading #two", id="anchor"),
        pytest.param("heading-gap/y.md:11:1", "Write ### for it", id="gap"),
        pytest.param("no-alt-text/aa.md:9:1", "Say in the brackets", id="image"),
        pytest.param("internal-word/ar.md:9:11", '"ESC-7" is a word', id="word"),
        pytest.param("unknown-field/k.md:7:1", "Write title, or leave it out", id="field"),
        pytest.param("unquoted-colon/c.md:2:1", "Quote it", id="colon"),
        pytest.param("unclosed-comment/ae.md:10:1", "Close it with -->", id="comment"),
    ],
)
def test_a_finding_says_where_it_is_and_what_to_do(place, said, examples, checked):
    lines = [line for line in text_lines(checked.findings) if f"/{place}: " in line]
    assert any(said in line for line in lines), lines


def test_only_what_was_named_is_reported(examples, checked):
    folder = examples / "en" / "broken-link"
    named = within(checked.findings, [folder, examples / "en" / "no-owner" / "bf.md"])
    assert {each.rule for each in named} == {"broken-link", "no-owner"}


def test_rules_can_be_switched_off_for_all_and_for_one_file(tmp_path):
    silent = article("<!-- lint: off broken-link, no-alt-text -->\n[x](a) ![](b.png)\n")
    shown = article("```\n<!-- lint: off broken-link -->\n```\n[x](a)\n", owner=None)
    write(tmp_path / "en", {"a.md": silent, "b.md": shown})
    checked = check(settings_of(tmp_path, disable=["no-owner", "broken-image"]), now=NOW)
    assert [(each.rule, each.path[-4:]) for each in checked.findings] == [("broken-link", "b.md")]


def test_files_of_others_keep_their_manner(tmp_path):
    theirs = article("# The title\n\n## One\n", keywords="x", audience="ITPro")
    write(tmp_path, {"a.md": theirs})
    source = Source(name="theirs", path=tmp_path, locale="en", audience="public")
    assert check(Settings(sources=(source,)), now=NOW).findings == ()


@pytest.fixture
def repository(tmp_path):
    git(tmp_path, "init", "--quiet")
    write(tmp_path / "en", {"log-in.md": article(), "pay.md": article("Pay by card.\n" * 9)})
    write(tmp_path / "vi", {"pay.md": article("Bằng thẻ.\n", title="Cách trả tiền")})
    commit_all(tmp_path, "2026-01-01")
    return tmp_path


def rules_of(folder, **options):
    findings = check(settings_of(folder), now=NOW, **options).findings
    return [(each.rule, os.path.relpath(each.path, folder)) for each in findings]


def test_a_published_address_may_not_vanish(repository):
    (repository / "en" / "log-in.md").unlink()
    (repository / "en" / "pay.md").rename(repository / "en" / "pay-by-card.md")
    git(repository, "add", "--all")
    gone = ("vanished-slug", "en/log-in.md")
    assert rules_of(repository) == [gone, ("vanished-slug", "en/pay-by-card.md")]
    write(repository / "en", {"pay-by-card.md": article("Pay by card.\n" * 9, aliases="[pay]")})
    assert rules_of(repository) == [gone]
    write(repository, {"_removed/en.yml": "log-in: Use the new app.\n"})
    assert rules_of(repository) == []


def test_addresses_are_compared_with_the_revision_that_is_named(repository):
    commit(repository, "en/pay.md", article(slug="pay-now"), "2026-01-02")
    assert rules_of(repository) == []
    assert rules_of(repository, since="HEAD~1") == [("vanished-slug", "en/pay.md")]


def test_a_draft_may_vanish(repository):
    commit(repository, "en/new.md", article(status="draft"), "2026-01-02")
    (repository / "en" / "new.md").unlink()
    assert rules_of(repository) == []


def test_a_translation_is_behind_when_its_source_has_changed_since(repository):
    made_from = git(repository, "rev-parse", "HEAD")
    title = "Cách trả tiền"
    translated = article("Bằng thẻ.\n", title=title, source_commit=made_from)
    commit(repository, "vi/pay.md", translated, "2026-01-02")
    assert rules_of(repository) == []
    commit(repository, "en/pay.md", article("Pay by card or in cash.\n"), "2026-01-03")
    assert rules_of(repository) == [("translation-behind", "vi/pay.md")]


BROKEN = {
    "mark.md": "\ufeff" + article(),
    "colon.md": article(title="Log in: how?").replace("\n", "\r\n"),
    "quotes.md": article(title='Press "A": why?'),
    "trap.md": article(tags="[no, on, 1.10, plain]", extra="questions:\n  - no"),
    "foreign.md": article(keywords="one, two", pubDate="2026-01-01"),
    "moved.md": article(aliases="[first]", status="archived"),
    "goal.md": article(aliases="[moved]"),
    "right.md": article(title="What is “1.10”?  ", extra="# a comment"),
}


def test_what_is_mended_reads_as_before_and_is_mended_once(tmp_path):
    write(tmp_path / "en", BROKEN)
    settings = settings_of(tmp_path)
    before = check(settings, now=NOW)
    articles = {each.shown: each.written.article for each in before.library.subjects.values()}
    fixed = fix(before.findings, before, settings)
    assert {os.path.basename(path) for path in fixed} == set(BROKEN) - {"right.md"}
    after = check(settings, now=NOW)
    assert after.findings == ()
    assert fix(after.findings, after, settings) == []
    for each in after.library.subjects.values():
        name = os.path.basename(each.shown)
        if name not in ("colon.md", "quotes.md", "moved.md", "goal.md"):
            assert each.written.article == articles[each.shown]
    assert (tmp_path / "en" / "colon.md").read_bytes().count(b"\r\n") == 9
    assert 'title: "Log in: how?"' in (tmp_path / "en" / "colon.md").read_text()
    assert "title: 'Press \"A\": why?'" in (tmp_path / "en" / "quotes.md").read_text()
    assert 'tags: ["no", "on", "1.10", plain]' in (tmp_path / "en" / "trap.md").read_text()
    assert "  - first" in (tmp_path / "en" / "goal.md").read_text()
