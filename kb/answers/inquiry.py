"""Search for what a customer's message is about: all that it says, and on top what it asks.

Measured, questions among small talk are found by the sentences that ask, long descriptions of a
problem by all of them; the sum of both serves both. Scores are sums over words, so what is asked
counts twice or so, and nothing of the rest is lost. Greetings and thanks are not searched for.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import accumulate

import numpy as np

from kb.letters.letter import Letter, read_letter
from kb.queries.messages import Words
from kb.results.ranking import Ranking
from kb.results.scoring import Floats, Mask, Scores
from kb.searcher import Asked, Searcher
from kb.words.analysis import Token, is_character
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


@dataclass(frozen=True, slots=True)
class Said:
    """What of a message is searched for.

    sentences  all of it without courtesies, on one line each
    asked      places of those that ask or, where none does, that say what does not work
    """

    sentences: tuple[str, ...]
    asked: tuple[int, ...]

    @property
    def text(self) -> str:
        """Return all of it as one text."""
        return " ".join(self.sentences)

    @property
    def asking(self) -> tuple[str, ...]:
        """Return the sentences that ask."""
        return tuple(self.sentences[place] for place in self.asked)

    @property
    def question(self) -> str:
        """Return the sentences that ask as one text."""
        return " ".join(self.asking)

    def words(self, searcher: Searcher) -> Words:
        """Return its words, as the articles of a locale have them."""
        return Words(self.sentences, searcher.reader, searcher.analyzer)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """A message as it was searched in one locale's articles.

    focus    what it asks, read and scored by words alone; all of it where nothing asks
    tokens   all words of that
    scores   of all articles, by everything that is known
    found    which articles hold any of it and may be found
    """

    focus: Asked
    tokens: Sequence[Token]
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
    kinds = [sentence.kind for sentence in said]
    kind = "question" if "question" in kinds else "problem"
    asked = [place for place, own in enumerate(kinds) if own == kind]
    return Said(tuple(sentence.text for sentence in said), tuple(asked[:MOST_ASKING]))


def inquire(said: Said, words: Words, searcher: Searcher, now: datetime) -> Inquiry | None:
    """Return what a message finds in one locale; None when there is no word in it.

    words  of what is said, as that locale has them
    """
    tokens = words.read()
    whole = searcher.read(words.query(tokens, len(said.text)), now, by_meaning=False)
    if whole is None:
        return None
    asking = None
    if 0 < len(said.asked) < len(said.sentences):
        question = words.of(said.asked)
        query = words.query(question, len(said.question))
        if asking := searcher.read(query, now, by_meaning=False):
            tokens = question
    scores = _together(whole.scores, asking.scores) if asking else replace(whole.scores)
    focus = asking or whole
    visible = searcher.visible(now)
    if searcher.semantic is not None:
        # The scores of the words alone are looked at later.
        scores = replace(scores, base=scores.base.copy(), passages=scores.passages.copy())
        # What asks is often vague, "is there a way?", and meaning weighs as much as it tells.
        text = _embedded(said)
        scores.query = focus.expanded.query._replace(text=text, is_message=False)
        searcher.semantic.add(scores, visible, words.told_by(text))
    return Inquiry(focus, tokens, scores, visible & (scores.base > 0))


def _together(whole: Scores, asking: Scores) -> Scores:
    """Return the scores of both; what is covered is covered of what is asked."""
    base = whole.base + QUESTION_SHARE * asking.base
    by_passage = _by_passage(whole) + QUESTION_SHARE * _by_passage(asking)
    passages = by_passage - base.take(whole.reader.article_of)
    return replace(asking, base=base, passages=passages, factor=None)


def _by_passage(scores: Scores) -> Floats:
    return scores.by_passage(np.ones(len(scores.base), dtype=bool))


def _embedded(said: Said) -> str:
    """Return the sentences of a message that an embedder reads: those that ask, or the first."""
    text = said.question or said.text
    costs = (LETTERS_A_CHARACTER if is_character(sign) else 1.0 for sign in text)
    room = sum(1 for spent in accumulate(costs) if spent <= EMBEDDED_CHARACTERS)
    if len(text) <= room:
        return text
    return text[:room].rpartition(" ")[0] or text[:room]
