"""Passwords as they are kept: argon2id with the parameters of RFC 9106 for little memory.

A guess costs the guesser 64 MiB and a tenth of a second; so it does us, therefore a process
works on two at a time. A name that does not exist costs the same as one that does.
"""

import unicodedata
from collections.abc import Mapping
from threading import BoundedSemaphore
from typing import Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from kb.errors import AccountError

MIN_CHARS = 12
# Longer ones are no safer, and hashing them takes longer.
MAX_CHARS = 256
_AT_ONCE = 2

_hasher = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
_turns = BoundedSemaphore(_AT_ONCE)
# Of a password that was random and is forgotten; made with the parameters above.
_HASH_OF_NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4"
    "$RcVpIcKeY7LA2RMEykSY8Q$NmY7u0Y2MOY/6LyTv2Ru7USPD8zyx1HfV6HCOaaUVH8"
)


Weakness = Literal["short", "long", "name"]
_ADVICE: Mapping[Weakness, str] = {
    "short": f"a password needs at least {MIN_CHARS} characters; take some words",
    "long": f"a password can have at most {MAX_CHARS} characters",
    "name": "a password that is the name is guessed first; take another",
}


def weakness(password: str, name: str) -> Weakness | None:
    """Return why `name` should not have this password, or None."""
    given = _prepared(password)
    if len(given) < MIN_CHARS:
        return "short"
    if len(given) > MAX_CHARS:
        return "long"
    return "name" if given.casefold() == _prepared(name).casefold() else None


def check_new(password: str, name: str) -> None:
    """Raise AccountError, with what to do, when `name` should not have this password."""
    if found := weakness(password, name):
        raise AccountError(_ADVICE[found])


def hashed(password: str) -> str:
    """Return what is kept of a password: parameters, salt and hash."""
    with _turns:
        return _hasher.hash(_prepared(password))


def is_right(password: str, kept: str | None) -> bool:
    """Whether `password` is the one of which `kept` is left; None takes as long and is False."""
    if len(password) > MAX_CHARS:
        return False
    with _turns:
        try:
            is_same = _hasher.verify(kept or _HASH_OF_NOBODY, _prepared(password))
        except (VerificationError, InvalidHashError):
            return False
    return is_same and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than are used now."""
    return _hasher.check_needs_rehash(kept)


def _prepared(password: str) -> str:
    # Keyboards write the same accents and full-width letters in several ways.
    return unicodedata.normalize("NFKC", password)
