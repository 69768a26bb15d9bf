"""The one thing that this application sends by itself: what somebody shares to a Slack channel.

Slack ignores the answer to a pressed button; what everybody is to see has to be posted to the
address that came with it. Only addresses of Slack's own are posted to, no redirect is followed,
and nobody waits for it.
"""

import logging
import threading
import urllib.request
from collections.abc import Collection
from http.client import HTTPException
from typing import Any, Final

import orjson

HOOKS: Final = ("https://hooks.slack.com", "https://hooks.slack-gov.com")
_SECONDS: Final = 5
_log = logging.getLogger(__name__)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_given: object, **_names: object) -> None:
        """Follow none: what leads elsewhere is not Slack."""
        return


_opener = urllib.request.build_opener(_NoRedirect)


def is_hook(address: str, hooks: Collection[str] = HOOKS) -> bool:
    """Whether `address` is one that may be posted to; `hooks` are origins."""
    return any(address.startswith(f"{hook}/") for hook in hooks)


def post_soon(address: str, message: dict[str, Any]) -> None:
    """Post `message` from a thread of its own; a failure is logged, without what was said."""
    threading.Thread(target=_post, args=(address, orjson.dumps(message)), daemon=True).start()


def _post(address: str, body: bytes) -> None:
    request = urllib.request.Request(  # noqa: S310 - is_hook has seen the address
        address, data=body, headers={"Content-Type": "application/json; charset=utf-8"}
    )
    try:
        with _opener.open(request, timeout=_SECONDS):
            pass
    except (OSError, HTTPException) as error:
        _log.warning("an answer could not be shared to Slack: %s", error)
