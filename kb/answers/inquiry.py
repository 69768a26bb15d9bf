"""Search for what a customer's message is about: all that it says, and on top what it asks.

Measured, questions among small talk are found by the sentences that ask, long descriptions of a
problem by all of them; the sum of both serves both. Scores are sums over words, so what is asked
counts twice or so, and nothing of the rest is lost. Greetings and thanks are not searched for.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

import numpy as np

from kb.letters.letter import Letter, Sentence, read_letter
from kb.queries.query import ParsedQuery, parse
from kb.results.ranking import Ranking
from kb.results.scoring import Floats, Mask, Scores
from kb.searcher import Asked, Searcher
from kb.words.analysis import is_character
from kb.words.characters import tidy

MAX_CHARACTERS = 20_000
# What the sentences that ask add to the scores, as a share of what they score alone, by
# measurement (`python -m tests.evaluation.messages`).
QUESTION_SHARE = 0.5
# Of many questions these are read; a mail rarely has as many.
MOST_ASKING = 4
# An embedder reads so many letters of a message; each takes a third of a millisecond, and a
# character of a script without spaces, which says as much, as long as so many.
EMBEDDED_CHARACTERS = 88
LETTERS_A_CHARACTER = 2.5

# In a message, quotes and minus signs ask for nothing.
_SIGNS = re.compile('["“”„＂「」『』«»]|(?:(?<=\\s)|^)[-−–—]+')


@dataclass(frozen=True, slots=True)
class Said:
    """What of a message is searched for, on one line each.

    text    all of it without courtesies
    asking  the sentences that ask or, where none does, that say what does not work
    """

    text: str
    asking: tuple[str, ...]

    @property
    def question(self) -> str:
        """Return the sentences that ask as one text."""
        return " ".join(self.asking)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A message as it was searched in one locale's articles.

    focus    what it asks, read and scored by words alone; all of it where nothing asks
    scores   of all articles, by everything that is known
    found    which articles hold any of it and may be found
    """

    focus: Asked
    scores: Scores
    found: Mask

    def best(self, count: int) -> list[tuple[int, float]]:
        """Return the best articles and their scores, best first."""
        return Ranking(self.scores, self.found).top(self.found, count)


def said_in(message: str) -> Said:
    """Return what is searched for of a message as it was pasted."""
    return said_of(read_letter(tidy(message[:MAX_CHARACTERS])))


def said_of(letter: Letter) -> Said:
    """Return what is searched for of a letter."""
    said = [sentence for sentence in letter.sentences if sentence.kind != "courtesy"]
    said = said or list(letter.sentences)
    asking = _of_kind(said, "question") or _of_kind(said, "problem")
    return Said(_joined(said), tuple(sentence.text for sentence in asking[:MOST_ASKING]))


def inquire(said: Said, searcher: Searcher, now: datetime) -> Inquiry | None:
    """Return what a message finds in one locale; None when there is no word in it."""
    whole = searcher.read(_parsed(said.text, searcher), now, by_meaning=False)
    if whole is None:
        return None
    asking = None
    if said.asking and said.question != said.text:
        asking = searcher.read(_parsed(said.question, searcher), now, by_meaning=False)
    scores = _together(whole.scores, asking.scores) if asking else replace(whole.scores)
    focus = asking or whole
    visible = searcher.visible(now)
    if searcher.semantic is not None:
        # The scores of the words alone are looked at later.
        scores = replace(scores, base=scores.base.copy(), passages=scores.passages.copy())
        # Of a long message what asks is often vague: "is there a way?" How much meaning weighs is
        # decided by all of it.
        is_message = whole.expanded.query.is_message
        scores.query = focus.expanded.query._replace(text=_embedded(said), is_message=is_message)
        searcher.semantic.add(scores, visible)
    return Inquiry(focus, scores, visible & (scores.base > 0))


def _together(whole: Scores, asking: Scores) -> Scores:
    """Return the scores of both; what is covered is covered of what is asked."""
    base = whole.base + QUESTION_SHARE * asking.base
    by_passage = _by_passage(whole) + QUESTION_SHARE * _by_passage(asking)
    passages = by_passage - base.take(whole.reader.article_of)
    return replace(asking, base=base, passages=passages, factor=None)


def _by_passage(scores: Scores) -> Floats:
    return scores.by_passage(np.ones(len(scores.base), dtype=bool))


def _parsed(text: str, searcher: Searcher) -> ParsedQuery:
    """Return a text as words alone, all of them finished."""
    return parse(_SIGNS.sub(" ", text), searcher.analyzer)._replace(unfinished=None)


def _embedded(said: Said) -> str:
    """Return the sentences of a message that an embedder reads: those that ask, or the first."""
    text = said.question or said.text
    costs = (LETTERS_A_CHARACTER if is_character(sign) else 1.0 for sign in text)
    room = sum(1 for spent in accumulate(costs) if spent <= EMBEDDED_CHARACTERS)
    if len(text) <= room:
        return text
    return text[:room].rpartition(" ")[0] or text[:room]


def _of_kind(sentences: Iterable[Sentence], kind: str) -> list[Sentence]:
    return [sentence for sentence in sentences if sentence.kind == kind]


def _joined(sentences: Sequence[Sentence]) -> str:
    return " ".join(sentence.text for sentence in sentences)
