"""SQLite's FTS5, as it comes with Python: bm25() and snippet().

The words of a question are joined by OR. Chinese needs the trigram tokenizer; its questions are
cut into their trigrams, so that a long run of characters is no exact phrase. Runs of fewer than
three characters find nothing there.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.benchmarks.engines import TOP, Question, Shown, Text

SNIPPET_TOKENS = 40
_WORD = re.compile(r"[^\W_]+")
_SCORE = f"SELECT rowid FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT {TOP}"
_SNIPPETS = (
    f"SELECT title, snippet(articles, 1, '<mark>', '</mark>', '…', {SNIPPET_TOKENS}) "
    f"FROM articles WHERE articles MATCH ? ORDER BY rank LIMIT {TOP}"
)


class Fts5:
    """One table in a file; what is stored of an article lies in it too."""

    name = "fts5"

    def __init__(self, locale: str, folder: Path) -> None:
        self._trigrams = locale.startswith("zh")
        tokenizer = "trigram" if self._trigrams else "unicode61"
        folder.mkdir(parents=True)
        self._base = sqlite3.connect(folder / "articles.db")
        self._base.execute(
            f"CREATE VIRTUAL TABLE articles USING fts5(title, body, tokenize='{tokenizer}')"
        )
        self._keys: list[str] = []

    def build(self, articles: Iterable[Text]) -> None:
        """Insert all in one transaction, then merge its segments into one."""
        self._base.executemany("INSERT INTO articles VALUES (?, ?)", self._rows(articles))
        self._base.execute("INSERT INTO articles (articles) VALUES ('optimize')")
        self._base.commit()

    def _rows(self, articles: Iterable[Text]) -> Iterator[tuple[str, str]]:
        for article in articles:
            self._keys.append(article.key)
            yield article.title, article.body

    def score(self, question: Question) -> list[str]:
        """Return the best keys."""
        rows = self._base.execute(_SCORE, (self._match(question),))
        return [self._keys[row[0] - 1] for row in rows]

    def snippets(self, question: Question) -> list[Shown]:
        """Return titles and snippets."""
        return self._base.execute(_SNIPPETS, (self._match(question),)).fetchall()

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def _match(self, question: Question) -> str:
        words = _WORD.findall(question.text)
        if '"' in question.text:
            return f'"{" ".join(words)}"'
        if self._trigrams:
            words = [word[i : i + 3] for word in words for i in range(max(1, len(word) - 2))]
        terms = [f'"{word}"' for word in dict.fromkeys(words)]
        if question.unfinished and terms:
            terms[-1] += "*"
        return " OR ".join(terms) or '""'
