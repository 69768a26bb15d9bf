"""The due list as a calendar that other programs subscribe to (iCalendar, RFC 5545).

What is to come stands on its day. What is due now is one entry of today, so that nobody's past
fills up with it. Entries keep their UID, so that a program moves one and does not add another.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256

from kb.writing.due import Due
from kb.writing.due_words import Words

AHEAD_DAYS = 366
MOST_EVENTS = 1_000
_MOST_NAMED = 20
# What has a day of its own in the calendar.
_TO_COME = {"expiring", "due_soon"}
_LINE_OCTETS = 75
_PRODUCT = "-//kb-search//due list//EN"


def calendar(
    due: Sequence[Due],
    words: Words,
    *,
    name: str,
    host: str,
    now: datetime,
    today: date,
    url_of: Callable[[Due], str],
    list_url: str,
) -> bytes:
    """Return the calendar of a list that was made with `within=AHEAD_DAYS`.

    name      of the calendar
    host      of this site, which makes its UIDs the only ones
    url_of    where staff read an article
    list_url  of the page with the whole list
    """
    coming = [(day, kind, each) for each in due for day, kind in _days(each) if day >= today]
    coming.sort(key=lambda row: (row[0], row[2].article.key, row[1]))
    pressing = [each for each in due if not _TO_COME.issuperset(each.reasons)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{_PRODUCT}", f"X-WR-CALNAME:{_text(name)}"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:P1D", "X-PUBLISHED-TTL:P1D"]
    stamp = f"{now:%Y%m%dT%H%M%SZ}"
    if pressing:
        title = words.counted(len(pressing))
        notes = [*(f"- {each.article.title}" for each in pressing[:_MOST_NAMED]), list_url]
        lines += _event(f"now@{host}", today, stamp, title, notes, list_url)
    for day, kind, each in coming[:MOST_EVENTS]:
        title = (words.check if kind == "check" else words.expiry).format(title=each.article.title)
        notes = [words.reason(reason, each) for reason in each.reasons]
        if each.article.owner:
            notes.append(words.owner.format(owner=each.article.owner))
        uid = sha256(f"{kind} {each.article.key}".encode()).hexdigest()[:32]
        lines += _event(f"{uid}@{host}", day, stamp, title, notes, url_of(each))
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _days(due: Due) -> Iterator[tuple[date, str]]:
    if due.counts_to:
        yield due.counts_to, "check"
    if due.expires_on:
        yield due.expires_on, "expiry"


def _event(
    uid: str, day: date, stamp: str, title: str, notes: Sequence[str], url: str
) -> Iterator[str]:
    """Yield the lines of an entry for a whole day, which keeps nobody from other work."""
    yield from ("BEGIN:VEVENT", f"UID:{uid}", f"DTSTAMP:{stamp}")
    yield f"DTSTART;VALUE=DATE:{day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{_after(day):%Y%m%d}"
    yield f"SUMMARY:{_text(title)}"
    yield f"DESCRIPTION:{_text(chr(10).join(notes))}"
    yield f"URL:{url}"
    yield from ("TRANSP:TRANSPARENT", "END:VEVENT")


def _after(day: date) -> date:
    return day + timedelta(days=day < date.max)


def _text(value: str) -> str:
    """Return a value of the type TEXT: what has a meaning of its own is escaped."""
    value = value.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    lines = value.split("\n")
    return "\\n".join("".join(c if c.isprintable() else " " for c in line) for line in lines)


def _folded(line: str) -> bytes:
    """Return a line of at most 75 octets, continued on others where it is longer.

    No letter is cut in two.
    """
    folded, length = bytearray(), 0
    for char in line:
        data = char.encode("utf-8", "replace")
        if length + len(data) > _LINE_OCTETS:
            folded += b"\r\n "
            length = 1
        folded += data
        length += len(data)
    return bytes(folded + b"\r\n")
