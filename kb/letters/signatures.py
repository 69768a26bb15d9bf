"""Find the signature at the end of a letter: a farewell, a name, how to reach its writer.

Told from the end upwards, as far as lines are short and neither ask nor complain, so that what
somebody adds below the name is kept from being cut.
"""

import re
from collections.abc import Sequence

from kb.letters import phrases
from kb.letters.kinds import is_courtesy, kind_of
from kb.letters.lines import Line, Reasons
from kb.letters.patterns import Pattern

_MOST_LINES = 14
_LONGEST_LINE = 80
_LONGEST_SIGN_OFF = 45
_LONGEST_NAME = 40

_DELIMITER = re.compile(r"(?:--|—|–)(?: \S.{0,30})?$")
_SENT_FROM = Pattern("<phrases>", phrases=phrases.SENT_FROM)
_SIGN_OFF = Pattern(
    r"<offs> ?(?:[,.!~-]|$)|(?:[a-z&]+ ){0,2}regards\b|(?:xin )?tran trong\b"
    r"|<chinese>[^，,。]{0,10}[。!！]?$|.{0,12}<signed>[。!！]?$",
    offs=phrases.SIGN_OFFS,
    chinese=phrases.CHINESE_SIGN_OFFS,
    signed=phrases.SIGNED,
)
_THANKS = Pattern("(?:em|minh|toi|xin|many|先)? ?<thanks>", thanks=phrases.THANKS)
_CONTACT = Pattern(
    r"\W{0,3}<labels> ?(?:\([^)]{0,10}\) ?)?[:.] ?(?=.*(?:[\d@]|www|http))"
    r"|\+?[\d(][\d ().+-]{6,20}$|[^\s@]{1,64}@[^\s@]+$",
    labels=phrases.CONTACT_LABELS,
)
_POSTSCRIPT = Pattern(r"<marks>[:. ,]", marks=phrases.POSTSCRIPTS)
_SENTENCE_ENDS = tuple(".?!。？！:：;；,，…")


def mark_sent_from(lines: Sequence[Line], reasons: Reasons) -> None:
    """Mark the lines in which a telephone names itself, wherever they are."""
    for i, line in enumerate(lines):
        if (
            reasons[i] is None
            and len(line.text) <= _LONGEST_LINE
            and _SENT_FROM.bare.match(line.bare)
        ):
            reasons[i] = "signature"


def mark_signature(lines: Sequence[Line], reasons: Reasons, part: range) -> None:
    """Mark the lines of a part's signature; a postscript below it stays."""
    left = [i for i in part if lines[i].text and reasons[i] is None]
    postscript = next(
        (i for i in left[-_MOST_LINES:] if _POSTSCRIPT.bare.match(lines[i].bare)), None
    )
    if postscript is not None:
        left = left[: left.index(postscript)]
    # Below a name there may be a farewell with the same name once more.
    while (first := _first_line(lines, left)) is not None:
        for i in left[first:]:
            reasons[i] = "signature"
        del left[first:]


def _first_line(lines: Sequence[Line], left: Sequence[int]) -> int | None:
    """Return the place in `left` where a signature that ends with it begins; None for none."""
    first, block = None, True
    has_contact = False
    for place in range(len(left) - 1, max(-1, len(left) - 1 - _MOST_LINES), -1):
        line = lines[left[place]]
        if _begins(lines, left, place):
            first = place
        if not _may_be_signed(line):
            break
        has_contact = has_contact or bool(_CONTACT.bare.match(line.bare))
        begins_block = place > 0 and left[place] - left[place - 1] > 1
        if block and begins_block and has_contact:
            first = place
        block = block and not begins_block
    return first


def _begins(lines: Sequence[Line], left: Sequence[int], place: int) -> bool:
    """Whether a line is a farewell, or thanks with a name on the next line."""
    line = lines[left[place]]
    if _DELIMITER.match(line.bare):
        return True
    if len(line.text) > _LONGEST_SIGN_OFF:
        return False
    if _SIGN_OFF.bare.match(line.bare):
        return kind_of(line.written) in ("statement", "courtesy")
    is_followed = place + 1 < len(left) and _is_name(lines[left[place + 1]].text)
    return is_followed and bool(_THANKS.bare.match(line.bare)) and is_courtesy(line.written)


def _may_be_signed(line: Line) -> bool:
    is_short = len(line.text) <= _LONGEST_LINE
    return is_short and kind_of(line.written) in ("statement", "courtesy")


def _is_name(text: str) -> bool:
    """Whether a text is at most four words with capital letters, or so many Chinese characters."""
    if len(text) > _LONGEST_NAME or text.endswith(_SENTENCE_ENDS):
        return False
    words = text.split()
    if text.isascii() or text[0].upper() != text[0].lower():
        return len(words) <= 4 and all(
            word[0].isupper() and word.replace(".", "").replace("-", "").isalpha() for word in words
        )
    return len(words) == 1 and 2 <= len(text) <= 4 and text.isalpha()
