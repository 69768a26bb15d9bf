"""Where the relative links and images of articles lead: to an article, a file, or nowhere.

Judged as the page is made: only articles and images of the same source can be linked, by the path
of their file.
"""

import os
import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote

from kb.files.scan import IMAGE_TYPES, MAX_IMAGE_BYTES
from kb.lint.finding import Finding
from kb.lint.outline import Link
from kb.lint.reading import Circumstances, FileId, Library, Subject
from kb.lint.rules import make
from kb.paths import linked_path
from kb.rendering.markup import is_relative


@dataclass(frozen=True, slots=True)
class Aim:
    """A link to a heading of `target`; `fragment` is decoded."""

    subject: Subject
    link: Link
    target: Subject
    fragment: str


@dataclass(slots=True)
class Links:
    """The links of a library; `aims` fills while they are checked."""

    library: Library
    circumstances: Circumstances
    aims: list[Aim] = field(default_factory=list)
    _names: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for source, path in self.library.subjects:
            name = posixpath.basename(path).casefold()
            self._names.setdefault((source, name), []).append(path)

    def check(self) -> Iterator[Finding]:
        """Yield all links that lead nowhere, or where they must not."""
        for subject in self.library.subjects.values():
            for link in subject.outline.links:
                if found := self._wrong(subject, link):
                    yield found

    def _wrong(self, subject: Subject, link: Link) -> Finding | None:
        fragment = unquote(link.target.partition("#")[2])
        if link.target.startswith("#"):
            self._aim(subject, link, subject, fragment)
            return None
        if not is_relative(link.target):
            return None
        source, folder = subject.id[0], posixpath.dirname(subject.id[1])
        path = linked_path(link.target, folder)
        target = self.library.subjects.get((source, path)) if path else None
        if target is not None and not link.is_image:
            self._aim(subject, link, target, fragment)
            return self._hidden(subject, link, target)
        if path and posixpath.splitext(path)[1].lower() in IMAGE_TYPES:
            return self._image(subject, link, path)
        rule, noun = ("broken-image", "image") if link.is_image else ("broken-link", "link")
        found = f"the {noun} {link.target[:200]} leads to no article"
        if link.is_image:
            found = f"the image {link.target[:200]} cannot be shown"
        return self._at(rule, subject, link, found, self._advice(subject, link, path))

    def _aim(self, subject: Subject, link: Link, target: Subject, fragment: str) -> None:
        if fragment and fragment.lower() != "top":
            self.aims.append(Aim(subject, link, target, fragment))

    def _hidden(self, subject: Subject, link: Link, target: Subject) -> Finding | None:
        """Return what is wrong with a link to an article that is there."""
        here, there = subject.written.article, target.written.article
        if here.audience == "public" and there.audience != "public":
            found = f"the link {link.target[:200]} leads to an internal article"
            fix = "Leave it out, or make that article public"
            return self._at("internal-link", subject, link, found, fix)
        now = self.circumstances.now
        if here.is_live(now) and not there.is_live(now):
            state = there.status if there.status != "published" else "not shown now"
            found = f"the link {link.target[:200]} leads to an article that is {state}"
            fix = "Link another one, or publish that one"
            return self._at("link-to-hidden", subject, link, found, fix)
        return None

    def _image(self, subject: Subject, link: Link, path: str) -> Finding | None:
        root = os.path.realpath(subject.written.file.source.path)
        try:
            wrong = _unusable(os.path.join(root, path), os.path.join(root, ""))
        except (OSError, ValueError):  # such as a name that no file can have
            wrong = "is not there", "Mend the path"
        if wrong is None:
            return None
        found = f"the image {link.target[:200]} {wrong[0]}"
        return self._at("broken-image", subject, link, found, wrong[1])

    def _advice(self, subject: Subject, link: Link, path: str | None) -> str:
        """Return what to write instead of a target that is no article."""
        source, own = subject.id
        folder = posixpath.dirname(own)
        if path is None:
            return "Name a file of the same source"
        if link.is_image:
            return f"Use one of {', '.join(sorted(IMAGE_TYPES))}"
        if (source, f"{path}.md") in self.library.subjects:
            return f"Write {_relative(f'{path}.md', folder)}"
        name = posixpath.basename(path).casefold()
        near = self._names.get((source, name)) or self._names.get((source, f"{name}.md"))
        if near and len(near) == 1:
            return f"Write {_relative(near[0], folder)}"
        if _exists(os.path.join(subject.written.file.source.path, path)):
            return "Only articles and images can be linked; put what it says into an article"
        return "Mend the path, or leave the link out"

    def _at(self, rule: str, subject: Subject, link: Link, found: str, fix: str) -> Finding:
        return make(rule, subject.shown, link.line, found, fix, column=link.column)


def _unusable(file: str, inside: str) -> tuple[str, str] | None:
    """Return why an image cannot be shown, and what to do; None when it can."""
    if not os.path.realpath(file).startswith(inside) or os.path.islink(file):
        return "lies elsewhere", "Put the file itself here"
    if not os.path.isfile(file):
        return "is not there", _near_file(file) or "Put the file there, or mend the path"
    if os.path.getsize(file) > MAX_IMAGE_BYTES:
        return f"is larger than {MAX_IMAGE_BYTES >> 20} MiB", "Save it smaller"
    return None


def _exists(file: str) -> bool:
    try:
        return os.path.lexists(file)
    except ValueError:
        return False


def _relative(path: str, folder: str) -> str:
    return posixpath.relpath(path, folder or ".")


def _near_file(file: str) -> str:
    """Return the file of the same folder that only differs in capitals, as advice, or ""."""
    folder, name = os.path.split(file)
    try:
        names = os.listdir(folder)
    except OSError:
        return ""
    near = next((each for each in names if each.casefold() == name.casefold()), "")
    return f"Write {near}: capitals count" if near else ""


def file_ids(aims: list[Aim]) -> dict[FileId, Subject]:
    """Return the articles that are aimed at, by file."""
    return {aim.target.id: aim.target for aim in aims}
