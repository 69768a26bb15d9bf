"""Read the questions that have to find an article: what writers promise their readers.

    <source>/_questions/<locale>.yml
        - question: I was charged twice
          article: get-a-refund
        - question: Do you ship to the moon?
          article: none

A question is typed as customers type it, so the text stays what the writer wrote. Whatever is
wrong with one of them is said at its line, and the others are asked all the same.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from kb.article import Article, Audience
from kb.errors import ArticleError
from kb.files.frontmatter import load_yaml_list
from kb.files.library import decode
from kb.paths import key_of, old_name
from kb.words.characters import one_line, tidy

FIELDS = ("question", "article", "rank", "audience", "note")
NO_ARTICLE = "none"
# Three results are seen without scrolling on a telephone, and few readers look further.
DEFAULT_RANK = 3
MOST_RANK = 10
MAX_BYTES = 256 << 10
MAX_QUESTIONS = 2_000
MAX_CHARS = 2_000
# How like its name the name of an article has to be that may have been meant.
_CLOSE = 0.8


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a file and what it has to find.

    key       of the article, or "" where no article answers
    most      the article's rank, from 1, may be at most this
    audience  whose articles are searched
    path      of the file, as the reader of it named it
    line      where the question stands, from 1
    article_line  where its article is named
    """

    text: str
    locale: str
    key: str
    path: str
    line: int
    article_line: int
    most: int = DEFAULT_RANK
    audience: Audience = "public"
    note: str = ""


def read_questions(
    data: bytes, path: str, locale: str, locales: Collection[str]
) -> tuple[list[Question], list[ArticleError]]:
    """Return the questions of one file, and what is wrong with the others.

    locales  of all articles: what may stand before a slug
    """
    try:
        items = load_yaml_list(_text(data, path), path)
    except ArticleError as error:
        return [], [error]
    questions: list[Question] = []
    problems: list[ArticleError] = []
    asked: dict[tuple[str, str], int] = {}
    for value, line, lines in items[:MAX_QUESTIONS]:
        try:
            question = _question(_Item(value, path, line, lines), locale, locales)
            same = (question.text.casefold(), question.audience)
            if same in asked:
                found = f"the question of line {asked[same]} is there again"
                raise ArticleError(path, question.line, found, "Keep one of them")
            asked[same] = question.line
            questions.append(question)
        except ArticleError as error:
            problems.append(error)
    if len(items) > MAX_QUESTIONS:
        found = f"there are more than {MAX_QUESTIONS} questions"
        problems.append(ArticleError(path, items[MAX_QUESTIONS][1], found, "Keep the best"))
    return questions, problems


def unanswerable(
    questions: Iterable[Question], articles: Mapping[str, Article], now: datetime
) -> Iterator[tuple[Question, ArticleError]]:
    """Yield the questions whose article no search can find at `now`, and why."""
    for question in questions:
        if question.key and (why := _why_not(question, articles, now)):
            yield question, ArticleError(question.path, question.article_line, *why)


def _why_not(
    question: Question, articles: Mapping[str, Article], now: datetime
) -> tuple[str, str] | None:
    """Return what is wrong with the article that a question names, and what to do."""
    key = question.key
    article = articles.get(key)
    if article is None:
        if moved := _moved_to(key, articles):
            return f"there is no article {key} any more", f"Write {moved}"
        meant = next(iter(get_close_matches(key, articles, n=1, cutoff=_CLOSE)), "")
        fix = f"Write {meant.partition('/')[2]}" if meant else "Name one by its slug"
        return f"there is no article {key}", f"{fix}, or {NO_ARTICLE}"
    if article.audience == "internal" and question.audience == "public":
        return f"{key} is internal", "Add `audience: internal`, or name a public article"
    if not article.is_live(now):
        return f"{key} is not shown now", "Publish it, or take the question out until then"
    if article.exclude:
        return f"{key} is kept out of the search", "Remove `search: {exclude: true}` there"
    return None


def _moved_to(key: str, articles: Mapping[str, Article]) -> str:
    """Return the slug of the article that an old key leads to; "" when there is none."""
    locale, _, old = key.partition("/")
    names = {old_name(old), old_name(key)}
    for article in articles.values():
        if article.locale == locale and names.intersection(map(old_name, article.aliases)):
            return article.slug
    return ""


@dataclass(frozen=True, slots=True)
class _Item:
    """One item of the list, with the lines of its fields."""

    value: Any
    path: str
    line: int
    lines: Mapping[str, int]

    def wrong(self, name: str, found: str, fix: str) -> ArticleError:
        return ArticleError(self.path, self.lines.get(name, self.line), found, fix)

    def text(self, name: str) -> str:
        """Return a field as one line of text; "" where it is not there."""
        value = self.value.get(name)
        if isinstance(value, (list, dict)):
            raise self.wrong(name, f"{name} is not a text", "Write one text, in quotes if need be")
        text = one_line(value or "")
        if len(text) > MAX_CHARS:
            raise self.wrong(name, f"{name} is longer than {MAX_CHARS} characters", "Shorten it")
        return text


def _text(data: bytes, path: str) -> str:
    if len(data) > MAX_BYTES:
        found = f"the file is longer than {MAX_BYTES >> 10} KiB"
        raise ArticleError(path, 1, found, "Keep the best questions")
    return tidy(decode(data, path))


def _question(item: _Item, locale: str, locales: Collection[str]) -> Question:
    if not isinstance(item.value, dict):
        found = "not a question with an article"
        raise ArticleError(item.path, item.line, found, "Write question: and article: below it")
    if unknown := sorted(item.value.keys() - set(FIELDS)):
        found = f"unknown field {unknown[0][:60]}"
        raise item.wrong(unknown[0], found, f"Use {', '.join(FIELDS)}")
    text = item.text("question")
    if not text:
        raise item.wrong("question", "no question", "Write it as a reader would type it")
    key = _key(item, locale, locales)
    if not key and "rank" in item.value:
        raise item.wrong("rank", f"a rank of {NO_ARTICLE}", "Remove it")
    return Question(
        text,
        locale,
        key,
        item.path,
        item.lines["question"],
        item.lines["article"],
        _rank(item),
        _audience(item),
        item.text("note"),
    )


def _key(item: _Item, locale: str, locales: Collection[str]) -> str:
    name = item.text("article")
    if name == NO_ARTICLE:
        return ""
    key = key_of(name, locale, {*locales, locale})
    if not key:
        fix = f"Write its slug, or {NO_ARTICLE} where no article answers"
        raise item.wrong("article", "no article", fix)
    if key.partition("/")[0] != locale:
        fix = f"Name an article in {locale}, or move the question to its own file"
        raise item.wrong("article", f"{key[:100]} is not in {locale}", fix)
    return key


def _rank(item: _Item) -> int:
    written = item.text("rank") or str(DEFAULT_RANK)
    if not (written.isascii() and written.isdigit() and 1 <= int(written[:9]) <= MOST_RANK):
        found = f"rank is not a number from 1 to {MOST_RANK}"
        raise item.wrong("rank", found, "Write the last place where the article may stand")
    return int(written)


def _audience(item: _Item) -> Audience:
    written = item.text("audience") or "public"
    if written not in ("public", "internal"):
        raise item.wrong("audience", f"unknown audience {written[:60]}", "Use public or internal")
    return "internal" if written == "internal" else "public"
