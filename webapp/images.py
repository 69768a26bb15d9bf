"""An image of an article as a response: only images, so that nothing in one runs."""

import mimetypes

from flask import Response, abort

from webapp.headers import MEDIA_POLICY

_TYPES = {
    "image/avif",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/svg+xml",
    "image/webp",
}


def image(name: str, content: bytes | None) -> Response:
    """Return an image by its content name; without content, or of another type, it is a 404."""
    mimetype = mimetypes.guess_type(name)[0]
    if content is None or mimetype not in _TYPES:
        abort(404)
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Security-Policy"] = MEDIA_POLICY
    return response
