"""`kb search` and `kb complete`: what the help center finds, on the command line."""

import re
from html import unescape
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, cast

import click

from kb.cli.common import (
    as_text,
    audience_option,
    counted,
    index_option,
    json_option,
    load_settings,
    locale_option,
    print_json,
)
from kb.cli.explaining import (
    explained,
    known_locales,
    print_explanation,
    print_one,
    print_reading,
)

if TYPE_CHECKING:
    from indexer.engine import WhooshEngine
    from kb.article import Audience
    from kb.explaining.explanation import Account
    from kb.search import Hit, Query, Results
    from kb.settings import Settings

_MARK = re.compile(r"<mark>(.*?)</mark>", re.S)


@click.command()
@click.argument("query", callback=as_text)
@locale_option
@audience_option
@click.option("--topic", help="Only articles of this topic.")
@click.option("--limit", type=click.IntRange(1, 50), default=10, show_default=True)
@click.option("--offset", type=click.IntRange(0, 1000), default=0, help="Hits to leave out.")
@click.option("--explain", is_flag=True, help="Say why each article is found.")
@click.option(
    "--explain-key",
    "key",
    metavar="KEY",
    callback=lambda ctx, parameter, value: value and as_text(ctx, parameter, value),
    help="Say why this article is found, or not: its address, or such as en/reset-password.",
)
@index_option
@json_option
@click.pass_context
def search(
    ctx: click.Context,
    query: str,
    locale: str | None,
    audience: str,
    topic: str | None,
    limit: int,
    offset: int,
    explain: bool,
    key: str | None,
    index_path: Path | None,
    as_json: bool,
) -> None:
    """Search the articles, as the help center does."""
    from kb.paths import key_of
    from kb.search import Query
    from kb.shapes import search_shape

    settings = load_settings(ctx, {"index": index_path})
    engine, asked_by = open_engine(settings, audience), cast("Audience", audience)
    asked = Query(query, reader_locale(settings, locale), topic=topic, limit=limit, offset=offset)
    start = perf_counter()
    results = engine.search(asked, audience=asked_by)
    took_ms = (perf_counter() - start) * 1000
    if key:
        key = key_of(key, asked.locale, known_locales(settings, engine, asked_by))
    account = engine.explain(asked, key or None, audience=asked_by) if explain or key else None
    if as_json:
        shape = search_shape(asked, results, took_ms)
        if account is not None:
            shape["explanation"] = explained(settings, account, audience)
        print_json(shape)
    elif account is not None and key:
        print_one(settings, account, audience, asked.locale)
    else:
        _print_results(engine, asked, asked_by, results, account)


def _print_results(
    engine: "WhooshEngine",
    asked: "Query",
    asked_by: "Audience",
    results: "Results",
    account: "Account | None",
) -> None:
    if results.did_you_mean:
        click.echo(f"Did you mean: {results.did_you_mean}")
    click.echo(counted(results.total, "article"))
    if not (results.total or results.relaxed):
        _print_locales(engine, asked.locale, asked_by)
    if account is not None:
        print_reading(account)
    explanations = {each.key: each for each in account.articles} if account else {}
    for rank, hit in enumerate(results.hits, asked.offset + 1):
        _print_hit(hit, rank)
        print_explanation(explanations.get(hit.key))
    if results.relaxed:
        click.echo("\nThese match only part of it:")
    for rank, hit in enumerate(results.relaxed, 1):
        _print_hit(hit, rank)
        print_explanation(explanations.get(hit.key))
    if results.elsewhere:
        click.echo("\nThese match in other languages:")
    for rank, hit in enumerate(results.elsewhere, 1):
        _print_hit(hit, rank, f"[{hit.locale}] ")


@click.command()
@click.argument("prefix", callback=as_text)
@locale_option
@audience_option
@click.option("--limit", type=click.IntRange(1, 50), default=8, show_default=True)
@index_option
@json_option
@click.pass_context
def complete(
    ctx: click.Context,
    prefix: str,
    locale: str | None,
    audience: str,
    limit: int,
    index_path: Path | None,
    as_json: bool,
) -> None:
    """Show what the search box offers while PREFIX is being typed."""
    from kb.shapes import completion_shape

    settings = load_settings(ctx, {"index": index_path})
    found = open_engine(settings, audience).complete(
        prefix,
        locale=reader_locale(settings, locale),
        audience=cast("Audience", audience),
        limit=limit,
    )
    shapes = [completion_shape(completion) for completion in found]
    if as_json:
        print_json({"query": prefix, "completions": shapes})
        return
    for shape in shapes:
        click.echo(f"{shape['text']}  {click.style(shape['url'], dim=True)}")


def open_engine(settings: "Settings", audience: str) -> "WhooshEngine":
    """Return the engine for one audience; the public one never opens internal files."""
    from indexer.engine import WhooshEngine
    from kb.answers.calibration import open_calibration
    from kb.meaning.embedding import open_embedder

    return WhooshEngine(
        settings.index,
        audiences=(cast("Audience", audience),),
        embedder=open_embedder(settings.search.semantic),
        calibration=open_calibration(settings.search.calibration),
    )


def reader_locale(settings: "Settings", locale: str | None) -> str:
    """Return the locale of the option, in its one spelling; the site's when there is none."""
    from kb.locales import normalise

    try:
        return normalise(locale) if locale else settings.site.default_locale
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--locale") from error


def _print_locales(engine: "WhooshEngine", locale: str, audience: "Audience") -> None:
    """Say which locales there are, when the asked one has no articles at all."""
    if not engine.articles(locale, audience=audience):
        there = ", ".join(engine.state(audience=audience).locales) or "none at all"
        click.echo(f"No articles are in {locale}; there are: {there}", err=True)


def _print_hit(hit: "Hit", rank: int, label: str = "") -> None:
    from kb.paths import article_path

    where = f"{hit.topic} › {hit.heading}" if hit.heading else hit.topic
    click.echo(f"\n{rank:2}. {label}{click.style(hit.title, bold=True)}")
    click.echo(f"    {click.style(where, dim=True)}  {article_path(hit.key, hit.anchor)}")
    if hit.snippet:
        click.echo(f"    {styled(hit.snippet)}")


def styled(snippet: str) -> str:
    """Return a snippet for a terminal, its matches underlined."""
    return unescape(_MARK.sub(lambda match: click.style(match[1], underline=True), snippet))
