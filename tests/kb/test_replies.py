"""Variables of replies: found as people write them, filled once, and never more than text."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.article import Article
from kb.rendering.markup import read, write
from kb.rendering.render import render
from kb.rendering.replies import (
    KNOWN,
    Filled,
    Variable,
    fill,
    filled,
    problems,
    variables_in,
    variables_of,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "</p><h2>x</h2>",
    "{{ agent.email }}",
    "{{x}}",
    "*bold* _x_ `code`",
    "a | b",
    "one\n\n# two\n- three",
    '" onmouseover="x',
    "javascript:alert(1)",
    "&lt;b&gt; &amp;",
    "\x00\x1b\u202e",
    "x" * 10_000,
]
VALUES = st.sampled_from(HOSTILE) | st.text("<>{}|*_`'\"&\n #-.x大", max_size=40)
# The variable in every place that Markdown has for it.
EVERYWHERE = """Dear {{ customer.name }}, *hello {{ customer.name }}*, `{{ customer.name }}`.

## For {{ customer.name }}

| who | what |
| --- | --- |
| {{ customer.name | 'you' }} | [case](https://desk.example/{{ customer.name }}) |

- {{ customer.name || "you" }}

> {{ customer.name }}

```python
print("{{ customer.name }}")
```
"""


def page(markdown, links=None):
    return render(markdown, title="T", links=links or {}, is_reply=True)


def tags(html):
    return re.findall(r"</?[a-z0-9]+", html)


@pytest.mark.parametrize(
    ("written", "name", "fallback"),
    [
        ("{{ customer.first_name }}", "customer.first_name", None),
        ("{{customer.first_name}}", "customer.first_name", None),
        ("{{ customer.first_name | 'there' }}", "customer.first_name", "there"),
        ('{{customer.first_name|"there"}}', "customer.first_name", "there"),
        ("{{ contact.first_name || 'there'}}", "customer.first_name", "there"),
        ("{{ customer.first_name | “there” }}", "customer.first_name", "there"),
        ("{{ customer.first_name | ‘there’ }}", "customer.first_name", "there"),
        ("{{ customer.first_name | 「您」 }}", "customer.first_name", "您"),
        ("{{ customer.first_name | 'anh/chị' }}", "customer.first_name", "anh/chị"),
        ("{{ customer.name | '' }}", "customer.name", ""),
        ("{{ customer.name | '*{{you}}*' }}", "customer.name", "*{{you}}*"),
        ("{{\u00a0customer.name\u3000}}", "customer.name", None),
        ("{{ plan }}", "plan", None),
        ("{{ customer.custom.Plan_2 }}", "customer.custom.Plan_2", None),
    ],
)
def test_a_placeholder_is_read_as_people_write_it(written, name, fallback):
    assert variables_of(f"a {written} b") == (Variable(name, fallback),)
    assert problems(written, "en/a.md", 1) == ()


@pytest.mark.parametrize("name", KNOWN)
def test_every_documented_name_is_a_variable(name):
    assert variables_of(f"{{{{ {name} }}}}") == (Variable(name, None),)


def test_a_variable_is_listed_once_and_wanted_if_it_is_wanted_anywhere():
    text = "{{ b.c | 'x' }} {{ a }} {{ b.c }} {{ a }} {{ d | 'y' }}"
    assert variables_of(text) == (Variable("b.c", None), Variable("a", None), Variable("d", "y"))


@pytest.mark.parametrize(
    "wrong",
    [
        "{{ customer first name }}",
        "{{ customer.first_name",
        "{{ customer.first_name | there }}",
        "{{ customer.first_name | 'there }}",
        "{{ customer.first_name or 'there' }}",
        "{{ customer..name }}",
        "{{ 1st }}",
        "{{}}",
    ],
)
def test_what_is_no_variable_is_reported_at_its_line_and_never_sent(wrong):
    (found,) = problems(f"Hello\n\n{wrong}", "en/a.md", 5)
    assert found.startswith(f"en/a.md:7: {wrong} is not a variable. Write {{{{ ")
    assert filled(f"Hello {wrong}", {"customer.name": "An"}).missing == (wrong,)
    assert variables_of(wrong) == ()


def test_values_and_fallbacks_are_filled_in_and_the_rest_is_missing():
    text = (
        "Hi {{ customer.first_name | 'there' }}, {{ agent.name }} of {{ team }}: {{ agent.name }}"
    )
    assert filled(text, {}) == Filled(
        "Hi there, {{ agent.name }} of {{ team }}: {{ agent.name }}", ("agent.name", "team")
    )
    values = {"contact.first_name": "An", "agent.name": "Bo", "team": " \n"}
    assert filled(text, values) == Filled("Hi An, Bo of {{ team }}: Bo", ("team",))


def test_a_value_is_one_line_and_is_not_read_again():
    assert filled("{{ a }}|{{ b }}", {"a": "{{ b }}", "b": "x\n\n y\u202e"}) == Filled(
        "{{ b }}|x y", ()
    )


def test_a_reader_of_the_page_sees_placeholders_as_they_were_written():
    rendered = page(EVERYWHERE + "\n{{ bad *name* }} {{ x_y }}{{ x_y | '**a** <b>' }}\n")
    html = rendered.html
    assert html.count("{{ customer.name }}") == 7  # the heading's id has none
    assert html.count("{{ customer.name | 'you' }}") == 1
    assert '{{ customer.name || "you" }}' in html
    assert "{{ x_y }}{{ x_y | '**a** &lt;b&gt;' }}" in html
    assert html.count("<td>") == 2
    assert "kbvariable" not in html + str(rendered.sections)
    text = "\n".join(section.text for section in rendered.sections)
    assert variables_of(text) == (Variable("customer.name", None), Variable("x_y", None))
    assert variables_in(read(html)) == variables_of(text)


def test_an_article_that_is_no_reply_keeps_its_braces_for_markdown():
    text = "| a | b |\n|---|---|\n| {{ x | 'y' }} | c |"
    assert "{{ x | 'y' }}" not in render(text, title="T", links={}).html


@given(VALUES)
def test_a_value_changes_no_tag_and_stands_there_as_text(value):
    html = page(EVERYWHERE).html
    tokens, missing = fill(read(html), {"customer.name": value})
    assert tags(write(tokens)) == tags(html)
    if value := " ".join(value.split()):
        plain = filled("{{ customer.name }}", {"customer.name": value}).text
        shown = [token.value for token in read(write(tokens)) if token.kind == "text"]
        assert missing or f"Dear {plain}, " in shown


@given(st.text("{}|'\"“” ab._\n", max_size=60), VALUES)
def test_filling_takes_any_text(text, value):
    result = filled(text, {"a": value, "b": value})
    assert problems(text, "a", 1) == () or result.missing
    page(text)


def test_a_value_in_an_address_is_escaped():
    html = page("[x](https://desk.example/{{ a }}) [y](mailto:{{ customer.email }})").html
    values = {"a": '../"x" y?&#', "customer.email": "an+1@example.com"}
    tokens, _ = fill(read(html), values)
    addresses = [token.attributes["href"] for token in tokens if token.opens("a")]
    assert addresses == [
        "https://desk.example/..%2F%22x%22%20y%3F%26%23",
        "mailto:an%2B1@example.com",
    ]


def test_long_lines_of_half_written_placeholders_take_no_time():
    for text in ("{{" * 100_000, "{{ a | «" * 50_000, "{{ a.a" * 50_000, "{{ " + "a." * 100_000):
        filled(text, {})


def test_a_public_reply_cannot_be_made():
    with pytest.raises(ValueError, match="cannot be public"):
        Article(slug="a", locale="en", title="A", body="", audience="public", kind="reply")
