"""The OpenAPI 3.1 document of the JSON API, written by hand.

A test holds it against the routes, their parameters and real answers; change it together
with `api.py` and `kb/shapes.py`.
"""

from typing import Any, get_args

from kb.answers.inquiry import MAX_CHARACTERS
from kb.article import Verification
from kb.reports.values import REPORTS
from kb.search import MAX_LIMIT, MAX_OFFSET
from kb.writing.due import REASONS
from webapp.params import (
    DEFAULT_ANSWERS,
    DEFAULT_COMPLETIONS,
    DEFAULT_DAYS,
    DEFAULT_LIMIT,
    MAX_DAYS,
    MAX_QUERY_CHARS,
)
from webapp.site import AUDIENCE, STAFF_AUDIENCE

Json = dict[str, Any]

_TEXT: Json = {"type": "string"}
_FLAG: Json = {"type": "boolean"}
_DAY: Json = {"type": ["string", "null"], "format": "date"}


def document(name: str) -> Json:
    """Return the document for a site called `name`."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name}: search API",
            "version": "1",
            "description": (
                "The same answers as the pages of the help center. Unknown parameters are "
                f"ignored; `q` is cut after {MAX_QUERY_CHARS} characters and never an error. "
                "Internal articles need a token, which staff make on the page of their account."
            ),
        },
        "security": [{}, {"token": []}],
        "servers": [{"url": "/api/v1"}],
        "paths": {
            "/search": {"get": _search()},
            "/complete": {"get": _complete()},
            "/answers": {"post": _answers()},
            "/articles/{locale}/{slug}": {"get": _article()},
            "/reports": {"get": _report()},
            "/due": {"get": _due()},
            "/due.ics": {"get": _due_calendar()},
            "/openapi.json": {"get": _openapi()},
        },
        "components": {
            "schemas": _schemas(),
            "responses": _error_responses(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _search() -> Json:
    return {
        "operationId": "search",
        "summary": "Hits for a question, best first",
        "parameters": [
            _query("q", "what the reader typed", _TEXT),
            _locale(),
            _query("topic", "only articles of this topic, by its slug", _TEXT),
            _number("limit", "hits wanted", DEFAULT_LIMIT, 1, MAX_LIMIT),
            _number("offset", "hits to leave out from the top", 0, 0, MAX_OFFSET),
            _audience(),
        ],
        "responses": _responses("SearchResults"),
    }


def _complete() -> Json:
    return {
        "operationId": "complete",
        "summary": "Titles, questions and headings while somebody types",
        "parameters": [
            _query("q", "what is typed so far", _TEXT),
            _locale(),
            _number("limit", "completions wanted", DEFAULT_COMPLETIONS, 1, MAX_LIMIT),
            _number("marked", "1: texts are safe HTML with what was typed in <mark>", 0, 0, 1),
            _audience(),
        ],
        "responses": _responses("Completions"),
    }


def _answers() -> Json:
    body = {
        "message": {"type": "string", "description": f"the first {MAX_CHARACTERS} are read"},
        "locale": {"type": "string", "description": "BCP 47 tag of who reads the answers"},
        "limit": {
            "type": "integer",
            "minimum": 1,
            "maximum": MAX_LIMIT,
            "default": DEFAULT_ANSWERS,
        },
        "audience": {
            "type": "string",
            "enum": [AUDIENCE, STAFF_AUDIENCE],
            "description": f"{STAFF_AUDIENCE} needs a token with the scope answers:internal",
        },
    }
    return {
        "operationId": "answers",
        "summary": "What answers a customer's message, and how sure that is",
        "description": (
            "Greetings, signatures and quoted mails in the message are left out. `confidence` is "
            "`sure` when the first answer can be sent, `maybe` when somebody has to look, `none` "
            "when no article answers the message; what is in `answers` then is only near it."
        ),
        "requestBody": {
            "required": True,
            "content": _json({**_object(body), "required": ["message"]}),
        },
        "responses": {**_responses("Answers"), "413": {"$ref": "#/components/responses/Error"}},
    }


def _article() -> Json:
    return {
        "operationId": "article",
        "summary": "One article with its sections",
        "parameters": [
            {"name": name, "in": "path", "required": True, "schema": _TEXT, "description": text}
            for name, text in (("locale", "BCP 47 tag"), ("slug", "may hold slashes"))
        ]
        + [_audience()],
        "responses": {
            **_responses("Article"),
            "301": {"description": "An old address; Location has the present one"},
            "404": {"$ref": "#/components/responses/Error"},
            "410": {"$ref": "#/components/responses/Error"},
        },
    }


def _report() -> Json:
    name = {"type": "string", "enum": list(REPORTS), "default": REPORTS[0]}
    return {
        "operationId": "report",
        "summary": "What people asked and did not find, and which articles help",
        "description": "Needs a token with the scope `reports`.",
        "security": [{"token": []}],
        "parameters": [
            _query("report", "which one", name),
            _number("days", "how many, the last of which is today", DEFAULT_DAYS, 1, MAX_DAYS),
            _query("locale", "BCP 47 tag of the readers; without it, all of them", _TEXT),
        ],
        "responses": _responses("Report"),
    }


def _due() -> Json:
    return {
        "operationId": "due",
        "summary": "Which articles have to be looked at, the worst first",
        "description": "Needs a token with the scope `reports`.",
        "security": [{"token": []}],
        "parameters": [
            _query("owner", "name or address; without it, everybody's", _TEXT),
            {
                **_query("within", "days that count as soon", _TEXT),
                "schema": {"type": "integer", "minimum": 0, "maximum": MAX_DAYS},
            },
        ],
        "responses": _responses("Due"),
    }


def _due_calendar() -> Json:
    text = "made on the page of the list; it opens nothing else"
    calendar = {"description": "iCalendar", "content": {"text/calendar": {"schema": _TEXT}}}
    return {
        "operationId": "due_calendar",
        "summary": "The same as a calendar to subscribe to",
        "security": [{}],
        "parameters": [
            {**_query("token", text, _TEXT), "required": True},
            _query("owner", "name or address; without it, everybody's", _TEXT),
            _locale(),
        ],
        "responses": {"200": calendar, "403": {"$ref": "#/components/responses/Error"}},
    }


def _openapi() -> Json:
    answer = {"description": "This document", "content": _json({"type": "object"})}
    return {
        "operationId": "openapi",
        "summary": "This document",
        "parameters": [],
        "responses": {"200": answer},
    }


def _schemas() -> Json:
    hit = {
        "rank": {"type": "integer", "minimum": 1},
        **dict.fromkeys(("key", "locale", "slug", "title"), _TEXT),
        "heading": {"type": "string", "description": "of the best passage; may be empty"},
        "anchor": {"type": "string", "description": "id of that heading; may be empty"},
        "url": {"type": "string", "description": "path on this host, with the anchor"},
        "topic": _TEXT,
        "score": {"type": "number", "description": "comparable inside one answer only"},
        "snippet": {"type": "string", "description": "escaped HTML with <mark>"},
        "verified": {"type": "boolean", "description": "a check of every step counts today"},
    }
    results = {
        "query": _TEXT,
        "locale": _TEXT,
        "total": {"type": "integer", "minimum": 0},
        "took_ms": {"type": "number", "minimum": 0},
        "generation": _TEXT,
        "did_you_mean": {"type": ["string", "null"]},
        "hits": _list_of(_ref("Hit")),
        "relaxed": _list_of(_ref("Hit"), "match only part of the query; not in total"),
        "elsewhere": _list_of(_ref("Hit"), "from other locales, or translations of those"),
        "topics": _list_of(_object({"topic": _TEXT, "count": {"type": "integer", "minimum": 1}})),
    }
    completion = {
        "text": _TEXT,
        "url": _TEXT,
        "kind": {"type": "string", "enum": ["title", "question", "heading"]},
    }
    return {
        "Hit": _object(hit),
        "SearchResults": _object(results),
        "Completions": _object({"query": _TEXT, "completions": _list_of(_object(completion))}),
        "Answer": _object(_answer_properties()),
        "Answers": _object(
            {
                "confidence": {"type": "string", "enum": ["sure", "maybe", "none"]},
                "language": {"type": "string", "description": "of the message; may be empty"},
                "generation": _TEXT,
                "asked": _list_of(_TEXT, "sentences of the message that were searched for"),
                "answers": _list_of(_ref("Answer"), "in the language of the message if possible"),
                "elsewhere": _list_of(_ref("Answer"), "translations, and what other locales know"),
            }
        ),
        "Article": _object(_article_properties()),
        "Due": _object(_due_properties()),
        # What else is in it depends on which report it is.
        "Report": {"type": "object", "required": ["report", "first", "last", "locale"]},
        "Error": _object({"error": _object({"code": _TEXT, "message": _TEXT})}),
    }


def _answer_properties() -> Json:
    return {
        **dict.fromkeys(("key", "locale", "slug", "title"), _TEXT),
        "url": {"type": "string", "description": "path on this host, with the anchor"},
        **dict.fromkeys(("topic", "heading", "anchor"), _TEXT),
        "passage": {"type": "string", "description": "whole sentences, at most 300 characters"},
        "passage_html": {"type": "string", "description": "the same as safe HTML with <mark>"},
        "confidence": {"type": "number", "minimum": 0, "maximum": 1},
        "why": _list_of(_TEXT, "words of the message that the article holds"),
        "verified": _FLAG,
        "verified_on": _DAY,
        "audience": {"type": "string", "enum": [AUDIENCE, STAFF_AUDIENCE]},
        "kind": {"type": "string", "enum": ["article", "reply"]},
    }


def _due_properties() -> Json:
    count = {"type": "integer", "minimum": 0}
    article = {
        **dict.fromkeys(("key", "locale", "title", "url", "owner"), _TEXT),
        "audience": {"type": "string", "enum": [AUDIENCE, STAFF_AUDIENCE]},
        "state": {"type": "string", "enum": list(get_args(Verification))},
        "reasons": _list_of({"type": "string", "enum": list(REASONS)}, "the worst first"),
        "verified_on": _DAY,
        "counts_to": {**_DAY, "description": "last day on which the check counts or counted"},
        "expires_on": _DAY,
        **dict.fromkeys(("flagged", "helpful", "unhelpful"), count),
        "comments": _list_of(_TEXT, "what agents said, the latest first"),
    }
    return {
        "today": _DAY,
        "within_days": count,
        "owner": _TEXT,
        "total": count,
        "reasons": {"type": "object", "description": "how many articles for each reason"},
        "articles": _list_of(_object(article)),
    }


def _article_properties() -> Json:
    section = {
        "level": {"type": "integer", "minimum": 0, "maximum": 6},
        **dict.fromkeys(("anchor", "heading", "text"), _TEXT),
    }
    names = ("key", "locale", "slug", "title", "description", "url", "topic")
    return {
        **dict.fromkeys(names, _TEXT),
        "tags": _list_of(_TEXT),
        "questions": _list_of(_TEXT, "also asked as"),
        "verified": _FLAG,
        "verified_on": _DAY,
        "updated": {**_DAY, "description": "day of the last change in git"},
        "html": {"type": "string", "description": "safe HTML of the body; headings from h2"},
        "sections": _list_of(_object(section)),
        "translations": _list_of(_object(dict.fromkeys(("locale", "title", "url"), _TEXT))),
    }


def _error_responses() -> Json:
    return {
        "Error": {
            "description": "What was wrong, for programs and for people",
            "content": _json(_ref("Error")),
        }
    }


def _responses(schema: str) -> Json:
    answers: Json = {"200": {"description": "The answer", "content": _json(_ref(schema))}}
    for status in ("400", "401", "403", "503"):
        answers[status] = {"$ref": "#/components/responses/Error"}
    return answers


def _query(name: str, text: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "description": text, "schema": schema}


def _locale() -> Json:
    text = "BCP 47 tag of the reader; without it the site's default; an unknown one is an error"
    return _query("locale", text, _TEXT)


def _audience() -> Json:
    text = f"whose articles; {STAFF_AUDIENCE} needs a token with the scope search:internal"
    return _query("audience", text, {"type": "string", "enum": [AUDIENCE, STAFF_AUDIENCE]})


def _number(name: str, text: str, default: int, least: int, most: int) -> Json:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return _query(name, text, schema)


def _object(properties: Json) -> Json:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _list_of(items: Json, text: str = "") -> Json:
    described: Json = {"description": text} if text else {}
    return {"type": "array", "items": items, **described}


def _ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: Json) -> Json:
    return {"application/json": {"schema": schema}}
