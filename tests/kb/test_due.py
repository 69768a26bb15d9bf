"""What is due, in which order, and how calendars and mail programs are told of it."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.events.database import Database
from kb.events.event_values import Event, Vote
from kb.events.events import EventStore
from kb.settings import Settings
from kb.writing.complaints import Complaints
from kb.writing.due import counts_of, due_list, due_shape, find_due
from kb.writing.due_words import words_for
from kb.writing.icalendar import AHEAD_DAYS, calendar
from kb.writing.reminders import MOST_LISTED, reminders

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)
CHECKED = {"verified_on": date(2026, 11, 1)}


def article(slug, locale="en", **fields):
    values = {"title": f"How do I {slug}?", "body": "So.", "audience": "public", **fields}
    return Article(slug, locale, **values)


def listed(*articles, within=14, owner="", **said):
    complaints = {f"en/{slug}": Complaints(**values) for slug, values in said.items()}
    return due_list(articles, complaints, today=TODAY, within=within, owner=owner)


def rows(due):
    return [(each.article.slug, each.reasons) for each in due]


# The list


def test_what_is_said_to_be_wrong_comes_first_and_what_is_not_due_yet_last():
    due = listed(
        article("soon", verified_on=date(2026, 5, 28)),
        article("never"),
        article("expiring", expire_at=NOW + timedelta(days=3), **CHECKED),
        article("lapsed", verified_on=date(2025, 1, 1)),
        article("unhelpful", **CHECKED),
        article("flagged", **CHECKED),
        article("fine", **CHECKED),
        article("later", expire_at=NOW + timedelta(days=30), **CHECKED),
        flagged={"flagged": 1},
        unhelpful={"unhelpful": 2, "helpful": 2},
        fine={"unhelpful": 2, "helpful": 3},
        later={"unhelpful": 1},
    )
    assert rows(due) == [
        ("flagged", ("flagged",)),
        ("unhelpful", ("unhelpful",)),
        ("lapsed", ("lapsed",)),
        ("expiring", ("expiring",)),
        ("never", ("never",)),
        ("soon", ("due_soon",)),
    ]
    assert counts_of(due) == dict.fromkeys(
        ("flagged", "unhelpful", "lapsed", "expiring", "never", "due_soon"), 1
    )


def test_within_a_reason_more_reasons_then_more_complaints_then_the_earlier_day_count():
    due = listed(
        article("a", **CHECKED),
        article("b", **CHECKED),
        article("c"),
        article("d", verified_on=date(2025, 1, 2)),
        article("e", verified_on=date(2025, 1, 1)),
        article("f", verified_on=date(2025, 1, 1)),
        a={"flagged": 1},
        b={"flagged": 3, "comments": ("Old price.",)},
        c={"flagged": 1},
    )
    assert [slug for slug, _ in rows(due)] == ["c", "b", "a", "e", "f", "d"]
    assert rows(due)[0] == ("c", ("flagged", "never"))


def test_whose_articles_and_how_far_ahead():
    articles = [
        article("mine", owner="An Lê <an@example.com>"),
        article("mine-too", owner="AN LÊ"),
        article("ours", owner="team"),
        article("nobodys"),
    ]
    assert [slug for slug, _ in rows(listed(*articles, owner="an lê"))] == ["mine", "mine-too"]
    assert [slug for slug, _ in rows(listed(*articles, owner="an@example.com"))] == ["mine"]
    assert len(listed(*articles)) == 4
    later = article("later", **CHECKED)
    assert rows(listed(later, within=157)) == []
    assert rows(listed(later, within=158)) == [("later", ("due_soon",))]


_articles = st.builds(
    article,
    st.sampled_from("abcdefgh"),
    verified_on=st.none() | st.dates(),
    verify_every=st.integers(1, 3650),
    expire_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@given(st.lists(_articles, max_size=8, unique_by=lambda each: each.slug), st.randoms())
def test_the_order_does_not_depend_on_how_articles_come(articles, chance):
    said = {each.slug: {"flagged": len(each.slug) % 2} for each in articles[:2]}
    shuffled = list(articles)
    chance.shuffle(shuffled)
    due = listed(*articles, **said)
    assert due == listed(*shuffled, **said)
    assert all(each.reasons for each in due)
    assert due_shape(due, today=TODAY, within=14)["total"] == len(due)


# What was said


@pytest.fixture(scope="module")
def database(tmp_path_factory):
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('store') / 'kb.sqlite3'}")
    store = EventStore(database)

    def flag(key, day, comment=""):
        at = datetime.combine(day, datetime.min.time(), UTC)
        values = {"surface": "agent", "locale": "en", "audience": "internal", "user": "bo"}
        detail = "needs_update"
        store.append(Event("flagged", at, key=key, detail=detail, comment=comment, **values))

    for day in (date(2026, 5, 1), date(2026, 11, 1), date(2026, 11, 5), date(2026, 11, 9)):
        flag("en/flagged", day, f"On {day}.")
    flag("en/gone", date(2026, 11, 9))
    for number, day in enumerate([date(2026, 10, 1)] * 5 + [date(2026, 11, 20)] * 3):
        at = datetime.combine(day, datetime.min.time(), UTC)
        store.vote(Vote("en/voted", f"v{number}", number == 7, "unclear", "", at))
    yield database
    database.close()


def said_of(database, slug, verified_on):
    articles = [article(slug, verified_on=verified_on, verify_every=3000)]
    due = find_due(articles, database, today=TODAY, within=0)
    return [(each.reasons, each.said) for each in due]


def test_a_check_answers_what_was_said_before_it(database):
    ((reasons, said),) = said_of(database, "flagged", None)
    assert (reasons, said.flagged) == (("flagged", "never"), 3)
    assert said.comments == ("On 2026-11-09.", "On 2026-11-05.", "On 2026-11-01.")
    ((reasons, said),) = said_of(database, "flagged", date(2026, 11, 5))
    assert (reasons, said.comments) == (("flagged",), ("On 2026-11-09.",))
    assert said_of(database, "flagged", date(2026, 11, 9)) == []


def test_votes_count_from_the_check_on_and_a_check_to_come_answers_nothing(database):
    ((_, said),) = said_of(database, "voted", None)
    assert (said.helpful, said.unhelpful) == (1, 7)
    ((reasons, said),) = said_of(database, "voted", date(2026, 10, 1))
    assert (reasons, said.helpful, said.unhelpful) == (("unhelpful",), 1, 2)
    ((reasons, said),) = said_of(database, "voted", date(2027, 1, 1))
    assert (reasons, said.unhelpful) == (("unhelpful", "never"), 7)


def test_without_a_store_the_list_is_made_of_the_articles_alone():
    assert rows(find_due([article("a")], None, today=TODAY, within=0)) == [("a", ("never",))]


# The calendar


def parsed(data):
    """Read a calendar by RFC 5545 and nothing else; return its properties and its events.

    Lines end with CRLF (3.1) and have at most 75 octets, without it; a line that begins with a
    space goes on with the one before; a name, perhaps parameters, a colon and a value are left.
    In TEXT a backslash, a semicolon and a comma are escaped, a newline is \\n (3.3.11). A calendar
    has VERSION and PRODID (3.6), an event UID and DTSTAMP in UTC (3.6.1), each once.
    """
    assert data.endswith(b"\r\n")
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    raw = data.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in raw)
    assert all(line.decode("utf-8") for line in raw), "no letter is cut in two, no line is empty"
    lines = data.decode("utf-8").replace("\r\n ", "").split("\r\n")[:-1]
    open_, top, events = [], {}, []
    for line in lines:
        found = re.fullmatch(r"([A-Z-]+)((?:;[A-Z]+=[A-Za-z0-9-]+)*):(.*)", line)
        assert found, line
        name, parameters, value = found.groups()
        assert not re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value)
        if name == "BEGIN":
            open_.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert open_.pop() == value
        else:
            here = events[-1] if open_[-1] == "VEVENT" else top
            assert name not in here, "each once"
            here[name] = read(name, parameters, value)
    assert not open_
    assert {"VERSION", "PRODID"} <= top.keys()
    assert top["VERSION"] == "2.0"
    for event in events:
        assert {"UID", "DTSTAMP", "DTSTART", "SUMMARY"} <= event.keys()
        assert event["DTEND"] > event["DTSTART"], "the day after the last one"
    assert len({event["UID"] for event in events}) == len(events)
    return top, events


def read(name, parameters, value):
    if name in ("DTSTART", "DTEND"):
        assert parameters == ";VALUE=DATE"
        return datetime.strptime(value, "%Y%m%d").date()
    if name == "DTSTAMP":
        return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if name in ("SUMMARY", "DESCRIPTION", "X-WR-CALNAME"):
        assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", value), value
        return re.sub(r"\\(.)", lambda m: "\n" if m[1] in "nN" else m[1], value)
    return value


def calendar_of(*articles, locale="en", **said):
    return calendar(
        listed(*articles, within=AHEAD_DAYS, **said),
        words_for(locale),
        name="Help; due",
        host="help.example.com",
        now=NOW,
        today=TODAY,
        url_of=lambda each: f"https://help.example.com/{each.article.key}",
        list_url="https://help.example.com/agent/due",
    )


def test_what_is_to_come_stands_on_its_day_and_what_is_due_now_on_today():
    top, events = parsed(
        calendar_of(
            article("pay", owner="An", **CHECKED),
            article("cancel", expire_at=datetime(2026, 12, 24, tzinfo=UTC), **CHECKED),
            article("old", verified_on=date(2020, 1, 1)),
            article("new", expire_at=datetime(2026, 12, 1, tzinfo=UTC)),
        )
    )
    assert top["X-WR-CALNAME"] == "Help; due"
    assert [(each["DTSTART"], each["SUMMARY"]) for each in events] == [
        (TODAY, "2 articles need to be looked at"),
        (date(2026, 12, 1), "Expires: How do I new?"),
        (date(2026, 12, 24), "Expires: How do I cancel?"),
        (date(2027, 4, 30), "Check due: How do I cancel?"),
        (date(2027, 4, 30), "Check due: How do I pay?"),
    ]
    assert events[0]["DESCRIPTION"] == (
        "- How do I old?\n- How do I new?\nhttps://help.example.com/agent/due"
    )
    assert events[4]["DESCRIPTION"] == "the check counts until 2027-04-30\nOwner: An"
    assert events[4]["URL"] == "https://help.example.com/en/pay"
    assert {each["TRANSP"] for each in events} == {"TRANSPARENT"}


def test_an_entry_that_moves_keeps_its_identity():
    kept = article("pay", **CHECKED)
    _, (before,) = parsed(calendar_of(kept))
    _, (after,) = parsed(calendar_of(replace(kept, verified_on=date(2026, 11, 20))))
    assert before["UID"] == after["UID"]
    assert before["DTSTART"] < after["DTSTART"]


@given(st.text(min_size=1), st.text())
def test_any_title_and_owner_make_a_sound_calendar(title, owner):
    _, (event,) = parsed(calendar_of(article("pay", title=title, owner=owner, **CHECKED)))
    printable = "".join(char if char.isprintable() or char == "\n" else " " for char in title)
    wanted = f"Check due: {printable}".encode("utf-8", "replace").decode()
    assert event["SUMMARY"] == wanted


def test_an_empty_calendar_and_one_of_the_last_day_there_is():
    assert parsed(calendar_of())[1] == []
    last = article("pay", verified_on=TODAY, verify_every=3650)
    assert parsed(calendar_of(last))[1] == []


# Reminders


SITE = {"name": "Hỗ trợ", "url": "https://help.example.com", "default_locale": "zh-Hant"}


def messages(*articles, mail_to="", **said):
    settings = Settings.model_validate({"site": SITE, "verification": {"mail_to": mail_to}})
    due = listed(*articles, **said)
    paths = {each.key: f"articles/{each.key}.md" for each in articles}
    return reminders(due, articles, paths, settings, NOW)


def opened(reminder):
    data = reminder.message.as_bytes()
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert data.isascii(), "any mail server takes it"
    found = message_from_bytes(data, policy=policy.default)
    assert not found.defects
    return found


def text_of(mail):
    return mail.get_content().replace("\r\n", "\n")


def test_each_owner_gets_one_message_in_the_language_they_write():
    made = messages(
        article("trả", "vi", title="Trả tiền thế nào?", owner="Bình <binh@example.com>"),
        article("pay", owner="An <an@example.com>"),
        article("付款", "zh-Hant", title="如何付款？", owner="an@example.com"),
        article("cancel", owner="Cy <cy@example.com>"),
        article("send", owner="cy@example.com", expire_at=NOW + timedelta(days=1)),
    )
    found = {each.address: opened(each) for each in made}
    assert {to: mail["Subject"] for to, mail in found.items()} == {
        "cy@example.com": "Hỗ trợ: 2 articles need to be looked at",
        "an@example.com": "Hỗ trợ: 有 2 篇文章需要檢視",
        "binh@example.com": "Hỗ trợ: 1 bài viết cần xem lại",
    }
    mail = found["binh@example.com"]
    assert mail["To"] == "Bình <binh@example.com>"
    assert mail["From"] == "Hỗ trợ <kb@help.example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    text = text_of(mail)
    assert (
        "* Trả tiền thế nào?\n  chưa ai ghi lại lần kiểm chứng nào\n  articles/vi/trả.md\n" in text
    )
    assert "https://help.example.com/vi/articles/tr%E1%BA%A3" in text
    assert "https://help.example.com/agent/due" in text


def test_a_message_is_the_same_one_that_day_and_another_the_next():
    once, again = (
        messages(article("a", owner="a@example.com")),
        messages(article("b", owner="Bo <A@example.com>")),
    )
    assert once[0].message["Message-ID"] == again[0].message["Message-ID"]
    assert once[0].file_name("2026-11-23") == "2026-11-23-a@example.com-08168c.eml"
    assert re.fullmatch(
        r"<due\.2026-11-23\.\w{20}@help\.example\.com>", once[0].message["Message-ID"]
    )
    (other,) = messages(article("b", owner="b@example.com"))
    assert other.message["Message-ID"] != once[0].message["Message-ID"]


def test_a_name_is_written_to_where_any_article_gives_its_address():
    (made,) = messages(
        article("a", owner="An"), article("b", owner="An <an@example.com>", **CHECKED)
    )
    assert (made.owner, made.address, made.articles) == ("An", "an@example.com", 1)


def test_who_has_no_address_is_written_about_to_the_team_or_named():
    articles = [article("a", owner="team"), article("b", audience="internal")]
    assert [(each.owner, each.message) for each in messages(*articles)] == [
        ("team", None),
        ("", None),
    ]
    found = [opened(each) for each in messages(*articles, mail_to="kb@example.com")]
    assert [mail["To"] for mail in found] == ["team <kb@example.com>", "kb@example.com"]
    assert "en/articles/b" not in text_of(found[1]), "its page is not for everybody"


def test_a_long_list_is_cut_and_comments_are_told():
    many = [article(f"a{n:03}", owner="an@example.com") for n in range(MOST_LISTED + 3)]
    said = {"a002": {"flagged": 2, "comments": ("The price is old.",)}}
    text = text_of(opened(messages(*many, **said)[0]))
    assert text.count("\n* ") == MOST_LISTED
    assert "... and 3 more." in text
    assert text.index("flagged by agents: 2\n") < text.index("  The price is old.")


@given(st.text(max_size=80), st.text(min_size=1, max_size=80))
def test_any_owner_and_title_make_a_sound_message(owner, title):
    owner, title = (
        " ".join(each.encode("utf-8", "ignore").decode().split()) for each in (owner, title)
    )
    (made,) = messages(article("a", owner=owner, title=title or "-"), mail_to="kb@example.com")
    mail = opened(made)
    assert [address.addr_spec for address in mail["To"].addresses] == [made.address]
    assert "/" not in made.file_name("2026-11-23")
    assert Path(made.file_name("2026-11-23")).suffix == ".eml"
