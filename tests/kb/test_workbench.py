"""Every file of the sources is there for its writer in every state, and nothing beside them."""

import os
from datetime import UTC, datetime

import pytest

from kb.settings_tables import Source
from kb.writing.workbench import CHOICES, Workbench

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
FILES = {
    "en/billing/refund.md": "title: How do I get a refund?\nquestions: [money back]\n",
    "en/billing/draft.md": "title: What is new?\nstatus: draft\n",
    "en/billing/later.md": "title: What comes later?\npublish_at: 2026-12-01\n",
    "en/billing/past.md": "title: What has passed?\nexpire_at: 2026-11-01\n",
    "en/billing/old.md": "title: What was that?\nstatus: archived\n",
    "en/billing/staff.md": "title: What do we say?\naudience: internal\n",
    "en/billing/wrong.md": "title: A: b\n",
}
BODY = """
See [the draft](draft.md), [ours](staff.md#now), [the other](refund.md#how "Refund"),
![a shelf](shelf.png) and ![nothing](../nothing.png).

## How

Ask for it.
"""
PICTURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("workbench")
    folder = root / "articles"
    for path, front_matter in FILES.items():
        write(folder / path, f"---\naudience: public\n{front_matter}---\n{BODY}")
    write(folder / "en/billing/staff.md", f"---\n{FILES['en/billing/staff.md']}---\n{BODY}")
    write(folder / "_questions/en.yml", QUESTIONS)
    (folder / "en/billing/shelf.png").write_bytes(PICTURE)
    write(root / "secret.md", "---\ntitle: Secret\n---\nSecret")
    (root / "secret.png").write_bytes(PICTURE)
    write(folder / "_hidden/a.md", "---\ntitle: Hidden\n---\n")
    write(folder / ".git/a.md", "---\ntitle: Hidden\n---\n")
    (folder / "en/linked.md").symlink_to(root / "secret.md")
    (folder / "en/linked.png").symlink_to(root / "secret.png")
    (folder / "en/up").symlink_to(root)
    (folder / "en/inside").symlink_to(folder / "en/billing")
    (folder / "en/folder.md").mkdir()
    os.mkfifo(folder / "en/pipe.md")
    return folder


QUESTIONS = """\
- question: I want my money back
  article: refund
  rank: 2
- question: Do you ship to the moon?
  article: none
- question: What is new with you?
  article: draft
"""


@pytest.fixture(scope="module")
def bench(folder):
    bench = Workbench([Source(name="articles", path=folder)])
    yield bench
    bench.close()


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def seen(bench, name, **more):
    file = bench.article(name)
    return bench.preview(file, NOW, address="/p/", image_address="/i/", **more)


def names(listing):
    return {entry.name.rpartition("/")[2] for entry in listing.entries}


# The list


def test_all_files_are_listed_with_their_states_and_errors(bench):
    listing = bench.listing(NOW)
    states = {each.name.rpartition("/")[2]: each.state(NOW) for each in listing.entries}
    assert states == {
        "refund.md": "published",
        "draft.md": "draft",
        "later.md": "scheduled",
        "past.md": "expired",
        "old.md": "archived",
        "staff.md": "published",
        "wrong.md": "broken",
        "pipe.md": "broken",
    }
    wrong = next(entry for entry in listing.entries if entry.name.endswith("wrong.md"))
    assert str(wrong.error).startswith("en/billing/wrong.md:3: a value that holds a colon.")
    assert {problem.path for problem in listing.problems} >= {"en/linked.md", "en/up"}


@pytest.mark.parametrize("only", CHOICES)
def test_the_list_can_be_narrowed_to_each_state(bench, only):
    expected = {
        "broken": {"wrong.md", "pipe.md"},
        "draft": {"draft.md"},
        "scheduled": {"later.md"},
        "expired": {"past.md"},
        "archived": {"old.md"},
        "internal": {"staff.md"},
        "published": {"refund.md", "staff.md"},
    }
    assert names(bench.listing(NOW, only=only)) == expected[only]


def test_it_can_be_narrowed_by_path_and_turned_over(bench):
    assert names(bench.listing(NOW, "BILLING/re")) == {"refund.md"}
    first = bench.listing(NOW, limit=3)
    second = bench.listing(NOW, offset=3, limit=10)
    assert first.total == second.total == 8
    assert names(first) | names(second) == names(bench.listing(NOW))


