"""Who may say that an article is right, for how long that counts, and how little it moves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import git
from kb.article import Article, is_verified, last_day_of_check, verification
from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.people import address_of, is_same_person, name_of
from kb.search import Query
from kb.searcher import VERIFIED_SHARE, Searcher
from kb.settings_tables import Source, Verification
from kb.testing import MemoryEngine, memory_reader
from kb.writing.verification import Refused, asking, checks

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DAYS = st.none() | st.dates()
EVERY = st.integers(1, 3650)
ARTICLE = """\
---
title: How do I pay?
owner: {owner}
# Checked by the team.
verified_on: 2026-01-31   # on a Saturday
---
Pay.
"""


# How an article stands


@pytest.mark.parametrize(
    ("day", "state"),
    [
        pytest.param(None, "never", id="nobody checked"),
        pytest.param(date(2026, 11, 24), "never", id="a check that is to come"),
        pytest.param(TODAY, "verified", id="today"),
        pytest.param(date(2026, 11, 8), "verified", id="counts for 15 days more"),
        pytest.param(date(2026, 11, 7), "due_soon", id="counts for 14 days more"),
        pytest.param(date(2026, 10, 24), "due_soon", id="its last day"),
        pytest.param(date(2026, 10, 23), "lapsed", id="the day after"),
        pytest.param(date.min, "lapsed", id="long ago"),
    ],
)
def test_the_state_of_a_check(day, state):
    assert verification(day, 30, TODAY, 14) == state
    assert is_verified(day, 30, TODAY) == (state in ("verified", "due_soon"))


@given(DAYS, EVERY, st.dates(), st.integers(0, 365))
def test_warning_changes_nothing_of_whether_a_check_counts(day, every, today, warn_days):
    state = verification(day, every, today, warn_days)
    assert (state in ("verified", "due_soon")) == is_verified(day, every, today)
    if state == "due_soon":
        assert timedelta(0) <= last_day_of_check(day, every) - today <= timedelta(days=warn_days)


@settings(max_examples=25)
@given(st.lists(st.tuples(DAYS, EVERY), min_size=1, max_size=8), st.dates())
def test_ranking_and_pages_agree_on_what_counts(checks_, today):
    articles = [
        Article(f"a{n}", "en", title="Pay", body="Pay.", verified_on=day, verify_every=every)
        for n, (day, every) in enumerate(checks_)
    ]
    searcher = Searcher(memory_reader(articles), "en")
    now = datetime(today.year, today.month, today.day, tzinfo=UTC)
    asked = searcher.asked("pay", now)
    counted = [] if asked.verified is None else asked.verified.tolist()
    wanted = [is_verified(day, every, today) for day, every in checks_]
    assert counted == (wanted if any(wanted) else [])


# What it moves


def found(*articles, text="parcel depot ", now=NOW):
    engine = MemoryEngine(articles, clock=lambda: now)
    return [
        (hit.slug, hit.score) for hit in engine.search(Query(text, "en"), audience="public").hits
    ]


def parcel(slug, body="Take the parcel to a depot.", **fields):
    return Article(slug, "en", title="Parcels", body=body, audience="public", **fields)


def test_where_nobody_verifies_nothing_is_another():
    plain = [parcel(slug) for slug in "abc"]
    lapsed = [replace(each, verified_on=date(2020, 1, 1)) for each in plain]
    assert found(*plain) == found(*lapsed)
    assert [slug for slug, _ in found(*plain)] == ["a", "b", "c"]


def test_of_equal_articles_the_one_whose_check_counts_comes_first_until_it_lapses():
    kept = parcel("z", verified_on=TODAY, verify_every=10)
    articles = [parcel("a", verified_on=date(2026, 1, 1)), parcel("b"), kept]
    assert [slug for slug, _ in found(*articles)] == ["z", "a", "b"]
    # The same index: the clock alone decides.
    later = NOW + timedelta(days=11)
    assert [slug for slug, _ in found(*articles, now=later)] == ["a", "b", "z"]


def test_it_is_a_small_share_and_outweighs_no_clear_difference():
    plain = dict(found(parcel("a"), parcel("b")))
    moved = dict(found(parcel("a"), parcel("b", verified_on=TODAY)))
    assert 1 < moved["b"] / plain["b"] <= 1 + VERIFIED_SHARE
    assert moved["a"] == plain["a"]
    better = parcel("better", "A parcel goes to a depot. Every depot takes a parcel of any size.")
    worse = parcel(
        "worse",
        "A parcel, like a letter, may be left at the counter of our depot too, "
        "as we have said in the terms that came with it.",
        verified_on=TODAY,
    )
    assert [slug for slug, _ in found(better, worse)] == ["better", "worse"]


# People


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("An Lê", "an lê"),
        ("An Lê", "An  Le\u0302"),
        ("An Lê <an@example.com>", "an@EXAMPLE.com"),
        ("An Lê <an@example.com>", "AN LÊ"),
        ("support-team", "Support-Team"),
        ("王小明", "王小明 <ming@example.com>"),
    ],
)
def test_names_and_addresses_that_mean_one_person(one, other):
    assert is_same_person(one, other)
    assert is_same_person(other, one)


@pytest.mark.parametrize(
    ("one", "other"), [("An", "Anh"), ("", ""), ("", "An"), ("a@example.com", "b@example.com")]
)
def test_names_that_mean_others(one, other):
    assert not is_same_person(one, other)


@pytest.mark.parametrize(
    "text", ["An Lê", "a b@", "@x", "a@b\nBcc: c@d", "a..b@x.y", '"<@', "a@-x", "<>", "a <b@c> d"]
)
def test_what_is_no_address_is_none(text):
    assert address_of(text) == ""


@given(st.text(max_size=60))
def test_any_owner_has_a_name_and_perhaps_an_address(text):
    assert is_same_person(text, text) == bool(text.split())
    assert address_of(text) == address_of(text).strip()
    assert "\n" not in name_of(text)


# Recording a check


@pytest.fixture
def desk(tmp_path):
    """A repository in which An works."""
    git.run(tmp_path, "init", "-q")
    git.run(tmp_path, "config", "user.name", "An Lê")
    git.run(tmp_path, "config", "user.email", "an@example.com")
    (tmp_path / "en").mkdir()
    return tmp_path


def put(desk, text=None, owner="An Lê", name="pay", encoding="utf-8"):
    file = desk / "en" / f"{name}.md"
    file.write_bytes((text or ARTICLE.format(owner=owner)).encode(encoding))
    return file


def check(desk, *files, policy="owner", verifiers=(), on=TODAY, **options):
    rules = Verification(policy=policy, verifiers=verifiers)
    sources = [Source(path=desk)]
    made = checks(files, sources, rules, on=on, today=TODAY, **options)
    for each in made:
        each.record()
    return made


def test_a_check_changes_its_day_and_nothing_else(desk):
    file = put(desk)
    (made,) = check(desk, file, file)
    before, after = ARTICLE.format(owner="An Lê"), file.read_text(encoding="utf-8")
    assert after.replace(
        "verified_on: 2026-11-23", "verified_on: 2026-01-31   # on a Saturday"
    ) == (before)
    assert (made.before, made.day, made.last_day) == (
        date(2026, 1, 31),
        TODAY,
        date(2027, 5, 22),
    )
    assert git.run(desk, "status", "--porcelain") == "?? en/\n"


def test_a_check_may_count_for_another_time(desk):
    file = put(desk)
    (made,) = check(desk, file, every=30, on=date(2026, 11, 1))
    assert "verified_on: 2026-11-01\nverify_every: 30\n" in file.read_text(encoding="utf-8")
    assert made.last_day == date(2026, 12, 1)


def test_line_ends_a_mark_and_another_spelling_are_kept_in_order(desk):
    text = "---\r\ntitle: Pay\r\nverified: 2025-01-01\r\n---\r\nPay.\r\n"
    file = put(desk, text, encoding="utf-8-sig")
    check(desk, file, policy="anyone")
    assert file.read_bytes() == (
        b"\xef\xbb\xbf---\r\ntitle: Pay\r\nverified_on: 2026-11-23\r\n---\r\nPay.\r\n"
    )


@pytest.mark.parametrize(
    ("policy", "owner", "verifiers", "may"),
    [
        ("anyone", "Bo", (), True),
        ("owner", "AN@example.com", (), True),
        ("owner", "Bo", (), False),
        ("owner", "Bo", ("an lê",), True),
        ("owner", '""', (), False),
        ("owner", '""', ("an@example.com",), True),
        ("listed", "An Lê", ("Bo",), False),
        ("listed", "Bo", ("Cy", "An Lê <an@example.com>"), True),
    ],
)
def test_who_may_verify(desk, policy, owner, verifiers, may):
    file = put(desk, owner=owner)
    before = file.read_bytes()
    if may:
        check(desk, file, policy=policy, verifiers=verifiers)
        assert file.read_bytes() != before
    else:
        with pytest.raises(Refused, match=r"may not verify it\. Ask |it has no owner"):
            check(desk, file, policy=policy, verifiers=verifiers)
        assert file.read_bytes() == before


def test_somebody_else_can_be_named_and_nobody_is_refused(desk):
    assert asking(desk) == "An Lê <an@example.com>"
    file = put(desk, owner="Bo")
    with pytest.raises(
        Refused, match=r"An Lê <an@example\.com> may not verify it\. Ask Bo or Cy\."
    ):
        check(desk, file, verifiers=("Cy",))
    check(desk, file, by="bo")
    git.run(desk, "config", "user.name", "")
    git.run(desk, "config", "user.email", "")
    with pytest.raises(Refused, match="git does not say who you are"):
        check(desk, file)


def test_when_one_file_cannot_be_changed_none_is(desk):
    good, bad = put(desk), put(desk, owner="Bo", name="other")
    before = good.read_bytes()
    with pytest.raises(Refused):
        check(desk, good, bad)
    assert good.read_bytes() == before


def test_a_day_to_come_a_folder_and_a_stranger_are_refused(desk, tmp_path_factory):
    file = put(desk)
    with pytest.raises(Refused, match="2026-11-24 is still to come: in UTC it is 2026-11-23"):
        check(desk, file, on=date(2026, 11, 24))
    with pytest.raises(Refused, match=r"is a folder\. Name the articles that were checked"):
        check(desk, desk / "en")
    with pytest.raises(KnowledgeBaseError, match="lies in no folder of articles"):
        check(desk, tmp_path_factory.mktemp("elsewhere") / "a.md")
    with pytest.raises(Refused, match="there is no such file"):
        check(desk, desk / "en" / "nothing.md")


@pytest.mark.parametrize(
    "text", ["No front matter.", "---\ntitle: [\n---\n", "---\n{title: Pay}\n---\n", "\x00", ""]
)
def test_a_file_that_cannot_be_changed_safely_is_refused_and_kept(desk, text):
    file = put(desk, text or "\n")
    before = file.read_bytes()
    with pytest.raises(ArticleError):
        check(desk, file, policy="anyone")
    assert file.read_bytes() == before


def test_a_policy_of_listed_people_needs_some():
    with pytest.raises(ValueError, match="without them nobody may verify"):
        Verification(policy="listed")
    with pytest.raises(ValueError, match="a mail address alone"):
        Verification(mail_to="Team <team@example.com>")
