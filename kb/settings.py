"""What an operator can set: defaults < kb.toml < KB_* variables < options.

A key or variable that does not exist is an error that names those that do, because it is a
typing mistake. Relative paths count from the file that names them, all others from the
current directory. Whether the folders exist is found out when they are read.
"""

import os
import tomllib
from collections.abc import Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator

from kb.errors import SettingsError
from kb.publishing.settings_table import Publish
from kb.settings_tables import (
    Brand,
    Embed,
    Events,
    Lint,
    Search,
    Server,
    Site,
    Slack,
    Source,
    Staff,
    Table,
    Teams,
    Verification,
)

DEFAULT_FILE = "kb.toml"
DEFAULT_STORE = "kb.sqlite3"
DEFAULT_CHECKOUT = "checkout"
CONFIG_VARIABLE = "KB_CONFIG"
PREFIX = "KB_"
_SQLITE = "sqlite:///"


class Settings(Table):
    """All settings, checked; `all_sources()` says what to index.

    Where `publish.repository` is set, relative folders of articles lie in our copy of it.

    store  where events and accounts are kept: a file, or the address of a database as
           SQLAlchemy writes it; "" = kb.sqlite3 beside the folder of the index
    """

    index: Path = Path("var/index")
    articles: Path = Path("articles")
    store: str = Field(default="", repr=False)
    site: Site = Site()
    brand: Brand = Brand()
    server: Server = Server()
    search: Search = Search()
    staff: Staff = Staff()
    events: Events = Events()
    embed: Embed = Embed()
    slack: Slack = Slack()
    teams: Teams = Teams()
    verification: Verification = Verification()
    lint: Lint = Lint()
    publish: Publish = Publish()
    sources: tuple[Source, ...] = ()

    @model_validator(mode="after")
    def _source_names_differ(self) -> "Settings":
        names = [source.name for source in self.sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are named {twice[0]}; give one of them another name")
        return self

    @classmethod
    def load(
        cls,
        config: Path | None,
        environ: Mapping[str, str],
        overrides: Mapping[str, object] | None = None,
    ) -> "Settings":
        """Read the settings; `overrides` uses dotted names ("server.port"), None is left out.

        Without `config` or KB_CONFIG, kb.toml of the current directory counts if there is one.
        Naming `articles` in a variable or an option means that folder and not the file's sources.
        """
        there = Path(DEFAULT_FILE)
        named = Path(environ[CONFIG_VARIABLE]) if environ.get(CONFIG_VARIABLE) else None
        file = config or named or (there if there.is_file() else None)
        tree: dict[str, Any] = _read(file) if file else {}
        options = _without_none(overrides or {})
        if "articles" in options:
            options["articles"] = Path(str(options["articles"])).absolute()
        given = {**_from_environment(environ), **options}
        if file:
            _anchor_paths(tree, file.resolve().parent, _is_published(tree, given))
        if "articles" in given:
            tree.pop("sources", None)
        for name, value in given.items():
            _put(tree, name, value)
        try:
            settings = cls.model_validate(tree)
        except ValidationError as error:
            raise SettingsError(_explain(error, file)) from error
        settings = settings.model_copy(update={"index": settings.index.absolute()})
        if settings.publish.repository:
            return settings.model_copy(update=_in_checkout(settings))
        return settings.model_copy(update={"articles": settings.articles.absolute()})

    def checkout(self) -> Path:
        """Return the folder for our copy of the repository that articles are published from."""
        return Path(self.publish.checkout or self.index.parent / DEFAULT_CHECKOUT).absolute()

    def all_sources(self) -> tuple[Source, ...]:
        """Return the configured sources, or the folder `articles` as the only one."""
        return self.sources or (Source(name="articles", path=self.articles),)

    def store_url(self) -> str:
        """Return the address of the database of events and accounts, as SQLAlchemy reads it."""
        if "://" in self.store:
            return self.store
        file = Path(self.store) if self.store else self.index.parent / DEFAULT_STORE
        return f"{_SQLITE}{file.absolute()}"

    def has_store(self) -> bool:
        """Whether the database can hold something: a file that is not there holds nothing."""
        url = self.store_url()
        return not url.startswith(_SQLITE) or Path(url.removeprefix(_SQLITE)).is_file()

    def is_development(self) -> bool:
        """Whether only this machine can reach the site, so that a secret may be missing."""
        address = urlsplit(self.site.url).hostname
        return _is_loopback(self.server.host) and (not address or _is_loopback(address))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def names() -> tuple[str, ...]:
    """Return every setting that a variable or an option can give, as dotted names."""
    found = []
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, Table):
            found += [f"{name}.{inner}" for inner in kind.model_fields]
        elif name != "sources":
            found.append(name)
    return tuple(found)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{file}: cannot be read as settings: {error}") from error


