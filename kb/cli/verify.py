"""`kb verify`: record that somebody has checked every step of an article."""

import shlex
from datetime import UTC, date, datetime
from pathlib import Path

import click

from kb.cli.common import as_text, counted, load_settings


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--on",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Day of the check, such as 2026-11-23; default: today, in UTC.",
)
@click.option("--every", type=click.IntRange(1, 3650), help="Days until the next check.")
@click.option("--by", default="", callback=as_text, help="Who checked; default: who git says.")
@click.pass_context
def verify(
    ctx: click.Context, paths: tuple[Path, ...], day: datetime | None, every: int | None, by: str
) -> None:
    """Write today's date into articles of which you have checked every step.

    Nothing is committed. When one of the files cannot be changed, none is.
    """
    from kb.writing.verification import checks

    settings = load_settings(ctx)
    today = datetime.now(UTC).date()
    on = day.date() if day else today
    rules = settings.verification
    found = checks(
        paths, settings.all_sources(), rules, on=on, today=today, every=every, by=by.strip()
    )
    for check in found:
        check.record()
        said = _said(check.day, check.before)
        click.echo(f"{_shown(check.written.path)}: {said}, counts until {check.last_day}")
    files = " ".join(shlex.quote(_shown(check.written.path)) for check in found)
    message = f"Verify {counted(len(found), 'article')}"
    click.echo(f"\nTo publish it:\n  git commit -m {shlex.quote(message)} -- {files}")


def _said(day: date, before: date | None) -> str:
    return f"verified on {day} ({f'before: {before}' if before else 'for the first time'})"


def _shown(path: Path) -> str:
    """Return a path as short as it can be from here."""
    here = Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)
