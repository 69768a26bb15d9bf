"""`kb serve` with a repository: a push, the forge's call, and customers find the article."""

import hmac
import http.client
import json
import os
import signal
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from bare_repository import BareRepository, article
from server_process import serving, wait_until

SECRET = "mY7pQ2vX9wLr4NpZ1sYd3FgHj6Bc8Ae5"
SEND = "articles/en/parcels/send.md"
LATER = "articles/en/parcels/later.md"
SECONDS = 30


def tell(server, remote):
    """Deliver what GitHub sends after a push."""
    told = {
        "ref": "refs/heads/main",
        "after": remote.head(),
        "repository": {"clone_url": remote.address},
    }
    body = json.dumps(told).encode()
    digest = hmac.digest(SECRET.encode(), body, "sha256").hex()
    headers = {
        "Content-Type": "application/json",
        "X-GitHub-Event": "push",
        "X-Hub-Signature-256": f"sha256={digest}",
    }
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    connection.request("POST", "/hooks/git", body, headers)
    status = connection.getresponse().status
    connection.close()
    return status


def finds(server, word):
    status, body = server.get(f"/api/v1/search?q={word}&locale=en")
    return status == 200 and bool(json.loads(body)["hits"])


def publishers(pid):
    """Return the publisher among the children of all threads of a process."""
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            if b"kb.cli.publisher" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.append(int(child))
    return found


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_push_is_found_and_a_scheduled_article_appears_by_itself(tmp_path):
    remote = BareRepository(tmp_path / "remote.git")
    (tmp_path / "kb.toml").write_text(
        f'[publish]\nrepository = "{remote.address}"\nsecret = "{SECRET}"\npoll_seconds = 0\n'
        '[search]\nsemantic = "off"\n'
    )
    remote.commit({SEND: article(word="walrus")})
    with serving(tmp_path, workers=2) as server:
        wait_until(partial(finds, server, "walrus"), SECONDS)
        soon = datetime.now(UTC) + timedelta(seconds=4)
        later = article("What comes?", "ocelot").replace("---\nT", f"publish_at: {soon}\n---\nT")
        remote.commit({SEND: article(word="marmot"), LATER: later})
        assert tell(server, remote) == 202
        wait_until(partial(finds, server, "marmot"), SECONDS)
        # The other worker may be a moment later.
        wait_until(lambda: not finds(server, "walrus"), SECONDS)
        wait_until(partial(finds, server, "ocelot"), SECONDS)
        assert datetime.now(UTC) >= soon
        (publisher,) = publishers(server.process.pid)
        os.kill(publisher, signal.SIGKILL)
        remote.commit({SEND: article(word="badger")})
        assert tell(server, remote) == 202
        wait_until(partial(finds, server, "badger"), SECONDS)
        (another,) = publishers(server.process.pid)
        assert another != publisher
    assert not is_running(another)
