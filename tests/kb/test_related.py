"""Words of one family help each other, and nothing is found by family alone."""

import pytest

from kb.article import Article
from kb.queries.expansion import expand
from kb.queries.messages import shortened
from kb.queries.query import MAX_CHARACTERS, parse
from kb.queries.related import LEAST_SHARED, MOST_RELATED, RELATED_WEIGHT, related
from kb.results.scoring import score
from kb.search import Query
from kb.testing import MemoryEngine, memory_reader
from kb.words.analysis import analyzer_for

WORDS = (
    "verify verification verified activate activating transfer transferring transport declined "
    "card cardinal card2 payment"
)


def reader_of(*titles: str, locale: str = "en"):
    return memory_reader(
        [Article(f"a{n}", locale, title, "", audience="public") for n, title in enumerate(titles)]
    )


def family(word: str, reader=None) -> dict[str, float]:
    found = related(analyzer_for("en").forms(word)[1], reader or reader_of(WORDS))
    return {variant.term.text: variant.weight for variant in found}


def titles(text: str, *articles: str, locale: str = "en") -> list[str]:
    engine = MemoryEngine(
        [Article(f"a{n}", locale, title, "", audience="public") for n, title in enumerate(articles)]
    )
    results = engine.search(Query(text, locale), audience="public")
    return [hit.title for hit in (*results.hits, *results.relaxed)]


def test_a_family_is_what_shares_most_of_its_letters_from_the_first_on():
    assert family("verify") == {"verif": pytest.approx(RELATED_WEIGHT * 10 / 11)}
    assert family("transfer") == {}
    assert family("transport") == {}


def test_what_is_short_or_no_word_has_no_family():
    assert family("car") == {}
    assert family("card2") == {}


def test_words_that_share_too_little_are_none():
    reader = reader_of("control contract contractor")
    assert family("control", reader) == {}
    assert list(family("contract", reader)) == ["contractor"]
    assert 2 * len("contr") / len("controlcontract") < LEAST_SHARED


def test_a_family_has_a_bounded_size_and_the_nearest_come_first():
    near = [f"settle{letter}" for letter in "bcdfghkmpqvwxz"]
    found = family("settle", reader_of(" ".join(["settle", *near, "settlebb"])))
    assert len(found) == MOST_RELATED
    assert "settlebb" not in found


def test_the_article_that_says_it_with_another_word_of_the_family_comes_first():
    articles = ("Your identity", "Identity verification", "Identity cards", "Verify a card")
    found = [title for title in titles("verify my identity ", *articles) if "dentity" in title]
    assert found[0] == "Identity verification"


def test_an_article_is_not_found_by_family_alone():
    assert titles("verify ", "Verification") == []


def test_what_a_family_gives_covers_nothing_more():
    reader = reader_of("Identity verification", "Identity", "Verify")
    expanded = expand(parse("verify identity ", analyzer_for("en")), reader, analyzer_for("en"))
    scores = score(expanded.query, reader)
    assert scores.covered[0] == scores.covered[1] < scores.asked
    assert scores.base[0] > scores.base[1]


def test_vietnamese_syllables_and_messages_have_no_families():
    vietnamese = reader_of("nghiêng nghiên", locale="vi")
    analyzer = analyzer_for("vi")
    slots = expand(parse("nghien ", analyzer), vietnamese, analyzer).query.slots
    assert not any(slot.related for slot in slots)
    reader = reader_of("verify verification")
    message = "Please verify it. " * (MAX_CHARACTERS // 10)
    analyzer = analyzer_for("en")
    parsed = shortened(parse(message, analyzer), reader, analyzer)
    assert parsed.is_message
    assert parsed.slots
    assert not any(slot.related for slot in expand(parsed, reader, analyzer).query.slots)


def test_an_explanation_says_which_words_of_the_family_counted():
    engine = MemoryEngine(
        [
            Article("a", "en", "Identity verification", "", audience="public"),
            Article("b", "en", "Verify a card", "", audience="public"),
        ]
    )
    account = engine.explain(Query("verify identity ", "en"), audience="public")
    assert account.read.words[0].related == ("verification",)
    hit = next(each for each in account.articles if each.key == "en/a")
    (word,) = (each for each in hit.words if each.text == "verify")
    assert {term.via for term in word.terms} == {"related"}
    assert word.coverage == 0
