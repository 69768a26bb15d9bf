"""What a generation says of removed articles, for its readers; `indexer.removed` writes it."""

from pathlib import Path

import orjson

FILE = "removed.json"


def read_removed(folder: Path) -> dict[str, dict[str, str]]:
    """Return the notes in one audience's half of a generation: by locale, then by old name."""
    try:
        found: dict[str, dict[str, str]] = orjson.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    return found
