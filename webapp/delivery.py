"""What happens to every response on its way out: ETag, 304, gzip, caching and security headers.

The ETag is a hash of the body, never the generation alone: the clock publishes and expires
articles without a new generation, and a page that kept its ETag would stay in caches.
"""

import gzip
import hashlib
from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, make_response, redirect, request
from werkzeug.routing import RequestRedirect

from webapp.headers import protect

_MIN_GZIP_BYTES = 1_024
_TEXT_TYPES = {
    "application/json",
    "application/xml",
    "application/opensearchdescription+xml",
    "image/svg+xml",
    "text/css",
    "text/html",
    "text/javascript",
    "text/plain",
}


def register(app: Flask) -> None:
    """Send every response of `app` through this module."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    if isinstance(request.routing_exception, RequestRedirect):
        response = _within_site(request.routing_exception)
    protect(response)
    response.headers.setdefault("Cache-Control", "no-cache")
    if response.mimetype in _TEXT_TYPES:
        response.vary.add("Accept-Encoding")
    if response.status_code == 200 and request.method in {"GET", "HEAD"}:
        if response.get_etag() == (None, None):
            digest = hashlib.sha256(response.get_data()).hexdigest()[:24]
            response.set_etag(digest, weak=True)
        response.make_conditional(request)
    return _compressed(response)


def _within_site(error: RequestRedirect) -> Response:
    """Lead to the path that routing wants; behind a proxy its host and scheme may be wrong."""
    target = urlsplit(error.new_url)
    # Two slashes at the beginning would name another host.
    path = "/" + target.path.lstrip("/")
    return make_response(redirect(urlunsplit(("", "", path, target.query, "")), error.code))


def _compressed(response: Response) -> Response:
    if (
        response.status_code == 304
        or response.mimetype not in _TEXT_TYPES
        or not request.accept_encodings["gzip"]
    ):
        return response
    body = response.get_data()
    if len(body) >= _MIN_GZIP_BYTES:
        # A fixed time in the header keeps equal bodies equal.
        response.set_data(gzip.compress(body, compresslevel=6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
