"""Pasted messages: which of their words are searched for, and how they are scored."""

import random
import string

import pytest
from corpora import corpus, locales, reader_of, seeds, typed, words
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.queries.expansion import expand
from kb.queries.messages import MOST_TELLING, Words, shortened
from kb.queries.query import MAX_CHARACTERS, MAX_MESSAGE, ParsedQuery, parse
from kb.results.scoring import COVERAGE_SHARE, PROSE_COVERAGE_SHARE, PROSE_HEAD_WEIGHT, score
from kb.segments.reader import IndexReader
from kb.words.analysis import analyzer_for

GREETING = "Hello dear team, I hope that you are well and that the weather is fine where you are. "
ABOUT_CARDS = [
    Article("lost", "en", "Lost card", "Block the card at once. Then order a new one."),
    Article("hours", "en", "Opening hours", "We are open on weekdays. The weather is no reason."),
    Article("fees", "en", "Fees", "A new card costs five euros. Blocking is free."),
]


def read(text: str, reader: IndexReader, locale: str = "en") -> ParsedQuery:
    analyzer = analyzer_for(locale)
    message = parse(text, analyzer)
    assert message.is_message
    return shortened(message, reader, analyzer)


def test_a_message_is_searched_by_its_rarest_known_words_each_once():
    reader = reader_of(ABOUT_CARDS)
    query = read(GREETING * 4 + "I lost my card. How to block the lost card? Yours, Zed", reader)
    expanded = expand(query, reader, analyzer_for("en"))
    assert expanded.did_you_mean is None
    words = [slot.word for slot in expanded.query.slots if slot.word]
    assert len(words) == len(set(words))
    assert {"lost", "card", "block"} <= set(words)
    assert "zed" not in words
    assert query.title == ""


def test_words_that_did_not_stand_together_are_no_pair():
    reader = reader_of(ABOUT_CARDS)
    query = read("lost unknownword card, block and block, a new one. " * 8, reader)
    pairs = {slot.terms[0].text for slot in query.slots if slot.terms[0].stream == "pair"}
    assert "lost card" not in pairs
    assert "new one" in pairs


def test_of_many_known_words_a_bounded_number_is_searched_for():
    words = [a + b for a in string.ascii_lowercase[:10] for b in string.ascii_lowercase[:10]]
    reader = reader_of([Article("all", "en", "Words", " ".join(words))])
    query = read(" ".join(words + words) + "." * MAX_CHARACTERS, reader)
    expanded = expand(query, reader, analyzer_for("en"))
    assert sum(1 for slot in expanded.query.slots if slot.word) == MOST_TELLING


def test_a_part_of_a_message_tells_as_much_as_its_words_are_rare():
    reader = reader_of(ABOUT_CARDS)
    words = Words(("My card is lost.", "What is new?"), reader, analyzer_for("en"))
    assert words.told_by("My card is lost. What is new?") == pytest.approx(1)
    assert 0 < words.told_by("What is new?") < 0.5 < words.told_by("My card is lost.") < 1
    assert words.told_by("nothing of it") == 0
    assert Words(("?!",), reader, analyzer_for("en")).told_by("?!") == 1


def test_heads_count_more_and_coverage_less_for_a_message():
    reader = reader_of(ABOUT_CARDS)
    query = read(GREETING * 4 + "lost card", reader)
    few, prose = (score(query._replace(wordiness=part), reader) for part in (0.0, 1.0))
    heads = few.base - COVERAGE_SHARE * few.covered
    expected = PROSE_HEAD_WEIGHT * heads + PROSE_COVERAGE_SHARE * few.covered
    assert prose.base == pytest.approx(expected)


@pytest.mark.parametrize(
    ("locale", "word", "few", "prose"), [("en", "card ", 12, 24), ("zh-Hant", "書", 24, 50)]
)
def test_prose_begins_with_twelve_words_and_counts_characters_as_half_of_one(
    locale, word, few, prose
):
    def wordiness(count: int) -> float:
        return parse(word * count, analyzer_for(locale)).wordiness

    assert wordiness(few) == 0
    assert 0 < wordiness((few + prose) // 2) < 1
    assert wordiness(prose) == 1


@pytest.mark.parametrize("locale", ["en", "vi", "zh-Hant"])
@given(seed=st.integers(0, 10_000))
def test_characters_are_chosen_with_their_neighbours_and_nothing_raises(locale, seed):
    chance = random.Random(seed)
    reader = reader_of(corpus(chance, locale, 6))
    text = " ".join(typed(chance, locale) for _ in range(40)) + " " + "x" * MAX_CHARACTERS
    query = read(text, reader, locale)
    for i, token in enumerate(query.tokens):
        if token.follows:
            assert query.tokens[i - 1].end <= token.start
            assert not token.is_char or query.tokens[i - 1].end == token.start
    slots = expand(query, reader, analyzer_for(locale)).query.slots
    assert len({slot.terms for slot in slots}) <= 4 * MOST_TELLING


@given(seeds, locales, st.integers(1, 12), st.integers(0, 40))
def test_some_sentences_of_a_message_ask_what_they_would_ask_alone(chance, locale, count, most):
    reader, analyzer = reader_of(corpus(chance, locale, 6)), analyzer_for(locale)
    sentences = [" ".join(words(chance, locale, most).split()) for _ in range(count)]
    chosen = [number for number in range(count) if chance.random() < 0.5]
    message = Words(sentences, reader, analyzer)
    for numbers in (chosen, range(count), chosen):
        text = " ".join(sentences[number] for number in numbers)
        query = message.query(message.of(numbers), len(text))
        alone = parse(text, analyzer)
        if alone.is_message:
            alone = shortened(alone, reader, analyzer)
        assert [slot._replace(start=0) for slot in query.slots] == [
            slot._replace(start=0) for slot in alone.slots
        ]
        assert (query.title, query.wordiness) == (alone.title, alone.wordiness)
        for token in query.tokens:
            assert analyzer.tokens(message.text[token.start : token.end])[0].exact == token.exact


def test_quotes_and_minus_signs_of_a_message_mean_nothing():
    message = Words(['My "lost card" -block it'], reader_of(ABOUT_CARDS), analyzer_for("en"))
    query = message.query(message.read(), len(message.text))
    assert {"lost", "card", "block"} <= {slot.word for slot in query.slots}
    assert (query.required, query.excluded, query.unfinished) == ((), (), None)


def test_far_into_a_long_message_only_what_asks_is_read():
    sentences = ["card " * MAX_MESSAGE, "How to block it?"]
    message = Words(sentences, reader_of(ABOUT_CARDS), analyzer_for("en"))
    assert {token.exact for token in message.read()} == {"card"}
    assert message.read()[-1].end <= MAX_MESSAGE
    assert [token.exact for token in message.of([1])] == ["how", "to", "block", "it"]
