"""Synonyms come with the next update, without any article, and what is wrong with them is said."""

import os

import pytest
from article_folder import NOW, article, messages

from indexer.generations import Generations
from indexer.language_files import MAX_BYTES, MAX_FILES
from indexer.update import update_index
from kb.queries.synonyms import MAX_PROBLEMS
from kb.settings_tables import Source

pytestmark = pytest.mark.usefixtures("shared_pool")


@pytest.fixture
def subscriptions(folder):
    folder.put("en/x/a.md", article("Cancel a subscription"))
    folder.put("en/x/b.md", article("Opening hours", audience="internal"))
    folder.put("vi/x/a.md", article("Không vào được"))
    folder.update()
    return folder


def test_a_change_of_the_synonyms_alone_makes_a_generation_without_writing_an_index(subscriptions):
    (segment,) = (subscriptions.current / "public/en").glob("*.arrays")
    assert subscriptions.found("membership") == set()
    subscriptions.put("_synonyms/en.txt", "membership => subscription\n")
    report = subscriptions.update()
    assert report.switched
    assert (report.added, report.changed, report.removed, messages(report)) == (0, 0, 0, [])
    assert subscriptions.found("membership") == {"en/a"}
    assert subscriptions.found("membership", audience="internal") == {"en/a"}
    assert subscriptions.found("membership", "vi") == set()
    (shared,) = (subscriptions.current / "public/en").glob("*.arrays")
    assert shared.samefile(segment)
    again = subscriptions.update()
    assert (again.switched, again.generation) == (False, report.generation)

    subscriptions.remove("_synonyms/en.txt")
    assert subscriptions.update().switched
    assert subscriptions.found("membership") == set()


def test_synonyms_belong_to_their_generation_and_are_checked_with_it(subscriptions):
    subscriptions.put("_synonyms/en.txt", "membership => subscription\n")
    subscriptions.update()
    newest = Generations(subscriptions.root).newest_verified()
    assert {"public/synonyms.json", "internal/synonyms.json"} <= newest.manifest.files.keys()
    (newest.path / "public/synonyms.json").write_bytes(b"{}")
    assert any("synonyms.json" in problem for problem in newest.verify())


def test_synonyms_stay_when_articles_change(subscriptions):
    subscriptions.put("_synonyms/en.txt", "membership => subscription\n")
    subscriptions.update()
    subscriptions.put("en/x/c.md", article("Change a subscription"))
    subscriptions.update()
    assert subscriptions.found("membership") == {"en/a", "en/c"}
    subscriptions.update(full=True)
    assert subscriptions.found("membership") == {"en/a", "en/c"}


def test_what_is_wrong_is_said_with_its_line_at_every_update(subscriptions):
    subscriptions.put("_synonyms/en.txt", "alone\nmembership => subscription\n")
    subscriptions.put("_synonyms/klingon-.txt", "a, b\n")
    for _ in range(2):
        assert messages(subscriptions.update()) == [
            "_synonyms/klingon-.txt:1: the name is no language. "
            "Name the file after its language, such as en.txt.",
            "_synonyms/en.txt:1: a rule needs two sides. Write a, b or a => b.",
        ]
    assert subscriptions.found("membership") == {"en/a"}


def test_rules_that_no_article_can_be_found_by_are_warnings(subscriptions):
    text = "membership => plan\nsubscription, plan\nplan, contract\n"
    subscriptions.put("_synonyms/en.txt", text)
    subscriptions.put("_synonyms/fr.txt", "abonnement, forfait\n")
    for _ in range(2):
        assert subscriptions.update().warnings == [
            "_synonyms/en.txt:1: no article in en has 'plan', so the rule finds nothing by it",
            "_synonyms/en.txt:3: no article in en has 'plan', 'contract', "
            "so the rule finds nothing by it",
            "_synonyms/fr.txt:1: there is no article in fr, so its synonyms find nothing",
        ]


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"a => b\n" * (MAX_BYTES // 7 + 1), "longer than 1 MiB"),
        (b"\xff\xfea\0,\0b\0", "not UTF-8 text"),
    ],
)
def test_a_file_that_cannot_be_used_is_said_and_stops_nothing(subscriptions, data, found):
    subscriptions.put("_synonyms/en.txt", data)
    subscriptions.put("_synonyms/vi.txt", "ko => không\n")
    (problem,) = messages(subscriptions.update())
    assert found in problem
    assert subscriptions.found("ko", "vi") == {"vi/a"}


def test_only_so_many_problems_are_said(subscriptions):
    subscriptions.put("_synonyms/en.txt", "alone\n" * 500)
    said = messages(subscriptions.update())
    assert len(said) == MAX_PROBLEMS + 1
    assert "and 449 more lines cannot be used" in said[-1]


def test_links_and_other_files_are_not_read(subscriptions, tmp_path):
    outside = tmp_path / "secret.txt"
    outside.write_text("membership => subscription\n", encoding="utf-8")
    subscriptions.put("_synonyms/notes.md", "membership => subscription\n")
    os.symlink(outside, subscriptions.articles / "_synonyms/en.txt")
    (problem,) = messages(subscriptions.update())
    assert "outside of its source" in problem
    assert subscriptions.found("membership") == set()


def test_a_folder_that_is_a_link_is_not_read(subscriptions, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    os.symlink(tmp_path / "elsewhere", subscriptions.articles / "_synonyms")
    (problem,) = messages(subscriptions.update())
    assert problem.startswith("_synonyms:1: a symbolic link")


def test_only_so_many_files_are_read(subscriptions):
    for number in range(MAX_FILES + 1):
        subscriptions.put(f"_synonyms/en-x-{number:04}.txt", "")
    (problem,) = messages(subscriptions.update())
    assert "more than 200 files" in problem


def test_the_lists_of_all_sources_are_one(folder, tmp_path):
    folder.put("en/x/a.md", article("Cancel a subscription"))
    folder.put("_synonyms/en.txt", "membership => subscription\n")
    other = tmp_path / "other"
    (other / "_synonyms").mkdir(parents=True)
    (other / "_synonyms/en.txt").write_text("stop => cancel\n", encoding="utf-8")
    sources = [Source(name="articles", path=folder.articles), Source(name="other", path=other)]
    update_index(sources, folder.root, now=NOW, workers=1)
    assert folder.found("stop") == folder.found("membership") == {"en/a"}


def test_readers_of_a_near_locale_get_the_list(folder):
    folder.put("zh-TW/x/a.md", article("怎麼退款"))
    folder.put("_synonyms/zh-Hant.txt", "退費, 退款\n")
    folder.update()
    assert folder.found("退費", "zh-Hant") == {"zh-Hant/a"}
