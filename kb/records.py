"""An article as it is stored beside its terms, and back.

Two records: the head, light enough to read all of them when an index is opened, and the page,
read when somebody opens the article. Both are JSON, so a stored record cannot be code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import orjson

from kb.article import Article, Section
from kb.passages import Passage
from kb.search import Page, Summary


@dataclass(frozen=True, slots=True)
class Head:
    """What an index knows of an article without opening it.

    headings  (anchor, heading) of its sections, in order
    opening   the first sentences, for lists of articles without a description
    """

    summary: Summary
    questions: tuple[str, ...]
    aliases: tuple[str, ...]
    headings: tuple[tuple[str, str], ...]
    opening: str


def head_of(article: Article, passages: Sequence[Passage], updated: date | None) -> Head:
    """Return the head record of `article`."""
    opening = next((passage.text for passage in passages if passage.text), "")
    headings = dict.fromkeys((p.anchor, p.heading) for p in passages if p.anchor)
    summary = Summary(
        key=article.key,
        locale=article.locale,
        slug=article.slug,
        title=article.title,
        description=article.description,
        topic=article.topic,
        tags=article.tags,
        audience=article.audience,
        verified_on=article.verified_on,
        verify_every=article.verify_every,
        updated=updated,
        translation_key=article.translation_key,
        boost=article.boost,
        exclude=article.exclude,
        expire_at=article.expire_at,
    )
    return Head(summary, article.questions, article.aliases, tuple(headings), opening[:200])


def page_of(article: Article, head: Head, html: str, sections: Sequence[Section]) -> Page:
    """Return the page record of `article`."""
    return Page(
        summary=head.summary,
        html=html,
        sections=tuple(sections),
        questions=article.questions,
        owner=article.owner,
        path=article.path,
        source=article.source,
    )


def dump(record: Head | Page | Passage) -> bytes:
    """Return a record as JSON bytes."""
    return orjson.dumps(record)


def load_head(data: bytes) -> Head:
    """Return the head record that `dump` wrote."""
    row = orjson.loads(data)
    return Head(
        summary=_summary(row["summary"]),
        questions=tuple(row["questions"]),
        aliases=tuple(row["aliases"]),
        headings=tuple((anchor, heading) for anchor, heading in row["headings"]),
        opening=row["opening"],
    )


def load_page(data: bytes) -> Page:
    """Return the page record that `dump` wrote."""
    row = orjson.loads(data)
    row["summary"] = _summary(row["summary"])
    row["sections"] = tuple(Section(**section) for section in row["sections"])
    row["questions"] = tuple(row["questions"])
    return Page(**row)


def load_passage(data: bytes) -> Passage:
    """Return the passage record that `dump` wrote."""
    return Passage(**orjson.loads(data))


def _summary(row: dict[str, Any]) -> Summary:
    row["tags"] = tuple(row["tags"])
    for name in ("verified_on", "updated"):
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row["expire_at"] = datetime.fromisoformat(row["expire_at"]) if row["expire_at"] else None
    return Summary(**row)
