"""What is offered when no text holds everything that was typed."""

import random
import re
import string
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from corpora import corpus, locales, reader_of, reader_without, seeds, words
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.article import Article
from kb.searcher import Searcher

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TITLES = {
    "en": [
        "Reset your password", "Renew a library card", "Borrow laptops overnight",
        "Return damaged equipment", "Print from a telephone", "Cancel the reservation",
    ],
    "vi": [
        "Đổi mật khẩu của bạn", "Gia hạn thẻ thư viện", "Đăng nhập bằng điện thoại",
        "Thanh toán tiền phạt", "Hướng dẫn mượn máy tính", "Thông báo nghỉ lễ",
    ],
    "zh-Hant": [
        "建立採購訂單", "忘記時重設密碼", "圖書館開放時間", "逾期罰款如何繳納", "變更聯絡電話號碼",
    ],
}  # fmt: skip
SEARCHERS: dict[str, Searcher] = {}


def library(locale: str) -> Searcher:
    if locale not in SEARCHERS:
        articles = [Article(f"a{n}", locale, each, "") for n, each in enumerate(TITLES[locale])]
        SEARCHERS[locale] = Searcher(reader_of(articles, 2), locale)
    return SEARCHERS[locale]


def offered(locale: str, typed: str) -> list[str]:
    """Return the offered texts with what is marked in brackets."""
    found = library(locale).complete(typed, 8, NOW)
    return [unescape(c.html).replace("<mark>", "[").replace("</mark>", "]") for c in found]


@pytest.mark.parametrize(
    ("locale", "typed", "first"),
    [
        ("en", "how do i reset pass", "[Reset] your [pass]word"),
        ("en", "where can I pri", "[Pri]nt from a telephone"),
        ("en", "pasword res", "[Res]et your [password]"),
        ("en", "xeset your password", "[Reset] [your] [password]"),
        ("en", "how do i reset my pasword", "[Reset] your [password]"),
        ("en", "return broken equipm", "[Return] damaged [equipm]ent"),
        ("vi", "làm sao để đổi mat kh", "[Đổi] [mật] [kh]ẩu của bạn"),
        ("vi", "mạt khua", "Đổi [mật] [khẩu] của bạn"),
        ("zh-Hant", "怎麼建立採購", "[建立採購]訂單"),
        ("zh-Hant", "建立採訂", "[建立採]購[訂]單"),
        ("zh-Hant", "建立彩購訂", "[建立]採[購訂]單"),
        ("zh-Hant", "我要如何重设密", "忘記時[重設密]碼"),
    ],
)
def test_what_comes_close_is_offered_and_marked(locale, typed, first):
    assert offered(locale, typed)[0] == first


@pytest.mark.parametrize(
    "typed", ["how do i", "to", "how to q", "zebra card", "0x8004 card", "crd9"]
)
def test_little_words_alone_and_codes_bring_nothing_else(typed):
    assert all("[" in text for text in offered("en", typed))
    assert "Renew a library [card]" not in offered("en", typed)


def test_words_that_are_there_come_before_corrected_ones_and_those_before_missing_ones():
    titles = ["Renew cards online", "Renew cord online", "Renew cards", "How to renew cards online"]
    articles = [Article(f"a{n}", "en", title, "") for n, title in enumerate(titles)]
    found = Searcher(reader_of(articles), "en")

    def texts(typed: str) -> list[str]:
        return [each.text for each in found.complete(typed, 8, NOW)]

    assert texts("how to renew cards online") == [titles[3], titles[0]]
    assert texts("renew cxrds online") == [titles[0], titles[3], titles[1], titles[2]]


def test_a_known_word_is_taken_for_another_one_only_when_nothing_else_is_left():
    articles = [Article("a", "en", "Export the form", ""), Article("b", "en", "Mail from home", "")]
    found = Searcher(reader_of(articles), "en")
    assert [each.text for each in found.complete("export from", 8, NOW)] == ["Export the form"]
    assert [each.text for each in found.complete("mail form", 8, NOW)] == ["Mail from home"]


def edited(word: str, chance: random.Random) -> str:
    """Return a word after one wrong key."""
    place = chance.randrange(len(word))
    key = chance.choice(string.ascii_lowercase)
    swapped = word[:place] + word[place : place + 2][::-1] + word[place + 2 :]
    return chance.choice(
        [
            word[:place] + key + word[place + 1 :],
            word[:place] + key + word[place:],
            word[:place] + word[place + 1 :],
            swapped,
        ]
    )


@given(seeds, st.sampled_from(["en", "vi"]))
def test_a_title_is_offered_with_a_wrong_key_in_a_word_of_four_letters_or_more(chance, locale):
    title = chance.choice(TITLES[locale])
    typed = title.lower().split()
    place = chance.choice([n for n, word in enumerate(typed) if len(word) >= 4])
    typed[place] = edited(typed[place], chance)
    assume(typed[place])
    found = library(locale).complete(" ".join(typed), 8, NOW)
    assert title in [each.text for each in found]


@given(seeds)
def test_a_chinese_title_is_offered_with_a_lost_or_a_wrong_character(chance):
    title = chance.choice(TITLES["zh-Hant"])
    start = chance.randrange(len(title) - 3)
    typed = title[start : chance.randint(start + 4, len(title))]
    place = chance.randrange(len(typed))
    typed = typed[:place] + chance.choice(["", "龜"]) + typed[place + 1 :]
    assert title in [each.text for each in library("zh-Hant").complete(typed, 8, NOW)]


@given(seeds, st.sampled_from(["en", "vi"]))
def test_a_title_is_offered_with_a_question_before_it(chance, locale):
    title = chance.choice(TITLES[locale])
    question = {"en": ["how do i", "where can we", "what is"], "vi": ["làm sao để", "cho em hỏi"]}
    typed = f"{chance.choice(question[locale])} {title.lower()}"
    assert title == library(locale).complete(typed, 8, NOW)[0].text


def mistyped(chance: random.Random, locale: str) -> str:
    """Return some words, one of them wrong."""
    some = words(chance, locale, 4).split()
    if some:
        place = chance.randrange(len(some))
        some[place] = edited(some[place], chance)
    return " ".join(some)


@given(seeds, locales, st.integers(1, 10), st.integers(1, 3))
def test_what_is_hidden_has_no_influence(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    past = NOW - timedelta(days=1)
    hidden = [
        Article(f"hidden{n}", locale, words(chance, locale, 5).replace("\n", " "), "",
                expire_at=past if n % 2 else None, exclude=not n % 2)
        for n in range(4)
    ]  # fmt: skip
    gone = {each.key for each in articles[1:] if chance.random() < 0.3}
    left = [each for each in articles if each.key not in gone]
    alone = Searcher(reader_of(left), locale)
    among = Searcher(reader_without([*articles, *hidden], gone, segments), locale)
    for _ in range(3):
        typed = mistyped(chance, locale) or "x"
        assert among.complete(typed, 50, NOW) == alone.complete(typed, 50, NOW)


@given(seeds, locales, st.integers(1, 10))
def test_a_text_is_offered_once_with_well_formed_marks_around_something(chance, locale, size):
    found = Searcher(reader_of(corpus(chance, locale, size)), locale)
    for _ in range(3):
        offers = found.complete(mistyped(chance, locale), 50, NOW)
        assert len({(each.key, each.text) for each in offers}) == len(offers)
        for completion in offers:
            parts = re.split("(</?mark>)", completion.html)
            assert parts[1::2] == ["<mark>", "</mark>"] * (len(parts) // 4)
            assert all(parts[2::4])
            assert unescape("".join(parts[::2])) == completion.text
            assert len(parts) > 1
