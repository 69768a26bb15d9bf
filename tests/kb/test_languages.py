"""In which language a query is written, judged by the words of small indexes."""

from collections import defaultdict
from dataclasses import dataclass

import pytest
from engines import article
from library_articles import library_articles

from kb.queries.languages import CLEAR, is_at_home, read_language, without_others_words
from kb.queries.query import parse
from kb.segments.reader import IndexReader
from kb.testing import memory_reader
from kb.words.analysis import analyzer_for

LOCALES = ("en", "vi", "zh-Hant")

VIETNAMESE = (
    "cach doi mat khau",
    "quen mat khau thi lam sao",
    "khong dang nhap duoc",
    "gia han sach nhu the nao",
    "mo cua may gio",
    "phi tre han la bao nhieu",
    "tra sach o dau",
    "in tai lieu",
    "gia han the",
    "Đặt lại mật khẩu",
    "tôi bị khóa tài khoản",
    "thẻ thư viện hết hạn",
    "hoàn tiền",
    "không tìm thấy kết quả",
    "lỗi 404 Outlook",
    "đổi password",
)
ENGLISH = (
    "how do I reset my password",
    "forgot my password",
    "where can i return a book",
    "opening hours on sunday",
    "late fees",
    "why is the search slow",
    "cancel my account",
    "can’t log in",
    "the printer is not working",
    "what does verified mean",
    "library card expired",
    "is there a way to search without accents",
)
CHINESE = (
    "如何重設密碼",
    "忘记密码",
    "借書證過期",
    "退款 refund",
    "開 ticket",
    "為什麼搜尋不到",
    "Outlook 無法開啟",
    "書",
    "開放時間",
)
# Names and codes, in the articles of all languages or of none.
OF_NO_LANGUAGE = (
    "Outlook 404",
    "0x80070005",
    "xyzzyplugh",
    "KB-2026-000123",
    "iPhone 15",
    "wifi",
    "",
    "?!",
)


@dataclass(frozen=True)
class Words:
    """A kb.queries.languages.Vocabulary."""

    locale: str
    reader: IndexReader


def words_of(articles) -> dict[str, Words]:
    by_locale = defaultdict(list)
    for each in articles:
        by_locale[each.locale].append(each)
    return {tag: Words(tag, memory_reader(own)) for tag, own in sorted(by_locale.items())}


LIBRARY = words_of(library_articles())


def read(text: str, own: str, known: dict[str, Words] = LIBRARY):
    others = [words for tag, words in known.items() if tag != own]
    return read_language(text, known.get(own), others)


@pytest.mark.parametrize("own", LOCALES)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        *(("vi", text) for text in VIETNAMESE),
        *(("en", text) for text in ENGLISH),
        *(("zh-Hant", text) for text in CHINESE),
    ],
)
def test_the_language_of_a_question_is_known_whatever_the_page_is_in(text, language, own):
    assert read(text, own).guesses[0].locale == language


@pytest.mark.parametrize("own", LOCALES)
@pytest.mark.parametrize("text", OF_NO_LANGUAGE)
def test_what_is_of_no_language_is_in_the_readers(text, own):
    reading = read(text, own)
    assert reading.guesses[0].locale == own
    assert not reading.is_clear


@pytest.mark.parametrize(
    ("text", "own", "is_own"),
    [
        ("how can I return a 書", "zh-Hant", True),
        ("how can I return a book to Đặng", "vi", True),
        ("how can I return a book", "zh-Hant", False),
        ("how can I return a 書", "vi", False),
        ("how can I return a 書", "en", False),
    ],
)
def test_letters_of_the_readers_language_make_a_question_theirs(text, own, is_own):
    reading = read(text, own)
    assert reading.is_own is is_own
    assert not (is_own and reading.is_clear)


def test_chinese_characters_do_not_tell_chinese_from_japanese():
    known = words_of(
        [
            article("a", "重設密碼", locale="zh-Hant"),
            article("a", "パスワードの再設定", locale="ja"),
        ]
    )
    assert not read("重設密碼", "ja", known).is_own
    assert read("重設密碼", "ja", known).guesses[0].locale == "zh-Hant"


def test_what_cannot_be_seen_says_nothing():
    plain = read("đặt lại mật khẩu", "en")
    assert read("đặt\ufe0f lại\u200b mật khẩu\u3164", "en") == plain


def test_of_a_pasted_message_the_beginning_is_read():
    message = read("đặt lại mật khẩu " * 300, "en")
    assert len(message.text) <= 256
    assert not message.is_whole
    assert message.is_clear
    assert read("đặt lại mật khẩu", "en").is_whole


