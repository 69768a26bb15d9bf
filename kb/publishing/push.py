"""What a forge says of a push: which repository, which branch. Nothing else of it is ever used.

The repository and the branch that are fetched are those of the settings; what a delivery says can
only make it be ignored.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qs

import orjson

from kb.publishing.address import name_of
from kb.publishing.settings_table import Forge
from kb.signatures import Delivery, Replayed, Seen

_EVENT_HEADERS: Final[Mapping[Forge, str]] = {
    "github": "x-github-event",
    "gitlab": "x-gitlab-event",
    "gitea": "x-gitea-event",
    "forgejo": "x-forgejo-event",
}
_PUSHES: Final = ("push", "Push Hook")
_PING: Final = "ping"
# How the forges call the addresses of a repository, in one of these two objects.
_OBJECTS: Final = ("repository", "project")
_ADDRESSES: Final = (
    *("clone_url", "ssh_url", "git_url", "html_url", "url", "homepage"),
    *("git_http_url", "git_ssh_url", "http_url", "web_url"),
)
_REMEMBERED_SECONDS: Final = 24 * 60 * 60


@dataclass(frozen=True, slots=True)
class Push:
    """What was pushed to: the names of the repository (`kb.publishing.address.name_of`), a ref."""

    names: frozenset[str]
    ref: str


def is_ping(forge: Forge, delivery: Delivery) -> bool:
    """Whether the forge only tries whether somebody answers."""
    return delivery.header(_EVENT_HEADERS[forge]) == _PING


def is_push(forge: Forge, delivery: Delivery) -> bool:
    """Whether a delivery tells of a push, as far as its header says."""
    return delivery.header(_EVENT_HEADERS[forge]) in _PUSHES


def read_push(body: bytes, *, is_form: bool) -> Push:
    """Return what a body says; raises ValueError when it is no push.

    is_form  it is a form, whose field `payload` holds the JSON
    """
    told = orjson.loads(_payload(body) if is_form else body)
    ref = told.get("ref") if isinstance(told, dict) else None
    if not isinstance(ref, str):
        raise ValueError("it names no branch")
    found = (told[name] for name in _OBJECTS if isinstance(told.get(name), dict))
    addresses = (each.get(name) for each in found for name in _ADDRESSES)
    return Push(frozenset(map(_name, filter(_is_text, addresses))), ref)


def check_number(forge: Forge, secret: str, delivery: Delivery, seen: Seen) -> None:
    """Raise Replayed if a delivery that no signature tells from others has come before.

    GitLab's token is the same each time; a delivery sent again has the number of the first.
    """
    if forge != "gitlab" or secret.startswith("whsec_"):
        return
    number = delivery.header("idempotency-key") or delivery.header("x-gitlab-event-uuid")
    name = f"gitlab number:{hashlib.sha256(number.encode('utf-8', 'replace')).hexdigest()}"
    if number and not seen.is_new(name, delivery.at, _REMEMBERED_SECONDS):
        raise Replayed("gitlab: the request has come before")


def _payload(body: bytes) -> str:
    return parse_qs(body.decode(), max_num_fields=4, strict_parsing=True)["payload"][0]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _name(address: str) -> str:
    try:
        return name_of(address)
    except ValueError:
        return ""
