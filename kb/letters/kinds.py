"""Tell what a sentence of a letter does: ask, complain, state, or only be polite.

Told by phrases, not by grammar: a sentence is a courtesy only when next to nothing is left of it
without its polite phrases, so that no question is ever lost to a greeting.
"""

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from kb.letters import phrases
from kb.letters.patterns import Pattern, Written

Kind = Literal["question", "problem", "statement", "courtesy"]

# What is longer is more than a courtesy.
_LONGEST_COURTESY = 240
_MOST_NAMES = 4
_LONGEST_THANKS = 100
_LONGEST_END = 60

_FACE = r"<3|[:=;]-?[()dpo3]+|\^\^|\b(?:xd|qq|tt)\b"
_HAN = "[\u3400-\u9fff]"
_POLITE = Pattern(
    "<courtesies>",
    courtesies=phrases.GREETINGS + phrases.THANKS + phrases.OTHER_COURTESIES,
)
_EMPTY = Pattern(
    rf"{_HAN}{{1,2}}(?=先生|小姐|女士|经理|主任|老师|老板)|{_FACE}|<fillers>",
    fillers=phrases.FILLERS + phrases.ADDRESSES,
)
_ASKING = Pattern(
    r"(?:^\W*|[,;:，；] ?)(?:(?:and|but|so|also|or|then|please|plz|pls|ok|well) )*<openers>"
    r"|<questions>",
    openers=phrases.QUESTION_OPENERS,
    questions=phrases.QUESTIONS,
)
_ASKING_AT_END = Pattern(
    r"[?？]\W*$|<ends>(?:\W{0,3}<particles>){0,3}\W*$",
    ends=phrases.QUESTION_ENDS,
    particles=phrases.PARTICLES,
)
_FAILING = Pattern(
    "<harmless>|(?P<problem><problems>)",
    harmless=phrases.HARMLESS,
    problems=phrases.PROBLEMS,
)
_GREETED = Pattern(
    r"<greetings>(?![-'])(?:[ ,]{0,2}<addresses>)*[\s,，.!~～:]*",
    greetings=phrases.GREETINGS,
    addresses=phrases.ADDRESSES,
)
_THANKED = Pattern(
    r"(?:\b(?:em|mình|minh|tôi|toi|i|we|xin|many) |先|再)?<thanks>", thanks=phrases.THANKS
)
_PAUSE = re.compile(rf"[,，、;；~～]+\s*|\s[-–—]+\s|(?<={_HAN})\s+(?={_HAN})")
_WORD = re.compile(r"\w+")
_MORE_THAN_A_WORD = re.compile(rf"\w\W+\w|{_HAN}{{3}}")


class Told(NamedTuple):
    """A part of a sentence, by its place in it, and what it does."""

    start: int
    end: int
    kind: Kind


def told(sentence: Written) -> Iterator[Told]:
    """Yield a sentence's parts: courtesies at its beginning, the rest, thanks at its end."""
    end = len(sentence.text)
    if not _POLITE.of(sentence).search(sentence.level):
        # Nor is any part of it: greetings and thanks are among the polite phrases.
        yield Told(0, end, _kind_of(sentence))
        return
    if is_courtesy(sentence):
        yield Told(0, end, "courtesy")
        return
    start = _end_of_greeting(sentence)
    stop = _begin_of_thanks(sentence, start)
    if start:
        yield Told(0, start, "courtesy")
    yield Told(start, stop, _kind_of(sentence.part(start, stop)))
    if stop < end:
        yield Told(stop, end, "courtesy")


def kind_of(sentence: Written) -> Kind:
    """Return what a sentence does as a whole."""
    return "courtesy" if is_courtesy(sentence) else _kind_of(sentence)


def _kind_of(sentence: Written) -> Kind:
    level = sentence.level
    end = level[-_LONGEST_END:]
    if _ASKING.of(sentence).search(level) or _ASKING_AT_END.of(sentence).search(end):
        return "question"
    if any(match["problem"] for match in _FAILING.of(sentence).finditer(level)):
        return "problem"
    return "statement"


def is_courtesy(sentence: Written) -> bool:
    """Whether a text holds polite phrases, and beside them only empty words and a name."""
    text, level, _ = sentence
    polite = _POLITE.of(sentence)
    if len(text) > _LONGEST_COURTESY or not polite.search(level):
        return False
    rest = _EMPTY.of(sentence).sub(_blank, polite.sub(_blank, level))
    left = [text[match.start() : match.end()] for match in _WORD.finditer(rest)]
    return len(left) <= _MOST_NAMES and all(map(_may_be_name, left))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _may_be_name(word: str) -> bool:
    return word[0].isupper() and word.isalpha() and not word[1:].isupper()


def _end_of_greeting(sentence: Written) -> int:
    """Return where a sentence goes on after the courtesies at its beginning."""
    start = 0
    for pause in _PAUSE.finditer(sentence.text):
        if not is_courtesy(sentence.part(start, pause.start())):
            break
        start = pause.end()
    greeting = _GREETED.of(sentence).match(sentence.level, start)
    if greeting and _is_sentence(sentence.part(greeting.end())):
        return greeting.end()
    return start if start and _is_sentence(sentence.part(start)) else 0


def _begin_of_thanks(sentence: Written, start: int) -> int:
    """Return where the thanks at the end of a sentence begin; its length when there are none."""
    end = len(sentence.text)
    for thanks in _THANKED.of(sentence).finditer(sentence.level, max(start, end - _LONGEST_THANKS)):
        begin = thanks.start()
        if is_courtesy(sentence.part(begin)):
            return begin if _is_sentence(sentence.part(start, begin)) else end
    return end


def _is_sentence(sentence: Written) -> bool:
    """Whether a text is more than a word and more than a courtesy."""
    return bool(_MORE_THAN_A_WORD.search(sentence.text)) and not is_courtesy(sentence)
