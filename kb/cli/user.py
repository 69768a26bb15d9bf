"""`kb user`: who may sign in to the pages for staff, and with which role."""

import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from kb.cli.common import json_option, load_settings, print_json
from kb.cli.tables import print_table
from kb.events.database import Database
from kb.settings_tables import Role
from kb.staff.accounts import ROLES, Accounts
from kb.staff.api_tokens import ApiTokens

_role = click.Choice(ROLES)
_password_stdin = click.option(
    "--password-stdin", is_flag=True, help="Read the password from standard input."
)


@click.group()
def user() -> None:
    """Add, list, change and remove the people who may sign in."""


@user.command()
@click.argument("name")
@click.option("--role", type=_role, default="agent", show_default=True, help="What they may do.")
@click.option("--display-name", default="", help="Name as others see it; default: NAME.")
@click.option("--no-password", is_flag=True, help="They sign in with the reverse proxy only.")
@_password_stdin
@click.pass_context
def add(
    ctx: click.Context,
    name: str,
    role: Role,
    display_name: str,
    no_password: bool,
    password_stdin: bool,
) -> None:
    """Make an account; the password is asked for twice and not shown."""
    if no_password and password_stdin:
        raise click.UsageError("take one of --no-password and --password-stdin")
    password = None if no_password else _password(is_piped=password_stdin)
    made = _accounts(ctx).add(name, role, password, display_name)
    click.echo(f"{made.name} may sign in as {made.role}.")


@user.command("list")
@json_option
@click.pass_context
def list_users(ctx: click.Context, as_json: bool) -> None:
    """List all accounts."""
    users = _accounts(ctx).all()
    if as_json:
        print_json({"users": [asdict(each) for each in users]})
        return
    rows = [
        (each.name, each.display_name, each.role, "password" if each.has_password else "proxy")
        for each in users
    ]
    print_table(("name", "display name", "role", "signs in by"), rows)


@user.command()
@click.argument("name")
@_password_stdin
@click.pass_context
def password(ctx: click.Context, name: str, password_stdin: bool) -> None:
    """Set another password, which signs them out everywhere; their tokens stay."""
    _accounts(ctx).set_password(name, _password(is_piped=password_stdin))
    click.echo("The password is changed. They are signed out everywhere.")
    if tokens := ApiTokens(_database(ctx)).unexpired(name, datetime.now(UTC)):
        click.echo("Programs still get in by these tokens. To end them:")
        for each in tokens:
            click.echo(f"  kb token revoke {each.name} --user {each.user}")


@user.command()
@click.argument("name")
@click.argument("role", type=_role)
@click.pass_context
def role(ctx: click.Context, name: str, role: Role) -> None:
    """Give another role, which signs them out everywhere."""
    _accounts(ctx).set_role(name, role)
    click.echo(f"The role is {role} now.")


@user.command()
@click.argument("name")
@click.pass_context
def remove(ctx: click.Context, name: str) -> None:
    """Delete an account, its sessions and its tokens."""
    _accounts(ctx).remove(name)
    click.echo("The account is removed.")


def _accounts(ctx: click.Context) -> Accounts:
    return Accounts(_database(ctx))


def _database(ctx: click.Context) -> Database:
    return Database(load_settings(ctx).store_url())


def _password(*, is_piped: bool) -> str:
    if is_piped:
        return sys.stdin.readline().rstrip("\r\n")
    given: str = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return given
