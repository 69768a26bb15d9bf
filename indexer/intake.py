"""Read the article files: those that changed since the last generation, the others by their entry.

Reading every file costs less than asking whether it changed in any way that could be wrong; what
is saved is parsing. A file that cannot be used keeps its last good version, except when a public
one now says another audience, or its folder does: then somebody meant to take it away.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from indexer.ledger import Entry, FileId, entry_of, last_good
from kb.article import Article
from kb.errors import ArticleError, KnowledgeBaseError
from kb.library import Defaults, Scan, SourceFile, load
from kb.pool import BoundedPool, Failure
from kb.render import targets

# Also misspelt, as a file that can be read may have it, and in YAML on one line.
_AUDIENCE = re.compile(
    rb"(?:^|[{,])[ \t]*[\"']?(?:aud\w*|\w*dience)[\"']?\s*:[ \t]*([^\r\n,}]*)", re.M | re.I
)
_FENCE = b"\n---"


@dataclass(slots=True)
class Intake:
    """All usable articles, by file, and what their authors should hear.

    entries   of every usable file, changed or not
    articles  only of files that were read anew
    files     how many were found
    """

    entries: dict[FileId, Entry] = field(default_factory=dict)
    articles: dict[FileId, Article] = field(default_factory=dict)
    problems: list[ArticleError] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    files: int = 0


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a worker made of one file."""

    article: Article
    targets: frozenset[str]
    warnings: tuple[str, ...]
    updated: date | None


def parse_file(job: tuple[SourceFile, bytes, Defaults]) -> Parsed:
    """Return the article of a file's bytes; runs in a worker. Raises ArticleError."""
    file, data, defaults = job
    loaded = load(file, data, defaults)
    return Parsed(loaded.article, targets(loaded.article.body), loaded.warnings, loaded.updated)


def take_in(
    scan: Scan, known: Mapping[FileId, Entry], wanted: frozenset[FileId], pool: BoundedPool
) -> Intake:
    """Return the articles of the scanned files.

    known   entries of the last generation
    wanted  files to read anew even if they did not change
    """
    intake = Intake(problems=list(scan.problems), files=len(scan.files))
    intake.warnings += scan.warnings
    jobs: list[tuple[SourceFile, bytes, Defaults]] = []
    digests: list[str] = []
    for file in scan.files:
        identity = (file.source.name, file.path)
        try:
            data = file.read()
        except ArticleError as error:
            _keep_last_good(intake, known.get(identity), "", error)
            continue
        defaults = scan.defaults_for(file)
        digest = _digest(file, data, defaults)
        entry = known.get(identity)
        if entry and entry.digest == digest and identity not in wanted:
            intake.entries[identity] = entry
            if entry.problem:
                intake.problems.append(entry.problem)
        else:
            jobs.append((file, data, defaults))
            digests.append(digest)
    for number, result in pool.map(parse_file, jobs):
        file = jobs[number][0]
        identity = (file.source.name, file.path)
        if isinstance(result, Parsed):
            intake.entries[identity] = entry_of(
                result.article, digests[number], result.targets, result.updated
            )
            intake.articles[identity] = result.article
            intake.warnings += result.warnings
        else:
            before, problem = known.get(identity), as_error(file.path, result)
            if before and before.audience == "public" and _is_hidden(*jobs[number]):
                before = None
            _keep_last_good(intake, before, digests[number], problem)
    _drop_duplicates(intake)
    intake.problems.sort(key=lambda error: (error.path, error.line))
    return intake


def as_error(path: str, failure: KnowledgeBaseError | Failure) -> ArticleError:
    """Return what went wrong in a worker as the author should hear it."""
    if isinstance(failure, ArticleError):
        return failure
    reason = failure.reason if isinstance(failure, Failure) else str(failure)
    return ArticleError(path, 1, reason, "Make the article shorter or simpler")


def _digest(file: SourceFile, data: bytes, defaults: Defaults) -> str:
    about = (file.source.model_dump_json(exclude={"path"}), file.path, defaults.digest)
    return hashlib.sha256(repr(about).encode() + data).hexdigest()


def _is_hidden(file: SourceFile, data: bytes, defaults: Defaults) -> bool:
    """Whether a file that cannot be used was meant for fewer readers than everybody."""
    # Up to the second fence, wherever the first one stands: a broken file may begin anyhow.
    head = _FENCE.join(data.split(_FENCE, 2)[:2])
    said = {value.strip(b" \t\"'") for value in _AUDIENCE.findall(head)}
    inherited = defaults.values.get("audience", None if defaults.broken else file.source.audience)
    return said != {b"public"} if said else inherited != "public"


def _keep_last_good(intake: Intake, entry: Entry | None, digest: str, error: ArticleError) -> None:
    intake.problems.append(error)
    if entry and entry.documents:
        intake.entries[entry.file] = last_good(entry, digest, error)


def _drop_duplicates(intake: Intake) -> None:
    """Keep the first file, by source and path, of those that claim one key."""
    owner: dict[str, FileId] = {}
    for identity in sorted(intake.entries):
        key = intake.entries[identity].key
        first = owner.setdefault(key, identity)
        if first != identity:
            found = f'slug "{key.partition("/")[2]}" is already used by {first[1]}'
            intake.problems.append(ArticleError(identity[1], 1, found, "Give it another `slug:`"))
            del intake.entries[identity]
            intake.articles.pop(identity, None)
