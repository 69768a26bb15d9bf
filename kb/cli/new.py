"""`kb new`: begin an article, from a title, from what customers asked, or from a translation."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kb.cli.common import as_text, load_settings
from kb.writing.templates import KINDS

if TYPE_CHECKING:
    from kb.settings import Settings
    from kb.writing.beginning import Beginning


@click.command()
@click.argument("title", default="", callback=as_text)
@click.option("--locale", help="Language of the article, such as vi; default: the site's own.")
@click.option("--topic", default="", callback=as_text, help="Folder of the article.")
@click.option("--type", "kind", type=click.Choice(KINDS), default=KINDS[0], show_default=True)
@click.option("--slug", default="", callback=as_text, help="Name of the file; default: the title.")
@click.option("--internal", is_flag=True, help="For agents only.")
@click.option(
    "--from-question",
    "question",
    metavar="ID",
    help="Take title and questions from a group of questions that `kb report` shows.",
)
@click.option(
    "--translation-of",
    "original",
    metavar="ARTICLE",
    help="Begin the translation of an article: its file, its key such as en/log-in, or address.",
)
@click.option("--edit", is_flag=True, help="Open the file in the editor ($EDITOR).")
@click.pass_context
def new(
    ctx: click.Context,
    title: str,
    locale: str | None,
    topic: str,
    kind: str,
    slug: str,
    internal: bool,
    question: str | None,
    original: str | None,
    edit: bool,
) -> None:
    """Begin an article called TITLE, the question in customers' words.

    The file is a draft until the line `status: draft` is taken out. Nothing is overwritten.
    """
    from kb.writing.beginning import Wanted, begin, write

    if original and (question or topic or slug or internal):
        raise click.UsageError("--translation-of takes all but TITLE and --locale from the article")
    if original and not locale:
        raise click.UsageError("--translation-of needs the language with --locale")
    settings = load_settings(ctx)
    questions: tuple[str, ...] = ()
    title = " ".join(title.split())
    if question:
        title, questions, locale = _asked(settings, question, title, locale)
    if not title and not original:
        raise click.UsageError("give the title: the question in your customers' words")
    chosen = _locale(settings, locale)
    if original:
        beginning = _translation(settings, original, chosen, title)
    else:
        wanted = Wanted(title, chosen, topic, kind, slug, questions, internal)
        beginning = begin(wanted, settings.all_sources())
    path = write(beginning)
    shown = os.path.relpath(path)
    click.echo(shown if not shown.startswith("..") else str(path))
    _say(beginning, path, is_asked=bool(question))
    if edit:
        click.edit(filename=str(path))


def _asked(
    settings: "Settings", question: str, title: str, locale: str | None
) -> tuple[str, tuple[str, ...], str]:
    """Return title, questions and locale of what customers asked."""
    from kb.events.database import Database
    from kb.writing.asked import asked_for

    database = Database(settings.store_url())
    try:
        asked = asked_for(database, question, datetime.now(UTC).date())
    finally:
        database.close()
    if locale is None and len(asked.locales) > 1:
        raise click.UsageError(
            f"it was asked in {', '.join(asked.locales)}; choose one with --locale"
        )
    first = (asked.title,) if title else ()
    return title or asked.title, (*first, *asked.questions), locale or asked.locales[0]


def _translation(settings: "Settings", original: str, locale: str, title: str) -> "Beginning":
    from kb.writing.beginning import begin_translation
    from kb.writing.choosing import chosen_article
    from kb.writing.content import read_content

    sources = settings.all_sources()
    content = read_content(sources)
    written = chosen_article(original, content, sources, settings.site.default_locale)
    return begin_translation(written, locale, sources, title)


def _locale(settings: "Settings", locale: str | None) -> str:
    from kb.cli.search import reader_locale

    return reader_locale(settings, locale)


def _say(beginning: "Beginning", path: Path, *, is_asked: bool) -> None:
    """Say on the error stream, so that the file's name can be piped, what comes next."""
    for note in beginning.notes:
        click.echo(note, err=True)
    if is_asked:
        click.echo("The title and the questions are customers' own words: read them.", err=True)
    if not path.name.isascii():
        click.echo("Its address has letters that links escape; --slug gives it another.", err=True)
    click.echo("It is a draft: take out `status: draft` when it is done.", err=True)
