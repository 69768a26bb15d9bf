"""How often one address may do what costs something: so many at once, then one every so often.

It counts in this process alone, so that several workers together allow several times as many. Of
addresses that have not come for long it knows nothing any more, which is the same as never seen.
"""

import time
from collections import OrderedDict
from threading import Lock

_MOST_NAMES = 10_000


class RateLimit:
    """May be used from any thread.

    burst          how many are allowed at once
    every_seconds  after so many seconds one more is allowed
    """

    def __init__(self, burst: int, every_seconds: float) -> None:
        self._burst = burst
        self._every_seconds = every_seconds
        # By name the moment at which nothing is counted against it any more, oldest use first.
        self._clear_at: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, name: str, now: float | None = None) -> float:
        """Count one more of `name` and return 0, or how long it has to wait, uncounted."""
        now = time.monotonic() if now is None else now
        with self._lock:
            clear_at = max(self._clear_at.get(name, now), now) + self._every_seconds
            too_many = clear_at - now - self._burst * self._every_seconds
            if too_many > 0:
                return too_many
            self._clear_at[name] = clear_at
            self._clear_at.move_to_end(name)
            if len(self._clear_at) > _MOST_NAMES:
                self._clear_at.popitem(last=False)
        return 0.0
