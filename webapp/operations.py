"""What machines ask for: health, static files, images, robots.txt, OpenSearch."""

from flask import Blueprint, Response, abort, g, jsonify, make_response, render_template, request

from kb.errors import StoreUnavailable
from webapp.delivery import accepts_gzip
from webapp.i18n import match
from webapp.images import image
from webapp.links import absolute, home_url
from webapp.site import AUDIENCE, current_site

blueprint = Blueprint("operations", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process is alive."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """A verified generation is open and events can be stored; else 503 by the error handlers."""
    site = current_site()
    state = site.engine.state(audience=AUDIENCE)
    if not site.store.is_writable():
        raise StoreUnavailable("events cannot be stored")
    return jsonify({"status": "ready", "generation": state.generation})


@blueprint.get("/static/<digest>/<path:name>")
def static(digest: str, name: str) -> Response:
    """A static file: kept for ever under its own digest, never under another."""
    assets = current_site().assets
    asset = assets.files.get(name)
    if asset is None:
        abort(404)
    response = Response(asset.content, mimetype=asset.mimetype)
    if asset.packed and accepts_gzip(request.headers.get("Accept-Encoding", "")):
        response.set_data(asset.packed)
        response.headers["Content-Encoding"] = "gzip"
    response.headers["ETag"] = asset.etag
    if digest == assets.digest:
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@blueprint.get("/media/<path:name>")
def media(name: str) -> Response:
    """An image of an article, by its content name."""
    response = image(name, current_site().engine.media(name, audience=AUDIENCE))
    # Not for ever: an article that becomes internal takes its images with it.
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


@blueprint.get("/robots.txt")
def robots() -> Response:
    """What crawlers should leave alone, and where the sitemap is."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in ("/api/", "/account", "/agent", "/embed", "/sign-in")),
        *(f"Disallow: {home_url(locale)}search" for locale in current_site().locales()),
        "",
        f"Sitemap: {absolute('/sitemap.xml')}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/<locale:locale>/opensearch.xml")
def opensearch(locale: str) -> Response:
    """The description by which a browser offers this site as a search engine."""
    served = match(locale)
    if served is None:
        abort(404)
    g.locale = served
    name = current_site().settings.site.name
    names = {"name": name, "long_name": name[:48].rstrip(), "short_name": name[:16].rstrip()}
    body = render_template("operations/opensearch.xml", **names)
    response = make_response(body)
    response.mimetype = "application/opensearchdescription+xml"
    return response
