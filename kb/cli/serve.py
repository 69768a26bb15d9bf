"""`kb serve`: the help center over HTTP.

The process that the operator started answers nobody: it starts the workers, replaces one that
has died and stops them. It imports the application before it starts them, and makes what takes
long to make, so that they share that memory and a new one answers at once.
"""

import gc
import os
from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from kb.cli.common import index_option, load_settings
from kb.cli.publisher import Keeper
from kb.settings import Settings

# More only take turns at the interpreter; a second one answers while the first waits.
THREADS = 2
# What waits beyond this is refused at once, which a proxy can act upon.
BACKLOG = 1_024
STOP_SECONDS = 20
SHARED_MODULES = ("webapp", "indexer.engine")


@click.command()
@click.option("--host", help="Address to listen on; default: 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; default: 8000.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default: 1.")
@click.option(
    "--watch",
    is_flag=True,
    help="For writers, on their own machine: preview drafts, show changes as they are saved.",
)
@index_option
@click.pass_context
def serve(
    ctx: click.Context,
    host: str | None,
    port: int | None,
    workers: int | None,
    watch: bool,
    index_path: Path | None,
) -> None:
    """Serve the public help center from the index, until interrupted.

    A new state of the index is picked up while serving. A process that dies is replaced;
    SIGTERM lets answers that have begun come to their end. Where the settings name a repository,
    what is pushed there is published; scheduled articles appear at their moment in any case.
    """
    from indexer.generations import Generations
    from kb.cli import watching
    from kb.staff.secret import with_secret

    overrides = {"server.host": host, "server.port": port, "server.workers": workers}
    if watch:
        overrides |= watching.PREVIEW_SETTINGS
    settings = load_settings(ctx, {"index": index_path, **overrides})
    if watch:
        watching.refuse_strangers(settings)
    settings = with_secret(settings)
    _bring_store_up_to_date(settings)
    if not watch and Generations(settings.index).current_name() is None:
        click.echo("There is no index yet; every search answers 503. Run `kb index`.", err=True)
    # Workers are processes of their own and read the settings again, from the environment.
    if ctx.obj:
        os.environ["KB_CONFIG"] = str(ctx.obj.absolute())
    os.environ["KB_INDEX"] = str(settings.index)
    if watch:
        watching.prepare(settings)
    address, number = settings.server.host, settings.server.port
    shown = f"[{address}]" if ":" in address else address
    server = _server(settings, "webapp:create_preview_app" if watch else "webapp:create_app")
    click.echo(f"Serving on http://{shown}:{number}{'/preview/' if watch else ''}", err=True)
    with ExitStack() as beside:
        if watch:
            beside.enter_context(watching.watching(settings))
        keeper = Keeper(settings)
        keeper.start()
        beside.callback(keeper.stop)
        server.serve()


def _bring_store_up_to_date(settings: Settings) -> None:
    """Make or change the tables of the database once, before all workers find it wanting."""
    from kb.events.database import Database

    database = Database(settings.store_url())
    database.migrate()
    database.close()


def _server(settings: Settings, application: str) -> Any:
    """Return the server with the application imported, but made in each worker only."""
    from granian import Granian
    from granian.constants import HTTPModes, Interfaces
    from granian.log import LogLevels

    for module in SHARED_MODULES:
        import_module(module)
    from indexer.engine import verify
    from kb.letters.patterns import Pattern

    verify(settings.index)
    Pattern.make_all()
    gc.collect()
    # Otherwise the first collection in a worker would copy every page it looks at.
    gc.freeze()
    return Granian(
        application,
        address=settings.server.host,
        port=settings.server.port,
        interface=Interfaces.WSGI,
        http=HTTPModes.http1,
        workers=settings.server.workers,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_SECONDS,
        factory=True,
        log_level=LogLevels.warning,
    )
