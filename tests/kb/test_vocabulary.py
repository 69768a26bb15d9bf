"""The words of an index: how frequent, which begin so, in which letters."""

from hypothesis import given
from hypothesis import strategies as st

from kb.vocabulary import TermCounts

WORDS = {"card": 3, "care": 1, "cart": 3, "car": 2, "dog": 9, "c\U0010fffe": 1}


def test_frequencies_are_by_stream():
    counts = TermCounts({"exact": WORDS, "loose": {"dog": 1}})
    assert counts.frequency("exact", "dog") == 9
    assert counts.frequency("loose", "dog") == 1
    assert counts.frequency("exact", "cow") == counts.frequency("pair", "dog") == 0


def test_words_with_a_prefix_come_by_frequency_then_by_the_alphabet():
    counts = TermCounts({"exact": WORDS})
    assert counts.with_prefix("exact", "car", 10) == ["card", "cart", "car", "care"]
    assert counts.with_prefix("exact", "car", 2) == ["card", "cart"]
    assert counts.with_prefix("exact", "x", 10) == counts.with_prefix("pair", "car", 10) == []


@given(st.dictionaries(st.text(max_size=4), st.integers(1, 5), max_size=30), st.text(max_size=2))
def test_every_word_with_the_prefix_is_there(words, prefix):
    found = TermCounts({"exact": words}).with_prefix("exact", prefix, 100)
    assert sorted(found) == sorted(word for word in words if word.startswith(prefix))


def test_letters_are_those_that_words_are_written_with():
    counts = TermCounts(
        {"exact": {"đường": 1, "a": 1, "x2": 1}, "loose": {"zoo": 2}, "pair": {"q q": 1}}
    )
    assert counts.letters == "".join(sorted("đườngzo"))


def test_letters_are_few_however_many_characters_there_are():
    words = {chr(0x4E00 + n) + chr(0x5000 + n): 1 for n in range(500)}
    assert len(TermCounts({"exact": words}).letters) == 60


def test_an_empty_index_has_no_words():
    counts = TermCounts({})
    assert counts.letters == ""
    assert counts.frequency("exact", "a") == 0
    assert counts.with_prefix("exact", "", 5) == []
