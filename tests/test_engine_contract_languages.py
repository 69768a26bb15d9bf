"""What a reader finds in other languages than their own, held against every engine."""

from datetime import timedelta

import pytest
from engines import NOW, article, plain, search, slugs
from hypothesis import given
from hypothesis import strategies as st

from kb.search import MAX_LIMIT, SearchEngine
from kb.testing import MemoryEngine


def family(name: str, en: str, vi: str, zh: str, **fields):
    """Return an article in three languages; the one in English may have other fields."""
    shared = {"translation_key": name, "topic": "desk"}
    return [
        article(f"{name}-en", en, f"In short: {en}", **{**shared, **fields}),
        article(f"{name}-vi", vi, f"Tóm lại: {vi}", locale="vi", **shared),
        article(f"{name}-zh", zh, f"簡單說：{zh}", locale="zh-Hant", **shared),
    ]


ARTICLES = [
    *family("password", "Reset your sign-in code", "Đặt lại mật khẩu", "重設密碼"),
    *family(
        "refund",
        "Get your money back",
        "Yêu cầu hoàn tiền",
        "申請退款",
        description="When <money> comes back.",
    ),
    *family("left", "Nobody finds this", "Tặng phiếu quà", "禮券", exclude=True),
    *family("past", "Gone by", "Khuyến mãi mùa hè", "夏季優惠", expire_at=NOW + timedelta(hours=1)),
    *family("other", "Of another topic", "Bảo hành máy ảnh", "相機保固", topic="camera"),
    *family("office", "Colleagues only", "Trực điện thoại", "電話值班", audience="internal"),
    article("vi-only", "Gói cước sinh viên", "Giảm giá cho sinh viên.", locale="vi"),
    article("zh-only", "學生方案", "學生享有折扣。", locale="zh-Hant"),
    article("ticket", "Open a ticket", "A ticket is answered within a day.", topic="desk"),
    article("outlook", "Outlook error 404", "Outlook shows 404 when it is offline."),
    article("outlook-vi", "Lỗi 404 trong Outlook", "Outlook báo lỗi 404.", locale="vi"),
]


@pytest.fixture(scope="session")
def desk(kind, engines) -> SearchEngine:
    return engines.of(kind, ARTICLES)


def keys(engine: SearchEngine, text: str, locale: str = "en", **options) -> list[str]:
    return [hit.key for hit in search(engine, text, locale, **options).elsewhere]


@pytest.mark.parametrize(
    ("text", "locale", "expected"),
    [
        pytest.param("gói cước sinh viên", "en", "vi/vi-only", id="accented"),
        pytest.param("goi cuoc sinh vien", "en", "vi/vi-only", id="unaccented"),
        pytest.param("學生方案", "en", "zh-Hant/zh-only", id="Traditional Chinese"),
        pytest.param("学生方案", "vi", "zh-Hant/zh-only", id="Simplified Chinese"),
        pytest.param("open a ticket", "vi", "en/ticket", id="English"),
        pytest.param("open ticket", "fr", "en/ticket", id="no articles in the reader's language"),
    ],
)
def test_a_question_in_another_language_finds_its_articles(desk, text, locale, expected):
    found = search(desk, text, locale)
    assert found.hits == ()
    assert [hit.key for hit in found.elsewhere][:1] == [expected]
    assert found.elsewhere[0].locale == expected.partition("/")[0]


@pytest.mark.parametrize("text", ["đặt lại mật khẩu", "dat lai mat khau", "重設密碼", "重设密码"])
def test_an_article_that_the_reader_can_read_is_shown_in_their_language(desk, text):
    (hit,) = search(desk, text, "en").elsewhere
    assert (hit.key, hit.locale, hit.title) == ("en/password-en", "en", "Reset your sign-in code")
    assert plain(hit.snippet).startswith("In short")


