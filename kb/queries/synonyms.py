"""Synonyms as writers list them: read the rules, and find in a query what may be said otherwise.

`a, b, c` holds in all directions, `a => b` in one. A side may be several words. Sides are
compared as the loose stream folds words, Chinese in Simplified characters. Rules are not applied
to what other rules gave, so that no circle of rules costs anything.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

import regex

from kb.errors import ArticleError
from kb.words.analysis import Analyzer, Token
from kb.words.characters import one_line
from kb.words.syllables import has_diacritics

MAX_RULES = 10_000
MAX_SIDES = 20
MAX_WORDS = 12
MAX_LINE = 1_000
MAX_OTHERS = 20
# Of a locale: a rule of twenty sides is 380 pairs, and its line no longer than another one.
MAX_PAIRS = 100_000
MAX_PROBLEMS = 50

_COMMENT = regex.compile(r"(?:^|\s)#.*")
_COMMA = regex.compile("[,，、]")
_ARROW = "=>"

# Folded words -> what may be said for them: the words with their accents, and the other side.
Table: TypeAlias = dict[str, list[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a synonym file: who types one of `asked` may mean one of `meant`.

    both_ways  the two are the same sides
    """

    path: str
    line: int
    asked: tuple[str, ...]
    meant: tuple[str, ...]

    @property
    def both_ways(self) -> bool:
        """Whether the rule holds in all directions."""
        return self.asked == self.meant


class Said(NamedTuple):
    """A stretch of a query, by its tokens, and what may stand for it, in the writer's order."""

    start: int
    end: int
    others: tuple[str, ...]


@dataclass(slots=True)
class Compiled:
    """The rules of one locale, ready to be used; `rules` are those of the table."""

    table: Table = field(default_factory=dict)
    rules: list[Rule] = field(default_factory=list)
    problems: list[ArticleError] = field(default_factory=list)


def read_rules(data: bytes, path: str) -> tuple[list[Rule], list[ArticleError]]:
    """Return the rules of a file and what is wrong with its other lines."""
    rules: list[Rule] = []
    problems: list[ArticleError] = []
    for number, raw in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1):
        try:
            rule = _rule(raw, path, number)
        except ArticleError as error:
            problems.append(error)
            continue
        if rule and len(rules) == MAX_RULES:
            found = f"there are more than {MAX_RULES:,} rules, this and all others are left out"
            problems.append(ArticleError(path, number, found, "Remove those nobody needs"))
            break
        if rule:
            rules.append(rule)
    return rules, problems


def _rule(raw: bytes, path: str, line: int) -> Rule | None:
    if len(raw) > 4 * MAX_LINE:
        raise ArticleError(path, line, "the line is too long", "Split it into several rules")
    try:
        text = one_line(_COMMENT.sub("", raw.decode()))
    except UnicodeDecodeError as error:
        raise ArticleError(path, line, "not UTF-8 text", "Save the file as UTF-8") from error
    if not text:
        return None
    left, arrow, right = text.partition(_ARROW)
    if _ARROW in right:
        raise ArticleError(path, line, "two arrows", f"Write one rule with one {_ARROW} a line")
    asked = tuple(side.strip() for side in _COMMA.split(left))
    meant = tuple(side.strip() for side in _COMMA.split(right)) if arrow else asked
    if not arrow and len(asked) < 2:
        fix = f"Write a, b or a {_ARROW} b"
        raise ArticleError(path, line, "a rule needs two sides", fix)
    if len(asked) > MAX_SIDES or len(meant) > MAX_SIDES:
        fix = "Split it into several rules"
        raise ArticleError(path, line, f"a rule has at most {MAX_SIDES} words or phrases", fix)
    return Rule(path, line, asked, meant)


def compile_rules(rules: Iterable[Rule], analyzer: Analyzer) -> Compiled:
    """Return the table of some rules, and what is wrong with those that cannot match."""
    made = Compiled()
    first_line: dict[tuple[str, str], Rule] = {}
    for rule in rules:
        if len(first_line) + len(rule.asked) * len(rule.meant) > MAX_PAIRS:
            found = (
                f"the rules list more than {MAX_PAIRS:,} pairs, this and all others are left out"
            )
            fix = "Remove those nobody needs, or write shorter rules"
            made.problems.append(ArticleError(rule.path, rule.line, found, fix))
            break
        try:
            _add(rule, made.table, first_line, analyzer)
        except ArticleError as error:
            made.problems.append(error)
        else:
            made.rules.append(rule)
    return made


