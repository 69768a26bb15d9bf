"""`kb status` and `kb check-index`: which index there is, and whether its files are whole."""

import sys
from pathlib import Path

import click

from kb.cli.common import counted, index_option, json_option, load_settings, print_json


@click.command()
@index_option
@json_option
@click.pass_context
def status(ctx: click.Context, index_path: Path | None, as_json: bool) -> None:
    """Say which generation is served, from when, and with how many articles."""
    from indexer.fingerprint import fingerprint
    from indexer.generations import Generations
    from kb.errors import IndexUnavailable
    from kb.kernels import IS_COMPILED

    root = load_settings(ctx, {"index": index_path}).index
    generation = Generations(root).current()
    if generation is None:
        raise IndexUnavailable(f"{root}: there is no index yet. Run `kb index`.")
    manifest = generation.manifest
    size = sum(record.size for record in manifest.files.values())
    fits = manifest.fingerprint == fingerprint()
    if as_json:
        print_json(
            {
                "generation": generation.name,
                "built_at": manifest.built_at,
                "revision": manifest.revision,
                "articles": manifest.counts,
                "bytes": size,
                "next_change_at": manifest.next_change_at,
                "fits_this_version": fits,
                "compiled": IS_COMPILED,
            }
        )
        return
    click.echo(f"Generation   {generation.name}")
    click.echo(f"Built        {manifest.built_at}")
    click.echo(f"Revision     {manifest.revision or 'not in git'}")
    for audience, counts in manifest.counts.items():
        listed = counts.items() if not isinstance(counts, int) else ()
        locales = ", ".join(f"{locale} {count}" for locale, count in listed)
        click.echo(f"{audience.title():12} {locales or 'no articles'}")
    click.echo(f"Size         {size / 1e6:.1f} MB")
    if manifest.next_change_at:
        click.echo(f"Next change  {manifest.next_change_at}; `kb serve` or `kb index` does it")
    if not fits:
        click.echo("Made by another version of the program; `kb index` builds it anew.")
    if not IS_COMPILED:
        click.echo("Searches are slower here: the program was installed without a C compiler.")


@click.command("check-index")
@index_option
@json_option
@click.pass_context
def check_index(ctx: click.Context, index_path: Path | None, as_json: bool) -> None:
    """Read every file of the current generation and compare it with the manifest.

    Exits with 3 when something is wrong.
    """
    from indexer.generations import Generations
    from indexer.seen import forget
    from kb.cli import EXIT_NO_INDEX
    from kb.errors import IndexUnavailable

    root = load_settings(ctx, {"index": index_path}).index
    generation = Generations(root).current()
    if generation is None:
        raise IndexUnavailable(f"{root}: there is no index yet. Run `kb index`.")
    problems = generation.verify()
    files = len(generation.manifest.files)
    if as_json:
        print_json({"generation": generation.name, "files": files, "problems": problems})
    else:
        for problem in problems:
            click.echo(f"{generation.path}/{problem}", err=True)
        state = counted(len(problems), "problem") if problems else "whole"
        click.echo(f"{generation.name}: {counted(files, 'file')}, {state}")
        if problems:
            click.echo(
                "Run `kb index`: it sets this generation aside and builds a new one "
                "from the articles. Readers get the newest sound one until then.",
                err=True,
            )
    if problems:
        forget(root)
        sys.exit(EXIT_NO_INDEX)
