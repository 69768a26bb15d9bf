"""Read the article files: those that changed since the last generation, the others by their entry.

A file that `Seen` knows is not opened, one whose content is known is not parsed. A file that
cannot be used keeps its last good version, except when a public one now says another audience, or
its folder does: then somebody meant to take it away.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from indexer.article_spool import ArticleSpool
from indexer.ledger import Entry, FileId, entry_of, last_good
from indexer.seen import Seen
from kb.article import Article
from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.scan import Defaults, Scan, SourceFile
from kb.pool import BoundedPool, Failure

# Also misspelt, as a file that can be read may have it, and in YAML on one line.
_AUDIENCE = re.compile(
    rb"(?:^|[{,])[ \t]*[\"']?(?:aud\w*|\w*dience)[\"']?\s*:[ \t]*([^\r\n,}]*)", re.M | re.I
)
_REPLY = re.compile(rb"(?:^|[{,])[ \t]*[\"']?type[\"']?\s*:[ \t]*[\"']?repl", re.M | re.I)
_FENCE = b"\n---"

Job = tuple[SourceFile, bytes, Defaults]


@dataclass(slots=True)
class Intake:
    """All usable articles, by file, and what their authors should hear.

    entries   of every usable file, changed or not
    articles  only of files that were read anew
    files     how many were found
    """

    entries: dict[FileId, Entry] = field(default_factory=dict)
    articles: ArticleSpool = field(default_factory=ArticleSpool)
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


def parse_file(job: Job) -> Parsed:
    """Return the article of a file's bytes; runs in a worker. Raises ArticleError."""
    # Imported where it is used: in the workers, and not at all when nothing changed.
    from kb.files.library import load
    from kb.rendering.render import targets

    file, data, defaults = job
    loaded = load(file, data, defaults)
    return Parsed(loaded.article, targets(loaded.article.body), loaded.warnings, loaded.updated)


def take_in(
    scan: Scan,
    known: Mapping[FileId, Entry],
    wanted: frozenset[FileId],
    pool: BoundedPool,
    seen: Seen | None = None,
) -> Intake:
    """Return the articles of the scanned files.

    known   entries of the last generation
    wanted  files to read anew even if they did not change
    seen    what is known of files without reading them; learns what is read
    """
    intake = Intake(problems=list(scan.problems), files=len(scan.files))
    intake.warnings += scan.warnings
    reading = _Reading(scan, known, wanted, seen or Seen(), intake)
    for number, result in pool.map(parse_file, reading.jobs()):
        reading.take(number, result)
    _drop_duplicates(intake)
    intake.problems.sort(key=lambda error: (error.path, error.line))
    return intake


@dataclass(slots=True)
class _Reading:
    """One pass over the scanned files; holds the bytes of a file only while a worker has it."""

    scan: Scan
    known: Mapping[FileId, Entry]
    wanted: frozenset[FileId]
    seen: Seen
    intake: Intake
    _running: dict[int, tuple[Job, str]] = field(default_factory=dict)
    _contexts: dict[tuple[str, int], bytes] = field(default_factory=dict)

    def jobs(self) -> Iterator[Job]:
        """Yield the files to parse; all others are settled on the way."""
        number = 0
        for file in self.scan.files:
            try:
                job = self._settle(file)
            except ArticleError as error:
                _keep_last_good(self.intake, self.known.get(_id(file)), "", error)
                continue
            if job:
                self._running[number] = job
                yield job[0]
                number += 1

    def take(self, number: int, result: Parsed | Failure | KnowledgeBaseError) -> None:
        """Take in what a worker made of a job."""
        job, digest = self._running.pop(number)
        file, identity = job[0], _id(job[0])
        if isinstance(result, Parsed):
            self.intake.entries[identity] = entry_of(
                result.article, digest, result.targets, result.updated
            )
            self.intake.articles[identity] = result.article
            self.intake.warnings += result.warnings
            return
        if isinstance(result, ArticleError):
            self.seen.learn_failure(digest, (result.line, result.found, result.fix))
        before, problem = self.known.get(identity), as_error(file.path, result)
        if before and before.audience == "public" and _is_hidden(*job):
            before = None
        _keep_last_good(self.intake, before, digest, problem)

    def _settle(self, file: SourceFile) -> tuple[Job, str] | None:
        """Settle a file without parsing it, or return the job to do and the file's digest."""
        identity = _id(file)
        entry, is_wanted = self.known.get(identity), identity in self.wanted
        defaults = self.scan.defaults_for(file)
        context = self._context(file, defaults)
        data = None
        content = None if is_wanted else self.seen.digest(file.found)
        if content is None:
            data, content = self._read(file)
        digest = _digest(context, file, content)
        if not is_wanted and self._is_settled(file, entry, digest):
            return None
        if data is None:
            # It may have changed since it was found.
            data, content = self._read(file)
            digest = _digest(context, file, content)
        plain = SourceFile(file.source, file.path, file.absolute)
        return (plain, data, defaults), digest

    def _is_settled(self, file: SourceFile, entry: Entry | None, digest: str) -> bool:
        if entry:
            if entry.digest != digest:
                return False
            self.intake.entries[_id(file)] = entry
            problem = entry.problem
        else:
            failure = self.seen.failure(digest)
            if not failure:
                return False
            problem = ArticleError(file.path, *failure)
        if problem:
            self.intake.problems.append(problem)
        return True

    def _read(self, file: SourceFile) -> tuple[bytes, str]:
        data = file.read()
        content = hashlib.sha256(data).hexdigest()
        self.seen.learn_digest(file.found, content)
        return data, content

    def _context(self, file: SourceFile, defaults: Defaults) -> bytes:
        """Return what the files of one folder and source have in common."""
        key = file.source.name, id(defaults)
        if key not in self._contexts:
            about = (file.source.model_dump_json(exclude={"path"}), defaults.digest)
            self._contexts[key] = repr(about).encode()
        return self._contexts[key]


def _id(file: SourceFile) -> FileId:
    return file.source.name, file.path


def as_error(path: str, failure: KnowledgeBaseError | Failure) -> ArticleError:
    """Return what went wrong in a worker as the author should hear it."""
    if isinstance(failure, ArticleError):
        return failure
    reason = failure.reason if isinstance(failure, Failure) else str(failure)
    return ArticleError(path, 1, reason, "Make the article shorter or simpler")


def _digest(context: bytes, file: SourceFile, content: str) -> str:
    text = f"{content}{file.path}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(context + text).hexdigest()


def _is_hidden(file: SourceFile, data: bytes, defaults: Defaults) -> bool:
    """Whether a file that cannot be used was meant for fewer readers than everybody."""
    # Up to the second fence, wherever the first one stands: a broken file may begin anyhow.
    head = _FENCE.join(data.split(_FENCE, 2)[:2])
    if _REPLY.search(head) or defaults.values.get("type") == "reply":
        return True
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
