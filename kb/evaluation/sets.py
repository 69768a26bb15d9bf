"""Read evaluation sets: a folder with articles.jsonl, queries.jsonl (either may be .gz), qrels.tsv.

Other sets are made of them on the fly, named by a suffix: `vi-set:stripped` asks without
diacritics, `en-set:from-vi-set` asks the queries of the folder vi-set beside it, whose ids have to
be the same.
"""

import gzip
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson

from kb.article import Article
from kb.errors import EvaluationError
from kb.evaluation.measures import EvaluationSet, JudgedQuery
from kb.locales import normalise
from kb.words.syllables import fold

STRIPPED = "stripped"
FROM = "from-"
QUERIES = "queries.jsonl"
JUDGEMENTS = "qrels.tsv"


def folders_of(spec: str) -> list[Path]:
    """Return the folders that a set is made of, that of its articles first."""
    plain, change = _parted(spec)
    folder = Path(plain)
    beside = [folder.parent / change.removeprefix(FROM)] if change.startswith(FROM) else []
    return [folder, *beside]


def load_set(spec: Path | str) -> EvaluationSet:
    """Return the set that `spec` names, a folder or one with a suffix; raises EvaluationError."""
    folders = folders_of(str(spec))
    folder = folders[0]
    _, change = _parted(str(spec))
    rows = _rows(folders[-1], QUERIES)
    queries = tuple(_query(row) for _, row in rows)
    if change == STRIPPED:
        queries = tuple(replace(q, text=_stripped(q.text)) for q in queries)
    grades, no_answer = _judgements(folder / JUDGEMENTS)
    if change and not any(query.id in grades for query in queries):
        raise EvaluationError(f"{folders[-1]}: none of its queries is judged in {folder}")
    name = folder.resolve().name + (f":{change}" if change else "")
    articles = tuple(_article(row, number) for number, row in _rows(folder, "articles.jsonl"))
    return EvaluationSet(name, articles, queries, grades, no_answer)


def _parted(spec: str) -> tuple[str, str]:
    """Return a set's folder and how it is changed, "" when it is not."""
    folder, colon, change = spec.rpartition(":")
    if colon and (change == STRIPPED or change.startswith(FROM)):
        return folder, change
    return spec, ""


def _stripped(text: str) -> str:
    """Return a text as somebody types it who leaves all diacritics out."""
    plain = (fold(char.lower()).upper() if char.isupper() else fold(char) for char in text)
    return "".join(plain)


def _rows(folder: Path, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    plain, packed = folder / name, folder / f"{name}.gz"
    try:
        data = plain.read_bytes() if plain.is_file() else gzip.decompress(packed.read_bytes())
    except (OSError, EOFError) as error:
        raise EvaluationError(f"{plain}: cannot be read ({error})") from error
    for number, line in enumerate(data.splitlines(), 1):
        if line.strip():
            try:
                row = orjson.loads(line)
            except ValueError as error:
                raise EvaluationError(f"{plain}:{number}: not JSON ({error})") from error
            if not isinstance(row, dict) or not {"id", "lang"} <= row.keys():
                raise EvaluationError(f"{plain}:{number}: no object with id and lang")
            try:
                normalise(str(row["lang"]))
            except ValueError as error:
                raise EvaluationError(f"{plain}:{number}: {error}") from error
            yield number, row


def _article(row: Mapping[str, Any], number: int) -> Article:
    locale = normalise(str(row["lang"]))
    return Article(
        slug=f"article-{number:06d}",
        locale=locale,
        title=str(row.get("title") or ""),
        body=str(row.get("body") or ""),
        audience="public",
        path=str(row["id"]),
    )


def _query(row: Mapping[str, Any]) -> JudgedQuery:
    return JudgedQuery(str(row["id"]), normalise(str(row["lang"])), str(row.get("text") or ""))


def _judgements(path: Path) -> tuple[dict[str, dict[str, int]], frozenset[str]]:
    grades: dict[str, dict[str, int]] = defaultdict(dict)
    seen: set[str] = set()
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise EvaluationError(f"{path}: cannot be read ({error})") from error
    for number, line in enumerate(lines, 1):
        fields = line.split("\t")
        if line.strip() and (len(fields) != 3 or not fields[2].strip().lstrip("-").isdigit()):
            raise EvaluationError(f"{path}:{number}: expected query, article and grade by tabs")
        if line.strip():
            query, article, grade = fields[0], fields[1], int(fields[2])
            seen.add(query)
            if article != "-" and grade > 0:
                grades[query][article] = grade
    return dict(grades), frozenset(seen - grades.keys())
