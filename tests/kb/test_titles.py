"""Titles that are what was typed, or begin with it."""

import pytest

from kb.analysis import analyzer_for
from kb.article import Article
from kb.search import Query
from kb.testing import MemoryEngine
from kb.titles import MOST_BEGINNING, Titles


@pytest.mark.parametrize(
    ("locale", "title", "typed"),
    [
        pytest.param("en", "How do I reset it?", "how do i RESET it", id="case and marks"),
        pytest.param("vi", "Đặt lại mật khẩu", "dat lai mat khau", id="without diacritics"),
        pytest.param("zh-Hant", "重設密碼", "重设密码", id="the other script"),
        pytest.param("zh-Hant", "Teams 無法啟動", "teams無法啟動", id="space before Han"),
    ],
)
def test_a_title_is_found_however_it_is_written(locale, title, typed):
    titles = Titles(["Something else", title], analyzer_for(locale))
    assert titles.equal_to(typed) == [1]
    assert titles.beginning_with(typed) == []


def test_a_title_that_goes_on_begins_with_what_was_typed():
    titles = Titles(["Reset a password", "Reset a phone", "Passwords"], analyzer_for("en"))
    assert titles.beginning_with("reset a p") == [0, 1]
    assert titles.beginning_with("reset a pass") == [0]
    assert titles.equal_to("reset a pass") == []


def test_words_are_not_run_together():
    titles = Titles(["To day", "Today"], analyzer_for("en"))
    assert titles.equal_to("today") == [1]


@pytest.mark.parametrize("typed", ["", "?!", "rea", "\x00", "🙃"])
def test_too_little_begins_nothing(typed):
    titles = Titles(["Read this", "?", ""], analyzer_for("en"))
    assert titles.beginning_with(typed) == []


def test_a_beginning_that_very_many_share_means_none_of_them():
    titles = Titles([f"Reset number {n}" for n in range(MOST_BEGINNING + 1)], analyzer_for("en"))
    assert titles.beginning_with("reset number") == []


def test_the_article_with_the_title_comes_before_those_that_repeat_its_words():
    articles = [
        Article("short", "en", "Refund", "Nothing of interest.", audience="public"),
        Article("long", "en", "Refund of a refund", "Refund, refund, refund.", audience="public"),
    ]
    hits = MemoryEngine(articles).search(Query("refund", "en"), audience="public").hits
    assert [hit.slug for hit in hits] == ["short", "long"]


def test_a_phrase_that_a_title_lacks_leaves_it_out_all_the_same():
    articles = [Article("a", "en", "Blue card", "Red card.", audience="public")]
    results = MemoryEngine(articles).search(Query("blue card -red", "en"), audience="public")
    assert results.total == 0
