"""A folder of articles of which the public may read few, and a reader who asks for all of it.

Every hidden article carries two canaries, words of its own: one in its title, body and tag, the
other in its file name, alias and image name. One in any answer to the public is a leak. What was
typed may be said back, so whoever asks by the one word is watched for the other.
"""

import http.client
import re
from collections.abc import Iterator, Mapping
from html import unescape
from pathlib import Path
from struct import pack
from urllib.parse import unquote, urlsplit
from zlib import compress, crc32

MARK = "qzcanary"
HIDDEN = {
    "internal": (20, "audience: internal"),
    "draft": (5, "audience: public\nstatus: draft"),
    "former": (5, "audience: internal"),
}
PUBLIC = {
    "reset-password": "How do I reset my password?",
    "track-parcel": "How do I track a parcel?",
    "refund": "How do I get a refund?",
}
_LINK = re.compile(
    r"""(?:href|src|action)=["']([^"'#]+)|"url": ?"([^"#]+)|<loc>([^<]+)|\]\(([^()\s]+)\)"""
)


def canary(kind: str, number: int, place: str = "name") -> str:
    """Return a canary of one hidden article; the word of one is no part of another's.

    place  "name" for that of its file, alias and image, "text" for that of what it says
    """
    return f"{MARK}{kind}{number:02}{place}xv"


def canaries() -> list[str]:
    """Return the canaries of all hidden articles, both of each."""
    return [
        canary(kind, number, place)
        for kind, (count, _) in HIDDEN.items()
        for number in range(count)
        for place in ("name", "text")
    ]


def write_site(folder: Path, *, former: str = "audience: internal") -> None:
    """Write the articles; `former` is what those say that were public once."""
    own = folder / "articles" / "en" / "account"
    own.mkdir(parents=True, exist_ok=True)
    links = "\n".join(f"- [more about this]({canary(kind, 0)}.md)" for kind in HIDDEN)
    for slug, title in PUBLIC.items():
        _write(own / f"{slug}.md", title, "audience: public", f"Ask for a mail.\n\n{links}")
    for kind, (count, front) in HIDDEN.items():
        for number in range(count):
            name, text = canary(kind, number), canary(kind, number, "text")
            (own / f"{name}.png").write_bytes(png(list(HIDDEN).index(kind) * 50 + number))
            _write(
                own / f"{name}.md",
                f"How do I reset the {text} password?",
                f"{former if kind == 'former' else front}\ntags: [password, {text}tag]\n"
                f"aliases: [{name}alias]",
                f"The password {text} of a parcel.\n\n## Refund {text}\n\n![{text}]({name}.png)",
            )


def _write(file: Path, title: str, front: str, body: str) -> None:
    file.write_text(f"---\ntitle: {title}\n{front}\n---\n{body}\n", encoding="utf-8")


def png(shade: int) -> bytes:
    """Return a PNG of one pixel, another one for each shade."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", crc32(kind + data))

    header = pack(">IIBBBBB", 1, 1, 16, 0, 0, 0, 0)
    pixel = compress(b"\0" + pack(">H", shade))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixel) + chunk(b"IEND", b"")
    )


class Stranger:
    """Somebody without an account, over one kept connection, which one worker answers."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)

    def ask(
        self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None
    ) -> tuple[int, str]:
        """Return the status of an answer, and all that it says but what was asked."""
        self._connection.request(method, path, body.encode() or None, headers or {})
        response = self._connection.getresponse()
        said = "\n".join(f"{name}: {value}" for name, value in response.getheaders())
        data = response.read().decode("utf-8", "replace")
        return response.status, without_echo(f"{said}\n{data}", f"{path}\n{body}")

    def close(self) -> None:
        """End the connection."""
        self._connection.close()


def without_echo(text: str, asked: str) -> str:
    """Take out the canaries that the requester sent; the site may say those back."""
    for word in set(re.findall(rf"{MARK}\w+", unquote(asked))):
        text = re.sub(rf"{word}\b", "", text)
    return text


def leaks(said: str) -> bool:
    """Whether a canary is in what was said."""
    return re.search(rf"{MARK}\w", said) is not None


def links_in(text: str) -> Iterator[str]:
    """Yield the paths on this site that a page, a feed, Markdown or a JSON object names."""
    for found in _LINK.findall(text):
        address = unescape(next(filter(None, found)))
        parts = urlsplit(address)
        if parts.path.startswith("/") and parts.hostname in {None, "127.0.0.1"}:
            yield parts.path + (f"?{parts.query}" if parts.query else "")


def typed_words() -> Iterator[str]:
    """Yield what a curious person would type: canaries, parts and misspellings of some."""
    yield from canaries()
    for word in canaries()[::15]:
        yield from (word[:-1], word[:-4], f"{word[:-3]}q{word[-3:]}", f'"{word}"', f"-{word}")
    yield from (MARK, "password", "refund", "the", "*", "audience:internal", "status:draft")
