"""Files of arrays, and strings in arrays, against what plain Python says."""

import tempfile
from bisect import bisect_left
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import IndexDamaged
from kb.kernels import Strings, plain
from kb.segments.arrays import MAGIC, map_arrays, write_arrays
from kb.segments.strings import pack

# Long equal beginnings, characters of one to four bytes, the last one there is. Terms and keys
# never hold the character zero.
WORDS = st.text("ab cđẩ碼😀\U0010ffff", max_size=4) | st.sampled_from(
    ["passwor", "password", "passwords", "password reset", "khẩukhẩu"]
)
DTYPES = st.sampled_from(["<u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8", ">i4"])
ARRAYS = st.dictionaries(
    st.text(max_size=5),
    st.builds(lambda dtype, size: np.arange(size).astype(dtype), DTYPES, st.integers(0, 70)),
    max_size=6,
)


@given(st.lists(WORDS, max_size=12))
def test_strings_come_back_in_their_order(texts):
    packed = Strings(*pack(texts))
    assert list(packed) == texts
    assert [packed.raw(n) for n in range(len(packed))] == [text.encode() for text in texts]


@given(st.lists(WORDS, max_size=12).map(sorted), WORDS, st.data())
def test_places_and_beginnings_are_those_of_a_sorted_list(texts, wanted, data):
    packed = Strings(*pack(texts))
    assert packed.place(wanted) == bisect_left(texts, wanted)
    begins = [n for n, text in enumerate(texts) if text.startswith(wanted)]
    assert list(packed.beginning(wanted)) == begins
    low = data.draw(st.integers(0, len(texts)))
    high = data.draw(st.integers(low, len(texts)))
    assert packed.place(wanted, low, high) == bisect_left(texts, wanted, low, high)
    own = [n for n in begins if low <= n < high]
    assert list(packed.beginning(wanted, low, high)) == own
    numpys = plain.Strings(*pack(texts))
    assert numpys.place(wanted, low, high) == packed.place(wanted, low, high)
    assert numpys.beginning(wanted, low, high) == packed.beginning(wanted, low, high)


def test_a_lone_surrogate_is_found_nowhere_and_harms_nothing():
    packed = Strings(*pack(["a", "b"]))
    assert list(packed.beginning("\ud800")) == []
    assert packed.place("\ud800") <= 2


@given(ARRAYS)
def test_arrays_come_back_from_their_file(arrays):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.arrays"
        write_arrays(file, arrays)
        found = map_arrays(file)
        assert list(found) == list(arrays)
        for name, array in arrays.items():
            assert found[name].tolist() == array.tolist()
            assert not found[name].flags.writeable
            with pytest.raises(FileExistsError):
                write_arrays(file, arrays)


def test_equal_arrays_make_equal_files(tmp_path):
    for name in ("a", "b"):
        write_arrays(tmp_path / name, {"x": np.arange(9), "y": np.zeros(0, np.float32)})
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


ONE_FILE = {"numbers": np.arange(100), "none": np.zeros(0, np.int32), "bytes": np.ones(3, np.uint8)}


@pytest.mark.parametrize("kept", [0, 1, 7, 8, 15, 16, 40, 200, 900])
def test_a_torn_file_is_damage(tmp_path, kept):
    file = tmp_path / "x.arrays"
    write_arrays(file, ONE_FILE)
    data = file.read_bytes()
    assert len(data) > kept
    file.write_bytes(data[:kept])
    with pytest.raises(IndexDamaged, match=r"x\.arrays: .*Run `kb index"):
        map_arrays(file)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"PK\x03\x04" + b"x" * 99, id="another kind"),
        pytest.param(MAGIC + b"\xff" * 99, id="endless header"),
        pytest.param(MAGIC + (2).to_bytes(8, "little") + b"[]" + b"x" * 99, id="no names"),
        pytest.param(MAGIC + (7).to_bytes(8, "little") + b'{"a":1}' + b"x" * 99, id="no arrays"),
        pytest.param(
            MAGIC + (22).to_bytes(8, "little") + b'{"a":["O",3,0]}       ' + b"x" * 99, id="objects"
        ),
    ],
)
def test_a_foreign_file_is_damage(tmp_path, content):
    file = tmp_path / "x.arrays"
    file.write_bytes(content)
    with pytest.raises(IndexDamaged):
        map_arrays(file)


def test_a_file_that_is_missing_is_damage(tmp_path):
    with pytest.raises(IndexDamaged):
        map_arrays(tmp_path / "x.arrays")
