"""Moving and removing articles in real repositories: what is written, and what readers get."""

import os
import subprocess

import pytest
from git_folder import commit_all, git

from kb.errors import KnowledgeBaseError
from kb.settings_tables import Source
from kb.writing import tree
from kb.writing.choosing import chosen_article, chosen_place
from kb.writing.content import read_content
from kb.writing.moving import plan_move
from kb.writing.removing import plan_removal, with_notes

REFUND = "---\ntitle: Refund?\n---\nBack to [account](../account/log-in.md), see ![a](img/a.png).\n"
LINKS = """---
title: Log in?
---
[one](../billing/refund.md#how "Why?") and [two](<../billing/refund.md>) and [three][r].
`[code](../billing/refund.md)` <!-- [note](../billing/refund.md) -->
<a href='../billing/refund.md?x=1'>four</a> [else](../billing/invoice.md) [web](https://x.org/refund.md)

```
[fence](../billing/refund.md)
```

[r]: /en/billing/refund.md
"""
QUESTIONS = (
    "- question: money back\n  article: refund  # the first\n- {question: x, article: refund}\n"
)


class Site:
    """Articles in a folder, with or without git."""

    def __init__(self, root):
        self.root = root
        self.articles = root / "articles"
        self.sources = (Source(name="articles", path=self.articles),)
        self.put("_defaults.yml", "audience: public\n")

    def put(self, path, text):
        file = self.articles / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())
        return file

    def text(self, path):
        return (self.articles / path).read_bytes().decode()

    def chosen(self, name):
        content = read_content(self.sources)
        return chosen_article(name, content, self.sources, "en"), content

    def planned(self, old, new, **options):
        written, content = self.chosen(old)
        return plan_move(written, chosen_place(new, written, self.sources), content, **options)

    def move(self, old, new, **options):
        """Carry a move out, as the command does, and return it."""
        move = self.planned(old, new, **options)
        for each in move.moved:
            tree.move(each.old.path, each.file.absolute)
            tree.write(each.file.absolute, each.text)
        for path, text in move.changed.items():
            tree.write(path, text)
        return move

    def article(self, key):
        return read_content(self.sources).by_key()[key].article


