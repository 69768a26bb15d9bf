"""Run git in a folder that may be anybody's: nothing asks, nothing waits for ever.

Variables such as GIT_DIR, which git sets for its own hooks, are taken out: they would make every
command speak of another repository than the one that was named.
"""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

from kb.errors import KnowledgeBaseError

SECONDS = 60.0
_ALWAYS = ("-c", "core.quotePath=false", "-c", "core.fsmonitor=false")
_SAID_CHARS = 600


class GitFailed(KnowledgeBaseError):
    """Git refused or could not do something; the message holds what it said."""


def ask(root: Path, *arguments: str) -> str | None:
    """Return what git says, or None when it cannot say it."""
    try:
        return run(root, *arguments)
    except GitFailed:
        return None


def run(
    root: Path,
    *arguments: str,
    seconds: float = SECONDS,
    variables: Mapping[str, str] | None = None,
) -> str:
    """Return what `git ARGUMENTS` prints in the folder `root`; raises GitFailed.

    variables  on top of the environment, such as GIT_CONFIG_GLOBAL
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    still = {"GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(  # noqa: S603 - a list of arguments, no shell
            ["git", *_ALWAYS, *arguments],  # noqa: S607
            cwd=root,
            env={**kept, **still, **(variables or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode("utf-8", "replace").strip()[:_SAID_CHARS]
        raise GitFailed(f"git {_command(arguments)} failed: {said or error.returncode}") from error
    except subprocess.TimeoutExpired as error:
        raise GitFailed(f"git {_command(arguments)} took more than {seconds:g} s") from error
    except OSError as error:
        raise GitFailed(f"git cannot be run: {error}") from error
    return done.stdout.decode("utf-8", "replace")


def _command(arguments: tuple[str, ...]) -> str:
    """Return which command of git was meant: what stands after options such as `-c a=b`."""
    words = iter(arguments)
    for word in words:
        if word in ("-c", "-C"):
            next(words, None)
        elif not word.startswith("-"):
            return word
    return " ".join(arguments)
