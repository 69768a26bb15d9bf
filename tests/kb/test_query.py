"""What people type, read into slots, phrases and exclusions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.queries.query import (
    EXACT_WEIGHT,
    FOLDED_PAIR_WEIGHT,
    MAX_CHARACTERS,
    MAX_MESSAGE,
    MAX_WORDS,
    PAIR_WEIGHT,
    STOP_WEIGHT,
    WORDS_A_CHARACTER,
    ParsedQuery,
    parse,
)
from kb.words.analysis import analyzer_for


def read(text: str, locale: str = "en") -> ParsedQuery:
    return parse(text, analyzer_for(locale))


def terms(query: ParsedQuery) -> list[list[tuple[str, str]]]:
    return [[(term.stream, term.text) for term in slot.terms] for slot in query.slots]


def test_english_words_are_stems_with_the_exact_word_beside():
    query = read("Renewing loans")
    assert terms(query) == [
        [("loose", "renew"), ("exact", "renewing")],
        [("loose", "loan"), ("exact", "loans")],
        [("pair", "renew loan")],
    ]
    assert query.slots[0].terms[1].weight == EXACT_WEIGHT
    assert (query.slots[2].weight, query.slots[2].counts) == (PAIR_WEIGHT, False)


def test_accented_vietnamese_asks_for_the_accents_and_folded_pairs():
    query = read("mật khau", "vi")
    assert terms(query) == [
        [("exact", "mât\u0323")],
        [("exact", "khau")],
        [("pair", "mat khau")],
    ]
    assert query.slots[2].weight == FOLDED_PAIR_WEIGHT


def test_unaccented_vietnamese_asks_for_folded_words():
    assert terms(read("mat khau", "vi")) == [
        [("loose", "mat")],
        [("loose", "khau")],
        [("pair", "mat khau")],
    ]


def test_chinese_asks_for_pairs_and_for_characters_a_little():
    query = read("重設密碼", "zh-Hant")
    assert [slot.terms[0].text for slot in query.slots if slot.counts] == ["重设", "设密", "密码"]
    assert [slot.terms[0].text for slot in query.slots if not slot.counts] == list("重设密码")


def test_a_single_chinese_character_counts():
    assert [slot.counts for slot in read("書", "zh-Hant").slots] == [True]


@pytest.mark.parametrize(
    ("locale", "text", "word"),
    [("en", "how printer", "how"), ("vi", "nào máy", "nao\u0300"), ("vi", "nao may in", "nao")],
)
def test_stop_words_weigh_little(locale, text, word):
    query = read(text, locale)
    weights = {slot.word: slot.weight for slot in query.slots if slot.word}
    assert weights.pop(word) == STOP_WEIGHT
    assert 1.0 in weights.values()


@pytest.mark.parametrize("text", ["renew", "how do i renew", "a", "-x renew"])
def test_the_last_word_may_be_unfinished(text):
    query = read(text)
    assert query.unfinished is not None
    assert query.slots[query.unfinished].word == text.split()[-1]


@pytest.mark.parametrize("text", ["renew.", "renew?", '"renew"', "renew -x", ""])
def test_the_last_word_is_finished_when_something_follows(text):
    assert read(text).unfinished is None


def test_spaces_around_do_not_matter():
    assert read("  renew \t\n loan ") == read("renew loan")


@pytest.mark.parametrize(
    "text", ['"quiet room" book', "“quiet room” book", "「quiet room」", " 『quiet room』 "]
)
def test_quotes_of_all_kinds_require_pairs_and_exact_words(text):
    (required,) = read(text).required
    assert {(term.stream, term.text) for term in required} == {
        ("pair", "quiet room"),
        ("exact", "quiet"),
        ("exact", "room"),
    }


def test_a_quoted_phrase_of_plain_vietnamese_stands_for_any_accents():
    (required,) = read('"mat khau"', "vi").required
    assert {term.stream for term in required} == {"pair", "loose"}
    (required,) = read('"mật khẩu"', "vi").required
    assert {term.stream for term in required} == {"pair", "exact"}


@pytest.mark.parametrize("text", ['"', '""', '" "', '"...', "“a", '"?!"'])
def test_quotes_around_nothing_ask_for_nothing(text):
    assert read(text).required == ()


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        ("book -film", ["film"]),
        ("-film book -cd", ["film", "cd"]),
        ("book −film", ["film"]),
        ('book -"blue film"', ["blue", "film"]),
        ("wi-fi", []),
        ("--json", []),
        ("book - film", []),
        ("a -", []),
    ],
)
def test_a_minus_before_a_word_excludes_it(text, left_out):
    query = read(text)
    words = [term.text for group in query.excluded for term in group if term.stream == "exact"]
    assert words == left_out
    assert not {slot.word for slot in query.slots} & set(left_out)


def test_only_an_exclusion_is_an_empty_query():
    assert read("-film").is_empty
    assert read("").is_empty
    assert not read("film").is_empty


def test_offsets_are_those_of_the_cleaned_text():
    query = read("  -old   “new”  CARD ")
    assert query.text == "-old “new” CARD"
    words = [slot for slot in query.slots if slot.word]
    read_again = [query.text[slot.start :][: len(slot.word)] for slot in words]
    assert read_again == ["new", "CARD"]


@given(st.text(st.characters(), max_size=2_000), st.sampled_from(["en", "vi", "zh-Hant", "th"]))
def test_every_text_is_read_and_bounded(text, locale):
    query = read(text, locale)
    assert len(query.text) <= MAX_CHARACTERS
    assert len(query.slots) <= 2 * MAX_WORDS
    assert query.unfinished is None or query.slots[query.unfinished].word
    query.text.encode("utf-8")


@pytest.mark.parametrize(
    "quoted", ["my 「quiet room」", "「quiet」 or 「room」", "«quiet room» book"]
)
def test_brackets_and_guillemets_within_a_sentence_require_nothing(quoted):
    assert read(quoted).required == ()


@pytest.mark.parametrize(
    ("locale", "word", "most"),
    [
        ("en", "a ", MAX_WORDS),
        ("zh-Hant", "書", MAX_WORDS / WORDS_A_CHARACTER),
        ("zh-Hant", "書a ", MAX_WORDS / (1 + WORDS_A_CHARACTER)),
    ],
)
def test_a_query_has_a_bounded_number_of_words_and_more_are_a_message(locale, word, most):
    assert not read(word * int(most), locale).is_message
    assert read(word * (int(most) + 1), locale).is_message


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
def test_what_is_longer_than_a_query_is_a_message_without_operators(locale):
    text = 'It says "no such card" and -Force does not help. ' * 40
    message = read(text, locale)
    assert message.is_message
    assert (message.required, message.excluded, message.unfinished) == ((), (), None)
    assert len(message.text) <= MAX_MESSAGE
    assert not read(text[:50], locale).is_message
    assert read("x" * (MAX_CHARACTERS + 1), locale).is_message
    assert len(read("word " * 100_000, locale).text) <= MAX_MESSAGE
