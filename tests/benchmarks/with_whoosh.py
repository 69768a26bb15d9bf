"""Whoosh as one would use it: title and body, its own parser, BM25F and highlights.

All matching documents are scored (`limit=None`), because its ten best are else not exact.
English with its StemmingAnalyzer, Vietnamese by words, Chinese by bigrams.
"""

from collections.abc import Iterable
from pathlib import Path

from whoosh import analysis, fields, index
from whoosh.qparser import MultifieldParser, OrGroup, PhrasePlugin, PrefixPlugin, WhitespacePlugin
from whoosh.searching import Results

from tests.benchmarks.engines import TOP, Question, Shown, Text


def analyzer_for(locale: str) -> analysis.Analyzer:
    """Return what makes terms of a text."""
    if locale == "en":
        return analysis.StemmingAnalyzer()
    words = analysis.RegexTokenizer(r"\w+") | analysis.LowercaseFilter()
    return words | analysis.NgramFilter(2, 2) if locale.startswith("zh") else words


class StockWhoosh:
    """An index on disk in one segment."""

    name = "whoosh"

    def __init__(self, locale: str, folder: Path) -> None:
        text = fields.TEXT(analyzer=analyzer_for(locale), stored=True)
        schema = fields.Schema(key=fields.STORED, title=text, body=text)
        folder.mkdir(parents=True)
        self._index = index.create_in(folder, schema)
        plugins = [WhitespacePlugin(), PhrasePlugin(), PrefixPlugin()]
        self._parser = MultifieldParser(["title", "body"], schema, plugins=plugins, group=OrGroup)

    def build(self, articles: Iterable[Text]) -> None:
        """Index the articles in one commit."""
        writer = self._index.writer(limitmb=256)
        for article in articles:
            writer.add_document(key=article.key, title=article.title, body=article.body)
        writer.commit()
        self._searcher = self._index.searcher()

    def score(self, question: Question) -> list[str]:
        """Return the best keys; that reads stored fields, Whoosh knows no other way."""
        return [hit["key"] for hit in self._found(question)[:TOP]]

    def snippets(self, question: Question) -> list[Shown]:
        """Return titles and highlights."""
        return [(hit["title"], hit.highlights("body")) for hit in self._found(question)[:TOP]]

    def close(self) -> None:
        """Close its files."""
        self._searcher.close()
        self._index.close()

    def _found(self, question: Question) -> Results:
        text = question.text.replace("*", " ")
        query = self._parser.parse(f"{text}*" if question.unfinished else text)
        return self._searcher.search(query, limit=None)
