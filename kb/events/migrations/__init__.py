"""The steps that made the database's tables what they are; each is run once, in order.

A step that was released is never changed: whoever has run it does not run it again. A new one is
a file of `versions/` whose name begins with the next number, which is its revision.
"""

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).parent
# Alembic keeps what it works on in global variables.
_ONE_AT_A_TIME = Lock()
# Any number that nothing else in the database takes: the lock is for who uses this one.
_POSTGRES_LOCK = 7_020_119_263


def newest() -> str:
    """Return the revision of the last step there is."""
    return max(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def revision(connection: Connection) -> str | None:
    """Return the last step that was run on a database; None when none was."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


def upgrade(connection: Connection) -> None:
    """Run the steps that are missing, within the transaction of `connection`.

    On SQLite it has to be a writing one already, so that no other process does the same.
    """
    # Only who has to change tables waits for this import.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": _POSTGRES_LOCK})
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    with _ONE_AT_A_TIME:
        command.upgrade(config, "head")