@pytest.fixture
def site(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = Site(tmp_path)
    made.put("en/billing/refund.md", REFUND)
    made.put("en/billing/img/a.png", "no image")
    made.put("en/billing/invoice.md", "---\ntitle: Invoice?\n---\nNothing.\n")
    made.put("en/account/log-in.md", LINKS)
    made.put("vi/billing/refund.md", "---\ntitle: Hoàn tiền?\n---\nCó.\n")
    return made


@pytest.mark.parametrize(
    "name",
    [
        "articles/en/billing/refund.md",
        "en/billing/refund.md",
        "en/refund",
        "refund",
        "/en/articles/refund",
        "https://help.example.com/en/articles/refund?x#y",
    ],
)
def test_an_article_is_named_by_file_key_or_address(site, name):
    assert site.chosen(name)[0].article.key == "en/refund"


def test_links_are_rewritten_where_readers_see_them_and_nothing_else_changes(site):
    move = site.move("en/refund", "en/payment/money-back.md")
    wanted = LINKS.replace("[one](../billing/refund.md", "[one](../payment/money-back.md")
    wanted = wanted.replace("<../billing/refund.md>", "<../payment/money-back.md>")
    wanted = wanted.replace("href='../billing/refund.md", "href='../payment/money-back.md")
    wanted = wanted.replace("[r]: /en/billing/refund.md", "[r]: /en/payment/money-back.md")
    assert site.text("en/account/log-in.md") == wanted
    assert list(move.changed) == [site.articles / "en/account/log-in.md"]


def test_what_the_article_links_to_and_shows_is_found_from_its_new_place(site):
    site.move("en/refund", "en/refund.md")
    assert "[account](account/log-in.md), see ![a](billing/img/a.png)" in site.text("en/refund.md")


def test_windows_line_ends_comments_and_a_byte_order_mark_stay(site):
    text = "\ufeff" + REFUND.replace("title", "# mine\ntitle").replace("\n", "\r\n")
    site.put("en/billing/refund.md", text)
    site.move("en/refund", "en/a/new.md")
    head = "\ufeff---\r\n# mine\r\ntitle: Refund?\r\naliases:\r\n  - refund\r\n"
    assert site.text("en/a/new.md").startswith(head)
    assert site.text("en/a/new.md").replace("\r\n", "").count("\n") == 0


def test_redirects_never_chain(site):
    site.move("en/refund", "money-back")
    site.move("en/money-back", "en/payment/return.md")
    assert site.article("en/return").aliases == ("refund", "money-back")
    # Back again: its own slug is no alias any more.
    site.move("en/return", "refund")
    assert site.article("en/refund").aliases == ("money-back", "return")


def test_another_folder_alone_needs_no_alias(site):
    move = site.move("en/refund", "articles/en/payment/")
    assert move.moved[0].article.aliases == ()
    assert site.article("en/refund").topic == "payment"


def test_a_move_to_another_language_leaves_an_alias_of_the_whole_path(site):
    site.move("en/invoice", "vi/billing/invoice.md")
    assert site.article("vi/invoice").aliases == ("/en/articles/invoice",)


def test_a_translation_that_stays_is_still_paired(site):
    move = site.move("en/refund", "money-back")
    assert [each.article.key for each in move.staying] == ["vi/refund"]
    keys = {site.article(key).translation_key for key in ("en/money-back", "vi/refund")}
    assert keys == {"billing/refund"}


def test_translations_move_along_when_that_is_asked_for(site):
    move = site.move("en/refund", "en/payment/money-back.md", all_locales=True)
    assert {each.file.path for each in move.moved} == {
        "en/payment/money-back.md",
        "vi/payment/money-back.md",
    }
    assert site.article("vi/money-back").aliases == ("refund",)
    assert site.article("vi/money-back").translation_key == "payment/money-back"


def test_questions_expect_the_article_under_its_new_name(site):
    site.put("_questions/en.yml", QUESTIONS)
    site.put("_questions/vi.yml", "- question: q\n  article: 'en/refund'\n- article: refund\n")
    site.move("en/refund", "money-back")
    assert "  article: money-back  # the first\n" in site.text("_questions/en.yml")
    vi = "- question: q\n  article: 'en/money-back'\n- article: refund\n"
    assert site.text("_questions/vi.yml") == vi


def test_the_writer_hears_of_addresses_that_change_their_meaning(site):
    site.put("en/a/x.md", "---\ntitle: X\naliases: [refund, paid]\n---\nX.\n")
    site.put("en/secret/_defaults.yml", "audience: internal\n")
    assert site.planned("en/x", "y").notes == (
        "the alias refund leads nowhere: en/billing/refund.md has that address itself",
    )
    notes = site.planned("en/invoice", "en/secret/paid.md").notes
    assert notes == (
        "en/secret/paid.md is internal from now on: the defaults of its folder say so",
        "paid led to en/a/x.md; it is this article from now on",
    )
    site.put("en/a/z.md", "---\ntitle: Z\nslug: zed\n---\nZ.\n")
    (note,) = site.planned("en/zed", "z2").notes
    assert "its address stays en/zed" in note


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("en/refund", "invoice", "en/billing/invoice.md is there already"),
        ("en/refund", "en/account/invoice.md", "has the address of en/invoice already"),
        ("en/refund", "en/billing/refund.md", "is where it is already"),
        ("en/refund", "../elsewhere.md", "lies in no folder of articles"),
        ("en/refund", "articles/en/../../x.md", "lies in no folder of articles"),
        ("en/refund", "articles/en/_x/a.md", "what begins with _"),
        ("en/refund", "articles/en/out/a.md", "lies in no folder of articles"),
        ("en/refund", "a/b", "is no place for an article"),
        ("en/refund", "", "nothing is no place"),
        ("en/refund", "!!!", "no letter or digit"),
        ("en/nothing", "a", "there is no article en/nothing"),
        ("en/billing/broken.md", "a", "no front matter"),
        ("/etc/passwd", "a", "lies in no folder"),
        ("\udcff", "\udcff", "there is no article"),
    ],
)
def test_what_cannot_be_moved_is_refused_and_nothing_changes(site, old, new, message):
    site.put("en/billing/broken.md", "text")
    (site.articles / "en/out").symlink_to(os.sep)
    with pytest.raises(KnowledgeBaseError, match=message):
        site.planned(old, new)


def test_articles_of_another_source_do_not_take_links_along(site):
    other = site.root / "other"
    other.mkdir()
    site.sources += (Source(name="other", path=other),)
    with pytest.raises(KnowledgeBaseError, match="cannot move to other"):
        site.planned("en/refund", "other/en/a.md")


