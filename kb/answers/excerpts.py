"""Choose the passage of an article that answers a question, and say what it holds of it.

Of all windows of whole sentences, at most 300 characters each, it is the one that covers the
largest sum of idf of the question's words. The best passages of the article are looked through,
not only the very best: a short passage may be the better answer than a long one that scores more.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from kb.answers.evidence import Evidence
from kb.answers.inquiry import Inquiry
from kb.kernels.matches import Match, Matches
from kb.queries.query import STOP_WEIGHT, WORDS_A_CHARACTER, Slot
from kb.results.snippets import Highlighter, Window
from kb.searcher import Searcher
from kb.segments.bm25 import idf
from kb.segments.segment import Stretch

# Of a long article so many passages are looked through.
MOST_PASSAGES = 8
MOST_REASONS = 8
# What a passage's own score adds to what its best window covers, by measurement.
PASSAGE_SHARE = 0.1


class Excerpt(NamedTuple):
    """A passage of an article, in numbers of the index.

    passage  None where no passage holds a word of the question
    held     the numbers of the question's slots that the title or the passage holds
    """

    article: int
    passage: int | None
    plain: str
    html: str
    held: frozenset[int]


class Excerpts:
    """Reads the articles that an inquiry found."""

    def __init__(self, inquiry: Inquiry, searcher: Searcher) -> None:
        self._inquiry, self._searcher = inquiry, searcher
        self._query = inquiry.focus.expanded.query
        self._highlighter = Highlighter(self._query, searcher.analyzer, searcher.reader)
        find = searcher.reader.find
        firsts = [find(slot.terms[0].stream, slot.terms[0].text) for slot in self._query.slots]
        self._worth = [
            slot.weight * found.idf if slot.counts else 0.0
            for slot, found in zip(self._query.slots, firsts, strict=True)
        ]
        self._asked = sum(self._worth)
        nearness = inquiry.scores.nearness
        self._usual = 0.0 if nearness is None else float(np.nanmean(nearness))
        self._is_known = [self._holds(slot) for slot in self._query.slots]

    def of(self, articles: Sequence[int]) -> list[Excerpt]:
        """Return the excerpt of each article."""
        best = {article: self._best_passages(article) for article in articles}
        titles, bodies = self._matches(best)
        return [self._excerpt(a, best[a], titles[a], bodies) for a in articles]

    def evidence(self, excerpt: Excerpt, lead: float = 0.0) -> Evidence:
        """Return what speaks for an article, which leads the next one by a share of its score."""
        focus = self._inquiry.focus
        asked = max(self._asked, 1e-9)
        return Evidence(
            score=focus.scores.of(excerpt.article),
            asked=focus.scores.asked,
            rare=idf(1, self._searcher.reader.passages),
            coverage=sum(self._worth[n] for n in excerpt.held if self._is_known[n]) / asked,
            words=sum(
                1.0 if slot.word else WORDS_A_CHARACTER
                for slot in self._query.slots
                if slot.counts and slot.weight > STOP_WEIGHT
            ),
            nearness=self._nearest(excerpt.article),
            lead=lead,
        )

    def reasons(self, excerpt: Excerpt) -> tuple[str, ...]:
        """Return the words of the question that the excerpt holds, those that tell most first."""
        worth: dict[str, float] = {}
        said: dict[str, str] = {}
        for start, end, value in self._told(excerpt.held):
            word = self._query.text[start:end]
            said.setdefault(word.casefold(), word)
            worth[word.casefold()] = max(value, worth.get(word.casefold(), 0.0))
        ordered = sorted(worth, key=lambda word: -worth[word])
        return tuple(said[word] for word in ordered[:MOST_REASONS])

    def _told(self, held: frozenset[int]) -> Iterator[tuple[int, int, float]]:
        """Yield where the question says what is held, and what that is worth."""
        start = end = -1
        worth = 0.0
        for begin, stop, slot in self._own_matches:
            if slot not in held:
                continue
            if begin >= end:
                if end > 0:
                    yield start, end, worth
                start, worth = begin, 0.0
            # Pairs of characters overlap: together they are a word.
            end, worth = max(end, stop), max(worth, self._worth[slot])
        if end > 0:
            yield start, end, worth

    @cached_property
    def _own_matches(self) -> list[Match]:
        """The words of the question that say something, where it has them."""
        slots = self._query.slots
        found = self._highlighter.matches_among(self._inquiry.tokens)
        return [match for match in found if slots[match[2]].weight > STOP_WEIGHT]

    def _holds(self, slot: Slot) -> bool:
        """Whether any article holds a word as it was typed."""
        find = self._searcher.reader.find
        return bool(slot.ways) or any(find(term.stream, term.text).documents for term in slot.terms)

    def _best_passages(self, article: int) -> list[int]:
        """Return the passages of an article that score most, best first."""
        first, end = self._searcher.reader.passage_first[article : article + 2].tolist()
        scores = self._inquiry.scores.passages[first:end]
        order = np.argsort(-scores, kind="stable")[:MOST_PASSAGES].tolist()
        return [first + place for place in order if scores[place] > 0]

    def _matches(
        self, best: Mapping[int, Sequence[int]]
    ) -> tuple[dict[int, Matches], dict[int, Matches]]:
        """Return the matches in titles by article, and in bodies by passage."""
        reader = self._searcher.reader
        titles: dict[int, Matches] = {}
        bodies: dict[int, Matches] = {}
        for place, segment in enumerate(reader.segments):
            texts: list[Stretch] = []
            targets: list[tuple[dict[int, Matches], int]] = []
            for article, passages in best.items():
                own = article - segment.first_article
                if 0 <= own < segment.articles:
                    texts.append(segment.title_words(own))
                    targets.append((titles, article))
                    for passage in passages:
                        texts.append(segment.body_words(passage - segment.first_passage, own))
                        targets.append((bodies, passage))
            if texts:
                found = self._highlighter.matches(place, texts)
                for (rows, number), matches in zip(targets, found, strict=True):
                    rows[number] = matches
        return titles, bodies

    def _excerpt(
        self,
        article: int,
        passages: Sequence[int],
        title: Matches,
        bodies: Mapping[int, Matches],
    ) -> Excerpt:
        chosen = max(
            (choice for passage in passages if (choice := self._choice(passage, bodies[passage]))),
            key=lambda choice: choice.worth,
            default=None,
        )
        held = {slot for _, _, slot in title}
        if chosen is None:
            lead = self._searcher.reader.lead(article)
            shown = self._highlighter.excerpt_of(lead)
            return Excerpt(article, None, *shown, frozenset(held))
        matches = bodies[chosen.passage]
        shown = self._highlighter.shown(chosen.text, chosen.window, matches)
        held.update(slot for _, _, slot in matches)
        return Excerpt(article, chosen.passage, *shown, frozenset(held))

    def _choice(self, passage: int, matches: Matches) -> "_Choice | None":
        """Return the best window of a passage; None when it has no text."""
        reader = self._searcher.reader
        segment, _ = reader.segment_of(int(reader.article_of[passage]))
        place = passage - segment.first_passage
        text, sentences = segment.bodies[place], segment.sentences(place)
        if not sentences[0]:
            return None
        window = self._highlighter.best_window(text, sentences, matches)
        worth = self._highlighter.worth(matches, (window.start, window.end))
        worth += PASSAGE_SHARE * float(self._inquiry.scores.passages[passage])
        return _Choice(passage, text, window, worth)

    def _nearest(self, article: int) -> float | None:
        """Return how much nearer in meaning an article is than the passages are on the average."""
        nearness = self._inquiry.scores.nearness
        if nearness is None:
            return None
        first, end = self._searcher.reader.passage_first[article : article + 2].tolist()
        return float(np.nan_to_num(nearness[first:end] - self._usual).max(initial=0.0))


class _Choice(NamedTuple):
    passage: int
    text: str
    window: Window
    worth: float
