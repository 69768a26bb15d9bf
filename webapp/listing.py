"""What the pages choose to show of an engine's answers; plain values in, plain values out."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kb.article import Section
from kb.search import Facet, Page, Results, Summary, Topic
from webapp.site import AUDIENCE, current_site

_STARTING_POINTS = 6
_OF_ONE_TOPIC = 2
_FACETS = 12
_OTHER_TOPICS = 24


@dataclass(frozen=True, slots=True)
class ContentsEntry:
    """A heading of the in-page contents, with the headings one level below it."""

    anchor: str
    heading: str
    below: tuple["ContentsEntry", ...] = ()


def starting_points(articles: Sequence[Summary], today: date) -> list[Summary]:
    """Return the articles to show first: the writers' boost, then the latest check.

    At most two of one topic, as long as there are others, so that each topic has a chance.
    """
    ranked = sorted(
        (article for article in articles if not article.exclude),
        key=lambda article: (
            -article.boost,
            not article.is_verified(today),
            -(article.verified_on or date.min).toordinal(),
            article.key,
        ),
    )
    taken: Counter[str] = Counter()
    first: list[Summary] = []
    rest: list[Summary] = []
    for article in ranked:
        (first if taken[article.topic] < _OF_ONE_TOPIC else rest).append(article)
        taken[article.topic] += 1
    return (first + rest)[:_STARTING_POINTS]


def shown_facets(results: Results, topics: Mapping[str, Topic], chosen: str | None) -> list[Facet]:
    """Return the topics to narrow by: the fullest ones, and the chosen one wherever it stands."""
    known = [facet for facet in results.topics if facet.topic in topics]
    rest = [facet for facet in known[_FACETS:] if facet.topic == chosen]
    return known[:_FACETS] + rest


def other_topics(topics: Mapping[str, Topic], here: str) -> list[Topic]:
    """Return the first of the topics that are not `here`."""
    return [topic for topic in topics.values() if topic.slug != here][:_OTHER_TOPICS]


def contents_of(sections: Sequence[Section]) -> tuple[ContentsEntry, ...]:
    """Return the headings of level 2, each with those of level 3 that follow it."""
    entries: list[tuple[Section, list[Section]]] = []
    for section in sections:
        if section.level == 2:
            entries.append((section, []))
        elif section.level == 3 and entries:
            entries[-1][1].append(section)
    return tuple(
        ContentsEntry(
            top.anchor,
            top.heading,
            tuple(ContentsEntry(each.anchor, each.heading) for each in below),
        )
        for top, below in entries
    )


def newer_source(page: Page, translations: Iterable[Summary]) -> Summary | None:
    """Return the article that a page is behind, if it is among those that its readers may see."""
    if not page.behind:
        return None
    return next((other for other in translations if other.key == page.translated_from), None)


def translated_article(slug: str, locale: str) -> Summary | None:
    """Return the article of this slug in the first other locale that has it."""
    site = current_site()
    for other in site.locales():
        if other == locale:
            continue
        page = site.engine.page(f"{other}/{slug}", audience=AUDIENCE)
        if page is not None:
            return page.summary
    return None
