"""Remember by content hash what takes long to make, in one SQLite file beside the generations.

Such a file may be deleted at any time, and a damaged one is: nothing in it is true that could not
be made again.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

_BATCH = 500


class Kept:
    """Bytes by key.

    durable  what was written survives a power failure too; else only the end of the process
    """

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._durable = durable
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError:
            self._delete()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path)
        if not self._durable:
            # Losing the cache costs time, never truth: no waiting for the disk.
            connection.execute("PRAGMA synchronous = OFF")
        connection.execute("CREATE TABLE IF NOT EXISTS page (key TEXT PRIMARY KEY, body BLOB)")
        connection.execute("SELECT body FROM page LIMIT 1").fetchone()
        return connection

    def _delete(self) -> None:
        for suffix in ("", "-journal"):
            with suppress(FileNotFoundError):
                Path(f"{self._path}{suffix}").unlink()

    def read(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Return what was kept under some of `keys`."""
        found: dict[str, bytes] = {}
        with self._replaced_when_damaged():
            for first in range(0, len(keys), _BATCH):
                some = keys[first : first + _BATCH]
                marks = ",".join("?" * len(some))
                found |= self._connection.execute(
                    f"SELECT key, body FROM page WHERE key IN ({marks})",  # noqa: S608 - only marks
                    some,
                ).fetchall()
        return found

    def write(self, rows: Iterable[tuple[str, bytes]]) -> None:
        """Keep some more."""
        with self._replaced_when_damaged(), self._connection:
            self._connection.executemany("INSERT OR REPLACE INTO page VALUES (?, ?)", list(rows))

    def keep_only(self, keys: Iterable[str]) -> None:
        """Forget all but `keys`."""
        with self._replaced_when_damaged(), self._connection:
            self._connection.execute("CREATE TEMP TABLE used (key TEXT PRIMARY KEY)")
            rows = ((key,) for key in set(keys))
            self._connection.executemany("INSERT INTO used VALUES (?)", rows)
            self._connection.execute("DELETE FROM page WHERE key NOT IN (SELECT key FROM used)")
            self._connection.execute("DROP TABLE used")

    @contextmanager
    def _replaced_when_damaged(self) -> Iterator[None]:
        """Go on without an answer when SQLite has none; a damaged file is deleted."""
        try:
            yield
        except sqlite3.OperationalError:
            return  # Locked, or a full disk: the file is not to blame.
        except sqlite3.DatabaseError:
            self._connection.close()
            self._delete()
            self._connection = self._open()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()
