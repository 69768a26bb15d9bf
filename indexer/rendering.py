"""Remember renderings by content hash, so that an index can be written anew without rendering."""

from pathlib import Path

from indexer.kept import Kept

CACHE_FILE = "render-cache.sqlite3"


class RenderCache(Kept):
    """Renderings, as `kb.segments.records.pack_rendering` packs them, by content hash."""

    def __init__(self, root: Path) -> None:
        super().__init__(root / CACHE_FILE)
