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

# Packages and modules of kb that only act when somebody searches.
READING = frozenset(
    [
        "answers",
        "completing/completer",
        "completing/completion",
        "completing/likely",
        "evaluation",
        "explaining",
        "letters",
        "meaning/semantic",
        "queries/across",
        "queries/correction",
        "queries/expansion",
        "queries/languages",
        "queries/messages",
        "queries/query",
        "queries/rewording",
        "queries/typing_slips",
        "results/ranking",
        "results/scoring",
        "results/similar",
        "results/snippets",
        "search",
        "searcher",
        "segments/reader",
        "snapshot",
        "words/stopwords",
    ]
)
_DONE = "complete"


def code_of(*, indexing_only: bool) -> str:
    """Return a hash of the code that makes indexes, or of all code that searches too."""
    return _hash(file.read_bytes() for file in code_files(indexing_only=indexing_only))


def code_files(*, indexing_only: bool) -> list[Path]:
    """Return the modules that make indexes, or those that search too."""
    left_out = READING if indexing_only else frozenset[str]()
    roots = [Path(package.__file__).parent for package in (kb, indexer)]
    return [
        file
        for root in roots
        for file in sorted(root.rglob("*.py"))
        if left_out.isdisjoint(_names(file.relative_to(root)))
    ]


def _names(file: Path) -> list[str]:
    """Return the names of a module and of the packages that it is in."""
    return [each.as_posix() for each in (file.with_suffix(""), *file.parents)]


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
