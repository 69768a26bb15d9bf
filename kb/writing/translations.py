"""Which translations are missing, and by how much those that are there are behind their source.

Articles that share a translation key are one family. Others are translated from the article that
is itself no translation, which is to say: has no `source_commit`. Of several it is the one that
the commit changed, then the one in the site's default language. What git cannot tell is unknown,
and never taken for current.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from kb.git import ask
from kb.settings_tables import Site
from kb.writing.content import Content, Written
from kb.writing.drift import commits_since
from kb.writing.repositories import Place, Repositories, Repository

State = Literal["missing", "behind", "unknown", "current"]
STATES: tuple[State, ...] = get_args(State)
# Why a state is unknown.
Reason = Literal["", "no_source_commit", "no_history", "no_such_commit", "shallow"]

# locale -> article
Family = Mapping[str, Written]


@dataclass(frozen=True, slots=True)
class Translation:
    """How an article stands in one of the languages that it was not written in.

    written  None when it is missing
    behind   commits that changed the source since it was translated, at most
    kb.files.commit_log.KEPT reason   why the state is unknown, else ""
    """

    source: Written
    locale: str
    state: State
    written: Written | None = None
    behind: int = 0
    reason: Reason = ""


def families(content: Content) -> dict[str, dict[str, Written]]:
    """Return the articles that belong together, by translation key; archived ones do not count."""
    found: dict[str, dict[str, Written]] = {}
    for each in content.by_key().values():
        article = each.article
        if article.status != "archived":
            found.setdefault(article.translation_key, {}).setdefault(article.locale, each)
    return found


def original(family: Family, site: Site) -> Written:
    """Return the article of a family that the others are translated from."""
    return min(_originals(family), key=lambda each: _preference(each, site))


def translations(
    content: Content, site: Site, repositories: Repositories, now: datetime
) -> tuple[Translation, ...]:
    """Return every translation that is there or ought to be, in the order of their sources.

    One ought to be there in each language of the site, unless its source is a draft or has expired.
    """
    found: list[Translation] = []
    pairs: list[tuple[Written, Written]] = []
    for family in families(content).values():
        source = original(family, site)
        if _is_wanted(source, now):
            found += [
                Translation(source, locale, "missing")
                for locale in site.locales
                if locale not in family
            ]
        pairs += [
            (_source_of(each, family, source, site, repositories), each)
            for each in family.values()
            if each is not source
        ]
    found += _compared(pairs, repositories)
    return tuple(sorted(found, key=_order))


def changes_since(translation: Translation, repositories: Repositories) -> str:
    """Return what changed in the source since it was translated, as git shows differences.

    It is what a file was under its old name and what it is under its new one; "" when git cannot
    tell, and for a translation that is not behind.
    """
    place = repositories.place(translation.source)
    if translation.state != "behind" or translation.written is None or place is None:
        return ""
    revision = translation.written.article.source_commit
    for name in place.names():
        # Two blobs, so that no name is a pattern and a rename is no new file.
        blobs = (f"{revision}:{name}", f"HEAD:{place.path}")
        options = ("--no-ext-diff", "--no-textconv", "--no-color")
        if said := ask(place.repository.root, "diff", *options, *blobs):
            return said
    return ""


def _originals(family: Family) -> Sequence[Written]:
    own = [each for each in family.values() if not each.article.source_commit]
    return own or list(family.values())


def _preference(written: Written, site: Site) -> tuple[int, str]:
    locales = (site.default_locale, *site.locales)
    locale = written.article.locale
    return (locales.index(locale) if locale in locales else len(locales)), locale


def _source_of(
    written: Written, family: Family, source: Written, site: Site, repositories: Repositories
) -> Written:
    """Return what one article was translated from, where its commit tells that."""
    possible = [each for each in _originals(family) if each is not written]
    if len(possible) < 2 or not written.article.source_commit:
        return source
    revision = written.article.source_commit
    named = (each for each in possible if _is_changed_by(revision, repositories.place(each)))
    return min(named, key=lambda each: _preference(each, site), default=source)


def _is_changed_by(revision: str, place: Place | None) -> bool:
    if place is None:
        return False
    history = place.repository.history
    return history.number_of(revision) in history.numbers(place.path)


def _is_wanted(source: Written, now: datetime) -> bool:
    article = source.article
    is_over = article.expire_at is not None and article.expire_at <= now
    return article.status == "published" and not is_over


def _compared(
    pairs: Iterable[tuple[Written, Written]], repositories: Repositories
) -> Iterator[Translation]:
    """Yield how each translation stands; all of a repository are counted at once."""
    known: dict[Place, list[tuple[Written, Written]]] = {}
    for source, written in pairs:
        place, revision = repositories.place(source), written.article.source_commit
        if not revision:
            yield _unknown(source, written, "no_source_commit")
        elif place is None or not place.repository.history.numbers(place.path):
            is_cut = place is not None and place.repository.is_shallow
            yield _unknown(source, written, "shallow" if is_cut else "no_history")
        else:
            known.setdefault(place, []).append((source, written))
    counts = _counts(known)
    for place, members in known.items():
        for source, written in members:
            behind = counts.get((place, written.article.source_commit))
            if behind is None:
                reason: Reason = "shallow" if place.repository.is_shallow else "no_such_commit"
                yield _unknown(source, written, reason)
            else:
                state: State = "behind" if behind else "current"
                yield Translation(source, written.article.locale, state, written, behind)


def _counts(
    known: Mapping[Place, Sequence[tuple[Written, Written]]],
) -> dict[tuple[Place, str], int]:
    """Return how many commits changed each source since each revision, where git can tell."""
    asked: dict[Repository, dict[tuple[str, str], Place]] = {}
    for place, members in known.items():
        of_one = asked.setdefault(place.repository, {})
        of_one.update(((place.path, each.article.source_commit), place) for _, each in members)
    return {
        (of_one[pair], pair[1]): count
        for repository, of_one in asked.items()
        for pair, count in commits_since(repository.history, of_one).items()
    }


def _unknown(source: Written, written: Written, reason: Reason) -> Translation:
    return Translation(source, written.article.locale, "unknown", written, reason=reason)


def _order(translation: Translation) -> tuple[str, str, str]:
    file = translation.source.file
    return file.source.name, file.path, translation.locale
