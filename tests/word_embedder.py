"""An embedder without a model, for tests: texts are near when they share concepts.

A concept is a word, or one of several that are listed as meaning the same, over languages too.
"""

import re
from collections.abc import Sequence
from functools import cache
from zlib import crc32

import numpy as np

from kb.meaning.embedding import Vectors

SAME = (
    ("password", "passphrase", "secret", "mật", "密"),
    ("car", "automobile", "xe", "车"),
    ("refund", "reimbursement", "hoàn", "退"),
    ("printer", "máy", "印"),
)
_CONCEPTS = {word: words[0] for words in SAME for word in words}
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W\u4e00-\u9fff]+")


@cache
def _direction(concept: str, dimension: int) -> Vectors:
    generator = np.random.default_rng(crc32(concept.encode("utf-8", "replace")))
    return generator.normal(size=dimension).astype(np.float32)


class WordEmbedder:
    """kb.meaning.embedding.Embedder; `asked` and `embedded` are the texts it was given so far.

    name  another one is another model, whose vectors point elsewhere
    """

    span = 0.6
    floor = 0.2
    floor_across = 0.1

    def __init__(self, name: str = "words 1", dimension: int = 1_024) -> None:
        self.name = name
        self.asked: list[str] = []
        self.embedded: list[str] = []
        self._dimension = dimension

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text that somebody asks with."""
        self.asked += texts
        return self._embedded(texts)

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """Return one row for each text that may be an answer."""
        self.embedded += texts
        return self._embedded(texts)

    def _embedded(self, texts: Sequence[str]) -> Vectors:
        rows = [self._vector(text) for text in texts]
        return np.array(rows, dtype=np.float32).reshape(len(texts), self._dimension)

    def _vector(self, text: str) -> Vectors:
        total = np.zeros(self._dimension)
        for word in _WORD.findall(text.lower()):
            total += _direction(f"{self.name} {_CONCEPTS.get(word, word)}", self._dimension)
        length = np.linalg.norm(total)
        return (total / length if length else total).astype(np.float32)
