"""Functions that worker processes run in the tests of the pool."""

import os
import signal
import time
from typing import Any

from kb.errors import ArticleError
from kb.rendering import render


def double(number: int) -> int:
    return 2 * number


def size(text: str) -> tuple[int, str]:
    return len(text), text


def misbehave(how: str) -> Any:
    """Do what the item says; every way of going wrong that a renderer could find."""
    match how:
        case "sleep":
            time.sleep(60)
        case "spin":
            while True:
                pass
        case "stubborn":
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
            time.sleep(60)
        case "memory":
            return len(bytearray(4 << 30))
        case "crash":
            os.kill(os.getpid(), signal.SIGSEGV)
        case "exit":
            os._exit(3)
        case "raise":
            raise ValueError("no")
        case "author":
            raise ArticleError("en/a.md", 3, "found", "fix")
        case "recursion":
            return misbehave("recursion")
        case "unsendable":
            return lambda: None
    return how


def rendered(text: str) -> int:
    return len(render.render(text, title="T", links={}).html)


def process_id(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()
