"""The fields of an article's front matter: one model for reading, the schema and the docs.

Values arrive as the author's text (see `kb.files.frontmatter`) and are converted here. A wrong
value in one of our fields is an error at its line; a field that we do not know is a warning.
`audience` fails closed: whatever is not exactly "public" is internal. The one exception is a
source whose own audience is configured: foreign files use the word for other things there
(`audience: ITPro`), so a value that means nothing to us leaves the source's audience standing.
A reply is internal whatever is said.
"""

import difflib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from kb import locales
from kb.article import DEFAULT_VERIFY_EVERY, Audience, Kind, Status
from kb.errors import ArticleError
from kb.files.foreign_fields import read_kind, translate
from kb.words.characters import one_line

_LIKE_INTERNAL = ("internal", "private", "staff", "agents", "confidential", "restricted", "secret")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _text(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, (list, dict)):
        raise ValueError("it has to be one text; quote it")
    return one_line(value) if isinstance(value, str) else value


def _texts(separator: str | None) -> Callable[[object], object]:
    def convert(value: object) -> object:
        if value is None:
            return []
        if isinstance(value, str):
            value = value.split(separator) if separator else [value]
        if not isinstance(value, list):
            raise ValueError("it has to be a list of texts")
        texts = (_text(item) for item in value)
        return list(dict.fromkeys(text for text in texts if text != ""))

    return convert


def _tag(value: object) -> object:
    text = _text(value)
    return locales.normalise(text) if isinstance(text, str) and text else text


def _moment(value: object) -> object:
    text = _text(value)
    if text == "" or not isinstance(text, str):
        return text or None
    try:
        moment = datetime.fromisoformat(text)
        aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("it has to be a moment such as 2026-11-22 or 2026-11-22T09:00Z") from None


def _day(value: object) -> object:
    text = _text(value)
    if text == "" or not isinstance(text, str):
        return text or None
    try:
        if not _DAY.match(text):
            raise ValueError(text)
        return datetime.fromisoformat(text).date()
    except ValueError:
        raise ValueError("it has to be a day such as 2026-11-22") from None


def _or(default: object) -> BeforeValidator:
    return BeforeValidator(lambda value: default if value is None or value == "" else value)


Text = Annotated[str, BeforeValidator(_text)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_texts(None))]
Words = Annotated[tuple[str, ...], BeforeValidator(_texts(","))]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Day = Annotated[date | None, BeforeValidator(_day)]


