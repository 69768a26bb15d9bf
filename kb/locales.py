"""Locale tags: one spelling for each, what to fall back on, and what a browser would like.

Chinese is filed by script, not by country: zh-TW, zh-HK and zh-MO are "zh-Hant", zh-CN and
zh-SG are "zh-Hans". Without that, a browser that asks for zh-TW gets English.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})"
    r"(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|[0-9]{3}))?"
    r"(?P<rest>(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*)"
    r"(?:-[a-wy-z0-9](?:-[a-z0-9]{2,8})+)*"
    r"(?:-x(?:-[a-z0-9]{1,8})+)?"
)
_TRADITIONAL = {"TW", "HK", "MO"}
_SIMPLIFIED = {"CN", "SG", "MY"}
_OTHER_SCRIPT = {"zh-Hant": "zh-Hans", "zh-Hans": "zh-Hant"}
_QUALITY = re.compile(r"q=([01](?:\.[0-9]{0,3})?)")
_LONGEST_TAG = 35
_LONGEST_HEADER = 1_000
_MOST_RANGES = 32


def normalise(tag: str) -> str:
    """Return the one spelling of a BCP 47 tag; extensions and private subtags are dropped.

    Raises ValueError for what is no tag.

    >>> normalise("PT_br"), normalise("zh-TW"), normalise("zh_hans_cn"), normalise("vi")
    ('pt-BR', 'zh-Hant', 'zh-Hans', 'vi')
    """
    plain = tag.strip().replace("_", "-").lower()
    match = _TAG.fullmatch(plain) if len(plain) <= _LONGEST_TAG else None
    if match is None:
        raise ValueError(f"{tag[:40]!r} is not a language tag such as en, pt-BR or zh-Hant")
    script = (match["script"] or "").title()
    region = (match["region"] or "").upper()
    if match["language"] == "zh":
        return _chinese(script, region)
    parts = (match["language"], script, region, match["rest"].strip("-"))
    return "-".join(part for part in parts if part)


def _chinese(script: str, region: str) -> str:
    if script == "Hant" or (not script and region in _TRADITIONAL):
        return "zh-Hant"
    if script == "Hans" or (not script and region in _SIMPLIFIED):
        return "zh-Hans"
    return "-".join(part for part in ("zh", script, region) if part)


def language(tag: str) -> str:
    """Return the primary language of a tag: "zh" for "zh-Hant"."""
    return normalise(tag).partition("-")[0]


@lru_cache(maxsize=1_024)
def fallbacks(tag: str) -> tuple[str, ...]:
    """Return the tag and what may stand in for it, nearest first.

    >>> fallbacks("pt-BR"), fallbacks("zh-TW")
    (('pt-BR', 'pt'), ('zh-Hant', 'zh', 'zh-Hans'))
    """
    parts = normalise(tag).split("-")
    chain = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
    if chain[0] in _OTHER_SCRIPT:
        chain.append(_OTHER_SCRIPT[chain[0]])
    elif parts[0] == "zh":
        chain += ["zh-Hans", "zh-Hant"]
    return tuple(chain)


def negotiate(accept_language_header: str, offered: Iterable[str]) -> str | None:
    """Return the offered tag that the header likes best, as it was offered, or None.

    The header is a stranger's: only its first ranges are read, and no range of it raises.
    """
    there = _by_tag(offered)
    refused = {wanted for wanted, quality in _ranges(accept_language_header) if not quality}
    liked = [(wanted, q) for wanted, q in _ranges(accept_language_header) if q]
    for wanted, _ in sorted(liked, key=lambda pair: -pair[1]):
        open_to = {tag: name for tag, name in there.items() if tag not in refused}
        if wanted == "*":
            if open_to:
                return next(iter(open_to.values()))
            continue
        near = [tag for tag in fallbacks(wanted) if tag in open_to]
        near += [tag for tag in open_to if tag.split("-")[0] == wanted.split("-")[0]]
        if near:
            return open_to[near[0]]
    return None


def _by_tag(offered: Iterable[str]) -> dict[str, str]:
    there: dict[str, str] = {}
    for name in offered:
        there.setdefault(normalise(name), name)
    return there


def _ranges(header: str) -> list[tuple[str, float]]:
    ranges: list[tuple[str, float]] = []
    for item in header[:_LONGEST_HEADER].split(",")[:_MOST_RANGES]:
        name, _, parameter = (part.strip() for part in item.partition(";"))
        quality = 1.0
        if parameter:
            match = _QUALITY.fullmatch(parameter.replace(" ", "").lower())
            if match is None:
                continue
            quality = min(float(match[1]), 1.0)
        if name == "*":
            ranges.append(("*", quality))
            continue
        try:
            ranges.append((normalise(name), quality))
        except ValueError:
            continue
    return ranges
