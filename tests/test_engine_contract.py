"""What every search engine finds, held against the one in memory and the one on disk."""

import re

import pytest
from engines import article, plain, search, slugs
from library_articles import QUERIES

from kb.search import SearchEngine

# Locales


@pytest.mark.parametrize(("locale", "text"), [("en", "wifi"), ("vi", "wifi"), ("zh-Hant", "wifi")])
def test_only_the_readers_locale_is_searched(library, locale, text):
    found = search(library, text, locale, limit=50)
    assert found.hits
    assert {hit.locale for hit in found.hits + found.relaxed} == {locale}


@pytest.mark.parametrize("asked", ["zh-TW", "zh-HK", "zh-Hant", "zh-CN", "zh"])
def test_chinese_readers_get_the_chinese_that_there_is(library, asked):
    assert slugs(library, "密碼", asked)[0] == "password"
    assert library.complete("忘記", locale=asked, audience="public")
    assert len(library.articles(asked, audience="public")) == 20
    assert sum(topic.count for topic in library.topics(asked, audience="public")) == 20


def test_a_region_falls_back_on_its_language(kind, engines):
    engine = engines.of(kind, [article("cartao", "Onde está o meu cartão?", locale="pt")])
    assert slugs(engine, "cartão", "pt-BR") == ["cartao"]


@pytest.mark.parametrize("locale", ["xx", "de", "nonsense!", "", "../en"])
def test_a_locale_without_articles_gives_empty_answers(library, locale):
    assert search(library, "card", locale).hits == ()
    assert library.complete("ca", locale=locale, audience="public") == ()
    assert list(library.articles(locale, audience="public")) == []
    assert list(library.topics(locale, audience="public")) == []
    assert library.resolve("card", locale=locale, audience="public") is None


def test_the_state_names_the_locales(library):
    assert library.state(audience="public").locales == ("en", "vi", "zh-Hant")


# Ranking


def test_a_title_counts_more_than_a_body(kind, engines):
    filler = "It is a matter of the desk and of nothing else."
    engine = engines.of(
        kind,
        [
            article("body", "Something about the desk", f"The invoice lies there. {filler}"),
            article("title", "The invoice of the desk", f"Something lies there. {filler}"),
        ],
    )
    assert slugs(engine, "invoice") == ["title", "body"]


def test_words_beside_each_other_count_more_than_words_apart(kind, engines):
    engine = engines.of(
        kind,
        [
            article("a-apart", "House rules", "The desk is open. Keep the return short today."),
            article("b-phrase", "House rules", "Keep it short. The return desk is open today."),
        ],
    )
    assert slugs(engine, "return desk")[0] == "b-phrase"


@pytest.mark.parametrize(
    ("typed", "first"), [("renewed", "past"), ("renewing", "gerund"), ("renew", "base")]
)
def test_the_exact_word_comes_before_its_inflections(kind, engines, typed, first):
    engine = engines.of(
        kind,
        [
            article("base", "You renew it", "At the desk."),
            article("gerund", "You renewing it", "At the desk."),
            article("past", "You renewed it", "At the desk."),
        ],
    )
    found = slugs(engine, typed + " ")
    assert found[0] == first
    assert len(found) == 3


def test_a_whole_word_comes_before_a_rarer_one_that_begins_with_it(kind, engines):
    common = [article(f"a{i}", f"Outlook rule {i}", "Outlook.") for i in range(5)]
    rare = article("rare", "Outlookconnectivity fails", "Outlookconnectivity.")
    assert slugs(engines.of(kind, [*common, rare]), "outlook")[-1] == "rare"


def test_all_words_count_more_than_some(library):
    assert slugs(library, "forgotten pin")[0] == "pin"
    assert slugs(library, "wheelchair lift floor")[0] == "wheelchair"


def test_a_writers_boost_moves_an_article_up(kind, engines):
    engine = engines.of(
        kind,
        [article("a", "Fire drill", "Leave."), article("b", "Fire drill", "Leave.", boost=1.5)],
    )
    assert slugs(engine, "fire drill") == ["b", "a"]


def test_an_excluded_article_is_read_but_not_found(kind, engines):
    engine = engines.of(
        kind,
        [
            article("seen", "Fire drill", "Leave the house."),
            article("unseen", "Fire drill", "Leave the house quickly.", exclude=True),
        ],
    )
    found = search(engine, "fire drill quickly")
    assert [hit.slug for hit in found.hits + found.relaxed] == ["seen"]
    assert {c.slug for c in engine.complete("fire", locale="en", audience="public")} == {"seen"}
    assert engine.similar("en/seen", audience="public") == ()
    assert engine.page("en/unseen", audience="public") is not None


# Order, pages, totals


@pytest.fixture(scope="session")
def twins(kind, engines) -> SearchEngine:
    return engines.of(
        kind, [article(f"twin-{n:02}", "Equal twins", "They are the same.") for n in range(20)]
    )


def test_equal_articles_stand_in_the_order_of_their_keys(twins):
    assert slugs(twins, "twins", limit=50) == [f"twin-{n:02}" for n in range(20)]


