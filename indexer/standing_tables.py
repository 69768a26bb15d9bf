"""How articles stand with their readers, as a generation has it; `indexer.folders` writes it.

It travels with a generation as synonyms do: no document is touched by it, and it acts when
somebody searches.
"""

from pathlib import Path

import orjson

FILE = "standings.json"


def read_standings(folder: Path) -> dict[str, int]:
    """Return the standings in one audience's half of a generation."""
    try:
        found: dict[str, int] = orjson.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    return found
