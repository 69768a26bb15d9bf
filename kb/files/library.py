"""Find the article files of all sources and turn each into an Article.

One bad file never stops the others: whatever is wrong with it becomes an ArticleError beside
the good files. Symbolic links are never followed, so that nothing outside a source's folder
can be published. Folder defaults fail closed: below a `_defaults.yml` that cannot be read,
every file that does not state its own audience is internal.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from kb.article import Article
from kb.errors import ArticleError
from kb.files import frontmatter
from kb.files.fields import FrontMatter, read_fields
from kb.files.identity import Identity, first_heading, identify
from kb.files.scan import Defaults, Scan, SourceFile, defaults_for, scan
from kb.rendering import replies
from kb.settings_tables import Source
from kb.words.characters import one_line, tidy

__all__ = [
    "Defaults",
    "Loaded",
    "Scan",
    "SourceFile",
    "TopicInfo",
    "decode",
    "defaults_for",
    "load",
    "load_topics",
    "scan",
    "topics_of",
]

DEFAULT_ORDER = 100


@dataclass(frozen=True, slots=True)
class Loaded:
    """An article and what its author should hear about.

    document  the file as it was split
    warnings  each `path:line: text`
    updated   day of the last change by the author's own account (`lastmod`, `ms.date`), or None
    """

    article: Article
    document: frontmatter.Document
    warnings: tuple[str, ...]
    updated: date | None = None


@dataclass(frozen=True, slots=True)
class TopicInfo:
    """What `_topic.yml` says about a topic's folder; `order` sorts, then title."""

    title: str
    description: str = ""
    order: int = DEFAULT_ORDER


def load(file: SourceFile, data: bytes, defaults: Defaults) -> Loaded:
    """Return the article in `data`; raises ArticleError when it cannot be published."""
    text = decode(data, file.path)
    document = _document(file, text)
    values = dict(document.values)
    if file.source.audience is not None and not one_line(str(values.get("title") or "")):
        values["title"] = _title_from(document.body, file.path)
    fields, warnings, updated = read_fields(
        values,
        file.path,
        document.lines,
        defaults=defaults.values,
        source_audience=None if defaults.broken else file.source.audience,
    )
    identity = identify(file, fields, document.lines)
    if fields.type == "reply":
        warnings += replies.problems(document.body, file.path, document.body_line)
    article = _article(file, fields, identity, document.body)
    return Loaded(article, document, warnings, updated)


def decode(data: bytes, path: str) -> str:
    """Return the text of a file; raises ArticleError when it is too long or not UTF-8."""
    if len(data) > frontmatter.MAX_FILE_BYTES:
        raise frontmatter.too_long(path)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ArticleError(path, line, "not UTF-8 text", "Save the file as UTF-8") from error


def _document(file: SourceFile, text: str) -> frontmatter.Document:
    """Return the parsed file; only a source with an audience of its own may leave fences out."""
    if file.source.audience is None or frontmatter.has_front_matter(text):
        return frontmatter.read(text, file.path)
    return frontmatter.Document({}, tidy(text), 1)


def _title_from(body: str, path: str) -> str:
    title = first_heading(body)
    if not title:
        raise ArticleError(path, 1, "no title and no heading", "Give `title:` in front matter")
    return title


def _article(file: SourceFile, fields: FrontMatter, identity: Identity, body: str) -> Article:
    return Article(
        slug=identity.slug,
        locale=identity.locale,
        title=fields.title,
        body=body,
        description=fields.description,
        questions=fields.questions,
        tags=fields.tags,
        topic=identity.topic,
        audience=fields.audience,
        status=fields.status,
        publish_at=fields.publish_at,
        expire_at=fields.expire_at,
        owner=fields.owner,
        verified_on=fields.verified_on,
        verify_every=fields.verify_every,
        aliases=fields.aliases,
        translation_key=identity.translation_key,
        source_commit=fields.source_commit,
        boost=fields.search.boost,
        exclude=fields.search.exclude,
        path=file.path,
        source=file.source.name,
        kind=fields.type,
    )


def load_topics(
    sources: Iterable[Source], problems: list[ArticleError] | None = None
) -> dict[str, dict[str, TopicInfo]]:
    """Return what `_topic.yml` files say, by locale and topic; errors go to `problems`."""
    return topics_of(scan(sources), [] if problems is None else problems)


def topics_of(found: Scan, problems: list[ArticleError]) -> dict[str, dict[str, TopicInfo]]:
    """Return what the scanned `_topic.yml` files say; of two for one topic the first counts."""
    topics: dict[str, dict[str, TopicInfo]] = {}
    for file in found.topics:
        try:
            values, lines = frontmatter.load_yaml(tidy(decode(file.read(), file.path)), file.path)
            identity = identify(file, FrontMatter(title="-"), {})
            info = _topic(values, file.path, lines)
        except ArticleError as error:
            problems.append(error)
            continue
        topics.setdefault(identity.locale, {}).setdefault(identity.topic, info)
    return topics


def _topic(values: dict[str, Any], path: str, lines: dict[str, int]) -> TopicInfo:
    if unknown := sorted(values.keys() - {"title", "description", "order"}):
        found = f"unknown field {unknown[0][:60]}"
        raise ArticleError(path, lines.get(unknown[0], 1), found, "Use title, description, order")
    for name in ("title", "description", "order"):
        if isinstance(values.get(name), (list, dict)):
            raise ArticleError(path, lines.get(name, 1), f"{name} is not a text", "Quote it")
    title = one_line(values.get("title") or "")
    if not title:
        raise ArticleError(path, lines.get("title", 1), "no title", "Give the topic's name")
    order = str(values.get("order") or DEFAULT_ORDER)
    if not (order.isascii() and order.isdigit() and len(order) < 7):
        raise ArticleError(path, lines["order"], "order is not a number", "Write 10 or the like")
    return TopicInfo(title, one_line(values.get("description") or ""), int(order))
