"""The synonyms of a generation, for its readers; `indexer.synonyms` writes them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from kb.locales import fallbacks
from kb.queries.synonyms import Synonyms

FILE = "synonyms.json"


def read_tables(folder: Path) -> dict[str, Synonyms]:
    """Return the synonyms of one audience's half of a generation, by locale."""
    try:
        tables: Mapping[str, Any] = orjson.loads((folder / FILE).read_bytes())
    except FileNotFoundError:
        return {}
    return {locale: Synonyms(table) for locale, table in tables.items()}


def for_locale(tables: Mapping[str, Synonyms], locale: str) -> Synonyms | None:
    """Return the synonyms that readers of a locale get: its own, or those nearest to it."""
    return next((tables[tag] for tag in fallbacks(locale) if tag in tables), None)
