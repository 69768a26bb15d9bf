"""`kb report`: what people asked and did not find, and which articles help."""

from datetime import UTC, datetime

import click

from kb.cli.common import json_option, load_settings, locale_option, print_json
from kb.cli.search import reader_locale
from kb.cli.tables import print_table
from kb.reports.values import REPORTS, ReportName, last_days


@click.command()
@click.argument("which", type=click.Choice(REPORTS), default="summary")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
@locale_option
@click.option("--limit", type=click.IntRange(1, 100_000), default=50, show_default=True)
@json_option
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV for a spreadsheet.")
@click.pass_context
def report(
    ctx: click.Context,
    which: ReportName,
    days: int,
    locale: str | None,
    limit: int,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Say what people asked and did not find, and which articles help.

    \b
    summary    counts and rates
    zero       questions for which nothing was found
    unclicked  questions for which articles were found and none was opened
    used       articles that agents used in their answers
    flagged    articles that agents flagged
    missing    questions for which agents miss an article
    votes      articles by what readers voted
    """
    from kb.events.database import Database
    from kb.reports.tables import report_table

    if as_json and as_csv:
        raise click.UsageError("Choose one of --json and --csv.")
    settings = load_settings(ctx)
    # Without the option, every locale.
    only = reader_locale(settings, locale) if locale else None
    window = last_days(days, datetime.now(UTC).date(), only)
    database = Database(settings.store_url())
    try:
        found = report_table(database, window, which, limit)
    finally:
        database.close()
    if as_json:
        print_json(found.shape)
    elif as_csv:
        # In UTF-8, whatever the terminal speaks.
        click.echo(found.as_csv().encode(), nl=False)
    else:
        click.echo(f"{window.first} to {window.last} (UTC), from {database}\n")
        print_table(found.heads, found.rows)
    if found.total and found.total > limit and not as_json:
        click.echo(f"\n{found.total - limit} more; --limit {found.total} shows all", err=True)
