"""How answers bear what customers write around a question: `python -m tests.evaluation.messages`.

For each set, the share of questions whose article comes first: as they are, and wrapped
(`tests.evaluation.wrapping`). Where the set says what the answer is, also the share of passages
that hold it, of articles made of five paragraphs each.
"""

import argparse
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from indexer.engine import WhooshEngine
from kb.answers.suggestions import Message
from kb.cli.judging import asked, index_set
from kb.evaluation.measures import EvaluationSet, evaluate
from kb.evaluation.sets import load_set
from kb.meaning.embedding import Embedder, open_embedder
from tests.evaluation.indexes import index_of
from tests.evaluation.wrapping import wrapped_set

SETS = ("xquad_en", "xquad_vi", "xquad_zh")
ANSWERS = "answers.tsv"
PARAGRAPHS = 5


def main() -> None:
    """Print one line for each set."""
    options = _options()
    embedder = open_embedder("on") if options.semantic else None
    for name in options.only:
        folder = options.sets / name
        plain, around = _first(folder, options.work / "indexes", embedder)
        line = (
            f"{name:12} recall@1 {plain:.3f}, wrapped {around:.3f} ({100 * (around - plain):+.1f})"
        )
        if (folder / ANSWERS).is_file():
            line += f"; passage holds the answer {_held(folder, embedder):.3f}"
        print(line, flush=True)


def _first(folder: Path, kept: Path, embedder: Embedder | None) -> tuple[float, float]:
    """Return recall@1 of a set's questions, as they are and wrapped."""
    judged = load_set(folder)
    index = index_of(str(folder), judged, kept, embedder)
    found = [
        evaluate(each, asked(each, index, "answer", embedder))[0][""].measures["recall@1"]
        for each in (judged, wrapped_set(judged))
    ]
    return found[0], found[1]


def _held(folder: Path, embedder: Embedder | None) -> float:
    """Return the share of questions whose first passage holds the answer."""
    judged = load_set(folder)
    answers = _answers(folder / ANSWERS)
    queries = [query for query in judged.queries if query.id in answers]
    with tempfile.TemporaryDirectory(prefix="kb-evaluation-") as index:
        index_set(joined(judged), Path(index), embedder=embedder)
        engine = WhooshEngine(Path(index), embedder=embedder)
        held = 0
        for query in queries:
            message = Message(query.text, query.locale, limit=1)
            found = engine.answers(message, audience="public").answers
            held += bool(found) and answers[query.id] in _level(found[0].passage)
    return held / len(queries)


def joined(judged: EvaluationSet) -> EvaluationSet:
    """Return a set whose articles are five of its own after each other."""
    groups = [
        judged.articles[first : first + PARAGRAPHS]
        for first in range(0, len(judged.articles), PARAGRAPHS)
    ]
    articles = tuple(
        replace(group[0], body="\n\n".join(article.body for article in group)) for group in groups
    )
    return replace(judged, articles=articles)


def _answers(file: Path) -> Mapping[str, str]:
    """Return the answer to each question, by the question's id."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return {query: _level(answer) for query, answer in (line.split("\t") for line in lines if line)}


def _level(text: str) -> str:
    return " ".join(text.split()).casefold()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.evaluation.messages", description=__doc__
    )
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--work", type=Path, default=Path("var/evaluation"))
    parser.add_argument("--semantic", action="store_true", help="by meaning too, with the extra")
    parser.add_argument("--only", type=lambda text: text.split(","), default=SETS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
