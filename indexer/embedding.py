"""Embed what the current generation has no vectors of, while it is being served.

Embedding takes hours where building takes seconds, so it comes afterwards and without the
writer's lock: vectors go into the cache, a few at a time, and from there now and then into a new
generation, for which the lock is held a moment. What is killed has lost a few seconds of work.
Articles come first, passages after: all articles can be found by their meaning early on.
"""

from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from indexer.folders import is_lock
from indexer.generations import Generations
from indexer.lock import exclusive
from indexer.manifest import Generation
from indexer.store import indexes, open_arrays, read_segments
from indexer.vector_cache import VectorCache, attach_kept
from kb.errors import IndexBusy, IndexDamaged, IndexUnavailable
from kb.meaning.embedded_texts import Text, texts_of
from kb.meaning.embedding import Embedder
from kb.meaning.vectors import packed
from kb.segments.segment import Segment

EMBED_LOCK = "embed.lock"
# Vectors made at once; what a killed run loses at most.
BATCH = 16
# The first vectors are published when all articles have one, later ones after so long, and each
# time twice as long as the last: who follows the index opens every generation.
PUBLISH_SECONDS = 60.0

Progress = Callable[[int, int], None]


class _Wanted(NamedTuple):
    """The texts of one generation, articles first; so many of them are articles."""

    generation: str
    texts: list[Text]
    articles: int


def embed(
    root: Path,
    embedder: Embedder,
    *,
    progress: Progress = lambda done, total: None,
    publish_seconds: float = PUBLISH_SECONDS,
) -> int | None:
    """Make the vectors that the index under `root` lacks and publish them; return how many.

    None when another process is doing it. What is published meanwhile is embedded too.

    progress  called with how many of the texts have their vector, and how many there are
    """
    made: int | None = None
    while True:
        try:
            with (
                exclusive(root / EMBED_LOCK, wait_seconds=0),
                closing(VectorCache(root)) as cache,
            ):
                cache.begin(embedder.name)
                more, embedded = _embed_all(root, embedder, cache, progress, publish_seconds)
        except IndexBusy:
            return made
        made = (made or 0) + more
        # Who switched just before the lock was free has left its texts to us.
        if Generations(root).current_name() == embedded:
            return made


def _embed_all(
    root: Path, embedder: Embedder, cache: VectorCache, progress: Progress, seconds: float
) -> tuple[int, str | None]:
    """Return how many vectors were made, and the generation that then had all of its own."""
    made = 0
    while True:
        generation, wanted, articles = _wanted(root, embedder.name)
        kept = cache.read([text.key for text in wanted])
        lacking = [text for text in wanted if text.key not in kept]
        if not lacking:
            cache.forget_others([text.key for text in wanted])
            before, after = _publish(root)
            if before == generation:
                return made, after
            continue
        heads_left = sum(1 for text in wanted[:articles] if text.key not in kept)
        until = monotonic() + seconds
        done = 0
        while done < len(lacking) and (done < max(heads_left, 1) or monotonic() < until):
            some = lacking[done : done + BATCH]
            _embed_some(some, embedder, cache)
            done += len(some)
            progress(len(kept) + done, len(wanted))
        made += done
        if done < len(lacking):
            _publish(root)
            seconds *= 2


def _embed_some(some: Sequence[Text], embedder: Embedder, cache: VectorCache) -> None:
    vectors = embedder.embed_passages([text.text for text in some])
    cache.add([text.key for text in some], packed(vectors))
    if some[0].key not in cache.read([some[0].key]):
        raise IndexUnavailable(
            "The vectors cannot be kept: the index folder has to be writable, on a disk with room."
        )


def _wanted(root: Path, embedder: str) -> _Wanted:
    """Return the texts of the current generation."""
    while True:
        current = Generations(root).current()
        if current is None:
            raise IndexUnavailable(f"{root}: there is no index yet. Run `kb index`.")
        try:
            return _texts(current, embedder)
        except (FileNotFoundError, IndexDamaged):
            # A generation that has become too old is deleted while somebody still reads it.
            if current.path.exists():
                raise


def _texts(generation: Generation, embedder: str) -> _Wanted:
    heads: dict[str, Text] = {}
    passages: dict[str, Text] = {}
    for folder in indexes(generation.path):
        for entry in read_segments(folder):
            texts = texts_of(Segment(open_arrays(folder, entry), entry.deleted), embedder)
            heads.update((text.key, text) for text in texts.heads if text)
            passages.update((text.key, text) for text in texts.passages if text)
    rest = [text for key, text in passages.items() if key not in heads]
    return _Wanted(generation.name, [*heads.values(), *rest], len(heads))


def _publish(root: Path) -> tuple[str | None, str | None]:
    """Give the newest generation what vectors there are, as a new one, if there are more.

    Returns the names of what was served until then and what is served from then on.
    """
    generations = Generations(root)
    with generations.writer_lock():
        before = generations.current_name()
        newest = generations.newest_verified()
        with generations.build(newest, leave_out=is_lock) as draft:
            if not attach_kept(draft.path, root):
                return before, before
            return before, draft.commit_as(newest.manifest).name
