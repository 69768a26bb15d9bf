"""What is asked: real queries of the judged sets where there are some, else cut from articles.

Kinds: `known` (the sets' queries for known articles: titles, typing mistakes, unfinished words),
`one word`, `three words`, `title`, `question` (a long sentence), `phrase`, `prefix`, `typo`,
`message` (1,500 characters of an article) and, in English, `symptoms` (what customers wrote of).
Of messages our search box reads only the beginning. All engines are asked that beginning; the
whole message is asked under `... whole`.
"""

import gzip
import json
import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.engines import Question, Text
from tests.benchmarks.ours import part_that_we_read

KNOWN = {"en": "officedocs_en_known", "vi": "alchemy_vi_known", "zh-Hant": "alchemy_zhtw_known"}
SYMPTOMS = "officedocs_symptoms"
MESSAGE_CHARACTERS = 1_500
LONGEST_SENTENCE = 250

_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile(r"[\u3400-\u9fff]{2,}")
_SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A query of a set, and which rule made it."""

    text: str
    variant: str


def questions(
    locale: str, articles: Sequence[Text], sets: Path, count: int
) -> dict[str, list[Question]]:
    """Return `count` questions of every kind, the same in every run."""
    chance = random.Random(f"{locale} {count}")
    titles = [article.title for article in articles if len(article.title) > 8]
    known = _drawn(sets / KNOWN.get(locale, "-")) or _made(titles, chance)
    named = [query.text for query in known if query.variant == "title"] or titles
    bodies = [article.body for article in articles if len(article.body) > MESSAGE_CHARACTERS]
    is_chinese = locale.startswith("zh")
    messages = _many(count, chance, bodies, lambda body: _message(body, chance))
    symptoms = [query.text for query in _drawn(sets / SYMPTOMS)] if locale == "en" else []
    chance.shuffle(symptoms)
    long = {"message": messages, "symptoms": symptoms[:count]}
    texts = {
        "known": [query.text for query in _sample(known, count, chance)],
        "one word": _many(count, chance, named, lambda title: _words(title, 1, is_chinese, chance)),
        "three words": _many(
            count, chance, named, lambda title: _words(title, 3, is_chinese, chance)
        ),
        "title": _sample(named, count, chance),
        "question": _many(count, chance, bodies, lambda body: _sentence(body, chance)),
        "phrase": _many(count, chance, named, lambda title: _phrase(title, is_chinese)),
        "prefix": _variant(known, "prefix", count, chance),
        "typo": _variant(known, "drop" if is_chinese else "typo", count, chance),
        **{
            kind: [part_that_we_read(text, locale) for text in found]
            for kind, found in long.items()
        },
        **{f"{kind} whole": found for kind, found in long.items()},
    }
    return {
        kind: [Question(kind, locale, text, kind == "prefix") for text in found]
        for kind, found in texts.items()
        if found
    }


def _drawn(folder: Path) -> list[Drawn]:
    file = next((folder / name for name in ("queries.jsonl", "queries.jsonl.gz")
                 if (folder / name).is_file()), None)  # fmt: skip
    if file is None:
        return []
    data = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
    rows = [json.loads(line) for line in data.decode().splitlines() if line]
    return [Drawn(row["text"], row["id"].partition("#")[2]) for row in rows]


def _made(titles: Sequence[str], chance: random.Random) -> list[Drawn]:
    """Return such queries as the sets hold, for a corpus without a set."""
    found = []
    for title in _sample(titles, 200, chance):
        asked = title.lower()
        at = chance.randrange(1, len(asked) - 1)
        mistyped = asked[:at] + asked[at + 1 :]
        found += [Drawn(asked, "title"), Drawn(asked[:-2], "prefix")]
        found += [Drawn(mistyped, "typo"), Drawn(mistyped, "drop")]
    return found


def _sample(found: Sequence, count: int, chance: random.Random) -> list:
    return chance.sample(found, min(count, len(found)))


def _variant(known: Sequence[Drawn], name: str, count: int, chance: random.Random) -> list[str]:
    return _sample([query.text for query in known if query.variant == name], count, chance)


def _many(
    count: int, chance: random.Random, texts: Sequence[str], cut: Callable[[str], str]
) -> list[str]:
    """Return what `cut` makes of random texts, without what it makes nothing of."""
    found: list[str] = []
    for text in _sample(texts, 5 * count, chance):
        piece = cut(text)
        if piece and len(found) < count:
            found.append(piece)
    return found


def _words(title: str, number: int, is_chinese: bool, chance: random.Random) -> str:
    words = [word for word in _WORD.findall(title) if len(word) >= 2]
    if is_chinese:
        words = [run[i : i + 2] for run in _HAN.findall(title) for i in range(0, len(run) - 1, 2)]
    return " ".join(chance.sample(words, number)) if len(words) >= number else ""


def _phrase(title: str, is_chinese: bool) -> str:
    if is_chinese:
        longest = max(_HAN.findall(title), key=len, default="")
        return f'"{longest[:4]}"' if len(longest) >= 3 else ""
    words = _WORD.findall(title)
    return f'"{" ".join(words[:2])}"' if len(words) >= 2 else ""


def _sentence(body: str, chance: random.Random) -> str:
    """Return a sentence of some length, as who writes a whole question would."""
    found = [sentence.strip() for sentence in _SENTENCE.findall(body)]
    least = 30 if any("\u4e00" <= letter <= "\u9fff" for letter in body[:200]) else 80
    fitting = [sentence for sentence in found if least <= len(sentence) <= LONGEST_SENTENCE]
    return chance.choice(fitting).replace('"', " ") if fitting else ""


def _message(body: str, chance: random.Random) -> str:
    start = chance.randrange(len(body) - MESSAGE_CHARACTERS)
    return " ".join(body[start : start + MESSAGE_CHARACTERS].replace('"', " ").split())
