"""Runs one function as a program and kills it just before its N-th change to the disk.

    python crash_runner.py WITHIN N REPORT_FD MODULE:FUNCTION [ARGUMENT ...]

Counted are opening for writing, rename, link, symlink, remove, mkdir, rmdir and truncate of
anything under WITHIN, in this process only. N = 0 never kills. A run that ends by itself
writes its number of operations to REPORT_FD.
"""

import importlib
import os
import signal
import sys
from typing import Any

# Places of a path and of the open folder it is relative to among the arguments of an audit event.
OPERATIONS: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.remove": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rmdir": ((0, 1),),
    "os.truncate": ((0, None),),
}
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC


class Countdown:
    """Counts the operations under one folder and kills the process before the N-th."""

    def __init__(self, within: str, at: int) -> None:
        self.within = os.path.realpath(within)
        self.at = at
        self.process = os.getpid()
        self.seen = 0

    def hook(self, event: str, args: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = args
            counts = bool(flags & WRITING) and self.covers(path)
        elif event in OPERATIONS:
            counts = any(
                self.covers(args[path], -1 if folder is None else args[folder])
                for path, folder in OPERATIONS[event]
            )
        else:
            return
        if counts and os.getpid() == self.process:
            self.seen += 1
            if self.seen == self.at:
                os.kill(self.process, signal.SIGKILL)

    def covers(self, path: str | bytes | int, folder: int = -1) -> bool:
        """Whether `path`, relative to the open folder `folder`, lies under `within`."""
        if isinstance(path, int):
            path = os.readlink(f"/proc/self/fd/{path}")
        base = os.getcwd() if folder < 0 else os.readlink(f"/proc/self/fd/{folder}")
        whole = os.path.normpath(os.path.join(base, os.fsdecode(path)))
        return whole == self.within or whole.startswith(self.within + os.sep)


def main() -> None:
    within, at, report, target, *arguments = sys.argv[1:]
    module, _, function = target.partition(":")
    # Python put this folder first, and its `kb` is not the program.
    sys.path.pop(0)
    run = getattr(importlib.import_module(module), function)
    countdown = Countdown(within, int(at))
    sys.argv = [target, *arguments]
    sys.addaudithook(countdown.hook)
    try:
        run()
    finally:
        os.write(int(report), f"{countdown.seen}\n".encode())


if __name__ == "__main__":
    main()
