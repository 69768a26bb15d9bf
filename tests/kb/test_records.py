"""Records come back from JSON as they went in."""

import zlib
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article, Section
from kb.files.past import Past
from kb.search import Summary
from kb.segments.passages import passages_of
from kb.segments.records import (
    Head,
    Rendering,
    dump_head,
    head_of,
    load_head,
    pack_rendering,
    page_of,
    unpack_rendering,
)

# Articles are tidied when they are read: no lone surrogates.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
ZONES = st.sampled_from(
    [UTC, timezone(timedelta(hours=7)), timezone(timedelta(hours=-3, minutes=-30))]
)
SUMMARIES = st.builds(
    Summary,
    **dict.fromkeys(("key", "locale", "slug", "title", "description", "topic"), TEXT),
    tags=TEXTS,
    audience=st.sampled_from(["public", "internal"]),
    verified_on=st.none() | st.dates(),
    verify_every=st.integers(1, 10_000),
    updated=st.none() | st.dates(),
    created=st.none() | st.dates(),
    translation_key=TEXT,
    boost=st.floats(0.5, 2.0),
    exclude=st.booleans(),
    expire_at=st.none() | st.datetimes(min_value=datetime(1000, 1, 2), timezones=ZONES),
)
SECTIONS = st.lists(st.builds(Section, st.integers(0, 6), TEXT, TEXT, TEXT), max_size=3).map(tuple)


HEADINGS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)


HEADS = st.builds(
    Head,
    *(SUMMARIES, TEXTS, TEXTS, HEADINGS, TEXT, TEXT, TEXT),
    contributors=TEXTS,
    behind=st.integers(0, 99),
    translated_from=TEXT,
)


@given(HEADS)
def test_a_head_comes_back(head):
    assert load_head(dump_head(head)) == head


@given(TEXT, SECTIONS, TEXTS)
def test_a_rendering_comes_back(html, sections, warnings):
    packed = pack_rendering(html, sections, warnings)
    assert unpack_rendering(packed) == Rendering(html, sections, warnings)


@pytest.mark.parametrize(
    "data", [b"", b"x", b"\x80\x04.", zlib.compress(b"{"), zlib.compress(b"1x")]
)
def test_what_is_no_rendering_is_refused(data):
    with pytest.raises((zlib.error, ValueError)):
        unpack_rendering(data)


@given(HEADS, TEXT, SECTIONS)
def test_a_page_is_made_of_its_head_and_its_rendering(head, html, sections):
    page = page_of(head, pack_rendering(html, sections, ()))
    assert (page.summary, page.html, page.sections) == (head.summary, html, sections)
    assert (page.questions, page.path, page.source) == (head.questions, head.path, head.source)


def test_records_hold_what_readers_need_of_an_article():
    article = Article(
        slug="a",
        locale="en",
        title="A?",
        body="",
        questions=("Q?",),
        tags=("t",),
        audience="public",
        verified_on=date(2026, 11, 1),
        aliases=("old",),
        owner="Ann",
        path="en/a.md",
        source="main",
    )
    sections = (
        Section(0, "", "", "Opening. " * 40),
        Section(2, "more", "More", "Text. " * 400),
        Section(2, "more-1", "More", ""),
    )
    passages = passages_of(sections)
    past = Past(date(2026, 10, 1), date(2026, 11, 2), ("An",), 2, "vi/a")
    head = head_of(article, passages, past)
    assert head.headings == (("more", "More"), ("more-1", "More"))
    assert head.opening == ("Opening. " * 40)[:200]
    summary = head.summary
    assert (summary.key, summary.created, summary.updated) == ("en/a", past.created, past.updated)
    page = page_of(head, pack_rendering("<p>x</p>", sections, ()))
    assert head.summary.owner == "Ann"
    assert (page.summary, page.path, page.source) == (head.summary, "en/a.md", "main")
    assert (page.contributors, page.behind, page.translated_from) == (("An",), 2, "vi/a")
    assert head_of(article, []).opening == ""


@pytest.mark.parametrize(
    ("publish_at", "created"),
    [
        (None, date(2026, 10, 1)),
        (datetime(2026, 9, 1, tzinfo=UTC), date(2026, 10, 1)),
        (datetime(2026, 11, 3, 1, tzinfo=timezone(timedelta(hours=7))), date(2026, 11, 2)),
    ],
)
def test_an_article_that_waited_for_its_day_is_new_on_that_day(publish_at, created):
    article = Article("a", "en", "A?", "", publish_at=publish_at)
    assert head_of(article, [], Past(date(2026, 10, 1))).summary.created == created
    assert head_of(article, []).summary.created is None
