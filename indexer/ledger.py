"""What the last generation was made from: one entry a file, kept beside the indexes.

The ledger is for the writer alone. It names internal files, so it lies in the internal half of
a generation, which the public process does not open. An entry is one row, its values in the order
of the fields: every update reads all of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from operator import attrgetter
from pathlib import Path
from typing import Any

import orjson

from kb.article import Article, Audience, Status
from kb.errors import ArticleError, IndexDamaged

FILE = "internal/ledger.json"

FileId = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One article file as it was read.

    source, path   which file
    digest         hash of the file, of its folder's defaults and of its source's settings
    key, topic     of the article
    targets        relative links and images in it, as the author wrote them
    dated          day of the last change by the author's own account, or None
    documents      hash of all that shapes the article's documents; "" while it is in no index
    failure        (line, found, fix): why the file as it is cannot be published, or None
    outdated       what is described and published is the last good version of a file that fails
    translation_key, source_commit  as in kb.article.Article
    """

    source: str
    path: str
    digest: str
    key: str
    topic: str
    audience: Audience
    status: Status
    publish_at: datetime | None
    expire_at: datetime | None
    targets: tuple[str, ...] = ()
    dated: date | None = None
    documents: str = ""
    failure: tuple[int, str, str] | None = None
    outdated: bool = False
    translation_key: str = ""
    source_commit: str = ""

    @property
    def problem(self) -> ArticleError | None:
        """Return why the file as it is cannot be published, as its author should hear it."""
        return ArticleError(self.path, *self.failure) if self.failure else None

    @property
    def file(self) -> FileId:
        """Which file this is."""
        return self.source, self.path

    def is_live(self, now: datetime) -> bool:
        """Whether readers may see the article at `now`."""
        published = self.publish_at is None or self.publish_at <= now
        expired = self.expire_at is not None and self.expire_at <= now
        return self.status == "published" and published and not expired

    def next_change(self, now: datetime) -> datetime | None:
        """Return the next moment after `now` at which the clock changes what readers see."""
        if self.status != "published":
            return None
        moments = (self.publish_at, self.expire_at)
        return min((moment for moment in moments if moment and moment > now), default=None)


_NAMES = tuple(field.name for field in fields(Entry))
_PUBLISH_AT, _EXPIRE_AT, _TARGETS, _DATED, _FAILURE = map(
    _NAMES.index, ("publish_at", "expire_at", "targets", "dated", "failure")
)
_values = attrgetter(*_NAMES)


def entry_of(article: Article, digest: str, targets: Iterable[str], dated: date | None) -> Entry:
    """Return the entry of a freshly read article."""
    return Entry(
        source=article.source,
        path=article.path,
        digest=digest,
        key=article.key,
        topic=article.topic,
        audience=article.audience,
        status=article.status,
        publish_at=article.publish_at,
        expire_at=article.expire_at,
        targets=tuple(sorted(targets)),
        dated=dated,
        translation_key=article.translation_key,
        source_commit=article.source_commit,
    )


def failed(entry: Entry, error: ArticleError) -> Entry:
    """Return the entry of a file that was read but cannot be published."""
    failure = (error.line, error.found, error.fix)
    return replace(entry, documents="", failure=failure, outdated=False)


def last_good(known: Entry, digest: str, error: ArticleError) -> Entry:
    """Return the entry of a file that fails now, by what was published of it before."""
    failure = (error.line, error.found, error.fix)
    return replace(known, digest=digest, failure=failure, outdated=True)


def dump(entries: Iterable[Entry]) -> bytes:
    """Return the ledger as JSON."""
    return orjson.dumps([_NAMES, *sorted(map(_values, entries))])


def load(folder: Path) -> dict[FileId, Entry]:
    """Return the entries of the generation in `folder`; raises IndexDamaged."""
    try:
        names, *rows = orjson.loads((folder / FILE).read_bytes())
        if tuple(names) != _NAMES:
            raise ValueError("it has other fields")
        entries = [_entry(row) for row in rows]
    except (OSError, ValueError, TypeError, IndexError) as error:
        raise IndexDamaged(f"{folder / FILE}: cannot be read ({error})") from error
    return {(entry.source, entry.path): entry for entry in entries}


def _entry(row: list[Any]) -> Entry:
    row[_TARGETS] = tuple(row[_TARGETS])
    if row[_DATED]:
        row[_DATED] = date.fromisoformat(row[_DATED])
    for place in (_PUBLISH_AT, _EXPIRE_AT):
        if row[place]:
            row[place] = datetime.fromisoformat(row[place])
    if row[_FAILURE]:
        row[_FAILURE] = tuple(row[_FAILURE])
    return Entry(*row)
