"""Which sentences of a passage are shown, and what in them is marked."""

import html
import re
from datetime import UTC, datetime

import pytest
from corpora import LINES, corpus, locales, reader_of, seeds, typed
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.queries.expansion import expand
from kb.queries.query import parse
from kb.results.snippets import ELLIPSIS, SNIPPET_CHARACTERS, Highlighter
from kb.search import Query
from kb.searcher import Searcher
from kb.segments.reader import IndexReader
from kb.words.analysis import analyzer_for
from kb.words.characters import tidy

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def index(locale: str, *texts: str) -> IndexReader:
    return reader_of([Article(f"a{n}", locale, "", text) for n, text in enumerate(texts)])


def highlighter(query: str, locale: str = "en", others: tuple[str, ...] = ()) -> Highlighter:
    """Return one for a query; words that many of the `others` hold are worth less."""
    analyzer = analyzer_for(locale)
    return Highlighter(parse(query, analyzer), analyzer, index(locale, "x", *others))


def plain(snippet: str) -> str:
    return html.unescape(re.sub("</?mark>", "", snippet))


def bracketed(snippet: str) -> str:
    return snippet.replace("<mark>", "[").replace("</mark>", "]")


def shown(
    query: str, text: str, locale: str = "en", limit: int = 60, others: tuple[str, ...] = ()
) -> str:
    return bracketed(highlighter(query, locale, others).snippet_of(text, limit))


def found(query: str, text: str, locale: str = "en") -> str:
    """Return the snippet of the only article, which comes from its index."""
    searcher = Searcher(index(locale, text), locale)
    results = searcher.search(Query(query, locale), NOW)
    (hit,) = (*results.hits, *results.relaxed)
    return bracketed(hit.snippet)


def test_a_short_text_is_shown_whole():
    assert shown("card", "A card. It is free.") == "A [card]. It is free."
    assert found("card", "A card. It is free.") == "A [card]. It is free."


def test_the_window_with_the_words_is_shown():
    text = "First some words about nothing. " * 4 + "The card is blue. " + "Then more of it. " * 4
    assert shown("blue card", text) == "The [card] is [blue]. Then more of it. Then more of it."


def test_the_window_of_an_indexed_passage_is_shown():
    text = "First some words about nothing. " * 15 + "The card is blue. " + "Then more. " * 30
    snippet = found("blue card", text)
    assert snippet.startswith("The [card] is [blue]. Then more.")
    assert 250 < len(snippet) <= SNIPPET_CHARACTERS + 4


def test_a_short_window_gets_the_sentence_before_it():
    text = "Nothing to see. Open the box first. Then take the card."
    assert shown("card", text) == text.replace("card", "[card]")
    assert shown("card", text, limit=50) == "Open the box first. Then take the [card]."


def test_the_window_that_covers_more_idf_is_shown():
    text = "The card is here. " + "Nothing of the kind is there. " * 3 + "The lantern is there."
    assert "[lantern]" in shown("card lantern", text, others=("card",) * 9 + ("lantern",))
    assert "[card]" in shown("card lantern", text, others=("lantern",) * 9 + ("card",))


def test_a_word_counts_once_however_often_it_is_there():
    text = "Card card card card card. " + "Nothing of the kind is there. " * 3 + "A blue card."
    assert "[blue] [card]" in shown("blue card", text)


def test_the_earlier_of_equally_good_windows_is_shown():
    text = "A card first. " + "Nothing of the kind is there. " * 3 + "A card last."
    assert shown("card", text).startswith("A [card] first.")


def test_a_text_without_the_words_is_shown_from_its_beginning():
    assert (
        shown("zebra", "One sentence. " * 10)
        == "One sentence. One sentence. One sentence. One sentence."
    )


def test_no_text_gives_no_snippet():
    assert shown("card", "") == shown("card", " \n") == ""


def test_an_article_that_matches_in_its_title_shows_its_description_or_its_beginning():
    articles = [
        Article("a", "en", "Card", "Opening text.", description="About cards & more."),
        Article("b", "en", "Card", "Opening of b."),
    ]
    hits = Searcher(reader_of(articles), "en").search(Query("card", "en"), NOW).hits
    snippets = {hit.slug: bracketed(hit.snippet) for hit in hits}
    assert snippets == {"a": "About [cards] &amp; more.", "b": "Opening of b."}
    assert {bracketed(hit.title_html) for hit in hits} == {"[Card]"}


@pytest.mark.parametrize(("text", "joined"), LINES)
def test_lines_are_told_apart(text, joined):
    assert shown("zebra", text) == joined


def test_the_marks_between_lines_count_as_characters():
    text = "\n".join("abcd" for _ in range(100))
    assert len(plain(highlighter("abcd").snippet_of(text))) <= SNIPPET_CHARACTERS
    assert len(found("abcd", text).replace("[", "").replace("]", "")) <= SNIPPET_CHARACTERS


def test_a_long_sentence_is_cut_between_words_around_the_match():
    text = "alpha " * 40 + "the blue lantern hangs here " + "omega " * 40
    snippet = shown("blue lantern", text.strip())
    assert snippet.startswith("…alpha")
    assert snippet.endswith("omega…")
    assert "[blue] [lantern]" in snippet
    assert len(snippet.replace("[", "").replace("]", "")) <= 60


def test_a_long_chinese_sentence_is_cut_anywhere():
    text = "圖書館" * 100 + "藍色燈籠" + "開放時間" * 100
    snippet = shown("藍色燈籠", text, "zh-Hant")
    assert "[藍色燈籠]" in snippet
    assert len(snippet) <= 62