def _add(
    rule: Rule, table: Table, first_line: dict[tuple[str, str], Rule], analyzer: Analyzer
) -> None:
    """Put a rule into a table; raises ArticleError when nothing of it can match."""
    keys = {side: _key(side, rule, analyzer) for side in (*rule.asked, *rule.meant)}
    pairs = [(a, b) for a in rule.asked for b in rule.meant if keys[a][0] != keys[b][0]]
    if not pairs:
        found = f"{rule.asked[0]!r} and {rule.meant[-1]!r} are the same to the search"
        raise ArticleError(rule.path, rule.line, found, "Remove the rule")
    new = [pair for pair in pairs if (keys[pair[0]][1], keys[pair[1]][1]) not in first_line]
    if not new:
        earlier = first_line[keys[pairs[0][0]][1], keys[pairs[0][1]][1]]
        found = f"{earlier.path}:{earlier.line} says this already"
        raise ArticleError(rule.path, rule.line, found, "Remove the rule")
    full = [a for a, _ in new if len(table.get(keys[a][0], ())) >= MAX_OTHERS]
    if full:
        found = f"{full[0]!r} has {MAX_OTHERS} synonyms already"
        raise ArticleError(rule.path, rule.line, found, "Remove those nobody needs")
    for asked, meant in new:
        # A side may stand twice in its rule.
        pair = keys[asked][1], keys[meant][1]
        if pair not in first_line:
            first_line[pair] = rule
            table.setdefault(keys[asked][0], []).append((keys[asked][1], meant))


def _key(side: str, rule: Rule, analyzer: Analyzer) -> tuple[str, str]:
    """Return a side as it is looked up: folded, and with its accents."""
    tokens = analyzer.tokens(side)
    if not tokens:
        raise ArticleError(rule.path, rule.line, f"{side!r} has no word", "Write a word there")
    if len(tokens) > MAX_WORDS:
        found = f"{side[:40]!r} has more than {MAX_WORDS} words"
        raise ArticleError(rule.path, rule.line, found, "Make it shorter")
    return " ".join(map(_folded, tokens)), " ".join(token.exact for token in tokens)


def _folded(token: Token) -> str:
    return token.loose or token.exact


class Synonyms:
    """The synonyms of one locale, for searching; immutable."""

    def __init__(self, table: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self._table = table
        # By the first word: how many words the longest side has that begins with it.
        self._longest: dict[str, int] = {}
        for key in table:
            words = key.split(" ")
            self._longest[words[0]] = max(len(words), self._longest.get(words[0], 0))

    def said(self, tokens: Sequence[Token], *, accents_differ: bool) -> Iterator[Said]:
        """Yield the stretches of a query that have synonyms; none overlap, the longest go first.

        accents_differ  a word with diacritics is another one than with others, as in Vietnamese
        """
        place = 0
        while place < len(tokens):
            found = self._at(place, tokens, accents_differ)
            if found:
                yield found
            place = found.end if found else place + 1

    def _at(self, start: int, tokens: Sequence[Token], accents_differ: bool) -> Said | None:
        longest = self._longest.get(_folded(tokens[start]), 0)
        for end in range(min(start + longest, len(tokens)), start, -1):
            rows = self._table.get(" ".join(map(_folded, tokens[start:end])))
            if rows is None:
                continue
            typed = [token.exact for token in tokens[start:end]]
            others = [o for e, o in rows if not accents_differ or _agree(typed, e.split(" "))]
            if others:
                return Said(start, end, tuple(others))
        return None


def _agree(typed: Sequence[str], listed: Sequence[str]) -> bool:
    """Whether no two words that both have diacritics have different ones."""
    return all(
        a == b or not (has_diacritics(a) and has_diacritics(b))
        for a, b in zip(typed, listed, strict=True)
    )
