"""`kb answer`: which passages answer a customer's message, on the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from kb.cli.common import (
    audience_option,
    index_option,
    json_option,
    load_settings,
    locale_option,
    print_json,
)
from kb.cli.search import open_engine, reader_locale, styled

if TYPE_CHECKING:
    from kb.answers.suggestions import Answer, State, Suggestions
    from kb.article import Audience

_SAID: "dict[State, str]" = {
    "sure": "There is an answer.",
    "maybe": "One of these may be the answer; read it before you send it.",
    "none": "No article answers this.",
}
_NEXT = (
    "Say it in a sentence of your own, look into another language with --locale, or write the "
    "article that is missing."
)
_PERCENT = 100


@click.command()
@click.argument("file", type=click.File("rb"), default="-")
@locale_option
@audience_option
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True)
@index_option
@json_option
@click.pass_context
def answer(
    ctx: click.Context,
    file: BinaryIO,
    locale: str | None,
    audience: str,
    limit: int,
    index_path: Path | None,
    as_json: bool,
) -> None:
    """Suggest what answers the message in FILE, or on standard input."""
    from kb.answers.inquiry import MAX_CHARACTERS
    from kb.answers.suggestions import Message
    from kb.shapes import answers_shape

    settings = load_settings(ctx, {"index": index_path})
    engine = open_engine(settings, audience)
    # No character takes more than four bytes.
    text = file.read(4 * MAX_CHARACTERS).decode("utf-8", "replace")
    message = Message(text, reader_locale(settings, locale), limit)
    found = engine.answers(message, audience=cast("Audience", audience))
    if as_json:
        print_json(answers_shape(found))
    else:
        _print(found)


def _print(found: "Suggestions") -> None:
    click.echo(_SAID[found.state])
    if found.state == "none":
        click.echo(_NEXT)
    if found.answers and found.state == "none":
        click.echo("\nNearest to it:")
    for each in found.answers:
        _print_answer(each)
    if found.elsewhere:
        click.echo("\nIn other languages:")
    for each in found.elsewhere:
        _print_answer(each, f"[{each.locale}] ")


def _print_answer(each: "Answer", label: str = "") -> None:
    from kb.paths import article_path

    percent = f"{round(_PERCENT * each.confidence):3}%"
    marks = [mark for mark, is_so in _marks(each) if is_so]
    where = " › ".join(filter(None, (each.topic, each.heading)))
    click.echo(
        f"\n{percent} {label}{click.style(each.title, bold=True)} {' '.join(marks)}".rstrip()
    )
    click.echo(f"     {click.style(where, dim=True)}  {article_path(each.key, each.anchor)}")
    if each.passage:
        click.echo(f"     {styled(each.passage_html)}")
    if each.why:
        click.echo(click.style(f"     holds: {', '.join(each.why)}", dim=True))


def _marks(each: "Answer") -> tuple[tuple[str, bool], ...]:
    return (
        ("[internal]", each.audience == "internal"),
        ("[reply]", each.kind == "reply"),
        ("[verified]", each.verified),
    )
