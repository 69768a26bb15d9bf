"""The tables of kb.toml: what each setting means, its range and its default.

Every model forbids keys that it does not know, because such a key is a typing mistake.
"""

import re
from base64 import b64decode
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from kb import locales
from kb.article import Audience
from kb.files.people import MAIL_ADDRESS

MIN_SECRET_CHARS = 32
MIN_SECRET_LETTERS = 10


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


def _secret(value: str) -> str:
    # A few words or one letter many times can be guessed.
    if value and (len(value) < MIN_SECRET_CHARS or len(set(value)) < MIN_SECRET_LETTERS):
        raise ValueError(
            f"it has to be at least {MIN_SECRET_CHARS} random characters; make one with "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`"
        )
    return value


def _header_name(value: str) -> str:
    if value and not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]*", value):
        raise ValueError("it has to be the name of an HTTP header, such as X-Forwarded-User")
    return value


def _networks(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        try:
            ip_network(value)
        except ValueError as error:
            raise ValueError(f"{error}; write an address or a network, as 10.0.0.0/8") from error
    return values


def _origins(values: tuple[str, ...]) -> tuple[str, ...]:
    for value in values:
        if not re.fullmatch(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?", value):
            raise ValueError(f"{value} is no origin; write it as https://desk.example.com")
    return values


def _base64(value: str) -> str:
    try:
        b64decode(value, validate=True)
    except ValueError as error:
        raise ValueError("it is not the whole token; copy it from Teams once more") from error
    return value


def _mail_address(value: str) -> str:
    if value and not MAIL_ADDRESS.fullmatch(value):
        raise ValueError("it has to be a mail address alone, such as help@example.com")
    return value


def _comma_separated(value: object) -> object:
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else value


def _order_numbers(value: str) -> str:
    if value:
        # Every command reads the settings, and few of them have such a pattern.
        from kb.events.masking import order_pattern

        order_pattern(value)
    return value


Tag = Annotated[str, AfterValidator(_tag)]
Texts = Annotated[tuple[str, ...], BeforeValidator(_comma_separated)]
Secret = Annotated[str, AfterValidator(_secret)]
Role = Literal["agent", "writer", "admin"]


class Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Site(Table):
    """`[site]`: how the help center presents itself.

    url          public address; in production the addresses that leave the site (canonical links,
                 sitemap) must not follow the Host header of whoever asks
    contact_url  where readers ask a person; `{query}` stands for what they searched for
    edit_url     where writers edit an article; `{path}` is its file, counted from its source's
                 folder, `{source}` the source's name
    new_url      where writers begin an article, in the web editor of a forge; `{text}` is what it
                 begins with, the others are as in edit_url
    contributors show on articles who wrote them, by the names that git has
    new_for      who is led there by a question that found nothing: staff, or readers too
    """

    name: str = Field(default="Help center", min_length=1, max_length=80)
    url: Annotated[str, AfterValidator(_web_address)] = ""
    contact_url: Annotated[str, AfterValidator(_contact)] = ""
    edit_url: Annotated[str, AfterValidator(_edit_address)] = ""
    new_url: Annotated[str, AfterValidator(_edit_address)] = ""
    new_for: Literal["staff", "everybody"] = "staff"
    contributors: bool = True
    default_locale: Tag = "en"
    locales: Annotated[tuple[Tag, ...], BeforeValidator(_comma_separated)] = Field(
        default=("en", "vi", "zh-Hant"), min_length=1
    )

    @field_validator("url")
    @classmethod
    def _without_last_slash(cls, value: str) -> str:
        return value.rstrip("/")

    @model_validator(mode="after")
    def _default_is_offered(self) -> "Site":
        if self.default_locale not in self.locales:
            raise ValueError(f"default_locale {self.default_locale} is not one of locales")
        return self


class Brand(Table):
    """`[brand]`: the one colour that is the operator's; `accent` is a hue in degrees."""

    accent: int = Field(default=250, ge=0, le=360)


class Server(Table):
    """`[server]`: where and with how many processes the help center answers.

    explain  show writers why each article is found; anybody who can read the site sees it
    secret   what visitors' pseudonyms and sign-in forms are made from; needed outside development
    """

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8000, ge=1, le=65535)
    workers: int = Field(default=1, ge=1, le=64)
    explain: bool = False
    secret: Secret = Field(default="", repr=False)


class Staff(Table):
    """`[staff]`: who may see what is not public, and how they sign in.

    enabled          False: no page for staff exists and no internal article is ever opened
    session_hours    how long a sign-in counts, whether it is used or not
    proxy_header     header in which a reverse proxy names who has signed in with it; "" = none
    proxy_role       role of those that it names who have no account here
    trusted_proxies  addresses or networks whose header is believed
    """

    enabled: bool = True
    session_hours: int = Field(default=12, ge=1, le=720)
    proxy_header: Annotated[str, AfterValidator(_header_name)] = ""
    proxy_role: Role = "agent"
    trusted_proxies: Annotated[Texts, AfterValidator(_networks)] = ()

    @model_validator(mode="after")
    def _header_is_from_somebody(self) -> "Staff":
        if self.proxy_header and not self.trusted_proxies:
            raise ValueError("proxy_header needs trusted_proxies: anybody can send a header")
        return self


class Events(Table):
    """`[events]`: what is remembered of searches and votes; texts are masked first.

    enabled         False: searches and answers are not recorded (votes and flags always are)
    retention_days  after so many days a record is deleted
    order_numbers   pattern (regular expression) of this company's order numbers, to mask them
    """

    enabled: bool = True
    retention_days: int = Field(default=365, ge=1, le=3650)
    order_numbers: Annotated[str, AfterValidator(_order_numbers)] = Field(
        default="", max_length=200
    )


class Embed(Table):
    """`[embed]`: `origins` are the sites that may show the agent panel in a frame."""

    origins: Annotated[Texts, AfterValidator(_origins)] = ()


class Slack(Table):
    """`[slack]`: the command `/kb`; without `signing_secret` there is none."""

    signing_secret: str = Field(default="", repr=False)
    audience: Audience = "public"


class Teams(Table):
    """`[teams]`: the outgoing webhook; without `token`, as Teams shows it once, there is none."""

    token: Annotated[str, AfterValidator(_base64)] = Field(default="", repr=False)
    audience: Audience = "public"


class Search(Table):
    """`[search]`: how articles are found.

    semantic     search by meaning too: "auto" = where the extra is installed, "on" = and it is an
                 error when it is not, "off" = by words alone
    calibration  the file with a team's own confidence of answers; "" = as it comes
    """

    semantic: Literal["auto", "on", "off"] = "auto"
    calibration: str = ""


class Verification(Table):
    """`[verification]`: who may say that an article is right, and when they are reminded.

    policy     "anyone" = whoever can commit, "owner" = an article's owner and the verifiers,
               "listed" = the verifiers only
    verifiers  names or addresses, as git or the field `owner` has them
    warn_days  a check that lapses, or an article that expires, within so many days is due soon
    mail_from  sender of the reminders; "" = kb@ and the host of site.url
    mail_to    who is reminded of articles whose owner has no address
    """

    policy: Literal["anyone", "owner", "listed"] = "anyone"
    verifiers: Texts = ()
    warn_days: int = Field(default=14, ge=0, le=365)
    mail_from: Annotated[str, AfterValidator(_mail_address)] = ""
    mail_to: Annotated[str, AfterValidator(_mail_address)] = ""

    @model_validator(mode="after")
    def _somebody_is_listed(self) -> "Verification":
        if self.policy == "listed" and not self.verifiers:
            raise ValueError("policy listed needs verifiers: without them nobody may verify")
        return self


class Lint(Table):
    """`[lint]`: what `kb lint` says of articles.

    disable         rules that are not asked
    owners          who may own an article, by name or address; () = anybody
    internal_words  words that no public article may hold
    """

    disable: Texts = ()
    owners: Texts = ()
    internal_words: Texts = ()


class Source(Table):
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
