"""All files of all sources as a writer previews them: which there are, and what each would be.

Files are read in worker processes with limits, in the order in which they are asked for. What was
read is kept as long as nobody touches the file; of a file that becomes unreadable, the last
readable state is kept too.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar

from kb.article import Article
from kb.errors import ArticleError
from kb.files.scan import Defaults, Scan, SourceFile, scan
from kb.paths import escaped
from kb.pool import BoundedPool, Failure
from kb.settings_tables import Source
from kb.writing.previewing import (
    Job,
    Preview,
    Promise,
    article_file,
    committed_questions,
    describe,
    image_file,
    preview,
)
from kb.writing.questions import Question

State = Literal["published", "scheduled", "expired", "draft", "archived", "broken"]
Only = State | Literal["internal"]
CHOICES: tuple[Only, ...] = (
    "broken",
    "draft",
    "scheduled",
    "expired",
    "archived",
    "internal",
    "published",
)
SECONDS = 5.0
MEGABYTES = 512
WORKERS = 2
# So many files are read before somebody else's turn comes.
TURN = 100
# Of so many articles, the last readable state is kept.
KEPT = 100

Item = TypeVar("Item")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file in the list.

    name     by which it is asked for
    path     as its author knows it
    changed  when it was changed last, in seconds since 1970
    article  without its body; None when it cannot be read
    error    why it cannot be read
    """

    name: str
    path: str
    changed: float
    article: Article | None = None
    error: ArticleError | None = None

    def state(self, now: datetime) -> State:
        """Return what readers see of it at `now`: "published", or why they do not see it."""
        return "broken" if self.article is None else state_of(self.article, now)

    def is_one_of(self, only: Only, now: datetime) -> bool:
        """Whether it is left by this choice."""
        if only == "internal":
            return self.article is not None and self.article.audience == "internal"
        return self.state(now) == only


