"""Reminders as messages that a mail program can send: one for each owner, none is sent here.

An owner without an address is written about to `verification.mail_to`. The Message-ID is the same
for the same owner and day, so that a message which is made twice is one to mail programs.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from urllib.parse import urlsplit

from kb.files.people import MAIL_ADDRESS, address_of, name_of, person_key
from kb.paths import article_path
from kb.settings import Settings
from kb.words.characters import one_line
from kb.writing.due import Due, Kept
from kb.writing.due_words import Words, words_for

MOST_LISTED = 50
_LIST = "/agent/due"


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one owner is to be told.

    owner    as an article names them; "" for the articles that name nobody
    person   what tells them from others
    address  to which it goes; "" where nobody is known
    message  for a mail program; None without an address
    """

    owner: str
    person: str
    address: str
    articles: int
    message: EmailMessage | None = None

    def file_name(self, day: str) -> str:
        """Return a name that is the same for the same owner and day."""
        plain = re.sub(r"[^\w.@+-]+", "-", self.person).strip(".-")[:80]
        return f"{day}-{plain or 'nobody'}-{_digest(self.person)[:6]}.eml"


def reminders(
    due: Sequence[Due],
    articles: Iterable[Kept],
    paths: Mapping[str, str],
    settings: Settings,
    now: datetime,
) -> list[Reminder]:
    """Return one reminder for each owner of what is due, in the order of the list.

    articles  all that are looked after: in which language somebody writes
    paths     key -> the file as it is named to `kb verify`
    """
    known = list(articles)
    pairs = {(name_of(each.owner), address_of(each.owner)) for each in known}
    addresses = {name: address for name, address in sorted(pairs) if address}
    languages: dict[str, set[str]] = {}
    for each in known:
        languages.setdefault(_person(each.owner, addresses), set()).add(each.locale)
    by_person: dict[str, list[Due]] = {}
    for one in due:
        by_person.setdefault(_person(one.article.owner, addresses), []).append(one)
    found = []
    for person, own in by_person.items():
        address = address_of(person) or settings.verification.mail_to
        owner, message = own[0].article.owner, None
        if address:
            spoken = languages[person]
            locale = next(iter(spoken)) if len(spoken) == 1 else settings.site.default_locale
            message = _message(own, words_for(locale), paths, settings)
            message["To"] = _mailbox(name_of(owner), address)
            message["Date"] = format_datetime(now)
            place = f"{_digest(person)}@{_host(settings)}"
            message["Message-ID"] = f"<due.{now:%Y-%m-%d}.{place}>"
        found.append(Reminder(owner, person, address, len(own), message))
    return found


def _digest(person: str) -> str:
    return sha256(person.encode()).hexdigest()[:20]


def _person(owner: str, addresses: Mapping[str, str]) -> str:
    """Return who an owner is: by the address, where any article gives it beside the name."""
    return addresses.get(name_of(owner)) or person_key(owner)


def _message(
    due: Sequence[Due], words: Words, paths: Mapping[str, str], settings: Settings
) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    host = _host(settings)
    sender = settings.verification.mail_from or f"kb@{host}"
    message["From"] = _mailbox(settings.site.name, sender)
    message["Subject"] = one_line(f"{settings.site.name}: {words.counted(len(due))}")
    message["Auto-Submitted"] = "auto-generated"
    lines = [words.opening, ""]
    for each in due[:MOST_LISTED]:
        lines.append(f"* {each.article.title}")
        lines += [f"  {words.reason(reason, each)}" for reason in each.reasons]
        lines += [f"  {said}" for said in each.said.comments]
        lines += [f"  {where}" for where in _places(each, paths, settings.site.url)]
        lines.append("")
    if len(due) > MOST_LISTED:
        lines += [words.more.format(count=len(due) - MOST_LISTED), ""]
    lines += [words.closing, "  kb verify PATH"]
    if settings.site.url and settings.staff.enabled:
        lines += ["", f"{words.the_list} {settings.site.url}{_LIST}"]
    message.set_content("\n".join(lines) + "\n", charset="utf-8", cte="quoted-printable")
    return message


def _places(due: Due, paths: Mapping[str, str], url: str) -> Iterable[str]:
    """Yield the file, and the address of what everybody can read."""
    if due.article.key in paths:
        yield paths[due.article.key]
    if url and due.article.audience == "public":
        yield url + article_path(due.article.key)


def _mailbox(name: str, address: str) -> Address:
    return Address("" if name == address else one_line(name), addr_spec=address)


def _host(settings: Settings) -> str:
    host = urlsplit(settings.site.url).hostname or ""
    return host if MAIL_ADDRESS.fullmatch(f"kb@{host}") else "localhost"
