"""Sections cut into passages."""

import pytest
from corpora import LINES
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Section
from kb.segments.passages import LINE_BREAK, PASSAGE_CHARACTERS, Passage, passages_of


def section(text: str, heading: str = "Head", anchor: str = "head") -> Section:
    return Section(2, anchor, heading, text)


def texts(text: str) -> list[str]:
    return [passage.text for passage in passages_of([section(text)])]


def test_a_short_section_is_one_passage():
    opening = Section(0, "", "", "Some text.\nMore.")
    assert passages_of([opening, section("Below.")]) == [
        Passage("", "", "Some text. More.", ((0, 10), (11, 16))),
        Passage("Head", "head", "Below.", ((0, 6),)),
    ]


def test_a_heading_without_text_is_a_passage_and_so_is_an_article_without_any():
    assert passages_of([section("")]) == [Passage("Head", "head", "", ())]
    empty = [Passage("", "", "", ())]
    assert passages_of([Section(0, "", "", "")]) == empty
    assert passages_of([]) == empty
    assert passages_of([Section(0, "", "", ""), section("x")])[0].heading == "Head"


@pytest.mark.parametrize(("text", "joined"), LINES)
def test_lines_are_told_apart(text, joined):
    (passage,) = passages_of([section(text)])
    assert passage.text == joined
    shown = [passage.text[start:end] for start, end in passage.sentences]
    assert [word for part in shown for word in part.split()] == text.split()


@given(st.text(alphabet="ab .。!\n…", max_size=60), st.integers(1, 60))
def test_sentences_lie_in_the_text_one_after_the_other(text, times):
    for passage in passages_of([section(text * times)]):
        place = 0
        for start, end in passage.sentences:
            assert place <= start < end <= len(passage.text)
            place = end
        assert place == len(passage.text)


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
    kept = "".join(found).replace(LINE_BREAK, "")
    assert "".join(kept.split()) == "".join((text * times).split())
    longest = PASSAGE_CHARACTERS + len(LINE_BREAK) * PASSAGE_CHARACTERS
    assert all(len(passage) <= longest for passage in found)
    assert all(passage == passage.strip() for passage in found)
