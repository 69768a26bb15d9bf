"""Files of arrays that are written in pieces and read one array at a time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import IndexDamaged
from kb.segments.arrays import ArrayFile, StoredArrays, map_arrays, write_arrays

pieces = st.lists(st.tuples(st.sampled_from("abc"), st.lists(st.integers(0, 9), max_size=70)))


@given(pieces)
def test_pieces_make_the_file_that_whole_arrays_make(tmp_path_factory, pieces):
    folder = tmp_path_factory.mktemp("arrays")
    whole: dict[str, list[int]] = {}
    with ArrayFile(folder / "pieces") as file:
        for name, values in pieces:
            file.add(name, np.array(values, dtype=np.int32))
            whole.setdefault(name, []).extend(values)
    write_arrays(folder / "whole", {n: np.array(v, dtype=np.int32) for n, v in whole.items()})
    assert (folder / "pieces").read_bytes() == (folder / "whole").read_bytes()
    stored, mapped = StoredArrays(folder / "pieces"), map_arrays(folder / "pieces")
    assert list(stored) == list(mapped) == list(whole)
    assert len(stored) == len(whole)
    for name, values in whole.items():
        assert stored[name].tolist() == mapped[name].tolist() == values
        assert stored[name].dtype == mapped[name].dtype


def test_what_fails_while_writing_leaves_no_file(tmp_path):
    def write(*pieces):
        with ArrayFile(tmp_path / "x.arrays") as file:
            for piece in pieces:
                file.add("a", piece())

    def full():
        raise OSError("disk full")

    with pytest.raises(OSError, match="full"):
        write(lambda: np.zeros(9, np.int32), full)
    with pytest.raises(ValueError, match="another type"):
        write(lambda: np.zeros(9, np.int32), lambda: np.zeros(9, np.int64))
    assert list(tmp_path.iterdir()) == []


def test_a_torn_file_is_damage_when_it_is_read(tmp_path):
    file = tmp_path / "x.arrays"
    write_arrays(file, {"a": np.arange(100), "b": np.arange(100)})
    file.write_bytes(file.read_bytes()[:-100])
    stored = StoredArrays(file)
    assert stored["a"].tolist() == list(range(100))
    with pytest.raises(IndexDamaged, match="ends too early"):
        stored["b"]
    with pytest.raises(IndexDamaged):
        StoredArrays(tmp_path / "none.arrays")
