"""`kb token`: tokens by which programs ask the API in a user's name."""

from dataclasses import asdict
from datetime import UTC, datetime

import click

from kb.cli.common import json_option, load_settings, print_json
from kb.cli.tables import print_table
from kb.events.database import Database
from kb.staff.api_tokens import DEFAULT_DAYS, MAX_DAYS, SCOPES, ApiToken, ApiTokens, Scope

_user = click.option("--user", required=True, help="Whose token it is.")


@click.group()
def token() -> None:
    """Make, list and revoke the tokens of programs."""


@token.command()
@click.argument("name")
@_user
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(SCOPES),
    multiple=True,
    required=True,
    help="What it is for; may be given several times.",
)
@click.option(
    "--days",
    type=click.IntRange(1, MAX_DAYS),
    default=DEFAULT_DAYS,
    show_default=True,
    help="How long it counts.",
)
@click.pass_context
def add(ctx: click.Context, name: str, user: str, scopes: tuple[Scope, ...], days: int) -> None:
    """Make a token and print it, this once."""
    made = _tokens(ctx).add(user, name, scopes, days=days, now=datetime.now(UTC))
    click.echo("Keep it now, it is not shown again:", err=True)
    click.echo(made)


@token.command("list")
@click.option("--user", help="Only this user's.")
@json_option
@click.pass_context
def list_tokens(ctx: click.Context, user: str | None, as_json: bool) -> None:
    """List tokens, without what lets anybody in."""
    found = _tokens(ctx).all(user)
    if as_json:
        print_json({"tokens": [_shape(each) for each in found]})
        return
    rows = [
        (
            each.user,
            each.name,
            " ".join(each.scopes),
            each.expires_at.date().isoformat(),
            each.last_used_on and each.last_used_on.isoformat(),
        )
        for each in found
    ]
    print_table(("user", "name", "scopes", "expires", "last used"), rows)


@token.command()
@click.argument("name")
@_user
@click.pass_context
def revoke(ctx: click.Context, name: str, user: str) -> None:
    """Delete a token; it opens nothing any more."""
    _tokens(ctx).revoke(user, name)
    click.echo("The token is revoked.")


def _tokens(ctx: click.Context) -> ApiTokens:
    return ApiTokens(Database(load_settings(ctx).store_url()))


def _shape(known: ApiToken) -> dict[str, object]:
    return {
        **asdict(known),
        "created_at": known.created_at.isoformat(),
        "expires_at": known.expires_at.isoformat(),
        "last_used_on": known.last_used_on and known.last_used_on.isoformat(),
    }
