"""Front matter from strangers: read strictly, refused with a line and advice."""

import contextlib
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ArticleError
from kb.files.frontmatter import MAX_FILE_BYTES, load_yaml, parse, read, split

HERE = "en/log-in.md"


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param("", 1, "no front matter", id="empty file"),
        pytest.param("# Log in\n", 1, "no front matter", id="body only"),
        pytest.param("\n---\na: 1\n---\n", 1, "no front matter", id="not on line 1"),
        pytest.param("--- x\na: 1\n---\n", 1, "no front matter", id="text behind the fence"),
        pytest.param("----\na: 1\n----\n", 1, "no front matter", id="four dashes"),
        pytest.param("---\ntitle: x\n", 3, "never ends", id="closing fence missing"),
        pytest.param("---\n- a\n---\n", 2, "not a list of fields", id="list"),
        pytest.param("---\njust text\n---\n", 2, "not a list of fields", id="text"),
        pytest.param("---\nok: 1\ntitle: A: b\n---\n", 3, 'Quote it, as in title: "A', id="colon"),
        pytest.param("---\ntitle: @x\n---\n", 2, "Quote the value", id="at sign"),
        pytest.param("---\na: 1\n\tb: 2\n---\n", 3, "valid YAML|colon", id="tab"),
        pytest.param("---\na: 'x\n---\n", 2, "not valid YAML", id="open quote"),
        pytest.param("---\na: x\nb: y\na: z\n---\n", 4, "there twice", id="repeated key"),
        pytest.param("---\na: {b: 1, b: 2}\n---\n", 2, "there twice", id="repeated inside"),
        pytest.param("---\na: &x 1\n---\n", 2, "anchor", id="anchor"),
        pytest.param("---\na: *x\n---\n", 2, "anchor", id="alias"),
        pytest.param("---\n<<: {a: 1}\n---\n", 2, "merge key", id="merge"),
        pytest.param("---\n? [a]\n: 1\n---\n", 2, "not a word", id="list as key"),
        pytest.param("---\na: !!int 5\n---\n", 2, "a YAML tag", id="tag"),
        pytest.param("---\na: !!python/object/apply:os.system [x]\n---\n", 2, "tag", id="python"),
        pytest.param("---\na: " + "[" * 10_000 + "\n---\n", 2, "nested", id="brackets"),
        pytest.param("---\na: " + "{a: " * 3_000 + "\n---\n", 2, "nested", id="braces"),
        pytest.param("---\n" + "- " * 5_000 + "\n---\n", 2, "nested", id="dashes"),
        pytest.param("---\n" + "? " * 5_000 + "\n---\n", 2, "nested|not a word", id="questions"),
        pytest.param("---\na: " + "[" * 100_000 + "\n---\n", 2, "16 KiB", id="100k brackets"),
        pytest.param("---\n" + "k: v\n" * 9_000 + "---\n", 2, "16 KiB", id="long"),
        pytest.param("---\na: 1\n---\n" + "x" * MAX_FILE_BYTES, 1, "1 MiB", id="file too long"),
        pytest.param("---\na: 1\n...\nb: 2\n---\n", 4, "valid YAML", id="two documents"),
    ],
)
def test_tells_the_author_where_and_what(text, line, message):
    started = time.monotonic()
    with pytest.raises(ArticleError, match=message) as caught:
        parse(text, HERE)
    assert str(caught.value).startswith(f"{HERE}:{line}: ")
    assert time.monotonic() - started < 2


def test_an_alias_bomb_is_refused():
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefg"))
    with pytest.raises(ArticleError, match="anchor"):
        load_yaml(bomb, HERE)


@pytest.mark.parametrize(
    "written", ["no", "on", "1.10", "0x1f", "1e3", "2026-13-45", "12:30:45", "017", "9" * 5_000]
)
def test_scalars_stay_the_authors_text(written):
    assert parse(f"---\na: {written}\nb: [{written}]\n---\n", HERE)[0] == {
        "a": written,
        "b": [written],
    }


@pytest.mark.parametrize("written", ["", "~", "null", "NULL"])
def test_only_emptiness_is_recognised(written):
    assert parse(f"---\na: {written}\n---\n", HERE)[0] == {"a": None}


def test_empty_front_matter_has_no_fields():
    assert parse("---\n---\nbody", HERE) == ({}, "body")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_do_not_matter(mark, end):
    text = mark + end.join(["---", "a: 1", "---", "# x", "y"])
    assert split(text, HERE) == ("a: 1", "# x\ny", 4)


def test_text_comes_out_composed_and_without_invisible_controls():
    text = unicodedata.normalize("NFD", "---\na: Đặt\u202e lại\x00\n---\nmật\u200b khẩu\u00ad")
    assert parse(text, HERE) == ({"a": "Đặt lại"}, "mật khẩu")


def test_a_lone_surrogate_written_as_an_escape_is_taken_out_of_fields():
    values, _ = parse('---\na: "x\\ud800y"\n---\n', HERE)
    assert values["a"] in ("x\ud800y", "xy")


def test_every_key_knows_its_line():
    document = read("---\na: 1\nb:\n  - x\nc: |\n  d: 1\n---\nbody", HERE)
    assert document.lines == {"a": 2, "b": 3, "c": 5}
    assert document.body_line == 8


@given(st.text(max_size=400), st.text(max_size=100))
def test_nothing_but_an_article_error_is_ever_raised(yaml_text, body):
    for text in (yaml_text, f"---\n{yaml_text}\n---\n{body}"):
        try:
            values, rest = parse(text, HERE)
        except ArticleError:
            continue
        assert isinstance(values, dict)
        assert isinstance(rest, str)


@given(st.text(alphabet="ab:-[]{}&*!|>'\"#%@`,?~ \n\t<.0", max_size=120))
def test_yaml_punctuation_never_raises_anything_else(yaml_text):
    with contextlib.suppress(ArticleError):
        load_yaml(yaml_text, HERE)