def test_confidences_are_shares_of_one_and_in_order():
    for text in (*VIETNAMESE, *ENGLISH, *CHINESE, *OF_NO_LANGUAGE):
        confidences = [guess.confidence for guess in read(text, "en").guesses]
        assert sum(confidences) == pytest.approx(1)
        assert confidences == sorted(confidences, reverse=True)


def test_without_articles_in_the_readers_language_there_are_still_guesses():
    assert read("đặt lại mật khẩu", "fr").guesses[0].locale == "vi"
    assert read_language("word", None, []).guesses == ()


def test_two_locales_of_one_language_do_not_make_it_doubtful():
    known = words_of(
        [
            article("a", "Where is my parcel?", "It is on its way to the depot."),
            article("a", "Where is my parcel?", "It is on its way to the shop.", locale="en-GB"),
            article("a", "Bưu kiện của tôi ở đâu?", "Bưu kiện đang trên đường.", locale="vi"),
        ]
    )
    first, second, _ = read("where is the parcel on its way", "vi", known).guesses
    assert {first.locale, second.locale} == {"en", "en-GB"}
    assert min(first.confidence, second.confidence) >= CLEAR
    assert not read("where is the parcel", "en-GB", known).is_clear


@pytest.mark.parametrize(
    ("text", "first"),
    [("重設密碼", "zh-Hant"), ("重设密码", "zh-Hans"), ("パスワード再設定", "ja")],
)
def test_the_script_of_chinese_decides_between_locales_with_the_same_words(text, first):
    known = words_of(
        [
            article("a", "重設密碼", locale="zh-Hant"),
            article("a", "重设密码", locale="zh-Hans"),
            article("a", "パスワードの再設定", locale="ja"),
            article("a", "Reset a password"),
        ]
    )
    assert read(text, "en", known).guesses[0].locale == first


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("le mot de passe", "fr"),
        ("l’adresse", "fr"),
        ("das Kennwort", "de"),
        ("пароль", "ru"),
        ("รหัสผ่าน", "th"),
        ("비밀번호", "ko"),
    ],
)
def test_other_languages_are_known_by_their_words(text, first):
    known = words_of(
        [
            article("a", "Changer le mot de passe", "Avec l’adresse de la carte.", locale="fr"),
            article("a", "Das Kennwort ändern", "Mit der Karte.", locale="de"),
            article("a", "Как сменить пароль", locale="ru"),
            article("a", "รีเซ็ตรหัสผ่าน", locale="th"),
            article("a", "비밀번호 재설정", locale="ko"),
            article("a", "Change the password", "With the card."),
        ]
    )
    assert read(text, "en", known).guesses[0].locale == first


@pytest.mark.parametrize(
    ("locale", "text", "at_home"),
    [
        ("en", "library card", True),
        ("en", "Library CARDS!", True),
        ("en", "", True),
        ("en", "quen mat khau", False),
        ("en", "mật khẩu", False),
        ("en", "密碼", False),
        ("vi", "mật khẩu", True),
        ("vi", "mat khau", True),
        ("vi", "wifi", True),
        ("vi", "how to", False),
        ("zh-Hant", "密碼", True),
        ("zh-Hant", "密码 wifi", True),
        ("zh-Hant", "パスワード", False),
        ("zh-Hant", "wifi wifi wifi", False),
    ],
)
def test_words_that_the_readers_language_has_need_no_second_look(locale, text, at_home):
    tokens = parse(text, analyzer_for(locale)).tokens
    assert is_at_home(tokens, LIBRARY[locale]) is at_home


MIXED = words_of(
    [
        article("a", "How do I get a refund?", "We pay a refund within five days."),
        article("a", "如何申請退款？", "我們會在五天內退款。", locale="zh-Hant"),
        article("a", "Làm sao để được hoàn tiền?", "Chúng tôi hoàn tiền vào thẻ.", locale="vi"),
    ]
)


@pytest.mark.parametrize(
    ("text", "locale", "asked"),
    [
        pytest.param("退款 refund", "zh-Hant", "退款", id="the other half is left out"),
        pytest.param("退款 refund", "en", "refund", id="on both sides"),
        pytest.param("退款 refund", "vi", "退款 refund", id="not where neither is known"),
        pytest.param("hoàn tiền wrpqz", "vi", "hoàn tiền wrpqz", id="not what nobody knows"),
        pytest.param("refund, 退 tiền", "zh-Hant", "refund, 退 tiền", id="not for one character"),
        pytest.param('"退款 refund"', "zh-Hant", '"退款 refund"', id="not in quotes"),
    ],
)
def test_a_mixed_query_asks_of_a_locale_what_it_can_know(text, locale, asked):
    assert without_others_words(read(text, "en", MIXED), locale).strip() == asked
