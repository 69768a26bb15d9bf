"""Print why articles are found, or not: what `kb search --explain` adds to the results."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

import click

from kb.explaining.explanation import (
    Account,
    Explanation,
    Extra,
    Standing,
    TermShare,
    Via,
    WordRead,
    grouped,
)
from kb.locales import fallbacks
from kb.shapes import account_shape

if TYPE_CHECKING:
    from indexer.engine import WhooshEngine
    from indexer.ledger import Entry
    from kb.article import Audience
    from kb.settings import Settings

_FORMS = {
    "exact": "word",
    "stem": "stem",
    "unaccented": "without accents",
    "character": "character",
    "pair": "in this order",
}
_VIAS: dict[Via, str] = {
    "typed": "",
    "completion": "completed",
    "correction": "corrected",
    "synonym": "synonym",
    "compound": "written together or apart",
    "related": "related word",
}
_STANDINGS: dict[Standing, str] = {
    "match": "It is number {rank} of the results.",
    "part": "It matches only part of the query: number {rank} below the results.",
    "no_words": "It is not found: it holds no word of the query.",
    "no_phrase": "It is not found: it does not hold what stands in quotes, word after word.",
    "left_out": "It is not found: it holds what the minus leaves out.",
    "other_topic": "It is not found: it lies in the topic {topic}.",
    "excluded": "It is not found: its writer excludes it from search (search.exclude).",
}
_UNPUBLISHED = {
    "draft": "its status is draft",
    "archived": "its status is archived",
    "not_yet": "its publish_at is still to come",
    "expired": "its expire_at is past",
}
_MOST_WORDS_WIDE = 28


def print_reading(account: Account) -> None:
    """Print how the query was read."""
    read = account.read
    click.echo("\nHow it was read")
    if not read.words:
        click.echo("  There is no word in it.")
    width = min(_MOST_WORDS_WIDE, max((_width(word.text) for word in read.words), default=0))
    for word in read.words:
        click.echo(f"  {_padded(word.text, width)}  {_told(word)}".rstrip())
    for phrase in read.phrases:
        click.echo(f"  in quotes: {phrase}")
    for left_out in read.left_out:
        click.echo(f"  left out: {left_out}")


def print_explanation(explanation: Explanation | None) -> None:
    """Print the shares of one article; nothing for one that holds no word of the query."""
    if explanation is None or not (explanation.words or explanation.extras):
        return
    if explanation.heading:
        click.echo(f"    Best passage: {explanation.heading}")
    rows = [*_word_rows(explanation), *(_extra_row(explanation, e) for e in explanation.extras)]
    rows = [("word", "title", "passage", "held", "share", "found as"), *rows]
    widths = [max(_width(row[place]) for row in rows) for place in range(5)]
    widths[0] = min(widths[0], _MOST_WORDS_WIDE)
    for number, (word, *figures, found) in enumerate(rows):
        cells = [_padded(word, widths[0])]
        cells += [f"{figure:>{width}}" for figure, width in zip(figures, widths[1:], strict=True)]
        line = f"    {'  '.join(cells)}  {found}".rstrip()
        click.echo(click.style(line, dim=True) if not number else line)
    if explanation.missing:
        click.echo(f"    Does not hold: {', '.join(explanation.missing)}")


def print_one(settings: "Settings", account: Account, audience: str, locale: str) -> None:
    """Print where the article that was asked for stands, for a reader of `locale`."""
    print_reading(account)
    for explanation in account.articles:
        click.echo(f"\n{click.style(explanation.title, bold=True)}  {explanation.key}")
        where = _STANDINGS[explanation.standing]
        click.echo("    " + where.format(rank=explanation.rank, topic=explanation.topic or "-"))
        if account.locale not in fallbacks(locale):
            click.echo(f"    It was searched in its own language: {account.locale}.")
        if account.is_offered:
            click.echo("    It is offered nevertheless, for its translation matches.")
        if explanation.audience == "internal":
            click.echo("    It is internal: customers never find it.")
        print_explanation(explanation)
    if not account.unknown:
        return
    click.echo(f"\n{account.unknown}: no such article for {audience} readers")
    if account.moved_to:
        click.echo(f"    This old address leads to {account.moved_to}")
    for other in account.others:
        click.echo(f"    There is {other}; it is found in its own language")
    if why := _unpublished(settings, account, audience):
        click.echo(f"    It is not published: {_UNPUBLISHED[why]}")
    elif audience == "public" and not account.moved_to:
        click.echo(
            "    It may be internal, a draft, archived, not published yet or expired: "
            "ask with --audience internal"
        )
    elif audience == "internal":
        click.echo("    `kb index` names the files that cannot be published as they are")
    if not (account.moved_to or account.others or why):
        locale, _, slug = account.unknown.partition("/")
        click.echo(f"    It would be read at /{locale}/articles/{slug}")
        click.echo(
            "    Give its whole address, or KEY as the language and all that stands after "
            "/articles/"
        )


def explained(settings: "Settings", account: Account, audience: str) -> dict[str, Any]:
    """Return an account as JSON, with why the unknown article is not published, or ""."""
    why = _unpublished(settings, account, audience)
    return {**account_shape(account), "unpublished": why}


def _unpublished(settings: "Settings", account: Account, audience: str) -> str:
    """Return why the unknown article is not published, "" when nothing is known of it.

    Only for those who may read everything: the answer names drafts.
    """
    if not account.unknown or audience != "internal":
        return ""
    now = datetime.now(UTC)
    for entry in _entries(settings):
        if entry.key == account.unknown and not entry.is_live(now):
            if entry.status != "published":
                return entry.status
            expired = entry.expire_at is not None and entry.expire_at <= now
            return "expired" if expired else "not_yet"
    return ""


def known_locales(
    settings: "Settings", engine: "WhooshEngine", audience: "Audience"
) -> frozenset[str]:
    """Return the locales that may stand before a slug, as far as the audience may know."""
    locales = {*settings.site.locales, *engine.state(audience=audience).locales}
    if audience == "internal":
        # A locale may have nothing but drafts.
        locales |= {entry.key.partition("/")[0] for entry in _entries(settings)}
    return frozenset(locales)


def _entries(settings: "Settings") -> Iterable["Entry"]:
    from indexer.generations import Generations
    from indexer.ledger import load

    generation = Generations(settings.index).current()
    return load(generation.path).values() if generation else ()


def _told(word: WordRead) -> str:
    """Return what happened to a word."""
    told = []
    if not word.articles_hold_it:
        told.append("no article holds it")
    if word.is_stop:
        told.append("says little and weighs little")
    for label, texts in (
        ("also read as", word.corrections),
        ("may become", word.completions),
        ("synonyms", word.synonyms),
        ("also written", word.compounds),
        ("related words", word.related),
    ):
        if texts:
            told.append(f"{label} {', '.join(texts)}")
    return "; ".join(told)


def _word_rows(explanation: Explanation) -> Iterable[tuple[str, ...]]:
    for word in explanation.words:
        shares = (word.head, word.passage, word.coverage, word.total)
        figures = [_percent(explanation.percent(share)) for share in shares]
        yield word.text, *figures, _found(word.terms)


def _extra_row(explanation: Explanation, extra: Extra) -> tuple[str, ...]:
    named = {
        "again": "another passage",
        "meaning": "near in meaning",
        "boost": f"boost × {extra.factor:g}",
        "verified": "verified",
        "helpful": "readers' votes",
        "title_begins": "title begins so",
        "title_equal": "title is the query",
    }[extra.kind]
    return named, "", "", "", _percent(explanation.percent(extra.share)), ""


def _found(terms: Sequence[TermShare]) -> str:
    """Return what a word was found as: text, kinds of terms, places."""
    if not terms:
        return "in another passage"
    told = []
    for each in grouped(terms):
        kinds = ", ".join(filter(None, (_VIAS[each.via], *(_FORMS[form] for form in each.forms))))
        told.append(f"{each.text} ({kinds}) in {', '.join(each.parts)}")
    return "; ".join(told)


def _percent(value: float) -> str:
    return f"{value:.0f} %" if abs(value) >= 0.5 or value == 0 else f"{value:.1f} %"


def _padded(text: str, width: int) -> str:
    return text + " " * (width - _width(text))


def _width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)