def test_what_was_changed_last_stands_first_and_is_read_anew(bench, folder):
    path = folder / "en/billing/draft.md"
    before = path.read_text(encoding="utf-8")
    write(path, before.replace("What is new?", "What is newest?"))
    os.utime(path, (4_000_000_000, 4_000_000_000))
    first = bench.listing(NOW).entries[0]
    assert first.article.title == "What is newest?"
    write(path, before)


# One file


def test_a_file_is_shown_as_it_would_be_served_whatever_its_state(bench):
    for name in ("refund", "draft", "later", "past", "old", "staff"):
        preview = seen(bench, f"en/billing/{name}.md").preview
        assert '<h2 id="how">How</h2>' in preview.page.html, name
        assert preview.page.summary.key == f"en/{name}"


def test_links_lead_where_they_would_but_within_the_preview(bench):
    preview = seen(bench, "en/billing/refund.md").preview
    assert 'href="/p/en/billing/refund.md#how"' in preview.page.html
    assert 'src="/i/en/billing/shelf.png"' in preview.page.html
    # Customers can open neither.
    assert "draft.md" not in preview.page.html
    assert "staff.md" not in preview.page.html
    assert len([each for each in preview.warnings if "leads to nothing" in each]) == 3
    staff = seen(bench, "en/billing/staff.md").preview
    assert 'href="/p/en/billing/staff.md#now"' in staff.page.html


def test_it_is_shown_as_a_result_too_when_that_is_asked_for(bench):
    draft = seen(bench, "en/billing/draft.md", as_result=True).preview
    assert draft.hit.key == "en/draft"
    assert "<mark>new</mark>" in draft.hit.title_html
    assert seen(bench, "en/billing/draft.md").preview.hit is None


def test_the_questions_that_are_kept_for_it_are_known(bench):
    draft = seen(bench, "en/billing/draft.md").preview
    assert [each.text for each in bench.committed_questions(draft)] == ["What is new with you?"]
    refund = seen(bench, "en/billing/refund.md").preview
    assert [each.most for each in bench.committed_questions(refund)] == [2]


def test_of_a_file_that_gets_an_error_the_last_readable_state_is_kept(bench, folder):
    path = folder / "en/billing/old.md"
    before = path.read_text(encoding="utf-8")
    assert seen(bench, "en/billing/old.md").error is None
    write(path, before.replace("title:", "title: ["))
    broken = seen(bench, "en/billing/old.md")
    assert broken.preview is None
    assert broken.error.line == 3
    assert broken.last.article.title == "What was that?"
    write(path, before)
    assert seen(bench, "en/billing/old.md").preview.article.title == "What was that?"


def test_a_worker_that_is_killed_is_replaced(bench):
    for worker in bench._pool._workers:
        worker.process.kill()
        worker.process.wait()
    assert seen(bench, "en/billing/refund.md").preview


# What is no file of the sources


HOSTILE = [
    "",
    ".",
    "..",
    "/",
    "../secret",
    "en/../../secret",
    "en//billing/refund",
    "/en/billing/refund",
    "en/billing/../billing/refund",
    "./en/billing/refund",
    "en/linked",
    "en/up/secret",
    "en/inside/refund",
    "en/folder",
    "en/pipe",
    "_hidden/a",
    ".git/a",
    "en/billing/refund.md/",
    "en/nul\0",
    "en/half\ud800",
    "en/" + "long" * 1_000,
    "a/" * 5_000 + "a",
    "articles/en/billing/refund",
    "EN\\billing\\refund",
]


@pytest.mark.parametrize("name", HOSTILE, ids=lambda name: ascii(name)[:30])
def test_a_name_that_is_no_file_of_the_sources_is_nothing(bench, name):
    assert bench.article(f"{name}.md") is None
    assert bench.article(name) is None
    assert bench.image(f"{name}.png") is None


def test_with_two_sources_a_name_begins_with_its_source(folder):
    sources = [Source(name=name, path=folder) for name in ("one/a", "two")]
    bench = Workbench(sources)
    assert bench.article("two/en/billing/refund.md").source.name == "two"
    assert bench.article("one/a/en/billing/refund.md").source.name == "one/a"
    assert bench.article("en/billing/refund.md") is None
    assert bench.image("two/en/billing/shelf.png").path == "en/billing/shelf.png"
    assert bench.image("two/en/billing/refund.md") is None
    bench.close()
