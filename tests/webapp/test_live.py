"""Open pages of this machine hear that something has changed, and nobody else does."""

import http.client
import json
import socket
import threading

import pytest

from webapp import live
from webapp.live import LiveEvents, serve_events

PAGES = 8000


@pytest.fixture
def events():
    return LiveEvents(lambda: "generation-1")


@pytest.fixture
def port(events):
    listening = socket.create_server(("127.0.0.1", 0))
    server = serve_events(events, listening, PAGES)
    yield listening.getsockname()[1]
    server.shutdown()
    server.server_close()


def asked(port, origin):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/", headers={"Origin": origin} if origin else {})
    return connection, connection.getresponse()


def next_event(response):
    kind = response.readline().decode().removeprefix("event: ").strip()
    data = response.readline().decode().removeprefix("data: ").strip()
    assert response.readline() == b"\n"
    return kind, json.loads(data)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_page_of_this_machine_hears_what_it_may_have_missed_and_what_happens(events, port, host):
    connection, response = asked(port, f"http://{host}:{PAGES}")
    assert response.headers["Content-Type"] == "text/event-stream"
    assert response.headers["Access-Control-Allow-Origin"] == f"http://{host}:{PAGES}"
    assert next_event(response) == ("files", "")
    assert next_event(response) == ("index", "generation-1")
    events.tell("files")
    events.tell("index", "generation-2")
    assert next_event(response) == ("files", "")
    assert next_event(response) == ("index", "generation-2")
    connection.close()


@pytest.mark.parametrize(
    "origin",
    ["", "null", "https://attacker.example", "http://127.0.0.1:8001", "https://127.0.0.1:8000"],
)
def test_others_hear_nothing(port, origin):
    connection, response = asked(port, origin)
    assert response.status == 403
    assert "Access-Control-Allow-Origin" not in response.headers
    connection.close()


def test_so_many_pages_may_listen_and_those_that_go_make_room(events, port, monkeypatch):
    monkeypatch.setattr(live, "MOST_STREAMS", 2)
    monkeypatch.setattr(live, "BEAT_SECONDS", 0.05)
    there = [asked(port, f"http://localhost:{PAGES}") for _ in range(3)]
    assert sorted(response.status for _, response in there) == [200, 200, 503]
    for connection, response in there:
        response.close()
        connection.close()
    freed = threading.Event()
    while not freed.wait(0.05):
        connection, response = asked(port, f"http://localhost:{PAGES}")
        if response.status == 200:
            freed.set()
        response.close()
        connection.close()
