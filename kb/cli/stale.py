"""`kb stale`: which articles ask for a writer's attention, and reminders of it."""

import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.common import as_text, counted, json_option, load_settings, print_json
from kb.cli.tables import print_table

if TYPE_CHECKING:
    from kb.settings import Settings
    from kb.writing.content import Written
    from kb.writing.due import Due

_HEADS = ("article", "owner", "why", "checked", "until", "flags", "no help", "file")


@click.command()
@click.option("--owner", default="", callback=as_text, help="Only this name's or address's.")
@click.option(
    "--within",
    type=click.IntRange(0, 3650),
    help="Days that count as soon; default: verification.warn_days.",
)
@json_option
@click.option(
    "--mail",
    type=click.Path(path_type=Path),
    help="Write a message for each owner into this folder, or one into this .eml file.",
)
@click.pass_context
def stale(
    ctx: click.Context, owner: str, within: int | None, as_json: bool, mail: Path | None
) -> None:
    """List the articles that have to be looked at, the worst first.

    \b
    flagged    agents said that it does not help or is out of date
    unhelpful  at least 2 readers, and half of them, were not helped
    lapsed     the last check counts no more
    expiring   it is soon not shown any more
    never      nobody has recorded a check
    due_soon   its check soon counts no more

    What was said before the last check counts no more. With --mail, the names of the messages
    are printed and nothing else; nothing is sent.
    """
    from kb.events.database import Database
    from kb.writing.content import read_content
    from kb.writing.due import due_shape, find_due

    if as_json and mail:
        raise click.UsageError("Choose one of --json and --mail.")
    settings = load_settings(ctx)
    now = datetime.now(UTC)
    today = now.date()
    days = settings.verification.warn_days if within is None else within
    content = read_content(settings.all_sources())
    live = [each for each in content.by_key().values() if each.article.is_live(now)]
    articles = [each.article for each in live]
    database = Database(settings.store_url()) if settings.has_store() else None
    try:
        due = find_due(articles, database, today=today, within=days, owner=owner)
    finally:
        if database:
            database.close()
    paths = {each.article.key: os.path.relpath(each.path) for each in live}
    if as_json:
        shape = due_shape(due, today=today, within=days, owner=owner)
        for row in shape["articles"]:
            row["path"] = paths[row["key"]]
        print_json(shape)
    elif mail:
        _write_mail(due, live, paths, settings, now, mail)
    else:
        _print(due, paths)
    for problem in content.problems:
        click.echo(f"not read: {problem}", err=True)


def _print(due: "Sequence[Due]", paths: dict[str, str]) -> None:
    from kb.writing.due import counts_of

    rows = [
        (
            each.article.key,
            each.article.owner or None,
            " ".join(each.reasons),
            each.article.verified_on,
            each.day(),
            each.said.flagged,
            each.said.unhelpful,
            paths[each.article.key],
        )
        for each in due
    ]
    if rows:
        print_table(_HEADS, rows)
    counts = ", ".join(f"{count} {reason}" for reason, count in counts_of(due).items())
    click.echo(f"{counted(len(due), 'article')} due{f': {counts}' if counts else ''}", err=True)


def _write_mail(
    due: "Sequence[Due]",
    live: "Sequence[Written]",
    paths: dict[str, str],
    settings: "Settings",
    now: datetime,
    mail: Path,
) -> None:
    from kb.writing.reminders import reminders

    made = reminders(due, [each.article for each in live], paths, settings, now)
    is_file = mail.suffix == ".eml"
    if is_file and len(made) > 1:
        raise click.UsageError(f"{len(made)} owners have something due: name a folder, or --owner.")
    for each in made:
        if each.message is None:
            whose = each.owner or "nobody"
            click.echo(
                f"no address for {whose} ({counted(each.articles, 'article')}): "
                "write owners as `Name <address>`, or set verification.mail_to",
                err=True,
            )
            continue
        file = mail if is_file else mail / each.file_name(f"{now:%Y-%m-%d}")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(each.message.as_bytes())
        click.echo(str(file))
