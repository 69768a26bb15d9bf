"""The explanation of a hit adds up to its score, and says what a writer can act on."""

from datetime import UTC, datetime, timedelta

import pytest
from corpora import corpus, locales, query, reader_of, seeds, typed
from hypothesis import given, settings
from hypothesis import strategies as st
from word_embedder import WordEmbedder

from kb.article import Article
from kb.explaining.explain import explain
from kb.explaining.explain_words import Place, factor_of, word_shares
from kb.results.scoring import score
from kb.search import Query
from kb.searcher import Searcher
from kb.testing import MemoryEngine, synonyms_of
from kb.words.analysis import analyzer_for

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def searcher_of(*articles: Article, segments: int = 1) -> Searcher:
    return Searcher(reader_of(articles, segments), articles[0].locale)


def one(searcher: Searcher, text: str, key: str, **options):
    return explain(searcher, Query(text, searcher.locale, **options), NOW, key).articles[0]


def close(value: float) -> object:
    return pytest.approx(value, rel=1e-6, abs=1e-6)


@settings(max_examples=40)
@given(seeds, locales, st.integers(1, 3))
def test_the_shares_of_every_hit_add_up_to_its_score(chance, locale, segments):
    articles = corpus(chance, locale, chance.randint(1, 12))
    searcher = searcher_of(*articles, segments=segments)
    titles = [article.title for article in articles]
    text = chance.choice((typed(chance, locale), chance.choice(titles), chance.choice(titles)[:5]))
    asked = Query(text, locale, limit=20)
    results = searcher.search(asked, NOW)
    hits = [*results.hits, *results.relaxed]
    explained = explain(searcher, asked, NOW).articles
    assert [each.key for each in explained] == [hit.key for hit in hits]
    for each, hit in zip(explained, hits, strict=True):
        words = sum(word.total for word in each.words)
        assert words + sum(extra.share for extra in each.extras) == close(hit.score)
        assert (each.score, each.heading, each.anchor) == (hit.score, hit.heading, hit.anchor)
        for word in each.words:
            assert sum(term.head for term in word.terms) == close(word.head)
            assert sum(term.passage for term in word.terms) == close(word.passage)
            assert min(word.head, word.passage, word.coverage) >= 0
        alone = explain(searcher, asked, NOW, each.key).articles[0]
        assert (alone.standing, alone.rank) == (each.standing, each.rank)
        assert alone.words == each.words


RESET = Article(
    "reset",
    "en",
    title="Reset your password",
    body="Intro.\n\n## When mails fail\n\nWe send passwords again and again.",
    questions=("I forgot my login",),
    tags=("account",),
    audience="public",
)
CARD = Article("card", "en", title="Renew a card", body="Cards last a year.", audience="public")
BOTH = searcher_of(RESET, CARD)


def test_a_word_says_where_and_as_what_it_was_found():
    found = one(BOTH, "password cards ", "en/reset")
    (word,) = found.words
    assert (word.text, word.is_stop) == ("password", False)
    stem = next(term for term in word.terms if term.form == "stem")
    assert (stem.text, stem.via, stem.parts) == ("password", "typed", ("title", "body"))
    assert found.heading == "When mails fail"
    assert found.missing == ("cards",)
    assert [each.text for each in one(BOTH, "login ", "en/reset").words] == ["login"]
    assert one(BOTH, "login ", "en/reset").words[0].terms[0].parts == ("questions",)
    assert one(BOTH, "account ", "en/reset").words[0].terms[0].parts == ("tags",)


@pytest.mark.parametrize(
    ("text", "via", "found_as"),
    [
        pytest.param("passw", "completion", "password", id="unfinished"),
        pytest.param("pasword ", "correction", "password", id="misspelt"),
        pytest.param("password ", "typed", "password", id="as typed"),
    ],
)
def test_a_word_says_how_it_came_to_stand_for_what_was_found(text, via, found_as):
    found = one(BOTH, text, "en/reset").words[0].terms
    assert {(term.via, term.text) for term in found} == {(via, found_as)}


def test_the_reading_of_the_query_is_told():
    read = explain(BOTH, Query('how pasword "renew a" -year car', "en"), NOW).read
    assert [word.text for word in read.words] == ["how", "pasword", "renew", "a", "car"]
    assert [word.is_stop for word in read.words] == [True, False, False, True, False]
    assert read.words[1].corrections == ("password",)
    assert not read.words[1].articles_hold_it
    assert read.words[2].articles_hold_it
    assert "card" in read.words[4].completions
    assert (read.phrases, read.left_out) == (("renew a",), ("year",))
    assert read.did_you_mean == 'how password "renew a" -year car'


