"""`kb events`: look after what is recorded."""

from datetime import UTC, datetime

import click

from kb.cli.common import counted, json_option, load_settings, print_json


@click.group()
def events() -> None:
    """Look after the recorded searches, votes and flags."""


@events.command()
@click.option(
    "--days", type=click.IntRange(1, 3650), help="Keep so many; default: events.retention_days."
)
@json_option
@click.pass_context
def purge(ctx: click.Context, days: int | None, as_json: bool) -> None:
    """Delete what is older than the configured retention; a running server does it each day."""
    from kb.events.database import Database
    from kb.events.events import EventStore

    settings = load_settings(ctx, {"events.retention_days": days})
    database = Database(settings.store_url())
    try:
        store = EventStore(database, retention_days=settings.events.retention_days)
        deleted = store.purge(datetime.now(UTC))
    finally:
        database.close()
    if as_json:
        print_json({"retention_days": settings.events.retention_days, "deleted": deleted})
    else:
        kept = counted(settings.events.retention_days, "day")
        click.echo(f"{counted(deleted, 'record')} deleted; the last {kept} kept")
