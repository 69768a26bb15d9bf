"""An article as it is stored beside its terms, and back.

Two records: the head, light enough to read all of them for a list, and the rendering, read when
somebody opens the article. Both are JSON, so a stored record cannot be code.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson

from kb.article import Article, Section
from kb.files.past import UNKNOWN, Past
from kb.search import Page, Summary
from kb.segments.passages import Passage


@dataclass(frozen=True, slots=True)
class Head:
    """What an index knows of an article without opening it.

    headings      (anchor, heading) of its sections, in order
    opening       the first sentences, for lists of articles without a description
    path, source, contributors, behind, translated_from  as in kb.search.Page
    """

    summary: Summary
    questions: tuple[str, ...]
    aliases: tuple[str, ...]
    headings: tuple[tuple[str, str], ...]
    opening: str
    path: str = ""
    source: str = ""
    contributors: tuple[str, ...] = ()
    behind: int = 0
    translated_from: str = ""


def head_of(article: Article, passages: Sequence[Passage], past: Past = UNKNOWN) -> Head:
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
        updated=past.updated,
        created=_appeared(article, past),
        translation_key=article.translation_key,
        boost=article.boost,
        exclude=article.exclude,
        expire_at=article.expire_at,
        kind=article.kind,
        owner=article.owner,
    )
    return Head(
        summary,
        article.questions,
        article.aliases,
        tuple(headings),
        opening[:200],
        article.path,
        article.source,
        past.contributors,
        past.behind,
        past.translated_from,
    )


def _appeared(article: Article, past: Past) -> date | None:
    """Return the day on which an article began to be there for its readers, as far as is known."""
    if past.created is None or article.publish_at is None:
        return past.created
    return max(past.created, article.publish_at.astimezone(UTC).date())


@dataclass(frozen=True, slots=True)
class Rendering:
    """What was made of an article's Markdown; as in kb.rendering.render.Rendered."""

    html: str
    sections: tuple[Section, ...]
    warnings: tuple[str, ...]


def page_of(head: Head, rendering: bytes) -> Page:
    """Return an article to read from its head and its packed rendering."""
    found = unpack_rendering(rendering)
    return Page(
        summary=head.summary,
        html=found.html,
        sections=found.sections,
        questions=head.questions,
        path=head.path,
        source=head.source,
        contributors=head.contributors,
        behind=head.behind,
        translated_from=head.translated_from,
    )


def dump_head(head: Head) -> bytes:
    """Return a head record as JSON bytes."""
    return orjson.dumps(head)


def pack_rendering(html: str, sections: Iterable[Section], warnings: Iterable[str]) -> bytes:
    """Return a rendering as compressed JSON bytes."""
    return zlib.compress(orjson.dumps((html, list(sections), list(warnings))), 1)


def unpack_rendering(data: bytes) -> Rendering:
    """Return what `pack_rendering` packed; raises zlib.error or ValueError for anything else."""
    html, sections, warnings = orjson.loads(zlib.decompress(data))
    return Rendering(html, tuple(Section(**row) for row in sections), tuple(warnings))


def load_head(data: bytes) -> Head:
    """Return the head record that `dump_head` wrote."""
    row = orjson.loads(data)
    return Head(
        summary=_summary(row["summary"]),
        questions=tuple(row["questions"]),
        aliases=tuple(row["aliases"]),
        headings=tuple((anchor, heading) for anchor, heading in row["headings"]),
        opening=row["opening"],
        path=row["path"],
        source=row["source"],
        contributors=tuple(row["contributors"]),
        behind=row["behind"],
        translated_from=row["translated_from"],
    )


def lead_of(data: bytes) -> str:
    """Return the description in a head record, or else the opening; quicker than `load_head`."""
    row = orjson.loads(data)
    lead: str = row["summary"]["description"] or row["opening"]
    return lead


def _summary(row: dict[str, Any]) -> Summary:
    row["tags"] = tuple(row["tags"])
    for name in ("verified_on", "updated", "created"):
        row[name] = date.fromisoformat(row[name]) if row[name] else None
    row["expire_at"] = datetime.fromisoformat(row["expire_at"]) if row["expire_at"] else None
    return Summary(**row)
