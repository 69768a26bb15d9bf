"""Which questions find an article, by the index that is current: what its writer wants to know.

The index may be older than the file that is previewed; that is said, and the ranks are the index's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from kb.article import Audience
from kb.search import MAX_LIMIT, Hit, Page, Query, SearchEngine
from kb.writing.previewing import Preview
from kb.writing.questions import Question
from webapp.site import AUDIENCE, STAFF_AUDIENCE

Indexed = Literal["current", "older", "absent"]
_STRONGER_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Finding:
    """What one question finds.

    asked     where the question stands: in the title, in `questions`, among the committed ones
    rank      of the article, from 1, those that match only in part last; None: not among the first
    is_part   it matches only a part of the question
    most      the rank that a committed question promises; None for the others
    stronger  the first of those that stand before the article; all of them without a rank
    """

    text: str
    asked: Literal["title", "question", "committed"]
    rank: int | None
    is_part: bool
    most: int | None
    stronger: tuple[Hit, ...]

    @property
    def is_found(self) -> bool:
        """Whether its writer can be content: it is as high as promised, else on the first page."""
        return self.rank is not None and not self.is_part and self.rank <= (self.most or 3)


def findings(
    engine: SearchEngine, preview: Preview, committed: Iterable[Question]
) -> list[Finding]:
    """Return what each question finds that has to find this article."""
    article = preview.article
    own = audience_of(preview)
    found = [_finding(engine, preview, article.title, "title", own)]
    for text in article.questions:
        found.append(_finding(engine, preview, text, "question", own))
    for question in committed:
        each = _finding(
            engine, preview, question.text, "committed", question.audience, question.most
        )
        found.append(each)
    return found


def index_state(engine: SearchEngine, preview: Preview) -> Indexed:
    """Return whether the index has this article as its file is now."""
    indexed = engine.page(preview.article.key, audience=audience_of(preview))
    if indexed is None:
        return "absent"
    return "current" if _searched(indexed) == _searched(preview.page) else "older"


def audience_of(preview: Preview) -> Audience:
    """Return for whom the article is searched: customers, unless it is none of theirs."""
    return AUDIENCE if preview.article.audience == AUDIENCE else STAFF_AUDIENCE


def _searched(page: Page) -> object:
    """Return all of an article that a search looks at."""
    about = page.summary
    return about.title, about.tags, about.topic, about.boost, page.questions, page.sections


def _finding(
    engine: SearchEngine,
    preview: Preview,
    text: str,
    asked: Literal["title", "question", "committed"],
    audience: Audience,
    most: int | None = None,
) -> Finding:
    article = preview.article
    results = engine.search(Query(text, article.locale, limit=MAX_LIMIT), audience=audience)
    hits = (*results.hits, *results.relaxed)
    place = next((n for n, hit in enumerate(hits) if hit.key == article.key), None)
    return Finding(
        text=text,
        asked=asked,
        rank=None if place is None else place + 1,
        is_part=place is not None and place >= len(results.hits),
        most=most,
        stronger=hits[:place][:_STRONGER_SHOWN],
    )
