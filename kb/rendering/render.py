"""Markdown to safe HTML, and the same text in sections for the search.

The order matters: the author's Markdown is adapted, rendered, brought into well-formed HTML,
rewritten for our page, and sanitised last; nothing touches the HTML after that. Rendering a
hostile text can take very long or exhaust the stack: callers run it in `kb.pool`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape

from kb.article import Section
from kb.rendering import callouts, converter, dialect, replies, sanitise
from kb.rendering.markup import (
    Headings,
    Links,
    Token,
    is_relative,
    read,
    rewrite_links,
    rewrite_tables,
    target_key,
    write,
)
from kb.rendering.render_version import RENDER_FINGERPRINT as RENDER_FINGERPRINT
from kb.rendering.sections import sections
from kb.words.characters import is_tidy, tidy

_INLINE_TARGET = re.compile(
    r"\]\([ \t]*+(?:<([^<>\n]{1,1000})>|([^\s()<>]++(?:\([^\s()<>]*+\)[^\s()<>]*+)*+))"
)
_REFERENCE_TARGET = re.compile(r"^ {0,3}\[[^\]\n]{1,300}\]:[ \t]*+(?:\n[ \t]*+)?<?([^\s<>]+)", re.M)
_HTML_TARGET = re.compile(
    r"\b(?:href|src)[ \t\n]{0,20}=[ \t\n]{0,20}(?:\"([^\"]{1,2000})\"|"
    r"'([^']{1,2000})'|([^\s\"'>]{1,2000}))",
    re.I,
)
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page's body.

    html      safe HTML: h2 to h6, ids on headings, no scripts, styles or foreign pictures
    sections  its plain text by heading
    warnings  for the author: links that its readers cannot open, images without alternative text
    """

    html: str
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()


def render(
    markdown: str,
    *,
    title: str,
    links: Mapping[str, str | None],
    locale: str = "en",
    is_reply: bool = False,
) -> Rendered:
    """Return the body of the page called `title`.

    `links` says where relative targets lead (see `targets`); None, or a target that is not in
    it, leaves only the text. `locale` is the language of callouts without a heading. The
    placeholders of a reply stay as they are written, whatever they mean as Markdown.
    """
    resolver = Links(links)
    text, is_open = dialect.without_comments(tidy(markdown))
    if is_open:
        resolver.warnings.append("a comment (<!--) never ends and hides the rest")
    shield = replies.Shield(text) if is_reply else None
    adapted = dialect.adapt(shield.text if shield else text)
    tokens = read(sanitise.normal_form(converter.convert(adapted)))
    if shield:
        shield.lift(tokens)
    tokens = rewrite_links(tokens, resolver)
    tokens = Headings(tokens, title).run()
    tokens = rewrite_tables(_callouts(tokens, locale))
    written = write(tokens)
    html = sanitise.clean(written)
    # Where cleaning changed nothing, the tokens are what reading its result would give, unless
    # characters compose that stood apart before something between them was left out.
    seen = tokens if html == written and is_tidy(html) else read(html)
    return Rendered(html.strip(), sections(seen), tuple(dict.fromkeys(resolver.warnings)))


def targets(markdown: str) -> frozenset[str]:
    """Return the relative link and image targets, as `render` looks them up.

    Found without parsing, in linear time: some may be in code and lead nowhere.
    """
    text, _ = dialect.without_comments(tidy(markdown))
    found: list[str] = dialect.directive_sources(text)
    patterns = [_INLINE_TARGET, _REFERENCE_TARGET]
    folded = text.casefold()
    if "href" in folded or "src" in folded:  # seldom, and seen sooner than searched for
        patterns.append(_HTML_TARGET)
    for pattern in patterns:
        for match in pattern.finditer(text):
            found += [group for group in match.groups() if group]
    plain = (unescape(_ESCAPED.sub(r"\1", target)).strip() for target in found)
    return frozenset(target_key(target) for target in plain if is_relative(target))


def _callouts(tokens: list[Token], locale: str) -> list[Token]:
    """Head callouts by a word of the article's language, unless the author gave one."""
    for index, token in enumerate(tokens[:-1]):
        if not token.attributes or token.value != "p":
            continue
        if token.attributes.get("class") == "admonition-title":
            word = tokens[index + 1]
            if word.kind == "text" and word.value.strip().lower() in callouts.KINDS:
                word.value = callouts.label(word.value.strip().lower(), locale)
    return tokens
