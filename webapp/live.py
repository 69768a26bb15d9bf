"""Tell open pages that an article or the index has changed: server-sent events at an own port.

A stream that stays open would hold one of the few threads of the server that answers pages, and
one of the six connections that a browser keeps to it; here each has a thread that only waits.
What is told is when to look again, never a text.
"""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue
from socket import socket
from threading import Lock, Thread
from typing import Literal

# A stream whose page has gone is noticed when it is written to.
BEAT_SECONDS = 15.0
MOST_STREAMS = 64
HTTP_PORT = 80
POLL_SECONDS = 0.1
# As browsers name this machine.
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_LONGEST_WAIT = 10.0

Kind = Literal["files", "index", "updating"]


class LiveEvents:
    """Who listens, and what they are told."""

    def __init__(self, generation: Callable[[], str]) -> None:
        """Tell of changes.

        generation  says which one is current, for whoever begins to listen
        """
        self._generation = generation
        self._listeners: set[SimpleQueue[bytes]] = set()
        self._lock = Lock()

    def tell(self, kind: Kind, text: str = "") -> None:
        """Tell everybody that something has happened; `text` is the generation, or ""."""
        with self._lock:
            for listener in self._listeners:
                listener.put(_event(kind, text))

    def begin(self) -> SimpleQueue[bytes] | None:
        """Return what a new listener hears from now on; None when there are too many."""
        listener: SimpleQueue[bytes] = SimpleQueue()
        with self._lock:
            if len(self._listeners) >= MOST_STREAMS:
                return None
            self._listeners.add(listener)
        # It may have missed something before it came.
        listener.put(_event("files", ""))
        listener.put(_event("index", self._generation()))
        return listener

    def end(self, listener: SimpleQueue[bytes]) -> None:
        """Forget a listener."""
        with self._lock:
            self._listeners.discard(listener)


def serve_events(events: LiveEvents, listening: socket, port: int) -> ThreadingHTTPServer:
    """Answer at `listening`, in threads that end with the process; return what answers.

    port  where this machine serves the pages that may listen
    """

    class Handler(_Handler):
        told = events
        origins = frozenset(
            f"http://{host}{f':{port}' if port != HTTP_PORT else ''}" for host in LOOPBACK
        )

    server = _Server(listening.getsockname()[:2], Handler, bind_and_activate=False)
    server.socket.close()
    server.socket = listening
    Thread(target=server.serve_forever, args=(POLL_SECONDS,), name="kb-events", daemon=True).start()
    return server


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a page that closes in the middle of a line is no error."""


class _Handler(BaseHTTPRequestHandler):
    told: LiveEvents
    origins: frozenset[str]
    timeout = _LONGEST_WAIT

    def do_GET(self) -> None:
        """Send what happens, as long as somebody listens."""
        origin = self.headers.get("Origin", "")
        if origin not in self.origins:
            self.send_error(403)
            return
        listener = self.told.begin()
        if listener is None:
            self.send_error(503)
            return
        try:
            self._send(listener, origin)
        except OSError:
            pass
        finally:
            self.told.end(listener)

    def _send(self, listener: "SimpleQueue[bytes]", origin: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Access-Control-Allow-Origin", origin)
        self.end_headers()
        while True:
            try:
                message = listener.get(timeout=BEAT_SECONDS)
            except Empty:
                message = b":\n\n"
            self.wfile.write(message)
            self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Leave the terminal to what a writer wants to know."""


def _event(kind: Kind, text: str) -> bytes:
    return f"event: {kind}\ndata: {json.dumps(text)}\n\n".encode()
