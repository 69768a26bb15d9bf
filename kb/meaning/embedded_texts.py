"""Which texts stand for an article when it is embedded, and what their vectors are kept by."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kb.meaning.embedding import embeddable
from kb.segments.records import load_head
from kb.segments.segment import Segment

# So much of an article's first passage is embedded with its title and questions.
OPENING_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Text:
    """A text of an index that wants a vector.

    key  what its vector is kept by: the hash of the text and of the embedder's name
    """

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Texts:
    """What a segment wants vectors of: by article and by passage, None where there is nothing."""

    heads: Sequence[Text | None]
    passages: Sequence[Text | None]


def texts_of(segment: Segment, embedder: str) -> Texts:
    """Return the texts of the live articles of a segment.

    An article of one passage is one text; of others, the article's title, questions and opening
    are one, and each passage is another.
    """
    titles, heads = segment.strings("titles"), segment.strings("heads")
    headings, bodies = segment.strings("headings"), segment.strings("bodies")
    firsts = segment.passage_first.tolist()
    of_heads: list[Text | None] = [None] * segment.articles
    of_passages: list[Text | None] = [None] * segment.passages
    for article in np.flatnonzero(segment.live).tolist():
        first, end = firsts[article], firsts[article + 1]
        title, questions = titles[article], load_head(heads.raw(article)).questions
        if end - first == 1:
            whole = (title, *questions, headings[first], bodies[first])
            of_heads[article] = _text(whole, embedder)
            continue
        opening = bodies[first][:OPENING_CHARACTERS]
        of_heads[article] = _text((title, *questions, opening), embedder)
        for passage in range(first, end):
            parts = (title, headings[passage], bodies[passage])
            of_passages[passage] = _text(parts, embedder)
    return Texts(of_heads, of_passages)


def _text(parts: Sequence[str], embedder: str) -> Text | None:
    plain = embeddable("\n".join(filter(None, parts)))
    if not plain:
        return None
    return Text(hashlib.sha256(f"{embedder}\0{plain}".encode()).hexdigest(), plain)
