"""The topics of a generation, and where the images lie: what its readers need besides indexes."""

from pathlib import Path

import orjson

from kb.search import Topic

TOPICS_FILE = "topics.json"
MEDIA = "media"


def read_topics(folder: Path) -> dict[str, list[Topic]]:
    """Return the topics of one audience's half of a generation, by locale."""
    rows = orjson.loads((folder / TOPICS_FILE).read_bytes())
    return {locale: [Topic(**row) for row in topics] for locale, topics in rows.items()}
