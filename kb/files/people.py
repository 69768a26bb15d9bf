"""Names and addresses of people, as git, an article's `owner` and settings write them.

Two texts mean one person when they share a name or an address; spaces, letter case and the way
accents are encoded do not tell people apart.
"""

import re
import unicodedata
from functools import lru_cache

# One that mail programs take without quotes; nothing in it can begin another header.
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
MAIL_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})*")


def name_of(text: str) -> str:
    """Return the name in `An Lê <an@example.com>`; of anything else, the text itself."""
    name, address = _parts(text)
    return name or address


def address_of(text: str) -> str:
    """Return the mail address in `text`, in small letters, or ""."""
    return _parts(text)[1].casefold()


def person_key(text: str) -> str:
    """Return what tells one owner from another: the address, or the name where there is none."""
    return address_of(text) or _folded(text)


def is_same_person(one: str, other: str) -> bool:
    """Whether both texts name one person, or one team."""
    return bool(identities(one) & identities(other))


@lru_cache(maxsize=1_000)
def identities(text: str) -> frozenset[str]:
    """Return what somebody can be known by: name, address, and both as they are written."""
    found = {_folded(part) for part in (text, *_parts(text))}
    return frozenset(found - {""})


def _parts(text: str) -> tuple[str, str]:
    """Return name and address; a text without an address is a name."""
    plain = " ".join(text.split())
    if MAIL_ADDRESS.fullmatch(plain):
        return "", plain
    name, bracket, address = plain.partition("<")
    address = address.removesuffix(">")
    if bracket and plain.endswith(">") and MAIL_ADDRESS.fullmatch(address):
        return name.strip().strip('"').strip(), address
    return plain, ""


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split())).casefold()
