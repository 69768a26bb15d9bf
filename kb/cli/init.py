"""`kb init`: begin a repository of articles."""

import shlex
from datetime import UTC, datetime
from pathlib import Path

import click

from kb.cli.common import as_text, counted


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path())
@click.option(
    "--locale",
    "locales",
    multiple=True,
    help="Language of the articles, such as vi; several times for several. The first is the "
    "site's own. Without it: en, vi and zh-Hant.",
)
@click.option(
    "--name", default="Help center", show_default=True, callback=as_text, help="Name of the site."
)
@click.option("--force", is_flag=True, help="Add what is missing to a folder with files in it.")
def init(folder: Path, locales: tuple[str, ...], name: str, force: bool) -> None:
    """Begin a repository of articles in FOLDER: settings, first articles, checks before commits.

    Nothing that is there is overwritten.
    """
    from kb.writing.starting import start
    from kb.writing.templates import LOCALES

    name = " ".join(name.split())
    if not 1 <= len(name) <= 80 or not name.isprintable():
        raise click.BadParameter("give 1 to 80 letters", param_hint="--name")
    chosen = tuple(dict.fromkeys(map(_locale, locales or LOCALES)))
    started = start(folder, chosen, name=name, today=datetime.now(UTC).date(), force=force)
    for path in started.made:
        click.echo(f"made: {path}")
    if started.kept:
        click.echo(f"{counted(len(started.kept), 'file')} stayed as they were")
    if started.is_new_repository:
        click.echo("A git repository, branch main; hooks/pre-commit checks the articles.")
    click.echo("\nNext:")
    if folder.absolute() != Path.cwd():
        click.echo(f"  cd {shlex.quote(str(folder))}")
    click.echo("  kb serve --watch")
    click.echo(f'  kb new "How do I ...?" --locale {chosen[0]} --topic account')
    click.echo('  git add . && git commit -m "Begin the articles"')
    if not started.is_new_repository:
        click.echo("  git config core.hooksPath hooks   (checks the articles before each commit)")


def _locale(text: str) -> str:
    from kb.locales import normalise

    try:
        return normalise(text)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--locale") from error
