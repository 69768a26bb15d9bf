"""Who asks, as far as anybody needs to know: an address to limit, a pseudonym to count by.

There is no cookie. A pseudonym is made from the day, the address and the browser with the
server's secret, so that two days of one person cannot be joined, nor an address be guessed from
it. What a proxy says about addresses is believed only if the operator trusts that proxy.
"""

import hmac
import re
from datetime import date
from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address, ip_network
from typing import cast

from flask import request

from webapp.site import current_site, today

_PSEUDONYM_BYTES = 12
_MAX_AGENT_CHARS = 300
# Many providers give a household a network of this size, and its devices change within it.
_HOUSEHOLD_BITS = 64
# Those that crawl on their own account say so; what a person's program calls itself does not count.
_ROBOT = re.compile(r"bot\b|bot[/ -]|crawl|spider|slurp|preview|externalhit|monitor|archiv", re.I)


def client_address() -> str:
    """Return the address of whoever asks: the nearest one that is not a trusted proxy."""
    trusted = current_site().settings.staff.trusted_proxies
    peer = request.remote_addr or ""
    if not trusted:
        return peer
    return _first_stranger([*_forwarded_for(), peer], trusted)


def is_from_trusted_proxy() -> bool:
    """Whether the peer itself, whatever it says, is a proxy that the operator trusts."""
    return _is_within(request.remote_addr or "", current_site().settings.staff.trusted_proxies)


def _forwarded_for() -> list[str]:
    given = ",".join(request.headers.getlist("X-Forwarded-For"))
    return [part.strip() for part in given.split(",") if part.strip()]


def _first_stranger(addresses: list[str], trusted: tuple[str, ...]) -> str:
    """Return the last address that no trusted proxy has, or the first one of all."""
    for address in reversed(addresses):
        if not _is_within(address, trusted):
            return address
    return addresses[0]


@lru_cache(maxsize=1_024)
def _is_within(address: str, networks: tuple[str, ...]) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in ip_network(network) for network in networks)


def household(address: str) -> str:
    """Return what shares a limit with `address`: itself, or its network where it is IPv6."""
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if not isinstance(known, IPv6Address):
        return address
    return str(IPv6Network((int(known), _HOUSEHOLD_BITS), strict=False))


def pseudonym() -> str:
    """Return the name of this visitor for this day."""
    secret = current_site().settings.server.secret
    return _pseudonym(secret, today(), client_address(), _agent()[:_MAX_AGENT_CHARS])


@lru_cache(maxsize=1_024)
def _pseudonym(secret: str, day: date, address: str, agent: str) -> str:
    of = "\0".join(("visitor", day.isoformat(), address, agent))
    digest = hmac.digest(secret.encode(), of.encode("utf-8", "replace"), "sha256")
    return digest[:_PSEUDONYM_BYTES].hex()


def _agent() -> str:
    # Asked of every search; by way of `request.headers` it takes several times as long.
    return cast(str, request.environ.get("HTTP_USER_AGENT", ""))


def is_person() -> bool:
    """Whether somebody looks at this answer now: no crawler, no page fetched in advance."""
    given = request.environ
    purpose: str = given.get("HTTP_SEC_PURPOSE", "") or given.get("HTTP_PURPOSE", "")
    return "prefetch" not in purpose.lower() and not _is_robot(_agent())


@lru_cache(maxsize=1_024)
def _is_robot(agent: str) -> bool:
    return bool(_ROBOT.search(agent))
