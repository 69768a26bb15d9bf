"""Keep the indexes of the judged sets from one run to the next.

An index is taken again when neither the set nor any code that makes indexes has changed since.
What only reads an index is listed by name; all other code counts, known or not.
"""

import hashlib
from collections.abc import Iterable
from pathlib import Path

import indexer
import kb
from kb.cli.judging import index_set
from kb.evaluation.measures import EvaluationSet
from kb.evaluation.sets import folders_of

# Modules of kb that only act when somebody searches.
READING = frozenset(
    [
        "across",
        "answering",
        "calibration",
        "confidence",
        "correction",
        "evaluation",
        "evaluation_sets",
        "evidence",
        "excerpts",
        "expansion",
        "explain",
        "explain_words",
        "explanation",
        "inquiry",
        "languages",
        "letter_kinds",
        "letter_lines",
        "letter_parts",
        "letter_patterns",
        "letter_phrases",
        "letter_signatures",
        "letters",
        "likely",
        "logistic",
        "messages",
        "moves",
        "quality",
        "query",
        "ranking",
        "reader",
        "rewording",
        "scoring",
        "search",
        "searcher",
        "similar",
        "snapshot",
        "snippets",
        "stopwords",
        "suggestions",
        "synonyms",
        "told_apart",
        "typing_slips",
    ]
)
_DONE = "complete"


def code_of(*, indexing_only: bool) -> str:
    """Return a hash of the code that makes indexes, or of all code that searches too."""
    files = sorted(Path(kb.__file__).parent.glob("*.py"))
    files += sorted(Path(indexer.__file__).parent.glob("*.py"))
    names = READING if indexing_only else frozenset[str]()
    return _hash(file.read_bytes() for file in files if file.stem not in names)


def index_of(spec: str, judged: EvaluationSet, kept: Path) -> Path:
    """Return the folder with the index of a set, made now when it is not there."""
    folder = folders_of(spec)[0]
    content = b"".join(file.read_bytes() for file in sorted(folder.glob("articles.jsonl*")))
    place = kept / f"{folder.name}-{_hash([content, code_of(indexing_only=True).encode()])}"
    if not (place / _DONE).is_file():
        index_set(judged, place, workers=1)
        (place / _DONE).touch()
    return place


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:12]
