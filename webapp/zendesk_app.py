"""The app that a Zendesk administrator uploads: it shows our page in the sidebar, no more.

Zendesk hosts none of our code. The package holds the address of this site, a name and two logos,
which Zendesk asks for in these sizes.
"""

import io
import json
import struct
import zipfile
import zlib
from typing import Any, Final
from urllib.parse import urlsplit

VERSION: Final = "1.0"
_LOGOS: Final = {"logo.png": 320, "logo-small.png": 128}
_COLOUR: Final = bytes((45, 91, 185))
# Equal packages are equal bytes.
_DATE: Final = (2026, 1, 1, 0, 0, 0)


def manifest(name: str, address: str) -> dict[str, Any]:
    """Return what Zendesk reads about the app.

    name     of this help center
    address  of this site, without a slash at its end
    """
    page = f"{address}/embed/zendesk"
    host = urlsplit(address).hostname or ""
    return {
        "name": name,
        "author": {"name": name, "email": f"support@{host}", "url": address},
        "defaultLocale": "en",
        "private": True,
        "version": VERSION,
        "frameworkVersion": "2.0",
        "location": {
            "support": {
                "ticket_sidebar": {"url": page, "flexible": True},
                "new_ticket_sidebar": {"url": page, "flexible": True},
            }
        },
        "domainWhitelist": [host],
    }


def package(name: str, address: str) -> bytes:
    """Return the app as the ZIP file to upload."""
    said = {
        "name": name,
        "short_description": "Suggested answers beside the ticket",
        "long_description": "Finds the passage that answers the customer and inserts it.",
        "installation_instructions": f"Agents sign in once with their account at {address}.",
    }
    files = {
        "manifest.json": _json(manifest(name, address)),
        "translations/en.json": _json({"app": said}),
        **{f"assets/{logo}": _square(size) for logo, size in _LOGOS.items()},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(zipfile.ZipInfo(file, _DATE), content)
    return packed.getvalue()


def _json(value: dict[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _square(size: int) -> bytes:
    """Return a PNG of one colour."""
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    rows = (b"\0" + _COLOUR * size) * size
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
