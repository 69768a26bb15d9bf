"""Bring the index to the state of the articles: scan, read, plan, render, write, switch.

Whatever happens on the way, the generation that is being served stays: a new one appears whole
or not at all. The cost follows the change, except for reading and hashing the files.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from indexer import ledger
from indexer.folders import (
    TopicNames,
    is_lock,
    targets,
    topics_changed,
    write_extras,
    write_indexes,
)
from indexer.generations import Generations
from indexer.intake import Intake, take_in
from indexer.ledger import Entry, FileId
from indexer.manifest import Generation
from indexer.plan import AUDIENCES, Plan, delta, documents_of, last_days, make_plan
from indexer.rendering import Job, render_all
from indexer.schema import fingerprint
from indexer.store import carried_over
from indexer.writer import Material
from kb.article import Article
from kb.errors import ArticleError, IndexDamaged, IndexUnavailable
from kb.history import revision
from kb.library import Scan, load_topics, scan
from kb.passages import passages_of
from kb.pool import BoundedPool
from kb.records import head_of, page_of
from kb.render import Rendered
from kb.settings import Source

RENDER_SECONDS = 5.0
RENDER_MEGABYTES = 512

Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Report:
    """What an update did.

    files       Markdown files found
    articles    articles in the index now, over all locales and audiences
    added, changed, removed  articles
    skipped     files that are in no index: with an error, or not live (draft, scheduled, ...)
    locales     articles by locale
    generation  what is served now
    switched    a new generation was made; False when there was nothing to do
    problems    what authors have to mend; the files are not published, or in their last version
    warnings    `path:line: text`; the files are published
    next_change_at  moment at which the clock alone changes what readers see, or None
    """

    files: int = 0
    articles: int = 0
    added: int = 0
    changed: int = 0
    removed: int = 0
    skipped: int = 0
    locales: dict[str, int] = field(default_factory=dict)
    generation: str = ""
    switched: bool = False
    problems: list[ArticleError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    next_change_at: datetime | None = None


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


def update_index(
    sources: Iterable[Source],
    root: Path,
    *,
    now: datetime,
    full: bool = False,
    on_wait: Callable[[], None] | None = None,
    wait_seconds: float | None = None,
    progress: Progress = lambda stage, done, total: None,
    workers: int | None = None,
) -> Report:
    """Update the index under `root` and return what was done.

    now           decides which articles are live
    full          write everything anew, even what did not change
    on_wait       called once when another process is writing
    wait_seconds  how long to wait for it before IndexBusy; None = as long as it takes
    progress      called with a stage's name, how much is done and how much there is
    """
    named = {source.name: source for source in sources}
    generations = Generations(root)
    size = workers or os.cpu_count() or 1
    with (
        generations.writer_lock(wait_seconds, on_wait),
        BoundedPool(size, seconds=RENDER_SECONDS, megabytes=RENDER_MEGABYTES) as pool,
    ):
        base = _base(generations, full)
        progress("read", 0, 0)
        found = scan(named.values())
        report = Report()
        topics = load_topics(named.values(), report.problems)
        intake, plan = _planned(found, named, base, now, pool)
        materials = _Materials(plan, intake, base, root, pool, progress)
        if _is_needed(base, plan, topics):
            _build(generations, base, plan, topics, materials, named.values(), now)
            report.switched = True
        _fill(report, intake, plan, base, now)
        report.problems += materials.problems
        report.warnings += materials.warnings
        report.generation = generations.current_name() or ""
        return report


def index_articles(
    articles: Iterable[Article], root: Path, *, now: datetime, workers: int | None = None
) -> Report:
    """Build a new index under `root` from articles that are no files; `path` tells them apart."""
    generations = Generations(root)
    intake = Intake()
    for article in articles:
        entry = ledger.entry_of(article, digest=article.path, targets=(), dated=None)
        intake.entries[entry.file] = entry
        intake.articles[entry.file] = article
    intake.files = len(intake.entries)
    size = workers or os.cpu_count() or 1
    with (
        generations.writer_lock(),
        BoundedPool(size, seconds=RENDER_SECONDS, megabytes=RENDER_MEGABYTES) as pool,
    ):
        base = Base(None, {}, shared=False)
        plan = make_plan(intake.entries, {"": Source(name="articles", path=root)}, {}, now)
        materials = _Materials(plan, intake, base, root, pool, lambda stage, done, total: None)
        _build(generations, base, plan, {}, materials, (), now)
        report = Report(switched=True)
        _fill(report, intake, plan, base, now)
        report.problems += materials.problems
        return report


def _base(generations: Generations, full: bool) -> Base:
    try:
        newest = generations.newest_verified()
        known = ledger.load(newest.path)
    except (IndexUnavailable, IndexDamaged):
        return Base(None, {}, shared=False)
    return Base(newest, known, shared=not full and newest.manifest.fingerprint == fingerprint())


def _planned(
    found: Scan, sources: Mapping[str, Source], base: Base, now: datetime, pool: BoundedPool
) -> tuple[Intake, Plan]:
    """Return what was read and what readers are to see."""
    days = last_days(sources.values())
    wanted = frozenset() if base.shared else frozenset(base.known)
    intake = take_in(found, base.known, wanted, pool)
    plan = make_plan(intake.entries, sources, days, now)
    stale = frozenset(
        identity
        for identity, entry in plan.entries.items()
        if identity not in intake.articles
        and not entry.failure
        and entry.documents not in ("", base.known[identity].documents)
    )
    if stale:
        # Their files did not change, but where their links lead to did, or their day came.
        intake = take_in(found, base.known, wanted | stale, pool)
        plan = make_plan(intake.entries, sources, days, now)
    return intake, plan


def _is_needed(base: Base, plan: Plan, topics: TopicNames) -> bool:
    """Whether readers, or the next update, would see another state than the last one."""
    if base.generation is None or not base.shared:
        return True
    same = base.known == plan.entries
    return not same or topics_changed(base.generation.path, plan, topics)


def _build(
    generations: Generations,
    base: Base,
    plan: Plan,
    topics: TopicNames,
    materials: "_Materials",
    sources: Iterable[Source],
    now: datetime,
) -> None:
    """Make a new generation and switch to it."""
    previous = base.generation if base.shared else None
    with generations.build(previous, leave_out=is_lock) as draft:
        known = base.known.values() if previous else ()
        chosen = targets(draft.path, known, plan)
        keys = frozenset[str]().union(*(target.delta.written for target in chosen))
        write_indexes(chosen, materials.of(keys))
        write_extras(draft.path, plan, topics)
        draft.commit(
            revision=",".join(filter(None, (revision(source.path) for source in sources))),
            fingerprint=fingerprint(),
            counts=_counts(plan),
            next_change_at=plan.next_change(now),
        )


class _Materials:
    """What is written of articles, rendered as it is asked for.

    An article that cannot be rendered is reported; its last good version is written again, if it
    has one and the author did not mean to hide it. The plan then says so.
    """

    def __init__(
        self,
        plan: Plan,
        intake: Intake,
        base: Base,
        root: Path,
        pool: BoundedPool,
        progress: Progress,
    ) -> None:
        self._plan = plan
        self._intake = intake
        self._base = base
        self._root = root
        self._pool = pool
        self._progress = progress
        self.problems: list[ArticleError] = []
        self.warnings: list[str] = []

    def of(self, keys: frozenset[str]) -> Iterator[Material]:
        """Yield the materials of the articles with these keys, in any order."""
        jobs: list[tuple[FileId, Job]] = []
        for identity, entry in list(self._plan.entries.items()):
            if entry.key in keys and entry.documents:
                if entry.outdated:
                    yield from self._last_good(identity, entry)
                else:
                    article = self._intake.articles[identity]
                    jobs.append((identity, Job(article, self._plan.links[identity])))
        prune = len(jobs) >= len(self._plan.links)
        rendered = render_all(jobs, self._root, self._pool, prune=prune)
        for done, (identity, result) in enumerate(rendered, 1):
            if isinstance(result, ArticleError):
                yield from self._failed(identity, result)
            else:
                yield self._material(identity, result)
            self._progress("index", done, len(jobs))

    def _material(self, identity: FileId, rendered: Rendered) -> Material:
        article = self._intake.articles[identity]
        self.warnings += [f"{article.path}:1: {warning}" for warning in rendered.warnings]
        passages = passages_of(rendered.sections)
        head = head_of(article, passages, self._plan.updated.get(identity))
        return Material(head, page_of(article, head, rendered.html, rendered.sections))

    def _failed(self, identity: FileId, error: ArticleError) -> Iterator[Material]:
        self.problems.append(error)
        entry = self._plan.entries[identity]
        known = self._base.known.get(identity)
        hidden = known and entry.audience == "internal" != known.audience
        if known and known.documents and known.key == entry.key and not hidden:
            entry = ledger.last_good(known, entry.digest, error)
            self._plan.entries[identity] = entry
            yield from self._last_good(identity, entry)
        else:
            self._plan.entries[identity] = ledger.failed(entry, error)

    def _last_good(self, identity: FileId, entry: Entry) -> Iterator[Material]:
        """Yield what the previous generation holds of an article; without it, it is gone."""
        material = None
        if self._base.generation:
            # Another version of this program may have written it, in a form we cannot read.
            with suppress(IndexDamaged):
                material = carried_over(self._base.generation.path, entry.key)
        if material:
            yield material
        elif entry.problem:
            self._plan.entries[identity] = ledger.failed(entry, entry.problem)


def _counts(plan: Plan) -> dict[str, dict[str, int]]:
    """Return the number of articles by audience and locale."""
    counts: dict[str, dict[str, int]] = {}
    for audience in AUDIENCES:
        keys = documents_of(plan.entries.values(), audience)
        counts[audience] = dict(sorted(Counter(key.partition("/")[0] for key in keys).items()))
    return counts


def _fill(report: Report, intake: Intake, plan: Plan, base: Base, now: datetime) -> None:
    change = delta(
        documents_of(base.known.values(), "internal"),
        documents_of(plan.entries.values(), "internal"),
    )
    report.files = intake.files
    report.added, report.removed = len(change.added), len(change.removed)
    report.changed = len(change.changed)
    report.locales = _counts(plan)["internal"]
    report.articles = sum(report.locales.values())
    report.skipped = intake.files - report.articles
    report.problems += intake.problems
    report.warnings += intake.warnings
    report.next_change_at = plan.next_change(now)
