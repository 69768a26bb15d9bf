"""Record that somebody checked every step of an article: who may, on which day, for how long.

Who asks is whom git or the caller names. So the policy keeps colleagues from signing for each
other by mistake; who may change files at all is decided where the repository is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from kb import git
from kb.article import Article, last_day_of_check
from kb.errors import KnowledgeBaseError
from kb.files.foreign_fields import name_in_ours
from kb.files.people import identities, is_same_person
from kb.settings_tables import Source, Verification
from kb.writing import tree
from kb.writing.content import Written, file_at, read_file
from kb.writing.editing import with_field

_DAY, _EVERY = "verified_on", "verify_every"


class Refused(KnowledgeBaseError):
    """Somebody may not say that an article is right; the message says who may."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check that may be recorded, and is not yet.

    text      the whole file with the check in it
    before    day of the last check, or None
    last_day  on which this one counts
    """

    written: Written
    text: str
    day: date
    before: date | None
    last_day: date

    def record(self) -> None:
        """Write the file; what the author wrote stays, a byte order mark too."""
        tree.write(self.written.path, self.text)


def asking(folder: Path) -> str:
    """Return who is at work in a folder, as git knows them: `Name <address>`, or ""."""
    name, address = (
        (git.ask(folder, "config", f"user.{field}") or "").strip() for field in ("name", "email")
    )
    return f"{name} <{address}>".strip() if address else name


def checks(
    paths: Sequence[Path],
    sources: Sequence[Source],
    rules: Verification,
    *,
    on: date,
    today: date,
    every: int | None = None,
    by: str = "",
) -> list[Check]:
    """Return the checks of these files, none of them recorded; raises when one cannot be.

    today  in UTC, as everywhere; a day after it is refused
    every  days that the checks count; None: as the articles say
    by     who checked; "": who asks, as git says
    """
    if on > today:
        raise Refused(f"{on} is still to come: in UTC it is {today}. Give the day of the check.")
    found = []
    for path in dict.fromkeys(path.absolute() for path in paths):
        if path.is_dir():
            raise Refused(f"{path} is a folder. Name the articles that were checked.")
        file = file_at(path, sources)
        if not path.exists():
            raise Refused(f"{path}: there is no such file. Name an article.")
        written = read_file(file)
        if problem := _refusal(written.article, by or asking(path.parent), rules):
            raise Refused(f"{path}: {problem}")
        found.append(_check(written, on, every))
    return found


def _refusal(article: Article, asker: str, rules: Verification) -> str:
    """Return why somebody may not verify an article; "" when they may."""
    if rules.policy == "anyone":
        return ""
    if not identities(asker):
        return "git does not say who you are. Run `git config user.email YOU`, or give --by."
    allowed = list(rules.verifiers)
    if rules.policy == "owner" and article.owner:
        allowed.insert(0, article.owner)
    if any(is_same_person(asker, each) for each in allowed):
        return ""
    if not allowed:
        return "it has no owner. Give it one by `owner:`, or list verification.verifiers."
    return f"{asker} may not verify it. Ask {' or '.join(allowed)}."


def _check(written: Written, day: date, every: int | None) -> Check:
    path, article = written.path, written.article
    text = written.text
    for key in written.document.values:
        # `verified:` means the same, and would puzzle beside the new day.
        if key != _DAY and name_in_ours(key) == _DAY:
            text = with_field(text, key, None, path)
    text = with_field(text, _DAY, day.isoformat(), path)
    if every is not None:
        text = with_field(text, _EVERY, str(every), path)
    counts = article.verify_every if every is None else every
    last = last_day_of_check(day, counts)
    return Check(written, text, day, article.verified_on, last)
