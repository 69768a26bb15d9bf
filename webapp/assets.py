"""The static files, read and packed once at the start and served under a hash of their content.

All files share one digest, so that an ES module may import its neighbour by a relative path.
Scripts are sent without the lines that are comments and without indentation; no text in them
goes over more than one line, or it would lose its indentation too.
The operator's accent is written into the style sheet here: an inline style would need
`unsafe-inline` in the Content-Security-Policy.
"""

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files

from webapp.delivery import etag_of

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
# What the accent's hue is in the files as they lie in the package.
_HUES = {"kb.css": (b"--hue: 250;", b"--hue: %d;"), "favicon.svg": (b" 250)", b" %d)")}
_FOR_WRITERS = re.compile(rb"^ *//.*\n|^ +|^\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Asset:
    """One static file.

    packed    the content in gzip, or None where that would not save a tenth
    mimetype  media type without parameters
    etag      as it stands in the header
    """

    content: bytes
    packed: bytes | None
    mimetype: str
    etag: str


@dataclass(frozen=True, slots=True)
class Assets:
    """All static files by name, and the digest that stands in their URLs."""

    digest: str
    files: Mapping[str, Asset]


def load_assets(hue: int, *, with_preview: bool = False) -> Assets:
    """Return the package's static files, with the accent `hue` in degrees set in style and logo."""
    found: dict[str, Asset] = {}
    for entry in sorted(files("webapp").joinpath("static").iterdir(), key=lambda e: e.name):
        if not entry.is_file() or (entry.name.startswith("preview.") and not with_preview):
            continue
        content = entry.read_bytes()
        if entry.name in _HUES:
            ours, theirs = _HUES[entry.name]
            content = content.replace(ours, theirs % hue)
        if entry.name.endswith(".js"):
            content = _FOR_WRITERS.sub(b"", content)
        found[entry.name] = _asset(entry.name, content)
    total = hashlib.sha256()
    for name, asset in found.items():
        total.update(name.encode() + b"\0" + asset.content + b"\0")
    return Assets(total.hexdigest()[:12], found)


def _asset(name: str, content: bytes) -> Asset:
    packed = gzip.compress(content, compresslevel=9, mtime=0)
    worth_it = len(packed) < 0.9 * len(content)
    return Asset(content, packed if worth_it else None, _media_type(name), etag_of(content))


def _media_type(name: str) -> str:
    suffix = name[name.rfind(".") :]
    return _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
