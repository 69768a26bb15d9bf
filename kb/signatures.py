"""Whether a request comes from the service that it says it comes from.

Slack, Teams and the forges sign the bytes of the body with a secret that both sides know, each in
its own way. What is checked are the bytes as they came: parsed and written again they are others.
Nothing in a request may be believed before `verify` has returned, and without a secret nothing is.

A request that somebody has recorded and sends again carries a good signature. Therefore a date
that is signed has to be within `TOLERANCE_SECONDS` of now, and a signature counts once: it is the
signature that is remembered and not the delivery's number, which most services do not sign.
"""

import base64
import binascii
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

from kb.errors import KnowledgeBaseError

Sender = Literal["slack", "teams", "github", "gitlab", "gitea", "forgejo", "standard"]

TOLERANCE_SECONDS: Final = 300
# A date may lie in the future by the tolerance, and is good for as long again after that.
_REMEMBERED_DATED: Final = 2 * TOLERANCE_SECONDS
_REMEMBERED_UNDATED: Final = 24 * 60 * 60
_MOST_REMEMBERED: Final = 10_000
_STANDARD_PREFIX: Final = "whsec_"


class SignatureRefused(KnowledgeBaseError):
    """The request is not from the sender, or nobody can tell; the message is for a log."""


class Replayed(SignatureRefused):
    """The request is from the sender, and has come before."""


class Seen(Protocol):
    """Remembers what has come: one for all processes, or one for each, which then all take it."""

    def is_new(self, name: str, now: float, seconds: int) -> bool:
        """Return whether `name` is not remembered, and remember it for `seconds` from now."""
        ...


class SeenHere:
    """Remembers in this process, from any thread; of too many, the oldest are forgotten."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def is_new(self, name: str, now: float, seconds: int) -> bool:
        """Return whether `name` is not remembered, and remember it for `seconds` from now."""
        with self._lock:
            if self._until.get(name, now) > now:
                return False
            self._until.pop(name, None)
            self._until[name] = now + seconds
            if len(self._until) > _MOST_REMEMBERED:
                del self._until[next(iter(self._until))]
            return True


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request as it came in.

    headers  by their names in small letters
    body     the bytes, before anything has parsed them
    at       when it came, in seconds since 1970
    """

    headers: Mapping[str, str]
    body: bytes
    at: float

    @classmethod
    def of(cls, headers: Iterable[tuple[str, str]], body: bytes, at: float) -> "Delivery":
        """Return a delivery whose headers are found however their names are written."""
        return cls({name.lower(): value for name, value in headers}, body, at)

    def header(self, name: str) -> str:
        """Return a header by its name in small letters; "" where there is none."""
        return self.headers.get(name, "")


@dataclass(frozen=True, slots=True)
class _Scheme:
    """How a service signs.

    made   the signature that the secret gives for a delivery
    given  the signatures that came with it
    date   the signed moment in seconds since 1970, read only once the signature is known to be
           good; None where the service signs none
    once   whether two deliveries differ in their signatures
    """

    made: Callable[[str, Delivery], str]
    given: Callable[[Delivery], Iterable[str]]
    date: Callable[[Delivery], float | None] = lambda _: None
    once: bool = True


def verify(sender: Sender, secret: str, delivery: Delivery, seen: Seen) -> None:
    """Return only if `delivery` is from `sender`, is not old and has not come before."""
    if not secret:
        raise SignatureRefused(f"{sender}: there is no secret to check with")
    scheme = _scheme(sender, secret)
    made = scheme.made(secret, delivery)
    if not any(_is_same(made, given) for given in scheme.given(delivery)):
        raise SignatureRefused(f"{sender}: the signature is not the one of this body")
    date = scheme.date(delivery)
    if date is not None and abs(delivery.at - date) > TOLERANCE_SECONDS:
        raise SignatureRefused(f"{sender}: the date is {delivery.at - date:.0f} seconds off")
    if scheme.once:
        name = f"{sender}:{hashlib.sha256(made.encode()).hexdigest()}"
        seconds = _REMEMBERED_UNDATED if date is None else _REMEMBERED_DATED
        if not seen.is_new(name, delivery.at, seconds):
            raise Replayed(f"{sender}: the request has come before")


