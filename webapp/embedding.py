"""The agent console inside other tools: a plain frame, Chatwoot's dashboard, Zendesk's sidebar.

Each tool's page is a whole console at an address of its own, so that a page posts to itself and
leads back to itself. Only what lies below /embed/ may be framed, sign-in included, and only by the
sites of the settings; without any, none of these addresses exists. A page of Zendesk's loads
Zendesk's script, as that is the only way to talk to the ticket; no other page may.
"""

from typing import Final

from flask import Blueprint, Flask, Response, jsonify, request

from webapp.access import staff_only
from webapp.console import Place, add_console
from webapp.cookies import FRAME_PREFIX, in_frame
from webapp.headers import page_policy
from webapp.links import absolute
from webapp.site import current_site
from webapp.zendesk_app import manifest

ZENDESK_SCRIPTS: Final = "https://static.zdassets.com"


def _framed_console(tool: str) -> Blueprint:
    blueprint = Blueprint(f"embed_{tool}", __name__, url_prefix=f"{FRAME_PREFIX}/{tool}")
    add_console(blueprint, Place("embed", f"embed/{tool}.html"))
    return staff_only("agent")(blueprint)


agent, chatwoot, zendesk = (_framed_console(tool) for tool in ("agent", "chatwoot", "zendesk"))
BLUEPRINTS: Final = (agent, chatwoot, zendesk)


def register(app: Flask) -> None:
    """Let the sites of the settings show what is made for frames; give templates their names."""
    app.after_request(_let_be_framed)
    app.jinja_env.globals.update(frame_origins=frame_origins, zendesk_sdk_url=zendesk_sdk_url)


def frame_origins() -> str:
    """Return the origins that may frame us, as browsers write them, with a space between two."""
    return " ".join(_normal(origin) for origin in current_site().settings.embed.origins)


def zendesk_sdk_url() -> str:
    """Return the address of the script that talks to Zendesk."""
    return f"{ZENDESK_SCRIPTS}/zendesk_app_framework_sdk/2.0/zaf_sdk.min.js"


@zendesk.get("/manifest.json")
def zendesk_manifest() -> Response:
    """The description of the app for Zendesk, with the address of this site."""
    return jsonify(manifest(current_site().settings.site.name, absolute("")))


def _normal(origin: str) -> str:
    """Return an origin in small letters and without the port that its scheme implies."""
    scheme, _, host = origin.lower().partition("://")
    usual = {"http": ":80", "https": ":443"}[scheme]
    return f"{scheme}://{host.removesuffix(usual)}"


def _let_be_framed(response: Response) -> Response:
    origins = frame_origins()
    if in_frame() and origins:
        takes_sdk = request.blueprint == zendesk.name
        scripts = f"'self' {ZENDESK_SCRIPTS}" if takes_sdk else "'self'"
        policy = page_policy(frames=origins, scripts=scripts)
        response.headers["Content-Security-Policy"] = policy
    return response
