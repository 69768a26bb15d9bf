"""What `kb serve --watch` runs beside the server: it watches files, tells pages, updates the index.

It is a process of its own, so that answers stay quick. It ends when its standard input closes,
and so with whoever started it, whatever ended that.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from socket import AF_INET, AF_INET6, SOCK_STREAM, socket
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import click

from kb.errors import KnowledgeBaseError, SettingsError

if TYPE_CHECKING:
    from kb.settings import Settings

# What makes a server a preview: of the folders that are here, on this machine, without traces.
PREVIEW_SETTINGS = {
    "site.url": "",
    "store": "",
    "events.enabled": "false",
    "publish.repository": "",
}
# Who saves twice in a row has the index updated once.
PAUSE_SECONDS = 0.3
LOOK_SECONDS = 0.1
END_SECONDS = 5
NICENESS = 10
MOST_PROBLEMS = 20
_BOOT = "import sys; sys.path[:] = {path!r}; from {module} import main; main()"


def refuse_strangers(settings: "Settings") -> None:
    """Raise SettingsError when others than this machine could see drafts."""
    if not settings.is_development():
        raise SettingsError(
            "--watch shows drafts and internal articles to everybody who can reach the server, "
            f"and {settings.server.host} is not an address of this machine alone. Leave --host "
            "out, or use 127.0.0.1."
        )


def prepare(settings: "Settings") -> None:
    """Have processes that are started from now on preview too, and make an index if there is none.

    They read the settings for themselves.
    """
    from indexer.generations import Generations
    from kb.settings import PREFIX

    for name, value in PREVIEW_SETTINGS.items():
        os.environ[PREFIX + name.replace(".", "_").upper()] = value
    if Generations(settings.index).current_name() is None:
        click.echo("There is no index yet; it is made first.", err=True)
        subprocess.run([*_python("kb.cli"), "index"], check=False)  # noqa: S603 - ourselves


@contextmanager
def watching(settings: "Settings") -> Iterator[None]:
    """Run the watcher while the block runs; workers that start then know where it tells events."""
    from webapp import EVENTS_VARIABLE

    host = settings.server.host.strip("[]")
    family = AF_INET6 if ":" in host else AF_INET
    with socket(family, SOCK_STREAM) as listening:
        listening.bind((host, 0))
        listening.listen()
        bound, port = listening.getsockname()[:2]
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [*_python("kb.cli.watching"), str(listening.fileno()), str(settings.server.port)],
            stdin=subprocess.PIPE,
            pass_fds=[listening.fileno()],
        )
    try:
        os.environ[EVENTS_VARIABLE] = f"http://{f'[{bound}]' if ':' in bound else bound}:{port}/"
        yield
    finally:
        try:
            process.communicate(timeout=END_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> None:
    """Watch until standard input closes."""
    from kb.settings import Settings

    descriptor, port = map(int, sys.argv[1:])
    watcher = _Watcher(Settings.load(None, os.environ))
    try:
        watcher.run(socket(fileno=descriptor), port)
    except KnowledgeBaseError as error:
        click.echo(f"kb: {error}", err=True)
    except KeyboardInterrupt:
        pass  # The server was interrupted too, and says so.
    finally:
        watcher.end()


class _Watcher:
    """The articles of some settings, the pages that show them and the index made of them."""

    def __init__(self, settings: "Settings") -> None:
        from indexer.generations import Generations
        from webapp.live import LiveEvents

        self._settings = settings
        self._generations = Generations(settings.index)
        self._events = LiveEvents(self._generation)
        self._stop = Event()
        self._changed = Event()
        self._index: subprocess.Popen[bytes] | None = None
        self._problems: frozenset[str] = frozenset()

    def run(self, listening: socket, port: int) -> None:
        """Tell and update until standard input closes; `port` is where the pages are served."""
        from kb.writing.watching import changes
        from webapp.live import serve_events

        serve_events(self._events, listening, port)
        for target in (self._end_with_parent, self._follow_index, self._keep_index):
            Thread(target=target, daemon=True).start()
        self._changed.set()  # Whatever happened while nobody watched.
        for _ in changes([source.path for source in self._settings.all_sources()], self._stop):
            self._events.tell("files")
            self._changed.set()

    def end(self) -> None:
        """Stop, with an update that is under way: the index stays as it was."""
        self._stop.set()
        if self._index is not None:
            self._index.terminate()

    def _generation(self) -> str:
        return self._generations.current_name() or ""

    def _end_with_parent(self) -> None:
        sys.stdin.buffer.read()
        self._stop.set()

    def _follow_index(self) -> None:
        """Tell of each new generation, whoever has made it."""
        known = self._generation()
        while not self._stop.wait(LOOK_SECONDS):
            if (name := self._generation()) != known:
                known = name
                self._events.tell("index", name)

    def _keep_index(self) -> None:
        """Update the index when files have rested for a moment."""
        while self._changed.wait():
            while self._changed.is_set():
                self._changed.clear()
                if self._stop.wait(PAUSE_SECONDS):
                    return
            self._events.tell("updating")
            self._update()
            self._events.tell("index", self._generation())

    def _update(self) -> None:
        started = time.monotonic()
        self._index = subprocess.Popen(  # noqa: S603 - our own interpreter and code
            [*_python("kb.cli"), "index", "--json"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        os.setpriority(os.PRIO_PROCESS, self._index.pid, NICENESS)
        out, err = self._index.communicate()
        if self._stop.is_set():
            return
        if self._index.returncode:
            click.echo(f"The index was not updated. {err.decode(errors='replace')}", err=True)
        else:
            self._say(json.loads(out), time.monotonic() - started)

    def _say(self, made: dict[str, Any], seconds: float) -> None:
        """Say what an update did, and what is newly wrong."""
        problems = frozenset(made["problems"])
        fresh = sorted(problems - self._problems)
        self._problems = problems
        for problem in fresh[:MOST_PROBLEMS]:
            click.echo(problem, err=True)
        if len(fresh) > MOST_PROBLEMS:
            click.echo(
                f"and {len(fresh) - MOST_PROBLEMS} more; the preview lists them all", err=True
            )
        if made["switched"]:
            click.echo(
                f"Index: {made['added']} added, {made['changed']} changed, "
                f"{made['removed']} removed ({seconds:.1f} s)",
                err=True,
            )


def _python(module: str) -> list[str]:
    """Return the command that runs the function `main` of a module as this process would."""
    return [sys.executable, "-c", _BOOT.format(path=sys.path, module=module)]
