"""Bring the index to the state of the articles: scan, read, plan, render, write, switch.

Whatever happens on the way, the generation that is being served stays: a new one appears whole
or not at all. The cost follows the change, except for looking at every file's times.
"""

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from indexer import ledger
from indexer.fingerprint import fingerprint
from indexer.folders import Beside, TopicNames, standings_changed, topics_changed
from indexer.generations import Generations
from indexer.intake import Intake, take_in
from indexer.language_files import REMOVED, SYNONYMS, gather, read_notes
from indexer.pasts import Pasts, read_pasts
from indexer.plan import Base, Plan, counts_of, delta, documents_of, make_plan
from indexer.seen import ARTICLES_FILE, Seen
from indexer.standing_tables import read_standings
from kb import __version__
from kb.article import Article
from kb.errors import ArticleError, IndexDamaged, IndexUnavailable
from kb.files.scan import Scan, scan
from kb.pool import BoundedPool
from kb.results.standing import Standings
from kb.settings_tables import Source

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
    semantic: bool = True,
    standings: Standings | None = None,
    pool: BoundedPool | None = None,
) -> Report:
    """Update the index under `root` and return what was done.

    now           decides which articles are live
    full          write everything anew, even what did not change
    on_wait       called once when another process is writing
    wait_seconds  how long to wait for it before IndexBusy; None = as long as it takes
    progress      called with a stage's name, how much is done and how much there is
    semantic      whether vectors that are kept are for anybody
    standings     what readers' votes say of articles; None = what was said of them last
    pool          workers that somebody keeps for the next update; None = those of `make_pool`
    """
    named = {source.name: source for source in sources}
    generations = Generations(root)
    with (
        generations.writer_lock(wait_seconds, on_wait),
        nullcontext(pool) if pool else make_pool(workers) as pool,
    ):
        base = _base(generations, full)
        progress("read", 0, 0)
        seen = Seen(root / ARTICLES_FILE, __version__, afresh=full)
        report = Report()
        found = scan(named.values())
        topics = _topics(found, report.problems)
        intake, plan = _planned(found, named, base, now, pool, seen)
        del found  # many objects a file, which a long build would hold for nothing
        beside = Beside(
            topics,
            gather(named.values(), SYNONYMS),
            gather(named.values(), REMOVED),
            _last_standings(base) if standings is None else standings,
        )
        if _is_needed(base, plan, beside):
            # Only here: most runs find nothing to write, and this takes longer to load than they.
            from indexer.building import Materials, build

            materials = Materials(plan, intake, base, root, pool, progress)
            known = named.values()
            build(generations, base, plan, beside, materials, known, now, semantic=semantic)
            report.switched = True
            report.problems += materials.problems
            report.warnings += materials.warnings
        _fill(report, intake, plan, base, now)
        _add_notes(report, generations)
        seen.save()
        return report


def make_pool(workers: int | None = None) -> BoundedPool:
    """Return the workers that read and render articles; None = one for each processor."""
    size = workers or os.cpu_count() or 1
    return BoundedPool(size, seconds=RENDER_SECONDS, megabytes=RENDER_MEGABYTES)


def index_articles(
    articles: Iterable[Article], root: Path, *, now: datetime, workers: int | None = None
) -> Report:
    """Build a new index under `root` from articles that are no files; `path` tells them apart."""
    from indexer.building import Materials, build

    generations = Generations(root)
    intake = Intake()
    for article in articles:
        entry = ledger.entry_of(article, digest=article.path, targets=(), dated=None)
        intake.entries[entry.file] = entry
        intake.articles[entry.file] = article
    intake.files = len(intake.entries)
    with generations.writer_lock(), make_pool(workers) as pool:
        base = Base(None, {}, shared=False)
        plan = make_plan(intake.entries, {"": Source(name="articles", path=root)}, Pasts(), now)
        materials = Materials(plan, intake, base, root, pool, lambda stage, done, total: None)
        build(generations, base, plan, Beside(), materials, (), now)
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
    found: Scan,
    sources: Mapping[str, Source],
    base: Base,
    now: datetime,
    pool: BoundedPool,
    seen: Seen,
) -> tuple[Intake, Plan]:
    """Return what was read and what readers are to see."""
    pasts = read_pasts(sources.values(), seen)
    wanted = frozenset() if base.shared else frozenset(base.known)
    intake = take_in(found, base.known, wanted, pool, seen)
    plan = make_plan(intake.entries, sources, pasts, now, seen)
    stale = frozenset(
        identity
        for identity, entry in plan.entries.items()
        if identity not in intake.articles
        and not entry.failure
        and entry.documents not in ("", base.known[identity].documents)
    )
    if stale:
        # Their files did not change, but where their links lead to did, or their day came.
        intake = take_in(found, base.known, wanted | stale, pool, seen)
        plan = make_plan(intake.entries, sources, pasts, now, seen)
    return intake, plan


def _topics(found: Scan, problems: list[ArticleError]) -> TopicNames:
    if not found.topics:
        return {}
    # Loads YAML and the checks of front matter, which nothing else here needs.
    from kb.files.library import topics_of

    return topics_of(found, problems)


def _last_standings(base: Base) -> Standings:
    return read_standings(base.generation.path / "internal") if base.generation else {}


def _is_needed(base: Base, plan: Plan, beside: Beside) -> bool:
    """Whether readers, or the next update, would see another state than the last one."""
    if base.generation is None or not base.shared:
        return True
    folder = base.generation.path
    if base.known != plan.entries:
        return True
    for kind, files in ((SYNONYMS, beside.synonyms), (REMOVED, beside.removed)):
        if read_notes(folder, kind).digest != files.digest:
            return True
    if topics_changed(folder, plan, beside.topics):
        return True
    return standings_changed(folder, plan, beside.standings)


def _add_notes(report: Report, generations: Generations) -> None:
    """Add which generation is served, and what is wrong with the files beside its articles."""
    current = generations.current()
    if current is not None:
        report.generation = current.name
        for kind in (SYNONYMS, REMOVED):
            notes = read_notes(current.path, kind)
            report.problems += notes.problems
            report.warnings += notes.warnings


def _fill(report: Report, intake: Intake, plan: Plan, base: Base, now: datetime) -> None:
    change = delta(
        documents_of(base.known.values(), "internal"),
        documents_of(plan.entries.values(), "internal"),
    )
    report.files = intake.files
    report.added, report.removed = len(change.added), len(change.removed)
    report.changed = len(change.changed)
    report.locales = counts_of(plan)["internal"]
    report.articles = sum(report.locales.values())
    report.skipped = intake.files - report.articles
    report.problems += intake.problems
    report.warnings += intake.warnings
    report.next_change_at = plan.next_change(now)
