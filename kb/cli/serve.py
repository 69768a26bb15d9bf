"""`kb serve`: the help center over HTTP."""

import os
from pathlib import Path

import click

from kb.cli.common import index_option, load_settings

THREADS = 4


@click.command()
@click.option("--host", help="Address to listen on; default: 127.0.0.1.")
@click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on; default: 8000.")
@click.option("--workers", type=click.IntRange(1, 64), help="Processes; default: 1.")
@index_option
@click.pass_context
def serve(
    ctx: click.Context,
    host: str | None,
    port: int | None,
    workers: int | None,
    index_path: Path | None,
) -> None:
    """Serve the public help center from the index, until interrupted.

    A new state of the index is picked up while serving.
    """
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    from indexer.generations import Generations

    overrides = {"server.host": host, "server.port": port, "server.workers": workers}
    settings = load_settings(ctx, {"index": index_path, **overrides})
    if Generations(settings.index).current_name() is None:
        click.echo("There is no index yet; every search answers 503. Run `kb index`.", err=True)
    # Workers are processes of their own and read the settings again, from the environment.
    if ctx.obj:
        os.environ["KB_CONFIG"] = str(ctx.obj.absolute())
    os.environ["KB_INDEX"] = str(settings.index)
    address, number = settings.server.host, settings.server.port
    shown = f"[{address}]" if ":" in address else address
    click.echo(f"Serving on http://{shown}:{number}", err=True)
    Granian(
        "webapp:create_app",
        address=address,
        port=number,
        interface=Interfaces.WSGI,
        workers=settings.server.workers,
        blocking_threads=THREADS,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()
