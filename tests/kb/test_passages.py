"""Sections cut into passages."""

from hypothesis import given
from hypothesis import strategies as st

from kb.article import Section
from kb.passages import PASSAGE_CHARACTERS, Passage, passages_of


def section(text: str, heading: str = "Head", anchor: str = "head") -> Section:
    return Section(2, anchor, heading, text)


def texts(text: str) -> list[str]:
    return [passage.text for passage in passages_of([section(text)])]


def test_a_short_section_is_one_passage():
    opening = Section(0, "", "", "Some text.\nMore.")
    assert passages_of([opening, section("Below.")]) == [
        Passage("", "", "Some text.\nMore."),
        Passage("Head", "head", "Below."),
    ]


def test_a_heading_without_text_is_a_passage_and_nothing_is_none():
    assert passages_of([section("")]) == [Passage("Head", "head", "")]
    assert passages_of([Section(0, "", "", "")]) == []
    assert passages_of([]) == []


def test_a_long_section_is_cut_between_sentences():
    sentence = "This sentence is of some length, is it not? "
    found = texts(sentence * 100)
    assert len(found) == 4
    assert all(text.endswith("?") and text.startswith("This") for text in found)
    assert all(len(text) <= PASSAGE_CHARACTERS for text in found)
    assert " ".join(found) == (sentence * 100).strip()


def test_chinese_is_cut_between_sentences_without_spaces():
    found = texts("今天的天氣很好，我們去圖書館看書。" * 200)
    assert all(text.endswith("。") for text in found)
    assert all(len(text) <= PASSAGE_CHARACTERS for text in found)


def test_a_sentence_that_is_too_long_is_cut_between_words():
    found = texts("word " * 1_000)
    assert " ".join(found).split() == ["word"] * 1_000
    assert all(len(text) <= PASSAGE_CHARACTERS for text in found)
    assert texts("x" * 3_000) == ["x" * 1_200, "x" * 1_200, "x" * 600]


@given(st.text(alphabet="ab .。!\n", max_size=60), st.integers(1, 90))
def test_passages_hold_the_whole_section_in_order(text, times):
    found = texts(text * times)
    assert "".join("".join(found).split()) == "".join((text * times).split())
    assert all(len(passage) <= PASSAGE_CHARACTERS for passage in found)
    assert all(passage == passage.strip() for passage in found)
