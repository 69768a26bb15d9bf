"""The page that says how to reach the answers from other tools: addresses, packages, a bookmark.

It shows whether a secret is set and never what it is. The bookmark is a link with a program in it,
which our own policy does not let run on our page: it is dragged to the browser's bar and runs on
the pages of others, where it opens a window of ours and reads nothing but the selection.
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

import orjson
from flask import Blueprint, Response, render_template, url_for

from webapp.access import current_user, staff_only
from webapp.links import absolute
from webapp.site import current_site
from webapp.zendesk_app import package

# An address that is longer is cut or refused on its way; most letters take nine bytes in it.
MOST_SELECTED: Final = 1_500
MOST_BYTES_SELECTED: Final = 6_000
PACKAGE: Final = "kb-zendesk.zip"

blueprint = staff_only("agent")(Blueprint("connecting", __name__, url_prefix="/agent/tools"))


@dataclass(frozen=True, slots=True)
class Door:
    """One way in from another tool.

    name      of the tool
    settings  what an operator has to set, as it stands in kb.toml
    is_open   whether that is set
    urls      what to paste into the tool: a label of that tool's, and the address
    """

    name: str
    settings: str
    is_open: bool
    urls: tuple[tuple[str, str], ...]


@blueprint.get("")
def page() -> str:
    """Show each way in, and whether it is open."""
    return render_template(
        "agent/tools.html",
        doors=_doors(),
        bookmark=bookmark(),
        package_url=url_for(".zendesk_package"),
        is_framed=bool(current_site().settings.embed.origins),
        user=current_user(),
        alternates={tag: url_for(".page", locale=tag) for tag in current_site().locales()},
    )


@blueprint.get(f"/{PACKAGE}")
def zendesk_package() -> Response:
    """The app that an administrator uploads to Zendesk."""
    content = package(current_site().settings.site.name, absolute(""))
    response = Response(content, mimetype="application/zip")
    response.headers["Content-Disposition"] = f'attachment; filename="{PACKAGE}"'
    return response


def bookmark() -> str:
    """Return the address of a bookmark that looks for what is selected on any page."""
    target = orjson.dumps(absolute("/agent")).decode()
    program = (
        f"let s=[...String(getSelection()).trim()].slice(0,{MOST_SELECTED});"
        f"while(encodeURIComponent(s.join('')).length>{MOST_BYTES_SELECTED})s.length-=10;"
        f"open({target}+'?q='+encodeURIComponent(s.join('')),'_blank',"
        "'popup,width=480,height=760')"
    )
    return "javascript:" + quote(f"(()=>{{{program}}})()", safe="(){}=>;,.'!?[]+-_*")


def _doors() -> tuple[Door, ...]:
    settings = current_site().settings
    is_framed = bool(settings.embed.origins)
    slack, teams = bool(settings.slack.signing_secret), bool(settings.teams.token)
    origins = "[embed] origins"
    return (
        Door("Chatwoot", origins, is_framed, (("Endpoint", absolute("/embed/chatwoot")),)),
        Door("Zendesk", origins, is_framed, (("URL", absolute("/embed/zendesk")),)),
        Door(
            "Slack",
            "[slack] signing_secret",
            slack,
            (
                ("Request URL (/kb)", absolute("/slack/command")),
                ("Interactivity Request URL", absolute("/slack/interactivity")),
            ),
        ),
        Door(
            "Microsoft Teams",
            "[teams] token",
            teams,
            (("Callback URL", absolute("/teams/messages")),),
        ),
        Door("iframe", origins, is_framed, (("src", absolute("/embed/agent")),)),
    )
