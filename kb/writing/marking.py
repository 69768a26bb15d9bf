"""Record which revision of its source a translation was made from.

That is the last commit of the source's file. It would be the wrong one while changes of the source
are not committed: the translation may hold them already, and would count as behind once they are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kb import git
from kb.errors import KnowledgeBaseError
from kb.settings import Settings
from kb.writing import tree
from kb.writing.content import Content, Written, file_at, read_content
from kb.writing.editing import with_field
from kb.writing.repositories import Place, Repositories
from kb.writing.translations import Family, families, original

_FIELD = "source_commit"


class CannotMark(KnowledgeBaseError):
    """It cannot be said what an article was translated from; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A translation that can be marked, and is not yet.

    text      the whole file with the new revision in it
    revision  last commit of the source's file
    """

    written: Written
    source: Written
    text: str
    revision: str

    def record(self) -> None:
        """Write the file; what the author wrote stays, a byte order mark too."""
        tree.write(self.written.path, self.text)


def marks(paths: Sequence[Path], settings: Settings, locale: str = "") -> list[Mark]:
    """Return the marks of these files, none of them recorded; raises when one cannot be.

    locale  of the articles that they were translated from; "": the family's original
    """
    sources = settings.all_sources()
    files = {path: file_at(path, sources) for path in paths}
    content = read_content(sources)
    by_path, by_key, repositories = content.by_path(), families(content), Repositories()
    found = []
    for path, file in files.items():
        written = by_path.get((file.source.name, file.path))
        if written is None:
            raise CannotMark(_why_unread(path, file.path, content))
        family = by_key.get(written.article.translation_key, {})
        source = _source(path, written, family, settings, locale)
        revision = _last_commit(source, repositories)
        text = with_field(written.text, _FIELD, revision, path)
        found.append(Mark(written, source, text, revision))
    return found


def _why_unread(path: Path, name: str, content: Content) -> str:
    if path.is_dir():
        return f"{path} is a folder. Name the translations that are up to date."
    problems: Iterator[str] = (str(each) for each in content.problems if each.path == name)
    return next(problems, f"{path} is no article of a source. Name a file that ends in .md.")


def _source(
    path: Path, written: Written, family: Family, settings: Settings, locale: str
) -> Written:
    own = written.article.locale
    others = {tag: each for tag, each in family.items() if tag != own}
    if not others:
        key = written.article.translation_key
        raise CannotMark(
            f"{path}: no article in another language has its translation key, {key}. "
            "Give both files the same path or the same translation_key."
        )
    if locale:
        if locale not in others:
            there = ", ".join(sorted(others))
            raise CannotMark(f"{path}: it has no version in {locale}; there is {there}.")
        return others[locale]
    source = original({**others, own: written}, settings.site)
    if source is written:
        raise CannotMark(
            f"{path}: this is what the others are translated from. If it is a translation, say "
            f"of what: --from {sorted(others)[0]}"
        )
    return source


def _last_commit(source: Written, repositories: Repositories) -> str:
    path, place = source.path, repositories.place(source)
    if place is None:
        raise CannotMark(f"{path} is in no git repository with a commit. Commit it first.")
    if _ask(place, "status", "--porcelain", "--ignored=no"):
        raise CannotMark(f"{path} has changes that are not committed. Commit them first.")
    revision = _ask(place, "log", "-1", "--format=%H", "HEAD")
    if not revision:
        raise CannotMark(f"{path} is in no commit. Commit it first.")
    return revision


def _ask(place: Place, *arguments: str) -> str:
    """Return what git says of one file, whose name is no pattern."""
    root = place.repository.root
    return git.run(root, "--literal-pathspecs", *arguments, "--", place.path).strip()
