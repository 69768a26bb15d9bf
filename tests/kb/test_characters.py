"""What cannot be seen, or only looks otherwise, makes no other query."""

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.queries.query import ParsedQuery, parse
from kb.words.analysis import analyzer_for
from kb.words.characters import tidy_query

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060"
    "\u2066\u2069\u3164\ufe00\ufe0f\ufeff\uffa0\U000e0100\U000e0041"
)
TEXTS = [("en", "can't reset password"), ("vi", "đổi mật khẩu đường"), ("zh-Hant", "重設密碼 wifi")]


def meaning(text: str, locale: str) -> tuple[object, ...]:
    read: ParsedQuery = parse(text, analyzer_for(locale))
    terms = [(slot.terms, slot.weight, slot.counts) for slot in read.slots]
    return terms, read.required, read.excluded, read.title


@given(st.sampled_from(TEXTS), st.data())
def test_invisible_characters_anywhere_change_nothing(text, data):
    locale, plain = text
    typed = plain
    for char in data.draw(st.lists(st.sampled_from(INVISIBLE), min_size=1, max_size=8)):
        place = data.draw(st.integers(0, len(typed)))
        typed = typed[:place] + char + typed[place:]
    assert meaning(typed, locale) == meaning(plain, locale)


@given(st.sampled_from(TEXTS), st.sampled_from(["NFC", "NFD"]))
def test_composed_and_decomposed_are_one(text, form):
    locale, plain = text
    assert meaning(normalize(form, plain), locale) == meaning(plain, locale)


@pytest.mark.parametrize("space", ["\u00a0", "\u2007", "\u202f", "\u3000", "\t", "\u2003", "\n"])
def test_every_space_is_a_space(space):
    assert meaning(f"reset{space}password", "en") == meaning("reset password", "en")


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        ("ＲＥＳＥＴ　ｐａｓｓｗｏｒｄ　１２", "reset password 12"),
        ("can’t", "can't"),
        ("can´t", "can't"),
        ("can`t", "can't"),
        ("canʼt", "can't"),
        ("can＇t", "can't"),
        ("“reset password”", '"reset password"'),
        ("„reset password“", '"reset password"'),
        ("«reset password»", '"reset password"'),
        ("＂reset password＂", '"reset password"'),
        ("ﬁle", "file"),
        ("ｶﾞｲﾄﾞ", "ガイド"),
    ],
)
def test_characters_of_other_keyboards_are_the_same(typed, plain):
    assert meaning(typed, "en") == meaning(plain, "en")


def test_joiners_stay_where_a_script_is_written_with_them():
    assert tidy_query("می\u200cخواهم") == "می\u200cخواهم"


@given(st.text(max_size=60))
def test_tidying_twice_is_tidying_once(text):
    assert tidy_query(tidy_query(text)) == tidy_query(text)
