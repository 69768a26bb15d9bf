"""Keep the indexes of the judged sets from one run to the next.

An index is taken again when neither the set nor any code that makes indexes has changed since.
What only reads an index is listed by name; all other code counts, known or not. Vectors are kept
by their text, so they are taken over from earlier indexes of the set.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import indexer
import kb
from indexer.embedding import embed
from indexer.generations import Generations
from indexer.vector_cache import CACHE_FILE
from kb.cli.judging import asked, index_set
from kb.evaluation.measures import EvaluationSet, JudgedQuery, Ranked
from kb.evaluation.sets import folders_of
from kb.meaning.embedding import Embedder
from tests.evaluation.own import ARTICLES, OWN, asked_own, index_own

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


def index_of(
    spec: str, judged: EvaluationSet, kept: Path, embedder: Embedder | None = None
) -> Path:
    """Return the folder with the index of a set, made now when it is not there.

    embedder  gives the index its vectors; what was embedded for an earlier index is taken over
    """
    name = OWN if judged.name == OWN else folders_of(spec)[0].name
    content = (file.read_bytes() for file in _files(spec, judged))
    place = kept / f"{name}-{_hash([*content, code_of(indexing_only=True).encode()])}"
    if not (place / _DONE).is_file():
        make_index(judged, place)
        (place / _DONE).touch()
    if embedder is not None:
        earlier = [file for file in kept.glob(f"{name}-*/{CACHE_FILE}") if file.parent != place]
        newest = max(earlier, key=lambda file: file.stat().st_mtime, default=None)
        give_vectors(place, embedder, newest)
    return place


def make_index(judged: EvaluationSet, folder: Path) -> None:
    """Index the articles of a set under `folder`."""
    if judged.name == OWN:
        index_own(folder)
    else:
        index_set(judged, folder, workers=1)
        indexed = Generations(folder).newest_verified().manifest.counts["public"]
        # On a busy machine rendering may take too long: nothing is measured without that article.
        assert sum(indexed.values()) == len(judged.articles), "not every article is there"


def give_vectors(folder: Path, embedder: Embedder, known: Path | None) -> None:
    """Give the index under `folder` its vectors, those in the file `known` without embedding."""
    if known is not None and not (folder / CACHE_FILE).exists():
        shutil.copy(known, folder / CACHE_FILE)
    while embed(folder, embedder) is None:
        # Another process is at it: sets that are made of one another share an index.
        time.sleep(1)


def asked_in(
    judged: EvaluationSet, folder: Path, embedder: Embedder | None = None
) -> Callable[[JudgedQuery], Ranked]:
    """Return what answers the queries of a set that is indexed under `folder`."""
    if judged.name == OWN:
        return asked_own(folder, embedder)
    return asked(judged, folder, "search", embedder)


def _files(spec: str, judged: EvaluationSet) -> list[Path]:
    if judged.name == OWN:
        return sorted(file for file in ARTICLES.rglob("*") if file.is_file())
    return sorted(folders_of(spec)[0].glob("articles.jsonl*"))


def _hash(parts: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part).digest())
    return digest.hexdigest()[:12]
