"""The articles: real Markdown files, fewer of them or more, as a folder with a kb.toml.

Fewer: a sample by the hash of the path, so that a small corpus is part of the larger ones.
More: copies with variation. Of every copy's words 15 % are dropped and 5 % replaced by other
words of the same folder, so that copies are no duplicates and the vocabulary stays a real one.
Links, tags and code keep their words. All is decided by seeds: every run has the same files.
"""

import random
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

DROPPED, REPLACED = 0.15, 0.05
# Locale of a folder by how its name ends; what has no such ending is English.
LOCALES = {".vi-VN": "vi", ".zh-TW": "zh-Hant", ".vi": "vi", ".zh-Hant": "zh-Hant"}

_SKIPPED_OR_WORD = re.compile(
    r"(?P<skipped>^[ \t]*\d+\.|<[^>\n]*>|\]\([^)\n]*\)|`[^`\n]*`"
    r"|^:::.*$|\[!\w+[^\]\n]*\]|https?://\S+)"
    r"|(?P<word>[\u3400-\u9fff]{1,4}|[^\W_\u3400-\u9fff]+)",
    re.M,
)
_TITLE = re.compile(r"""^(title:[ \t]*["']?)(.*?)(["']?[ \t]*)$""", re.M)


@dataclass(frozen=True, slots=True)
class File:
    """One file of the original corpus; `path` is relative to the corpus, folder first."""

    path: Path
    folder: str


def unpacked(corpus: Path, into: Path) -> Path:
    """Return a folder of Markdown: `corpus` itself, or what its archive holds."""
    archive = next(iter(sorted(corpus.glob("*.tar.xz"))), None) if corpus.is_dir() else corpus
    if archive is None:
        return corpus
    place = into / "corpus"
    if not place.is_dir():
        unfinished = into / "corpus.unfinished"
        with tarfile.open(archive) as tar:
            tar.extractall(unfinished, filter="data")
        unfinished.rename(place)
    inner = [entry for entry in place.iterdir() if entry.is_dir()]
    return inner[0] if len(inner) == 1 else place


def files_of(corpus: Path) -> list[File]:
    """Return every Markdown file, in the order in which samples take them."""
    paths = (path.relative_to(corpus) for path in corpus.rglob("*.md"))
    files = [File(path, path.parts[0]) for path in paths if len(path.parts) > 1]
    return sorted(files, key=lambda file: _order(file.path.as_posix()))


def _order(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=8).digest()


def locale_of(folder: str) -> str:
    """Return the language of a folder's articles."""
    if folder in LOCALES.values():
        return folder
    return next((tag for end, tag in LOCALES.items() if folder.endswith(end)), "en")


def written(corpus: Path, files: list[File], size: int, place: Path) -> Path:
    """Write `size` articles below `place` with their kb.toml and return the latter's path."""
    settings = place / "kb.toml"
    if settings.is_file():
        return settings
    words = _words_by_folder(corpus, files) if size > len(files) else {}
    sources: set[tuple[int, str]] = set()
    for number in range(size):
        copy, place_in_copy = divmod(number, len(files))
        file = files[place_in_copy]
        sources.add((copy, file.folder))
        source = corpus / file.path
        target = place / f"copy{copy}" / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        target.write_bytes(_varied(content, file, copy, words[file.folder]) if copy else content)
    # Last: who finds it finds all of the articles.
    settings.write_text("\n".join(_settings(sources)), encoding="utf-8")
    return settings


def _settings(sources: set[tuple[int, str]]) -> Iterator[str]:
    # By words, as the others search, whether the extra is installed or not: embedding takes hours.
    yield "[search]"
    yield 'semantic = "off"\n'
    for copy, folder in sorted(sources):
        yield "[[sources]]"
        yield f'name = "{folder}-{copy}"'
        yield f'path = "copy{copy}/{folder}"'
        yield f'locale = "{locale_of(folder)}"'
        yield 'audience = "public"'
        yield f'url_prefix = "{folder.lower()}-{copy}"\n'


def _words_by_folder(corpus: Path, files: list[File]) -> dict[str, list[str]]:
    """Return words of each folder to draw from, as often as they occur in a sample of it."""
    found: dict[str, list[str]] = {}
    for file in files:
        words = found.setdefault(file.folder, [])
        if len(words) < 200_000:
            text = (corpus / file.path).read_text(encoding="utf-8", errors="replace")
            words += [match["word"] for match in _SKIPPED_OR_WORD.finditer(text) if match["word"]]
    return found


def _varied(content: bytes, file: File, copy: int, words: list[str]) -> bytes:
    chance = random.Random(f"{copy} {file.path.as_posix()}")
    head, body = split(content.decode("utf-8", "replace"))

    def word(match: re.Match[str]) -> str:
        if match["skipped"]:
            return match[0]
        drawn = chance.random()
        if drawn < DROPPED:
            return ""
        return chance.choice(words) if drawn < DROPPED + REPLACED else match[0]

    head = _TITLE.sub(rf"\g<1>\g<2> {copy}\g<3>", head, count=1)
    return (head + _SKIPPED_OR_WORD.sub(word, body)).encode()


def split(text: str) -> tuple[str, str]:
    """Return front matter with its fences, and the rest."""
    if text.startswith("---"):
        end = re.compile(r"^---[ \t]*\r?$", re.M).search(text, 4)
        if end:
            return text[: end.end()], text[end.end() :]
    return "", text
