"""The characters that an author's text may hold: composed, visible and printable.

Controls that turn the reading direction or have no width are taken out: they make a text look
like another and hide words from the search. The joiners U+200C and U+200D stay, for Persian,
Hindi and emoji are written with them.
"""

import re
import unicodedata

_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def tidy(text: str) -> str:
    """Return `text` in NFC with LF line ends and without invisible controls."""
    if is_tidy(text):
        return text
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _UNWANTED.sub("", plain))


def is_tidy(text: str) -> bool:
    """Whether `tidy` would leave `text`, and so each part of it, as it is."""
    # Nearly every text is printable, and that is quicker to see than to search for what is not.
    is_printable = text.replace("\n", "").isprintable()
    if not is_printable and ("\r" in text or _UNWANTED.search(text)):
        return False
    return unicodedata.is_normalized("NFC", text)


# Beside what `tidy` takes out: what has no shape of its own in a text that is only searched for.
_SHAPELESS = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_JOINER = re.compile("[\u200c\u200d]")
# Scripts that are written with joiners inside of words: Arabic, Syriac, those of India, Mongolian.
_JOINING = re.compile("[\u0600-\u08ff\u0900-\u0dff\u1800-\u18af]")
_HALF_WIDTH_KANA = re.compile("[\uff65-\uff9f]+")
_APOSTROPHES = re.compile(r"(?<=[^\W\d_])[`´ʼ＇‛](?=[^\W\d_])")


def tidy_query(text: str) -> str:
    """Return what somebody typed or pasted without anything that cannot be seen.

    What an author's text may hold for its looks, as emoji do, is not looked for; what keyboards
    have for an apostrophe becomes one.
    """
    plain = tidy(text)
    if plain.isascii() and "`" not in plain:
        return plain
    plain = _SHAPELESS.sub("", plain)
    if not _JOINING.search(plain):
        plain = _JOINER.sub("", plain)
    plain = _HALF_WIDTH_KANA.sub(lambda match: unicodedata.normalize("NFKC", match[0]), plain)
    return unicodedata.normalize("NFC", _APOSTROPHES.sub("'", plain))


def one_line(text: str) -> str:
    """Return `text` tidied, with every run of white space as one space."""
    return " ".join(tidy(text).split())
