"""`kb new`: where a new article lies, what stands in it, and that nothing is overwritten."""

from datetime import UTC, datetime

import pytest
from command import run
from git_folder import commit_all, git

from kb.errors import KnowledgeBaseError
from kb.events.database import Database
from kb.events.events import Event, EventStore
from kb.files.slugs import slug_of
from kb.reports.counts import Reports
from kb.reports.values import last_days
from kb.settings_tables import Source
from kb.writing.asked import asked_for
from kb.writing.beginning import Wanted, begin, begin_translation, write
from kb.writing.content import read_content
from kb.writing.templates import KINDS, LOCALES

NOW = datetime.now(UTC)


@pytest.fixture
def sources(tmp_path):
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "_defaults.yml").write_text("audience: public\n")
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "config", "user.name", "An Lê")
    git(tmp_path, "config", "user.email", "an@example.com")
    return (Source(name="articles", path=folder),)


def made(sources, *arguments, **options):
    """Return the article that has been written, read again as all others are."""
    path = write(begin(Wanted(*arguments, **options), sources))
    content = read_content(sources)
    assert content.problems == ()
    (found,) = (each for each in content.articles if each.path == path.resolve())
    assert found.warnings == ()
    return found


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("How do I return an order?", "how-do-i-return-an-order"),
        ("Làm sao để đổi địa chỉ?", "lam-sao-de-doi-dia-chi"),
        ("Où est mon café / thé ?", "ou-est-mon-cafe-the"),
        ("如何變更地址？", "如何變更地址"),
        ("がくせい 割引", "がくせい-割引"),
        ("Как вернуть й?", "как-вернуть-й"),
        ("../../etc/passwd", "etc-passwd"),
        ("?!…", ""),
        ("word " * 60, "-".join(["word"] * 16)),
        ("長" * 100, "長" * 80),
    ],
)
def test_an_address_is_made_of_the_title_in_letters_that_can_be_read(title, slug):
    assert slug_of(title) == slug


