"""Changing one field of front matter: all else stays, whatever the author wrote."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ArticleError
from kb.files.frontmatter import read
from kb.writing.editing import with_field

TEXT = """---
# What customers ask.
title: 'How do I pay?'  # theirs
tags: [money,
  bill]
aliases:
- pay
# - older
verified_on: 2025-01-02

owner: an
---
Body: `---`

---
"""


def change(name, value, text=TEXT):
    return with_field(text, name, value, "a.md")


def test_a_field_is_changed_where_it_stands():
    assert change("verified_on", "2026-11-23") == TEXT.replace("2025-01-02", "2026-11-23")
    assert change("owner", "bình") == TEXT.replace("owner: an", "owner: bình")


def test_a_new_field_stands_last():
    assert change("status", "draft") == TEXT.replace("owner: an\n", "owner: an\nstatus: draft\n")


def test_a_list_is_written_an_item_a_line():
    made = change("aliases", ["pay", "how: to pay"])
    assert "aliases:\n  - pay\n  - 'how: to pay'\n# - older\n" in made
    assert "tags: x\naliases" in change("tags", "x")


def test_a_field_is_taken_out():
    assert change("owner", None) == TEXT.replace("owner: an\n", "")
    assert "older" in change("aliases", None)
    assert change("status", None) == TEXT


@pytest.mark.parametrize("text", ["---\r\ntitle: A\r\n---\r\nB\r\n", "---\ntitle: A\n---"])
def test_line_ends_and_a_missing_last_one_stay(text):
    end = "\r\n" if "\r" in text else "\n"
    made = change("owner", "an", text)
    assert made == text.replace(f"A{end}", f"A{end}owner: an{end}")


@pytest.mark.parametrize("text", ["no front matter", "---\ntitle: A", "---\ntitle: a: b\n---\n"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(ArticleError):
        change("owner", "an", text)


def test_what_cannot_be_changed_alone_is_refused():
    with pytest.raises(ArticleError, match="owner cannot be changed here"):
        change("owner", "an", "---\n{title: A, owner: bo}\n---\n")


_words = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=40
)


@given(_words.map(str.strip).filter(bool), st.sampled_from(["title", "owner", "new"]))
def test_any_text_on_one_line_comes_back_as_it_was(value, name):
    try:
        made = change(name, value)
    except ArticleError:
        return  # Refused whole: letters that YAML does not take, as a byte order mark.
    assert read(made, "a.md").values[name] == value
    assert made.partition("Body")[2] == TEXT.partition("Body")[2]