def test_a_stem_is_shown_as_a_word_that_has_it():
    article = Article("a", "en", title="Categories", body="Happily failing", audience="public")
    read = explain(searcher_of(article), Query("happil catego", "en"), NOW).read
    assert read.words[0].corrections == ("happily",)
    assert read.words[1].completions == ("categories",)


@pytest.mark.parametrize(
    ("locale", "rule", "text", "title", "told"),
    [
        pytest.param("en", "cash back, refund", "cash back ", "Refunds", "refund", id="English"),
        pytest.param("vi", "hoàn tiền, trả lại", "tra lai", "Hoàn tiền", "hoàn tiền", id="vi"),
        pytest.param("zh-Hant", "退款, 拿回錢", "退款", "拿回錢", "拿回錢", id="Chinese"),
    ],
)
def test_a_synonym_says_what_was_meant_and_what_it_gave(locale, rule, text, title, told):
    article = Article("a", locale, title=title, body="", audience="public")
    searcher = Searcher(reader_of([article]), locale, synonyms=synonyms_of(rule, locale))
    account = explain(searcher, Query(text, locale), NOW, article.key)
    assert account.read.words[0].synonyms == (told,)
    (word, *_) = account.articles[0].words
    assert (word.text, {term.via for term in word.terms}) == (text.strip(), {"synonym"})


def test_what_is_written_together_or_apart_is_told():
    article = Article("a", "en", title="Your login", body="A login.", audience="public")
    account = explain(searcher_of(article), Query("log in ", "en"), NOW, "en/a")
    assert account.read.words[0].compounds == ("login",)
    assert {term.via for term in account.articles[0].words[0].terms} == {"compound"}


def test_what_a_second_passage_gives_is_told():
    body = "A card.\n\n## Lost\n\nAnother card was lost."
    article = Article("c", "en", title="Cards", body=body, boost=2, audience="public")
    shares = {
        each.kind: each.share for each in one(searcher_of(article), "lost card", "en/c").extras
    }
    assert shares.keys() == {"again", "boost"}
    assert 0 < shares["again"] < shares["boost"]


def test_titles_and_boosts_have_shares_of_their_own():
    boosted = Article("b", "en", title="Card", body="x", boost=0.5, audience="public")
    searcher = searcher_of(CARD, boosted)
    kinds = {each.kind: each for each in one(searcher, "card ", "en/b").extras}
    assert set(kinds) == {"boost", "title_equal"}
    assert kinds["boost"].factor == 0.5
    assert kinds["boost"].share < 0 < kinds["title_equal"].share
    (begins,) = one(searcher, "renew a ", "en/card").extras
    assert (begins.kind, begins.share > 0) == ("title_begins", True)


@pytest.mark.parametrize(
    ("body", "boost", "kinds"),
    [
        pytest.param("Where it may stay.", 1.0, ["meaning"], id="one passage"),
        pytest.param("Stay.\n\n## Then\n\nAn automobile.", 1.0, ["meaning"], id="passages"),
        pytest.param("Where it may stay.", 2.0, ["meaning", "boost"], id="boosted"),
    ],
)
@pytest.mark.parametrize("text", ["automobile", "where may an automobile stay"])
def test_what_meaning_gives_is_called_meaning(body, boost, kinds, text):
    near = Article("near", "en", title="Park the car", body=body, boost=boost, audience="public")
    engine = MemoryEngine([near, RESET, CARD], clock=lambda: NOW, embedder=WordEmbedder())
    results = engine.search(Query(text, "en"), audience="public")
    hit = next(hit for hit in (*results.hits, *results.relaxed) if hit.key == "en/near")
    (found,) = engine.explain(Query(text, "en"), "en/near", audience="public").articles
    assert [extra.kind for extra in found.extras if extra.kind != "again"] == kinds
    words = sum(word.total for word in found.words)
    assert words + sum(extra.share for extra in found.extras) == close(hit.score)
    if boost != 1:
        assert found.extras[1].share == close(hit.score * (1 - 1 / boost))