def test_a_name_with_spaces_and_brackets_is_linked_as_markdown_needs_it(site):
    site.move("en/refund", "articles/en/billing/money (back) 50%.md")
    text = site.text("en/account/log-in.md")
    assert '[one](../billing/money%20%28back%29%2050%25.md#how "Why?")' in text
    assert "[two](<../billing/money (back) 50%25.md>)" in text
    linked = site.move("en/account/log-in.md", "en/log-in.md")
    assert "(billing/money%20%28back%29%2050%25.md#how" in linked.moved[0].text


def test_git_sees_one_renamed_file_and_nothing_is_lost_in_the_commit(site):
    git(site.root, "init", "-b", "main")
    commit_all(site.root, "2026-01-02")
    site.move("en/refund", "money-back")
    tree.stage(path for path in site.articles.rglob("*.md") if tree.is_tracked(path))
    assert git(site.root, "status", "--porcelain").splitlines() == [
        "M  articles/en/account/log-in.md",
        "R  articles/en/billing/refund.md -> articles/en/billing/money-back.md",
    ]


# Removing


def removal(site, name, note=""):
    written, content = site.chosen(name)
    return plan_removal(written, note, content)


def test_a_note_is_kept_for_the_slug_and_for_the_aliases(site):
    site.move("en/refund", "money-back")
    found = removal(site, "en/money-back", "Ask us: it's gone.\nNow.")
    assert found.notes == (
        site.articles / "_removed/en.yml",
        "money-back: 'Ask us: it''s gone. Now.'\nrefund: 'Ask us: it''s gone. Now.'\n",
    )


def test_links_and_questions_that_lead_nowhere_are_named(site):
    site.put("_questions/en.yml", QUESTIONS)
    places = [f"en/account/log-in.md:{line}" for line in (4, 4, 6, 12)]
    assert list(removal(site, "en/refund", "Gone.").broken) == [*places, "_questions/en.yml:2"]


def test_other_notes_and_comments_stay_and_an_old_note_on_the_slug_goes(site):
    kept = "# Ours\nno: Not any more.\n"
    file = site.put("_removed/en.yml", f"{kept}Refund: |\n  Old.\n  Note.\nlast: Yes.")
    assert with_notes(file, {"refund": "New."}) == f"{kept}last: Yes.\nrefund: New.\n"


@pytest.mark.parametrize(("status", "audience"), [("published", "internal"), ("draft", "public")])
def test_of_what_was_never_public_nothing_is_noted(site, status, audience):
    site.put("en/a/s.md", f"---\ntitle: S\nstatus: {status}\naudience: {audience}\n---\nS.\n")
    assert removal(site, "en/s").notes is None


def test_nothing_outside_is_read_or_written_through_links(site, tmp_path_factory):
    outside = tmp_path_factory.mktemp("outside")
    (outside / "en.yml").write_text("- article: refund\n")
    (site.articles / "_questions").symlink_to(outside)
    assert site.planned("en/refund", "money-back").changed.keys() == {
        site.articles / "en/account/log-in.md"
    }
    (site.articles / "_removed").symlink_to(outside)
    with pytest.raises(KnowledgeBaseError, match="leads out of"):
        removal(site, "en/refund", "Gone.")


def test_a_public_article_does_not_go_without_a_note(site):
    with pytest.raises(KnowledgeBaseError, match="give --note"):
        removal(site, "en/refund", " \n")
    with pytest.raises(KnowledgeBaseError, match="longer than 1000"):
        removal(site, "en/refund", "a" * 1_001)


def test_what_git_keeps_is_told_from_what_would_be_lost(site):
    file = site.articles / "en/billing/refund.md"
    assert (tree.is_tracked(file), tree.is_committed(file)) == (False, False)
    git(site.root, "init", "-b", "main")
    commit_all(site.root, "2026-01-02")
    assert tree.is_committed(file)
    file.write_text("---\ntitle: New\n---\n", "utf-8")
    assert (tree.is_tracked(file), tree.is_committed(file)) == (True, False)
    tree.delete(file)
    assert git(site.root, "status", "--porcelain").strip() == "D  articles/en/billing/refund.md"


def test_a_folder_in_which_git_cannot_run_is_no_hindrance(site):
    assert subprocess.run(["git", "status"], cwd=site.root, capture_output=True).returncode
    site.move("en/refund", "money-back")
    assert (site.articles / "en/billing/money-back.md").is_file()
