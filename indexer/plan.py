"""Decide what an update has to do, from the files as they are and the ledger as it was.

An article's documents depend on its file, on where its links lead, on what git tells of it and on
the clock. All of that goes into one hash; where the hash is the same, nothing is done.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from indexer.ledger import Entry, FileId
from indexer.linking import Images, Links, Resolver
from indexer.manifest import Generation
from indexer.pasts import Pasts
from indexer.seen import Seen
from kb.article import Audience
from kb.paths import article_path
from kb.settings_tables import Source

# Articles hold the addresses of others: another way to make them is another text.
_ADDRESS = article_path("locale/slug")
AUDIENCES: tuple[Audience, Audience] = ("public", "internal")


@dataclass(frozen=True, slots=True)
class Base:
    """What an update starts from.

    generation  the newest sound one, or None
    known       its ledger
    shared      whether its files are used; False when all has to be written anew
    """

    generation: Generation | None
    known: Mapping[FileId, Entry]
    shared: bool


class PlannedLinks(Mapping[FileId, Links]):
    """Where the links of each live article lead, worked out when it is asked for."""

    def __init__(self, resolver: Resolver, live: Mapping[FileId, Entry]) -> None:
        self._resolver = resolver
        self._live = live

    def __getitem__(self, identity: FileId) -> Links:
        return self._resolver.links(self._live[identity])

    def __iter__(self) -> Iterator[FileId]:
        return iter(self._live)

    def __len__(self) -> int:
        return len(self._live)


@dataclass(frozen=True, slots=True)
class Plan:
    """What readers are to see.

    entries  of all usable files; `documents` is "" for those that are not live
    links    where each live article's links lead
    pasts    what git tells of each live article, as a line of kb.files.past
    images   what the articles show, by audience
    """

    entries: dict[FileId, Entry]
    links: Mapping[FileId, Links]
    pasts: dict[FileId, str]
    images: Images

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next moment at which the clock alone changes what readers see."""
        moments = (entry.next_change(now) for entry in self.entries.values())
        return min((moment for moment in moments if moment), default=None)


def make_plan(
    entries: Mapping[FileId, Entry],
    sources: Mapping[str, Source],
    pasts: Pasts,
    now: datetime,
    seen: Seen | None = None,
) -> Plan:
    """Return what readers are to see at `now`."""
    resolver = Resolver(entries, sources, now, seen)
    planned: dict[FileId, Entry] = {}
    live = {
        identity: entry
        for identity, entry in entries.items()
        if entry.is_live(now) and (entry.outdated or not entry.failure)
    }
    behind = pasts.behind(live)
    told: dict[FileId, str] = {}
    for identity, entry in entries.items():
        if identity not in live:
            planned[identity] = _with_documents(entry, "")
            continue
        # Also of an article that keeps its last good version: its images have to stay.
        ends = resolver.ends(entry)
        past = told[identity] = pasts.line(entry, behind)
        if not entry.failure:
            shape = f"{_ADDRESS} {entry.digest} {ends} {past}"
            entry = _with_documents(entry, sha256(shape.encode()).hexdigest()[:24])
        planned[identity] = entry
    return Plan(planned, PlannedLinks(resolver, live), told, resolver.images)


def _with_documents(entry: Entry, documents: str) -> Entry:
    """Return the entry itself where nothing changes: most entries are compared by identity."""
    return entry if entry.documents == documents else replace(entry, documents=documents)


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


def documents_of(entries: Iterable[Entry], audience: Audience) -> dict[str, str]:
    """Return key -> hash of the articles that an audience's indexes hold."""
    return {
        entry.key: entry.documents
        for entry in entries
        if entry.documents and (audience == "internal" or entry.audience == "public")
    }


def delta(have: Mapping[str, str], want: Mapping[str, str]) -> Delta:
    """Return what makes an index that has `have` hold `want`."""
    return Delta(
        removed=frozenset(have.keys() - want.keys()),
        added=frozenset(want.keys() - have.keys()),
        changed=frozenset(key for key in have.keys() & want.keys() if have[key] != want[key]),
    )


def counts_of(plan: Plan) -> dict[str, dict[str, int]]:
    """Return the number of articles by audience and locale."""
    counts: dict[str, dict[str, int]] = {}
    for audience in AUDIENCES:
        keys = documents_of(plan.entries.values(), audience)
        counts[audience] = dict(sorted(Counter(key.partition("/")[0] for key in keys).items()))
    return counts