def test_a_title_that_was_typed_has_its_share_beside_meaning():
    same = Article("same", "en", title="Automobile", body="Nothing more.", audience="public")
    engine = MemoryEngine([same, RESET, CARD], clock=lambda: NOW, embedder=WordEmbedder())
    asked = Query("automobile", "en")
    (found,) = engine.explain(asked, "en/same", audience="public").articles
    assert [extra.kind for extra in found.extras] == ["meaning", "title_equal"]


def test_a_check_that_counts_today_settles_what_is_nearly_equal():
    checked, unchecked, late = (
        Article(slug, "en", title="Lost", body="Block the card.", verified_on=day, verify_every=90)
        for slug, day in (("z", NOW.date()), ("a", None), ("b", NOW.date() - timedelta(days=91)))
    )
    searcher = searcher_of(checked, unchecked, late)
    results = searcher.search(Query("block the card ", "en"), NOW)
    assert [hit.key for hit in results.hits] == ["en/z", "en/a", "en/b"]
    (extra,) = one(searcher, "block the card ", "en/z").extras
    assert extra.kind == "verified"
    assert 0 < extra.share < 0.02 * results.hits[0].score
    assert one(searcher, "block the card ", "en/a").extras == ()


def test_what_is_missing_in_chinese_is_told_as_it_was_typed():
    article = Article("a", "zh-Hant", title="圖書館", body="開放時間", audience="public")
    searcher = searcher_of(article)
    assert one(searcher, "圖書開放如何", "zh-Hant/a").missing == ()
    found = one(searcher, "圖書館忘記密碼", "zh-Hant/a")
    assert found.missing == ("忘記密碼",)
    assert [word.text for word in found.words if word.terms[0].form != "character"] == [
        "圖書",
        "書館",
    ]


def test_vietnamese_is_told_with_its_accents():
    article = Article("a", "vi", title="Đặt lại mật khẩu", body="Hòa mạng", audience="public")
    searcher = searcher_of(article)
    (word,) = one(searcher, "hoà ", "vi/a").words
    assert [(term.text, term.form) for term in word.terms] == [("Hòa", "exact")]
    (word, *_) = one(searcher, "mat ", "vi/a").words
    assert [(term.text, term.form) for term in word.terms] == [("mật", "unaccented")]


@pytest.mark.parametrize(
    ("text", "key", "standing"),
    [
        pytest.param("password", "en/reset", "match", id="match"),
        pytest.param("password", "en/card", "no_words", id="holds none of it"),
        pytest.param("password card -forgot", "en/reset", "left_out", id="minus"),
        pytest.param('password "renew a card"', "en/reset", "no_phrase", id="quotes"),
        pytest.param("renew a card last year login ", "en/reset", "part", id="part"),
        pytest.param("hidden card", "en/hidden", "excluded", id="excluded by its writer"),
    ],
)
def test_an_article_says_where_it_stands_or_why_it_does_not(text, key, standing):
    hidden = Article("hidden", "en", title="Hidden card", body="", exclude=True, audience="public")
    found = one(searcher_of(RESET, CARD, hidden), text, key)
    assert found.standing == standing
    assert (found.rank is None) == (standing not in {"match", "part"})


def test_a_topic_leaves_other_topics_out():
    assert one(BOTH, "password", "en/reset", topic="elsewhere").standing == "other_topic"


def test_a_query_without_words_explains_nothing():
    account = explain(BOTH, Query("?!", "en"), NOW, "en/reset")
    assert (account.articles, account.read.words) == ((), ())


@settings(max_examples=60)
@given(seeds, locales, st.integers(1, 3))
def test_whatever_a_query_is_made_of_its_words_add_up(chance, locale, segments):
    articles = corpus(chance, locale, chance.randint(1, 12))
    reader, analyzer = reader_of(articles, segments), analyzer_for(locale)
    asked = query(chance, locale)
    scores = score(asked, reader)
    places = [Place(number, scores.best_passage(number)) for number in range(reader.articles)]
    shares = word_shares(asked, places, [{} for _ in places], reader, analyzer)
    for (number, _), words in zip(places, shares, strict=True):
        factor = factor_of(scores, number)
        again = float(scores.again[number])
        assert factor * (sum(word.total for word in words) + again) == close(scores.of(number))
        for word in words:
            assert sum(term.head for term in word.terms) == close(word.head)
            assert sum(term.passage for term in word.terms) == close(word.passage)
