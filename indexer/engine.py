"""WhooshEngine: kb.search.SearchEngine over the current generation of an index folder.

A process opens only what its audiences may read. A thread looks which generation is current; a
new one is verified and opened there while the old one goes on answering, so that no reader ever
waits. A damaged one is never served: the newest sound one is.
"""

import logging
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from time import monotonic, sleep
from weakref import ref

from indexer.fingerprint import fingerprint
from indexer.generations import Generations
from indexer.manifest import Digests, Generation
from indexer.removed_tables import read_removed
from indexer.standing_tables import read_standings
from indexer.store import open_index
from indexer.synonym_tables import for_locale, read_tables
from indexer.topics import MEDIA, read_topics
from indexer.vectors import open_vectors
from kb.answers.confidence import SHIPPED, Calibration
from kb.answers.suggestions import Message, Suggestions
from kb.article import Audience
from kb.errors import IndexDamaged, IndexUnavailable
from kb.explaining.explanation import Account
from kb.meaning.embedding import Embedder, QueryVectors
from kb.meaning.semantic import Semantic
from kb.queries.synonyms import Synonyms
from kb.results.standing import Standings
from kb.search import Completion, Page, Query, Results, State, Summary, Topic
from kb.searcher import Searcher
from kb.snapshot import Clock, Snapshot, utc_now

POLL_SECONDS = 0.1
_MEDIA_NAME = re.compile(r"[0-9a-f]{32}\.[a-z]{3,4}")

_log = logging.getLogger(__name__)
# Digests of files that this process, or the one it was forked from, has read: a worker that
# starts, and a new generation that shares most of its files with the last, read only the rest.
_verified: Digests = {}


@dataclass(frozen=True, slots=True)
class _Open:
    """An open generation; `pointed` is what `current` said when it was opened."""

    pointed: str | None
    snapshots: dict[Audience, Snapshot]


def verify(root: Path) -> None:
    """Read and check now what the public may read, for the processes that are forked later."""
    with suppress(IndexUnavailable, IndexDamaged):
        Generations(root, _verified).newest_verified(folders=("public",))


