"""What an operator can set: defaults < kb.toml < KB_* variables < options.

A key or variable that does not exist is an error that names those that do, because it is a
typing mistake. Relative paths count from the file that names them, all others from the
current directory. Whether the folders exist is found out when they are read.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from kb import locales
from kb.errors import SettingsError

DEFAULT_FILE = "kb.toml"
CONFIG_VARIABLE = "KB_CONFIG"
PREFIX = "KB_"


def _tag(value: str) -> str:
    return locales.normalise(value)


def _web_address(value: str) -> str:
    if value and not value.startswith(("http://", "https://")):
        raise ValueError("begin it with https:// or http://")
    return value


def _contact(value: str) -> str:
    if value and not value.startswith(("http://", "https://", "mailto:", "/")):
        raise ValueError("begin it with https://, http://, mailto: or /")
    if value.startswith("//"):
        raise ValueError("write the scheme, as in https://")
    return value


def _edit_address(value: str) -> str:
    if value and "{path}" not in value:
        raise ValueError("it has to hold {path}, where the file's path goes")
    return _web_address(value)


Tag = Annotated[str, AfterValidator(_tag)]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(_Table):
    """`[site]`: how the help center presents itself.

    url          public address; in production the addresses that leave the site (canonical links,
                 sitemap) must not follow the Host header of whoever asks
    contact_url  where readers ask a person; `{query}` stands for what they searched for
    edit_url     where writers edit an article; `{path}` is its file, counted from its source's
                 folder, `{source}` the source's name
    """

    name: str = Field(default="Help center", min_length=1, max_length=80)
    url: Annotated[str, AfterValidator(_web_address)] = ""
    contact_url: Annotated[str, AfterValidator(_contact)] = ""
    edit_url: Annotated[str, AfterValidator(_edit_address)] = ""
    default_locale: Tag = "en"
    locales: tuple[Tag, ...] = Field(default=("en", "vi", "zh-Hant"), min_length=1)

    @field_validator("url")
    @classmethod
    def _without_last_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @field_validator("locales", mode="before")
    @classmethod
    def _from_commas(cls, value: object) -> object:
        return [part.strip() for part in value.split(",")] if isinstance(value, str) else value

    @model_validator(mode="after")
    def _default_is_offered(self) -> "Site":
        if self.default_locale not in self.locales:
            raise ValueError(f"default_locale {self.default_locale} is not one of locales")
        return self


class Brand(_Table):
    """`[brand]`: the one colour that is the operator's; `accent` is a hue in degrees."""

    accent: int = Field(default=250, ge=0, le=360)


class Server(_Table):
    """`[server]`: where and with how many processes the help center answers.

    explain  show writers why each article is found; anybody who can read the site sees it
    """

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    explain: bool = False


class Search(_Table):
    """`[search]`: how articles are found.

    semantic  search by meaning too: "auto" = where the extra is installed, "on" = and it is an
              error when it is not, "off" = by words alone
    """

    semantic: Literal["auto", "on", "off"] = "auto"


class Source(_Table):
    """`[[sources]]`: one folder of Markdown files.

    name        in reports and edit links; the folder's name when it is not given
    path        absolute once loaded
    locale      of all its files; None: the first folder is the locale
    audience    of files that do not say theirs; None: such files are internal
    topic       of all its files; "": the first folder below the locale
    url_prefix  "": a file's name is its slug; else the slug is this and the file's path
    """

    name: str = Field(default="", max_length=80)
    path: Path
    locale: Tag | None = None
    audience: Literal["public", "internal"] | None = None
    topic: str = ""
    url_prefix: str = ""

    @field_validator("url_prefix")
    @classmethod
    def _without_outer_slashes(cls, value: str) -> str:
        return value.strip("/")

    @model_validator(mode="before")
    @classmethod
    def _named_after_its_folder(cls, given: Any) -> Any:
        if isinstance(given, dict) and given.get("path") and not given.get("name"):
            return {**given, "name": Path(str(given["path"])).name or "articles"}
        return given


class Settings(_Table):
    """All settings, checked; `all_sources()` says what to index."""

    index: Path = Path("var/index")
    articles: Path = Path("articles")
    site: Site = Site()
    brand: Brand = Brand()
    server: Server = Server()
    search: Search = Search()
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
        if file:
            _anchor_paths(tree, file.resolve().parent)
        given = {**_from_environment(environ), **_without_none(overrides or {})}
        if "articles" in given:
            tree.pop("sources", None)
        for name, value in given.items():
            _put(tree, name, value)
        try:
            settings = cls.model_validate(tree)
        except ValidationError as error:
            raise SettingsError(_explain(error, file)) from error
        return settings.model_copy(
            update={"index": settings.index.absolute(), "articles": settings.articles.absolute()}
        )

    def all_sources(self) -> tuple[Source, ...]:
        """Return the configured sources, or the folder `articles` as the only one."""
        return self.sources or (Source(name="articles", path=self.articles),)


def names() -> tuple[str, ...]:
    """Return every setting that a variable or an option can give, as dotted names."""
    found = []
    for name, field in Settings.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, _Table):
            found += [f"{name}.{inner}" for inner in kind.model_fields]
        elif name != "sources":
            found.append(name)
    return tuple(found)


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{file}: cannot be read as settings: {error}") from error


def _anchor_paths(tree: dict[str, Any], folder: Path) -> None:
    for name in ("index", "articles"):
        if isinstance(tree.get(name), str):
            tree[name] = folder / tree[name]
    sources = tree.get("sources")
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
    tables: dict[str, type[BaseModel]] = {
        "site": Site,
        "brand": Brand,
        "server": Server,
        "search": Search,
    }
    tables["sources"] = Source
    table = tables.get(where.partition(".")[0], Settings)
    return f"there are {', '.join(table.model_fields)}"
