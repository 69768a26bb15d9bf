"""Published addresses that were there at an earlier revision and lead nowhere now.

Only what git says has changed since then is read again, so that a large repository costs as
little as a small one. Without git nothing can be said.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.library import load
from kb.files.removed import FOLDER, read_removed
from kb.files.scan import SourceFile, defaults_for, read_bytes
from kb.git import ask
from kb.lint.addresses import Addresses
from kb.lint.finding import Finding, shown
from kb.lint.front_matter import of_error
from kb.lint.reading import Library
from kb.lint.rules import make
from kb.paths import old_name
from kb.settings_tables import Source

MAX_NOTES_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Removed:
    """What `_removed/` says: keys with a note, in small letters, and what is wrong there."""

    keys: frozenset[str]
    findings: tuple[Finding, ...]


def check(
    library: Library, addresses: Addresses, sources: tuple[Source, ...], since: str | None
) -> Iterator[Finding]:
    """Yield addresses that vanished since the revision `since`, by default the last commit.

    Raises KnowledgeBaseError when `since` is named and git does not know it.
    """
    removed = read_notes(sources)
    yield from removed.findings
    for source in sources:
        base = _base(source, since)
        if base is None:
            continue
        for path, now_at in _changed(source.path, base):
            key = _key_then(source, path, base)
            name = old_name(key)
            known = (addresses.keys, addresses.aliases, removed.keys)
            if key and not any(name in each for each in known):
                yield _finding(source, path, now_at, key, library)


def read_notes(sources: tuple[Source, ...]) -> Removed:
    """Return the addresses for which writers left a note."""
    keys: set[str] = set()
    findings: list[Finding] = []
    for source in sources:
        for file in sorted((source.path / FOLDER).glob("*.yml")):
            path = f"{FOLDER}/{file.name}"
            try:
                data = read_bytes(file, source.path, path, MAX_NOTES_BYTES, "Leave out the oldest")
                notes, problems = read_removed(data, path)
            except ArticleError as error:
                notes, problems = {}, [error]
            findings += [of_error(error, shown(file)) for error in problems]
            locale = file.stem.lower()
            keys |= {f"{locale}/{name.removeprefix(f'{locale}/')}" for name in notes}
    return Removed(frozenset(keys), tuple(findings))


def _base(source: Source, since: str | None) -> str | None:
    """Return the commit to compare with; None when there is none."""
    name = since or "HEAD"
    said = ask(
        source.path, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}"
    )
    if not said and since and ask(source.path, "rev-parse", "--git-dir"):
        raise KnowledgeBaseError(f"git knows no revision {since} in {shown(source.path)}")
    return said.strip() if said else None


def _changed(root: Path, base: str) -> Iterator[tuple[str, str]]:
    """Yield each article file that changed since `base`: path then, and path now or ""."""
    said = ask(root, "diff", "--name-status", "--relative", "-M", "-z", base, "--", ".")
    records = iter((said or "").split("\0"))
    for status in records:
        path = next(records, "")
        now = next(records, "") if status[:1] in ("R", "C") else "" if status == "D" else path
        hidden = any(part[:1] in ("_", ".") for part in path.split("/"))
        if path.endswith(".md") and status[:1] in ("D", "M", "R", "T") and not hidden:
            yield path, now


def _key_then(source: Source, path: str, base: str) -> str:
    """Return the key of an article as it was published, or ""."""
    text = ask(source.path, "show", f"{base}:./{path}")
    file = SourceFile(source, path, os.path.join(source.path, path))
    try:
        article = load(file, (text or "").encode(), defaults_for(file)).article
    except ArticleError:
        return ""
    return article.key if article.status == "published" and article.kind == "article" else ""


def _finding(source: Source, path: str, now_at: str, key: str, library: Library) -> Finding:
    slug = key.partition("/")[2]
    subject = library.subjects.get((source.name, now_at))
    found = f"the published address {key} is gone"
    if subject:
        fix = f"Add `aliases: [{slug}]`"
        return make("vanished-slug", subject.shown, subject.line_of("aliases", "slug"), found, fix)
    locale = key.partition("/")[0]
    fix = f"Give another article `aliases: [{slug}]`, or say why in {FOLDER}/{locale}.yml"
    return make("vanished-slug", shown(source.path / path), 1, found, fix)
