"""`kb index`: bring the index to the state of the articles."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.cli.common import counted, index_option, json_option, load_settings, print_json
from kb.errors import StoreUnavailable

if TYPE_CHECKING:
    from indexer.update import Report
    from kb.pool import BoundedPool
    from kb.results.standing import Standings
    from kb.settings import Settings

MOST_WARNINGS = 20


@click.command()
@click.option(
    "--articles",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the articles; default: articles/, or the sources of kb.toml.",
)
@index_option
@click.option("--full", is_flag=True, help="Write everything anew, not only what changed.")
@click.option("--no-embed", is_flag=True, help="Leave search by meaning as far as it is.")
@click.option("--verbose", "-v", is_flag=True, help="Print every warning.")
@json_option
@click.pass_context
def index(
    ctx: click.Context,
    articles: Path | None,
    index_path: Path | None,
    full: bool,
    no_embed: bool,
    verbose: bool,
    as_json: bool,
) -> None:
    """Bring the index to the state of the articles.

    Reads every file, writes only what changed, and switches to the new state at once. A file
    that cannot be used is reported and does not stop the others. Where search by meaning is
    on, what is new gets its vectors afterwards, while the new state is served.
    """
    settings = load_settings(ctx, {"articles": articles, "index": index_path})
    with whole_checkout(settings):
        report = update(settings, full=full)
    if as_json:
        print_json(shape_of(report))
    else:
        print_report(report, verbose)
    if not full:
        merge_soon(settings, report)
    if not no_embed and report.generation:
        embed(settings)


def update(
    settings: "Settings", *, full: bool = False, pool: "BoundedPool | None" = None
) -> "Report":
    """Bring the index to the state of the articles, with a bar on a terminal."""
    from indexer.update import update_index

    progress = _Progress()
    try:
        return update_index(
            settings.all_sources(),
            settings.index,
            now=datetime.now(UTC),
            full=full,
            on_wait=say_waiting,
            progress=progress.show,
            semantic=settings.search.semantic != "off",
            standings=_standings(settings),
            pool=pool,
        )
    finally:
        progress.finish()


def say_waiting() -> None:
    """Say why nothing happens for a while."""
    click.echo("Another process is writing; waiting for it.", err=True)


@contextmanager
def whole_checkout(settings: "Settings") -> Iterator[None]:
    """Let nobody change the files that are published from a repository while they are indexed."""
    from kb.publishing.checkout import Checkout, CheckoutUnusable, is_in_checkout

    if not is_in_checkout(settings):
        yield
        return
    from indexer.lock import exclusive

    checkout = Checkout(settings)
    with exclusive(checkout.prepare(), on_wait=say_waiting):
        if not checkout.commit():
            raise CheckoutUnusable(
                f"{checkout.folder}: no whole commit lies there yet. Run `kb sync`."
            )
        yield


def merge_soon(settings: "Settings", report: "Report") -> None:
    """Have small segments merged in the background after an update that needs it."""
    if report.switched:
        from indexer.merging import start_when_needed

        start_when_needed(settings.index, semantic=settings.search.semantic != "off")


def _standings(settings: "Settings") -> "Standings | None":
    """Return what readers' votes say of articles, None when that cannot be read now."""
    from kb.results.standing import read_standings

    try:
        return read_standings(settings, datetime.now(UTC).date())
    except StoreUnavailable as error:
        click.echo(f"Votes count as they did before: {error}", err=True)
        return None


def embed(settings: "Settings") -> None:
    """Make the vectors that the index lacks, if search by meaning is on."""
    from kb.meaning.embedding import open_embedder

    embedder = open_embedder(settings.search.semantic, threads=os.cpu_count() or 1)
    if embedder is None:
        return
    from indexer import embedding

    progress = _Progress("Embedding")
    try:
        made = embedding.embed(settings.index, embedder, progress=progress.count)
    finally:
        progress.finish()
    if made is None:
        click.echo("Another process is embedding; it will do the rest.", err=True)
    elif made:
        click.echo(f"{counted(made, 'text')} embedded", err=True)


class _Progress:
    """A bar on standard error, when that is a terminal."""

    def __init__(self, label: str = "Indexing") -> None:
        self._on = sys.stderr.isatty()
        self._label = label
        self._bar: Any = None

    def show(self, stage: str, done: int, total: int) -> None:
        """Show that `done` of `total` articles are through."""
        if not self._on or not total:
            return
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
        self._bar.update(done - self._bar.pos)

    def count(self, done: int, total: int) -> None:
        """Show that `done` of `total` texts are through."""
        self.show(self._label, done, total)

    def finish(self) -> None:
        """Leave the line."""
        if self._bar is not None:
            self._bar.render_finish()


def shape_of(report: "Report") -> dict[str, Any]:
    """Return what `--json` prints of an update."""
    return {
        "files": report.files,
        "articles": report.articles,
        "added": report.added,
        "changed": report.changed,
        "removed": report.removed,
        "skipped": report.skipped,
        "locales": report.locales,
        "generation": report.generation,
        "switched": report.switched,
        "problems": [str(problem) for problem in report.problems],
        "warnings": report.warnings,
        "next_change_at": report.next_change_at.isoformat() if report.next_change_at else None,
    }


def print_report(report: "Report", verbose: bool) -> None:
    """Print what an update did, and what authors should mend."""
    for problem in report.problems:
        click.echo(str(problem), err=True)
    shown = report.warnings if verbose else report.warnings[:MOST_WARNINGS]
    for warning in shown:
        click.echo(f"warning: {warning}", err=True)
    if len(shown) < len(report.warnings):
        more = len(report.warnings) - len(shown)
        click.echo(f"warning: and {more} more; --verbose prints them all", err=True)
    click.echo(
        f"{counted(report.files, 'file')}: {report.added} added, {report.changed} changed, "
        f"{report.removed} removed, {report.skipped} skipped"
    )
    locales = ", ".join(f"{locale} {count}" for locale, count in report.locales.items())
    click.echo(f"{counted(report.articles, 'article')} ({locales or 'none'})")
    if report.next_change_at:
        click.echo(f"The next scheduled change is due at {report.next_change_at.isoformat()}")