def _is_published(tree: Mapping[str, Any], given: Mapping[str, object]) -> bool:
    """Whether the articles come from a repository, wherever that is said."""
    publish = tree.get("publish")
    in_file = publish.get("repository") if isinstance(publish, dict) else None
    return bool(given.get("publish.repository", in_file))


def _in_checkout(settings: Settings) -> dict[str, object]:
    """Return where the folders of articles are, of which relative ones lie in the checkout."""
    checkout = settings.checkout()
    sources = tuple(
        source.model_copy(update={"path": _place(source.path, checkout)})
        for source in settings.sources
    )
    return {"sources": sources, "articles": _place(settings.articles, checkout)}


def _place(path: Path, checkout: Path) -> Path:
    placed = Path(os.path.normpath(checkout / path))
    if not path.is_absolute() and not placed.is_relative_to(checkout):
        raise SettingsError(
            f"setting sources: {path} leads out of the repository. Count it from the "
            "repository's own folder, or write a path of this machine that begins with /."
        )
    return placed


def _anchor_paths(tree: dict[str, Any], folder: Path, is_published: bool) -> None:
    for name in ("index",) if is_published else ("index", "articles"):
        if isinstance(tree.get(name), str):
            tree[name] = folder / tree[name]
    publish = tree.get("publish")
    if isinstance(publish, dict) and isinstance(publish.get("checkout"), str):
        publish["checkout"] = publish["checkout"] and str(folder / publish["checkout"])
    if isinstance(tree.get("store"), str) and tree["store"] and "://" not in tree["store"]:
        tree["store"] = str(folder / tree["store"])
    search = tree.get("search")
    if isinstance(search, dict) and isinstance(search.get("calibration"), str):
        search["calibration"] = search["calibration"] and str(folder / search["calibration"])
    sources = [] if is_published else tree.get("sources")
    for source in sources if isinstance(sources, list) else []:
        if isinstance(source, dict) and isinstance(source.get("path"), str):
            source["path"] = (folder / source["path"]).resolve()


def _from_environment(environ: Mapping[str, str]) -> dict[str, object]:
    known = {PREFIX + name.replace(".", "_").upper(): name for name in names()}
    given = {name: value for name, value in environ.items() if name.startswith(PREFIX)}
    given.pop(CONFIG_VARIABLE, None)
    if unknown := sorted(given.keys() - known.keys()):
        raise SettingsError(f"unknown variable {unknown[0]}; there are {', '.join(sorted(known))}")
    return {known[name]: value for name, value in given.items()}


def _without_none(overrides: Mapping[str, object]) -> dict[str, object]:
    if unknown := sorted(overrides.keys() - set(names()) - {"sources"}):
        raise SettingsError(f"unknown setting {unknown[0]}; there are {', '.join(names())}")
    return {name: value for name, value in overrides.items() if value is not None}


def _put(tree: dict[str, Any], name: str, value: object) -> None:
    table, _, key = name.rpartition(".")
    if not table:
        tree[key] = value
        return
    inner = tree.get(table)
    tree[table] = {**(inner if isinstance(inner, dict) else {}), key: value}


def _explain(error: ValidationError, file: Path | None) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        return f"unknown setting {where}{f' in {file}' if file else ''}; " + _what_there_is(where)
    message = first["msg"].removeprefix("Value error, ")
    if first["type"] in ("model_type", "dict_type"):
        message = f"it has to be a table: [{where}]"
    elif first["type"] in ("tuple_type", "list_type"):
        wanted = "[[sources]] before each" if where == "sources" else f'{where} = ["...", "..."]'
        message = f"it has to be a list: {wanted}"
    return f"setting {where}: {message}" if where else message


def _what_there_is(where: str) -> str:
    name = where.partition(".")[0]
    field = Settings.model_fields.get(name)
    kind = Source if name == "sources" else field.annotation if field else None
    table = kind if isinstance(kind, type) and issubclass(kind, Table) else Settings
    return f"there are {', '.join(table.model_fields)}"
