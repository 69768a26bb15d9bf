"""Where files of questions (`_questions/<locale>.yml`) name an article, by its slug or its key.

The files are read line by line, so that everything else in them stays as it is written.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kb.article import Article
from kb.errors import KnowledgeBaseError
from kb.writing import tree

FOLDER = "_questions"
_EXPECTED = re.compile(
    r"^([ \t]*(?:-[ \t]+)?article:[ \t]*)(['\"]?)([^\s'\"#]+)\2(?=[ \t]*(?:#.*)?\r?$)", re.M
)


def expectations(article: Article, root: Path) -> Iterator[tuple[Path, int]]:
    """Yield each file and line, from 1, where a question expects an article of a source."""
    for file, text in _files(root):
        names = _names(article, file)
        for match in _EXPECTED.finditer(text):
            if match[3] in names:
                yield file, text.count("\n", 0, match.start()) + 1


def with_new_keys(moved: Sequence[tuple[Article, Article]], root: Path) -> dict[Path, str]:
    """Return the files that expect articles, with the names that these have from now on.

    moved  each article as it was and as it is
    """
    changed = {}
    for file, text in _files(root):
        new_names = {
            name: new.key if "/" in name or new.locale != file.stem else new.slug
            for old, new in moved
            for name in _names(old, file)
        }
        if (renamed := _renamed(text, new_names)) != text:
            changed[file] = renamed
    return changed


def _renamed(text: str, names: Mapping[str, str]) -> str:
    def named(match: re.Match[str]) -> str:
        return f"{match[1]}{match[2]}{names.get(match[3], match[3])}{match[2]}"

    return _EXPECTED.sub(named, text)


def _names(article: Article, file: Path) -> set[str]:
    return {article.key, article.slug} if file.stem == article.locale else {article.key}


def _files(root: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted((root / FOLDER).glob("*.yml")):
        try:
            yield tree.within(file, root), file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError, KnowledgeBaseError):
            continue  # `kb lint` says what is wrong with it.
