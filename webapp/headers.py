"""The security headers of every response, error pages and static files included.

The policy allows no inline script or style at all, so a hole in the sanitiser is still not
a script on the page.
"""

from flask import Response

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# An image of an article that is opened by itself: an SVG must not become a page of ours.
MEDIA_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"

_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
}


def protect(response: Response) -> Response:
    """Add the headers; one that a view has set for itself stays."""
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response
