"""Which questions are the same one, half typed, in other words, accents or Chinese script.

Nothing here depends on the order in which questions are given, so that a report made again says
the same. A group has its id from the wording that was asked first. A later report may have lost
that wording, or joined it to others: `find` takes the id of any wording of a group, so an id that
somebody noted leads to its group for as long as that wording is in a report at all.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from kb.words.analysis import analyzer_for, to_simplified
from kb.words.characters import tidy
from kb.words.stopwords import is_stop_word
from kb.words.syllables import fold

# Shared words over all words of two questions; from here on they are one.
ALIKE = 0.6
# Of a long message: its beginning says what it is about.
MAX_WORDS = 40
# Wordings that are compared; those asked least are left out.
MAX_WORDINGS = 20_000
_ID_DIGITS = 12
_LANGUAGES = ("en", "vi", "zh")


class Asked(NamedTuple):
    """One time that a question was asked; `visitor` is "" when it is not known who did."""

    text: str
    locale: str
    visitor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that are near duplicates of each other.

    id          stable, see the module
    wording     the one asked most often
    count       how often any of them was asked
    visitors    how many different visitors are known to have asked
    first_seen  when one was asked first, within the days looked at
    last_seen   when one was asked last
    locales     of the readers, sorted
    wordings    all of them, those asked most often first
    """

    id: str
    wording: str
    count: int
    visitors: int
    first_seen: datetime
    last_seen: datetime
    locales: tuple[str, ...]
    wordings: tuple[str, ...]


def is_same_question(earlier: str, later: str) -> bool:
    """Whether one text is the beginning of the other, accents and script aside."""
    one, other = folded(earlier), folded(later)
    return bool(one and other) and (one.startswith(other) or other.startswith(one))


def folded(text: str) -> str:
    """Return text without accents, capitals and needless spaces, Chinese in Simplified."""
    return " ".join(fold(word) for word in to_simplified(text.casefold()).split())


def group(asked: Iterable[Asked]) -> list[Group]:
    """Return the groups of what was asked, those asked most often first."""
    by_words: dict[frozenset[str], list[Asked]] = defaultdict(list)
    words_of: dict[str, frozenset[str]] = {}
    for each in asked:
        if each.text not in words_of:
            words_of[each.text] = words(each.text)
        by_words[words_of[each.text]].append(each)
    by_words.pop(frozenset(), None)
    groups = [_group(members) for members in _alike(by_words)]
    return sorted(groups, key=lambda each: (-each.count, each.first_seen, each.id))


def find(groups: Iterable[Group], group_id: str) -> Group | None:
    """Return the group that has this id, or holds the wording that once gave it to a group."""
    for each in groups:
        if each.id == group_id or group_id in map(wording_id, each.wordings):
            return each
    return None


def wording_id(text: str) -> str:
    """Return the id of a group that was first asked in these words."""
    key = "\n".join(sorted(words(text)))
    return hashlib.sha256(key.encode()).hexdigest()[:_ID_DIGITS]


def words(text: str) -> frozenset[str]:
    """Return the words that make a question, folded the same way in every language.

    Words without much meaning are left out, unless there are no others. Of scripts without
    spaces, neighbours are the words.
    """
    found: list[str] = []
    meaningful: list[str] = []
    previous = None
    # Accents go before endings do: a word without its accents has to lose the same ending.
    english = analyzer_for("en")
    for token in analyzer_for("vi").tokens(tidy(text))[:MAX_WORDS]:
        if not token.is_char:
            word = english.forms(token.loose)[1]
            is_stop = any(is_stop_word(token.loose, language) for language in _LANGUAGES)
        elif previous and previous.is_char and token.follows:
            word = token.pair(previous)
            is_stop = is_stop_word(word, "zh")
        else:
            word, is_stop = token.exact, True
        previous = token
        found.append(word)
        if not is_stop:
            meaningful.append(word)
    return frozenset(meaningful or found)


def _alike(by_words: dict[frozenset[str], list[Asked]]) -> Iterator[list[Asked]]:
    """Yield the questions that belong together.

    A wording joins the most frequent one that it is like, or begins a group.
    """
    ordered = sorted(by_words, key=lambda each: (-len(by_words[each]), sorted(each)))
    ordered = ordered[:MAX_WORDINGS]
    spread = Counter(word for each in ordered for word in each)
    leaders: list[frozenset[str]] = []
    members: list[list[Asked]] = []
    with_word: dict[str, list[int]] = defaultdict(list)
    for each in ordered:
        rare = _rarest(each, spread)
        candidates = sorted({number for word in rare for number in with_word[word]})
        number = next((n for n in candidates if _likeness(each, leaders[n]) >= ALIKE), len(leaders))
        if number == len(leaders):
            leaders.append(each)
            members.append([])
            for word in rare:
                with_word[word].append(number)
        members[number] += by_words[each]
    yield from members


def _rarest(question: frozenset[str], spread: Counter[str]) -> Sequence[str]:
    """Return the words of which two questions that are alike must share one."""
    ordered = sorted(question, key=lambda word: (spread[word], word))
    return ordered[: len(ordered) - _at_least(ALIKE * len(ordered)) + 1]


def _at_least(share: float) -> int:
    # 0.6 * 5 is a little more than 3.
    return -int(-(share - 1e-9) // 1)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other)


def _group(asked: Sequence[Asked]) -> Group:
    times = Counter(each.text for each in asked)
    wordings = sorted(times, key=lambda text: (-times[text], text))
    first = min(asked, key=lambda each: (each.at, each.text))
    return Group(
        id=wording_id(first.text),
        wording=wordings[0],
        count=len(asked),
        visitors=len({each.visitor for each in asked} - {""}),
        first_seen=first.at,
        last_seen=max(each.at for each in asked),
        locales=tuple(sorted({each.locale for each in asked})),
        wordings=tuple(wordings),
    )
