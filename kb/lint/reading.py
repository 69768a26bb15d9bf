"""Read every article once, in worker processes, with what can be said of each file by itself.

A file that takes too long, or that nobody can read, is a finding and never stops the others.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.scan import Defaults, Scan, SourceFile
from kb.lint.finding import Finding, shown
from kb.lint.outline import Outline, outline
from kb.pool import BoundedPool, Failure
from kb.settings_tables import Lint
from kb.writing.content import Content, Written, read_file

FileId = tuple[str, str]
FILES_A_WORKER = 200


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a check has to know besides the article.

    now        aware moment
    warn_days  what ends within so many days is said
    """

    lint: Lint
    now: datetime
    warn_days: int


@dataclass(frozen=True, slots=True)
class Subject:
    """One article as the checks see it; `shown` is its path for people."""

    written: Written
    outline: Outline
    shown: str

    @property
    def id(self) -> FileId:
        """Source and path: what tells files apart."""
        return self.written.file.source.name, self.written.file.path

    @property
    def is_ours(self) -> bool:
        """Whether the file was written for this project, and not for another generator."""
        return self.written.file.source.audience is None

    def line_of(self, *fields: str) -> int:
        """Return the line of the first of the fields that the file has; else the first line."""
        lines = self.written.document.lines
        return next((lines[name] for name in fields if name in lines), 1)


@dataclass(slots=True)
class Library:
    """All subjects by file, in order, and what is wrong with files that are none."""

    scan: Scan
    subjects: dict[FileId, Subject] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def content(self) -> Content:
        """The articles as other commands of writers know them."""
        written = tuple(each.written for each in self.subjects.values())
        return Content(written, tuple(self.scan.problems), self.scan)


Check = Callable[[Subject, Circumstances], Iterator[Finding]]
Job = tuple[SourceFile, Defaults, Circumstances]
Looked = tuple[Subject, tuple[Finding, ...]]


def look(job: Job) -> Looked:
    """Return one article and what is wrong with it alone; runs in a worker."""
    from kb.lint import alone

    file, defaults, circumstances = job
    written = read_file(file, defaults)
    path = shown(file.absolute)
    subject = Subject(written, outline(written.document.body, written.document.body_line), path)
    found = [each for check in alone.CHECKS for each in check(subject, circumstances)]
    return subject, tuple(found)


def read_all(scan: Scan, circumstances: Circumstances, pool: BoundedPool) -> Library:
    """Return all that the scanned files hold."""
    from kb.lint.front_matter import of_error

    library = Library(scan)
    files = [SourceFile(each.source, each.path, each.absolute) for each in scan.files]
    jobs = ((file, scan.defaults_for(file), circumstances) for file in files)
    looked: dict[int, Subject] = {}
    for number, result in pool.map(look, jobs):
        if isinstance(result, tuple):
            looked[number] = result[0]
            library.findings += result[1]
        else:
            file = files[number]
            library.findings.append(of_error(_error(file.path, result), shown(file.absolute)))
    library.subjects = {looked[number].id: looked[number] for number in sorted(looked)}
    return library


def _error(path: str, failure: KnowledgeBaseError | Failure) -> ArticleError:
    if isinstance(failure, ArticleError):
        return failure
    reason = failure.reason if isinstance(failure, Failure) else str(failure)
    return ArticleError(path, 1, reason, "Make the article shorter or simpler")


def new_pool(files: int) -> BoundedPool:
    """Return workers for so many files; for a few, starting another one takes longer."""
    return BoundedPool(min(len(os.sched_getaffinity(0)), 1 + files // FILES_A_WORKER))
