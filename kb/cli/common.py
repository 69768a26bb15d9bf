"""What commands share: settings, JSON output, options."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import orjson

from kb.settings import Settings

Function = TypeVar("Function", bound=Callable[..., Any])


def load_settings(ctx: click.Context, overrides: Mapping[str, object] | None = None) -> Settings:
    """Return the settings for this call; options that were not given are None."""
    return Settings.load(ctx.obj, os.environ, overrides)


def print_json(value: Mapping[str, Any]) -> None:
    """Print one JSON object, in UTF-8 whatever the terminal speaks."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2))


def counted(number: int, noun: str) -> str:
    """Return `1 article`, `2 articles`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def as_text(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return an argument without the half characters that bytes outside UTF-8 arrive as."""
    return value.encode("utf-8", "replace").decode()


def json_option(function: Function) -> Function:
    """Add --json."""
    return click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")(function)


def index_option(function: Function) -> Function:
    """Add --index."""
    return click.option(
        "--index",
        "index_path",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the index; default: var/index.",
    )(function)


def audience_option(function: Function) -> Function:
    """Add --audience."""
    return click.option(
        "--audience",
        type=click.Choice(["public", "internal"]),
        default="public",
        show_default=True,
        help="Whose articles; internal includes the public ones.",
    )(function)


def locale_option(function: Function) -> Function:
    """Add --locale."""
    return click.option("--locale", help="Language of the reader, such as vi or zh-Hant.")(function)
