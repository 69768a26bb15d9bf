"""Plain front matter is read as YAML reads it, or left to YAML."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.files import frontmatter
from kb.files.plain_yaml import read_plain

_NAMES = ("title", "a", "b-c", "ms.d", "x_y", "k1", "null", "no", "đ")
_VALUES = (
    *("", "x", "x y", "'a'", '"b"', "'a''b'", '"a: b"', "a:b", "a: b", "a #b", "a#b", "a:", "~"),
    *("null", "'null'", "-x", "- x", "é", "密 碼", "(x) y", "/a/b", "<a>", "<<", ".5", "$x", " x"),
    *("x ", "' x '", '""', "''", "'", '"', "[a]", "{a: b}", "null x", "x\xa0y", "\xa0x", "x\u3000"),
    *("a\u0301", "2026-01-01", "1:2", "a :b", "a : b", "\U0001f600", "x\\y", '"x\\y"', "a\ufeffb"),
    *("x'y'", "'x' y", "'x' #c", '"x"  ', "x" * 1200, "...", "&a x", "*a", "!t x", "|", "a\tb"),
    *("a\x85b", "a\u2028b", "? x", "%x", "@x", "`x", "a, b", "a\ufffeb"),
)
_FIELDS = st.builds(
    "{}:{}{}".format,
    st.sampled_from(_NAMES),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(_VALUES),
)
_ITEMS = st.builds(
    "{}-{}{}".format,
    st.sampled_from(["", "", "  ", "    ", "\t"]),
    st.sampled_from(["", " ", "  "]),
    st.sampled_from(_VALUES),
)
_OTHERS = st.sampled_from(["", "  ", "# c", "---", "  x", "...", " k: v", "x"])


def by_yaml(text: str) -> object:
    """Return what `load_yaml` gives by YAML alone: a blank first line is never plain."""
    values, lines = frontmatter.load_yaml(f"\n{text}", "a.md", first_line=-1)
    return values, lines


@given(
    st.lists(st.one_of(_FIELDS, _FIELDS, _ITEMS, _OTHERS), min_size=1, max_size=6).map("\n".join)
)
@example("title: x\ntags:\n- a\n- 'b'\nowner:")
@example("tags:\n  - a\n- b")
@example("title: x\n  - a")
@example("a: 1\na: 2")
def test_what_is_read_is_what_yaml_reads(text):
    plain = read_plain(text)
    assert plain is None or plain == by_yaml(text)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("title: How do I?\ntags: a, b", {"title": "How do I?", "tags": "a, b"}),
        ("ms.date: 04/21/2020\nROBOTS: NOINDEX", {"ms.date": "04/21/2020", "ROBOTS": "NOINDEX"}),
        ("title: 'it''s: so'\nx: \"a # b\"", {"title": "it's: so", "x": "a # b"}),
        ("questions:\n  - Đổi mật khẩu?\n  - 重設密碼\ntopic:", None),
        ("a: ~\nb: null\nc: 'null'\nd:", {"a": None, "b": None, "c": "null", "d": None}),
    ],
)
def test_the_usual_front_matter_is_read_without_yaml(text, values):
    if values is None:
        values = {"questions": ["Đổi mật khẩu?", "重設密碼"], "topic": None}
    plain = read_plain(text)
    assert plain is not None
    assert plain == (values, by_yaml(text)[1])
    assert plain[0] == values
