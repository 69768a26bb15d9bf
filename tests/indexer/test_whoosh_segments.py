"""Segments made from arrays are Whoosh segments, and any Whoosh segment becomes arrays again."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from segment_contents import assert_same, content_of, contents, words_of
from whoosh.index import open_dir
from whoosh.query import Or, Term
from whoosh.scoring import BM25F
from whoosh_facts import assert_alike, hits

from indexer.codec import layout_is_known
from indexer.folders import is_lock
from indexer.schema import KEY
from indexer.segment_content import NewSegment, SegmentContent
from indexer.whoosh_segments import SegmentedIndex, decode
from kb.errors import IndexBusy, IndexDamaged
from kb.segments.segment_writer import FieldPostings

WAYS = (pytest.param(True, id="bulk"), pytest.param(False, id="public"))
SMALL = content_of(
    ["en/a", "en/a", "en/b"],
    [{"title_exact": {"reset": 1}}, {"body_exact": {"reset": 2, "router": 1}}, {}],
)

ANSWER = Or([Term("title_exact", "reset"), Term("body_exact", "reset")])


def test_the_installed_whoosh_is_one_whose_files_are_known() -> None:
    # When this fails after an update, compare Whoosh's codec before the version becomes known.
    assert layout_is_known()


@given(content=contents())
@settings(max_examples=60)
def test_a_segment_made_from_arrays_is_like_one_that_whoosh_wrote(content: SegmentContent) -> None:
    with TemporaryDirectory() as name:
        place = Path(name)
        for way in (True, False):
            index = SegmentedIndex(place / str(way), bulk=way)
            written = index.commit(add=content)
            assert [(info.name, info.documents) for info in index.segments()] == [
                (written, len(content.keys))
            ]
            for read_in_bulk in (True, False):
                found = decode(place / str(way), str(written), bulk=read_in_bulk)
                assert_same(found, content)
        assert_alike(place / "True", place / "False")


@given(content=contents())
@settings(max_examples=30)
def test_fields_may_come_in_pieces_with_those_of_others_between_them(
    content: SegmentContent,
) -> None:
    with TemporaryDirectory() as name:
        for way in (True, False):
            folder = Path(name, str(way))
            add = NewSegment(content.keys, pieces_of(content))
            written = SegmentedIndex(folder, bulk=way).commit(add=add)
            assert_same(decode(folder, str(written)), content)


def pieces_of(content: SegmentContent) -> Iterator[tuple[str, FieldPostings]]:
    """Yield the fields a term at a time, in turns."""
    most = max((len(field.terms) for field in content.fields.values()), default=0)
    for number in range(most):
        for name, field in content.fields.items():
            if number < len(field.terms):
                own = slice(*field.offsets[number : number + 2].tolist())
                yield (
                    name,
                    replace(
                        field,
                        terms=field.terms[number : number + 1],
                        offsets=np.array([0, own.stop - own.start]),
                        docs=field.docs[own],
                        counts=field.counts[own],
                    ),
                )


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[SegmentContent | None, set[int], bool]]:
    """Commits: what is added, which documents of all are deleted, whether the first one goes."""
    step = st.tuples(
        st.none() | contents(), st.sets(st.integers(0, 400), max_size=9), st.booleans()
    )
    return draw(st.lists(step, min_size=1, max_size=4))


@given(history=histories())
@settings(max_examples=25)
def test_commits_in_a_row_do_what_whoosh_does(
    history: list[tuple[SegmentContent | None, set[int], bool]],
) -> None:
    with TemporaryDirectory() as name:
        places = [Path(name) / way for way in ("bulk", "public")]
        expected: list[tuple[SegmentContent, set[int]]] = []
        for added, deleted, drops in history:
            for place in places:
                index = SegmentedIndex(place, bulk=place.name == "bulk")
                present = index.segments()
                index.commit(
                    add=added,
                    delete={
                        info.name: {n for n in deleted if n < info.documents} for info in present
                    },
                    drop=[present[0].name] if drops and present else [],
                )
            expected = [
                (content, old | {n for n in deleted if n < len(content.keys)})
                for content, old in expected
            ][bool(drops and expected) :]
            expected += [(added, set())] if added else []
        for place in places:
            found = SegmentedIndex(place).segments()
            assert [set(info.deleted.tolist()) for info in found] == [old for _, old in expected]
            for info, (content, _) in zip(found, expected, strict=True):
                assert_same(decode(place, info.name), content)
        assert_alike(*places)


@pytest.mark.parametrize("bulk", WAYS)
def test_a_deleted_document_is_not_found_but_still_decoded(tmp_path: Path, bulk: bool) -> None:
    index = SegmentedIndex(tmp_path, bulk=bulk)
    name = index.commit(add=SMALL)
    assert name
    index.commit(delete={name: [0]})
    assert [number for number, _ in hits(tmp_path, ANSWER, BM25F(), None)] == [1]
    assert index.segments()[0].deleted.tolist() == [0]
    assert_same(decode(tmp_path, name, bulk=bulk), SMALL)


@pytest.mark.parametrize("bulk", WAYS)
def test_the_key_is_stored_and_indexed(tmp_path: Path, bulk: bool) -> None:
    SegmentedIndex(tmp_path, bulk=bulk).commit(add=SMALL)
    with open_dir(str(tmp_path)).searcher() as searcher:
        assert [searcher.stored_fields(number) for number in range(3)] == [
            {KEY: "en/a"},
            {KEY: "en/a"},
            {KEY: "en/b"},
        ]
        assert list(searcher.document_numbers(key="en/a")) == [0, 1]


def test_counts_may_be_shorts_and_lengths_need_not_be_their_sums(tmp_path: Path) -> None:
    field = FieldPostings(
        [b"a"],
        np.array([0, 2]),
        np.array([0, 1], dtype=np.int32),
        np.array([65_535, 1], dtype=np.uint16),
        np.array([65_535, 9], dtype=np.int32),
    )
    name = SegmentedIndex(tmp_path, bulk=True).commit(
        add=SegmentContent(["en/a", "en/b"], {"body_exact": field})
    )
    found = decode(tmp_path, str(name), bulk=True).fields["body_exact"]
    assert found.counts.tolist() == [65_535, 1]
    # The sum where Whoosh's byte agrees with it, else the byte.
    assert found.lengths.tolist() == [65_535, 9]


def test_every_term_of_many_is_found_in_the_hash_table(tmp_path: Path) -> None:
    words = {f"w{number}": 1 for number in range(6_000)}
    SegmentedIndex(tmp_path, bulk=True).commit(add=content_of(["en/a"], [{"body_exact": words}]))
    with open_dir(str(tmp_path)).reader() as reader:
        assert all(("body_exact", word) in reader for word in words)
        assert not any(("body_exact", f"x{number}") in reader for number in range(6_000))
        assert not any(("title_exact", word) in reader for word in words)


def test_whoosh_can_merge_segments_made_from_arrays(tmp_path: Path) -> None:
    index = SegmentedIndex(tmp_path, bulk=True)
    index.commit(add=SMALL)
    index.commit(add=SMALL)
    open_dir(str(tmp_path)).writer().commit(optimize=True)
    (merged,) = index.segments()
    twice = words_of(SMALL) * 2
    assert_same(decode(tmp_path, merged.name), content_of([*SMALL.keys, *SMALL.keys], twice))


@pytest.mark.parametrize("bulk", WAYS)
def test_nothing_to_add_makes_no_segment(tmp_path: Path, bulk: bool) -> None:
    index = SegmentedIndex(tmp_path, bulk=bulk)
    assert index.commit(add=None) is None
    assert index.commit(add=SegmentContent([], {})) is None
    assert index.segments() == []


@pytest.mark.parametrize("bulk", WAYS)
def test_a_folder_that_shares_its_files_is_not_changed_through_another(
    tmp_path: Path, bulk: bool
) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    index = SegmentedIndex(old, bulk=bulk)
    first = index.commit(add=SMALL)
    second = index.commit(add=SMALL)
    new.mkdir()
    for file in old.iterdir():
        if not is_lock(file.name):
            os.link(file, new / file.name)
    before = {file.name: file.read_bytes() for file in old.iterdir()}
    shared = SegmentedIndex(new, bulk=bulk)
    shared.commit(add=SMALL, delete={str(second): [0]}, drop=[str(first)])
    shared.commit(add=SMALL)
    assert {file.name: file.read_bytes() for file in old.iterdir()} == before
    assert [info.deleted.tolist() for info in index.segments()] == [[], []]
    assert [info.deleted.tolist() for info in shared.segments()] == [[0], [], []]


@pytest.mark.parametrize("bulk", WAYS)
def test_a_dropped_segment_takes_all_files_with_its_name_along(tmp_path: Path, bulk: bool) -> None:
    index = SegmentedIndex(tmp_path, bulk=bulk)
    first, second = index.commit(add=SMALL), index.commit(add=SMALL)
    for name in (first, second):
        (tmp_path / f"{name}.arrays").write_bytes(b"")
    index.commit(drop=[str(first)])
    left = {file.name for file in tmp_path.iterdir() if not is_lock(file.name)}
    assert left == {"_MAIN_3.toc", f"{second}.seg", f"{second}.arrays"}


@pytest.mark.parametrize("bulk", WAYS)
def test_a_second_writer_is_told_that_the_index_is_busy(tmp_path: Path, bulk: bool) -> None:
    index = SegmentedIndex(tmp_path, bulk=bulk)
    other = open_dir(str(tmp_path)).writer()
    with pytest.raises(IndexBusy):
        index.commit(add=SMALL)
    other.cancel()
    assert index.commit(add=SMALL)


def _unsorted() -> SegmentContent:
    field = SMALL.fields["body_exact"]
    return SegmentContent(
        SMALL.keys,
        {
            "body_exact": FieldPostings(
                [b"router", b"reset"], field.offsets, field.docs, field.counts, field.lengths
            )
        },
    )


@pytest.mark.parametrize("bulk", WAYS)
@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(lambda index, name: index.commit(delete={"MAIN_0": [0]}), id="delete where"),
        pytest.param(lambda index, name: index.commit(delete={name: [3]}), id="delete what"),
        pytest.param(lambda index, name: index.commit(drop=["MAIN_0"]), id="drop what"),
    ],
)
def test_a_commit_that_cannot_be_made_changes_nothing(
    tmp_path: Path, bulk: bool, wrong: Callable[[SegmentedIndex, str], None]
) -> None:
    index = SegmentedIndex(tmp_path, bulk=bulk)
    name = str(index.commit(add=SMALL))
    with pytest.raises(ValueError, match="no "):
        wrong(index, name)
    assert [info.deleted.tolist() for info in index.segments()] == [[]]
    assert index.commit(add=SMALL)


def test_terms_in_the_wrong_order_are_refused_and_leave_no_file(tmp_path: Path) -> None:
    index = SegmentedIndex(tmp_path, bulk=True)
    with pytest.raises(ValueError, match="ascend"):
        index.commit(add=_unsorted())
    assert not list(tmp_path.glob("*.seg"))
    assert index.commit(add=SMALL)


def _cut(share: float) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        data = file.read_bytes()
        file.write_bytes(data[: int(len(data) * share)])

    return damage


def _overwrite(at: int) -> Callable[[Path], None]:
    def damage(file: Path) -> None:
        data = file.read_bytes()
        file.write_bytes(data[:at] + b"\xff" * 20 + data[at + 20 :])

    return damage


@pytest.mark.parametrize("written_in_bulk", WAYS)
@pytest.mark.parametrize("read_in_bulk", WAYS)
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(_cut(0.0), id="empty"),
        pytest.param(_cut(0.5), id="half"),
        pytest.param(_cut(0.99), id="end"),
        pytest.param(_overwrite(0), id="directory"),
        pytest.param(Path.unlink, id="gone"),
    ],
)
def test_a_damaged_segment_is_called_that(
    tmp_path: Path, written_in_bulk: bool, read_in_bulk: bool, damage: Callable[[Path], None]
) -> None:
    name = SegmentedIndex(tmp_path, bulk=written_in_bulk).commit(add=SMALL)
    damage(tmp_path / f"{name}.seg")
    with pytest.raises(IndexDamaged, match="Run `kb index`"):
        decode(tmp_path, str(name), bulk=read_in_bulk)


@pytest.mark.parametrize("at", range(12, 600, 30))
def test_damage_inside_a_segment_never_gives_impossible_postings(tmp_path: Path, at: int) -> None:
    name = SegmentedIndex(tmp_path, bulk=True).commit(add=SMALL)
    _overwrite(at)(tmp_path / f"{name}.seg")
    try:
        found = decode(tmp_path, str(name), bulk=True)
    except IndexDamaged:
        return
    for field in found.fields.values():
        assert 0 <= field.docs.min() <= field.docs.max() < len(found.keys) == 3


def test_a_damaged_list_of_segments_is_called_that(tmp_path: Path) -> None:
    index = SegmentedIndex(tmp_path)
    name = index.commit(add=SMALL)
    (list_of_segments,) = tmp_path.glob("*.toc")
    list_of_segments.write_bytes(list_of_segments.read_bytes()[:100])
    with pytest.raises(IndexDamaged):
        index.segments()
    with pytest.raises(IndexDamaged):
        decode(tmp_path, str(name))


def test_a_segment_that_is_not_there_is_damage(tmp_path: Path) -> None:
    SegmentedIndex(tmp_path).commit(add=SMALL)
    with pytest.raises(IndexDamaged, match="no segment MAIN_0"):
        decode(tmp_path, "MAIN_0")
