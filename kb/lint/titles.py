"""Whether a title is what customers say: a question, a task or a problem.

Only in English, Vietnamese and Chinese. A title counts as one by a sign that it bears: a question
mark, a word that asks, a verb at its beginning, a word for what does not work. The lists are of
words that help centers use; what they do not know is said to be neither, as a warning.
"""

import re
from collections.abc import Callable, Iterator

from kb.lint import title_words as words
from kb.lint.finding import Finding
from kb.lint.reading import Circumstances, Subject
from kb.lint.rules import make

_PARTS = re.compile(r"[:：|–—]| - ")
_NUMBER = re.compile(r"^[\W\d_]+")
_WORD = re.compile(r"[A-Za-z0-9']+")
_GERUND = re.compile(r"[a-z]{2,}ing")


def _any_of(texts: tuple[str, ...]) -> str:
    # The longest first: of two that begin alike, the shorter one would hide the other.
    return "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))


_ENGLISH_FIRST = frozenset((*words.ENGLISH_ASKS, *words.ENGLISH_TASKS))
_ENGLISH_PROBLEMS = frozenset(words.ENGLISH_PROBLEMS)
_VIETNAMESE = re.compile(
    rf"\b(?:{_any_of((*words.VIETNAMESE_ASKS, *words.VIETNAMESE_PROBLEMS))})\b"
    rf"|^(?:(?:tự động|tự|đang|sẽ|nên|hãy|cần|phải) )?(?:{_any_of(words.VIETNAMESE_TASKS)})\b"
)
# In Chinese, what a task is done to may stand before its verb.
_CHINESE = re.compile(
    f"{_any_of((*words.CHINESE_ASKS, *words.CHINESE_PROBLEMS))}"
    f"|^.{{0,40}}?(?:{_any_of(words.CHINESE_TASKS)})"
)


def check(subject: Subject, _: Circumstances) -> Iterator[Finding]:
    """Yield a title that customers would not say; agents know their replies by any name."""
    article = subject.written.article
    if article.kind == "article" and not is_said(article.title, article.locale):
        fix = "Say what readers ask, do, or see go wrong"
        found = f'"{article.title[:120]}" is neither a question nor a task nor a problem'
        yield make("title-form", subject.shown, subject.line_of("title"), found, fix)


def is_said(title: str, locale: str) -> bool:
    """Whether a title is a question, a task or a problem; True where nobody can tell."""
    judge = _JUDGES.get(locale.partition("-")[0])
    if judge is None or "?" in title or "？" in title:
        return True
    # "Outlook: reset the view" says it after the colon, "959 Reset the view" after the number.
    parts = [_NUMBER.sub("", part) for part in (title, *_PARTS.split(title))]
    # What is not translated yet is in English.
    return any(judge(part) or _is_said_in_english(part) for part in parts if part)


def _is_said_in_english(title: str) -> bool:
    said = [word.lower() for word in _WORD.findall(title.replace("’", "'"))]
    if not said:
        return False
    if said[0] in _ENGLISH_FIRST or not _ENGLISH_PROBLEMS.isdisjoint(said):
        return True
    is_doing = _GERUND.fullmatch(said[0]) is not None and said[0] not in words.NO_GERUNDS
    return (is_doing and len(said) > 1) or any(word.startswith("0x") for word in said)


def _is_said_in_vietnamese(title: str) -> bool:
    return _VIETNAMESE.search(title.lower()) is not None


def _is_said_in_chinese(title: str) -> bool:
    return _CHINESE.search(title) is not None


_JUDGES: dict[str, Callable[[str], bool]] = {
    "en": _is_said_in_english,
    "vi": _is_said_in_vietnamese,
    "zh": _is_said_in_chinese,
}
