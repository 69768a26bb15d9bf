"""The server's secret, from which pseudonyms of visitors and tokens of forms are made.

An operator sets it. On a developer's own machine one is made and kept beside the database, so
that nobody has to; anywhere else a server without one does not start.
"""

import os
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile

from kb.errors import SettingsError
from kb.settings import Settings

FILE_NAME = "kb.staff.secret"
_HOW_TO = (
    "server.secret is not set, and this site can be reached from elsewhere. Put a random one in "
    "kb.toml or in KB_SERVER_SECRET; make it with "
    "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`."
)


def with_secret(settings: Settings) -> Settings:
    """Return the settings with a secret; raise SettingsError where an operator has to set it.

    Without staff there is nothing to sign in to, and any secret will do.
    """
    if settings.server.secret:
        return settings
    if settings.staff.enabled and not settings.is_development():
        raise SettingsError(_HOW_TO)
    secret = _kept_secret(_folder(settings) / FILE_NAME)
    server = settings.server.model_copy(update={"secret": secret})
    return settings.model_copy(update={"server": server})


def _folder(settings: Settings) -> Path:
    scheme, _, path = settings.store_url().partition(":///")
    return Path(path).parent if scheme == "sqlite" else settings.index.parent


def _kept_secret(file: Path) -> str:
    """Return the secret in `file`, which is made, for its owner only, if there is none."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile("w", dir=file.parent, prefix=FILE_NAME, suffix=".tmp") as made:
            made.write(secrets.token_urlsafe(32))
            made.flush()
            _link(made.name, file)
    return file.read_text(encoding="ascii").strip()


def _link(made: str, file: Path) -> None:
    # Of several processes that start at once, the first one's secret counts; it appears whole.
    try:
        os.link(made, file)
    except FileExistsError:
        return
