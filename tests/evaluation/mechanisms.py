"""What can be taken out of the search, and how: module, name, and the value that takes it out.

A tool's table: the search itself knows of no switches. A name that does not exist any more is an
error, so that the table follows the code.
"""

import importlib
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

PACKAGES = ("kb", "indexer")


class Change(NamedTuple):
    """Another value for a module's name."""

    module: str
    name: str
    value: Any


class Variation(NamedTuple):
    """The search with something changed.

    shapes_index  the change shows in the index, which has to be built with it
    needs_extra   without the extra for search by meaning there is nothing to change
    """

    name: str
    changes: tuple[Change, ...] = ()
    shapes_index: bool = False
    needs_extra: bool = False


def _nothing(*arguments: Any, **options: Any) -> None:
    return None


def _no_words(*arguments: Any, **options: Any) -> list[Any]:
    return []


def _no_title(tokens: Any) -> str:
    return ""


def _own_results(query: Any, parsed: Any, results: Any, *others: Any) -> Any:
    return results


def _without(part: str, change: tuple[str, str, Any], *more: tuple[str, str, Any]) -> Variation:
    return Variation(f"without {part}", tuple(Change(*each) for each in (change, *more)))


ABLATIONS = (
    _without("exact words", ("kb.queries.query", "EXACT_WEIGHT", 0.0)),
    _without("pairs of words", ("kb.queries.query", "PAIR_WEIGHT", 0.0)),
    _without("folded pairs", ("kb.queries.query", "FOLDED_PAIR_WEIGHT", 0.0)),
    _without("single characters", ("kb.queries.query", "CHARACTER_WEIGHT", 0.0)),
    _without("stop words", ("kb.queries.query", "STOP_WEIGHT", 1.0)),
    # Not quite 0: an article that covers nothing is not found.
    _without("coverage", ("kb.results.scoring", "COVERAGE_SHARE", 1e-6)),
    _without("second passages", ("kb.results.scoring", "SECOND_SHARE", 0.0)),
    _without("completions", ("kb.queries.expansion", "MAX_COMPLETIONS", 0)),
    _without("corrections", ("kb.queries.expansion", "_correct", _nothing)),
    _without(
        "slips of the keyboard",
        ("kb.queries.typing_slips", "decoded", _no_words),
        ("kb.queries.typing_slips", "loosely_decoded", _no_words),
    ),
    _without(
        "compounds",
        ("kb.queries.rewording", "_joined", _no_words),
        ("kb.queries.rewording", "split_of", _nothing),
    ),
    _without("related words", ("kb.queries.related", "MOST_RELATED", 0)),
    _without("synonyms", ("kb.queries.rewording", "_synonymous", _no_words)),
    _without("other languages", ("kb.queries.across", "with_other_languages", _own_results)),
    _without("equal titles", ("kb.queries.query", "title_key", _no_title)),
    _without("beginnings of titles", ("kb.searcher", "BEGINNING_SHARE", 0.0)),
    Variation(
        "without lengths",
        (Change("kb.segments.bm25", "_USUAL_OF", np.full(5, 1e9, dtype=np.float32)),),
        shapes_index=True,
    ),
    Variation(
        "without weights of parts",
        (Change("kb.segments.bm25", "_BOOST_OF", np.ones(5, dtype=np.float32)),),
        shapes_index=True,
    ),
    Variation(
        "without meaning", (Change("indexer.vectors", "open_vectors", _nothing),), needs_extra=True
    ),
)


def ablations(parts: Sequence[str] | None, *, by_meaning: bool) -> list[Variation]:
    """Return the search without each of some parts; an empty list of them means all.

    by_meaning  the extra is in use
    """
    if parts is None:
        return []
    named = {each.name.removeprefix("without "): each for each in ABLATIONS}
    return [
        each
        for each in map(named.__getitem__, parts or named)
        if by_meaning or not each.needs_extra
    ]


def tried(option: str) -> list[Variation]:
    """Return a variation for each value of an option `kb.queries.query.PAIR_WEIGHT=0.2,0.4`.

    Several names may change together:
    `kb.queries.query.PAIR_WEIGHT=0.2,0.4+kb.queries.query.STOP_WEIGHT=0.1,0.3` gives two
    variations, of the first values and of the second ones.
    """
    parts = [part.partition("=") for part in option.split("+")]
    rows = [
        [Change(*target.strip().rpartition(".")[::2], float(v)) for v in values.split(",")]
        for target, _, values in parts
    ]
    return [
        Variation(" ".join(f"{c.name}={c.value:g}" for c in row), row)
        for row in zip(*rows, strict=True)
    ]


@contextmanager
def changed(changes: Sequence[Change]) -> Iterator[None]:
    """Give the names other values wherever they were imported to; put the old ones back after."""
    undo: list[tuple[Any, str, Any]] = []
    try:
        for change in changes:
            home = importlib.import_module(change.module)
            old = getattr(home, change.name)
            value = type(old)(change.value) if isinstance(old, int) else change.value
            for name, module in list(sys.modules.items()):
                if name.partition(".")[0] in PACKAGES and module.__dict__.get(change.name) is old:
                    undo.append((module, change.name, old))
                    setattr(module, change.name, value)
        yield
    finally:
        for module, name, old in reversed(undo):
            setattr(module, name, old)
