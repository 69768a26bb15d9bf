"""What an index holds of an article: one head document and one document a passage.

The head carries what belongs to the article as a whole (title, questions, tags), the passages
carry headings and bodies. An article's score is its head's plus its best passage's, which
equals repeating the title in every passage but keeps the statistics of titles per article.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from kb.analysis import STREAMS, Analyzer
from kb.passages import Passage
from kb.records import Head

HEAD_PARTS = ("title", "questions", "tags")
PASSAGE_PARTS = ("heading", "body")
FIELDS = tuple(f"{part}_{stream}" for part in HEAD_PARTS + PASSAGE_PARTS for stream in STREAMS)

# Terms by field; the order within a field is the order in the text, which nobody relies on.
Document = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Prepared:
    """An article's documents, in the order in which an index has to hold them."""

    head: Document
    passages: tuple[Document, ...]


def prepare(head: Head, passages: Iterable[Passage], analyzer: Analyzer) -> Prepared:
    """Return the documents of an article."""
    whole: Document = {}
    _add(whole, "title", [head.summary.title], analyzer)
    _add(whole, "questions", head.questions, analyzer)
    _add(whole, "tags", head.summary.tags, analyzer)
    bodies = []
    for passage in passages:
        body: Document = {}
        _add(body, "heading", [passage.heading], analyzer)
        _add(body, "body", [passage.text], analyzer)
        bodies.append(body)
    return Prepared(whole, tuple(bodies))


def _add(document: Document, part: str, texts: Iterable[str], analyzer: Analyzer) -> None:
    """Add the terms of several texts; no pair reaches from one text into the next."""
    for text in texts:
        terms = analyzer.terms(text)
        for stream in STREAMS:
            if found := getattr(terms, stream):
                document.setdefault(f"{part}_{stream}", []).extend(found)
