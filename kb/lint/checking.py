"""Check all articles of all sources: what is known of all, what is said of some.

Links and addresses need every article, so all are read whatever is asked about. What a comment
in an article or the settings switch off is not said.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.files.library import topics_of
from kb.files.scan import Scan, scan
from kb.lint import addresses, anchors, translations, vanished
from kb.lint.finding import Finding, shown
from kb.lint.front_matter import of_error, of_warning
from kb.lint.links import Links
from kb.lint.reading import Circumstances, Library, new_pool, read_all
from kb.lint.rules import RULES, check_names, make
from kb.settings import Settings
from kb.settings_tables import Source


@dataclass(frozen=True, slots=True)
class Checked:
    """All articles and what is wrong with them, by path and line."""

    library: Library
    circumstances: Circumstances
    findings: tuple[Finding, ...]


def check(settings: Settings, *, since: str | None = None, now: datetime | None = None) -> Checked:
    """Return what is wrong with the articles of the settings' sources.

    since  the revision that addresses must not have vanished since; None: the last commit
    now    aware moment; None: the clock's

    Raises SettingsError for a rule that does not exist, KnowledgeBaseError for such a revision.
    """
    check_names(settings.lint.disable, "setting lint.disable")
    warn_days = settings.verification.warn_days
    circumstances = Circumstances(settings.lint, now or datetime.now(UTC), warn_days)
    sources = settings.all_sources()
    found = scan(sources)
    with new_pool(len(found.files)) as pool:
        library = read_all(found, circumstances, pool)
        links = Links(library, circumstances)
        findings = [*library.findings, *_of_folders(found, sources), *links.check()]
        findings += anchors.check(links.aims, pool)
    places = addresses.Addresses.of(library)
    findings += addresses.check(places, circumstances)
    findings += vanished.check(library, places, sources, since)
    findings += translations.check(library.content, settings.site, circumstances.now)
    findings += _unknown_rules(library)
    return Checked(library, circumstances, spoken(findings, library, circumstances))


def spoken(
    findings: Iterable[Finding], library: Library, circumstances: Circumstances
) -> tuple[Finding, ...]:
    """Return the findings that nobody switched off, in the order of files and lines."""
    off = set(circumstances.lint.disable)
    silenced = {
        (subject.shown, rule)
        for subject in library.subjects.values()
        for rule, _ in subject.outline.silenced
    }
    kept = (e for e in findings if e.rule not in off and (e.path, e.rule) not in silenced)
    return tuple(sorted(set(kept), key=lambda e: (e.path, e.line, e.column, e.rule, e.message)))


def within(findings: Iterable[Finding], paths: Iterable[Path]) -> tuple[Finding, ...]:
    """Return the findings in the files and folders that were named; all when none was."""
    named = [path.absolute() for path in paths]
    named += [path.resolve() for path in named]
    if not named:
        return tuple(findings)
    return tuple(
        each
        for each in findings
        if any(Path(each.path).absolute().is_relative_to(path) for path in named)
    )


def _of_folders(found: Scan, sources: tuple[Source, ...]) -> Iterator[Finding]:
    """Yield what is wrong with files that are no articles: folders, defaults, topics."""
    problems = list(found.problems)
    topics_of(found, problems)
    for error in problems:
        yield of_error(error, _shown(error.path, sources))
    for warning in found.warnings:
        path = warning.partition(":")[0]
        yield of_warning(warning, path, _shown(path, sources))


def _shown(path: str, sources: tuple[Source, ...]) -> str:
    """Return a path of one of the sources as it is shown; of several, the first that has it."""
    files = [source.path / path for source in sources]
    return shown(next((file for file in files if file.exists() or file.is_symlink()), files[0]))


def _unknown_rules(library: Library) -> Iterator[Finding]:
    for subject in library.subjects.values():
        for name, line in subject.outline.silenced:
            if name not in RULES:
                fix = "Mend its name, or leave the comment out"
                yield make("unknown-rule", subject.shown, line, f"there is no rule {name}", fix)
