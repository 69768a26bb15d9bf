"""A manifest is read back as it was written, or not at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.manifest import FileRecord, Manifest
from kb.errors import IndexDamaged

MANIFEST = Manifest(
    generation="20261123T101530-0007-ab12cd",
    revision="9f3c1e",
    built_at="2026-11-23T10:15:30+00:00",
    fingerprint="4b1d",
    counts={"articles": 3, "locales": {"vi": 1, "zh-Hant": 2}},
    next_change_at="2026-12-01T00:00:00+07:00",
    files={"public/vi/đường.seg": FileRecord("ab" * 16, 12)},
    links={"internal/vi": "../public/vi"},
)


def test_a_manifest_is_read_back_as_it_was_written():
    assert Manifest.from_json(MANIFEST.to_json()) == MANIFEST
    assert Manifest.from_json(MANIFEST.to_json().encode()) == MANIFEST


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param({"format": 4}, "has format 4, this program reads 3", id="later format"),
        pytest.param({"revision": None}, "has None as revision", id="no revision"),
        pytest.param({"built_at": "2026-11-23T10:15:30"}, "built_at", id="naive moment"),
        pytest.param({"built_at": 3}, "built_at", id="number as moment"),
        pytest.param({"next_change_at": "soon"}, "next_change_at", id="not a moment"),
        pytest.param({"counts": {"a": {"b": "3"}}}, "counts", id="text as count"),
        pytest.param({"counts": {"a": True}}, "counts", id="boolean as count"),
        pytest.param({"files": {"a": {"size": 1}}}, "files", id="no digest"),
        pytest.param({"files": {"a": {"size": -1, "xxh3": "x"}}}, "files", id="negative size"),
        pytest.param({"files": []}, "files", id="list of files"),
        pytest.param({"links": {"a": 1}}, "links", id="link to a number"),
        pytest.param({"other": 1}, "has the keys", id="unknown key"),
        pytest.param({"fingerprint": "other"}, "checksum", id="another fingerprint"),
        pytest.param({"checksum": None}, "checksum", id="no checksum"),
    ],
)
def test_anything_else_is_refused_with_what_was_found(change, message):
    with pytest.raises(IndexDamaged, match=message):
        Manifest.from_json(json.dumps({**json.loads(MANIFEST.to_json()), **change}))


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", "[" * 100_000, "\ud800", "NaN"])
def test_other_texts_are_refused(text):
    with pytest.raises(IndexDamaged):
        Manifest.from_json(text)


def test_a_deep_nest_of_counts_is_refused():
    counts = '{"a":' * 400 + "1" + "}" * 400
    text = json.dumps({**json.loads(MANIFEST.to_json()), "counts": "?"}).replace('"?"', counts)
    with pytest.raises(IndexDamaged):
        Manifest.from_json(text)


@given(st.integers(0, len(MANIFEST.to_json().encode()) * 8 - 1))
def test_every_flipped_bit_is_found(bit):
    data = bytearray(MANIFEST.to_json().encode())
    data[bit // 8] ^= 1 << bit % 8
    with pytest.raises(IndexDamaged):
        Manifest.from_json(bytes(data))