class WhooshEngine:
    """Searches the index under `root` for the given audiences; safe to share between threads.

    audiences    which halves this process may open; asking for another one is a programming error
    embedder     makes searches go by meaning too, where the index has its vectors; None = by words
    calibration  how sure answers are
    """

    def __init__(
        self,
        root: Path,
        *,
        audiences: tuple[Audience, ...] = ("public",),
        embedder: Embedder | None = None,
        clock: Clock = utc_now,
        calibration: Calibration = SHIPPED,
    ) -> None:
        self._root = root
        self._calibration = calibration
        self._asked = QueryVectors(embedder) if embedder else None
        self._audiences = audiences
        self._clock = clock
        self._open: _Open | None = None
        self._opening = Lock()
        self._asked_at = float("-inf")
        self._complaint = ""

    def open_soon(self) -> None:
        """Begin to open the index now and follow it from then on, in a thread of its own.

        Without this call a new generation is noticed by the first call that comes later than
        `POLL_SECONDS` after the last look, and opened in the background then.
        """
        Thread(target=_follow, args=(ref(self),), name="kb-follow-index", daemon=True).start()

    def try_to_open(self) -> None:
        """Open the index, or log why it cannot be opened."""
        try:
            self._open_first()
        except (IndexUnavailable, IndexDamaged) as error:
            _log.error("there is nothing to serve yet: %s", error)

    def look(self) -> None:
        """Open a new generation in the background when there is one."""
        if self._open is not None:
            self._replace_when_old(self._open)

    def state(self, *, audience: Audience) -> State:
        """Return what is served now."""
        return self._snapshot(audience).state

    def search(self, query: Query, *, audience: Audience) -> Results:
        """Return the articles that match `query`, best first."""
        return self._snapshot(audience).search(query)

    def explain(self, query: Query, key: str | None = None, *, audience: Audience) -> Account:
        """Return why the hits of `query` are found, or why one article is, or is not."""
        return self._snapshot(audience).explain(query, key)

    def answers(self, message: Message, *, audience: Audience) -> Suggestions:
        """Return what answers a customer's message, and how sure that is."""
        return self._snapshot(audience).answers(message)

    def complete(
        self, prefix: str, *, locale: str, audience: Audience, limit: int = 8
    ) -> tuple[Completion, ...]:
        """Return titles, questions and headings that go on as `prefix` does."""
        return self._snapshot(audience).complete(prefix, locale, limit)

    def similar(self, key: str, *, audience: Audience, limit: int = 5) -> tuple[Summary, ...]:
        """Return the articles of the same locale that are most like `key`."""
        return self._snapshot(audience).similar(key, limit)

    def page(self, key: str, *, audience: Audience) -> Page | None:
        """Return one article to read, or None."""
        return self._snapshot(audience).page(key)

    def resolve(self, path: str, *, locale: str, audience: Audience) -> str | None:
        """Return the key that an old slug or path redirects to, or None."""
        return self._snapshot(audience).resolve(path, locale)

    def removed(self, path: str, *, locale: str, audience: Audience) -> str | None:
        """Return what writers say of an article that they took away, or None."""
        return self._snapshot(audience).removed(path, locale)

    def articles(self, locale: str, *, audience: Audience) -> Sequence[Summary]:
        """Return every article of one locale, in the order of their titles."""
        return self._snapshot(audience).articles(locale)

    def topics(self, locale: str, *, audience: Audience) -> Sequence[Topic]:
        """Return the topics that have articles."""
        return self._snapshot(audience).topics(locale)

    def translations(self, key: str, *, audience: Audience) -> Sequence[Summary]:
        """Return the same article in other locales."""
        return self._snapshot(audience).translations(key)

    def media(self, name: str, *, audience: Audience) -> bytes | None:
        """Return an image by its content name."""
        return self._snapshot(audience).media(name)

    def _snapshot(self, audience: Audience) -> Snapshot:
        if audience not in self._audiences:
            raise ValueError(f"this process does not open {audience} articles")
        found = self._open
        if found is None:
            found = self._open_first()
        elif monotonic() - self._asked_at > POLL_SECONDS:
            self._replace_when_old(found)
        return found.snapshots[audience]

    def _open_first(self) -> _Open:
        """Open the newest sound generation; everybody waits for it."""
        with self._opening:
            if self._open is None:
                self._open = self._opened()
            self._asked_at = monotonic()
            return self._open

    def _replace_when_old(self, known: _Open) -> None:
        """Open a new generation in the background when `current` points to another one."""
        self._asked_at = monotonic()
        if Generations(self._root, _verified).current_name() == known.pointed:
            return
        if self._opening.acquire(blocking=False):
            Thread(target=self._replace, name="kb-open-generation", daemon=True).start()

    def _replace(self) -> None:
        """Open what is current now and serve it from then on; holds the lock it was given."""
        try:
            # The old snapshot's files close when its last request lets go of it.
            self._open = self._opened()
            self._complaint = ""
        except (IndexUnavailable, IndexDamaged) as error:
            # It is tried again every moment, and said once.
            if str(error) != self._complaint:
                _log.error("a new generation cannot be opened, the old one stays: %s", error)
            self._complaint = str(error)
        finally:
            self._opening.release()

    def _opened(self) -> _Open:
        generations = Generations(self._root, _verified)
        while True:
            pointed = generations.current_name()
            generation = generations.newest_verified(folders=self._folders())
            try:
                return _Open(
                    pointed, {half: self._read(generation, half) for half in self._audiences}
                )
            except (OSError, IndexDamaged) as error:
                # A writer may have deleted it since it was verified.
                if generations.current_name() == pointed:
                    raise IndexDamaged(f"{generation.path}: {error}") from error

    def _folders(self) -> tuple[str, ...]:
        # Internal indexes may be links into the public half.
        return ("public", "internal") if "internal" in self._audiences else ("public",)

    def _read(self, generation: Generation, audience: Audience) -> Snapshot:
        if generation.manifest.fingerprint != fingerprint():
            raise IndexUnavailable(
                f"{generation.path} was made by another version of this program. Run `kb index`."
            )
        folder = generation.path / audience
        locales = sorted(entry.name for entry in folder.iterdir() if _is_locale(entry))
        tables, standings = read_tables(folder), read_standings(folder)
        searchers = {
            locale: self._searcher(folder / locale, for_locale(tables, locale), standings)
            for locale in locales
        }
        manifest = generation.manifest
        built_at = datetime.fromisoformat(manifest.built_at)
        state = State(generation.name, manifest.revision, built_at)
        places = [generation.path / half / MEDIA for half in _media_halves(audience)]
        return Snapshot(
            searchers,
            read_topics(folder),
            state,
            lambda name: _read_media(places, name),
            clock=self._clock,
            calibration=self._calibration,
            removed=read_removed(folder),
        )

    def _searcher(self, folder: Path, synonyms: Synonyms | None, standings: Standings) -> Searcher:
        reader, locale = open_index(folder), folder.name
        vectors = None
        if self._asked is not None:
            vectors = open_vectors(folder, reader, self._asked.embedder.name)
        if self._asked is None or vectors is None:
            semantic = None
        else:
            semantic = Semantic(vectors, self._asked, locale)
        return Searcher(reader, locale, semantic, synonyms=synonyms, standings=standings)


def _follow(engine: "ref[WhooshEngine]") -> None:
    """Look for new generations as long as somebody holds the engine."""
    if first := engine():
        first.try_to_open()
    del first
    while held := engine():
        held.look()
        del held
        sleep(POLL_SECONDS)


def _is_locale(entry: Path) -> bool:
    return entry.is_dir() and entry.name != MEDIA


def _media_halves(audience: Audience) -> tuple[Audience, ...]:
    return ("public",) if audience == "public" else ("public", "internal")


def _read_media(places: Sequence[Path], name: str) -> bytes | None:
    """Return an image's bytes; a name is a hash and an ending, so it cannot lead elsewhere."""
    if not _MEDIA_NAME.fullmatch(name):
        return None
    for place in places:
        file = place / name
        if file.is_file():
            return file.read_bytes()
    return None
