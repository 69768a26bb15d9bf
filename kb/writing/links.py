"""Where the relative links and images stand in an article's body, so that one can be changed.

Links in code are text about links and are left alone, as are those in comments between authors.
What is found is what `kb.rendering.render` looks up; everything else of the text stays as it is.
"""

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import NamedTuple
from urllib.parse import quote

from kb.lint.visible import visible
from kb.rendering.markup import is_relative

_PLACES = (
    re.compile(r"\]\([ \t]*+(?:<([^<>\n]+)>|([^\s()<>]++(?:\([^\s()<>]*+\)[^\s()<>]*+)*+))"),
    re.compile(r"^ {0,3}\[[^\]\n]{1,300}\]:[ \t]*+(?:\n[ \t]*+)?(?:<([^<>\n]+)>|([^\s<>]+))", re.M),
    re.compile(
        r"<(?:a|img)\b[^<>]{0,2000}?\b(?:href|src)\s*=\s*(?:\"([^\"<>]+)\"|'([^'<>]+)')", re.I
    ),
    re.compile(r":::image [^\n]{0,1000}?\bsource=(?:\"([^\"\n]+)\"|'([^'\n]+)')"),
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
# What may stand in a target as it is; brackets would end it.
_PLAIN = "/?#:@!$&'*+,;=-._~%"


class Target(NamedTuple):
    """One relative target: what it means, and from where to where it stands in the text."""

    text: str
    start: int
    end: int


def targets_in(body: str) -> Iterator[Target]:
    """Yield the relative targets of a body in their order."""
    seen = visible(body).text
    found = (match for pattern in _PLACES for match in pattern.finditer(seen))
    for match in sorted(found, key=lambda match: match.start()):
        group = 1 if match[1] is not None else 2
        target = _ESCAPED.sub(r"\1", unescape(match[group])).strip()
        if is_relative(target):
            yield Target(target, *match.span(group))


def with_targets(body: str, change: Callable[[str], str]) -> str:
    """Return the body with each relative target as `change` makes it."""
    pieces: list[str] = []
    last = 0
    for target in targets_in(body):
        changed = change(target.text)
        if changed != target.text and target.start >= last:
            pieces += [body[last : target.start], _written(changed, body[target.start - 1])]
            last = target.end
    return "".join([*pieces, body[last:]])


def _written(target: str, before: str) -> str:
    """Return a target as it is written after the character `before`: `<`, a quote or another."""
    if before == "<":
        return target
    if before in "\"'":
        return target.replace("&", "&amp;").replace('"', "&quot;").replace("'", "&#39;")
    return "".join(each if _is_letter(each) else quote(each, _PLAIN) for each in target)


def _is_letter(character: str) -> bool:
    return character > "\x7f" and character.isprintable()