@dataclass(frozen=True, slots=True)
class Listing:
    """Some of the files.

    total     how many there are of this kind
    problems  of folders, and of files that are not even read, such as links
    """

    entries: tuple[Entry, ...]
    total: int
    problems: tuple[ArticleError, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was previewed.

    preview  None when the file cannot be read as it is
    error    why not
    last     what it was when it could be read last; None when that was never
    """

    file: SourceFile
    preview: Preview | None
    error: ArticleError | None = None
    last: Preview | None = None


def state_of(article: Article, now: datetime) -> State:
    """Return what readers see of an article at `now`."""
    if article.status != "published":
        return article.status
    if article.publish_at is not None and now < article.publish_at:
        return "scheduled"
    return "published" if article.is_live(now) else "expired"


class Workbench:
    """The files of some sources; safe to share between threads."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = {source.name: source for source in sources}
        self._pool = BoundedPool(WORKERS, SECONDS, MEGABYTES)
        # Workers end with the thread that started them, so one thread starts and asks them all.
        self._turns = ThreadPoolExecutor(1, "kb-preview")
        self._read: dict[tuple[str, str], tuple[object, Article | ArticleError]] = {}
        self._last: OrderedDict[tuple[str, str], Preview] = OrderedDict()

    def close(self) -> None:
        """End the workers."""
        self._turns.submit(self._pool.close).result()
        self._turns.shutdown()

    def name_of(self, source: str, path: str) -> str:
        """Return by which name a file is asked for: its path, below its source if there are two."""
        return path if len(self._sources) == 1 else f"{source}/{path}"

    def article(self, name: str) -> SourceFile | None:
        """Return the Markdown file of that name, None for anything else."""
        return self._find(name, article_file)

    def image(self, name: str) -> SourceFile | None:
        """Return the image of that name, None for anything else."""
        return self._find(name, image_file)

    def preview(
        self,
        file: SourceFile,
        now: datetime,
        *,
        address: str,
        image_address: str,
        as_result: bool = False,
    ) -> Seen:
        """Return what a file is now; the addresses are those before names of this workbench."""
        below = escaped(self.name_of(file.source.name, ""))
        job = Job(file, now, address + below, image_address + below, as_result)
        (made,) = self._run(preview, [job])
        identity = _identity(file)
        if isinstance(made, Preview):
            self._last[identity] = made
            self._last.move_to_end(identity)
            while len(self._last) > KEPT:
                self._last.popitem(last=False)
            return Seen(file, made)
        return Seen(file, None, _as_error(file.path, made), self._last.get(identity))

    def listing(
        self,
        now: datetime,
        text: str = "",
        only: Only | None = None,
        offset: int = 0,
        limit: int = 50,
    ) -> Listing:
        """Return some of the files, those that were changed last first.

        text  what the path has to hold
        only  leave these; all files have to be read for that, once
        """
        found = scan(self._sources.values())
        wanted = text.casefold()
        files = [file for file in found.files if wanted in file.path.casefold()]
        files.sort(key=lambda file: -_changed(file))
        problems = tuple(each for each in found.problems if wanted in each.path.casefold())
        if only is None:
            return Listing(
                self._entries(files[offset : offset + limit], found), len(files), problems
            )
        chosen = [each for each in self._entries(files, found) if each.is_one_of(only, now)]
        return Listing(tuple(chosen[offset : offset + limit]), len(chosen), problems)

    def committed_questions(self, seen: Preview) -> tuple[Question, ...]:
        """Return the questions that have to find an article, as they are kept beside it."""
        article = seen.article
        promise = Promise(self._sources[article.source], article.locale, article.key)
        (found,) = self._run(committed_questions, [promise])
        return found if isinstance(found, tuple) else ()

    def _entries(self, files: Sequence[SourceFile], found: Scan) -> tuple[Entry, ...]:
        stamps = {_identity(file): _stamp(file, found.defaults_for(file)) for file in files}
        unread = [file for file in files if not self._is_known(file, stamps[_identity(file)])]
        for start in range(0, len(unread), TURN):
            some = unread[start : start + TURN]
            made = self._run(describe, [(file, found.defaults_for(file)) for file in some])
            for file, each in zip(some, made, strict=True):
                article = each if isinstance(each, Article) else _as_error(file.path, each)
                self._read[_identity(file)] = stamps[_identity(file)], article
        return tuple(self._entry(file) for file in files)

    def _entry(self, file: SourceFile) -> Entry:
        _, read = self._read[_identity(file)]
        name = self.name_of(*_identity(file))
        if isinstance(read, Article):
            return Entry(name, file.path, _changed(file), read)
        return Entry(name, file.path, _changed(file), error=read)

    def _is_known(self, file: SourceFile, stamp: object) -> bool:
        known = self._read.get(_identity(file))
        return known is not None and known[0] == stamp

    def _find(
        self, name: str, find: Callable[[Source, str], SourceFile | None]
    ) -> SourceFile | None:
        for source in self._sources.values():
            below = self.name_of(source.name, "")
            if name.startswith(below) and (file := find(source, name.removeprefix(below))):
                return file
        return None

    def _run(self, function: Callable[[Item], Result], items: Iterable[Item]) -> list[Any]:
        """Return what `function` makes of each item: a result, an ArticleError or a Failure."""
        return self._turns.submit(self._run_now, function, list(items)).result()

    def _run_now(self, function: Callable[[Item], Result], items: list[Item]) -> list[Any]:
        try:
            found = dict(self._pool.map(function, items))
        except RuntimeError:
            # A worker was ended from outside while it had nothing to do; new ones start.
            found = dict(self._pool.map(function, items))
        return [found[number] for number in range(len(items))]


def _as_error(path: str, failure: Exception | Failure) -> ArticleError:
    if isinstance(failure, ArticleError):
        return failure
    reason = failure.reason if isinstance(failure, Failure) else str(failure)
    return ArticleError(path, 1, reason, "Make the article shorter or simpler")


def _identity(file: SourceFile) -> tuple[str, str]:
    return file.source.name, file.path


def _changed(file: SourceFile) -> float:
    return file.found.st_mtime if file.found else 0.0


def _stamp(file: SourceFile, defaults: Defaults) -> object:
    """Return what is equal as long as nobody touches the file and its folder's defaults."""
    found = file.found
    return found and (found.st_mtime_ns, found.st_size, found.st_ino, defaults)
