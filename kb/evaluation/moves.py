"""Compare two runs over the same queries: which of them moved, and what took whose place."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import comb
from pathlib import Path

from kb.errors import EvaluationError
from kb.evaluation.measures import EvaluationSet

# Query -> articles, best first.
Run = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Move:
    """A query whose first right article stands in another place than before.

    before, after  that place, counted from 1; None when it is not in the run
    instead        the article that now stands where the right one stood, or that stood there
                   before it came; "" when nothing did
    """

    query: str
    text: str
    before: int | None
    after: int | None
    instead: str

    @property
    def is_better(self) -> bool:
        """Whether the right article went up."""
        return self.after is not None and (self.before is None or self.after < self.before)


@dataclass(frozen=True, slots=True)
class Moves:
    """All moves of a set.

    queries       how many have a right article
    moved         those that moved: losses of the first place first, gains of it last
    gained, lost  how many right articles came to the first place, how many left it
    up, down      how many went up or down, those included
    chance        how likely so unequal a number of ups and downs is when nothing is behind it
                  (two-sided sign test), 0 to 1
    """

    name: str
    queries: int
    moved: tuple[Move, ...]
    gained: int
    lost: int
    up: int
    down: int
    chance: float


def read_run(path: Path) -> Run:
    """Return a run as `kb evaluate --run` writes it; raises EvaluationError."""
    run: dict[str, list[str]] = {}
    try:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            cells = line.split("\t")
            if len(cells) != 4:
                raise EvaluationError(
                    f"{path}:{number}: expected query, rank, article and score by tabs"
                )
            run.setdefault(cells[0], []).append(cells[2])
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: cannot be read ({error})") from error
    return run


def compare(judged: EvaluationSet, before: Run, after: Run) -> Moves:
    """Return what moved between two runs of a set."""
    moved = []
    texts = {query.id: query.text for query in judged.queries}
    for query, grades in judged.grades.items():
        if query not in texts:
            continue
        old, new = before.get(query, ()), after.get(query, ())
        was, now = _first_right(old, grades), _first_right(new, grades)
        if was != now:
            moved.append(Move(query, texts[query], was, now, _instead(old, new, was, now)))
    up = sum(1 for move in moved if move.is_better)
    down = len(moved) - up
    return Moves(
        name=judged.name,
        queries=sum(1 for query in judged.grades if query in texts),
        moved=tuple(sorted(moved, key=_order)),
        gained=sum(1 for move in moved if move.after == 1),
        lost=sum(1 for move in moved if move.before == 1),
        up=up,
        down=down,
        chance=sign_test(up, down),
    )


def sign_test(up: int, down: int) -> float:
    """Return how likely it is that a fair coin falls at least so unequally, either way."""
    tosses = up + down
    tail = sum(comb(tosses, k) for k in range(min(up, down) + 1))
    return min(1.0, 2 * tail / (1 << tosses))


def _first_right(ranked: Iterable[str], grades: Mapping[str, int]) -> int | None:
    return next((place for place, article in enumerate(ranked, 1) if article in grades), None)


def _instead(old: Sequence[str], new: Sequence[str], was: int | None, now: int | None) -> str:
    """Return who stands in the better one of the two places, in the run without the right one."""
    is_better = now is not None and (was is None or now < was)
    place, others = (now, old) if is_better else (was, new)
    return others[place - 1] if place is not None and place <= len(others) else ""


def _order(move: Move) -> tuple[int, bool, str]:
    group = 0 if move.before == 1 else 2 if move.after == 1 else 1
    return group, move.is_better, move.query
