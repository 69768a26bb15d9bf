"""Answers as JSON objects: what the API sends and what the command line prints with --json.

The keys are a contract with scripts; `webapp/openapi.py` describes them.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from html import escape
from typing import Any

from kb.answers.suggestions import Answer, Suggestions
from kb.explaining.explanation import Account, Explanation
from kb.paths import article_path
from kb.search import Completion, Hit, Page, Query, Results, Summary

Json = dict[str, Any]


def search_shape(query: Query, results: Results, took_ms: float) -> Json:
    """Return the results of a search; `took_ms` is milliseconds inside the engine."""
    return {
        "query": _sendable(query.text),
        "locale": query.locale,
        "total": results.total,
        "took_ms": round(took_ms, 3),
        "generation": results.generation,
        "did_you_mean": results.did_you_mean,
        "hits": [hit_shape(hit, rank) for rank, hit in enumerate(results.hits, query.offset + 1)],
        "relaxed": [hit_shape(hit, rank) for rank, hit in enumerate(results.relaxed, 1)],
        "elsewhere": [hit_shape(hit, rank) for rank, hit in enumerate(results.elsewhere, 1)],
        "topics": [{"topic": facet.topic, "count": facet.count} for facet in results.topics],
    }


def hit_shape(hit: Hit, rank: int) -> Json:
    """Return one hit; `rank` counts from 1."""
    return {
        "rank": rank,
        "key": hit.key,
        "locale": hit.locale,
        "slug": hit.slug,
        "title": hit.title,
        "heading": hit.heading,
        "anchor": hit.anchor,
        "url": article_path(hit.key, hit.anchor),
        "topic": hit.topic,
        "score": hit.score,
        "snippet": hit.snippet,
        "verified": hit.verified,
    }


def answers_shape(found: Suggestions) -> Json:
    """Return the answers to a message; `confidence` of the whole is "sure", "maybe" or "none"."""
    return {
        "confidence": found.state,
        "language": found.language,
        "generation": found.generation,
        "asked": [_sendable(sentence) for sentence in found.asked],
        "answers": [answer_shape(answer) for answer in found.answers],
        "elsewhere": [answer_shape(answer) for answer in found.elsewhere],
    }


def answer_shape(answer: Answer) -> Json:
    """Return one answer; its confidence is a number, 0 to 1."""
    return {
        "key": answer.key,
        "locale": answer.locale,
        "slug": answer.slug,
        "title": answer.title,
        "url": article_path(answer.key, answer.anchor),
        "topic": answer.topic,
        "heading": answer.heading,
        "anchor": answer.anchor,
        "passage": answer.passage,
        "passage_html": answer.passage_html,
        "confidence": round(answer.confidence, 4),
        "why": list(answer.why),
        "verified": answer.verified,
        "verified_on": answer.verified_on.isoformat() if answer.verified_on else None,
        "audience": answer.audience,
        "kind": answer.kind,
    }


def completion_shape(completion: Completion, *, is_marked: bool = False) -> Json:
    """Return one completion; a heading says which article it belongs to.

    is_marked  give the text as safe HTML with what was typed in <mark>, not plain
    """
    text = completion.html if is_marked else completion.text
    if completion.kind == "heading":
        text = f"{escape(completion.title) if is_marked else completion.title} › {text}"
    return {
        "text": text,
        "url": article_path(completion.key, completion.anchor),
        "kind": completion.kind,
    }


def article_shape(page: Page, translations: Sequence[Summary], today: date) -> Json:
    """Return an article; `today` decides whether its verification still counts."""
    summary = page.summary
    return {
        "key": summary.key,
        "locale": summary.locale,
        "slug": summary.slug,
        "title": summary.title,
        "description": summary.description,
        "url": article_path(summary.key),
        "topic": summary.topic,
        "tags": list(summary.tags),
        "questions": list(page.questions),
        "verified": summary.is_verified(today),
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
                "url": article_path(other.key),
            }
            for other in translations
        ],
    }


def account_shape(account: Account) -> Json:
    """Return why articles are found; every share with what it is of the score, in percent."""
    return {
        **asdict(account),
        "articles": [_explanation_shape(each) for each in account.articles],
    }


def _sendable(text: str) -> str:
    """Return a text without lone surrogates: from a shell or from JSON, they cannot be sent."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _explanation_shape(explanation: Explanation) -> Json:
    return {
        **asdict(explanation),
        "words": [
            {
                **asdict(word),
                "total": word.total,
                "percent": round(explanation.percent(word.total), 2),
            }
            for word in explanation.words
        ],
        "extras": [
            {**asdict(extra), "percent": round(explanation.percent(extra.share), 2)}
            for extra in explanation.extras
        ],
    }
