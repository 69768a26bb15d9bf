"""What of a text may stand in an address, and what address is made of a title.

The latter is in letters that can be read out and typed everywhere: Vietnamese loses its accents
there. Of scripts that have no such spelling, the characters stay; a Chinese title read as Pinyin
would be legible to nobody.
"""

import re
import unicodedata

from kb.words.characters import one_line
from kb.words.syllables import fold

LONGEST_SLUG = 80
_DASHES = re.compile(r"-{2,}")


def slugify(text: str) -> str:
    """Return `text` in lower case, NFC, with only what may stand in a slug.

    >>> slugify("Đặt lại mật khẩu!"), slugify("重設 密碼"), slugify("C++ & C#")
    ('đặt-lại-mật-khẩu', '重設-密碼', 'c-c')
    """
    plain = unicodedata.normalize("NFC", one_line(text).lower())
    kept = (
        character
        if character in "-_./" or unicodedata.category(character)[0] in "LNM"
        else "-"
        if character.isspace() or character in "+&:,;–—|"
        else ""
        for character in plain
    )
    parts = (_DASHES.sub("-", part).strip("-") for part in "".join(kept).split("/"))
    return "/".join(parts)


def slug_of(title: str) -> str:
    """Return the last part of an address for a title; "" where nothing is left of it.

    >>> slug_of("Làm sao để đổi địa chỉ?"), slug_of("如何變更地址？"), slug_of("Can I pay in €?")
    ('lam-sao-de-doi-dia-chi', '如何變更地址', 'can-i-pay-in')
    """
    words = slugify(title.replace("/", " ")).strip("-.").split("-")
    # Only what is left in plain letters: other scripts have marks that make another word.
    slug = "-".join(plain if (plain := fold(word)).isascii() else word for word in words)
    if len(slug) <= LONGEST_SLUG:
        return slug
    return slug[: LONGEST_SLUG + 1].rpartition("-")[0] or slug[:LONGEST_SLUG]
