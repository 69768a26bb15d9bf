"""Lay a generation out in its folder: an index per audience and locale, and what goes with them.

    public/<locale>/     index of the public articles: Whoosh's files, arrays, segments.json
    public/topics.json   names of the topics that have public articles, by locale
    public/media/        images that public articles show
    internal/...         the same for everything; a locale without internal articles is a link to
                         the public index, built once
    internal/ledger.json what the generation was made from
    .../synonyms.json    see indexer.synonyms
    .../removed.json     see indexer.removed
    .../standings.json   see kb.results.standing

The folder starts out either empty or as the previous generation's files, shared with it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from indexer import ledger
from indexer.draft import link_or_copy
from indexer.language_files import LanguageFiles
from indexer.ledger import Entry
from indexer.plan import AUDIENCES, Delta, Plan, delta, documents_of
from indexer.standing_tables import FILE as STANDINGS_FILE
from indexer.standing_tables import read_standings
from indexer.topics import MEDIA, TOPICS_FILE
from kb.article import Audience
from kb.results.standing import Standings
from kb.search import Topic

if TYPE_CHECKING:
    from kb.files.library import TopicInfo

LEDGER = ledger.FILE
# Whoosh keeps its lock in the index folder; one that is shared would lock other generations.
LOCK_FILE = "MAIN_WRITELOCK"

TopicNames = Mapping[str, Mapping[str, "TopicInfo"]]


@dataclass(frozen=True, slots=True)
class Beside:
    """What a generation holds beside articles, and acts without writing one of them anew.

    removed    what writers say of articles they took away
    standings  what readers' votes say, by key; of articles that are not there, too
    """

    topics: TopicNames = field(default_factory=dict)
    synonyms: LanguageFiles = field(default_factory=LanguageFiles)
    removed: LanguageFiles = field(default_factory=LanguageFiles)
    standings: Standings = field(default_factory=dict)


def is_lock(path: str) -> bool:
    """Whether a path in a generation is Whoosh's lock, which belongs to no generation."""
    return path.endswith(LOCK_FILE)


@dataclass(frozen=True, slots=True)
class Target:
    """One index to bring up to date."""

    audience: Audience
    locale: str
    folder: Path
    delta: Delta


def targets(folder: Path, known: Iterable[Entry], plan: Plan) -> list[Target]:
    """Prepare the folders of all indexes and return those that have to be written.

    known  entries that describe what is in `folder` now
    """
    known = list(known)
    there = {audience: _by_locale(known, audience) for audience in AUDIENCES}
    wanted = {audience: _by_locale(plan.entries.values(), audience) for audience in AUDIENCES}
    found = []
    for locale in sorted(there["internal"].keys() | wanted["internal"].keys()):
        for audience in AUDIENCES:
            want = wanted[audience].get(locale, {})
            place = folder / audience / locale
            if audience == "internal" and want == wanted["public"].get(locale, {}):
                _link_to_public(place, locale, bool(want))
                continue
            have = there[audience].get(locale, {})
            if audience == "internal" and (place.is_symlink() or not place.exists()):
                _copy_of_public(place, folder / "public" / locale)
                have = there["public"].get(locale, {})
            change = delta(have, want)
            if not want:
                shutil.rmtree(place, ignore_errors=True)
            elif change:
                found.append(Target(audience, locale, place, change))
    return found


def write_extras(folder: Path, plan: Plan, beside: Beside) -> None:
    """Write topics, what readers' votes say, images and the ledger."""
    for audience in AUDIENCES:
        place = folder / audience
        place.mkdir(parents=True, exist_ok=True)
        replace_file(place / TOPICS_FILE, _topics(plan, audience, beside.topics))
        known = _standings(plan, audience, beside.standings)
        replace_file(place / STANDINGS_FILE, orjson.dumps(known))
        _write_images(place / MEDIA, plan.images.by_audience[audience])
    replace_file(folder / LEDGER, ledger.dump(plan.entries.values()))


def topics_changed(folder: Path, plan: Plan, names: TopicNames) -> bool:
    """Whether the topics in a generation's folder are not those of the plan."""
    return any(
        (folder / audience / TOPICS_FILE).read_bytes() != _topics(plan, audience, names)
        for audience in AUDIENCES
    )


def standings_changed(folder: Path, plan: Plan, standings: Standings) -> bool:
    """Whether a generation's folder says something else of the plan's articles."""
    return any(
        read_standings(folder / audience) != _standings(plan, audience, standings)
        for audience in AUDIENCES
    )


def _standings(plan: Plan, audience: Audience, standings: Standings) -> dict[str, int]:
    """Return the standings of articles that the audience may read; it learns of no others."""
    keys = documents_of(plan.entries.values(), audience).keys() & standings.keys()
    return {key: standings[key] for key in sorted(keys)}


def _topics(plan: Plan, audience: Audience, names: TopicNames) -> bytes:
    """Return the named topics that the audience has articles in; the others stay unknown to it."""
    topics: dict[str, list[Topic]] = {}
    for locale, slug in sorted(set(_topic_slugs(plan, audience))):
        info = names.get(locale, {}).get(slug)
        if info:
            topic = Topic(slug, info.title, info.description, info.order)
            topics.setdefault(locale, []).append(topic)
    return orjson.dumps(topics, option=orjson.OPT_SORT_KEYS)


def _topic_slugs(plan: Plan, audience: Audience) -> Iterator[tuple[str, str]]:
    for entry in plan.entries.values():
        if entry.documents and (audience == "internal" or entry.audience == "public"):
            yield entry.key.partition("/")[0], entry.topic


def _write_images(folder: Path, images: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    there = {entry.name for entry in os.scandir(folder)}
    for name in there - images.keys():
        (folder / name).unlink()
    for name in images.keys() - there:
        (folder / name).write_bytes(images[name])


def replace_file(path: Path, data: bytes) -> None:
    """Write a file that the previous generation may share: never in place."""
    if path.exists():
        if path.read_bytes() == data:
            return
        path.unlink()
    path.write_bytes(data)


def _link_to_public(place: Path, locale: str, needed: bool) -> None:
    if place.is_symlink():
        if not needed:
            place.unlink()
        return
    if place.exists():
        shutil.rmtree(place)
    if needed:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(Path("..") / "public" / locale)


def _copy_of_public(place: Path, public: Path) -> None:
    """Start an internal index from the public one's files, shared."""
    if place.is_symlink():
        place.unlink()
    place.mkdir(parents=True)
    if public.is_dir():
        for file in public.iterdir():
            if not is_lock(file.name):
                link_or_copy(file, place / file.name)


def _by_locale(entries: Iterable[Entry], audience: Audience) -> dict[str, dict[str, str]]:
    """Return key -> hash of the articles that an audience's indexes hold, by locale."""
    found: dict[str, dict[str, str]] = {}
    for key, documents in documents_of(entries, audience).items():
        found.setdefault(key.partition("/")[0], {})[key] = documents
    return found
