"""The engine's answers as the JSON of the API. `openapi.py` describes these shapes."""

from collections.abc import Sequence
from typing import Any

from kb.search import Completion, Hit, Page, Query, Results, Summary
from webapp.links import article_url
from webapp.site import today

Json = dict[str, Any]


def search_shape(query: Query, results: Results, took_ms: float) -> Json:
    """Return the body of `/api/v1/search`; `took_ms` is milliseconds inside the engine."""
    return {
        "query": query.text,
        "locale": query.locale,
        "total": results.total,
        "took_ms": round(took_ms, 3),
        "generation": results.generation,
        "did_you_mean": results.did_you_mean,
        "hits": [
            _hit_shape(hit, rank) for rank, hit in enumerate(results.hits, start=query.offset + 1)
        ],
        "relaxed": [_hit_shape(hit, rank) for rank, hit in enumerate(results.relaxed, start=1)],
        "topics": [{"topic": facet.topic, "count": facet.count} for facet in results.topics],
    }


def _hit_shape(hit: Hit, rank: int) -> Json:
    return {
        "rank": rank,
        "key": hit.key,
        "locale": hit.locale,
        "slug": hit.slug,
        "title": hit.title,
        "heading": hit.heading,
        "anchor": hit.anchor,
        "url": article_url(hit.locale, hit.slug, hit.anchor),
        "topic": hit.topic,
        "score": hit.score,
        "snippet": hit.snippet,
        "verified": hit.verified,
    }


def completion_shape(completion: Completion) -> Json:
    """Return one completion; a heading says which article it belongs to."""
    locale, _, _ = completion.key.partition("/")
    is_heading = completion.kind == "heading"
    return {
        "text": f"{completion.title} › {completion.text}" if is_heading else completion.text,
        "url": article_url(locale, completion.slug, completion.anchor),
        "kind": completion.kind,
    }


def article_shape(page: Page, translations: Sequence[Summary]) -> Json:
    """Return the body of `/api/v1/articles/<locale>/<slug>`."""
    summary = page.summary
    return {
        "key": summary.key,
        "locale": summary.locale,
        "slug": summary.slug,
        "title": summary.title,
        "description": summary.description,
        "url": article_url(summary.locale, summary.slug),
        "topic": summary.topic,
        "tags": list(summary.tags),
        "questions": list(page.questions),
        "verified": summary.is_verified(today()),
        "verified_on": summary.verified_on.isoformat() if summary.verified_on else None,
        "updated": summary.updated.isoformat() if summary.updated else None,
        "html": page.html,
        "sections": [
            {
                "level": section.level,
                "anchor": section.anchor,
                "heading": section.heading,
                "text": section.text,
            }
            for section in page.sections
        ],
        "translations": [
            {
                "locale": other.locale,
                "title": other.title,
                "url": article_url(other.locale, other.slug),
            }
            for other in translations
        ],
    }
