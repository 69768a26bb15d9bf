"""What no search engine may let the public see, held against all of them.

Each hidden article carries a word of its own, the canary. The public half of an engine with them
has to be, in every answer, the public half of an engine without them.
"""

from datetime import timedelta

import pytest
from engines import NOW, Engines, article

from kb.article import Article
from kb.search import Query, SearchEngine

PUBLIC = [
    article(
        "refund",
        "How do refunds work?",
        "A refund takes five days.\n\n## By card\n\nIt goes to the same card.",
        topic="money",
        tags=("money",),
        translation_key="refund",
    ),
    article(
        "invoice",
        "Where is my invoice?",
        "Every invoice lies in your account.",
        topic="money",
        questions=("I need a bill",),
    ),
    article(
        "delivery",
        "When does the parcel arrive?",
        "A parcel takes two days.",
        topic="parcels",
    ),
]
# What makes each of them hidden, and its canary.
HIDDEN = {
    "zanzibar": {"audience": "internal"},
    "quokka": {"status": "draft"},
    "wombat": {"status": "archived"},
    "axolotl": {"publish_at": NOW + timedelta(days=1)},
    "platypus": {"expire_at": NOW - timedelta(days=1)},
}


def hidden(word: str) -> Article:
    return article(
        f"{word}-refund",
        f"How do {word} refunds work?",
        f"A {word} refund is for the parcel of a friend.\n\n## The {word} card\n\nIt is {word}.",
        questions=(f"I need a {word} bill",),
        tags=(word,),
        topic=f"{word}-topic",
        aliases=(f"{word}-alias",),
        translation_key="refund",
        **HIDDEN[word],
    )


INTERNAL_VI = article(
    "noi-bo",
    "Hoàn tiền zanzibar",
    locale="vi",
    audience="internal",
    translation_key="refund",
)
QUERIES = (
    "refund",
    "refunds parcel",
    "how do refunds work",
    "card",
    "invoice bill",
    "friend",
    "How",
)


@pytest.fixture(scope="session")
def guarded(kind: str, engines: Engines) -> SearchEngine:
    return engines.of(kind, [*PUBLIC, *map(hidden, HIDDEN), INTERNAL_VI])


@pytest.fixture(scope="session")
def bare(kind: str, engines: Engines) -> SearchEngine:
    return engines.of(kind, PUBLIC)


@pytest.mark.parametrize("word", HIDDEN)
def test_a_hidden_article_is_nowhere_in_public(guarded, word):
    key = f"en/{word}-refund"
    for text in (word, f"{word} refund", f'"{word}"', word[:-1], f"{word} refunds work", "refund"):
        found = guarded.search(Query(text, "en", limit=50), audience="public")
        shown = repr((found.hits, found.relaxed, found.elsewhere, found.topics, found.did_you_mean))
        assert word not in shown
        found = guarded.search(Query(text, "en", topic=f"{word}-topic"), audience="public")
        assert (found.total, found.hits, found.relaxed, found.elsewhere) == (0, (), (), ())
    for prefix in (word, word[:3], f"how do {word[:2]}", f"the {word}", f"i need a {word}"):
        assert word not in repr(guarded.complete(prefix, locale="en", audience="public"))
    assert guarded.page(key, audience="public") is None
    assert guarded.similar(key, audience="public") == ()
    assert word not in repr(guarded.similar("en/refund", audience="public", limit=50))
    for path in (f"{word}-alias", f"{word}-refund", key):
        assert guarded.resolve(path, locale="en", audience="public") is None
    assert word not in repr(guarded.articles("en", audience="public"))
    assert word not in repr(guarded.topics("en", audience="public"))
    assert list(guarded.translations(key, audience="public")) == []
    assert list(guarded.translations("en/refund", audience="public")) == []


@pytest.mark.parametrize("word", HIDDEN)
def test_the_spelling_of_a_hidden_word_is_not_suggested(guarded, word):
    wrong = word[:2] + "x" + word[3:]
    for text in (wrong, f"{wrong} refund", word[:-1] + "q"):
        assert guarded.search(Query(text, "en"), audience="public").did_you_mean is None


@pytest.mark.parametrize("text", QUERIES)
def test_public_answers_are_the_same_with_and_without_hidden_articles(guarded, bare, text):
    answers = []
    for engine in (guarded, bare):
        found = engine.search(Query(text, "en", limit=50), audience="public")
        answers.append(
            (
                [(hit.key, hit.score, hit.snippet) for hit in (*found.hits, *found.relaxed)],
                (found.total, found.topics, found.did_you_mean),
                engine.complete(text, locale="en", audience="public"),
            )
        )
    assert answers[0] == answers[1]


def test_public_lists_are_the_same_with_and_without_hidden_articles(guarded, bare):
    answers = [
        (
            engine.articles("en", audience="public"),
            engine.topics("en", audience="public"),
            [engine.similar(a.key, audience="public") for a in PUBLIC],
            [engine.page(a.key, audience="public") for a in PUBLIC],
            engine.state(audience="public").locales,
        )
        for engine in (guarded, bare)
    ]
    assert answers[0] == answers[1]


def test_a_locale_with_only_hidden_articles_is_not_there_in_public(guarded):
    assert guarded.state(audience="public").locales == ("en",)
    assert guarded.search(Query("hoàn tiền", "vi"), audience="public").total == 0
    assert guarded.state(audience="internal").locales == ("en", "vi")


def test_agents_find_internal_and_public_articles_but_nothing_that_is_not_live(guarded):
    found = guarded.search(Query("refund", "en", limit=50), audience="internal")
    assert {hit.slug for hit in found.hits} == {"refund", "zanzibar-refund"}
    assert {hit.slug: hit.audience for hit in found.hits} == {
        "refund": "public",
        "zanzibar-refund": "internal",
    }
    assert guarded.page("en/zanzibar-refund", audience="internal") is not None
    assert guarded.resolve("zanzibar-alias", locale="en", audience="internal") == (
        "en/zanzibar-refund"
    )
    assert [s.key for s in guarded.translations("en/refund", audience="internal")] == [
        "en/zanzibar-refund",
        "vi/noi-bo",
    ]
    misspelt = guarded.search(Query("zanzibat", "en"), audience="internal")
    assert misspelt.did_you_mean == "zanzibar"


@pytest.mark.parametrize("word", [word for word in HIDDEN if word != "zanzibar"])
def test_what_is_not_live_is_hidden_from_agents_too(guarded, word):
    assert guarded.page(f"en/{word}-refund", audience="internal") is None
    found = guarded.search(Query(word, "en"), audience="internal")
    assert word not in repr((found.hits, found.relaxed, found.did_you_mean))
