"""tantivy, through its Python binding: BM25 over title and body, its own snippets.

Analysis as its users would set it up: English with stop words and stemmer, Vietnamese by words,
Chinese by bigrams. Set up to be quick: one segment, totals not counted, so that it may skip
blocks, and a question's terms joined by OR without its parser, which is slower (measured).
"""

from collections.abc import Iterable, Iterator
from pathlib import Path

import tantivy

from tests.benchmarks.engines import TOP, Question, Shown, Text

FIELDS = ["title", "body"]
HEAP_BYTES = 300_000_000
SNIPPET_CHARACTERS = 240


def analyzer_for(locale: str) -> tantivy.TextAnalyzer:
    """Return what makes terms of a text."""
    if locale.startswith("zh"):
        builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2))
        return builder.filter(tantivy.Filter.lowercase()).build()
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(40)).filter(tantivy.Filter.lowercase())
    if locale == "en":
        builder = builder.filter(tantivy.Filter.stopword("english"))
        builder = builder.filter(tantivy.Filter.stemmer("english"))
    return builder.build()


class Tantivy:
    """An index on disk, one document an article."""

    name = "tantivy"

    def __init__(self, locale: str, folder: Path) -> None:
        self._analyzer = analyzer_for(locale)
        self._splits_words = not locale.startswith("zh")
        builder = tantivy.SchemaBuilder()
        for field in FIELDS:
            builder.add_text_field(field, stored=True, tokenizer_name="ours")
        builder.add_integer_field("number", fast=True)
        self._schema = builder.build()
        folder.mkdir(parents=True)
        self._index = tantivy.Index(self._schema, path=str(folder))
        self._index.register_tokenizer("ours", self._analyzer)
        self._keys: list[str] = []

    def build(self, articles: Iterable[Text]) -> None:
        """Index the articles with one thread, into as few segments as it makes."""
        writer = self._index.writer(HEAP_BYTES, 1)
        for key, title, body in self._documents(articles):
            number = len(self._keys)
            writer.add_document(tantivy.Document(title=title, body=body, number=number))
            self._keys.append(key)
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        self._searcher = self._index.searcher()

    def _documents(self, articles: Iterable[Text]) -> Iterator[tuple[str, str, str]]:
        for article in articles:
            yield article.key, article.title, article.body

    def score(self, question: Question) -> list[str]:
        """Return the best keys; their numbers come from a column, no document is read."""
        hits = self._searcher.search(self._query(question), TOP, count=False).hits
        numbers = self._searcher.fast_field_values("number", [address for _, address in hits])
        return [self._keys[number] for number in numbers]

    def snippets(self, question: Question) -> list[Shown]:
        """Return titles and the snippets of its SnippetGenerator."""
        query = self._query(question)
        searcher = self._searcher
        hits = searcher.search(query, TOP, count=False).hits
        generator = tantivy.SnippetGenerator.create(searcher, query, self._schema, "body")
        generator.set_max_num_chars(SNIPPET_CHARACTERS)
        documents = [searcher.doc(address) for _, address in hits]
        return [
            (document.get_first("title"), generator.snippet_from_doc(document).to_html())
            for document in documents
        ]

    def close(self) -> None:
        """Nothing to do: it closes with its last reference."""

    def _query(self, question: Question) -> tantivy.Query:
        text, last = question.text, ""
        if '"' in text:
            return self._index.parse_query_lenient(text, FIELDS)[0]
        if question.unfinished and self._splits_words:
            text, _, last = text.rpartition(" ")
        parts = [
            tantivy.Query.term_query(self._schema, field, term)
            for term in dict.fromkeys(self._analyzer.analyze(text))
            for field in FIELDS
        ]
        parts += self._beginning(last)
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])

    def _beginning(self, word: str) -> list[tantivy.Query]:
        letters = "".join(letter for letter in word.lower() if letter.isalnum())
        return [
            tantivy.Query.regex_query(self._schema, field, f"{letters}.*")
            for field in FIELDS
            if letters
        ]


class TantivyPassages(Tantivy):
    """The same with one document a passage, ungrouped: as many documents as we score."""

    name = "tantivy-passages"

    def _documents(self, articles: Iterable[Text]) -> Iterator[tuple[str, str, str]]:
        for article in articles:
            for passage in article.passages:
                yield article.key, article.title, passage
