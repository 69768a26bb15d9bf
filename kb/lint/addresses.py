"""Whether every address, old or new, belongs to one article."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kb.lint.finding import Finding
from kb.lint.reading import Circumstances, Library, Subject
from kb.lint.rules import make
from kb.paths import old_name


@dataclass(slots=True)
class Addresses:
    """Who has which address.

    keys     key, in small letters -> the articles that have it, by source and path
    aliases  old key -> the articles that claim it
    """

    keys: dict[str, list[Subject]] = field(default_factory=dict)
    aliases: dict[str, list[Subject]] = field(default_factory=dict)

    @classmethod
    def of(cls, library: Library) -> "Addresses":
        """Return the addresses of all articles."""
        made = cls()
        for subject in library.subjects.values():
            made.keys.setdefault(old_name(subject.written.article.key), []).append(subject)
        locales = {subject.written.article.locale for subject in library.subjects.values()}
        for subject in library.subjects.values():
            for alias in dict.fromkeys(alias_keys(subject, locales)):
                made.aliases.setdefault(alias, []).append(subject)
        return made


def alias_keys(subject: Subject, locales: set[str]) -> Iterator[str]:
    """Yield the aliases of an article as keys; one without a locale is of the article's own."""
    article = subject.written.article
    for alias in article.aliases:
        if name := old_name(alias):
            yield with_locale(name, article.locale, locales)


def with_locale(name: str, locale: str, locales: set[str]) -> str:
    """Return an old name with a locale, in small letters."""
    first, _, rest = name.partition("/")
    has_one = rest and first in {each.lower() for each in locales}
    return name if has_one else f"{locale.lower()}/{name}"


def check(addresses: Addresses, circumstances: Circumstances) -> Iterator[Finding]:
    """Yield addresses that two articles have, and old ones that cannot redirect."""
    for key, subjects in addresses.keys.items():
        first = subjects[0]
        for subject in subjects[1:]:
            found = f'slug "{key.partition("/")[2]}" is already used by {first.shown}'
            line = subject.line_of("slug")
            yield make("duplicate-slug", subject.shown, line, found, "Give it another `slug:`")
    for alias, subjects in addresses.aliases.items():
        yield from _alias(alias, subjects, addresses.keys, circumstances)
    yield from _chains(addresses, circumstances)


def _alias(
    alias: str,
    subjects: list[Subject],
    keys: Mapping[str, list[Subject]],
    circumstances: Circumstances,
) -> Iterator[Finding]:
    live = [each for each in subjects if each.written.article.is_live(circumstances.now)]
    for subject in live[1:]:
        found = f"the alias {alias} is already one of {live[0].shown}"
        fix = "Keep it in one of them"
        line = subject.line_of("aliases", "redirect_from", "permalink")
        yield make("duplicate-alias", subject.shown, line, found, fix)
    holders = [e for e in keys.get(alias, []) if e.written.article.is_live(circumstances.now)]
    for subject in live if holders else ():
        own = holders[0] is subject
        found = f"the alias {alias} is the address of {'this article' if own else holders[0].shown}"
        line = subject.line_of("aliases", "redirect_from", "permalink")
        yield make("alias-in-use", subject.shown, line, found, "Leave it out: it never redirects")


def _chains(addresses: Addresses, circumstances: Circumstances) -> Iterator[Finding]:
    for alias, goal, subject in chains(addresses, circumstances):
        found = f"the alias {alias} leads here, and this article has moved to {goal.shown}"
        line = subject.line_of("aliases", "redirect_from", "permalink")
        yield make("alias-chain", subject.shown, line, found, f"Move the alias to {goal.shown}")


def chains(
    addresses: Addresses, circumstances: Circumstances
) -> Iterator[tuple[str, Subject, Subject]]:
    """Yield (old key, the article that it should lead to, the one it is written in)."""
    for alias, subjects in addresses.aliases.items():
        for subject in subjects:
            article = subject.written.article
            if article.is_live(circumstances.now):
                continue
            for goal in addresses.aliases.get(old_name(article.key), ()):
                if goal is not subject and goal.written.article.is_live(circumstances.now):
                    yield alias, goal, subject
                    break
