"""Take an article away: its old address says why, and links that break are named.

Notes are public: they are kept only for articles that were.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from kb.errors import ArticleError, KnowledgeBaseError
from kb.files.frontmatter import load_yaml
from kb.files.removed import FOLDER, MAX_NOTE
from kb.paths import linked_path, old_name
from kb.writing import tree
from kb.writing.content import Content, Written
from kb.writing.expectations import expectations
from kb.writing.links import targets_in


@dataclass(frozen=True, slots=True)
class Removal:
    """All that taking an article away changes.

    notes    the file of notes and its new text; None where nothing is noted
    broken   `path:line` of each link that leads nowhere from then on
    staying  translations that stay
    """

    written: Written
    notes: tuple[Path, str] | None
    broken: tuple[str, ...]
    staying: tuple[Written, ...]


def plan_removal(written: Written, note: str, content: Content) -> Removal:
    """Return what taking an article away changes; raises KnowledgeBaseError."""
    article = written.article
    is_public = article.audience == "public"
    note = " ".join(note.split())
    if is_public and article.status == "published" and not note:
        raise KnowledgeBaseError(
            f'{article.path} is public: give --note "..." with what its readers do instead; '
            "they see it at the old address"
        )
    if len(note) > MAX_NOTE:
        raise KnowledgeBaseError(f"the note is longer than {MAX_NOTE} characters")
    root = written.file.source.path
    file = tree.within(root / FOLDER / f"{article.locale}.yml", root)
    names = dict.fromkeys((article.slug, *map(old_name, article.aliases)))
    family = (
        each
        for each in content.articles
        if each.article.translation_key == article.translation_key and each is not written
    )
    expected = expectations(article, root)
    return Removal(
        written,
        (file, with_notes(file, dict.fromkeys(names, note))) if is_public and note else None,
        (
            *_links_to(written, content),
            *(f"{file.parent.name}/{file.name}:{line}" for file, line in expected),
        ),
        tuple(family),
    )


def with_notes(file: Path, notes: Mapping[str, str]) -> str:
    """Return the text of a file of notes with some more; those for the same slugs go."""
    try:
        text = file.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleError(file, 1, "cannot be read", "Save the file as UTF-8") from error
    _, known = load_yaml(text, file)
    lines = text.splitlines(keepends=True)
    starts = sorted(known.values())
    for slug, number in sorted(known.items(), key=lambda item: -item[1]):
        if old_name(slug) in notes:
            after = next((start for start in starts if start > number), len(lines) + 1)
            del lines[number - 1 : after - 1]
    kept = "".join(lines)
    added = yaml.safe_dump(dict(notes), allow_unicode=True, width=float("inf"), sort_keys=False)
    return f"{kept}{'' if not kept or kept.endswith(chr(10)) else chr(10)}{added}"


def _links_to(written: Written, content: Content) -> list[str]:
    found = []
    for each in content.articles:
        if each.file.source != written.file.source or each.path == written.path:
            continue
        folder = each.file.path.rpartition("/")[0]
        body, first = each.document.body, each.document.body_line
        found += [
            f"{each.file.path}:{first + body.count(chr(10), 0, target.start)}"
            for target in targets_in(body)
            if linked_path(target.text, folder) == written.file.path
        ]
    return found
