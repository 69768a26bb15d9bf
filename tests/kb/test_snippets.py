"""Which sentences of a passage are shown, and what in them is marked."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.analysis import analyzer_for
from kb.characters import tidy
from kb.query import parse
from kb.snippets import SNIPPET_CHARACTERS, Highlighter


def highlighter(query: str, locale: str = "en", **idf: float) -> Highlighter:
    """Return one for a query; words have an idf of 1 unless it is given."""
    analyzer = analyzer_for(locale)
    return Highlighter(parse(query, analyzer), analyzer, lambda _, text: idf.get(text, 1.0))


def plain(snippet: str) -> str:
    return html.unescape(re.sub("</?mark>", "", snippet))


def shown(query: str, text: str, locale: str = "en", limit: int = 60, **idf: float) -> str:
    snippet = highlighter(query, locale, **idf).snippet(text, limit)
    return snippet.replace("<mark>", "[").replace("</mark>", "]")


def test_a_short_text_is_shown_whole():
    assert shown("card", "A card. It is free.") == "A [card]. It is free."


def test_the_window_with_the_words_is_shown():
    text = "First some words about nothing. " * 4 + "The card is blue. " + "Then more of it. " * 4
    found = shown("blue card", text)
    assert found == "The [card] is [blue]. Then more of it. Then more of it."


def test_a_short_window_gets_the_sentence_before_it():
    text = "Nothing to see. Open the box first. Then take the card."
    assert shown("card", text) == "Open the box first. Then take the [card]."


def test_the_window_that_covers_more_idf_is_shown():
    text = "The card is here. " + "Nothing of the kind is there. " * 3 + "The lantern is there."
    assert "[lantern]" in shown("card lantern", text, lantern=5.0, card=1.0)
    assert "[card]" in shown("card lantern", text, lantern=1.0, card=5.0)


def test_a_word_counts_once_however_often_it_is_there():
    text = "Card card card card card. " + "Nothing of the kind is there. " * 3 + "A blue card."
    assert "[blue] [card]" in shown("blue card", text)


def test_the_earlier_of_equally_good_windows_is_shown():
    text = "A card first. " + "Nothing of the kind is there. " * 3 + "A card last."
    assert shown("card", text).startswith("A [card] first.")


def test_a_text_without_the_words_is_shown_from_its_beginning():
    assert (
        shown("zebra", "One sentence. " * 10)
        == "One sentence. One sentence. One sentence. One sentence."
    )


def test_no_text_gives_no_snippet():
    assert shown("card", "") == shown("card", " \n") == ""


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("Day: Hours\nMonday: closed", "Day: Hours · Monday: closed"),
        ("Choose one:\nRed\nBlue", "Choose one: Red · Blue"),
        ("It is open.\nCome in!", "It is open. Come in!"),
        ("日期：時間\n星期一：休館", "日期：時間 · 星期一：休館"),
        ("kb index\nkb serve", "kb index · kb serve"),
    ],
)
def test_lines_are_told_apart(text, joined):
    assert shown("zebra", text) == joined


def test_the_marks_between_lines_count_as_characters():
    text = "\n".join("abcd" for _ in range(100))
    assert len(plain(highlighter("abcd").snippet(text))) <= SNIPPET_CHARACTERS


def test_a_long_sentence_is_cut_between_words_around_the_match():
    text = "alpha " * 40 + "the blue lantern hangs here " + "omega " * 40
    snippet = shown("blue lantern", text.strip())
    assert snippet.startswith("…alpha")
    assert snippet.endswith("omega…")
    assert "[blue] [lantern]" in snippet
    assert len(snippet.replace("[", "").replace("]", "")) <= 60


def test_a_long_chinese_sentence_is_cut_anywhere():
    text = "圖書館" * 100 + "藍色燈籠" + "開放時間" * 100
    snippet = shown("藍色燈籠", text, "zh-Hant")
    assert "[藍色燈籠]" in snippet
    assert len(snippet) <= 62


def test_chinese_sentences_end_at_their_own_full_stops():
    text = "今天天氣很好。" * 12 + "請重設密碼！" + "明天也是。" * 12
    snippet = shown("重設密碼", text, "zh-Hant", limit=21)
    assert snippet == "請[重設密碼]！明天也是。明天也是。明天也是。"


@pytest.mark.parametrize(
    ("locale", "query", "text", "marked"),
    [
        ("en", "renewing", "Renew, renewed and news.", "[Renew], [renewed] and news."),
        ("vi", "mat khau", "Đổi mật khẩu ngay.", "Đổi [mật] [khẩu] ngay."),
        ("vi", "mật khẩu", "Đổi mật khẩu, mặt sau.", "Đổi [mật] [khẩu], mặt sau."),
        ("zh-Hant", "密码", "重設密碼。", "重設[密碼]。"),
        ("zh-Hant", "重設密碼", "密碼重設。", "[密碼重設]。"),
        ("en", "cafe", "Le Café.", "Le [Café]."),
        ("en", "passw", "Password.", "Password."),
    ],
)
def test_marks_follow_the_analyzer(locale, query, text, marked):
    assert shown(query, text, locale) == marked


def test_markup_is_escaped_inside_and_outside_of_marks():
    snippet = highlighter("script x").snippet('<script>alert("x")</script> & more')
    assert snippet == (
        "&lt;<mark>script</mark>&gt;alert(&quot;<mark>x</mark>&quot;)"
        "&lt;/<mark>script</mark>&gt; &amp; more"
    )
    assert highlighter("b").title("<b>") == "&lt;<mark>b</mark>&gt;"


@given(
    text=st.text(alphabet="ab cd.!?\n…。密碼<>&“”-1Đườ", max_size=900),
    query=st.text(alphabet='ab cd密碼đư"-', max_size=20),
    locale=st.sampled_from(["en", "vi", "zh-Hant"]),
    limit=st.sampled_from([40, 100, SNIPPET_CHARACTERS]),
)
def test_a_snippet_is_short_safe_and_of_the_text(text, query, locale, limit):
    snippet = highlighter(query, locale).snippet(tidy(text), limit)
    assert set(re.findall("<[^>]*>", snippet)) <= {"<mark>", "</mark>"}
    read = plain(snippet)
    assert len(read) <= limit
    letters = re.sub(r"[\s·…]", "", read)
    assert letters in re.sub(r"[\s·…]", "", tidy(text))


def test_stop_words_are_marked_only_when_nothing_else_was_asked():
    assert shown("how can i pay", "I can pay by card.") == "I can [pay] by card."
    assert shown("how can i", "I can pay by card.") == "[I] [can] pay by card."


@pytest.mark.parametrize(
    ("typed", "text", "expected"),
    [
        pytest.param("如何搜尋", "如何搜尋答案？", "如何[搜尋]答案？", id="stop word before"),
        pytest.param("搜尋如何", "搜尋如何進行？", "[搜尋]如何進行？", id="stop word after"),
        pytest.param("如何", "如何搜尋答案？", "[如何]搜尋答案？", id="stop word alone"),
    ],
)
def test_no_mark_begins_inside_a_chinese_stop_word(typed, text, expected):
    assert shown(typed, text, "zh-Hant") == expected