def test_a_translation_is_introduced_by_its_description(desk):
    (hit,) = search(desk, "yêu cầu hoàn tiền", "en").elsewhere
    assert hit.snippet == "When &lt;money&gt; comes back."
    assert (hit.heading, hit.anchor) == ("", "")


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        pytest.param("tặng phiếu quà", {}, ["vi/left-vi"], id="searches leave it out"),
        pytest.param("trực điện thoại", {}, ["vi/office-vi"], id="it is internal"),
        pytest.param("bảo hành máy ảnh", {}, ["en/other-en"], id="all topics"),
        pytest.param(
            "bảo hành máy ảnh", {"topic": "desk"}, ["vi/other-vi"], id="it is of another topic"
        ),
        pytest.param("yêu cầu hoàn tiền -money", {}, ["vi/refund-vi"], id="it has a word too many"),
    ],
)
def test_a_translation_that_may_not_be_found_does_not_take_the_place(desk, text, options, expected):
    assert keys(desk, text, **options) == expected


def test_a_translation_that_has_expired_does_not_take_the_place(kind, engines):
    clock = engines.clock(NOW)
    engine = engines.of(kind, ARTICLES, clock=clock)
    assert keys(engine, "khuyến mãi mùa hè") == ["en/past-en"]
    clock.now += timedelta(hours=1)
    assert keys(engine, "khuyến mãi mùa hè") == ["vi/past-vi"]


@pytest.mark.parametrize(
    ("text", "locale"),
    [("ticket", "en"), ("Outlook 404", "en"), ("hoan tien", "vi"), ("退款", "zh-Hant")],
)
def test_good_results_of_the_readers_own_stand_alone(desk, text, locale):
    found = search(desk, text, locale)
    assert found.hits
    assert found.elsewhere == ()


@pytest.mark.parametrize("text", ["", "?", '""', "-ticket", "xyzzyplugh"])
def test_what_no_language_has_is_nowhere(desk, text):
    assert search(desk, text, "vi").elsewhere == ()


def test_other_languages_are_on_the_first_page_only(desk):
    assert keys(desk, "學生方案")
    assert keys(desk, "學生方案", offset=1) == []


def test_a_mixed_question_finds_what_holds_either_half(desk):
    english = search(desk, "退款 ticket", "en")
    assert "en/ticket" in [hit.key for hit in english.hits + english.relaxed]
    # Both halves of the Chinese article's family lead to the reader's own language.
    assert [hit.key for hit in english.elsewhere] == ["en/refund-en"]
    chinese = search(desk, "退款 ticket", "zh-Hant")
    assert "zh-Hant/refund-zh" in [hit.key for hit in chinese.hits + chinese.relaxed]
    assert "en/ticket" in [hit.key for hit in chinese.elsewhere]


def test_an_error_message_with_a_word_of_another_language_finds_both(desk):
    found = search(desk, "lỗi 404 Outlook", "en")
    assert "en/outlook" in [hit.key for hit in found.hits + found.relaxed]
    assert [hit.key for hit in found.elsewhere] == ["vi/outlook-vi"]
    assert slugs(desk, "lỗi 404 Outlook", "vi") == ["outlook-vi"]


CLINIC = [
    article("freeze", "Outlook freezes", "Outlook stops responding and the window turns white."),
    article(
        "mailbox", "Convert a shared mailbox", "A shared mailbox becomes a mailbox of its own."
    ),
    article("dat", "Where the dat file lies", "The dat file of Outlook lies beside the bi report."),
    article("phish", "檢舉釣魚郵件", "在信箱裡選取釣魚郵件，再按檢舉。", locale="zh-Hant"),
    article("box", "共用信箱", "共用信箱 (shared mailbox) 有多位成員。", locale="zh-Hant"),
    article("open", "無法啟動 Outlook", "Outlook 開啟時請按 convert。", locale="zh-Hant"),
    article("hang", "Bị treo khi cài đặt", "Outlook bị treo khi cài đặt.", locale="vi"),
]


@pytest.fixture(scope="session")
def clinic(kind, engines) -> SearchEngine:
    return engines.of(kind, CLINIC)


