"""Time engines in turns: in every round each of them answers all questions, one after the other.

What the machine does beside us then slows all engines alike, and a ratio stays a ratio. A turn is
all questions and not one: with one, every engine would begin with its code and data out of the
processor's caches, where no server ever is, and that is what would be timed. The time of a
question is the median over its rounds; p50 and p95 are over questions. CPU is that of the whole
process, all threads; the garbage collector runs between questions only.
"""

import gc
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter_ns, process_time_ns

from tests.benchmarks.engines import Engine, Question, Rival

MODES = ("score", "snippets")


@dataclass(frozen=True, slots=True)
class Times:
    """Times of one engine for one kind of question, microseconds by question number.

    first  CPU of the first time it was asked, when nothing of the question is remembered yet
    found  answers by question number, 0 to 10: nobody is quick by finding nothing
    """

    cpu: Mapping[int, float]
    first: Mapping[int, float]
    wall: Mapping[int, float]
    found: Mapping[int, int]

    def figures(self) -> dict[str, float]:
        """Return what the report prints."""
        return {
            "questions": len(self.cpu),
            "cpu_p50": percentile(self.cpu.values(), 50),
            "cpu_p95": percentile(self.cpu.values(), 95),
            "cpu_first_p50": percentile(self.first.values(), 50),
            "wall_p50": percentile(self.wall.values(), 50),
            "wall_p95": percentile(self.wall.values(), 95),
            "found": sum(self.found.values()) / max(1, len(self.found)),
        }

    def ratios(self, other: "Times") -> dict[str, float]:
        """Return our CPU time through the other's, over the questions that both were asked."""
        both = self.cpu.keys() & other.cpu.keys()
        return {
            f"p{percent}": percentile([self.cpu[n] for n in both], percent)
            / percentile([other.cpu[n] for n in both], percent)
            for percent in (50, 95)
        }


@dataclass(frozen=True, slots=True)
class Runner:
    """An engine with how often it is asked; `questions` and `rounds` 0 mean without limit."""

    engine: Engine
    questions: int = 0
    rounds: int = 0
    shows: bool = True

    @classmethod
    def of(cls, engine: Engine, rival: Rival) -> "Runner":
        """Return how often this rival is asked."""
        return cls(engine, rival.questions, rival.rounds, rival.shows)

    def is_asked(self, number: int, turn: int) -> bool:
        """Whether it takes part when question `number` is asked for the `turn`-th time."""
        return (not self.questions or number < self.questions) and (
            not self.rounds or turn < self.rounds
        )


def timed(
    runners: Sequence[Runner], questions: Sequence[Question], mode: str, rounds: int
) -> dict[str, Times]:
    """Return the times of every engine that knows `mode`, by its name."""
    asked = [runner for runner in runners if mode == "score" or runner.shows]
    cpu: dict[str, dict[int, list[int]]] = {each.engine.name: {} for each in asked}
    wall: dict[str, dict[int, list[int]]] = {each.engine.name: {} for each in asked}
    found: dict[str, dict[int, int]] = {each.engine.name: {} for each in asked}
    for runner in asked:
        _ask(runner.engine, mode)(questions[0])
    for turn in range(rounds):
        first = turn % len(asked)
        for runner in (*asked[first:], *asked[:first]):
            name, ask = runner.engine.name, _ask(runner.engine, mode)
            for number, question in enumerate(questions):
                if runner.is_asked(number, turn):
                    spent, passed, answers = _once(ask, question)
                    cpu[name].setdefault(number, []).append(spent)
                    wall[name].setdefault(number, []).append(passed)
                    found[name][number] = answers
    return {
        name: Times(
            cpu=_medians(cpu[name]),
            first={number: times[0] / 1_000 for number, times in cpu[name].items()},
            wall=_medians(wall[name]),
            found=found[name],
        )
        for name in cpu
    }


def _ask(engine: Engine, mode: str) -> Callable[[Question], Sequence]:
    return engine.score if mode == "score" else engine.snippets


def _once(ask: Callable[[Question], Sequence], question: Question) -> tuple[int, int, int]:
    gc.disable()
    try:
        wall, cpu = perf_counter_ns(), process_time_ns()
        answers = ask(question)
        return process_time_ns() - cpu, perf_counter_ns() - wall, len(answers)
    finally:
        gc.enable()


def _medians(times: Mapping[int, Sequence[int]]) -> dict[int, float]:
    return {number: median(found) / 1_000 for number, found in times.items()}


def percentile(values: Iterable[float], percent: int) -> float:
    """Return the smallest value that `percent` % of the values do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)] if ordered else 0.0


def geometric_mean(values: Sequence[float]) -> float:
    """Return the mean of factors; NaN for none."""
    return math.exp(sum(map(math.log, values)) / len(values)) if values else math.nan


def growth(small: float, large: float, times: float) -> float:
    """Return the exponent e of `large = small * times ** e`."""
    return math.log(large / small) / math.log(times)
