"""The application over the sample site, and over no index at all."""

from collections.abc import Callable
from pathlib import Path

import pytest
from chat_site import INSIDE, shop
from flask import Flask
from flask.testing import FlaskClient
from sample_site import sample_engine
from server_process import publish

from kb.errors import IndexUnavailable
from kb.search import SearchEngine, State
from kb.settings import Settings
from webapp import create_app

SITE = {
    "name": "Parcel Help",
    "url": "https://help.example.com",
    "contact_url": "mailto:ask@example.com",
    "edit_url": "https://git.example.com/edit/main/articles/{path}",
}


class NoIndex:
    """An engine whose index has not been built yet: every read says so."""

    def __getattr__(self, name: str) -> Callable[..., State]:
        def unavailable(*_args: object, **_options: object) -> State:
            raise IndexUnavailable("there is no index: run `kb index`")

        return unavailable


@pytest.fixture(scope="session")
def engine() -> SearchEngine:
    return sample_engine()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    store = tmp_path_factory.mktemp("store") / "kb.sqlite3"
    server = {"secret": "a secret of 32 characters for tests"}
    return Settings.model_validate({"site": SITE, "server": server, "store": str(store)})


@pytest.fixture(scope="session")
def app(settings: Settings, engine: SearchEngine) -> Flask:
    return create_app(settings, engine=engine)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def client_without_index(settings: Settings) -> FlaskClient:
    return create_app(settings, engine=NoIndex()).test_client()  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one article and its index, to be copied by who serves it."""
    folder = tmp_path_factory.mktemp("published")
    publish(folder, "first")
    return folder


@pytest.fixture(scope="session")
def chat_app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The application as chats ask it, and the public is there."""
    return shop(tmp_path_factory.mktemp("public-chats"))


@pytest.fixture
def chat_client(chat_app: Flask) -> FlaskClient:
    return chat_app.test_client()


@pytest.fixture(scope="session")
def inside(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """The same where all chats are among colleagues."""
    return shop(tmp_path_factory.mktemp("internal-chats"), **INSIDE)
