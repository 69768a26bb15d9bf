"""What is measured: engines over the same articles, each asked in the way its users ask it.

An engine answers for one locale. `score` gives the ids of the ten best articles without reading
what is stored of them; `snippets` gives what a page of results shows. Both begin with the text
that a person typed, so that reading the query is part of the time.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Protocol

TOP = 10


@dataclass(frozen=True, slots=True)
class Text:
    """One article as every engine gets it: plain text, as our own reader made it from Markdown.

    key       our key; what all engines answer with
    body      headings and text of all sections
    passages  the same, cut as we cut it, for engines that are measured on passages too
    """

    key: str
    title: str
    body: str
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What a person typed; `unfinished` when the last word is still being typed."""

    kind: str
    locale: str
    text: str
    unfinished: bool = False


Shown = tuple[str, str]
"""A title and a snippet as HTML."""


class Engine(Protocol):
    """One engine over the articles of one locale."""

    name: str

    def build(self, articles: Iterable[Text]) -> None:
        """Index the articles."""
        ...

    def score(self, question: Question) -> Sequence[str]:
        """Return the keys of the ten best articles, best first."""
        ...

    def snippets(self, question: Question) -> Sequence[Shown]:
        """Return title and snippet of the ten best articles, best first."""
        ...

    def close(self) -> None:
        """Let go of files and memory."""
        ...


@dataclass(frozen=True, slots=True)
class Rival:
    """An engine that we are compared with.

    needs      the package that has to be installed, "" for none
    most       articles (over all locales) up to which it is measured
    questions  how many of each kind it is asked, 0 for all: stock Whoosh would take hours
    rounds     how often it is asked each, 0 for as often as the others
    shows      whether it makes snippets at all
    """

    name: str
    make: Callable[[str, Path], Engine]
    needs: str = ""
    most: int = 1_000_000
    questions: int = 0
    rounds: int = 0
    shows: bool = True


def _tantivy(locale: str, folder: Path) -> Engine:
    from tests.benchmarks.with_tantivy import Tantivy

    return Tantivy(locale, folder)


def _tantivy_passages(locale: str, folder: Path) -> Engine:
    from tests.benchmarks.with_tantivy import TantivyPassages

    return TantivyPassages(locale, folder)


def _fts5(locale: str, folder: Path) -> Engine:
    from tests.benchmarks.with_fts5 import Fts5

    return Fts5(locale, folder)


def _bm25s(locale: str, folder: Path) -> Engine:
    from tests.benchmarks.with_bm25s import Bm25s

    return Bm25s(locale, folder)


def _whoosh(locale: str, folder: Path) -> Engine:
    from tests.benchmarks.with_whoosh import StockWhoosh

    return StockWhoosh(locale, folder)


RIVALS = (
    Rival("tantivy", _tantivy, needs="tantivy"),
    Rival("tantivy-passages", _tantivy_passages, needs="tantivy", most=20_000),
    Rival("fts5", _fts5),
    Rival("bm25s", _bm25s, needs="bm25s", most=20_000, shows=False),
    Rival("whoosh", _whoosh, most=20_000, questions=20, rounds=1),
)


def available(names: Sequence[str] = ()) -> tuple[list[Rival], list[str]]:
    """Return the rivals that can be measured here, and a sentence for each that cannot."""
    wanted = [rival for rival in RIVALS if not names or rival.name in names]
    there = [rival for rival in wanted if not rival.needs or find_spec(rival.needs)]
    missing = [
        f"{rival.name} is left out: the package {rival.needs} is not installed "
        "(pip install -e '.[bench]')."
        for rival in wanted
        if rival not in there
    ]
    return there, missing