def test_every_article_is_on_exactly_one_page(twins):
    pages = [search(twins, "twins", limit=3, offset=offset) for offset in range(0, 21, 3)]
    assert [hit.slug for page in pages for hit in page.hits] == [f"twin-{n:02}" for n in range(20)]
    assert {page.total for page in pages} == {20}


def test_a_page_after_the_last_is_empty(twins):
    beyond = search(twins, "twins", offset=100)
    assert (beyond.hits, beyond.relaxed, beyond.total) == ((), (), 20)


@pytest.mark.parametrize(("limit", "offset"), [(0, 0), (-5, -5), (10**9, 10**9), (1, -1)])
def test_limits_out_of_range_are_brought_into_it(twins, limit, offset):
    assert len(search(twins, "twins", limit=limit, offset=offset).hits) <= 20


# Topics


def test_facets_count_all_matches_and_a_filter_keeps_one_topic(library):
    everything = search(library, "book", limit=50)
    assert sum(facet.count for facet in everything.topics) == everything.total
    assert list(everything.topics) == sorted(
        everything.topics, key=lambda facet: (-facet.count, facet.topic)
    )
    for facet in everything.topics:
        some = search(library, "book", topic=facet.topic, limit=50)
        assert some.total == len(some.hits) == facet.count
        assert {hit.topic for hit in some.hits + some.relaxed} == {facet.topic}
        assert some.topics == everything.topics


def test_a_topic_that_does_not_exist_has_no_hits(library):
    found = search(library, "book", topic="no-such-topic")
    assert (found.hits, found.relaxed, found.total) == ((), (), 0)


def test_no_spelling_is_offered_that_only_an_excluded_article_holds(kind, engines):
    hidden = article("a", "Xylophones", exclude=True)
    engine = engines.of(kind, [hidden, article("b", "Violins")])
    assert search(engine, "xylophons").did_you_mean is None
    assert search(engine, "violinss").did_you_mean == "violins"


# What can be typed


@pytest.mark.parametrize(
    ("locale", "text", "found"),
    [
        ("en", '"quiet room"', {"quiet-room"}),
        ("en", "“torn page”", {"damaged"}),
        ("vi", '"trả sách"', {"return", "overdue"}),
        ("vi", '"tra sach"', {"return", "overdue"}),
        ("zh-Hant", "「忘記密碼」", {"password"}),
        ("zh-Hant", '"忘记密码"', {"password"}),
    ],
)
def test_quotes_ask_for_the_words_in_this_order(library, locale, text, found):
    result = search(library, text, locale)
    assert {hit.slug for hit in result.hits} == found
    assert result.relaxed == ()


@pytest.mark.parametrize(
    ("locale", "text", "partly"),
    [
        ("en", '"room quiet"', "quiet-room"),
        ("en", '"room quiet" -screen', "quiet-room"),
        ("vi", '"sách trả"', "return"),
        ("zh-Hant", '"密碼忘記"', "password"),
    ],
)
def test_a_phrase_that_nobody_wrote_is_no_match_but_its_words_are_offered(
    library, locale, text, partly
):
    result = search(library, text, locale)
    assert (result.hits, result.total, result.topics) == ((), 0, ())
    assert partly in {hit.slug for hit in result.relaxed}
    left_out = search(library, f'{text} -"{text.strip(chr(34))[::-1]}" -quiet -trả -密碼', locale)
    assert partly not in {hit.slug for hit in left_out.relaxed}


@pytest.mark.parametrize(
    ("locale", "text"), [("zh-Hant", "我的「密碼」忘記"), ("en", "my «lost» card")]
)
def test_quotes_that_name_a_thing_within_a_sentence_ask_for_no_phrase(library, locale, text):
    plain = text.translate({ord(mark): " " for mark in "「」«»"})
    hits = search(library, text, locale).hits
    assert [hit.key for hit in hits] == [hit.key for hit in search(library, plain, locale).hits]
    assert hits


@pytest.mark.parametrize(
    ("locale", "kept", "text", "gone"),
    [
        ("en", "card", "card -lost", "lost-card"),
        ("en", "card", 'card -"lost my"', "lost-card"),
        ("vi", "return", "trả sách -muộn", "overdue"),
        ("vi", "return", "tra sach -muon", "overdue"),
        ("zh-Hant", "reserve", "預約 -房間", "quiet-room"),
    ],
)
def test_a_minus_leaves_articles_out(library, locale, kept, text, gone):
    without = search(library, text.partition(" -")[0], locale, limit=50)
    found = search(library, text, locale, limit=50)
    assert gone in {hit.slug for hit in without.hits}
    assert gone not in {hit.slug for hit in found.hits + found.relaxed}
    assert kept in {hit.slug for hit in found.hits}


@pytest.mark.parametrize(
    ("locale", "typed", "first"),
    [
        ("en", "wheelch", "wheelchair"),
        ("en", "how do I pri", "printing"),
        ("vi", "quên mật kh", "password"),
        ("vi", "mat kha", "password"),
    ],
)
def test_the_last_word_may_be_unfinished(library, locale, typed, first):
    assert slugs(library, typed, locale)[0] == first


