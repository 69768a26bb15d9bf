"""Words as the index and the queries see them, language by language."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naive import terms_of

from kb.article import Article
from kb.search import Query
from kb.testing import MemoryEngine
from kb.words.analysis import MAX_TERM, analyzer_for
from kb.words.characters import tidy
from kb.words.syllables import accented_forms, fold, tone_last, tone_placed

LOCALES = ("en", "vi", "zh-Hant", "fr", "th", "ja", "hi", "ru", "xx")
TEXTS = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="aAđĐờẫẤơư'’ıİßæœﬁ 1-.\u0301\u0323\u031b", max_size=60),
    st.text(alphabet="漢汉字カﾃﾞがกำ한글ភាសា ab，。", max_size=60),
)


def found(locale: str, query: str, *titles: str) -> list[str]:
    """Return the titles that match, best first."""
    articles = [
        Article(slug=f"a{n}", locale=locale, title=title, body="", audience="public")
        for n, title in enumerate(titles)
    ]
    results = MemoryEngine(articles).search(Query(query, locale), audience="public")
    return [hit.title for hit in (*results.hits, *results.relaxed)]


def terms(locale: str, text: str) -> dict[str, list[str]]:
    """Return the terms of any text by stream, as articles and queries have them."""
    return terms_of(tidy(text), analyzer_for(locale))


def exact(locale: str, text: str) -> list[str]:
    return terms(locale, text)["exact"]


# Vietnamese


def test_both_normal_forms_of_vietnamese_are_equal():
    text = "Đường dây nóng hỗ trợ: khuỷu tay, thuở ấy, giữa nguyễn"
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    assert composed != decomposed
    assert terms("vi", composed) == terms("vi", decomposed)


def test_both_places_of_a_tone_are_equal():
    assert exact("vi", "hoà thuỷ khoẻ") == exact("vi", "hòa thủy khỏe")


def test_a_query_without_accents_finds_what_has_them():
    assert found("vi", "mat khau", "Mật khẩu", "Mặt trời") == ["Mật khẩu", "Mặt trời"]
    assert set(found("vi", "duong", "Đường phố", "Dương cầm")) == {"Đường phố", "Dương cầm"}


def test_a_query_with_accents_finds_the_same_accents_first():
    assert found("vi", "đường", "Dương cầm", "Đường phố")[0] == "Đường phố"
    assert found("vi", "dương", "Dương cầm", "Đường phố")[0] == "Dương cầm"


@pytest.mark.parametrize(
    "syllable",
    [
        "đường",
        "khẩu",
        "hòa",
        "thủy",
        "quý",
        "giờ",
        "gì",
        "già",
        "mượn",
        "nguyễn",
        "khuỷu",
        "ngoài",
        "toán",
        "của",
        "mía",
        "quả",
        "quyển",
        "việc",
        "thuở",
        "ý",
        "quốc",
        "hoàng",
        "tuần",
        "xoáy",
        "nghiêng",
    ],
)
def test_a_tone_goes_back_to_its_vowel(syllable):
    assert tone_placed(tone_last(syllable)) == syllable


@pytest.mark.parametrize("word", ["", "b", "book", "đ", "brr\u0301", "a\u0301", "wi\u0301-fi"])
def test_what_is_no_syllable_stays_readable(word):
    assert fold(tone_placed(word)) == fold(word)


def test_an_unaccented_syllable_stands_for_its_accented_ones():
    assert {tone_last("đường"), tone_last("dượng"), "duong"} <= set(accented_forms("duong"))
    assert list(accented_forms("abcdefghijk")) == []


# Chinese


def test_a_word_inside_a_chinese_sentence_is_found():
    titles = ("請問我要如何重設密碼才好", "圖書館的開放時間")
    assert found("zh-Hant", "重設", *titles) == [titles[0]]
    assert found("zh-Hant", "開放", *titles) == [titles[1]]


@pytest.mark.parametrize(
    ("typed", "written"),
    [("密码", "忘記密碼"), ("密碼", "忘记密码"), ("图书馆", "圖書館"), ("台湾", "臺灣")],
)
@pytest.mark.parametrize("locale", ["zh-Hant", "zh-Hans", "zh"])
def test_simplified_and_traditional_find_each_other(locale, typed, written):
    assert found(locale, typed, written, "天氣")[:1] == [written]


def test_english_words_in_chinese_are_words():
    assert found("zh-Hant", "reset", "如何 reset 密碼", "天氣") == ["如何 reset 密碼"]
    assert found("zh-Hant", "wifi", "使用wifi上網", "天氣") == ["使用wifi上網"]


# English and other alphabets


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("refund", "refunds"),
        ("refunded", "refunding"),
        ("cancelling", "cancelled"),
        ("policies", "policy"),
        ("café", "cafe"),
        ("don't", "dont"),
        ("user’s", "user's"),
    ],
)
def test_inflections_and_spellings_meet(typed, written):
    assert found("en", typed, written, "something else") == [written]


@pytest.mark.parametrize("typed", ["charge", "charged", "charging"])
def test_the_exact_word_is_the_first(typed):
    titles = ("charge today", "charged today", "charging today")
    assert found("en", f"{typed} ", *titles)[0] == f"{typed} today"


def test_short_words_are_kept():
    assert exact("en", "It is as IT is to do") == ["it", "is", "as", "it", "is", "to", "do"]


def test_full_width_letters_are_letters():
    assert exact("zh-Hant", "ＷｉＦｉ５") == ["wifi5"]
    assert found("en", "ＷＩＦＩ", "wifi") == ["wifi"]


@pytest.mark.parametrize(
    ("locale", "typed", "written", "other"),
    [
        ("th", "รหัสผ่าน", "วิธีเปลี่ยนรหัสผ่านใหม่", "เวลาเปิดทำการ"),
        ("ja", "パスワード", "新しいパスワードを設定する", "営業時間"),
        ("ja", "設定", "新しいパスワードを設定する", "営業時間"),
        ("ko", "비밀번호", "비밀번호를 변경하는 방법", "영업 시간"),
        ("km", "សម្ងាត់", "ប្តូរពាក្យសម្ងាត់", "ម៉ោងបើក"),
        ("my", "စကားဝှက်", "စကားဝှက်ပြောင်းရန်", "ဖွင့်ချိန်"),
        ("ar", "كلمه المرور", "كَلِمة المرور", "ساعات العمل"),
        ("he", "סיסמה", "סִיסְמָה חדשה", "שעות פתיחה"),
        ("hi", "पासवर्ड", "पासवर्ड कैसे बदलें", "खुलने का समय"),
        ("ru", "пароля", "как изменить пароль", "часы работы"),
        ("ru", "еще", "ещё раз", "часы работы"),
        ("el", "κωδικος", "Κωδικός πρόσβασης", "Ώρες"),
        ("fr", "adresse", "Changer l’adresse", "Heures"),
        ("de", "strasse", "Straße ändern", "Uhr"),
        ("tr", "istanbul", "İstanbul şubesi", "Saatler"),
        ("xx", "qwertz", "the qwertz word", "nothing"),
        ("xx", "cafe", "Café", "nothing"),
        ("xx", "密码", "忘記密碼", "nothing"),
    ],
)
def test_every_script_finds_its_words(locale, typed, written, other):
    assert found(locale, typed, other, written)[:1] == [written]


def test_vowel_signs_are_letters_where_they_are_vowels():
    assert fold("कुल") != fold("कल")
    assert fold("한글") == "한글"


# What holds for every text


@given(text=TEXTS, locale=st.sampled_from(LOCALES))
def test_tokens_lie_in_the_text_one_after_the_other(text, locale):
    plain = tidy(text)
    tokens = analyzer_for(locale).tokens(plain)
    ends = [0, *(token.end for token in tokens)]
    for token, end_before in zip(tokens, ends, strict=False):
        assert end_before <= token.start < token.end <= len(plain)
        assert token.exact
        assert token.is_char == (token.loose == "")


@given(
    text=st.one_of(
        st.text(st.characters(min_codepoint=0x20, max_codepoint=0x2FF), max_size=40),
        st.text(st.characters(min_codepoint=0x370, max_codepoint=0x52F), max_size=40),
        st.text(st.characters(min_codepoint=0x1E00, max_codepoint=0x2BFF), max_size=40),
        st.text(alphabet="aAđĐờẫẤơư'’ıİßæœ²½Ⅷ①_ 1-.Жё\u0483", max_size=60),
    ),
    locale=st.sampled_from(LOCALES),
)
def test_texts_of_few_scripts_have_the_words_that_they_have_among_others(text, locale):
    """They are read in a quicker way, which a Thai letter at the end rules out."""
    plain, analyzer = tidy(text), analyzer_for(locale)
    assert analyzer.tokens(plain) == analyzer.tokens(f"{plain} ก")[:-1]


@given(text=TEXTS, locale=st.sampled_from(LOCALES))
def test_composed_and_decomposed_texts_have_the_same_terms(text, locale):
    decomposed = unicodedata.normalize("NFD", text)
    assert terms(locale, unicodedata.normalize("NFC", text)) == terms(locale, decomposed)


@given(text=st.text(st.characters(), max_size=300), locale=st.sampled_from(LOCALES))
def test_terms_are_short_and_can_be_stored(text, locale):
    found = terms(locale, text)
    for term in (*found["exact"], *found["loose"], *found["pair"]):
        assert 0 < len(term) <= MAX_TERM
        term.encode("utf-8")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize(
    "word", ["æ" * 90, "ế" * 90, "ß" * 90, "x" * 90, "é" * 60 + " " + "é" * 60]
)
def test_a_very_long_word_is_cut(locale, word):
    found = terms(locale, word)
    assert max(map(len, (*found["exact"], *found["loose"], *found["pair"]))) <= MAX_TERM


def test_a_lone_accent_is_no_word():
    assert exact("fr", "l’\u0300 eau") == ["l", "eau"]


@pytest.mark.parametrize("locale", LOCALES)
def test_no_locale_and_no_text_raises(locale):
    for text in ("", "\x00", "\ud800", "'", "’’’", "\u0301", "\u200d", "𝕏 𠀀 🎉", "ﷺ"):
        terms(locale, text)


@given(st.text(max_size=20))
def test_folding_twice_changes_nothing(word):
    once = fold(word.casefold())
    assert fold(once) == once
