"""Make of articles' Markdown all that an index holds of them, in bounded workers.

Rendering, cutting into passages and analysis happen in the worker; what comes back is ready to
be written. Renderings that were kept from an earlier run are used again.
"""

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TypeVar

from indexer.intake import as_error
from indexer.rendering import RenderCache
from kb.article import Article
from kb.errors import ArticleError
from kb.files.past import UNKNOWN, Past
from kb.pool import BoundedPool
from kb.rendering.render_version import RENDER_FINGERPRINT
from kb.segments.documents import Material, material_of
from kb.segments.passages import passages_of
from kb.segments.records import Rendering, head_of, pack_rendering, unpack_rendering

# So many articles are in memory at once.
_BATCH = 100

Tag = TypeVar("Tag")
Links = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Job:
    """An article to index.

    links  where its links lead
    past   what git tells of it
    """

    article: Article
    links: Links
    past: Past = UNKNOWN

    @property
    def key(self) -> str:
        """Return the hash of all that the rendered article depends on."""
        article = self.article
        links = sorted(self.links.items())
        parts: tuple[object, ...] = (RENDER_FINGERPRINT, article.locale, article.title, links)
        if article.kind == "reply":
            parts = (*parts, article.kind)
        return hashlib.sha256(repr(parts).encode() + article.body.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Made:
    """What is indexed of an article, and what its author should hear about."""

    material: Material
    warnings: tuple[str, ...]


def make(work: tuple[Job, bytes | None]) -> Made:
    """Return what is indexed of an article, given its kept rendering; runs in a worker."""
    job, kept = work
    article = job.article
    rendering = _unpacked(kept) if kept else None
    if kept is None or rendering is None:
        # In the workers only.
        from kb.rendering.render import render

        made = render(
            article.body,
            title=article.title,
            links=job.links,
            locale=article.locale,
            is_reply=article.kind == "reply",
        )
        rendering = Rendering(made.html, made.sections, made.warnings)
        kept = pack_rendering(made.html, made.sections, made.warnings)
    passages = passages_of(rendering.sections)
    head = head_of(article, passages, job.past)
    return Made(material_of(head, kept, passages), rendering.warnings)


def _unpacked(kept: bytes) -> Rendering | None:
    """Return a rendering that was kept, or None when it is damaged."""
    try:
        return unpack_rendering(kept)
    except (zlib.error, ValueError, TypeError):
        return None


def make_all(
    jobs: Iterable[tuple[Tag, Job]], root: Path, pool: BoundedPool, *, prune: bool
) -> Iterator[tuple[Tag, Made | ArticleError]]:
    """Yield what is indexed of each article, in any order, or why it cannot be published.

    prune  the jobs are all articles there are: forget the others' renderings
    """
    with closing(RenderCache(root)) as cache:
        waiting = iter(jobs)
        keys: list[str] = []
        # By number: tag, path, and the key of a rendering that is not kept yet.
        running: dict[int, tuple[Tag, str, str | None]] = {}
        fresh: dict[str, bytes] = {}

        def work() -> Iterator[tuple[Job, bytes | None]]:
            while some := [(tag, job, job.key) for tag, job in islice(waiting, _BATCH)]:
                kept = cache.read([key for _, _, key in some])
                for tag, job, key in some:
                    running[len(keys)] = tag, job.article.path, None if key in kept else key
                    keys.append(key)
                    yield job, kept.get(key)

        for number, result in pool.map(make, work()):
            tag, path, key = running.pop(number)
            if not isinstance(result, Made):
                yield tag, as_error(path, result)
                continue
            if key:
                fresh[key] = result.material.rendering
            yield tag, result
            if len(fresh) >= _BATCH:
                cache.write(fresh.items())
                fresh.clear()
        cache.write(fresh.items())
        if prune:
            cache.keep_only(keys)
