"""Every engine accounts for its answers, and never by what an audience may not see."""

from dataclasses import replace

import pytest
from engines import Engines, article
from word_embedder import WordEmbedder

from kb.search import Query, SearchEngine
from kb.testing import MemoryEngine

PUBLIC = (
    article("refund", "How do I get a refund?", "Refunds take a week.", aliases=("money-back",)),
    article("card", "Change your card", "A card can be changed at any time.\n\n## Fees\n\nNone."),
    article("the", "Hoàn tiền", "Hoàn tiền trong một tuần.", locale="vi"),
)
HIDDEN = (
    article("zanzibar", "Zanzibar refund", "Refunds in zanzibar.", audience="internal"),
    article("yonder", "Yonder refunds", "Refunds yonder.", status="draft"),
)
QUERIES = ("refund", "refunds card", "zanziba", "chang your cart", 'card -fees "a card"', "?")


@pytest.fixture(scope="session")
def guarded(kind: str, engines: Engines) -> SearchEngine:
    return engines.of(kind, [*PUBLIC, *HIDDEN])


@pytest.fixture(scope="session")
def bare(kind: str, engines: Engines) -> SearchEngine:
    return engines.of(kind, PUBLIC)


@pytest.mark.parametrize("text", QUERIES)
def test_the_account_of_a_search_adds_up_to_its_hits(guarded, text):
    for audience in ("public", "internal"):
        query = Query(text, "en", limit=50)
        found = guarded.search(query, audience=audience)
        account = guarded.explain(query, audience=audience)
        explained = {each.key: each for each in account.articles}
        hits = [*found.hits, *found.relaxed]
        assert list(explained) == [hit.key for hit in hits]
        for hit in hits:
            each = explained[hit.key]
            shares = [word.total for word in each.words] + [extra.share for extra in each.extras]
            assert sum(shares) == pytest.approx(hit.score, rel=1e-6)


@pytest.mark.parametrize("text", QUERIES)
@pytest.mark.parametrize("key", [None, "en/refund", "en/card", "en/zanzibar", "vi/the"])
def test_the_public_account_is_the_same_with_and_without_hidden_articles(guarded, bare, text, key):
    accounts = [e.explain(Query(text, "en"), key, audience="public") for e in (guarded, bare)]
    assert accounts[0] == accounts[1]


@pytest.mark.parametrize("key", ["en/zanzibar", "en/yonder"])
def test_a_hidden_article_is_as_unknown_as_one_that_never_existed(guarded, key):
    hidden, nowhere = (
        guarded.explain(Query("refund", "en"), k, audience="public") for k in (key, "en/no")
    )
    assert hidden.unknown == key
    assert replace(hidden, unknown="") == replace(nowhere, unknown="")


def test_those_who_may_read_an_article_are_told_of_it(guarded):
    account = guarded.explain(Query("refund", "en"), "en/zanzibar", audience="internal")
    assert [each.audience for each in account.articles] == ["internal"]


def test_what_is_unknown_is_looked_for_under_old_addresses_and_in_other_languages(guarded):
    moved = guarded.explain(Query("refund", "en"), "en/money-back", audience="public")
    assert moved.moved_to == "en/refund"
    other = guarded.explain(Query("refund", "en"), "en/the", audience="public")
    assert other.others == ("vi/the",)
    for strange in ("", "/", "xx/y", "en/" + "x" * 5000, "🙂/\x00"):
        account = guarded.explain(Query("refund", "en"), strange, audience="public")
        assert (account.unknown, account.articles) == (strange, ())


def test_an_article_of_another_language_is_searched_in_its_own(guarded):
    account = guarded.explain(Query("hoan tien", "en"), "vi/the", audience="public")
    assert (account.locale, account.articles[0].standing) == ("vi", "match")


@pytest.mark.parametrize("boost", [1.0, 0.5, 2.0])
@pytest.mark.parametrize("text", ["passphrase", "change the passphrase", "change", "Change it"])
def test_nearness_in_meaning_has_a_share_of_its_own(text, boost):
    articles = (
        article("a", "Change it", "The team can.\n\n## Who\n\nAny secret.", boost=boost),
        article("b", "Change it for a friend", "The team can change it."),
    )
    engine = MemoryEngine(articles, embedder=WordEmbedder())
    found = engine.search(Query(text, "en"), audience="public")
    account = engine.explain(Query(text, "en"), audience="public")
    kinds = set()
    for hit, each in zip([*found.hits, *found.relaxed], account.articles, strict=True):
        kinds |= {extra.kind for extra in each.extras}
        shares = [word.total for word in each.words] + [extra.share for extra in each.extras]
        assert sum(shares) == pytest.approx(hit.score, rel=1e-6)
    assert "meaning" in kinds


def test_an_article_that_is_offered_for_its_translation_says_so(kind, engines):
    engine = engines.of(
        kind,
        [
            article("wifi", "Connect to the network", "Choose it.", translation_key="w"),
            article("mang", "Kết nối mạng không dây", locale="vi", translation_key="w"),
        ],
    )
    query = Query("kết nối mạng không dây", "en")
    found = engine.search(query, audience="public")
    account = engine.explain(query, "en/wifi", audience="public")
    assert [hit.key for hit in found.elsewhere] == ["en/wifi"]
    assert account.is_offered
    assert account.articles[0].standing == "no_words"
    assert not engine.explain(Query("choose", "en"), "en/wifi", audience="public").is_offered


def test_a_locale_without_articles_has_nothing_to_explain(guarded):
    account = guarded.explain(Query("refund", "fr"), audience="public")
    assert (account.articles, account.unknown) == ((), "")
