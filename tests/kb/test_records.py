"""Records come back from JSON as they went in."""

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article, Section
from kb.passages import Passage, passages_of
from kb.records import Head, dump, head_of, load_head, load_page, load_passage, page_of
from kb.search import Page, Summary

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
    translation_key=TEXT,
    boost=st.floats(0.5, 2.0),
    exclude=st.booleans(),
    expire_at=st.none() | st.datetimes(min_value=datetime(1000, 1, 2), timezones=ZONES),
)
SECTIONS = st.lists(st.builds(Section, st.integers(0, 6), TEXT, TEXT, TEXT), max_size=3).map(tuple)


HEADINGS = st.lists(st.tuples(TEXT, TEXT), max_size=3).map(tuple)


@given(st.builds(Head, SUMMARIES, TEXTS, TEXTS, HEADINGS, TEXT))
def test_a_head_comes_back(head):
    assert load_head(dump(head)) == head


@given(st.builds(Page, SUMMARIES, TEXT, SECTIONS, TEXTS, TEXT, TEXT, TEXT))
def test_a_page_comes_back(page):
    assert load_page(dump(page)) == page


@given(st.builds(Passage, TEXT, TEXT, TEXT))
def test_a_passage_comes_back(passage):
    assert load_passage(dump(passage)) == passage


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
    head = head_of(article, passages, date(2026, 11, 2))
    assert head.headings == (("more", "More"), ("more-1", "More"))
    assert head.opening == ("Opening. " * 40)[:200]
    assert (head.summary.key, head.summary.updated) == ("en/a", date(2026, 11, 2))
    page = page_of(article, head, "<p>x</p>", sections)
    assert (page.summary, page.owner, page.path, page.source) == (
        head.summary,
        "Ann",
        "en/a.md",
        "main",
    )
    assert head_of(article, [], None).opening == ""
