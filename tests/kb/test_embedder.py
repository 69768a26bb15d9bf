"""What is embedded of a text, once for each query, and the model that is checked first."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from command import ENV
from hypothesis import given
from hypothesis import strategies as st
from word_embedder import WordEmbedder

from kb.errors import EmbedderUnavailable
from kb.meaning.e5 import MODEL_FILE, SHA256, checked_folder
from kb.meaning.embedding import (
    MAX_CHARACTERS,
    MAX_QUERY_CHARACTERS,
    MOST_KEPT,
    QueryVectors,
    embeddable,
    is_installed,
    open_embedder,
)


@given(st.text(max_size=3 * MAX_CHARACTERS))
def test_what_is_embedded_is_one_short_line_without_nul(text):
    plain = embeddable(text)
    assert len(plain) <= MAX_CHARACTERS
    assert "\0" not in plain
    assert plain == " ".join(plain.split())
    assert embeddable(plain) == plain


def test_text_after_a_nul_is_embedded_too():
    assert embeddable("before\0after") == "before after"


def test_traditional_characters_are_embedded_as_simplified_ones():
    assert embeddable("申請退費") == embeddable("申请退费")


def test_a_character_that_stands_for_many_is_spelt_out_before_it_is_cut():
    assert embeddable("\ufdfa") == "صلى الله عليه وسلم"
    assert len(embeddable("\ufdfa" * 500)) == MAX_CHARACTERS


def test_japanese_keeps_its_characters():
    assert embeddable("図書館を検索") == "図書館を検索"


def test_a_query_is_embedded_once_however_it_is_spaced():
    embedder = WordEmbedder()
    vectors = QueryVectors(embedder)
    assert vectors.of("reset  password") is vectors.of(" reset password ")
    assert embedder.asked == ["reset password"]


def test_a_long_query_is_cut():
    embedder = WordEmbedder()
    QueryVectors(embedder).of("a" * 10_000)
    assert list(map(len, embedder.asked)) == [MAX_QUERY_CHARACTERS]


def test_nothing_has_no_vector():
    assert QueryVectors(WordEmbedder()).of(" \0\u200b ") is None


def test_only_the_last_queries_are_kept():
    embedder = WordEmbedder(dimension=2)
    vectors = QueryVectors(embedder)
    for number in range(MOST_KEPT + 1):
        vectors.of(f"query {number}")
        vectors.of("often asked")
    vectors.of("query 0")
    assert embedder.asked.count("often asked") == 1
    assert embedder.asked.count("query 0") == 2


def test_another_version_of_the_package_is_not_the_one_we_know():
    assert not is_installed(version="0.0.0")
    assert not is_installed(package="no-such-package")


def test_off_means_that_nothing_is_opened():
    assert open_embedder("off") is None


def test_a_model_that_was_changed_is_refused(tmp_path: Path):
    for name in SHA256:
        (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(EmbedderUnavailable, match=r"__init__\.py: is not the file .* was checked"):
        checked_folder(tmp_path)


def test_a_package_without_its_model_is_refused(tmp_path: Path):
    with pytest.raises(EmbedderUnavailable, match=r"cannot be read \(No such file"):
        checked_folder(tmp_path)


@pytest.mark.semantic
def test_the_model_finds_what_words_do_not():
    embedder = open_embedder("on")
    assert embedder is not None
    asked = embedder.embed_queries(["I forgot my password", "tôi quên mật khẩu"])
    answers = embedder.embed_passages(["Reset your login secret", "Return a parcel"])
    assert np.allclose(np.linalg.norm(asked, axis=1), 1, atol=1e-3)
    nearness = asked @ answers.T
    assert (nearness[:, 0] > nearness[:, 1] + embedder.span / 4).all()
    assert (nearness.max(axis=1) > embedder.floor).all()


@pytest.mark.semantic
def test_a_text_has_one_vector_alone_and_among_others():
    embedder = open_embedder("on", threads=2)
    assert embedder is not None
    texts = ["one text", "", "tiếng Việt", "中文", "a" * 1_000, "\ud800"]
    together = embedder.embed_passages(texts)
    alone = [embedder.embed_passages([text])[0] for text in texts]
    assert np.array_equal(together, np.array(alone))


GROWING = ["\ufdfa", "\ufdfb", "\u3300", "\U0010ffff", "\u0e3a", "e\u0301", "\x01"]


@pytest.mark.semantic
@pytest.mark.parametrize("char", GROWING, ids=ascii)
def test_no_character_overwrites_memory(char):
    # In a process of its own: damage would be noticed by whatever comes next.
    program = f"""
from kb.meaning.embedding import open_embedder
embedder = open_embedder("on")
for _ in range(3):
    embedder.embed_queries([{char!a} * 200])
    embedder.embed_passages([{char!a} * count for count in range(1, 40)])
"""
    done = subprocess.run([sys.executable, "-c", program], env=ENV, timeout=120)
    assert done.returncode == 0


@pytest.mark.semantic
def test_the_environment_is_left_as_it_was():
    before = dict(os.environ)
    open_embedder("on", threads=1)
    assert dict(os.environ) == before


@pytest.mark.semantic
def test_the_model_is_the_file_that_was_checked():
    found = (checked_folder() / MODEL_FILE).read_bytes()
    assert hashlib.sha256(found).hexdigest() == SHA256[MODEL_FILE]
