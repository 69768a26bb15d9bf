"""The quick converter gives what an unchanged Python-Markdown gives."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown
from xss_payloads import PAYLOADS

from kb.rendering import converter
from kb.rendering.dialect import adapt

GOLDEN = Path(__file__).parents[1] / "golden" / "render"
_CODE = (
    "```python\nx = 1\n```\n",
    '~~~js {.a #b hl_lines=1 title="t"}\nx\n~~~\n',
    "```zz\nx\n```\n",
)
_PIECES = (
    *("# ", "- ", "1. ", "+ ", "> ", "```", "~~~", "|", "|-|", "===", "---", "***", "\n", "\n\n"),
    *(
        "    ",
        "\n    x\n",
        "  \n",
        "\\",
        "\\*",
        "\\\\",
        "*",
        "**",
        "_",
        "`",
        "~~",
        "~",
        "&",
        "&#65 ",
    ),
    *("&lt;", "&#0;", "{", "}", "{: #x .y }", "[a](b)", "![a](b)", "[a]: b\n", "[a]", "[^1]", "<"),
    *("\n[^1]: ", "[!NOTE]", "> [!NOTE]\n> ", "\n!!! note\n    ", '\n??? tip "x"\n    ', "\n:   "),
    *("[x] ", "[ ] ", "<b>", "</b>", "<a href=b>", "</a>", "<table>", "<td>", "<p>", "<div>"),
    *("</div>", "<pre>", "</pre>", "<!--", "-->", "<svg>", "<http://a.b>", "<a@b.c>", "密碼", "đ"),
    *("\x02", "\x03", "\x00", "\n|a|b|\n|-|-|\n|1|2|\n", "x", "word word", "2", *_CODE),
)


@pytest.fixture(scope="module")
def unchanged() -> Markdown:
    configs = {**converter.CONFIG, "pymdownx.highlight": converter.HIGHLIGHT}
    # Where it stands counts: each extension finds what those before it have registered.
    extensions = [*converter.EXTENSIONS, "pymdownx.highlight"]
    return Markdown(extensions=extensions, extension_configs=configs, output_format="html")


@pytest.mark.parametrize("source", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_the_golden_files_become_the_same(source, unchanged):
    text = adapt(source.read_text(encoding="utf-8"))
    assert converter.convert(text) == unchanged.reset().convert(text)


@pytest.mark.parametrize("text", [pytest.param(p[2], id=p[0]) for p in PAYLOADS])
def test_hostile_texts_become_the_same(text, unchanged):
    for markdown in (
        text,
        f"# x\n\n- a\n\n    {text}\n",
        f"| a |\n|---|\n| {text} |\n",
        f"> {text}",
    ):
        assert converter.convert(markdown) == unchanged.reset().convert(markdown)


@given(st.lists(st.sampled_from(_PIECES), max_size=30).map("".join))
def test_any_text_becomes_the_same(unchanged, markdown):
    assert converter.convert(markdown) == unchanged.reset().convert(markdown)


def test_each_code_block_is_coloured_as_python_markdown_does(unchanged):
    for text in (*_CODE, "".join(_CODE), "    x = 1\n", "> ```sql\n> select 1\n> ```\n"):
        assert converter.convert(text) == unchanged.reset().convert(text)
        assert converter.convert(text) == unchanged.reset().convert(text)


def test_one_conversion_leaves_nothing_for_the_next():
    first = converter.convert("[a]\n\n[a]: /one\n\n[^1]\n\n[^1]: note\n\n```\ncode\n```\n")
    assert "/one" in first
    assert converter.convert("[a]\n\n[^1]\n\n    wzxhzdk:0\n") == (
        "<p>[a]</p>\n<p>[^1]</p>\n"
        '<div class="highlight"><pre><span></span><code>wzxhzdk:0\n</code></pre></div>'
    )