class SearchOptions(BaseModel):
    """How the article takes part in the search."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    boost: Annotated[float, _or(1.0)] = Field(
        default=1.0, ge=0.5, le=2.0, description="Factor on the article's score, 0.5 to 2.0."
    )
    exclude: Annotated[bool, _or(False)] = Field(
        default=False, description="Never a search result, still readable at its address."
    )


class FrontMatter(BaseModel):
    """The fields that a writer can give an article."""

    model_config = ConfigDict(frozen=True, extra="ignore", title="Article front matter")

    title: Text = Field(
        min_length=1, max_length=300, description="The question, in the customer's words."
    )
    description: Text = Field(
        default="", max_length=1000, description="One sentence for lists and link previews."
    )
    questions: Texts = Field(
        default=(),
        max_length=50,
        description="Other ways customers ask it; searched like the title.",
    )
    tags: Words = Field(
        default=(), max_length=50, description="Key words, as a list or with commas."
    )
    topic: Text = Field(default="", description="Topic; without it, the folder below the locale.")
    slug: Text = Field(
        default="", description="Last part of the address; without it, the file's name."
    )
    locale: Annotated[str, BeforeValidator(_tag)] = Field(
        default="", description="Language tag such as en or zh-Hant; without it, the first folder."
    )
    audience: Annotated[Audience, _or("internal")] = Field(
        default="internal",
        description="Who may read it: public (everybody) or internal (agents only).",
    )
    type: Annotated[Kind, _or("article")] = Field(
        default="article",
        description="article, or reply for a canned reply, which only agents see.",
    )
    status: Annotated[Status, _or("published")] = Field(
        default="published", description="published, draft or archived; only published is shown."
    )
    publish_at: Moment = Field(
        default=None, description="Shown from this moment on; UTC without a zone."
    )
    expire_at: Moment = Field(default=None, description="Not shown from this moment on.")
    owner: Text = Field(
        default="", max_length=200, description="Name or address of who answers for it."
    )
    verified_on: Day = Field(
        default=None, description="Day on which somebody last checked every step."
    )
    verify_every: Annotated[int, _or(DEFAULT_VERIFY_EVERY)] = Field(
        default=DEFAULT_VERIFY_EVERY,
        ge=1,
        le=3650,
        description="Days until the check has to be repeated.",
    )
    aliases: Texts = Field(
        default=(), max_length=200, description="Old slugs or paths that lead here."
    )
    translation_key: Text = Field(
        default="", max_length=300, description="Equal for all translations; without it, the path."
    )
    source_commit: Text = Field(
        default="", max_length=64, description="Revision of the source that was translated."
    )
    search: Annotated[SearchOptions, _or(SearchOptions())] = Field(
        default=SearchOptions(), description="How the article takes part in the search."
    )


def read_fields(
    values: Mapping[str, Any],
    path: Path | str,
    lines: Mapping[str, int],
    *,
    defaults: Mapping[str, Any] | None = None,
    source_audience: Audience | None = None,
) -> tuple[FrontMatter, tuple[str, ...], date | None]:
    """Return the fields, warnings as `path:line: text`, and the day of `lastmod` or the like.

    `values` win over `defaults`, which are values in our own spelling already checked by
    `check_defaults`.
    """
    translated = translate(values)
    warnings = [f"{path}:{lines.get(key, 1)}: {text}" for key, text in translated.warnings]
    merged = {**(defaults or {}), **translated.values}
    where = translated.origin
    kind, audience, doubts = _readers(translated.values, merged, source_audience)
    for name, doubt in doubts:
        warnings.append(f"{path}:{lines.get(where.get(name, name), 1)}: {doubt}")
    merged |= {"type": kind, "audience": audience}
    try:
        fields = FrontMatter.model_validate(merged)
    except ValidationError as error:
        raise _article_error(error, path, lines, where) from error
    if fields.publish_at and fields.expire_at and fields.expire_at <= fields.publish_at:
        line = lines.get(where.get("expire_at", "expire_at"), 1)
        raise ArticleError(path, line, "expire_at is not after publish_at", "Change one of them")
    return fields, tuple(warnings), translated.updated


def _readers(
    own: Mapping[str, Any], merged: Mapping[str, Any], source_audience: Audience | None
) -> tuple[Kind, Audience, list[tuple[str, str]]]:
    """Return what the file is, who may read it, and (field, what is doubtful about it).

    own     what the file itself says
    merged  the same with its folder's defaults
    """
    kind, kind_doubt = read_kind(merged.get("type"))
    audience, doubt = resolve_audience(merged.get("audience"), source_audience)
    if kind == "reply":
        audience, said = "internal", own.get("audience") or "internal"
        doubt = "" if said == "internal" else "a reply is never public. Leave audience out"
    doubts = (("type", kind_doubt), ("audience", doubt))
    return kind, audience, [pair for pair in doubts if pair[1]]


def check_defaults(
    values: Mapping[str, Any], path: Path | str, lines: Mapping[str, int]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the values of a `_defaults.yml` in our own spelling, and warnings.

    Raises ArticleError for a value that no article could have.
    """
    given = dict(values)
    for key in ("title", "slug"):
        if key in given:
            raise ArticleError(
                path, lines.get(key, 1), f"{key} cannot be a default", "Give it in each article"
            )
    translated = translate(given)
    if "type" in translated.values:
        translated.values["type"], doubt = read_kind(translated.values["type"])
        if doubt:
            translated.warnings.append(("type", doubt))
    audience = translated.values.get("audience", "internal")
    if audience not in ("public", "internal"):
        raise ArticleError(
            path, lines.get("audience", 1), "audience is wrong", "Write public or internal"
        )
    try:
        FrontMatter.model_validate({"title": "-", **translated.values})
    except ValidationError as error:
        raise _article_error(error, path, lines, translated.origin) from error
    warnings = tuple(f"{path}:{lines.get(key, 1)}: {text}" for key, text in translated.warnings)
    return translated.values, warnings


def resolve_audience(given: object, source_audience: Audience | None) -> tuple[Audience, str]:
    """Return who may read the article, and what is doubtful about it or ""."""
    if given == "public":
        return "public", ""
    if given == "internal":
        return "internal", ""
    if given is None or given == "":
        return source_audience or "internal", ""
    words = given if isinstance(given, list) else [given]
    hidden = any(
        difflib.get_close_matches(str(word).casefold()[:40], _LIKE_INTERNAL, 1, 0.75)
        for word in words[:20]
    )
    if source_audience is None or hidden or isinstance(given, dict):
        return "internal", "audience is neither public nor internal; the article is internal"
    return source_audience, f"audience is not ours; the source's ({source_audience}) holds"


def _article_error(
    error: ValidationError,
    path: Path | str,
    lines: Mapping[str, int],
    origin: Mapping[str, str],
) -> ArticleError:
    first = error.errors(include_url=False)[0]
    names = [str(part) for part in first["loc"]] or ["front matter"]
    written = origin.get(names[0], names[0])
    if names[0] == "title" and first["type"] in ("missing", "string_too_short"):
        line = lines.get(written, 1)
        return ArticleError(path, line, "no title", "Give `title:` with the customer's question")
    where = ".".join([written, *names[1:]])
    message = first["msg"].removeprefix("Value error, ")
    fix = message[:1].upper() + message[1:]
    return ArticleError(path, lines.get(written, 1), f"{where} is wrong", fix)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of the front matter, for editors."""
    schema = FrontMatter.model_json_schema()
    for name, field in FrontMatter.model_fields.items():
        # pydantic leaves the description of a nested model's field out.
        schema["properties"][name].setdefault("description", field.description)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
