"""Git, told to believe nothing of the repository it fetches from and nothing of this machine.

The repository is ours and git never writes a file of theirs, it only tells us what is in them:
so their hooks, filters, submodules and links are bytes like any others. What git reads from the
system, from the user and from its environment is switched off, and each step has a limit of time;
listing also one of size, because trees that hold one another have no end.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import IO, Final

from kb.git import GitFailed, run
from kb.publishing.address import protocol_of, without_user

FETCH_SECONDS: Final = 600.0
READ_SECONDS: Final = 120.0
# Of about two hundred thousand files.
MOST_LISTED_BYTES: Final = 32 * 1024 * 1024
_REMOTE: Final = "published"
_CHUNK: Final = 1024 * 1024

_CONFIG: Final[Mapping[str, str]] = {
    "core.hooksPath": os.devnull,
    "core.attributesFile": os.devnull,
    "core.symlinks": "false",
    "core.autocrlf": "false",
    "core.quotePath": "false",
    "core.fsmonitor": "false",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "no",
    "credential.helper": "",
    "gc.autoDetach": "false",
    "protocol.allow": "never",
    # A transfer that stands still is ended, and nothing may ask for a password.
    "http.lowSpeedLimit": "100",
    "http.lowSpeedTime": "30",
    "core.askPass": "",
    "core.sshCommand": "ssh -oBatchMode=yes -oConnectTimeout=20 -oServerAliveInterval=15",
}
# What a repository says of its files (`.gitattributes`) counts less than this.
_ATTRIBUTES: Final = "* -text -eol -filter -ident -working-tree-encoding -diff -merge\n"


class Repository:
    """Our repository beside the files in `folder`; it fetches one branch from one address."""

    def __init__(self, folder: Path, address: str, branch: str) -> None:
        self.folder = folder
        self.data = folder / ".git"
        self.branch = branch
        self._variables = _variables(self.data, address)

    def make(self) -> None:
        """Make the repository if it is not there."""
        if not (self.data / "HEAD").is_file():
            self._git("init", "--quiet", "--template=")
        attributes = self.data / "info" / "attributes"
        attributes.parent.mkdir(exist_ok=True)
        attributes.write_text(_ATTRIBUTES, encoding="ascii")

    def fetch(self, depth: int) -> str:
        """Fetch the branch, whatever became of it, and return its commit; raises GitFailed.

        depth  how many commits; 0 = all
        """
        ours = f"refs/remotes/{_REMOTE}/head"
        cut = ("--unshallow",) if self.is_shallow() else ()
        self._git(
            *("fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules"),
            *("--no-auto-gc", "--no-write-fetch-head", "--update-shallow"),
            *((f"--depth={depth}",) if depth else cut),
            *(_REMOTE, f"+refs/heads/{self.branch}:{ours}"),
            seconds=FETCH_SECONDS,
        )
        return self._git("rev-parse", "--verify", "--quiet", f"{ours}^{{commit}}").strip()

    def is_shallow(self) -> bool:
        """Whether the history ends somewhere, so that older changes have no date."""
        file = self.data / "shallow"
        return file.is_file() and file.stat().st_size > 0

    def is_ancestor(self, older: str, newer: str) -> bool:
        """Whether one commit comes before another; False too where `older` is not known."""
        try:
            self._git("merge-base", "--is-ancestor", older, newer)
        except GitFailed:
            return False
        return True

    def listing(self, commit: str, paths: Iterable[str]) -> bytes:
        """Return what `git ls-tree -r -z -l` says of the files below `paths`; none = of all."""
        with self._process("ls-tree", "-r", "-z", "-l", "--full-tree", commit, "--", *paths) as git:
            found = bytearray()
            while chunk := _out(git).read(_CHUNK):
                found += chunk
                if len(found) > MOST_LISTED_BYTES:
                    raise GitFailed(
                        f"commit {commit[:12]} has too many files to list. "
                        "Is it the right repository?"
                    )
            return bytes(found)

    def contents(self, wanted: Iterable[tuple[str, int]]) -> Iterator[bytes]:
        """Yield the bytes of each (object, size) in turn."""
        with self._process("cat-file", "--batch") as git:
            for name, size in wanted:
                _in(git).write(f"{name}\n".encode())
                _in(git).flush()
                said = _out(git).readline().split()
                if said != [name.encode(), b"blob", str(size).encode()]:
                    raise GitFailed(f"git cat-file failed: {name} is not what the tree says it is")
                data = _out(git).read(size)
                if len(data) != size or _out(git).read(1) != b"\n":
                    raise GitFailed(f"git cat-file failed: {name} ended too early")
                yield data
            _in(git).close()

    def note(self, commit: str, changed: Mapping[str, str], gone: Iterable[str]) -> None:
        """Note for `git log` and `git status` which commit lies beside, and which of its files.

        changed  path -> mode and object, as "100644 <object>"
        """
        lines = [f"0 {'0' * 40}\t{path}" for path in gone]
        lines += [f"{entry}\t{path}" for path, entry in changed.items()]
        with self._process("update-index", "-z", "--index-info") as git:
            _in(git).write("".join(f"{line}\0" for line in lines).encode())
            _in(git).close()
            _out(git).read()
        self._git("update-ref", "--no-deref", "HEAD", commit)
        self._git("update-index", "-q", "--really-refresh")

    def tidy(self) -> None:
        """Pack what many fetches have left, if it is much."""
        self._git("gc", "--auto", "--quiet", seconds=FETCH_SECONDS)

    def _git(self, *arguments: str, seconds: float = READ_SECONDS) -> str:
        try:
            return run(self.folder, *arguments, seconds=seconds, variables=self._variables)
        except GitFailed as error:
            raise GitFailed(without_user(str(error))) from None

    @contextmanager
    def _process(self, *arguments: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run git while the block reads from it and writes to it; raises GitFailed."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        git = subprocess.Popen(  # noqa: S603 - a list of arguments, no shell
            ["git", *arguments],  # noqa: S607
            cwd=self.folder,
            env={**kept, **self._variables},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        limit = Timer(READ_SECONDS, git.kill)
        limit.start()
        try:
            yield git
            code = git.wait()
        except BrokenPipeError as error:
            raise GitFailed(f"git {arguments[0]} ended too early") from error
        finally:
            limit.cancel()
            git.kill()
            with git:
                pass
        if code:
            raise GitFailed(f"git {arguments[0]} ended with code {code}")


def _variables(data: Path, address: str) -> dict[str, str]:
    """Return git's environment: the address is there too, where other users cannot read it."""
    config = {
        **_CONFIG,
        f"protocol.{protocol_of(address)}.allow": "always",
        f"remote.{_REMOTE}.url": address,
    }
    numbered = {
        f"GIT_CONFIG_{kind}_{number}": text
        for number, pair in enumerate(config.items())
        for kind, text in zip(("KEY", "VALUE"), pair, strict=True)
    }
    return {
        **numbered,
        "GIT_CONFIG_COUNT": str(len(config)),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_DIR": str(data),
        "GIT_LITERAL_PATHSPECS": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }


def _in(git: subprocess.Popen[bytes]) -> IO[bytes]:
    assert git.stdin is not None
    return git.stdin


def _out(git: subprocess.Popen[bytes]) -> IO[bytes]:
    assert git.stdout is not None
    return git.stdout