@pytest.mark.parametrize(
    ("locale", "typed", "offered", "first"),
    [
        ("en", "newspaperz online", "newspapers online", "newspapers"),
        ("en", "Wheelchiar", "wheelchair", "wheelchair"),
        ("vi", "mật khẫu", "mật khẩu", "password"),
        ("vi", "thanh toán phíi", "thanh toán phí", "pay"),
        ("vi", "thanhh toán", "thanh toán", "pay"),
        ("vi", "thanhh toan", "thanh toan", "pay"),
        ("en", "newspapers", None, "newspapers"),
    ],
)
def test_a_misspelt_word_is_found_and_its_spelling_offered(library, locale, typed, offered, first):
    found = search(library, typed, locale)
    assert found.did_you_mean == offered
    assert next(hit.slug for hit in found.hits + found.relaxed) == first


def test_articles_that_match_in_part_are_labelled_and_not_counted(library):
    found = search(library, "wheelchair newspapers zeppelin")
    assert found.total == len(found.hits)
    assert not {hit.key for hit in found.hits} & {hit.key for hit in found.relaxed}
    few = search(library, "credit card garage")
    assert few.relaxed
    assert few.total == len(few.hits)
    assert search(library, "credit card garage", offset=len(few.hits)).relaxed == ()


# Hits and snippets


def test_a_hit_leads_to_the_heading_of_its_best_passage(library):
    hit = search(library, "somebody else has reserved").hits[0]
    assert (hit.key, hit.heading, hit.anchor) == (
        "en/renew",
        "When renewing fails",
        "when-renewing-fails",
    )
    opening = search(library, "loan renewed three times").hits[0]
    assert (opening.key, opening.heading, opening.anchor) == ("en/renew", "", "")
    chinese = search(library, "出示借書證", "zh-Hant").hits[0]
    assert (chinese.heading, chinese.anchor) == ("忘記密碼", "忘記密碼")


def test_a_table_reads_well_in_a_snippet(library):
    assert plain(search(library, "tuesday hours").hits[0].snippet) == (
        "Day: Hours · Monday: closed · Tuesday to Friday: 10:00 to 19:00 · Saturday: 10:00 to 14:00"
    )
    assert "星期一：休館" in plain(search(library, "星期一", "zh-Hant").hits[0].snippet)


LONG = {
    "en": "The ferry leaves at noon from the pier beside the tower. ",
    "vi": "Chuyến phà rời bến cạnh tháp vào giữa trưa mỗi ngày. ",
    "zh-Hant": "渡輪中午從塔旁的碼頭出發。",
}
NEEDLE = {
    "en": ("Only the blue lantern marks the last stop.", "blue lantern"),
    "vi": ("Chỉ đèn lồng xanh báo bến cuối.", "đèn lồng xanh"),
    "zh-Hant": ("只有藍色燈籠標示終點站。", "藍色燈籠"),
}


@pytest.mark.parametrize("locale", LONG)
def test_a_snippet_is_whole_sentences_around_the_match(kind, engines, locale):
    needle, query = NEEDLE[locale]
    body = LONG[locale] * 30 + needle + (" " if locale != "zh-Hant" else "") + LONG[locale] * 30
    engine = engines.of(kind, [article("ferry", "Ferry", body, locale=locale)])
    shown = plain(search(engine, query, locale).hits[0].snippet)
    assert needle in shown
    assert len(shown) <= 300
    assert shown[-1] in ".。"
    assert "…" not in shown


@pytest.mark.parametrize(("locale", "text"), QUERIES)
def test_snippets_and_titles_are_safe_and_short(library, locale, text):
    found = search(library, text, locale, limit=50)
    for hit in found.hits + found.relaxed:
        assert len(plain(hit.snippet)) <= 300
        assert set(re.findall(r"<[^>]*>", hit.snippet + hit.title_html)) <= {"<mark>", "</mark>"}
        assert plain(hit.title_html) == hit.title


def test_markup_in_an_article_is_shown_as_text(kind, engines):
    title = 'Why <script>alert(1)</script> & "quotes"?'
    engine = engines.of(kind, [article("x", title, "Write `<script>evil()</script>` & go.")])
    hit = search(engine, "script evil").hits[0]
    assert "<script" not in hit.snippet + hit.title_html
    assert "&lt;<mark>script</mark>&gt;" in hit.snippet
    completion = engine.complete("why script", locale="en", audience="public")[0]
    assert "<script" not in completion.html
    assert plain(completion.html) == completion.text == title


@pytest.mark.parametrize(
    ("locale", "typed", "marked"),
    [
        ("vi", "mat khau", "<mark>mật</mark> <mark>khẩu</mark> khi bạn"),
        ("en", "renewing loans", "Each <mark>loan</mark> is <mark>renewed</mark>"),
        ("zh-Hant", "登入帐户", "<mark>登入</mark>後選擇<mark>帳戶</mark>"),
    ],
)
def test_marks_follow_folding_stemming_and_script(library, locale, typed, marked):
    assert marked in search(library, typed, locale).hits[0].snippet
