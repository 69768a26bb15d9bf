"""Which rendering this is: what was rendered by another one has to be rendered again.

Apart from `kb.rendering.render`, so that asking does not load all that rendering takes.
"""

import hashlib
from importlib.metadata import version

FORMAT = 2  # to be raised with every change of what comes out
_LIBRARIES = ("Markdown", "pymdown-extensions", "Pygments", "nh3")
RENDER_FINGERPRINT = hashlib.sha256(
    repr((FORMAT, [(name, version(name)) for name in _LIBRARIES])).encode()
).hexdigest()[:16]
