"""Find articles of one language that say nearly the same, or have the same title.

It goes by the texts as they lie on the disk, so that it works before anything is indexed and sees
the article that is being written. Each article is told of the one nearest to it, once.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from kb.lint.alike import alike
from kb.lint.finding import Finding, shown
from kb.lint.rules import make
from kb.words.analysis import analyzer_for
from kb.words.characters import tidy

if TYPE_CHECKING:
    from kb.writing.content import Content, Written

_PERCENT = 100

Group: TypeAlias = "list[Written]"


def findings(content: "Content") -> list[Finding]:
    """Return one finding for each article that repeats another one."""
    kept = [each for each in content.articles if each.article.status != "archived"]
    # A reply repeats what an article says, and is meant to.
    groups = _grouped(kept, lambda each: (each.article.locale, each.article.kind))
    return [finding for group in groups for finding in (*_near(group), *_titles(group))]


def _near(group: Group) -> Iterator[Finding]:
    mates: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for pair in alike([each.article.body for each in group]):
        mates[pair.first].append((-pair.share, pair.second))
        mates[pair.second].append((-pair.share, pair.first))
    for place, found in mates.items():
        share, nearest = min(found)
        message = f"{round(-_PERCENT * share)} % the same as {_path(group[nearest])}"
        if len(found) > 1:
            message += f", and close to {len(found) - 1} more"
        fix = "Make one article of them, or say in each only what differs"
        yield _finding("near-duplicate", group[place], message, fix)


def _titles(group: Group) -> Iterator[Finding]:
    for same in _grouped(group, _folded_title):
        if len(same) == 1 or not _folded_title(same[0]):
            continue
        for place, each in enumerate(same):
            message = f"has the title of {_path(same[0] if place else same[1])}"
            fix = "Put into the title what tells them apart, or make one article of them"
            yield _finding("duplicate-title", each, message, fix)


def _grouped(articles: "Iterable[Written]", key: "Callable[[Written], object]") -> list[Group]:
    found: dict[object, Group] = defaultdict(list)
    for each in articles:
        found[key(each)].append(each)
    return list(found.values())


def _folded_title(each: "Written") -> str:
    """Return a title without what is not looked at: case, punctuation, forms of a character."""
    tokens = analyzer_for(each.article.locale).tokens(tidy(each.article.title))
    return " ".join(token.exact for token in tokens)


def _finding(rule: str, each: "Written", message: str, fix: str) -> Finding:
    line = each.document.lines.get("title", 1)
    return make(rule, _path(each), line, message, fix)


def _path(each: "Written") -> str:
    return shown(each.path)
