"""Fit the confidence that is shipped: `python -m tests.evaluation.calibration`.

It is fitted to sets that hold no question without an answer. Such questions are those of another
set, or, where a set's articles are about many things, those whose article was taken out. The sets
that do hold such questions only judge the fit: as it is shipped, without the sets that they were
made from, and by halves of their own.
"""

import argparse
import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kb.answers.calibration import Case, fitted, judged, judged_by_halves, without_a_third
from kb.cli.calibrate import cases_of
from kb.evaluation.measures import EvaluationSet
from kb.evaluation.sets import load_set
from kb.meaning.embedding import Embedder, open_embedder

# Articles, and whose questions they do not answer.
FAR: Mapping[str, Sequence[str]] = {
    "banking77_faq": ("xquad_en", "stackfaq"),
    "stackfaq": ("banking77_faq", "xquad_en"),
    "xquad_en": ("stackfaq", "banking77_faq"),
    "officedocs_symptoms": ("banking77_faq",),
    "proptit_faq_vi": ("xquad_vi",),
    "xquad_vi": ("proptit_faq_vi",),
    "taipei_faq_zhtw": ("xquad_zhtw",),
    "xquad_zhtw": ("taipei_faq_zhtw",),
    "xquad_zh": ("cmrc2018_zh",),
    "cmrc2018_zh": ("xquad_zh",),
}
# Few of their articles are about the same.
VARIED = ("xquad_en", "xquad_vi", "xquad_zh", "xquad_zhtw", "cmrc2018_zh")
# What judges the fit, and which sets it was made from.
JUDGES: Mapping[str, Sequence[str]] = {
    "clinc_noanswer": (),
    "noanswer_vi": ("proptit_faq_vi", "xquad_vi"),
    "noanswer_zhtw": ("taipei_faq_zhtw", "xquad_zhtw"),
}
# By meaning, embedding all of them would take an hour.
FAR_BY_MEANING = ("banking77_faq", "proptit_faq_vi", "stackfaq", "xquad_en")
VARIED_BY_MEANING = ("xquad_en", "xquad_vi")


def main() -> None:
    """Print the fit, and how well it judges other sets."""
    options = _options()
    embedder = open_embedder("on", threads=os.cpu_count() or 1) if options.semantic else None
    far = FAR_BY_MEANING if options.semantic else tuple(FAR)
    varied = VARIED_BY_MEANING if options.semantic else VARIED
    cases = {(name, *FAR[name]): _far(options.sets, name, embedder) for name in far}
    cases |= {(name,): _varied(options.sets, name, embedder) for name in varied}
    fit = fitted(list(cases.values()))
    print(f"fit: {fit}\n")
    for name, relatives in JUDGES.items():
        asked = cases_of(load_set(options.sets / name), embedder)
        others = [rows for names, rows in cases.items() if not set(names) & set(relatives)]
        print(f"{name}\n  this fit           {judged(fit, asked)}")
        print(f"  without relatives  {judged(fitted(others), asked)}")
        print(f"  halves of its own  {judged_by_halves([asked])}", flush=True)


def _far(sets: Path, name: str, embedder: Embedder | None) -> list[Case]:
    """Return the cases of a set that is also asked the questions of other ones."""
    own = load_set(sets / name)
    queries = list(own.queries)
    outside: list[str] = []
    for other in FAR[name]:
        for query in load_set(sets / other).queries:
            queries.append(replace(query, id=f"{other}:{query.id}"))
            outside.append(queries[-1].id)
    joined = replace(own, queries=tuple(queries), no_answer=frozenset(outside))
    return cases_of(joined, embedder)


def _varied(sets: Path, name: str, embedder: Embedder | None) -> list[Case]:
    judged_set: EvaluationSet = without_a_third(load_set(sets / name))
    return cases_of(judged_set, embedder)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.evaluation.calibration", description=__doc__
    )
    parser.add_argument("--sets", type=Path, default=Path("../shared/eval"))
    parser.add_argument("--semantic", action="store_true", help="by meaning, with the extra")
    return parser.parse_args()


if __name__ == "__main__":
    main()
