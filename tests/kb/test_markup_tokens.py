"""Tokens of cleaned HTML: what a full HTML parser would say, and back again."""

import html as entities
import re
import unicodedata
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xss_payloads import PAYLOADS

from kb.rendering.markup import VOID, Token, read, write
from kb.rendering.sanitise import clean, normal_form
from kb.words.characters import _UNWANTED, is_tidy, tidy

_PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<b>", "<pre>", "</pre>", "\n", "<table>", "<td>", "<th>", "<li>", "<br>"),
        *(
            "<a href='x?a&b' title='\"<>'>",
            "</a>",
            "<img src=x alt='a&nbsp;b'>",
            "&amp;lt;",
            "&nbsp;",
        ),
        *(
            "&lt;",
            "\u0338",
            "e",
            "\u0301",
            "\u200b",
            "&#x202e;",
            "\xa0",
            "\r",
            "密碼",
            '"',
            "'",
            "<h1>",
        ),
        *(
            "<input type=checkbox checked>",
            "<a name=y>",
            "<details open>",
            "<div class=note>",
            "<x y>",
        ),
    ]
)


class _Reader(HTMLParser):
    """Reads HTML by the standard library's parser."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tokens: list[Token] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tokens.append(Token("start", tag, {name: tidy(value or "") for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.tokens.append(Token("end", tag))

    def handle_data(self, data: str) -> None:
        after_pre = self.tokens and self.tokens[-1].opens("pre")
        if text := tidy(data).lstrip("\n") if after_pre else tidy(data):
            self.tokens.append(Token("text", text))


def by_parser(html: str) -> list[Token]:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.tokens


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_cleaned_html_is_read_as_a_parser_reads_it(html):
    for cleaned in (normal_form(html), clean(html)):
        assert read(cleaned) == by_parser(cleaned)


@pytest.mark.parametrize("text", [pytest.param(p[2], id=p[0]) for p in PAYLOADS])
def test_hostile_html_is_read_as_a_parser_reads_it(text):
    for cleaned in (normal_form(text), clean(text), normal_form(f"<p>{text}</p>")):
        assert read(cleaned) == by_parser(cleaned)


@given(st.lists(_PIECES, max_size=20).map("".join))
def test_what_is_written_is_what_cleaning_writes(html):
    written = write(read(clean(html)))
    # Only newlines at the beginning of code, and characters that compose, are not kept.
    if "<pre>\n" not in clean(html) and is_tidy(entities.unescape(clean(html))):
        assert written == clean(html)


@given(
    st.text(st.sampled_from("ae\n\r\t \xa0\xad\u0301\u0338\u1ea1\u200b\u200d\ufe0f\U0001f600<密"))
)
def test_a_text_is_tidy_when_tidying_leaves_it_alone(text):
    slowly = unicodedata.normalize("NFC", _UNWANTED.sub("", re.sub("\r\n?", "\n", text)))
    assert tidy(text) == slowly
    assert is_tidy(text) == (slowly == text)
