"""Which article a file is: locale, topic, slug and the key that its translations share.

All of it follows from the path, so that writers who keep to the folders write none of it;
front matter wins where it says otherwise.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb import locales
from kb.errors import ArticleError
from kb.files.fields import FrontMatter
from kb.files.scan import SourceFile
from kb.files.slugs import slugify
from kb.words.characters import one_line

MAX_SLUG = 300
_FOLDER_PAGES = {"index", "readme"}
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_UNDERLINE = re.compile(r" {0,3}=+[ \t]*")
_TAG = re.compile(r"<[^<>]{0,500}>")
_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,500}\)")
_LONGEST_TITLE = 300


@dataclass(frozen=True, slots=True)
class Identity:
    """Where an article belongs; see Article for the fields."""

    locale: str
    topic: str
    slug: str
    translation_key: str


def identify(file: SourceFile, fields: FrontMatter, lines: Mapping[str, int]) -> Identity:
    """Return the identity of a file; raises ArticleError when it cannot have one."""
    path = PurePosixPath(file.path)
    locale, inside = _locale(file, path, fields.locale)
    folders = inside.parts[:-1]
    topic_text = fields.topic or file.source.topic or (folders[0] if folders else "")
    topic = slugify(topic_text).replace("/", "-") if topic_text else ""
    plain = inside.with_suffix("")
    stem = plain.name
    if stem.lower() in _FOLDER_PAGES and folders:
        stem = folders[-1]
    if fields.slug:
        slug = clean_slug(fields.slug, file.path, lines.get("slug", 1))
    elif file.source.url_prefix:
        slug = clean_slug(f"{file.source.url_prefix}/{plain}", file.path, 1)
    else:
        slug = clean_slug(stem, file.path, 1)
    return Identity(locale, topic, slug, fields.translation_key or str(plain))


def _locale(file: SourceFile, path: PurePosixPath, given: str) -> tuple[str, PurePosixPath]:
    """Return the locale and the path below the locale's folder."""
    if file.source.locale is not None:
        return given or file.source.locale, path
    if len(path.parts) > 1:
        try:
            folder = locales.normalise(path.parts[0])
            return given or folder, PurePosixPath(*path.parts[1:])
        except ValueError:
            if given:
                return given, path
    elif given:
        return given, path
    raise ArticleError(
        file.path, 1, "no locale", "Put the file into a folder such as en/, or give `locale:`"
    )


def clean_slug(text: str, path: str, line: int) -> str:
    """Return a slug from what an author or a file name gives; raises ArticleError.

    Letters of every script, digits, "-", "_", "." and "/" stay; spaces become "-".
    """
    given = text.strip().strip("/")
    if any(part.strip() in ("", ".", "..") for part in given.split("/")):
        raise ArticleError(path, line, "the slug has an empty or dotted part", "Use words and -")
    slug = slugify(given)
    if not slug or any(not part.strip(".-") for part in slug.split("/")):
        raise ArticleError(path, line, "the slug holds no letter or digit", "Give `slug:`")
    if len(slug) > MAX_SLUG:
        raise ArticleError(path, line, f"the slug is longer than {MAX_SLUG}", "Give `slug:`")
    return slug


def first_heading(body: str) -> str:
    """Return the first level 1 heading of a Markdown text as plain text, or ""."""
    fence = ""
    before = ""
    for line in body.split("\n"):
        if match := _FENCE.match(line):
            if not fence:
                fence = match[1]
            elif match[1].startswith(fence):
                fence = ""
        elif not fence:
            if line.lstrip(" ").startswith(("# ", "#\t")) and not line.startswith("    "):
                return _plain(line.strip().removeprefix("#").rstrip("#"))
            if before.strip() and _UNDERLINE.fullmatch(line):
                return _plain(before)
        before = line
    return ""


def _plain(markdown: str) -> str:
    text = _LINK.sub(r"\1", _TAG.sub("", markdown[:2000]))
    text = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", re.sub(r"(?<!\\)[*`]+", "", text))
    return one_line(text)[:_LONGEST_TITLE].strip()
