"""What is asked of a search engine and what it answers: plain values and one Protocol.

`audience` is a required argument of every read, so that nobody can forget it. Engines
return snippets as safe HTML; every other text in these values is plain and has to be
escaped by whoever puts it on a page.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

from kb.answers.suggestions import Message, Suggestions
from kb.article import DEFAULT_VERIFY_EVERY, Audience, Kind, Section, is_verified
from kb.explaining.explanation import Account

MAX_LIMIT = 50
MAX_OFFSET = 1_000


@dataclass(frozen=True, slots=True)
class Query:
    """One search, as a value.

    text     what the person typed, untouched; every length is accepted and cut by the parser
    locale   BCP 47 tag of the reader
    topic    only this topic's articles, or None for all
    limit    hits wanted, 1 to MAX_LIMIT
    offset   hits to leave out from the top, 0 to MAX_OFFSET
    """

    text: str
    locale: str
    topic: str | None = None
    limit: int = 10
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """What lists show of an article without opening it. All dates are days, in UTC.

    order     the place that an author's list would have: by title, in the engine
    updated   day of the last change in git, or None when git does not know the file
    kind      "reply" for a canned reply
    owner     name or address of who answers for it, or ""
    created   day of the first commit that holds it, or the day of its publish_at if that is later;
              None when git does not know
    """

    key: str
    locale: str
    slug: str
    title: str
    description: str
    topic: str
    tags: tuple[str, ...]
    audience: Audience
    verified_on: date | None
    verify_every: int
    updated: date | None
    translation_key: str
    boost: float = 1.0
    exclude: bool = False
    expire_at: datetime | None = None
    kind: Kind = "article"
    owner: str = ""
    created: date | None = None

    def is_verified(self, today: date) -> bool:
        """Whether somebody's check of every step still counts on `today`."""
        return is_verified(self.verified_on, self.verify_every, today)


@dataclass(frozen=True, slots=True)
class Page:
    """An article as a reader sees it.

    html      safe HTML of the body (the title is not in it; headings start at h2)
    sections  its sections in order; the first may have level 0 (text before any heading)
    path      file relative to the source's root, for "edit this page"
    source    name of the source
    contributors     names of whoever wrote it by git, most commits first, a few at most
    behind           commits that changed what it was translated from since then; 0: none known
    translated_from  key of that article, when it is behind; it may be gone by the clock
    """

    summary: Summary
    html: str
    sections: tuple[Section, ...]
    questions: tuple[str, ...]
    path: str
    source: str
    contributors: tuple[str, ...] = ()
    behind: int = 0
    translated_from: str = ""


class Hit(NamedTuple):
    """One matching article.

    heading, anchor  the section of the best passage; both "" when that is the article's opening
    score            comparable inside one result only
    snippet          safe HTML of at most 300 visible characters, matches in <mark>; may be ""
    title_html       the title as safe HTML, matches in <mark>
    verified         somebody's check counts today
    audience         who may read the article
    kind             "reply" for a canned reply
    """

    key: str
    locale: str
    slug: str
    title: str
    title_html: str
    topic: str
    heading: str
    anchor: str
    score: float
    snippet: str
    verified: bool
    verified_on: date | None
    audience: Audience
    kind: Kind = "article"
    verify_every: int = DEFAULT_VERIFY_EVERY


@dataclass(frozen=True, slots=True)
class Facet:
    """One topic of the results: its slug and how many matching articles lie in it."""

    topic: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits.

    total         articles that match the query well, over all pages
    hits          this page's share of them, best first, ties broken by key
    relaxed       articles that match only part of the query, best first; only on the first
                  page and only when it is not full; never counted in `total`
    elsewhere     what other locales have, likeliest language first, when the hits are none or
                  miss a part of the query; an article that the reader's locale has too is shown
                  in it; at most 5, on the first page only, none of them among the other two
    did_you_mean  a spelling to offer, or None
    topics        facets over all `total` articles, without the topic filter, most first
    generation    name of the index generation that answered
    """

    hits: tuple[Hit, ...] = ()
    total: int = 0
    relaxed: tuple[Hit, ...] = ()
    elsewhere: tuple[Hit, ...] = ()
    did_you_mean: str | None = None
    topics: tuple[Facet, ...] = ()
    generation: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """One line of an as-you-type list.

    text    the title, question or heading, plain
    html    the same as safe HTML with what was typed in <mark>
    kind    which of the three it is
    key     the article it leads to
    title   that article's title (equal to text for kind "title")
    anchor  heading id for kind "heading", else ""
    """

    text: str
    html: str
    kind: Literal["title", "question", "heading"]
    key: str
    slug: str
    title: str
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """A folder of articles, as the help center shows it; `order` sorts, then title."""

    slug: str
    title: str
    description: str = ""
    order: int = 100
    count: int = 0


@dataclass(frozen=True, slots=True)
class State:
    """What an engine serves now: the generation's name, revision, moment and locales."""

    generation: str
    revision: str
    built_at: datetime | None
    locales: tuple[str, ...] = field(default=())


class SearchEngine(Protocol):
    """Answers from an index that somebody else keeps up to date.

    Every method raises IndexUnavailable when there is nothing to read, and never raises for
    what a person typed. A locale without articles gives empty answers, not an error.
    Only articles that are live at the moment of the call, for that audience, are ever seen.
    """

    def state(self, *, audience: Audience) -> State:
        """Return what is served now."""
        ...

    def search(self, query: Query, *, audience: Audience) -> Results:
        """Return the articles that match `query`, best first."""
        ...

    def explain(self, query: Query, key: str | None = None, *, audience: Audience) -> Account:
        """Return why the hits of `query` are found, or why the article `key` is, or is not.

        An article that this audience may not see is unknown, as one that never existed.
        """
        ...

    def answers(self, message: Message, *, audience: Audience) -> Suggestions:
        """Return what answers a customer's message, and how sure that is."""
        ...

    def complete(
        self, prefix: str, *, locale: str, audience: Audience, limit: int = 8
    ) -> tuple[Completion, ...]:
        """Return titles, questions and headings that begin or go on as `prefix` does."""
        ...

    def similar(self, key: str, *, audience: Audience, limit: int = 5) -> tuple[Summary, ...]:
        """Return the articles of the same locale that are most like `key`."""
        ...

    def page(self, key: str, *, audience: Audience) -> Page | None:
        """Return one article to read, or None when this audience has no such article."""
        ...

    def resolve(self, path: str, *, locale: str, audience: Audience) -> str | None:
        """Return the key that the old slug or path `path` redirects to, or None.

        A slug that is spelled otherwise, in capitals or with escapes, leads to its article too.
        """
        ...

    def removed(self, path: str, *, locale: str, audience: Audience) -> str | None:
        """Return what writers say of an article that they took away, or None.

        What is said is public, whatever the audience. It does not count where an article or an
        old path of one answers: ask `page` and `resolve` first.
        """
        ...

    def articles(self, locale: str, *, audience: Audience) -> Sequence[Summary]:
        """Return every article of one locale, in the order of their titles."""
        ...

    def topics(self, locale: str, *, audience: Audience) -> Sequence[Topic]:
        """Return the topics that have articles, in the order the authors gave."""
        ...

    def translations(self, key: str, *, audience: Audience) -> Sequence[Summary]:
        """Return the same article in other locales, sorted by locale."""
        ...

    def media(self, name: str, *, audience: Audience) -> bytes | None:
        """Return an image that one of the audience's articles shows, by its content name."""
        ...
