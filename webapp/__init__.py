"""HTTP in, HTML or JSON out: the help center, the JSON API and what operators and crawlers ask for.

Nothing here knows how a search works or where an article comes from: views ask
`kb.search.SearchEngine` and put its answers on a page. `create_app` is the only place that
chooses an engine, and the only line of this package that may import `indexer`.
"""

import os
from collections.abc import MutableMapping
from typing import Any, Final

from flask import Flask
from flask.templating import Environment
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from kb.answers.calibration import open_calibration
from kb.events.database import Database
from kb.events.events import EventStore
from kb.meaning.embedding import open_embedder
from kb.search import SearchEngine
from kb.settings import Settings
from kb.staff.secret import with_secret
from webapp import (
    access,
    account,
    api,
    chat_tools,
    connecting,
    console,
    csrf,
    delivery,
    due,
    embedding,
    errors,
    explaining,
    help_center,
    i18n,
    machine_readable,
    operations,
    publishing,
    reporting,
    signing_in,
    sitemap,
    votes,
    whats_new,
)
from webapp.assets import load_assets
from webapp.cookies import FRAME_PREFIX
from webapp.fast_json import FastJson
from webapp.links import register_links
from webapp.site import AUDIENCE, STAFF_AUDIENCE, Site

MAX_REQUEST_BYTES = 256 * 1024
# In it, `kb serve --watch` tells its workers where events are told.
EVENTS_VARIABLE: Final = "PREVIEW_EVENTS"

# For everybody; every other blueprint says for itself whom it is for.
PUBLIC = (
    operations.blueprint,
    sitemap.blueprint,
    machine_readable.blueprint,
    api.blueprint,
    help_center.blueprint,
    votes.blueprint,
    whats_new.blueprint,
    explaining.blueprint,
    chat_tools.blueprint,
)
# Only there when the settings have staff.
STAFF = (
    signing_in.blueprint,
    account.blueprint,
    console.blueprint,
    reporting.blueprint,
    due.blueprint,
    connecting.blueprint,
)
# Of those, also there in frames of other sites, when the settings name such sites.
FRAMED = (signing_in.blueprint,)


class _LocaleConverter(BaseConverter):
    """A language tag as the first part of a path: `en`, `zh-Hant`, `zh_TW`."""

    regex = "[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"


class _Templates(Environment):
    """The templates; what all of them may name is registered before the first one is asked for."""

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Return all names as one dictionary.

        Jinja's chain of two is asked for each of them wherever one template imports another.
        """
        return {**self.globals, **(d or {})}


def create_app(
    settings: Settings | None = None, *, engine: SearchEngine | None = None, events: str = ""
) -> Flask:
    """Return the web application; without arguments it reads kb.toml and the KB_* environment.

    events  for writers only: show drafts too, on pages that hear of changes at this address
    """
    settings = with_secret(Settings.load(None, os.environ) if settings is None else settings)
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES, DEBUG=False)
    app.json = FastJson(app)
    app.jinja_environment = _Templates
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["locale"] = _LocaleConverter
    app.extensions["kb"] = Site(
        settings=settings,
        engine=_open_engine(settings, with_internal=bool(events)) if engine is None else engine,
        store=_event_store(settings),
        assets=load_assets(settings.brand.accent, with_preview=bool(events)),
    )
    i18n.register(app)
    register_links(app)
    access.register(app)
    csrf.register(app)
    _register_blueprints(app, settings)
    if events:
        # Only a writer's own machine needs what reads articles.
        from webapp import preview

        preview.register(app, settings, events)
    errors.register(app)
    delivery.register(app)
    return app


def create_preview_app() -> Flask:
    """Return the web application for `kb serve --watch`, which makes sure that nobody else sees."""
    return create_app(events=os.environ[EVENTS_VARIABLE])


def _register_blueprints(app: Flask, settings: Settings) -> None:
    for blueprint in PUBLIC:
        app.register_blueprint(access.public(blueprint))
    if settings.publish.repository and settings.publish.secret:
        app.register_blueprint(access.public(publishing.blueprint))
    if not settings.staff.enabled:
        return
    for blueprint in STAFF:
        app.register_blueprint(blueprint)
    if settings.embed.origins:
        for blueprint in FRAMED:
            name = f"framed_{blueprint.name}"
            app.register_blueprint(blueprint, url_prefix=FRAME_PREFIX, name=name)
        for blueprint in embedding.BLUEPRINTS:
            app.register_blueprint(blueprint)
        embedding.register(app)


def _open_engine(settings: Settings, *, with_internal: bool) -> SearchEngine:
    from indexer.engine import WhooshEngine

    with_internal = with_internal or settings.staff.enabled
    audiences = (AUDIENCE, STAFF_AUDIENCE) if with_internal else (AUDIENCE,)
    embedder = open_embedder(settings.search.semantic)
    engine = WhooshEngine(
        settings.index,
        audiences=audiences,
        embedder=embedder,
        calibration=open_calibration(settings.search.calibration),
    )
    engine.open_soon()
    return engine


def _event_store(settings: Settings) -> EventStore:
    events = settings.events
    return EventStore(
        Database(settings.store_url()),
        retention_days=events.retention_days,
        order_numbers=events.order_numbers,
    )
