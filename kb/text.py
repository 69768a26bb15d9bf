"""Cut text into sentences, and put marks into it.

Offsets are offsets into the text as given; the text should be tidied (kb.characters) before.
"""

import html
from collections.abc import Sequence

import regex

# A sentence ends at 。！？ and their kin at once; at . ! ? only before a space, and not after
# an initial or a number ("no. 5", "e.g. this" would need a word list; a space and a capital do).
_SENTENCE = regex.compile(
    r"""(?:[。！？｡‼⁉]|[…](?=\s|$)|[.!?]+(?=["'”’)\]]*(?:\s+[\p{Lu}\p{Lo}\p{N}"'“‘(\[]|\s*$)))"""
    r"""["'”’」』）)\]]*|\n""",
    regex.V1,
)


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) offsets of the sentences of text, without outer spaces."""
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _SENTENCE.finditer(text):
        _add_span(text, start, match.end(), spans)
        start = match.end()
    _add_span(text, start, len(text), spans)
    return spans


def _add_span(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def mark(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """Return `text` as safe HTML with the given ascending, disjoint spans in <mark>."""
    parts = []
    done = 0
    for start, end in spans:
        parts.append(html.escape(text[done:start]))
        parts.append(f"<mark>{html.escape(text[start:end])}</mark>")
        done = end
    parts.append(html.escape(text[done:]))
    return "".join(parts)
