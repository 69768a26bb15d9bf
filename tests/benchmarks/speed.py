"""Queries: all engines on the same articles, locale by locale, kind by kind."""

import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

from indexer.generations import Generations
from tests.benchmarks.engines import Question, Rival
from tests.benchmarks.ours import Ours
from tests.benchmarks.process import Cost, kb, run
from tests.benchmarks.questions import questions
from tests.benchmarks.timing import MODES, Runner, percentile, timed

HEADLINE = ("known", "symptoms", "symptoms whole")
COMPLETED_TITLES = 40
LONGEST_PREFIX = 30


def say(text: str) -> None:
    """Tell who waits how far we are."""
    print(text, file=sys.stderr, flush=True)


def built(settings: Path, index: Path) -> Cost:
    """Make our index anew with the product's own command."""
    shutil.rmtree(index, ignore_errors=True)
    return run(kb("--config", settings, "index", "--index", index))


def locales_of(index: Path) -> list[str]:
    """Return the locales that have public articles."""
    generation = Generations(index).newest_verified()
    return [locale for locale, count in generation.manifest.counts["public"].items() if count]


def measured(
    index: Path,
    locale: str,
    rivals: Sequence[Rival],
    sets: Path,
    scratch: Path,
    *,
    count: int,
    rounds: int,
    kinds: Sequence[str] = (),
    modes: Sequence[str] = MODES,
) -> dict[str, Any]:
    """Return all figures of one locale; `kinds` names those to ask, none for all."""
    ours = Ours(index, locale)
    texts = list(ours.articles())
    runners = [Runner(ours)]
    builds: dict[str, float] = {}
    for rival in rivals:
        engine = rival.make(locale, scratch / f"{rival.name}-{locale}")
        say(f"  {locale}: building {rival.name} over {len(texts)} articles")
        start = process_time()
        engine.build(texts)
        builds[rival.name] = process_time() - start
        runners.append(Runner.of(engine, rival))
    asked = questions(locale, texts, sets, count)
    titles = [text.title for text in texts]
    passages = sum(len(text.passages) for text in texts)
    articles = len(texts)
    del texts
    result = {
        "articles": articles,
        "passages": passages,
        "build_cpu": builds,
        "kinds": {
            kind: _kind(runners, found, modes, rounds, f"{locale} {kind}")
            for kind, found in asked.items()
            if not kinds or kind in kinds
        },
        "complete": _completion(ours, titles, locale, rounds),
    }
    for runner in runners:
        runner.engine.close()
    return result


def _kind(
    runners: Sequence[Runner], found: Sequence[Question], modes: Sequence[str], rounds: int, of: str
) -> dict[str, Any]:
    say(f"  {of}: {len(found)} questions")
    result: dict[str, Any] = {}
    for mode in modes:
        times = timed(runners, found, mode, rounds)
        result[mode] = {name: each.figures() for name, each in times.items()}
        for name in times.keys() - {"ours"}:
            result[mode][name]["ratio"] = times["ours"].ratios(times[name])
    return result


def _completion(ours: Ours, titles: Sequence[str], locale: str, rounds: int) -> dict[str, float]:
    """Return the time of every keystroke of some titles, from the second on."""
    step = max(1, len(titles) // COMPLETED_TITLES)
    prefixes = [
        Question("complete", locale, title[:length])
        for title in titles[::step][:COMPLETED_TITLES]
        for length in range(2, min(len(title), LONGEST_PREFIX) + 1)
    ]
    times = timed([Runner(_Completing(ours))], prefixes, "score", min(rounds, 3))["completing"]
    return {
        "prefixes": len(prefixes),
        "cpu_p50": percentile(times.cpu.values(), 50),
        "cpu_p95": percentile(times.cpu.values(), 95),
        "found": sum(times.found.values()) / max(1, len(prefixes)),
    }


class _Completing:
    """Completion in the shape of an engine, so that it is timed in the same way."""

    name = "completing"

    def __init__(self, ours: Ours) -> None:
        self._ours = ours

    def score(self, question: Question) -> range:
        return range(self._ours.complete(question.text))
