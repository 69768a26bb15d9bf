"""Make of one file what its readers would see, whatever its status, as it lies on the disk now.

It runs in a worker of `kb.pool`: what a stranger's repository holds may take too long or too much
memory. Links and images lead where they would lead the file's readers, but within the preview.
"""

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from kb.article import Article
from kb.errors import ArticleError
from kb.files.scan import IMAGE_TYPES, MAX_FOLDER_DEPTH, Defaults, SourceFile, read_bytes
from kb.locales import normalise
from kb.paths import escaped, linked_path
from kb.rendering.render import render, targets
from kb.search import Hit, Page, Query
from kb.segments.passages import passages_of
from kb.segments.records import head_of, pack_rendering, page_of
from kb.settings_tables import Source
from kb.writing.content import read_file
from kb.writing.questions import MAX_BYTES, Question, read_questions

QUESTIONS_FOLDER = "_questions"


@dataclass(frozen=True, slots=True)
class Job:
    """A file to preview.

    now            decides which articles its links may lead to
    address        what stands before the path of a file of the same source in its address
    image_address  the same for an image
    as_result      search for it by its title too
    """

    file: SourceFile
    now: datetime
    address: str
    image_address: str
    as_result: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would be to its readers.

    article   as its author wrote it, its status included
    page      as it would be served
    warnings  for its author, each a sentence or `path:line: text`
    hit       how it looks as a result of a search for its title; None when nobody asked
    """

    article: Article
    page: Page
    warnings: tuple[str, ...]
    hit: Hit | None


def preview(job: Job) -> Preview:
    """Return what a file would be to its readers; raises ArticleError."""
    written = read_file(job.file)
    article = written.article
    rendered = render(
        article.body,
        title=article.title,
        links=dict(_links(job, article)),
        locale=article.locale,
        is_reply=article.kind == "reply",
    )
    packed = pack_rendering(rendered.html, rendered.sections, rendered.warnings)
    head = head_of(article, passages_of(rendered.sections))
    warnings = (*written.warnings, *rendered.warnings)
    hit = _as_result(article) if job.as_result else None
    return Preview(article, page_of(head, packed), warnings, hit)


def describe(of: tuple[SourceFile, Defaults]) -> Article:
    """Return a file's article without its body, for lists; raises ArticleError."""
    return replace(read_file(*of).article, body="")


def article_file(source: Source, path: str) -> SourceFile | None:
    """Return a Markdown file of a source; None for whatever is no article of it."""
    return _file(source, path) if path.endswith(".md") else None


def image_file(source: Source, path: str) -> SourceFile | None:
    """Return an image of a source; None for whatever is none that an article could show."""
    return _file(source, path) if posixpath.splitext(path)[1].lower() in IMAGE_TYPES else None


def _file(source: Source, path: str) -> SourceFile | None:
    """Return a file of a source; None when it is hidden, outside or behind a symbolic link."""
    parts = path.split("/")
    if len(parts) > MAX_FOLDER_DEPTH + 1 or any(each[:1] in ("", ".", "_") for each in parts):
        return None
    place = source.path
    try:
        for part in parts:
            place /= part
            if place.is_symlink():
                return None
        return SourceFile(source, path, place) if place.is_file() else None
    except (OSError, ValueError):
        return None  # A name that no file can have.


def _links(job: Job, article: Article) -> Iterator[tuple[str, str | None]]:
    """Yield where each relative target leads, as when it is indexed; None: it is no link."""
    folder = posixpath.dirname(job.file.path)
    for target in targets(article.body):
        path = linked_path(target, folder)
        yield target, _address(job, article, path) if path else None


def _address(job: Job, article: Article, path: str) -> str | None:
    source = job.file.source
    if image_file(source, path):
        return job.image_address + escaped(path)
    file = article_file(source, path)
    if file is None:
        return None
    try:
        other = read_file(file).article
    except ArticleError:
        return None
    is_readable = other.audience == "public" or article.audience == "internal"
    return job.address + escaped(path) if is_readable and other.is_live(job.now) else None


def _as_result(article: Article) -> Hit | None:
    """Return how an article looks among the results of a search for its title."""
    # Loads the whole of search, which the list of files does not need.
    from kb.testing import MemoryEngine

    live = replace(
        article, status="published", publish_at=None, expire_at=None, exclude=False, boost=1.0
    )
    query = Query(article.title, article.locale, limit=1)
    results = MemoryEngine([live]).search(query, audience="internal")
    return next(iter((*results.hits, *results.relaxed)), None)


@dataclass(frozen=True, slots=True)
class Promise:
    """An article of which is asked by which committed questions it has to be found."""

    source: Source
    locale: str
    key: str


def committed_questions(of: Promise) -> tuple[Question, ...]:
    """Return the questions that writers keep for an article, those that can be read."""
    folder = of.source.path / QUESTIONS_FOLDER
    found: list[Question] = []
    for file in sorted(folder.glob("*.yml")):
        path = f"{QUESTIONS_FOLDER}/{file.name}"
        try:
            if normalise(file.stem) != of.locale:
                continue
            data = read_bytes(file, of.source.path, path, MAX_BYTES)
        except (ArticleError, ValueError):
            continue
        found += read_questions(data, path, of.locale, {of.locale})[0]
    return tuple(question for question in found if question.key == of.key)