def _scheme(sender: Sender, secret: str) -> _Scheme:
    # By the secret and not by the headers: whoever sends chooses those.
    if sender == "gitlab" and secret.startswith(_STANDARD_PREFIX):
        return _SCHEMES["standard"]
    return _SCHEMES[sender]


def _is_same(made: str, given: str) -> bool:
    return hmac.compare_digest(made.encode(), _bytes(given))


def _bytes(header: str) -> bytes:
    return header.encode("utf-8", "replace")


def _hex(key: str, signed: bytes) -> str:
    return hmac.digest(key.encode(), signed, "sha256").hex()


def _base64(key: str, signed: bytes) -> str:
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError) as error:
        raise SignatureRefused(f"the secret is not Base64: {error}") from error
    return base64.b64encode(hmac.digest(raw, signed, "sha256")).decode()


def _seconds(written: str) -> float:
    if not (written.isascii() and written.isdigit() and len(written) <= 12):
        raise SignatureRefused("the date is not a number of seconds")
    return float(written)


def _slack(secret: str, delivery: Delivery) -> str:
    moment = _bytes(delivery.header("x-slack-request-timestamp"))
    return "v0=" + _hex(secret, b":".join((b"v0", moment, delivery.body)))


def _standard(secret: str, delivery: Delivery) -> str:
    number, moment = (_bytes(delivery.header(f"webhook-{name}")) for name in ("id", "timestamp"))
    signed = b".".join((number, moment, delivery.body))
    return _base64(secret.removeprefix(_STANDARD_PREFIX), signed)


def _standard_given(delivery: Delivery) -> list[str]:
    """Return the signatures of version 1; while a secret is replaced, there are two."""
    given = (each.partition(",") for each in delivery.header("webhook-signature").split())
    return [signature for version, _, signature in given if version == "v1"]


def _teams_given(delivery: Delivery) -> list[str]:
    kind, _, signature = delivery.header("authorization").partition(" ")
    return [signature.strip()] if kind.lower() == "hmac" else []


def _teams_date(delivery: Delivery) -> float | None:
    """Return the date inside the message: it is signed with it, so nobody could take it out."""
    try:
        written = json.loads(delivery.body).get("timestamp")
    except (ValueError, AttributeError, RecursionError) as error:
        raise SignatureRefused("teams: the body is not a JSON object") from error
    if written is None:
        return None
    try:
        moment = datetime.fromisoformat(written)
    except (ValueError, TypeError) as error:
        raise SignatureRefused("teams: the date cannot be read") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


_SCHEMES: Final[Mapping[Sender, _Scheme]] = {
    "slack": _Scheme(
        _slack,
        lambda delivery: [delivery.header("x-slack-signature")],
        lambda delivery: _seconds(delivery.header("x-slack-request-timestamp")),
    ),
    "teams": _Scheme(
        lambda secret, delivery: _base64(secret, delivery.body), _teams_given, _teams_date
    ),
    "standard": _Scheme(
        _standard,
        _standard_given,
        lambda delivery: _seconds(delivery.header("webhook-timestamp")),
    ),
    "github": _Scheme(
        lambda secret, delivery: "sha256=" + _hex(secret, delivery.body),
        lambda delivery: [delivery.header("x-hub-signature-256")],
    ),
    "gitea": _Scheme(
        lambda secret, delivery: _hex(secret, delivery.body),
        lambda delivery: [delivery.header("x-gitea-signature")],
    ),
    "forgejo": _Scheme(
        lambda secret, delivery: _hex(secret, delivery.body),
        lambda delivery: [delivery.header("x-forgejo-signature")],
    ),
    # The secret itself is sent, so that nothing about the body is known.
    "gitlab": _Scheme(
        lambda secret, _: secret, lambda delivery: [delivery.header("x-gitlab-token")], once=False
    ),
}
