"""All articles of all sources as they lie on the disk now, for the commands of writers."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from kb.article import Article
from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.frontmatter import Document
from kb.files.library import decode, load
from kb.files.scan import Defaults, Scan, SourceFile, defaults_for, scan
from kb.settings_tables import Source


@dataclass(frozen=True, slots=True)
class Written:
    """One article and the file that it was read from.

    text      of the file, as it is, without a byte order mark
    document  front matter with the line of each field, and the body
    warnings  each `path:line: text`
    """

    file: SourceFile
    text: str
    document: Document
    article: Article
    warnings: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """Where the file is on this machine."""
        return Path(self.file.absolute)


@dataclass(frozen=True, slots=True)
class Content:
    """What the folders of the sources hold.

    articles  by source and path
    problems  of files that are no article as they stand, and of folders
    scan      which files were found
    """

    articles: tuple[Written, ...]
    problems: tuple[ArticleError, ...]
    scan: Scan = field(repr=False)

    def by_key(self) -> dict[str, Written]:
        """Return the articles by `<locale>/<slug>`; of two with one key, the first counts."""
        found: dict[str, Written] = {}
        for each in self.articles:
            found.setdefault(each.article.key, each)
        return found

    def by_path(self) -> dict[tuple[str, str], Written]:
        """Return the articles by source and path."""
        return {(each.file.source.name, each.file.path): each for each in self.articles}


def read_content(sources: Iterable[Source]) -> Content:
    """Return all that the sources hold; raises SettingsError for a folder that is not there."""
    found = scan(sources)
    problems = list(found.problems)
    articles: list[Written] = []
    for file in found.files:
        try:
            articles.append(read_file(file, found.defaults_for(file)))
        except ArticleError as error:
            problems.append(error)
    return Content(tuple(articles), tuple(problems), found)


def read_file(file: SourceFile, defaults: Defaults | None = None) -> Written:
    """Return one article, with its folder's defaults; raises ArticleError."""
    data = file.read()
    loaded = load(file, data, defaults_for(file) if defaults is None else defaults)
    text = decode(data, file.path)
    return Written(file, text, loaded.document, loaded.article, loaded.warnings)


def file_at(path: Path, sources: Iterable[Source]) -> SourceFile:
    """Return the file that somebody names on the command line, as a file of its source.

    Of sources within each other, the innermost counts. Raises KnowledgeBaseError for a file that
    lies in no source, also where it is only dots or links that lead out of one.
    """
    known = list(sources)
    absolute = Path(os.path.normpath(path.absolute()))
    real = absolute.resolve()
    homes = [
        (root, source)
        for root, source in _roots(known)
        if absolute.is_relative_to(root) and real.is_relative_to(root.resolve())
    ]
    if not homes:
        folders = ", ".join(str(source.path) for source in known)
        raise KnowledgeBaseError(f"{path} lies in no folder of articles; those are {folders}")
    root, source = max(homes, key=lambda home: len(home[0].parts))
    return SourceFile(source, absolute.relative_to(root).as_posix(), absolute)


def is_below_source(path: Path, sources: Iterable[Source]) -> bool:
    """Whether a path begins like the folder of a source, wherever it leads from there."""
    return any(path.absolute().is_relative_to(root) for root, _ in _roots(sources))


def _roots(sources: Iterable[Source]) -> Iterator[tuple[Path, Source]]:
    """Yield the folder of each source, by its name and by where links lead from there."""
    for source in sources:
        yield source.path.absolute(), source
        if source.path.resolve() != source.path.absolute():
            yield source.path.resolve(), source
