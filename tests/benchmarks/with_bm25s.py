"""bm25s: BM25 computed at indexing time into sparse matrices. It makes no snippets.

English with its stop words and a Snowball stemmer, Vietnamese by words, Chinese by bigrams.
Phrases and beginnings of words are unknown to it; such questions are words to it.
"""

import re
from collections.abc import Iterable
from pathlib import Path

import bm25s
import Stemmer
from bm25s.stopwords import STOPWORDS_EN

from tests.benchmarks.engines import TOP, Question, Shown, Text

_WORD = re.compile(r"\w+")


class Bm25s:
    """All in memory, as its users keep it."""

    name = "bm25s"

    def __init__(self, locale: str, folder: Path) -> None:
        self._locale = locale
        self._stemmer = Stemmer.Stemmer("english")
        self._stop_words = frozenset(STOPWORDS_EN)
        self._model = bm25s.BM25(method="lucene")
        self._keys: list[str] = []

    def build(self, articles: Iterable[Text]) -> None:
        """Index title and body as one text."""
        corpus = []
        for article in articles:
            self._keys.append(article.key)
            corpus.append(self._terms(f"{article.title}\n{article.body}"))
        self._model.index(corpus, show_progress=False)

    def score(self, question: Question) -> list[str]:
        """Return the best keys."""
        # It refuses a question without any word that it knows.
        terms = [term for term in self._terms(question.text) if term in self._model.vocab_dict]
        if not terms:
            return []
        found = self._model.retrieve([terms], k=min(TOP, len(self._keys)), show_progress=False)
        return [
            self._keys[number]
            for number, score in zip(found.documents[0], found.scores[0], strict=True)
            if score > 0
        ]

    def snippets(self, question: Question) -> list[Shown]:
        """It has none."""
        return []

    def close(self) -> None:
        """Nothing to do."""

    def _terms(self, text: str) -> list[str]:
        words = _WORD.findall(text.lower())
        if self._locale == "en":
            kept = [word for word in words if word not in self._stop_words]
            return self._stemmer.stemWords(kept)
        if self._locale.startswith("zh"):
            return [word[i : i + 2] for word in words for i in range(max(1, len(word) - 1))]
        return words
