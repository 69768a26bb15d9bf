"""Take the writers' synonyms into a generation.

public/synonyms.json         every locale's table; the same file in internal/
internal/synonym-notes.json  what is wrong with the rules (indexer.language_files)
"""

from collections.abc import Iterable
from pathlib import Path

import orjson

from indexer.folders import replace_file
from indexer.language_files import SYNONYMS, LanguageFiles, Notes
from indexer.plan import AUDIENCES
from indexer.store import open_index, read_segments
from indexer.synonym_tables import FILE
from kb.errors import ArticleError
from kb.locales import fallbacks
from kb.queries.expansion import can_be_found
from kb.queries.synonyms import MAX_PROBLEMS, Rule, compile_rules, read_rules
from kb.words.analysis import analyzer_for


def write(folder: Path, given: LanguageFiles) -> None:
    """Write tables and notes into a generation whose indexes are there."""
    rules: dict[str, list[Rule]] = {}
    problems = list(given.problems)
    for file in given.files:
        found, wrong = read_rules(file.data, file.path)
        rules.setdefault(file.locale, []).extend(found)
        problems += _first(wrong, MAX_PROBLEMS)
    tables, warnings = {}, []
    for locale, listed in sorted(rules.items()):
        made = compile_rules(listed, analyzer_for(locale))
        tables[locale] = made.table
        problems += _first(made.problems, MAX_PROBLEMS)
        warnings += _without_articles(folder / "internal", locale, made.rules)
    for audience in AUDIENCES:
        replace_file(folder / audience / FILE, orjson.dumps(tables))
    notes = Notes(given.digest, tuple(problems), tuple(warnings))
    replace_file(folder / "internal" / SYNONYMS.notes_file, notes.dump())


def _first(problems: list[ArticleError], most: int) -> list[ArticleError]:
    """Return no more problems than somebody reads, and how many there are beside."""
    if len(problems) <= most:
        return problems
    last = problems[most]
    left = f"{last.found}, and {len(problems) - most - 1} more lines cannot be used"
    return [*problems[:most], ArticleError(last.path, last.line, left, last.fix)]


def _without_articles(internal: Path, locale: str, rules: Iterable[Rule]) -> list[str]:
    """Return a warning for every rule that cannot find anything."""
    folder = _served(locale, internal)
    if folder is None:
        path = next(iter(rules)).path if rules else f"{SYNONYMS.folder}/{locale}{SYNONYMS.ending}"
        return [f"{path}:1: there is no article in {locale}, so its synonyms find nothing"]
    reader, analyzer = open_index(folder), analyzer_for(locale)
    warnings = []
    for rule in rules:
        unknown = [side for side in rule.meant if not can_be_found(side, reader, analyzer)]
        if rule.both_ways and len(unknown) < len(rule.meant):
            continue
        if unknown:
            named = ", ".join(map(repr, unknown))
            text = f"no article in {locale} has {named}, so the rule finds nothing by it"
            warnings.append(f"{rule.path}:{rule.line}: {text}")
    if len(warnings) > MAX_PROBLEMS:
        more = f"{len(warnings) - MAX_PROBLEMS} more rules find nothing"
        path = warnings[MAX_PROBLEMS].partition(": ")[0]
        warnings[MAX_PROBLEMS:] = [f"{path}: {more}"]
    return warnings


def _served(locale: str, internal: Path) -> Path | None:
    """Return the index whose readers get the synonyms of a locale."""
    there = [e for e in sorted(internal.iterdir()) if e.is_dir() and read_segments(e)]
    for entry in there:
        if entry.name == locale:
            return entry
    return next((entry for entry in there if locale in fallbacks(entry.name)), None)
