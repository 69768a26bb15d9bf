"""Decide what an update has to do, from the files as they are and the ledger as it was.

An article's documents depend on its file, on where its links lead, on the day git gives it and on
the clock. All of that goes into one hash; where the hash is the same, nothing is done.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256

from indexer.ledger import Entry, FileId
from indexer.linking import Images, Links, resolve_links
from kb.article import Audience
from kb.history import last_changes
from kb.settings import Source

AUDIENCES: tuple[Audience, Audience] = ("public", "internal")


@dataclass(slots=True)
class Plan:
    """What readers are to see.

    entries  of all usable files; `documents` is "" for those that are not live
    links    where each file's links lead
    updated  day of each file's last change
    images   what the articles show, by audience
    """

    entries: dict[FileId, Entry] = field(default_factory=dict)
    links: dict[FileId, Links] = field(default_factory=dict)
    updated: dict[FileId, date] = field(default_factory=dict)
    images: Images = field(default_factory=Images)

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next moment at which the clock alone changes what readers see."""
        moments = (entry.next_change(now) for entry in self.entries.values())
        return min((moment for moment in moments if moment), default=None)


def last_days(sources: Iterable[Source]) -> dict[FileId, date]:
    """Return the day of the last change of every file that git knows."""
    return {
        (source.name, path): change.day
        for source in sources
        for path, change in last_changes(source.path).items()
    }


def make_plan(
    entries: Mapping[FileId, Entry],
    sources: Mapping[str, Source],
    days: Mapping[FileId, date],
    now: datetime,
) -> Plan:
    """Return what readers are to see at `now`."""
    plan = Plan()
    for identity, entry in entries.items():
        if not entry.is_live(now) or (entry.failure and not entry.outdated):
            plan.entries[identity] = replace(entry, documents="")
            continue
        links = resolve_links(entry, entries, sources[entry.source], plan.images, now)
        day = days.get(identity, entry.dated)
        if day:
            plan.updated[identity] = day
        plan.links[identity] = links
        if not entry.failure:
            shape = (entry.digest, sorted(links.items()), day)
            documents = sha256(repr(shape).encode()).hexdigest()[:24]
            entry = replace(entry, documents=documents)
        plan.entries[identity] = entry
    return plan


@dataclass(frozen=True, slots=True)
class Delta:
    """What has to happen to one audience's index of one locale."""

    removed: frozenset[str]
    added: frozenset[str]
    changed: frozenset[str]

    @property
    def written(self) -> frozenset[str]:
        """Keys of the articles to write."""
        return self.added | self.changed

    def __bool__(self) -> bool:
        return bool(self.removed or self.added or self.changed)


def documents_of(
    entries: Iterable[Entry], audience: Audience, locale: str | None = None
) -> dict[str, str]:
    """Return key -> hash of the articles that an audience's index holds."""
    return {
        entry.key: entry.documents
        for entry in entries
        if entry.documents
        and (audience == "internal" or entry.audience == "public")
        and (locale is None or entry.key.startswith(f"{locale}/"))
    }


def delta(have: Mapping[str, str], want: Mapping[str, str]) -> Delta:
    """Return what makes an index that has `have` hold `want`."""
    return Delta(
        removed=frozenset(have.keys() - want.keys()),
        added=frozenset(want.keys() - have.keys()),
        changed=frozenset(key for key in have.keys() & want.keys() if have[key] != want[key]),
    )
