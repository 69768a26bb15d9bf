"""What every search engine offers, reads and withstands, in memory and on disk alike."""

import html
import re
import time
from datetime import timedelta

import pytest
from engines import KINDS, NOW, article, plain, search, slugs
from hostile_queries import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from library_articles import QUERIES, library_articles

# Completions and similar articles


@pytest.mark.parametrize(
    ("locale", "typed", "kind_", "slug", "anchor", "marked"),
    [
        ("en", "how do i ren", "title", "renew", "", "[How] [do] [I] [ren]ew a loan?"),
        ("en", "put a book", "question", "reserve", "", "[Put] [a] [book] on hold"),
        ("en", "renewing fa", "heading", "renew", "when-renewing-fails", "When [renewing] [fa]ils"),
        ("vi", "doi mat", "title", "password", "", "[Đổi] [mật] khẩu ở đâu?"),
        ("zh-Hant", "忘记", "question", "password", "", "[忘記]密碼"),
    ],
)
def test_completions_come_from_titles_questions_and_headings(
    library, locale, typed, kind_, slug, anchor, marked
):
    first = library.complete(typed, locale=locale, audience="public")[0]
    shown = first.html.replace("<mark>", "[").replace("</mark>", "]")
    assert (first.kind, first.slug, first.anchor, shown) == (kind_, slug, anchor, marked)
    assert first.key == f"{locale}/{slug}"
    assert plain(first.html) == first.text


def test_what_no_title_question_or_heading_holds_is_not_completed(library):
    assert library.complete("雜誌期刊", locale="zh-Hant", audience="public") == ()
    assert library.complete("magazines", locale="en", audience="public") == ()


@pytest.mark.parametrize("limit", [-1, 0, 1, 3, 10**9])
def test_completions_are_limited(library, limit):
    found = library.complete("h", locale="en", audience="public", limit=limit)
    assert 1 <= len(found) <= max(1, min(limit, 50))


def test_similar_articles_are_near_in_subject(library):
    assert "lost-card" in {s.slug for s in library.similar("en/card", audience="public")}
    for key in ("en/renew", "vi/return", "zh-Hant/card"):
        found = library.similar(key, audience="public", limit=3)
        assert 1 <= len(found) <= 3
        assert key not in {summary.key for summary in found}
        assert {summary.locale for summary in found} == {key.partition("/")[0]}
    assert library.similar("en/nothing", audience="public") == ()
    assert library.similar("nothing", audience="public") == ()


# Pages


def test_a_page_holds_what_a_reader_reads(library):
    page = library.page("en/renew", audience="public")
    assert page is not None
    assert page.summary.title == "How do I renew a loan?"
    assert '<h2 id="when-renewing-fails">' in page.html
    assert [section.anchor for section in page.sections] == ["", "when-renewing-fails"]
    assert page.questions == ("Extend a book",)
    assert library.page("en/nothing", audience="public") is None
    assert library.page("", audience="public") is None


def test_lists_are_in_the_order_of_titles(library):
    titles = [summary.title.casefold() for summary in library.articles("en", audience="public")]
    assert len(titles) == 20
    assert titles == sorted(titles)


def test_translations_are_the_other_locales(library):
    found = library.translations("vi/card", audience="public")
    assert [summary.key for summary in found] == ["en/card", "zh-Hant/card"]
    assert list(library.translations("vi/sugar", audience="public")) == []
    assert list(library.translations("vi/nothing", audience="public")) == []


def test_an_old_path_leads_to_the_article(kind, engines):
    engine = engines.of(
        kind,
        [
            article("new", "Moved", "Here.", aliases=("/old/place/", "older")),
            article("neu", "搬家", "在這裡。", locale="zh-Hant", aliases=("jiu",)),
        ],
    )
    for path in ("old/place", "/old/place", "old/place/", "older"):
        assert engine.resolve(path, locale="en", audience="public") == "en/new"
    assert engine.resolve("older", locale="vi", audience="public") is None
    assert engine.resolve("jiu", locale="zh-TW", audience="public") == "zh-Hant/neu"
    assert engine.resolve("nowhere", locale="en", audience="public") is None


