"""Whether somebody answers for an article, has checked it, and for how long it is shown."""

from collections.abc import Iterator
from datetime import timedelta

from kb.article import last_day_of_check, verification
from kb.files.people import is_same_person
from kb.lint.finding import Finding
from kb.lint.reading import Circumstances, Subject
from kb.lint.rules import make


def check(subject: Subject, circumstances: Circumstances) -> Iterator[Finding]:
    """Yield what its owner has to do; nobody has to do anything about a draft."""
    article = subject.written.article
    if article.status != "published":
        return
    if not article.description and article.kind == "article":
        fix = "Say in one sentence what readers can do then"
        yield make("no-description", subject.shown, subject.line_of("title"), "no description", fix)
    yield from _owner(subject, circumstances.lint.owners)
    yield from _verification(subject, circumstances)
    yield from _expiry(subject, circumstances)


def _owner(subject: Subject, owners: tuple[str, ...]) -> Iterator[Finding]:
    owner = subject.written.article.owner
    line = subject.line_of("owner", "ms.author")
    if not owner:
        fix = "Give `owner:`, or one for the whole folder in _defaults.yml"
        yield make("no-owner", subject.shown, line, "no owner", fix)
    elif owners and not any(is_same_person(owner, known) for known in owners):
        found = f"the owner {owner} is not one of [lint] owners"
        fix = "Give one of them, or add this one to the settings"
        yield make("unknown-owner", subject.shown, line, found, fix)


def _verification(subject: Subject, circumstances: Circumstances) -> Iterator[Finding]:
    article, today = subject.written.article, circumstances.now.date()
    given = article.verified_on
    if given == today + timedelta(days=1):
        given = today  # east of Greenwich, where it was checked, it is that day already
    line = subject.line_of("verified_on", "title")
    fix = "Check every step, then set `verified_on:` to that day"
    state = verification(given, article.verify_every, today)
    if state == "lapsed" and given:
        last = last_day_of_check(given, article.verify_every)
        found = f"the check of {given} counted until {last}"
        yield make("verification-lapsed", subject.shown, line, found, fix)
    elif state == "never":
        found = f"verified_on {given} is still to come" if given else "nobody has checked it"
        yield make("never-verified", subject.shown, line, found, fix)


def _expiry(subject: Subject, circumstances: Circumstances) -> Iterator[Finding]:
    end, now = subject.written.article.expire_at, circumstances.now
    if end is None:
        return
    line = subject.line_of("expire_at", "expiryDate", "unpublishdate")
    if end <= now:
        fix = "Take the file away, set `status: archived` or give a later moment"
        yield make("expired", subject.shown, line, f"expired on {end.date()}", fix)
    elif end - now <= timedelta(days=circumstances.warn_days):
        fix = "Give a later moment if it still holds then"
        yield make("expires-soon", subject.shown, line, f"expires on {end.date()}", fix)
