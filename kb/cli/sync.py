"""`kb sync`: what was pushed is published, once now or again and again."""

import os
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
import orjson

from kb.cli.common import counted, index_option, json_option, load_settings, print_json
from kb.errors import KnowledgeBaseError, SettingsError
from kb.settings import Settings

if TYPE_CHECKING:
    from indexer.update import Report
    from kb.pool import BoundedPool
    from kb.publishing.checkout import Moved

LAST_SYNC = "last-sync.json"
_SHORT = 12


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt to publish.

    moved    how the files changed; None when nothing could be fetched
    report   what was indexed; None when there was nothing to do
    error    why the newest state could not be published; the last one goes on being served
    seconds  that it took
    """

    moved: "Moved | None"
    report: "Report | None"
    error: KnowledgeBaseError | OSError | None
    seconds: float


@click.command()
@click.option("--watch", is_flag=True, help="Go on: look every publish.poll_seconds, and when due.")
@index_option
@json_option
@click.pass_context
def sync(ctx: click.Context, watch: bool, index_path: Path | None, as_json: bool) -> None:
    """Publish what was pushed to the repository of the settings.

    Fetches the branch, brings our copy of the files to its newest commit and the index to the
    state of the files. If the repository cannot be reached, the last state stays.
    """
    settings = load_settings(ctx, {"index": index_path})
    if not settings.publish.repository:
        raise SettingsError("publish.repository is not set, so there is nothing to fetch from.")
    if watch:
        from kb.cli.publisher import Publisher, end_when_interrupted

        end_when_interrupted()
        # For the processes that it starts.
        if ctx.obj:
            os.environ["KB_CONFIG"] = str(ctx.obj.absolute())
        Publisher(settings).run()
    outcome = publish(settings, check=True)
    if as_json:
        print_json(shape_of(settings, outcome))
    else:
        _print(outcome)
    if outcome.error:
        raise outcome.error
    if outcome.report and outcome.report.generation:
        from kb.cli.index import embed

        embed(settings)


def publish(
    settings: Settings,
    *,
    check: bool = False,
    always: bool = True,
    pool: "BoundedPool | None" = None,
) -> Outcome:
    """Fetch, move and index; without a new commit, index only if `always`.

    pool   workers that are kept for the next time; None = new ones
    check  look at every file of the checkout instead of believing that it is as we left it
    """
    from indexer.lock import exclusive
    from kb.cli.index import merge_soon, say_waiting, update
    from kb.publishing.checkout import Checkout

    started = time.monotonic()
    checkout = Checkout(settings)
    moved, report = None, None
    error: KnowledgeBaseError | OSError | None = None
    with exclusive(checkout.prepare(), on_wait=say_waiting):
        try:
            moved = checkout.update(check=check)
        except (KnowledgeBaseError, OSError) as failure:
            error = failure
        try:
            if checkout.commit() and (always or (moved and moved.is_new)):
                report = update(settings, pool=pool)
                merge_soon(settings, report)
        except (KnowledgeBaseError, OSError) as failure:
            error = error or failure
        outcome = Outcome(moved, report, error, time.monotonic() - started)
        _note(settings, outcome)
    return outcome


def shape_of(settings: Settings, outcome: Outcome) -> dict[str, Any]:
    """Return what `--json` prints."""
    from kb.cli.index import shape_of as shape_of_report
    from kb.publishing.address import without_user

    moved = outcome.moved
    return {
        "repository": without_user(settings.publish.repository),
        "branch": settings.publish.branch,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "error": str(outcome.error) if outcome.error else None,
        "before": moved.before if moved else None,
        "commit": moved.commit if moved else None,
        "written": moved.written if moved else 0,
        "removed": moved.removed if moved else 0,
        "rewritten": bool(moved and moved.rewritten),
        "shallow": bool(moved and moved.shallow),
        "left_out": [str(error) for error in moved.left_out] if moved else [],
        "index": shape_of_report(outcome.report) if outcome.report else None,
        "took_ms": round(outcome.seconds * 1_000),
    }


def lines_of(moved: "Moved") -> list[str]:
    """Return what to say of a move, what was left out first."""
    said = [str(error) for error in moved.left_out]
    if moved.rewritten:
        said.append("The branch was rewritten; the files are those of its new state.")
    if moved.shallow:
        said.append("The history is cut off, so the days of older changes are not known.")
    before = f", was at {moved.before[:_SHORT]}" if moved.before not in ("", moved.commit) else ""
    counts = f"{counted(moved.written, 'file')} written, {moved.removed} removed"
    return [*said, f"At {moved.commit[:_SHORT]}{before}: {counts}"]


def _print(outcome: Outcome) -> None:
    from kb.cli.index import print_report

    if outcome.moved:
        *notes, last = lines_of(outcome.moved)
        for note in notes:
            click.echo(note, err=True)
        click.echo(last)
    if outcome.report:
        print_report(outcome.report, verbose=False)
    sys.stdout.flush()


def _note(settings: Settings, outcome: Outcome) -> None:
    """Keep the outcome for whoever asks later why an article does not appear."""
    file = settings.index.parent / LAST_SYNC
    unfinished = file.with_name(f"{LAST_SYNC}.tmp")
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(orjson.dumps(shape_of(settings, outcome)))
        unfinished.replace(file)
