"""Cut text into sentences.

Offsets are offsets into the text as given; the text should be tidied (kb.words.characters) before.
"""

import regex

# A sentence ends at 。！？ and their kin at once, at . ! ? only before a space and what may begin
# a sentence.
_END = regex.compile(
    r"""(?:[。！？｡‼⁉]|[.!?…]+(?=["'”’)\]]*(?:\s+[\p{Lu}\p{Lo}\p{N}"'“‘(\[]|\s*$)))"""
    r"""["'”’」』）)\]]*|\n""",
    regex.V1,
)
# After these a full stop belongs to the word: initials, titles, the number of a list item.
_ABBREVIATED = regex.compile(
    r"(?:^|[\s(\[“\"'])(?:\p{Lu}|(?i:mr|mrs|ms|dr|prof|vs|no|fig|vol|ext|approx|e\.g|i\.e|tp|ths|ts"
    r"|pgs|gs|tx|đt|sđt|vd))$"
)
_NUMBERED = regex.compile(r"^\s*\p{N}{1,3}$")
_LONGEST_ABBREVIATION = 8
# Where a sentence may end in a chat or a mail; `_ends` decides on a run of . ! ? by what follows.
_RUN_OR_LINE = r"""(?:[。！？｡‼⁉]+|(?P<run>[.!?…]+))["'”’」』）)\]]*|\n"""
_PERHAPS_END = regex.compile(_RUN_OR_LINE, regex.V1)
# An address ends none; to look for one costs more than all the rest.
_ADDRESS_OR_END = regex.compile(
    r"(?P<address>(?:https?:/|www\.)[^\s。！？，、；）」』]*[\w/]"
    rf"|(?<![\w.+-])[\w.+-]{{1,64}}@[\w.-]*\w)|{_RUN_OR_LINE}",
    regex.V1,
)
_IN_ADDRESSES = ("@", "www.", "http")
# Before a small letter these do not end a sentence either.
_ABBREVIATED_INSIDE = regex.compile(
    r"(?i)(?:^|[\s(])(?:[ap]\.m|etc|min|max|tel|st|inc|ltd|co|hrs?|dept|incl|excl|est|resp|v\.v|vv|q|p)$"
)
_NEXT_BEGINS = regex.compile(r"""\s+[\p{Lu}\p{Lo}\p{N}"'“‘(\[]|\s*$""")
_JOINED = regex.compile(r"(?<=\p{Ll}{2})\.\p{Lu}\p{Ll}")
Span = tuple[int, int]


def sentences(text: str) -> list[Span]:
    """Return the (start, end) offsets of the sentences of text, without outer spaces."""
    spans: list[Span] = []
    start = 0
    for match in _END.finditer(text):
        if match[0] == "." and match.end() < len(text) and _goes_on(text, start, match.start()):
            continue
        _add_span(text, start, match.end(), spans)
        start = match.end()
    _add_span(text, start, len(text), spans)
    return spans


def written_sentences(text: str) -> list[Span]:
    """Return the (start, end) offsets of the sentences of what nobody has proof-read.

    They may begin with a small letter, or without a space after the last one.
    """
    spans: list[Span] = []
    start = 0
    has_address = any(mark in text for mark in _IN_ADDRESSES)
    for match in (_ADDRESS_OR_END if has_address else _PERHAPS_END).finditer(text):
        if has_address and match["address"]:
            continue
        if match["run"] and not _ends(text, start, match):
            continue
        _add_span(text, start, match.end(), spans)
        start = match.end()
    _add_span(text, start, len(text), spans)
    return spans


def _ends(text: str, start: int, match: "regex.Match[str]") -> bool:
    """Whether a run of . ! ? ends the sentence that begins at `start`."""
    run, stop, after = match["run"], match.start(), text[match.end() : match.end() + 1]
    if "!" in run or "?" in run:
        # What follows at once may be a part of an address: page?id=1.
        return "!" in run or not ("a" <= after <= "z" or after.isdigit())
    if run != ".":
        return bool(_NEXT_BEGINS.match(text, match.end()))
    if after and not after.isspace():
        return bool(_JOINED.match(text, stop)) and not _goes_on(text, start, stop)
    if _NEXT_BEGINS.match(text, match.end()):
        return not after or not _goes_on(text, start, stop)
    before = text[max(start, stop - _LONGEST_ABBREVIATION) : stop]
    return not (_goes_on(text, start, stop) or _ABBREVIATED_INSIDE.search(before))


def _goes_on(text: str, start: int, stop: int) -> bool:
    """Whether a full stop at `stop` does not end the sentence that begins at `start`.

    Looks at a few characters only: a hostile text may hold nothing but initials.
    """
    before = text[max(start, stop - _LONGEST_ABBREVIATION) : stop]
    begins = stop - start <= _LONGEST_ABBREVIATION
    return bool(_ABBREVIATED.search(before) or (begins and _NUMBERED.search(before)))


def _add_span(text: str, start: int, end: int, spans: list[Span]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))
