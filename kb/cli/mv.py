"""`kb mv` and `kb rm`: move or remove an article so that nobody is led into nothing."""

import os
from pathlib import Path

import click

from kb.cli.common import as_text, load_settings

_dry_run = click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")


@click.command()
@click.argument("old", callback=as_text)
@click.argument("new", callback=as_text)
@click.option("--all-locales", is_flag=True, help="Move its translations, too.")
@_dry_run
@click.pass_context
def mv(ctx: click.Context, old: str, new: str, all_locales: bool, dry_run: bool) -> None:
    """Move or rename the article OLD to NEW.

    OLD is a file, a key such as en/log-in, or an address. NEW is a file, a folder, or a new slug.
    The old address goes on leading to the article, and links in other articles are written anew.
    """
    from kb.writing import tree
    from kb.writing.choosing import chosen_article, chosen_place
    from kb.writing.content import read_content
    from kb.writing.moving import plan_move

    settings = load_settings(ctx)
    sources = settings.all_sources()
    content = read_content(sources)
    written = chosen_article(old, content, sources, settings.site.default_locale)
    place = chosen_place(new, written, sources)
    move = plan_move(written, place, content, all_locales=all_locales)
    if not dry_run:
        for each in move.moved:
            tree.move(each.old.path, Path(each.file.absolute))
        texts = {Path(each.file.absolute): each.text for each in move.moved} | dict(move.changed)
        known = [path for path in texts if tree.is_tracked(path)]
        for path, text in texts.items():
            tree.write(path, text)
        tree.stage(known)
    for each in move.moved:
        before, after = each.old.article, each.article
        click.echo(f"{_shown(each.old.path)} -> {_shown(Path(each.file.absolute))}")
        if before.key != after.key:
            click.echo(f"  {before.key} redirects to {after.key}")
    for path in sorted(move.changed):
        click.echo(f"  changed: {_shown(path)}")
    for note in move.notes:
        click.echo(f"  note: {note}")
    if move.staying:
        staying = ", ".join(_shown(each.path) for each in move.staying)
        click.echo(f"Translations that stay: {staying}. --all-locales moves them, too.")
    _close(dry_run)


@click.command()
@click.argument("article", callback=as_text)
@click.option(
    "--note",
    default="",
    callback=as_text,
    help="What readers do instead; shown at the old address, in the article's language.",
)
@click.option("--force", is_flag=True, help="Delete it even if git does not keep it as it is.")
@_dry_run
@click.pass_context
def rm(ctx: click.Context, article: str, note: str, force: bool, dry_run: bool) -> None:
    """Remove ARTICLE: a file, a key such as en/log-in, or an address.

    Its old address then says that it was removed, and why.
    """
    from kb.errors import KnowledgeBaseError
    from kb.writing import tree
    from kb.writing.choosing import chosen_article
    from kb.writing.content import read_content
    from kb.writing.removing import plan_removal

    settings = load_settings(ctx)
    sources = settings.all_sources()
    content = read_content(sources)
    written = chosen_article(article, content, sources, settings.site.default_locale)
    removal = plan_removal(written, note, content)
    if not (force or dry_run or tree.is_committed(written.path)):
        raise KnowledgeBaseError(
            f"git does not keep {_shown(written.path)} as it is: commit it first, "
            "or give --force to lose it"
        )
    if not dry_run:
        is_known = tree.is_tracked(written.path)
        tree.delete(written.path)
        if removal.notes:
            tree.write(*removal.notes)
            tree.stage([removal.notes[0]] if is_known else [])
    click.echo(f"removed: {_shown(written.path)}")
    if removal.notes:
        click.echo(f"  noted in {_shown(removal.notes[0])}: its address answers 410 with the note")
    elif note:
        click.echo("  no note is kept: nobody but staff knew the address")
    if removal.broken:
        click.echo("Links and questions that lead nowhere now:")
        for place in removal.broken:
            click.echo(f"  {place}")
    if removal.staying:
        staying = ", ".join(_shown(each.path) for each in removal.staying)
        click.echo(f"Translations that stay: {staying}")
    _close(dry_run)


def _shown(path: Path) -> str:
    """Return a path as somebody here would write it."""
    shown = os.path.relpath(path)
    return str(path) if shown.startswith("..") else shown


def _close(dry_run: bool) -> None:
    if dry_run:
        click.echo("Nothing was changed.")
    else:
        click.echo("Next: git diff --cached, then git commit. It takes effect with kb index.")
