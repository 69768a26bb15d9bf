"""A server over a folder of articles, started as an operator would, and who may sign in to it."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError

import pytest

ROOT = Path(__file__).parents[2]
# Playwright's own list, which another one replaces; ours are the last two: pages of the address
# bar that nobody sees, loaded for each tab, cost more than half of opening one.
_FEATURES_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
)
FLAGS = [
    f"--disable-features={','.join(_FEATURES_OFF)}",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CONFIG = """\
[site]
name = "Parcel Help"
contact_url = "mailto:ask@example.com"
edit_url = "https://git.example.com/edit/main/{path}"

[server]
explain = true
"""
START_SECONDS = 60
AGENT = "ann"
PASSWORD = "correct horse battery staple"


@contextmanager
def served(folder: Path, config: str = CONFIG) -> Iterator[str]:
    """Index `folder/articles` and serve it, both by the command line, as an operator would."""
    (folder / "kb.toml").write_text(config, encoding="utf-8")
    run_kb(folder, "index").check_returncode()
    with serving(folder) as address:
        yield address


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[str]:
    """Run `kb serve` with these options in `folder` while the block runs."""
    port = _free_port()
    command = [*_kb(), "serve", "--port", str(port), *options]
    server = subprocess.Popen(command, cwd=folder, env=_environment())
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def run_kb(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `kb` with these arguments in `folder`."""
    command = [*_kb(), *arguments]
    return subprocess.run(
        command, cwd=folder, env=_environment(), capture_output=True, text=True, check=False
    )


def _kb() -> list[str]:
    return [sys.executable, "-c", "from kb.cli import main; main()"]


def _environment() -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    return {**clean, "PYTHONPATH": str(ROOT)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, "the server has ended"
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail("the server is not ready after a minute")
