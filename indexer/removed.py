"""Take what writers say of removed articles into a generation, and read it there.

public/removed.json          slug -> note, by locale; the same file in internal/
internal/removed-notes.json  what is wrong with the files (indexer.language_files)

It travels with a generation as synonyms do: no document is touched by it.
"""

from collections.abc import Mapping
from pathlib import Path

import orjson

from indexer.folders import replace_file
from indexer.language_files import REMOVED, LanguageFiles, Notes
from indexer.plan import AUDIENCES
from indexer.removed_tables import FILE


def write(folder: Path, given: LanguageFiles) -> None:
    """Write tables and notes into a generation; of two notes for one slug, the first counts."""
    # Loads what reads YAML, which most runs do not need.
    from kb.files.removed import read_removed

    tables: dict[str, Mapping[str, str]] = {}
    problems = list(given.problems)
    for file in given.files:
        notes, wrong = read_removed(file.data, file.path)
        tables[file.locale] = {**notes, **tables.get(file.locale, {})}
        problems += wrong
    for audience in AUDIENCES:
        replace_file(folder / audience / FILE, orjson.dumps(tables))
    said = Notes(given.digest, tuple(problems)).dump()
    replace_file(folder / "internal" / REMOVED.notes_file, said)
