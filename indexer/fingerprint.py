"""What kind of index this program makes, as one hash: another one has to be built anew.

Every `kb index` asks, and finds most often that nothing has to be written: nothing is loaded here
that takes long.
"""

import hashlib
from functools import cache
from importlib.metadata import version

from kb.rendering.render_version import RENDER_FINGERPRINT
from kb.segments.shape import ANALYSIS_VERSION, BOOSTS, FIELDS, K1, USUAL_LENGTHS, B

SCHEMA_VERSION = 5


def fingerprint() -> str:
    """Return a hash of all that shapes an index; another value means another kind of index."""
    shape = [SCHEMA_VERSION, ANALYSIS_VERSION, RENDER_FINGERPRINT, FIELDS]
    shape += [K1, B, BOOSTS, USUAL_LENGTHS]
    shape += _versions()
    return hashlib.sha256(repr(shape).encode()).hexdigest()[:16]


@cache
def _versions() -> tuple[str, ...]:
    """Return the versions of what stems, characters and Unicode classes come from."""
    return tuple(version(name) for name in ("PyStemmer", "OpenCC", "regex"))