def test_chinese_sentences_end_at_their_own_full_stops():
    text = "今天天氣很好。" * 12 + "請重設密碼！" + "明天也是。" * 12
    snippet = shown("重設密碼", text, "zh-Hant", limit=21)
    assert snippet == "請[重設密碼]！明天也是。明天也是。明天也是。"


@pytest.mark.parametrize("way", [shown, found])
@pytest.mark.parametrize(
    ("locale", "query", "text", "marked"),
    [
        ("en", "renewing", "Renew, renewed and news.", "[Renew], [renewed] and news."),
        ("vi", "mat khau", "Đổi mật khẩu ngay.", "Đổi [mật] [khẩu] ngay."),
        ("vi", "mật khẩu", "Đổi mật khẩu, mặt sau.", "Đổi [mật] [khẩu], mặt sau."),
        ("zh-Hant", "密码", "重設密碼。", "重設[密碼]。"),
        ("zh-Hant", "重設密碼", "密碼重設。", "[密碼重設]。"),
        ("en", "cafe", "Le Café.", "Le [Café]."),
    ],
)
def test_marks_follow_the_analyzer(way, locale, query, text, marked):
    assert way(query, text, locale=locale) == marked


def test_what_an_unfinished_word_has_become_is_marked_in_the_index_that_knows_it():
    assert shown("passw", "Password.") == "Password."
    assert found("passw", "Password.") == "[Password]."


def test_markup_is_escaped_inside_and_outside_of_marks():
    snippet = highlighter("script x").snippet_of('<script>alert("x")</script> & more')
    assert snippet == (
        "&lt;<mark>script</mark>&gt;alert(&quot;<mark>x</mark>&quot;)"
        "&lt;/<mark>script</mark>&gt; &amp; more"
    )
    title = highlighter("b")
    assert title.marked("<b>", title.matches_in("<b>")) == "&lt;<mark>b</mark>&gt;"


@given(
    text=st.text(alphabet="ab cd.!?\n…。密碼<>&“”-1Đườ", max_size=900),
    query=st.text(alphabet='ab cd密碼đư"-', max_size=20),
    locale=st.sampled_from(["en", "vi", "zh-Hant"]),
    limit=st.sampled_from([40, 100, SNIPPET_CHARACTERS]),
)
def test_a_snippet_is_short_safe_and_of_the_text(text, query, locale, limit):
    assert_sound(highlighter(query, locale).snippet_of(tidy(text), limit), tidy(text), limit)


def assert_sound(snippet: str, text: str, limit: int) -> None:
    assert set(re.findall("<[^>]*>", snippet)) <= {"<mark>", "</mark>"}
    assert "<mark></mark>" not in snippet
    read = plain(snippet)
    assert len(read) <= limit
    letters = re.sub(r"[\s·…]", "", read)
    assert letters in re.sub(r"[\s·…]", "", text)


@given(seeds, locales, st.integers(1, 6), st.integers(1, 3))
def test_snippets_of_a_page_are_short_safe_and_of_their_passages(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    reader = reader_of(articles, segments)
    results = Searcher(reader, locale).search(Query(typed(chance, locale), locale, limit=50), NOW)
    for hit in (*results.hits, *results.relaxed):
        number = reader.number(hit.key)
        texts = [passage.text for passage in reader.passages_of(number)]
        assert any(_is_of(hit.snippet, text) for text in texts)
        assert plain(hit.title_html) == html.unescape(html.escape(hit.title))


def _is_of(snippet: str, text: str) -> bool:
    try:
        assert_sound(snippet, text, SNIPPET_CHARACTERS + 2 * len(ELLIPSIS))
    except AssertionError:
        return False
    return True


@given(seeds, locales, st.integers(1, 6), st.integers(1, 3))
def test_marks_from_the_index_are_those_of_the_text_read_anew(chance, locale, size, segments):
    articles = corpus(chance, locale, size)
    reader, analyzer = reader_of(articles, segments), analyzer_for(locale)
    text = typed(chance, locale)
    results = Searcher(reader, locale).search(Query(text, locale, limit=50), NOW)
    query = expand(parse(text, analyzer), reader, analyzer).query
    anew = Highlighter(query, analyzer, reader)
    for hit in (*results.hits, *results.relaxed):
        assert hit.title_html == anew.marked(hit.title, anew.matches_in(hit.title))
        number = reader.number(hit.key)
        whole = {
            anew.marked(passage.text, anew.matches_in(passage.text))
            for passage in reader.passages_of(number)
            if 0 < len(passage.text) <= SNIPPET_CHARACTERS
        }
        if len(whole) == len(reader.passages_of(number)):
            assert hit.snippet in whole


@pytest.mark.parametrize("way", [shown, found])
def test_stop_words_are_marked_only_when_nothing_else_was_asked(way):
    assert way("how can i pay", "I can pay by card.") == "I can [pay] by card."
    assert way("how can i", "I can pay by card.") == "[I] [can] pay by card."


@pytest.mark.parametrize("way", [shown, found])
@pytest.mark.parametrize(
    ("typed_", "text", "expected"),
    [
        pytest.param("如何搜尋", "如何搜尋答案？", "如何[搜尋]答案？", id="stop word before"),
        pytest.param("搜尋如何", "搜尋如何進行？", "[搜尋]如何進行？", id="stop word after"),
        pytest.param("如何", "如何搜尋答案？", "[如何]搜尋答案？", id="stop word alone"),
    ],
)
def test_no_mark_begins_inside_a_chinese_stop_word(way, typed_, text, expected):
    assert way(typed_, text, locale="zh-Hant") == expected
