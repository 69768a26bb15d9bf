"""Titles that are what was typed, or begin with it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from corpora import reader_of, reader_without

from kb.article import Article
from kb.queries.expansion import expand
from kb.queries.query import parse
from kb.results.scoring import score
from kb.results.titles import MOST_BEGINNING, title_key
from kb.search import Query
from kb.searcher import Searcher
from kb.segments.reader import IndexReader
from kb.testing import MemoryEngine
from kb.words.analysis import analyzer_for

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def key(text: str, locale: str) -> str:
    return title_key(analyzer_for(locale).tokens(text))


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
    assert key(title, locale) == key(typed, locale)
    articles = [Article("a", locale, title, ""), Article("b", locale, f"{title} {title}", title)]
    assert found(articles, typed)[0] == "a"


def found(articles: list[Article], typed: str, segments: int = 1) -> list[str]:
    """Return slugs, best first."""
    locale = articles[0].locale
    results = Searcher(reader_of(articles, segments), locale).search(Query(typed, locale), NOW)
    return [hit.slug for hit in (*results.hits, *results.relaxed)]


def factors(titles: list[str], typed: str, segments: int = 1) -> list[float]:
    """Return the factor that each article's score has over that of the formula, by article."""
    articles = [Article(f"a{n:03}", "en", title, "") for n, title in enumerate(titles)]
    reader, analyzer = reader_of(articles, segments), analyzer_for("en")
    searcher = Searcher(reader, "en")
    pages = [searcher.search(Query(typed, "en", limit=50, offset=n), NOW) for n in (0, 50)]
    found = {hit.key: hit.score for page in pages for hit in (*page.hits, *page.relaxed)}
    plain = score(expand(parse(typed, analyzer), reader, analyzer).query, reader)
    by_formula = [plain.of(reader.number(article.key)) for article in articles]
    return [
        found.get(article.key, 0.0) / value if value else 1.0
        for article, value in zip(articles, by_formula, strict=True)
    ]


@pytest.mark.parametrize("segments", [1, 2])
def test_a_title_that_goes_on_begins_with_what_was_typed(segments):
    titles = ["Reset a password", "Reset a phone", "Passwords"]
    longer = [factor > 1 for factor in factors(titles, "reset a p", segments)]
    assert longer == [True, True, False]
    longer = [factor > 1 for factor in factors(titles, "reset a pass", segments)]
    assert longer == [True, False, False]


def test_words_are_not_run_together():
    assert key("To day", "en") != key("Today", "en")
    articles = [Article("a", "en", "To day", "today today"), Article("b", "en", "Today", "")]
    assert found(articles, "today")[0] == "b"


@pytest.mark.parametrize("typed", ["", "?!", "rea", "\x00", "🙃"])
def test_too_little_begins_nothing(typed):
    assert all(factor <= 1 for factor in factors(["Read this", "?", ""], typed))


@pytest.mark.parametrize("segments", [1, 3])
def test_a_beginning_that_very_many_share_means_none_of_them(segments):
    titles = [f"Reset number {n}" for n in range(MOST_BEGINNING + 1)]
    assert set(factors(titles, "reset number", segments)) == {1.0}
    assert min(factors(titles[1:], "reset number", segments)) > 1


def test_the_article_with_the_title_comes_before_those_that_repeat_its_words():
    articles = [
        Article("short", "en", "Refund", "Nothing of interest.", audience="public"),
        Article("long", "en", "Refund of a refund", "Refund, refund, refund.", audience="public"),
    ]
    hits = MemoryEngine(articles).search(Query("refund", "en"), audience="public").hits
    assert [hit.slug for hit in hits] == ["short", "long"]


@pytest.mark.parametrize("hidden", ["deleted", "excluded", "expired"])
def test_articles_that_nobody_sees_do_not_show_in_the_score_of_a_title(hidden):
    asked = Article("a", "en", "Refund", "Nothing of interest.")
    others = [asked, *(Article(f"c{n}", "en", f"Other {n}", "") for n in range(9))]
    best = Article("b", "en", "Refunds", "Refund, refund, refund.")
    if hidden == "deleted":
        reader, alone = reader_without([*others, best], {best.key}), reader_of(others)
        assert score_of("refund", reader) == pytest.approx(score_of("refund", alone))
        return
    change = {"excluded": {"exclude": True}, "expired": {"expire_at": NOW}}[hidden]
    dull = Article("b", "en", "Refunds", "Refund " + "of whatever it is " * 30)
    one, other = (reader_of([*others, replace(each, **change)]) for each in (best, dull))
    assert score_of("refund", one) == pytest.approx(score_of("refund", other))


def score_of(typed: str, reader: IndexReader) -> float:
    """Return the score of the best article."""
    return Searcher(reader, "en").search(Query(typed, "en"), NOW).hits[0].score


def test_a_phrase_that_a_title_lacks_leaves_it_out_all_the_same():
    articles = [Article("a", "en", "Blue card", "Red card.", audience="public")]
    results = MemoryEngine(articles).search(Query("blue card -red", "en"), audience="public")
    assert results.total == 0
