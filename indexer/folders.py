"""Lay a generation out in its folder: an index per audience and locale, and what goes with them.

    public/<locale>/     Whoosh index of the public articles
    public/topics.json   names of the topics that have public articles, by locale
    public/media/        images that public articles show
    internal/...         the same for everything; a locale without internal articles is a link to
                         the public index, built once
    internal/ledger.json what the generation was made from

The folder starts out either empty or as the previous generation's files, shared with it.
"""

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from indexer import ledger
from indexer.draft import link_or_copy
from indexer.ledger import Entry
from indexer.plan import AUDIENCES, Delta, Plan, delta, documents_of
from indexer.writer import LocaleWriter, Material
from kb.article import Audience
from kb.library import TopicInfo
from kb.search import Topic

TOPICS_FILE = "topics.json"
MEDIA = "media"
LEDGER = ledger.FILE
# Whoosh keeps its lock in the index folder; one that is shared would lock other generations.
LOCK_FILE = "MAIN_WRITELOCK"

TopicNames = Mapping[str, Mapping[str, TopicInfo]]


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
    wanted = list(plan.entries.values())
    found = []
    for locale in sorted(_locales(known) | _locales(wanted)):
        for audience in AUDIENCES:
            want = documents_of(wanted, audience, locale)
            place = folder / audience / locale
            if audience == "internal" and want == documents_of(wanted, "public", locale):
                _link_to_public(place, locale, bool(want))
                continue
            have = documents_of(known, audience, locale)
            if audience == "internal" and (place.is_symlink() or not place.exists()):
                _copy_of_public(place, folder / "public" / locale)
                have = documents_of(known, "public", locale)
            change = delta(have, want)
            if not want:
                shutil.rmtree(place, ignore_errors=True)
            elif change:
                found.append(Target(audience, locale, place, change))
    return found


def write_indexes(chosen: Sequence[Target], materials: Iterable[Material]) -> None:
    """Write every target; each material goes to all targets that want its article."""
    writers = [(target, LocaleWriter(target.folder)) for target in chosen]
    try:
        for target, writer in writers:
            writer.remove(target.delta.removed | target.delta.changed)
        for material in materials:
            key = material.head.summary.key
            for target, writer in writers:
                if key in target.delta.added or key in target.delta.changed:
                    writer.add(material)
        for _, writer in writers:
            writer.commit()
    except BaseException:
        for _, writer in writers:
            writer.cancel()
        raise


def write_extras(folder: Path, plan: Plan, names: TopicNames) -> None:
    """Write topics, images and the ledger."""
    for audience in AUDIENCES:
        place = folder / audience
        place.mkdir(parents=True, exist_ok=True)
        _replace(place / TOPICS_FILE, _topics(plan, audience, names))
        _write_images(place / MEDIA, plan.images.by_audience[audience])
    _replace(folder / LEDGER, ledger.dump(plan.entries.values()))


def read_topics(folder: Path) -> dict[str, list[Topic]]:
    """Return the topics of one audience's half of a generation, by locale."""
    rows = orjson.loads((folder / TOPICS_FILE).read_bytes())
    return {locale: [Topic(**row) for row in topics] for locale, topics in rows.items()}


def topics_changed(folder: Path, plan: Plan, names: TopicNames) -> bool:
    """Whether the topics in a generation's folder are not those of the plan."""
    return any(
        (folder / audience / TOPICS_FILE).read_bytes() != _topics(plan, audience, names)
        for audience in AUDIENCES
    )


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


def _replace(path: Path, data: bytes) -> None:
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


def _locales(entries: Iterable[Entry]) -> set[str]:
    return {entry.key.partition("/")[0] for entry in entries if entry.documents}
