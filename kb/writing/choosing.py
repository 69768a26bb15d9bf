"""Which article, or which place for one, somebody means on the command line.

An article is named by its file, by its key such as en/log-in, or by its address.
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.identity import clean_slug
from kb.files.scan import SourceFile
from kb.paths import key_of
from kb.settings_tables import Source
from kb.writing.content import Content, Written, file_at, is_below_source


def chosen_article(name: str, content: Content, sources: Sequence[Source], locale: str) -> Written:
    """Return the article that a name means; raises KnowledgeBaseError where there is none.

    locale  of an article that is named by its slug alone
    """
    by_path = content.by_path()
    for place in _places(name, sources):
        if place.is_file():
            file = file_at(place, sources)
            if found := by_path.get((file.source.name, file.path)):
                return found
            raise _no_article(file, content)
    by_key = content.by_key()
    found = by_key.get(key_of(name, locale, {key.partition("/")[0] for key in by_key}))
    if found is None:
        raise KnowledgeBaseError(
            f"there is no article {name}. Give its file, its key such as {locale}/log-in, "
            "or its address"
        )
    return found


def chosen_place(name: str, written: Written, sources: Sequence[Source]) -> SourceFile:
    """Return where an article goes: a file, a folder that keeps its name, or a new slug."""
    old = PurePosixPath(written.file.path)
    if name.endswith(".md"):
        return _inside(_first_home(name, sources), sources)
    home = _first_home(name, sources) if name else None
    if home and (name.endswith("/") or home.is_dir()):
        return _inside(home / old.name, sources)
    article = written.article
    key = key_of(name, article.locale, {article.locale})
    slug = key.removeprefix(f"{article.locale}/")
    if not slug or "/" in slug:
        raise KnowledgeBaseError(
            f"{name or 'nothing'} is no place for an article. Give a file that ends in .md, a "
            f"folder, or a new slug in {article.locale}"
        )
    slug = clean_slug(slug, name, 1)
    path = old.with_name(f"{slug}.md")
    return SourceFile(written.file.source, str(path), written.path.with_name(path.name))


def _places(name: str, sources: Sequence[Source]) -> list[Path]:
    """Return where a name may lie: here, or in the folder of a source."""
    return [Path(name), *(source.path / name for source in sources)]


def _first_home(name: str, sources: Sequence[Source]) -> Path:
    """Return the first of the places that lies in a source, so that en/a.md is enough."""
    for place in _places(name, sources):
        if is_below_source(place, sources):
            return place
    raise KnowledgeBaseError(f"{name} lies in no folder of articles")


def _inside(place: Path, sources: Sequence[Source]) -> SourceFile:
    file = file_at(place, sources)
    if hidden := [part for part in PurePosixPath(file.path).parts if part[0] in "_."]:
        raise KnowledgeBaseError(f"{place}: what begins with {hidden[0][0]} is never an article")
    return file


def _no_article(file: SourceFile, content: Content) -> KnowledgeBaseError:
    problems = (error for error in content.problems if error.path == file.path)
    known: ArticleError | None = next(problems, None)
    return known or KnowledgeBaseError(f"{file.path} is no article")