@pytest.mark.parametrize(
    ("text", "locale"),
    [
        pytest.param("Outlook 釣魚信怎麼檢查出來", "zh-Hant", id="Chinese"),
        pytest.param("Outlook đặt xong thì hỏng hẳn luôn", "vi", id="Vietnamese"),
        pytest.param("outlook refund invoice window", "en", id="English"),
    ],
)
def test_a_products_name_alone_brings_nothing_from_other_languages(clinic, text, locale):
    found = search(clinic, text, locale)
    assert not found.hits
    assert found.relaxed
    assert found.elsewhere == ()


def test_what_holds_all_of_a_question_is_found_where_the_readers_own_hold_a_part(clinic):
    found = search(clinic, "convert a shared mailbox", "zh-Hant")
    assert "zh-Hant/box" in [hit.key for hit in found.hits + found.relaxed]
    assert [hit.key for hit in found.elsewhere] == ["en/mailbox"]


def test_chance_matches_give_way_to_the_language_of_the_question(clinic):
    found = search(clinic, "bị treo khi cài đặt outlook", "en")
    assert [hit.key for hit in found.elsewhere] == ["vi/hang"]
    assert found.relaxed == ()


def test_a_pasted_message_in_another_language_is_asked_whole(clinic):
    greeting = "Xin chào, tôi là khách hàng của các bạn và rất mong được giúp đỡ sớm. "
    found = keys(clinic, 6 * greeting + "Máy bị treo khi cài đặt.", "en")
    assert found == ["vi/hang"]


def test_a_spelling_in_the_wrong_language_is_not_offered(kind, engines):
    engine = engines.of(
        kind,
        [
            article("cache", "Empty the cache", "The cache may be emptied."),
            article("cach", "Cách đổi ảnh", "Bạn chọn một ảnh.", locale="vi"),
        ],
    )
    found = search(engine, "cach doi anh", "en")
    assert [hit.key for hit in found.elsewhere] == ["vi/cach"]
    assert found.did_you_mean is None


def test_at_most_five_are_shown_and_each_article_once(kind, engines):
    engine = engines.of(
        kind,
        [
            article("en", "Something else"),
            *(
                article(f"a{n}", f"Kumquat {n}", locale=tag, translation_key=f"a{n}")
                for n in range(9)
                for tag in ("de", "fr")
            ),
        ],
    )
    found = keys(engine, "kumquat")
    assert len(found) == 5
    assert len({key.partition("/")[2] for key in found}) == 5


WORDS = sorted({word for each in ARTICLES for word in each.title.split()} | {"-ticket", '"', "xq"})
MEMORY = MemoryEngine(ARTICLES, clock=lambda: NOW)
BARE = MemoryEngine([a for a in ARTICLES if a.audience == "public"], clock=lambda: NOW)
FAMILIES = {each.key: each.translation_key for each in ARTICLES}


@given(
    words=st.lists(st.sampled_from(WORDS), max_size=6),
    locale=st.sampled_from(["en", "vi", "zh-TW", "fr"]),
    limit=st.integers(1, MAX_LIMIT),
)
def test_what_is_elsewhere_is_never_here_nor_hidden(words, locale, limit):
    text = " ".join(words)
    found = search(MEMORY, text, locale, limit=limit)
    here = {hit.key for hit in found.hits + found.relaxed}
    elsewhere = [hit.key for hit in found.elsewhere]
    assert len(set(elsewhere)) == len(elsewhere) <= 5
    assert here.isdisjoint(elsewhere)
    named = [FAMILIES[key] for key in elsewhere if FAMILIES[key]]
    assert len(set(named)) == len(named)
    own = "zh-Hant" if locale == "zh-TW" else locale
    for hit in found.elsewhere:
        assert hit.audience == "public"
        assert hit.locale != own or FAMILIES[hit.key]
    assert found == search(BARE, text, locale, limit=limit)
