"""What is wrong with an article's text: headings, images, words of links, words of the house."""

import re
from collections.abc import Iterator
from functools import lru_cache

from kb.lint.finding import Finding
from kb.lint.reading import Circumstances, Subject
from kb.lint.rules import make
from kb.rendering.dialect import without_comments
from kb.words.characters import tidy

_VAGUE = frozenset(
    (
        *("click here", "here", "this", "link", "this link", "this page", "this article", "more"),
        *("read more", "learn more", "see here", "see more", "more info", "more information"),
        *("this document", "details", "go", "click", "tại đây", "ở đây", "đây", "nhấn vào đây"),
        *("bấm vào đây", "nhấp vào đây", "bấm vào", "xem thêm", "tìm hiểu thêm", "đọc thêm"),
        *("liên kết này", "bài này", "bài viết này", "trang này", "chi tiết", "liên kết"),
        *(
            "這裡",
            "這裏",
            "此處",
            "這裡按",
            "點這裡",
            "點這裏",
            "點此",
            "按這裡",
            "按此",
            "按一下這裡",
        ),
        *("請點這裡", "請按這裡", "點擊這裡", "點選這裡", "了解更多", "瞭解更多", "深入了解"),
        *("更多", "更多資訊", "詳情", "本文", "此連結", "這個連結", "連結", "閱讀更多", "看更多"),
    )
)
_AROUND = re.compile(r"^[\s*_`.,:;!?>»→()（）。，：！…\[\]]+|[\s*_`.,:;!?>»→()（）。，：！…\[\]]+$")

# `code`, **strong**, *emphasis* and [links](x); not [[tables]] and 2*3*4.
_MARKDOWN = re.compile(
    r"`[^`]+`|\*\*[^\s*][^*]*\*\*|(?<![0-9A-Za-z*])\*[^\s*][^*]*(?<!\s)\*(?![0-9A-Za-z*])"
    r"|\[[^\[\]]*\]\([^()\s]+\)"
)


def check_description(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield Markdown in the description: lists and previews show it as plain text."""
    match = _MARKDOWN.search(subject.written.article.description)
    if match and subject.is_ours:
        found = f"the description is plain text, and readers see {match[0][:80]} with its signs"
        fix = "Write it without them"
        line = subject.line_of("description")
        yield make("markdown-in-description", subject.shown, line, found, fix)


def check_headings(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield headings of the title's level, and those that skip one.

    In files of another generator the first heading is often the title once more, and is taken as
    that. The page closes gaps; who reads the file, or jumps from heading to heading, stumbles.
    """
    headings, level = subject.outline.headings, 1
    for number, heading in enumerate(headings):
        is_copy = not number and (
            subject.outline.opens_with_heading or heading.text == subject.written.article.title
        )
        if heading.level == 1:
            if not (is_copy and not subject.is_ours):
                found = f"a heading of level 1: {heading.text[:80]}"
                fix = "Leave it out; the page shows the title" if is_copy else "Write ## for it"
                yield make("heading-in-title-place", subject.shown, heading.line, found, fix)
        elif heading.level > level + 1:
            found = f"a heading of level {heading.level} after one of level {level}"
            fix = f"Write {'#' * (level + 1)} for it"
            if not number:
                found = f"the first heading is of level {heading.level}"
            yield make("heading-gap", subject.shown, heading.line, found, fix)
        level = heading.level


def check_links(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield images without alternative text and links whose words say nothing."""
    for link in subject.outline.links:
        at = subject.shown, link.line
        if link.is_image and link.text is None:
            found = f"the image {link.target[:100]} has no alternative text"
            fix = "Say in the brackets what it shows"
            yield make("no-alt-text", *at, found, fix, column=link.column)
        elif not link.is_image and link.text and _AROUND.sub("", link.text).casefold() in _VAGUE:
            found = f'the link is called "{link.text[:80]}"'
            fix = "Name what it leads to"
            yield make("vague-link-text", *at, found, fix, column=link.column)


def check_comments(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield a comment that swallows the rest of the text."""
    if subject.outline.is_comment_open:
        body, first = subject.written.document.body, subject.written.document.body_line
        line = body[: body.rfind("<!--")].count("\n") + first
        found = "a comment (<!--) never ends and hides the rest"
        yield make("unclosed-comment", subject.shown, line, found, "Close it with -->")


def check_words(subject: Subject, circumstances: Circumstances) -> Iterator[Finding]:
    """Yield words of the house that customers could read."""
    article, pattern = subject.written.article, _internal(circumstances.lint.internal_words)
    if pattern is None or article.audience != "public":
        return
    fix = "Write what customers call it, or make the article internal"
    values = (
        ("title", article.title),
        ("description", article.description),
        ("questions", "\n".join(article.questions)),
        ("tags", "\n".join(article.tags)),
    )
    for name, value in values:
        for match in pattern.finditer(value):
            found = f'"{match[0]}" is a word for colleagues'
            yield make("internal-word", subject.shown, subject.line_of(name), found, fix)
    text, _ = without_comments(subject.written.document.body)
    for number, line in enumerate(text.split("\n"), subject.written.document.body_line):
        for match in pattern.finditer(line):
            found = f'"{match[0]}" is a word for colleagues'
            column = match.start() + 1
            yield make("internal-word", subject.shown, number, found, fix, column=column)


@lru_cache(maxsize=4)
def _internal(words: tuple[str, ...]) -> re.Pattern[str] | None:
    """Return what finds any of the words, whole where they are written with spaces."""
    plain = [tidy(word).strip() for word in words]
    parts = [rf"{_edge(word[0])}{re.escape(word)}{_edge(word[-1])}" for word in plain if word]
    return re.compile("|".join(parts), re.I) if parts else None


def _edge(character: str) -> str:
    # Chinese is written without spaces: there, every place may be the edge of a word.
    return r"\b" if character.isalnum() and character < "\u2e80" else ""
