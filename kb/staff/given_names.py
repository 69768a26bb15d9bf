"""What somebody is called who has this full name: the part that colleagues and customers use.

A full name does not say in which order it stands, but its form does. In Chinese the family name
comes first, without a space; in Vietnamese it comes first too, and people use the last word. Where
neither shows, it is the first word. A guess is shown in a field, where it can be corrected.
"""

import re
from collections.abc import Sequence
from unicodedata import normalize

import regex

_HAN = regex.compile(r"\p{Han}+")
_FAMILY_OF_TWO = re.compile(
    "歐陽|欧阳|司馬|司马|上官|諸葛|诸葛|司徒|夏侯|皇甫|尉遲|尉迟|公孫|公孙|慕容|令狐|東方|东方|"
    "端木|南宮|南宫|獨孤|独孤|張簡|范姜"
)
# Between the parts of a name from elsewhere that is written in Chinese: 約翰·史密斯.
_BETWEEN_PARTS = "[·‧・•．]"
# Most people in Vietnam have one of these; without accents, those that are no name elsewhere.
_FAMILY = re.compile(
    "nguyễn|trần|lê|phạm|huỳnh|hoàng|phan|vũ|võ|đặng|bùi|đỗ|hồ|ngô|dương|lý|đinh|đoàn|trịnh|"
    "trương|phùng|lâm|hà|tô|tạ|châu|lương|thái|quách|đào|"
    "nguyen|tran|pham|huynh|hoang|dang|bui|ngo|duong|truong|trinh"
)
_MIDDLE = frozenset({"văn", "thị"})
# Horns, hooks and two accents on one letter, as they come apart.
_ONLY_VIETNAMESE = re.compile(
    "[\u0309\u031b]|\u0323[\u0302\u0306]|[\u0302\u0306][\u0300\u0301\u0303]"
)


def given_name(full_name: str) -> str:
    """Return the given name of a full name, "" when there is none."""
    words = normalize("NFC", full_name).split()
    if not words:
        return ""
    first, *others = re.split(_BETWEEN_PARTS, words[0])
    if others:
        return first
    if _HAN.fullmatch(first):
        return words[1] if len(words) > 1 and len(first) <= 2 else _without_family(first)
    return words[-1] if _is_family_first([word.casefold() for word in words]) else first


def _without_family(name: str) -> str:
    """Return what follows the family name; a name too long to be one person's stays whole."""
    family = 2 if _FAMILY_OF_TWO.match(name) or len(name) == 4 else 1
    return name[family:] if family < len(name) <= 4 else name


def _is_family_first(words: Sequence[str]) -> bool:
    """Whether a name in small letters is Vietnamese, and not in the order of the West."""
    if _FAMILY.fullmatch(words[0]) or not _MIDDLE.isdisjoint(words[1:-1]):
        return True
    is_vietnamese = _ONLY_VIETNAMESE.search(normalize("NFD", " ".join(words)))
    return bool(is_vietnamese) and not _FAMILY.fullmatch(words[-1])
