"""What is offered while somebody types."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from corpora import corpus, locales, reader_of, reader_without, seeds, words
from hypothesis import given
from hypothesis import strategies as st
from naive import passages_in

from kb.article import Article
from kb.completing.completion import MAX_CHARACTERS
from kb.search import MAX_LIMIT
from kb.searcher import Searcher
from kb.words.analysis import Token, analyzer_for
from kb.words.characters import tidy
from kb.words.syllables import fold

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ARTICLES = [
    Article("a0", "en", "How do I renew a loan?", "## Renew online\nx",
            questions=("Can I renew twice?",)),
    Article("a1", "en", "Renew a card", ""),
    Article("a2", "en", "Something else", "## renew ONLINE\nx", questions=("Renew online",)),
    Article("a3", "en", "Đổi mật khẩu", ""),
    Article("a4", "en", "Réservation", ""),
]  # fmt: skip
TEXTS = {"Renew online", "renew ONLINE", "Can I renew twice?", *(a.title for a in ARTICLES)}


def searcher(articles: Sequence[Article], segments: int = 1) -> Searcher:
    return Searcher(reader_of(articles, segments), articles[0].locale)


def offered(
    typed: str, limit: int = 10, articles: Sequence[Article] = ARTICLES, segments: int = 1
) -> list[tuple[str, str]]:
    """Return texts and the same with what was typed in brackets."""
    found = searcher(articles, segments).complete(typed, limit, NOW)
    return [(c.text, c.html.replace("<mark>", "[").replace("</mark>", "]")) for c in found]


@pytest.mark.parametrize("segments", [1, 2, 5])
def test_texts_that_begin_so_come_first_then_titles_questions_headings(segments):
    assert [text for text, _ in offered("renew", segments=segments)] == [
        "Renew a card",
        "Renew online",
        "Renew online",
        "How do I renew a loan?",
        "Can I renew twice?",
    ]


def test_the_same_text_of_one_article_is_offered_once():
    assert [html for _, html in offered("renew onl")] == ["[Renew] [onl]ine", "[Renew] [onl]ine"]


def test_a_completion_says_what_it_is_and_where_it_leads():
    first, second = searcher(ARTICLES).complete("renew onl", 10, NOW)
    assert (first.kind, first.key, first.slug, first.title, first.anchor) == (
        "question", "en/a2", "a2", "Something else", "",
    )  # fmt: skip
    assert (second.kind, second.key, second.anchor) == ("heading", "en/a0", "h0")


def test_all_whole_words_have_to_be_there_in_any_order():
    assert [text for text, _ in offered("loan renew")] == ["How do I renew a loan?"]
    assert offered("renew zebra") == []
    assert offered("zebra ") == []


def test_a_finished_word_is_not_a_beginning():
    assert offered("ren ") == []
    assert offered("ren")


def test_accents_do_not_matter():
    vietnamese = [Article("a", "vi", "Đổi mật khẩu", "")]
    assert offered("reserv") == [("Réservation", "[Réserv]ation")]
    assert offered("doi mat kh", articles=vietnamese) == [("Đổi mật khẩu", "[Đổi] [mật] [kh]ẩu")]
    assert offered("đổi mật", articles=vietnamese) == offered("DOI MAT", articles=vietnamese)


def test_chinese_is_completed_from_any_place_and_in_either_script():
    articles = [
        Article("a", "zh-Hant", "如何重設密碼？", ""),
        Article("b", "zh-Hant", "密碼規則", ""),
    ]
    for typed in ("密碼", "密码"):
        assert [text for text, _ in offered(typed, articles=articles)] == [
            "密碼規則",
            "如何重設密碼？",
        ]


def test_articles_that_are_not_visible_are_not_offered_and_leave_their_place():
    soon = NOW + timedelta(hours=1)
    expiring = Article("a0", "en", "Renew all", "", expire_at=soon)
    hidden = Article("a1", "en", "Renew none", "", exclude=True)
    found = Searcher(reader_of([expiring, hidden, *ARTICLES[1:]]), "en")

    def texts(moment: datetime) -> list[str]:
        return [each.text for each in found.complete("renew", 2, moment)]

    assert texts(NOW) == ["Renew all", "Renew a card"]
    assert texts(soon) == ["Renew a card", "Renew online"]


def test_the_limit_holds():
    assert len(offered("renew", limit=2)) == 2
    many = [Article(f"a{n}", "en", f"Renew {n}", "") for n in range(MAX_LIMIT + 9)]
    assert len(offered("renew", limit=1_000, articles=many)) == MAX_LIMIT


@pytest.mark.parametrize("typed", ["", " ", "?!", "\x00", "\ud800", "“"])
def test_nothing_typed_offers_nothing(typed):
    assert offered(typed) == []


def test_markup_is_escaped():
    articles = [Article("a", "en", "<b>Renew</b> & go", "")]
    expected = "&lt;b&gt;[Renew]&lt;/b&gt; &amp; go"
    assert offered("renew", articles=articles)[0][1] == expected


SEARCHER = searcher(ARTICLES)


@given(st.text(st.characters(), max_size=150))
def test_nothing_typed_raises(typed):
    for completion in SEARCHER.complete(typed, 10, NOW):
        assert completion.text in TEXTS


@given(st.sampled_from(sorted(TEXTS)), st.data())
def test_every_beginning_of_a_text_completes_to_it(text, data):
    length = data.draw(st.integers(1, len(text)))
    typed = text[:length].rstrip()
    found = {each.text.casefold() for each in SEARCHER.complete(typed, 50, NOW)}
    assert text.casefold() in found


def expected(articles: Sequence[Article], locale: str, typed: str) -> list[tuple[str, str, str]]:
    """Return (text, kind, key) of all that has to be offered first, best first.

    All words but the last have to be there, and one that the last begins. First what begins so,
    then what holds it in one piece; then titles, questions, headings; then short texts.
    """
    analyzer = analyzer_for(locale)
    text = tidy(typed[: 4 * MAX_CHARACTERS])[:MAX_CHARACTERS]
    tokens = analyzer.tokens(text)
    if not tokens:
        return []
    *others, last = [_folded(token) for token in tokens]
    unfinished = tokens[-1].end == len(text) and not tokens[-1].is_char
    rows = []
    for article in articles:
        if article.exclude:
            continue
        headings = dict.fromkeys((p.anchor, p.heading) for p in passages_in(article) if p.anchor)
        for kind, offer in (
            (0, article.title),
            *((1, question) for question in article.questions),
            *((2, heading) for _, heading in headings),
        ):
            own = [_folded(token) for token in analyzer.tokens(offer)]
            ends = [w == last or (unfinished and w.startswith(last)) for w in own]
            if not any(ends) or not set(others) <= set(own):
                continue
            size = len(others)
            places = [n for n, end in enumerate(ends) if end and own[n - size : n] == others]
            places = [n - size for n in places if n >= size]
            tier = 0 if 0 in places else 1 if places else 2
            same = " ".join(f"{w}" if t.is_char else f" {w}" for w, t in
                            zip(own, analyzer.tokens(offer), strict=True))  # fmt: skip
            rows.append((tier, kind, len(offer), offer, article.key, same))
    rows.sort(key=lambda row: row[:4])
    kinds = ("title", "question", "heading")
    first: dict[tuple[str, str], tuple[str, str, str]] = {}
    for _, kind, _, offer, key, same in rows:
        first.setdefault((key, same), (offer, kinds[kind], key))
    return list(first.values())


def _folded(token: Token) -> str:
    return token.exact if token.is_char else fold(token.exact)


@given(seeds, locales, st.integers(1, 10), st.integers(1, 3))
def test_what_is_offered_first_is_what_the_definition_says(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    gone = {each.key for each in articles[1:] if chance.random() < 0.2}
    found = Searcher(reader_without(articles, gone, segments), locale)
    left = [each for each in articles if each.key not in gone]
    for _ in range(3):
        typed = words(chance, locale, 3)
        typed = typed[: max(1, len(typed) - chance.choice((0, 0, 1, 2)))]
        offers = [(c.text, c.kind, c.key) for c in found.complete(typed, 50, NOW)]
        definition = expected(left, locale, typed)
        first = offers[: len(definition)]
        assert [row[:2] for row in first] == [row[:2] for row in definition[:50]]
        if len(definition) <= 50:
            assert sorted(first) == sorted(definition)


@pytest.mark.parametrize("segments", [1, 2, 3])
def test_equal_texts_of_several_articles_come_in_the_order_of_their_keys(segments):
    articles = [Article(f"a{n}", "en", "Renew", "") for n in range(6)]
    found = searcher(articles, segments).complete("renew", 5, NOW)
    assert [each.slug for each in found] == ["a0", "a1", "a2", "a3", "a4"]


@given(seeds, locales, st.integers(1, 10), st.integers(2, 4))
def test_an_updated_index_offers_the_same_in_the_same_order(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    one, several = searcher(articles), searcher(articles, segments)
    for _ in range(3):
        typed = words(chance, locale, 2) or "r"
        assert several.complete(typed, 50, NOW) == one.complete(typed, 50, NOW)
