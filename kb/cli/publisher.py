"""The process that publishes while `kb serve` runs, and what keeps it running.

With a repository, a process of its own waits for pushes and keeps everything loaded. Without one,
the articles are folders that `kb index` reads when somebody says so; then only the clock acts: at
the moment that an article's `publish_at` names, `kb index` is run.

Either may be killed at any moment: what is served only ever changes as a whole.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Final

import click

from kb.cli.sync import Outcome, lines_of, publish
from kb.errors import KnowledgeBaseError
from kb.pool import BoundedPool
from kb.publishing.asking import last_asked
from kb.settings import Settings

LOOK_SECONDS: Final = 0.05
# After a failure, and between two attempts at what the clock asks for.
RETRY_SECONDS: Final = 60
RESTART_SECONDS: Final = 2.0
STOP_SECONDS: Final = 10.0
_LOADED: Final = (
    "indexer.building",
    "indexer.merging",
    "kb.publishing.checkout",
    "kb.files.library",
)


class Publisher:
    """Publishes when it is asked to, when it is time to look, and when an article's time comes."""

    def __init__(self, settings: Settings, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Prepare to run as long as `is_wanted`."""
        self._settings = settings
        self._is_wanted = is_wanted
        self._due: datetime | None = None
        self._said = ""
        self._embedding: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        """Publish until the process is ended."""
        for module in _LOADED:
            import_module(module)
        from indexer.update import make_pool

        is_first = True
        with make_pool() as pool:
            while self._is_wanted():
                asked = last_asked(self._settings)
                failed = self._publish(is_first, pool)
                is_first = False
                self._wait(asked, self._next_look(failed))

    def _publish(self, is_first: bool, pool: BoundedPool) -> bool:
        """Publish once; whether it failed."""
        is_due = is_first or self._due is None or datetime.now(UTC) >= self._due
        try:
            outcome = publish(self._settings, check=is_first, always=is_due, pool=pool)
        except (KnowledgeBaseError, OSError) as error:
            self._say(f"Nothing could be published: {error}")
            return True
        self._tell(outcome)
        if outcome.report:
            self._due = min(outcome.report.next_change_at or _midnight(), _midnight())
        elif is_due or (outcome.moved and outcome.moved.is_new):
            self._due = None  # It has to be indexed yet.
        if outcome.report and outcome.report.switched:
            self._embed_soon()
        return outcome.error is not None

    def _tell(self, outcome: Outcome) -> None:
        if outcome.error:
            self._say(f"The newest state is not published: {outcome.error}")
        elif outcome.moved and (outcome.moved.is_new or self._said):
            for line in lines_of(outcome.moved):
                click.echo(line, err=True)
            self._said = ""
        if outcome.report and outcome.report.switched:
            report = outcome.report
            for problem in report.problems:
                click.echo(str(problem), err=True)
            click.echo(
                f"Published in {outcome.seconds:.1f} s: {report.added} added, {report.changed} "
                f"changed, {report.removed} removed, {report.skipped} skipped",
                err=True,
            )

    def _say(self, failure: str) -> None:
        """Say what failed, once until it is another failure."""
        if failure != self._said:
            click.echo(failure, err=True)
        self._said = failure

    def _next_look(self, failed: bool) -> datetime:
        now, poll = datetime.now(UTC), self._settings.publish.poll_seconds
        moments = [now + timedelta(seconds=poll)] if poll else []
        if failed:
            moments.append(now + timedelta(seconds=RETRY_SECONDS))
        # After a success it may be past already: its moment came while the index was written.
        if self._due and (not failed or self._due > now):
            moments.append(self._due)
        return min(moments)

    def _wait(self, asked: tuple[int, int], until: datetime) -> None:
        while self._is_wanted() and last_asked(self._settings) == asked:
            if datetime.now(UTC) >= until:
                return
            time.sleep(LOOK_SECONDS)

    def _embed_soon(self) -> None:
        """Have what is new get its vectors in the background, if search by meaning is on."""
        from kb.meaning.embedding import is_installed

        if self._settings.search.semantic == "off" or not is_installed():
            return
        if self._embedding is None or self._embedding.poll() is not None:
            self._embedding = _popen(_kb_command("index"), self._settings)


class Keeper:
    """Keeps the publisher running beside the server, in a thread of the operator's process."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="kb-publisher", daemon=True)

    def start(self) -> None:
        """Begin; `stop` ends it."""
        self._thread.start()

    def stop(self) -> None:
        """End the publisher and wait for it."""
        self._stopping.set()
        self._thread.join(2 * STOP_SECONDS)

    def _run(self) -> None:
        if self._settings.publish.repository:
            while not self._stopping.is_set():
                self._keep(_publisher_command())
                if not self._stopping.wait(RESTART_SECONDS):
                    click.echo("The publisher has ended; it is started again.", err=True)
        else:
            self._follow_clock()

    def _keep(self, command: Sequence[str]) -> None:
        """Run a command to its end, which comes with the one of this thread."""
        process = _popen(command, self._settings)
        while process.poll() is None:
            if self._stopping.wait(LOOK_SECONDS):
                process.terminate()
                try:
                    process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def _follow_clock(self) -> None:
        while not self._stopping.wait(1.0):
            if _is_due(self._settings):
                self._keep(_kb_command("index"))
                if _is_due(self._settings):
                    self._stopping.wait(RETRY_SECONDS)


def end_when_interrupted() -> None:
    """Have Ctrl-C end the process at once, as SIGTERM does: there is nothing to be undone."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def main() -> None:
    """Publish for `kb serve`, as long as that process lives; its number is the argument."""
    end_when_interrupted()
    parent = int(sys.argv[1])
    Publisher(Settings.load(None, os.environ), lambda: os.getppid() == parent).run()


def _is_due(settings: Settings) -> bool:
    """Whether the moment of a scheduled article has come, and its file is where it was."""
    from indexer.generations import Generations

    try:
        generation = Generations(settings.index).current()
    except KnowledgeBaseError:
        return False
    due = generation.manifest.next_change_at if generation else None
    if generation is None or due is None or datetime.fromisoformat(due) > datetime.now(UTC):
        return False
    from indexer import ledger

    # An index that was made from other folders than those of the settings is left alone.
    folders = {source.name: source.path for source in settings.all_sources()}
    moment = datetime.fromisoformat(due)
    try:
        entries = ledger.load(generation.path).values()
    except KnowledgeBaseError:
        return False
    return any(
        moment in (entry.publish_at, entry.expire_at)
        and entry.source in folders
        and (folders[entry.source] / entry.path).is_file()
        for entry in entries
    )


def _midnight() -> datetime:
    """Return when the next day begins: votes and checks of articles count by days."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today + timedelta(days=1)


def _kb_command(*arguments: str) -> list[str]:
    return _python("from kb.cli import main; main()", *arguments)


def _publisher_command() -> list[str]:
    return _python("from kb.cli.publisher import main; main()", str(os.getpid()))


def _python(code: str, *arguments: str) -> list[str]:
    # Not by -m: that would look for our code in the current folder first.
    return [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {code}", *arguments]


def _popen(command: Sequence[str], settings: Settings) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own interpreter and code
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={**os.environ, "KB_INDEX": str(settings.index)},
        # So that it is spawned, not forked: the pipe by which a fork tells of its start would get
        # into a worker that the server starts at that moment, and never end.
        close_fds=False,
    )
