"""The `kb` command: thin, over the library. The one place besides `create_app` above all packages.

Every command is imported when it is called, so that `kb --version` does not wait for numpy.
Exit codes: 0 ok, 1 failed, 2 usage or settings, 3 no usable index, 4 findings of lint.
"""

import os
import sys
from importlib import import_module
from io import TextIOWrapper
from pathlib import Path

import click

from kb import __version__
from kb.errors import IndexDamaged, IndexUnavailable, KnowledgeBaseError, SettingsError

# command -> module of kb.cli; the function has the command's name with "_".
COMMANDS = {
    "answer": "answer",
    "calibrate": "calibrate",
    "check-index": "status",
    "complete": "search",
    "evaluate": "evaluate",
    "events": "events",
    "i18n": "i18n",
    "index": "index",
    "lint": "lint",
    "init": "init",
    "mv": "mv",
    "new": "new",
    "report": "report",
    "rm": "mv",
    "schema": "schema",
    "search": "search",
    "serve": "serve",
    "stale": "stale",
    "status": "status",
    "sync": "sync",
    "token": "token",
    "user": "user",
    "verify": "verify",
}
EXIT_FAILED, EXIT_USAGE, EXIT_NO_INDEX, EXIT_FINDINGS = 1, 2, 3, 4


class _Commands(click.Group):
    """Finds commands by name and imports only the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        if module is None:
            return None
        name = cmd_name.replace("-", "_")
        command: click.Command = getattr(import_module(f"kb.cli.{module}"), name)
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="kb")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Settings file; default: kb.toml in this folder, if there is one.",
)
@click.pass_context
def cli(ctx: click.Context, config: Path | None) -> None:
    """A knowledge base that answers: Markdown in git, a help center that finds it."""
    ctx.obj = config


def main() -> None:
    """Run the command line; a deliberate error becomes its message and an exit code."""
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal that cannot show a letter shows "?", not a traceback.
        sys.stdout.reconfigure(errors="replace")
    # Before a command imports numpy: of what is multiplied here, threads of its linear algebra
    # would only wait for each other, and take memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        cli(prog_name="kb")
    except SettingsError as error:
        _fail(error, EXIT_USAGE)
    except (IndexUnavailable, IndexDamaged) as error:
        _fail(error, EXIT_NO_INDEX)
    except KnowledgeBaseError as error:
        _fail(error, EXIT_FAILED)
    except BrokenPipeError:
        # The reader of our output, such as `head`, has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(EXIT_FAILED)
    except OSError as error:
        _fail(error, EXIT_FAILED)


def _fail(error: Exception, code: int) -> None:
    click.echo(f"kb: {error}", err=True)
    sys.exit(code)
