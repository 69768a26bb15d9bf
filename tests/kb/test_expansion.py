"""What words may also have meant, from the words that the index holds."""

import pytest
from corpora import reader_of

from kb.article import Article
from kb.queries.correction import CORRECTION_WEIGHT, MAX_CORRECTIONS
from kb.queries.expansion import (
    COMPLETION_WEIGHT,
    MAX_COMPLETIONS,
    MAX_CORRECTED_WORDS,
    Expanded,
    expand,
)
from kb.queries.query import parse
from kb.search import Query
from kb.segments.reader import IndexReader
from kb.testing import MemoryEngine
from kb.words.analysis import analyzer_for


def index(locale: str, *texts: str) -> IndexReader:
    """Return an index of these texts, a title each."""
    return reader_of([Article(f"a{n}", locale, text, "") for n, text in enumerate(texts)])


def expanded(typed: str, *texts: str, locale: str = "en") -> Expanded:
    analyzer = analyzer_for(locale)
    return expand(parse(typed, analyzer), index(locale, *texts), analyzer)


def readings(result: Expanded, slot: int = 0) -> list[str]:
    return [variant.term.text for variant in result.query.slots[slot].variants]


def test_an_unfinished_word_also_stands_for_those_it_begins():
    result = expanded("prin", "print a page", "printer", "printer", "prince", "paper")
    # By their stems, the most frequent word first.
    assert readings(result) == ["printer", "princ", "print"]
    assert {v.weight for v in result.query.slots[0].variants} == {COMPLETION_WEIGHT}
    assert result.query.slots[0].terms[1].text == "prin"
    assert result.did_you_mean is None


def test_a_finished_word_is_not_completed():
    assert readings(expanded("print?", "printer", "print")) == []


def test_one_letter_is_not_completed():
    assert readings(expanded("p", "printer", "paper")) == []


def test_the_pair_of_an_unfinished_word_is_completed_too():
    result = expanded("quiet ro", "a quiet room", "a quiet road")
    assert readings(result, 2) == ["quiet road", "quiet room"]


def test_completions_are_capped():
    words = [f"ab{chr(97 + i)}{chr(97 + j)}" for i in range(10) for j in range(10)]
    assert len(readings(expanded("ab", *words))) == MAX_COMPLETIONS


@pytest.mark.parametrize("typed", ["pasword.", "passsword.", "passwrod.", "passwort.", "bassword."])
def test_a_word_one_edit_away_is_corrected(typed):
    result = expanded(typed, "password", "paper")
    assert readings(result) == ["password"]
    assert result.query.slots[0].variants[0].weight == CORRECTION_WEIGHT
    assert result.did_you_mean == "password."


@pytest.mark.parametrize("typed", ["password", "passwords", "pa55word", "pword", "ppasword", "cap"])
def test_known_words_numbers_short_and_distant_words_are_not_corrected(typed):
    result = expanded(f"{typed}.", "password", "cat")
    assert readings(result) == []
    assert result.did_you_mean is None


def test_the_most_frequent_correction_is_offered_and_ties_go_by_the_alphabet():
    assert expanded("cart.", "card", "card", "care").did_you_mean == "card."
    assert expanded("carx.", "care", "card").did_you_mean == "card."


def test_corrections_are_capped():
    result = expanded("baxe.", "bake", "bade", "bane", "bare", "base")
    assert len(readings(result)) == MAX_CORRECTIONS
    many = expanded("aaaab bbbba ccccb dddda eeeeb ffffa.", "aaaac bbbbc ccccd ddddc eeeec ffffc")
    corrected = [slot for slot in many.query.slots if slot.word and slot.variants]
    assert len(corrected) == MAX_CORRECTED_WORDS


def test_the_suggestion_keeps_all_else_as_it_was_typed():
    result = expanded('My  "PASWORD" -old, pleese!', "password", "please")
    assert result.did_you_mean == 'My "password" -old, please!'


def test_the_pairs_of_a_corrected_word_are_corrected():
    result = expanded("new pasword here", "new password here")
    variants = [variant for slot in result.query.slots for variant in slot.variants]
    pairs = [v.term.text for v in variants if v.term.stream == "pair"]
    assert pairs == ["new password", "password here"]


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("mật khẫu.", "mật khẩu."),
        ("mật khâu.", "mật khẩu."),
        ("mật khau.", "mật khẩu."),
        ("mật khẩuu.", "mật khẩu."),
        ("mat khauu.", "mat khau."),
        ("mật khẩu.", None),
        ("mat khau.", None),
    ],
)
def test_vietnamese_is_corrected_in_its_accents(typed, offered):
    assert expanded(typed, "mật khẩu", "khẩu", locale="vi").did_you_mean == offered


def test_an_accent_that_nobody_writes_stands_for_the_syllable():
    result = expanded("mật khẫu.", "mật khẩu", locale="vi")
    (variant,) = result.query.slots[1].variants
    assert (variant.term.stream, variant.term.text) == ("loose", "khau")


def test_chinese_is_not_corrected():
    result = expanded("密馬", "密碼", locale="zh-Hant")
    assert result.did_you_mean is None
    assert all(not slot.variants for slot in result.query.slots)


def test_an_empty_index_changes_nothing():
    result = expanded("password reset")
    assert result.query == parse("password reset", analyzer_for("en"))
    assert result.did_you_mean is None


def test_words_of_another_language_are_not_corrected_into_this_one():
    text = "Hong Kong doc. Teams has a dash. Hold the dang key."
    engine = MemoryEngine([Article("a", "en", "Teams", text, audience="public")])

    def offered(typed: str) -> str | None:
        return engine.search(Query(typed, "en"), audience="public").did_you_mean

    assert offered("teams khong dashh holdd") is None
    assert offered("dashh") == "dash"
    assert offered("teams dashh") == "teams dash"
