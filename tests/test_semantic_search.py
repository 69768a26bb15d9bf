"""Search by meaning: what it finds, where it is off, and what it must not change."""

from datetime import UTC, datetime, timedelta

import pytest
from engines import article
from word_embedder import WordEmbedder

from kb.article import Article
from kb.queries.languages import is_foreign_to
from kb.search import Query, Results
from kb.segments.reader import IndexReader
from kb.testing import MemoryEngine, memory_reader
from kb.words.analysis import analyzer_for

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
ARTICLES = (
    article("password", "Reset your password", "Open the settings.\n\n## Then\n\nChoose one."),
    article("car", "Park the car", "Where it may stay over night.", topic="travel"),
    article("printer", "Printer without paper", "Put paper into the tray."),
    article("refund", "Ask for a refund", "Write to the team.", audience="internal"),
    article("vi-password", "Đặt lại mật khẩu", "Mở phần cài đặt.", locale="vi"),
    article("vi-car", "Gửi xe qua đêm", "Nơi xe được ở lại.", locale="vi"),
    article("zh-car", "停放車輛", "车可以停一夜。", locale="zh-Hant"),
    article("zh-refund", "如何退款", "请写信给我们。", locale="zh-Hant"),
)


def search(
    text: str,
    locale: str = "en",
    articles: tuple[Article, ...] = ARTICLES,
    embedder: WordEmbedder | None = None,
    audience: str = "public",
    **options: object,
) -> Results:
    engine = MemoryEngine(articles, clock=lambda: NOW, embedder=embedder or WordEmbedder())
    return engine.search(Query(text, locale, **options), audience=audience)


def found(results: Results) -> list[str]:
    return [hit.slug for hit in (*results.hits, *results.relaxed)]


def by_words(text: str, locale: str = "en", **options: object) -> list[str]:
    engine = MemoryEngine(ARTICLES, clock=lambda: NOW)
    return found(engine.search(Query(text, locale, **options), audience="public"))


@pytest.mark.parametrize(
    ("text", "slug"), [("forgotten passphrase", "password"), ("automobile", "car")]
)
def test_an_article_is_found_that_holds_no_word_of_the_query(text, slug):
    assert slug not in by_words(text)
    assert found(search(text))[0] == slug


def test_of_articles_with_the_same_words_the_one_that_means_it_comes_first():
    articles = (
        article("a", "Change it", "The team can change it for you."),
        article("b", "Change it", "The team can change it for you: any secret."),
    )
    assert found(search("change the password", articles=articles)) == ["b", "a"]


def test_what_is_about_something_else_is_not_found():
    assert found(search("zebra giraffe")) == []


def test_vietnamese_without_diacritics_goes_by_its_words():
    embedder = WordEmbedder()
    text = "dat lai mat khau"
    assert found(search(text, "vi", embedder=embedder)) == by_words(text, "vi")
    assert embedder.asked == []
    assert found(search("đặt lại password", "vi", embedder=embedder))[0] == "vi-password"
    assert embedder.asked[0] == "đặt lại password"


def test_what_quotes_ask_for_holds_for_meaning_too():
    assert "password" in found(search("park the forgotten passphrase"))
    assert found(search('"park the" forgotten passphrase')) == ["car"]


def test_a_minus_asks_for_words_alone():
    embedder = WordEmbedder()
    assert found(search("automobile -car", embedder=embedder)) == by_words("automobile -car")
    assert embedder.asked == []


def test_a_title_that_was_typed_stays_on_top():
    articles = (
        article("exact", "Automobile", "Nothing more."),
        article("near", "The car and the automobile", "car automobile xe car automobile"),
    )
    assert found(search("automobile", articles=articles))[0] == "exact"


def test_a_topic_filter_holds():
    assert found(search("automobile", topic="travel")) == ["car"]
    assert found(search("passphrase", topic="travel")) == []


def test_the_public_never_finds_what_only_an_internal_article_means():
    assert "refund" not in found(search("reimbursement"))
    assert found(search("reimbursement", audience="internal"))[0] == "refund"


def test_an_article_that_has_expired_is_not_found_by_its_meaning():
    gone = article("gone", "The car", "automobile", expire_at=NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=2)
    engine = MemoryEngine((gone, *ARTICLES), clock=lambda: later, embedder=WordEmbedder())
    results = engine.search(Query("automobile", "en"), audience="public")
    assert found(results)[0] == "car"
    assert "gone" not in found(results)


def test_an_article_that_is_excluded_from_search_is_not_found_by_its_meaning():
    hidden = article("hidden", "The car", "automobile", exclude=True)
    assert "hidden" not in found(search("automobile", articles=(hidden, *ARTICLES)))


@pytest.mark.parametrize(
    ("text", "locale", "slug"),
    [
        ("xe được để ở đâu?", "en", "car"),
        ("where is the automobile?", "vi", "vi-car"),
        ("where is the reimbursement?", "zh-Hant", "zh-refund"),
        ("怎么退款？", "en", "refund"),
    ],
)
def test_a_question_in_another_language_matches_by_its_meaning(text, locale, slug):
    results = search(text, locale, audience="internal")
    assert results.hits[0].slug == slug


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "làm sao đổi mật khẩu?"),
        ("en", "如何重設密碼"),
        ("vi", "how do I reset my password?"),
        ("vi", "Who lost to the Broncos in the divisional round?"),
        ("vi", "如何重設密碼"),
        ("zh-Hant", "how do I reset my password?"),
        ("zh-Hant", "làm sao đổi mật khẩu?"),
    ],
)
def test_a_question_is_foreign_where_articles_are_in_another_language(locale, text):
    assert is_foreign_to(text, analyzer_for(locale), reader_of_locale(locale))


@pytest.mark.parametrize(
    ("locale", "text"),
    [
        ("en", "how do I reset my password?"),
        ("en", "café"),
        ("vi", "làm sao đổi mật khẩu?"),
        ("vi", "lam sao de dat lai mat khau?"),
        ("vi", "reset password"),
        ("vi", "cách tắt OneDrive for Business"),
        ("zh-Hant", "如何重設密碼"),
        ("zh-Hant", "退款 refund"),
        ("en", "0x80070005"),
        ("vi", ""),
    ],
)
def test_a_question_is_not_foreign_to_its_own_language_nor_is_a_name_or_a_code(locale, text):
    assert not is_foreign_to(text, analyzer_for(locale), reader_of_locale(locale))


def reader_of_locale(locale: str) -> IndexReader:
    return memory_reader([each for each in ARTICLES if each.locale == locale])


def test_typing_asks_no_embedder():
    embedder = WordEmbedder()
    engine = MemoryEngine(ARTICLES, clock=lambda: NOW, embedder=embedder)
    for typed in ("pass", "automob", "reset your p"):
        engine.complete(typed, locale="en", audience="public")
    engine.similar("en/password", audience="public")
    assert embedder.asked == []


def test_paging_embeds_the_query_once():
    embedder = WordEmbedder()
    engine = MemoryEngine(ARTICLES, clock=lambda: NOW, embedder=embedder)
    for offset in range(3):
        engine.search(Query("automobile", "en", limit=1, offset=offset), audience="public")
    assert embedder.asked == ["automobile"]


def test_without_an_embedder_nothing_is_found_by_meaning():
    assert by_words("automobile") == []
