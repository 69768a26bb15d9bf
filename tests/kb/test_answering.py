"""What of a message is searched for, how its sentences weigh, what meaning adds."""

import pytest
from engines import article
from hostile_queries import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from word_embedder import WordEmbedder

from kb.answers.inquiry import (
    EMBEDDED_CHARACTERS,
    LETTERS_A_CHARACTER,
    MAX_CHARACTERS,
    MOST_ASKING,
    said_in,
)
from kb.answers.suggestions import Message
from kb.testing import MemoryEngine

ARTICLES = [
    article("invoice", "Pay an invoice", "Pay by card or by bank. An invoice is due in ten days."),
    article("garden", "Our garden", "My sister likes the roses. The roses bloom in June."),
    article("password", "Forgotten passphrase", "Choose another one in the settings."),
    article("mat-khau", "Đổi mật khẩu", "Vào phần cài đặt để đổi mật khẩu.", locale="vi"),
    article(
        "fa-piao", "發票付款", "請於十天內以信用卡付款。發票會寄到您的信箱。", locale="zh-Hant"
    ),
]


@pytest.fixture(scope="module")
def engine():
    return MemoryEngine(ARTICLES)


@pytest.fixture(scope="module")
def meaning():
    return MemoryEngine(ARTICLES, embedder=WordEmbedder())


def ask(engine, text, locale="en", limit=5):
    return engine.answers(Message(text, locale, limit), audience="public")


def test_the_sentences_that_ask_are_asked():
    said = said_in("Hello,\n\nthe roses were lovely. How do I pay an invoice?\n\nThanks\nTom")
    assert said.asking == ("How do I pay an invoice?",)
    assert said.text == "the roses were lovely. How do I pay an invoice?"


def test_where_nothing_asks_what_does_not_work_is_asked():
    said = said_in("I bought it in May. The card does not work any more.")
    assert said.asking == ("The card does not work any more.",)


def test_a_greeting_alone_is_still_something_to_search_for():
    assert said_in("Hello!").text


def test_of_many_questions_the_first_ones_are_asked():
    assert len(said_in("Where is it? " * 20).asking) == MOST_ASKING


def test_nothing_is_read_after_so_many_characters():
    assert len(said_in("word " * MAX_CHARACTERS).text) <= MAX_CHARACTERS


def test_small_talk_does_not_hide_what_is_asked(engine):
    talk = "My sister had roses in June."
    assert ask(engine, talk).answers[0].slug == "garden"
    assert ask(engine, f"{talk} When is the invoice due?").answers[0].slug == "invoice"


def test_small_talk_counts_where_two_articles_answer_the_question():
    cards = [
        article("shop", "Pay by card", "In the shop, hold the card to the reader."),
        article("web", "Pay by card", "On the website, type the number of the card."),
    ]
    text = "I am on the website now. How do I pay by card?"
    assert ask(MemoryEngine(cards), text).answers[0].slug == "web"


def test_why_is_told_in_the_words_of_the_customer(engine):
    first = ask(engine, "Is my INVOICE due already? The invoice, I mean.").answers[0]
    assert "INVOICE" in first.why
    assert "due" in first.why
    assert not {"my", "is", "already"} & set(first.why)


def test_why_joins_characters_that_make_a_word(engine):
    assert ask(engine, "發票要怎麼付款？", "zh-Hant").answers[0].why[0] in ("發票", "付款")


def test_meaning_finds_what_no_word_finds_and_says_how_near_it_is(engine, meaning):
    asked = "secret"
    assert "password" not in [each.slug for each in ask(engine, asked).answers]
    found = ask(meaning, asked)
    assert found.answers[0].slug == "password"
    assert found.evidence.nearness > 0
    assert ask(engine, "invoice").evidence.nearness is None


def test_of_a_long_message_a_few_sentences_are_embedded():
    embedder = WordEmbedder()
    engine = MemoryEngine(ARTICLES, embedder=embedder)
    before = len(embedder.asked)
    ask(engine, "The roses were lovely in June. " * 40 + "When is the invoice due?")
    asked = embedder.asked[before:]
    assert asked == ["When is the invoice due?"]
    ask(engine, "The roses were lovely in June, " * 40)
    assert all(len(text) <= EMBEDDED_CHARACTERS for text in embedder.asked[before:])
    before = len(embedder.asked)
    ask(engine, "請問發票什麼時候會寄到我的信箱裡面" * 10, "zh-Hant")
    (asked,) = set(embedder.asked[before:])
    assert len(asked) == EMBEDDED_CHARACTERS // LETTERS_A_CHARACTER


@pytest.mark.parametrize("repeated", [1, 5])
def test_a_vague_question_at_the_end_of_a_message_does_not_outweigh_its_words(meaning, repeated):
    told = "My invoice came, and I want to pay the invoice by card, not by bank. " * repeated
    assert ask(meaning, f"{told}Do you know the secret?").answers[0].slug == "invoice"


def test_without_articles_there_is_no_answer():
    found = ask(MemoryEngine([]), "When is the invoice due?")
    assert (found.state, found.answers, found.evidence) == ("none", (), None)


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_is_pasted_raises(engine, text):
    for locale in ("en", "vi", "zh-Hant"):
        found = ask(engine, text, locale)
        assert 0 <= found.confidence <= 1


@given(st.text(max_size=400), st.sampled_from(["en", "vi", "zh-Hant", "fr", ""]))
def test_any_text_gets_a_confidence_between_0_and_1(engine, text, locale):
    found = ask(engine, text, locale)
    assert 0 <= found.confidence <= 1
    assert all(len(each.passage) <= 300 for each in (*found.answers, *found.elsewhere))
    if not found.answers:
        assert found.state == "none"
