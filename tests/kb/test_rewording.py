"""Words written together or apart, and likelier words for rare ones."""

import pytest
from corpora import reader_of

from kb.analysis import analyzer_for
from kb.article import Article
from kb.expansion import Expanded, expand
from kb.query import parse
from kb.search import Query
from kb.testing import MemoryEngine


def expanded(typed: str, *titles: str, locale: str = "en") -> Expanded:
    analyzer = analyzer_for(locale)
    index = reader_of([Article(f"a{n}", locale, title, "") for n, title in enumerate(titles)])
    return expand(parse(typed, analyzer), index, analyzer)


def found(typed: str, *titles: str, locale: str = "en") -> list[str]:
    articles = [
        Article(f"a{n}", locale, title, "", audience="public") for n, title in enumerate(titles)
    ]
    hits = MemoryEngine(articles).search(Query(typed, locale), audience="public").hits
    return [hit.title for hit in hits]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("log in help", "Login help"),
        ("log-in help", "Login help"),
        ("login help", "Log in: help"),
        ("setup printer", "How to set up a printer"),
        ("email missing", "An e-mail is missing"),
        ("e-mail missing", "An email is missing"),
        ("wifi slow", "Wi-Fi is slow"),
        ("settings json", "Edit settings.json"),
        ("settings.json", "Edit the settings json"),
    ],
)
def test_words_are_found_however_they_are_joined(typed, title):
    assert found(typed, "Opening hours", title, "Help for printers")[:1] == [title]


def test_a_spelling_that_hardly_anybody_uses_is_not_tried():
    result = expanded("public folder.", *["public folder"] * 20, "publicfolder")
    assert all(not slot.ways for slot in result.query.slots)


def test_both_spellings_cover_the_same_words():
    titles = [*(f"Login problem {n}" for n in range(3)), "Log in: a problem", "A problem"]
    assert set(found("log in problem.", *titles)) == set(titles[:4])


def test_words_without_a_blank_are_offered_apart():
    assert expanded("resetpassword.", "reset password").did_you_mean == "reset password."
    assert expanded("matkhau.", "mật khẩu", locale="vi").did_you_mean == "mat khau."


def test_a_rare_word_is_offered_as_the_frequent_one_it_resembles():
    titles = [*["shared calendar"] * 120, "shared calender"]
    assert expanded("shared calender.", *titles).did_you_mean == "shared calendar."
    assert expanded("calender.", *titles).did_you_mean == "calendar."
    assert expanded("calendar.", *titles).did_you_mean is None


def test_a_rare_word_among_words_that_it_is_written_with_is_right():
    titles = [*["shared calendar"] * 120, *["paper calender"] * 3]
    assert expanded("paper calender.", *titles).did_you_mean is None


def test_a_rare_word_keeps_its_meaning():
    titles = [*["shared calendar"] * 120, "shared calender"]
    result = expanded("shared calender.", *titles)
    assert all(not slot.variants for slot in result.query.slots)


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("mat kahu.", "mat khau."), ("mta khau.", "mat khau."), ("mat khu.", "mat khau.")],
)
def test_a_syllable_is_corrected_by_its_neighbour(typed, offered):
    titles = ("mật khẩu", *["khai báo"] * 5, *["khoa"] * 5, *["bát"] * 5)
    assert expanded(typed, *titles, locale="vi").did_you_mean == offered


def test_a_correct_word_that_no_article_has_is_not_called_a_mistake():
    titles = ("the king of Spain", "a kind man", "the kinds of cards")
    assert expanded("what sort of card.", "the fort of Spain", "card").did_you_mean is None
    assert expanded("what kind of card.", *titles).did_you_mean is None