def test_an_old_path_is_found_however_it_is_spelled(kind, engines):
    engine = engines.of(
        kind,
        [
            article("new", "Moved", "Here.", aliases=("Old Place.html", "/vi/articles/cũ")),
            article("đổi-tên", "Đổi tên", "Được.", locale="vi"),
        ],
    )

    def leads(path, locale):
        return engine.resolve(path, locale=locale, audience="public")

    assert leads("old%20place.HTML", "en") == leads("Old Place.html/", "en") == "en/new"
    assert leads("NEW", "en") == leads("/new/", "en") == "en/new"
    assert leads("new", "en") is None, "it is no old path"
    assert leads("%C4%90%E1%BB%95i-t%C3%AAn", "vi") == "vi/đổi-tên"
    assert leads("cũ", "vi") == "en/new", "it moved to another language"
    assert leads("cũ", "en") is None


def test_without_a_note_nothing_is_said_of_a_removed_article(library):
    assert library.removed("renew", locale="en", audience="public") is None
    assert library.removed("", locale="x y", audience="internal") is None


def test_media_are_read_by_their_content_name_only(kind, engines):
    engine, name, content = engines.with_media(kind)
    assert engine.media(name, audience="public") == content
    for other in ("", ".", "..", "../manifest.json", "x.png", name.upper(), f"../media/{name}"):
        assert engine.media(other, audience="public") is None


# Bounds


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_that_is_typed_raises_or_takes_long(library, text):
    begun = time.perf_counter()
    for locale in ("en", "vi", "zh-Hant"):
        first = search(library, text, locale)
        assert search(library, text, locale) == first
        library.complete(text, locale=locale, audience="public")
        library.resolve(text, locale=locale, audience="public")
        library.removed(text, locale=locale, audience="public")
        library.page(text, audience="public")
        library.similar(text, audience="public")
        library.media(text, audience="public")
    assert time.perf_counter() - begun < 5


@settings(max_examples=60)
@given(
    text=st.text(alphabet=st.characters(), max_size=80),
    locale=st.sampled_from(["en", "vi", "zh-Hant"]),
)
def test_no_text_raises(library, text, locale):
    found = search(library, text, locale)
    assert search(library, text, locale) == found
    for hit in found.hits + found.relaxed:
        assert len(plain(hit.snippet)) <= 300
        assert html.unescape(re.sub("</?mark>", "", hit.title_html)) == hit.title
    library.complete(text, locale=locale, audience="public")


# All engines alike


@pytest.mark.parametrize(("locale", "text"), QUERIES)
def test_all_engines_give_the_same_answers(engines, locale, text):
    answers = []
    for kind in KINDS:
        engine = engines.of(kind, library_articles())
        found = search(engine, text, locale)
        completions = engine.complete(text, locale=locale, audience="public")
        answers.append(
            (
                [(h.key, h.anchor, h.snippet, h.title_html, h.topic) for h in found.hits],
                [(h.key, h.anchor, h.snippet) for h in found.relaxed],
                (found.total, found.did_you_mean, found.topics, completions),
            )
        )
        assert found.hits
    assert answers[0] == answers[1]


# The clock


def test_an_article_ends_by_the_clock(kind, engines):
    articles = [
        article("stays", "Summer reading", "Read in the shade.", translation_key="x"),
        article(
            "ends",
            "Summer reading contest",
            "Read and win zanzibar tickets.",
            expire_at=NOW + timedelta(days=1),
            aliases=("contest",),
            topic="events",
            translation_key="x",
        ),
        article("vi", "Đọc hè", "Đọc.", locale="vi", translation_key="x"),
    ]
    clock = engines.clock(NOW)
    engine = engines.of(kind, articles, clock=clock)
    assert set(slugs(engine, "summer reading")) == {"stays", "ends"}
    assert engine.resolve("contest", locale="en", audience="public") == "en/ends"
    clock.now = NOW + timedelta(days=1)
    assert slugs(engine, "summer reading") == ["stays"]
    assert engine.page("en/ends", audience="public") is None
    assert engine.resolve("contest", locale="en", audience="public") is None
    assert [c.slug for c in engine.complete("summer", locale="en", audience="public")] == ["stays"]
    assert engine.similar("en/stays", audience="public") == ()
    assert engine.similar("en/ends", audience="public") == ()
    assert [s.slug for s in engine.articles("en", audience="public")] == ["stays"]
    assert list(engine.topics("en", audience="public")) == []
    assert [s.slug for s in engine.translations("vi/vi", audience="public")] == ["stays"]
