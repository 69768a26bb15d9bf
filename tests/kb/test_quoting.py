"""What an agent copies: the same in all three forms, fit for any place, and nothing internal."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xss_payloads import PAYLOADS

from kb.rendering.markup import read
from kb.rendering.quoting import Quote, quote, section_html, variables_of
from kb.rendering.render import render, targets
from kb.rendering.sanitise import TAGS
from kb.rendering.text_forms import markdown_of, text_of
from kb.search import Page, Summary

BASE = "https://help.example"
ALLOWED = {"href", "src", "alt", "title", "width", "height", "start", "colspan", "rowspan"}
SCHEMES = ("http:", "https:", "mailto:", "tel:")
GOLDEN = sorted((Path(__file__).parents[1] / "golden" / "render").glob("*.md"))
ARTICLES = sorted((Path(__file__).parents[2] / "articles").rglob("*.md"))
PAGE = """Before **all**.

## First

One [step](step.md) and [out](https://example.com/a?b=c&d), [below](#second).

### Inside

![A screen](screen.png)

## Second

Last[^1].

[^1]: A note.
"""


def page_of(markdown, *, kind="article", audience="public", links=None):
    known = {"step.md": "/en/articles/step", "screen.png": "/media/1.png", **(links or {})}
    rendered = render(markdown, title="T!", links=known, is_reply=kind == "reply")
    summary = Summary(
        "en/a", "en", "a", "T!", "", "t", (), audience, None, 180, None, "a", kind=kind
    )
    return Page(summary, rendered.html, rendered.sections, (), "", "")


def quoted(markdown, **options) -> Quote:
    return quote(page_of(markdown), base_url=BASE, **options)


def tags(html):
    return re.findall(r"<[^>]*>", html)


def test_a_section_is_cut_up_to_the_next_heading_of_its_rank():
    html = page_of(PAGE).html
    assert section_html(html, "first").startswith('<h2 id="first">First</h2>')
    assert "A screen" in section_html(html, "first")
    assert "Second" not in section_html(html, "first")
    assert section_html(html, "inside").count("<h") == 1
    assert section_html(html, "") == "<p>Before <strong>all</strong>.</p>"
    assert "A note" not in section_html(html, "second")
    assert section_html(html, "nowhere") == ""


@pytest.mark.parametrize(
    ("html", "anchor", "cut"),
    [
        ('<div><h2 id="a">A</h2><p>x</p></div><p>y</p>', "a", '<h2 id="a">A</h2><p>x</p>'),
        (
            '<h2 id="a">A</h2><ul><li>x<h2 id="b">B</h2>y</li></ul>',
            "a",
            '<h2 id="a">A</h2><ul><li>x</li></ul>',
        ),
        ('<p>x<br>y</p><blockquote><h2 id="b">B</h2></blockquote>', "", "<p>x<br>y</p>"),
        ("<p>no heading</p>", "", "<p>no heading</p>"),
    ],
)
def test_a_section_is_closed_where_it_is_cut(html, anchor, cut):
    found = section_html(html, anchor)
    assert found.removesuffix("<blockquote></blockquote>") == cut


def test_links_lead_to_the_public_site_and_ids_and_classes_are_gone():
    found = quoted(PAGE, anchor="first")
    assert found.url == f"{BASE}/en/articles/a#first"
    assert tags(found.html) == [
        "<h2>", "</h2>", "<p>",
        f'<a href="{BASE}/en/articles/step">', "</a>",
        '<a href="https://example.com/a?b=c&amp;d">', "</a>",
        f'<a href="{BASE}/en/articles/a#second">', "</a>", "</p>",
        "<h3>", "</h3>", "<p>", f'<img src="{BASE}/media/1.png" alt="A screen">', "</p>",
    ]  # fmt: skip
    assert found.text == (
        f"First\n\nOne step ({BASE}/en/articles/step) and out (https://example.com/a?b=c&d), "
        f"below ({BASE}/en/articles/a#second).\n\nInside\n\nA screen"
    )
    assert found.markdown == (
        f"## First\n\nOne [step]({BASE}/en/articles/step) and [out](https://example.com/a?b=c&d), "
        f"[below]({BASE}/en/articles/a#second).\n\n### Inside\n\n![A screen]({BASE}/media/1.png)"
    )


def test_an_internal_article_has_no_link_and_shows_no_address_of_its_own():
    page = page_of(PAGE, audience="internal")
    found = quote(page, base_url=BASE)
    assert found.url is None
    assert BASE not in found.html + found.text + found.markdown
    assert "https://example.com/a" in found.text
    assert "A screen" in found.html
    linked = quote(page, base_url=BASE, is_public=lambda key: key == "en/step")
    assert f"step ({BASE}/en/articles/step)" in linked.text
    assert "#second" not in linked.html


def test_notes_at_the_foot_go_with_the_whole_article_only():
    assert quoted(PAGE).text.endswith("Last[1].\n\n1. A note.")
    assert quoted(PAGE, anchor="second").text == "Second\n\nLast."


def test_a_passage_is_quoted_as_it_is():
    found = quoted(PAGE, anchor="first", passage="1. <b> & *c*\nnext · line")
    assert found.html == "<p>1. &lt;b&gt; &amp; *c*</p><p>next · line</p>"
    assert found.text == "1. <b> & *c*\n\nnext · line"
    assert found.markdown == "1\\. &lt;b> & \\*c\\*\n\nnext · line"
    assert found.url == f"{BASE}/en/articles/a#first"


@pytest.mark.parametrize(
    ("markdown", "text", "again"),
    [
        ("1. a\n2. b\n   - c\n   - d", "1. a\n2. b\n   - c\n   - d", None),
        ("3. a\n\n   more\n\n4. b", "3. a\n\n   more\n\n4. b", None),
        ("- a\n\n  ```\n  x  y\n    z\n  ```", "- a\n\n  x  y\n    z", None),
        (
            "| a | b |\n|---|--:|\n| `x` | c \\| d |",
            "a | b\nx | c | d",
            "| a | b |\n| --- | --- |\n| `x` | c \\| d |",
        ),
        ("> [!TIP]\n> Do it.", "Tip\n\nDo it.", "> **Tip**\n>\n> Do it."),
        ("a<br># b", "a\n# b", "a  \n\\# b"),
        ("**「注意」**請", "「注意」請", "「**注意**」請"),
        ("**重要：**請 *看*", "重要：請 看", "**重要**：請 *看*"),
        ("請**[這](https://a.b)**", "請這 (https://a.b)", "請[這](https://a.b)"),
        ("**a *b***", "a b", None),
        ("~~old~~ ``a`b`` `` `c` ``", "old a`b `c`", None),
        ("[an@b.example](mailto:an@b.example)", "an@b.example", None),
        ("[x](https://a.b/c_(d)?*)", "x (https://a.b/c_(d)?*)", "[x](https://a.b/c_%28d%29?%2A)"),
        ("a_b_c \\_x\\_ 2 < 3 & 4", "a_b_c _x_ 2 < 3 & 4", "a_b_c \\_x\\_ 2 &lt; 3 & 4"),
        ("Term\n\n: Meaning", "Term\n\nMeaning", "Term\n\nMeaning"),
        ("a\n\n---\n\nb", "a\n\nb", None),
        ("<q>hi</q> H<sub>2</sub>O <kbd>Ctrl</kbd>", "“hi” H2O Ctrl", "“hi” H2O `Ctrl`"),
        ("<details><summary>A</summary>b</details>", "A\n\nb", "> **A**\n>\n> b"),
        ("## C\\#\n\nx", "C#\n\nx", None),
    ],
)
def test_the_forms_of_an_element(markdown, text, again):
    found = quoted(markdown)
    assert found.text == text
    assert found.markdown == (markdown if again is None else again)


@pytest.mark.parametrize("source", [*GOLDEN, *ARTICLES], ids=lambda path: "/".join(path.parts[-3:]))
def test_the_markdown_of_a_quote_says_the_same_again(source):
    body = source.read_text(encoding="utf-8").rpartition("\n---\n")[2]
    links = {name: "/en/articles/x" for name in targets(body) if not name.endswith(".png")}
    first = quote(page_of(body, links=links), base_url=BASE)
    second = quoted(first.markdown)
    assert second.text.split() == first.text.split()
    assert quoted(second.markdown).markdown == second.markdown


@given(st.text("*_`[](){}<>#+-.!|~:=?&\\\"' \n12ax大「」", max_size=60))
def test_a_text_is_the_same_text_in_every_form(text):
    text = " ".join(text.split())
    found = quoted("x", passage=text)
    assert found.text == text
    assert tags(found.html) == ["<p>", "</p>"]
    again = render(found.markdown, title="T!", links={})
    assert tags(again.html) == ["<p>", "</p>"] * bool(text)
    assert "\n".join(section.text for section in again.sections) == text


@pytest.mark.parametrize("text", [pytest.param(p[2], id=p[0]) for p in PAYLOADS])
def test_no_payload_gets_out(text):
    found = quoted(f"{text}\n\n| a |\n|---|\n| {text} |\n")
    for token in read(found.html):
        if token.kind == "start":
            assert token.value in TAGS
            assert token.attributes.keys() <= ALLOWED
        for name in ("href", "src"):
            assert token.attributes.get(name, "tel:").startswith(SCHEMES)


REPLY = """Dear {{ customer.first_name | 'customer' }},

| your case | status |
| --- | --- |
| `{{ conversation.id }}` | open |

- Yours, **{{ agent.name }}**
"""


def test_a_reply_is_filled_in_in_every_form():
    page = page_of(REPLY, kind="reply", audience="internal")
    assert [variable.name for variable in variables_of(page)] == [
        "customer.first_name",
        "conversation.id",
        "agent.name",
    ]
    empty = quote(page, base_url=BASE)
    assert empty.missing == ("conversation.id", "agent.name")
    assert "Dear customer," in empty.text
    assert "{{ agent.name }}" in empty.html
    assert empty.url is None
    values = {"customer.first_name": "A*n*", "conversation.id": "7|`8`", "agent.name": "<Bo>"}
    found = quote(page, base_url=BASE, values=values)
    assert found.missing == ()
    assert "<p>Dear A*n*,</p>" in found.html
    assert "<code>7|`8`</code>" in found.html
    assert found.text == ("Dear A*n*,\n\nyour case | status\n7|`8` | open\n\n- Yours, <Bo>")
    assert found.markdown == (
        "Dear A\\*n\\*,\n\n| your case | status |\n| --- | --- |\n| 7\\|\\`8\\` | open |\n\n"
        "- Yours, &lt;**Bo**>"
    )


def test_an_article_about_placeholders_is_quoted_as_it_is():
    page = page_of("Write {{ customer.name }}.")
    found = quote(page, base_url=BASE, values={"customer.name": "An"})
    assert (found.text, found.missing) == ("Write {{ customer.name }}.", ())
    assert variables_of(page) == ()


@given(st.text("<>{}|*_`'\"\n #-.=:x1大", min_size=1, max_size=30))
def test_a_value_changes_no_form_but_its_text(value):
    page = page_of(REPLY, kind="reply", audience="internal")
    plain = {"customer.first_name": "a", "conversation.id": "b", "agent.name": "c"}
    values = dict.fromkeys(plain, value)
    usual, found = (quote(page, base_url=BASE, values=each) for each in (plain, values))
    if not found.missing:
        assert tags(found.html) == tags(usual.html)
        again = quoted(found.markdown)
        assert again.text.split() == found.text.split()
        kinds = {tag for tag in tags(again.html) if not re.match("</?(?:strong|code)", tag)}
        assert kinds <= set(tags(usual.html))


def test_deep_nesting_is_written_down_without_recursion():
    depth = 2_000
    html = "<blockquote><ul><li>" * depth + "<b><i>" * depth + "x" * depth
    page = page_of("x")
    found = quote(Page(page.summary, html, (), (), "", ""), base_url=BASE)
    assert found.text.endswith("x" * depth)
    assert len(found.markdown) < 2 * depth


def test_nothing_gives_nothing():
    assert markdown_of([]) == text_of([]) == ""
    assert quoted(PAGE, anchor="nowhere").text == ""
