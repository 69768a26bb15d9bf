"""The cookies of staff, one for pages and one for frames; readers of the help center have none.

Their names begin with `__Host-`, so a browser keeps them only from this host, for this host, and
when they are sent encrypted or on the same machine; no neighbouring site can set them. What lies
under /embed/ is shown inside pages of other sites, where a browser sends a cookie only if it may
be sent anywhere; there it has a jar of its own for each site around it (`Partitioned`).
"""

from flask import request
from werkzeug.wrappers import Response

FRAME_PREFIX = "/embed"
# The id of a session; see kb/staff/sessions.py.
SESSION = "__Host-kb"
# What the token of a form is bound to while nobody has signed in.
FORM = "__Host-kb-form"
_MAX_CHARS = 128


def in_frame() -> bool:
    """Whether this address is for frames in other sites."""
    return request.path.startswith(f"{FRAME_PREFIX}/")


def cookie(name: str) -> str:
    """Return the value of a cookie for this kind of address; "" without one."""
    value = request.cookies.get(_full_name(name), "")
    return value if len(value) <= _MAX_CHARS else ""


def set_cookie(response: Response, name: str, value: str, seconds: int) -> None:
    """Have the browser keep a cookie for so long; 0 takes it away."""
    response.set_cookie(
        _full_name(name),
        value,
        max_age=seconds,
        path="/",
        secure=True,
        httponly=True,
        samesite="None" if in_frame() else "Lax",
        partitioned=in_frame(),
    )


def _full_name(name: str) -> str:
    return f"{name}-embed" if in_frame() else name