@pytest.mark.parametrize("locale", [*LOCALES, "de"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_begins_as_a_draft_that_can_be_read(sources, kind, locale):
    found = made(sources, 'What "is": it?', locale, "billing", kind)
    article = found.article
    assert article.key == f"{locale}/what-is-it"
    assert (article.title, article.status) == ('What "is": it?', "draft")
    assert article.owner == "An Lê <an@example.com>"
    assert article.kind == ("reply" if kind == "reply" else "article")
    assert article.audience == ("internal" if kind == "reply" else "public")
    assert article.description == ""
    assert "description: # " in found.text
    assert found.text.endswith("\n")
    assert len(article.body) > 50


def test_a_draft_is_not_published_before_its_author_says_so(sources):
    assert not made(sources, "A", "en", "x").article.is_live(NOW)


def test_the_audience_is_written_only_where_the_folder_does_not_say_it(sources):
    internal = sources[0].path / "en/playbook"
    internal.mkdir(parents=True)
    (internal / "_defaults.yml").write_text("audience: internal\nowner: an@example.com\n")
    assert "audience" not in made(sources, "A", "en", "x").text
    assert made(sources, "B", "en", "x", is_internal=True).article.audience == "internal"
    found = made(sources, "C", "en", "playbook")
    assert found.article.audience == "internal"
    assert "audience" not in found.text
    assert "owner" not in found.text
    (sources[0].path / "_defaults.yml").unlink()
    assert made(sources, "D", "en", "x").article.audience == "public"


def test_a_folder_of_one_language_or_topic_has_no_folders_for_them(tmp_path):
    root = tmp_path / "docs"
    root.mkdir()
    one = Source(name="docs", path=root, locale="vi", topic="faq", audience="public")
    other = Source(name="other", path=tmp_path, locale="en")
    path = write(begin(Wanted("Đổi tên", "vi", ""), (other, one)))
    assert path == root / "doi-ten.md"
    with pytest.raises(KnowledgeBaseError, match="no folder of articles is for de"):
        begin(Wanted("A", "de", "x"), (one,))


def test_a_name_that_is_taken_is_refused_in_every_topic_of_its_language_only(sources):
    made(sources, "Refund", "en", "billing")
    made(sources, "Refund", "vi", "billing")
    with pytest.raises(KnowledgeBaseError, match=r"en/billing/refund\.md has that name already"):
        begin(Wanted("REFUND?", "en", "orders"), sources)
    assert made(sources, "Refund", "en", "orders", slug="Refund order").article.slug == (
        "refund-order"
    )


def test_a_title_that_no_article_can_have_is_refused(sources):
    with pytest.raises(KnowledgeBaseError, match="title is wrong"):
        begin(Wanted("a " * 200, "en", "x"), sources)
    assert made(sources, "no\x07\u202e: 'x' # \"y\"", "en", "x").article.title == (
        "no: 'x' # \"y\""
    )


def test_a_topic_is_a_folder_that_is_there_or_a_new_one(sources):
    (sources[0].path / "en/Your account").mkdir(parents=True)
    assert made(sources, "A", "en", "Your account").file.path == "en/Your account/a.md"
    beginning = begin(Wanted("B", "en", "../Mới/x"), sources)
    assert beginning.file.path == "en/moi-x/b.md"
    assert "The topic moi-x is new" in beginning.notes[0]
    assert made(sources, "C", "en", "", "reply").file.path == "en/replies/c.md"
    (sources[0].path / "en/out").symlink_to("/")
    with pytest.raises(KnowledgeBaseError, match="leads out of"):
        begin(Wanted("D", "en", "out"), sources)
    with pytest.raises(KnowledgeBaseError, match="there are Your account, out, replies"):
        begin(Wanted("D", "en", ""), sources)
    with pytest.raises(KnowledgeBaseError, match="--slug"):
        begin(Wanted("?", "en", "x"), sources)


# Translations

ORIGINAL = """---
title: Refund?
slug: money-back
questions: [want it back]
tags: [a, b]
audience: internal
aliases: [older]
---
See [this](other.md).
"""


def test_a_translation_lies_at_the_same_path_and_knows_its_source(sources, tmp_path):
    (sources[0].path / "en/billing").mkdir(parents=True)
    (sources[0].path / "en/billing/refund.md").write_text(ORIGINAL)
    commit = commit_all(tmp_path, "2026-01-02")
    (original,) = read_content(sources).articles
    write(begin_translation(original, "vi", sources, "Hoàn tiền?"))
    article = read_content(sources).by_key()["vi/money-back"].article
    assert (article.path, article.title) == ("vi/billing/refund.md", "Hoàn tiền?")
    assert article.translation_key == original.article.translation_key
    assert (article.source_commit, article.status) == (commit, "draft")
    assert (article.audience, article.tags) == ("internal", ("a", "b"))
    assert (article.questions, article.aliases) == (("want it back",), ())
    assert article.body.strip() == "See [this](other.md)."
    with pytest.raises(KnowledgeBaseError, match="has that name already"):
        begin_translation(original, "vi", sources)
    with pytest.raises(KnowledgeBaseError, match="is in en"):
        begin_translation(original, "en", sources)


def test_what_git_does_not_keep_is_no_source_to_compare_with(sources):
    original = made(sources, "Refund", "en", "billing")
    beginning = begin_translation(original, "vi", sources)
    assert "source_commit" not in beginning.text
    assert "commit it" in beginning.notes[0]


# What customers asked


@pytest.fixture
def database(tmp_path):
    opened = Database(f"sqlite:///{tmp_path}/var/kb.sqlite3")
    store = EventStore(opened)

    def asked(text, locale, hits=0):
        store.append(Event("searched", NOW, "help_center", locale, "public", text=text, hits=hits))

    for text in ("đổi số điện thoại", "doi so dien thoai", "đổi  số điện thoại", "doi so dien"):
        asked(text, "vi")
    asked("đổi số điện thoại", "vi")
    asked("invoice: where", "en")
    asked("where invoice", "vi")
    yield opened
    opened.close()


def groups(database):
    reports = Reports(database, last_days(1, NOW.date()))
    return {each.wording: each for each in reports.zero_results()}


def test_the_words_of_customers_become_title_and_questions(database):
    group = groups(database)["đổi số điện thoại"]
    asked = asked_for(database, group.id, NOW.date())
    assert asked.title == "đổi số điện thoại"
    assert set(asked.questions) <= {"doi so dien thoai", "doi so dien"}
    assert asked.locales == ("vi",)
    with pytest.raises(KnowledgeBaseError, match="has the id nothing"):
        asked_for(database, "nothing", NOW.date())


def test_the_command_takes_a_question_of_the_report(database, sources, tmp_path):
    group = groups(database)["đổi số điện thoại"]
    assert group.id in run(tmp_path, "report", "zero")[1]
    code, said, hints = run(tmp_path, "new", "--from-question", group.id, "--topic", "account")
    assert (code, said) == (0, "articles/vi/account/doi-so-dien-thoai.md\n")
    assert "customers' own words" in hints
    found = read_content(sources).by_key()["vi/doi-so-dien-thoai"].article
    assert found.title == "đổi số điện thoại"
    assert "doi so dien thoai" in found.questions
    code, _, errors = run(tmp_path, "new", "--from-question", group.id, "--topic", "account")
    assert (code, "has that name already" in errors) == (1, True)
    several = groups(database)["invoice: where"].id
    code, _, errors = run(tmp_path, "new", "--from-question", several, "--topic", "x")
    assert (code, "it was asked in en, vi" in errors) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "give the title"),
        (["--translation-of", "en/a"], "needs the language"),
        (["--translation-of", "en/a", "--locale", "vi", "--slug", "b"], "takes all but"),
        (["--translation-of", "en/a", "--locale", "vi"], "there is no article en/a"),
        (["A", "--locale", "not a language"], "--locale"),
        (["A", "--type", "poem"], "--type"),
        (["A", "--from-question", "x"], "no question of the last 365 days"),
    ],
)
def test_what_cannot_be_meant_is_refused(sources, tmp_path, arguments, message):
    code, _, errors = run(tmp_path, "new", *arguments)
    assert code in (1, 2)
    assert message in errors
