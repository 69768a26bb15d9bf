"""Move an article: its old address goes on leading to it, and every link finds it.

Nothing is written before all of it is known, so that a move that cannot be made changes nothing.
Aliases move with their file: whoever comes by an older address is led to the new one at once.
Images stay where they are, for others may show them; links to them are written anew.
"""

import posixpath
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from kb.article import Article
from kb.errors import KnowledgeBaseError
from kb.files.foreign_fields import name_in_ours
from kb.files.library import load
from kb.files.scan import SourceFile, defaults_for
from kb.paths import linked_path, old_name
from kb.writing.content import Content, Written
from kb.writing.editing import with_field
from kb.writing.expectations import with_new_keys
from kb.writing.links import with_targets

# From where a link is seen, from where it will be, and its target -> the target it has to have.
Lead = Callable[[SourceFile, SourceFile, str], str]
_LINE_END = re.compile(r"\r\n|\r|\n")


@dataclass(frozen=True, slots=True)
class Moved:
    """One article that moves, and what it is at its new place."""

    old: Written
    file: SourceFile
    article: Article
    text: str


@dataclass(frozen=True, slots=True)
class Move:
    """All that a move changes.

    moved    the article, and its translations where they move too
    changed  other files of articles and questions with their new text
    staying  translations that stay where they are
    notes    what the writer should know, in sentences
    """

    moved: tuple[Moved, ...]
    changed: Mapping[Path, str]
    staying: tuple[Written, ...] = ()
    notes: tuple[str, ...] = field(default=())


def plan_move(
    written: Written, file: SourceFile, content: Content, *, all_locales: bool = False
) -> Move:
    """Return what moving an article to `file` changes; raises KnowledgeBaseError."""
    family = _family(written, content)
    places = {written.path: (written, file)}
    if all_locales:
        places |= {each.path: (each, _beside(each, file, written)) for each in family}
    staying = tuple(each for each in family if each.path not in places)
    for each, place in places.values():
        _check_place(each, place)
    lead = _leader(places.values())
    moved = tuple(_moved(each, place, lead, bool(staying)) for each, place in places.values())
    _check_keys(moved, content)
    others = [each for each in content.articles if each.path not in places]
    changed = {
        each.path: text for each in others if (text := _linked(each, each.file, lead)) != each.text
    }
    articles = [(one.old.article, one.article) for one in moved]
    for root in dict.fromkeys(one.file.source.path for one in moved):
        changed |= with_new_keys(articles, root)
    return Move(moved, changed, staying, tuple(_notes(moved, content)))


def _family(written: Written, content: Content) -> list[Written]:
    key = written.article.translation_key
    return [
        each
        for each in content.articles
        if each.article.translation_key == key and each.article.locale != written.article.locale
    ]


def _beside(sibling: Written, file: SourceFile, written: Written) -> SourceFile:
    """Return where a translation goes: where the article goes, in the translation's own folder."""
    old, new = _inside(sibling.file), _inside(file)
    if old != _inside(written.file):
        raise KnowledgeBaseError(
            f"{sibling.file.path} is named otherwise than {written.file.path}; move it by itself"
        )
    root = sibling.path.parents[sibling.file.path.count("/")]
    path = sibling.file.path.removesuffix(old) + new
    return SourceFile(sibling.file.source, path, root / path)


def _inside(file: SourceFile) -> str:
    """Return a file's path below the folder of its language."""
    return file.path if file.source.locale else file.path.partition("/")[2]


def _check_place(written: Written, file: SourceFile) -> None:
    old = written.file
    if old.source != file.source:
        raise KnowledgeBaseError(
            f"{old.path} is of the source {old.source.name} and cannot move to "
            f"{file.source.name}: links do not lead from one to the other"
        )
    if Path(file.absolute).exists():
        same = written.path.resolve() == Path(file.absolute).resolve()
        raise KnowledgeBaseError(f"{file.path} is {'where it is' if same else 'there'} already")


def _leader(places: Iterable[tuple[Written, SourceFile]]) -> Lead:
    """Return what says where a target leads once all files have moved."""
    new_places = {(each.file.source.name, each.file.path): file.path for each, file in places}

    def lead(old: SourceFile, new: SourceFile, target: str) -> str:
        folder, new_folder = posixpath.dirname(old.path), posixpath.dirname(new.path)
        path = linked_path(target, folder)
        if path is None:
            return target
        goal = new_places.get((old.source.name, path), path)
        if goal == path and (folder == new_folder or not (old.source.path / path).exists()):
            return target
        if target.startswith("/"):
            written = f"/{goal}"
        else:
            written = posixpath.relpath(goal, new_folder or ".")
        plain = written.replace("%", "%25").replace("?", "%3F").replace("#", "%23")
        return plain + target[len(re.split(r"[?#]", target, maxsplit=1)[0]) :]

    return lead


def _linked(written: Written, new: SourceFile, lead: Lead) -> str:
    """Return an article's text with its links as they have to be at its (new) place."""
    ends = islice(_LINE_END.finditer(written.text), written.document.body_line - 1)
    start = max((match.end() for match in ends), default=0)
    head, body = written.text[:start], written.text[start:]
    return head + with_targets(body, lambda target: lead(written.file, new, target))


def _moved(
    written: Written,
    file: SourceFile,
    lead: Lead,
    is_left_by_others: bool,
) -> Moved:
    old, text = written.article, _linked(written, file, lead)
    article = _loaded(file, text)
    if article.key != old.key:
        name = next((key for key in written.document.values if name_in_ours(key) == "aliases"), "")
        text = with_field(text, name or "aliases", _aliases(old, article), file.path)
    if is_left_by_others and article.translation_key != old.translation_key:
        # Those that stay are paired by the old path.
        text = with_field(text, "translation_key", old.translation_key, file.path)
    return Moved(written, file, _loaded(file, text), text)


def _loaded(file: SourceFile, text: str) -> Article:
    return load(file, text.encode(), defaults_for(file)).article


def _aliases(old: Article, new: Article) -> tuple[str, ...]:
    added = old.slug if old.locale == new.locale else f"/{old.locale}/articles/{old.slug}"
    known = [each for each in old.aliases if old_name(each) not in (new.slug, old_name(added))]
    return (*known, added)


def _check_keys(moved: Sequence[Moved], content: Content) -> None:
    there = content.by_key()
    going = {each.old.path for each in moved}
    for each in moved:
        other = there.get(each.article.key)
        if other is not None and other.path not in going:
            raise KnowledgeBaseError(
                f"{other.file.path} has the address of {each.article.key} already; "
                "choose another name, or give a slug"
            )


def _notes(moved: Sequence[Moved], content: Content) -> Iterable[str]:
    """Yield what follows from a move beside the move."""
    going = {each.old.path for each in moved}
    others = [each for each in content.articles if each.path not in going]
    keys = {each.article.key: each for each in others}
    for each in moved:
        old, new = each.old.article, each.article
        if old.key == new.key and Path(old.path).name != Path(new.path).name:
            yield f"its address stays {new.key}: the front matter gives the slug"
        if old.audience != new.audience:
            yield f"{new.path} is {new.audience} from now on: the defaults of its folder say so"
        for alias in new.aliases:
            if taken := keys.get(f"{new.locale}/{old_name(alias)}"):
                yield f"the alias {alias} leads nowhere: {taken.file.path} has that address itself"
        for other in others if old.key != new.key else ():
            if other.article.locale == new.locale and new.slug in map(
                old_name, other.article.aliases
            ):
                yield f"{new.slug} led to {other.file.path}; it is this article from now on"
