"""HTTP in, HTML or JSON out: the help center, the JSON API and what operators and crawlers ask for.

Nothing here knows how a search works or where an article comes from: views ask
`kb.search.SearchEngine` and put its answers on a page. `create_app` is the only place that
chooses an engine, and the only line of this package that may import `indexer`.
"""

import os

from flask import Flask
from jinja2 import StrictUndefined
from werkzeug.routing import BaseConverter

from kb.embedding import open_embedder
from kb.search import SearchEngine
from kb.settings import Settings
from webapp import api, delivery, errors, explaining, help_center, i18n, operations
from webapp.assets import load_assets
from webapp.fast_json import FastJson
from webapp.links import register_links
from webapp.site import AUDIENCE, Site

MAX_REQUEST_BYTES = 256 * 1024


class _LocaleConverter(BaseConverter):
    """A language tag as the first part of a path: `en`, `zh-Hant`, `zh_TW`."""

    regex = "[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*"


def create_app(settings: Settings | None = None, *, engine: SearchEngine | None = None) -> Flask:
    """Return the web application; without arguments it reads kb.toml and the KB_* environment."""
    settings = Settings.load(None, os.environ) if settings is None else settings
    app = Flask(__name__, static_folder=None)
    app.config.update(MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES, DEBUG=False)
    app.json = FastJson(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.converters["locale"] = _LocaleConverter
    app.extensions["kb"] = Site(
        settings=settings,
        engine=_open_engine(settings) if engine is None else engine,
        assets=load_assets(settings.brand.accent),
    )
    i18n.register(app)
    register_links(app)
    app.register_blueprint(operations.blueprint)
    app.register_blueprint(api.blueprint)
    app.register_blueprint(help_center.blueprint)
    app.register_blueprint(explaining.blueprint)
    errors.register(app)
    delivery.register(app)
    return app


def _open_engine(settings: Settings) -> SearchEngine:
    from indexer.engine import WhooshEngine

    embedder = open_embedder(settings.search.semantic)
    engine = WhooshEngine(settings.index, audiences=(AUDIENCE,), embedder=embedder)
    engine.open_soon()
    return engine
