"""Addresses of git repositories: which are allowed, whether two name one, and no password shown.

Git runs a program for some kinds of address (`ext::`), and takes what begins with "-" for an
option; neither gets through here.
"""

import re
from typing import Final, Literal
from urllib.parse import urlsplit

Protocol = Literal["https", "ssh", "file"]

_SCP_LIKE: Final = re.compile(r"(?:[\w.-]+@)?([\w.-]+):(?!/{2})([^\s:]+)", re.ASCII)
_USER: Final = re.compile(r"(?<=://)[^/@\s]*@")
_ALLOWED: Final = (
    "write it as https://host/group/name.git, git@host:group/name.git, "
    "ssh://git@host/group/name.git or file:///folder/name.git"
)


def checked(address: str) -> str:
    """Return an address that git may be given; raises ValueError. "" stays ""."""
    if address:
        protocol_of(address)
    return address


def protocol_of(address: str) -> Protocol:
    """Return how git reaches an address; raises ValueError."""
    if not address.isprintable() or " " in address or address.startswith("-"):
        raise ValueError(f"it is no address of a repository; {_ALLOWED}")
    parts = urlsplit(address)
    if parts.scheme == "https" and parts.hostname and parts.path.strip("/"):
        return "https"
    if parts.scheme == "ssh" and _is_host(parts.hostname) and parts.path.strip("/"):
        return "ssh"
    if address.startswith("file:///") and parts.path.strip("/"):
        return "file"
    scp_like = _SCP_LIKE.fullmatch(address)
    if "://" not in address and "::" not in address and scp_like and _is_host(scp_like[1]):
        return "ssh"
    raise ValueError(f"this kind of address is not allowed; {_ALLOWED}")


def name_of(address: str) -> str:
    """Return what is equal for all addresses of one repository: its host and its path.

    Over HTTPS and SSH it has other ports and users; forges do not tell capitals apart.
    """
    parts = urlsplit(address) if "://" in address else None
    scp_like = None if parts else _SCP_LIKE.fullmatch(address)
    host = (parts.hostname or "") if parts else scp_like[1] if scp_like else ""
    path = parts.path if parts else scp_like[2] if scp_like else address
    path = path.strip("/").removesuffix(".git").strip("/")
    return f"{host}/{path}".casefold()


def without_user(text: str) -> str:
    """Return a text with no user and password in its addresses."""
    return _USER.sub("", text)


def _is_host(name: str | None) -> bool:
    # A host that begins with "-" would be an option of ssh.
    return bool(name) and not str(name).startswith("-")
