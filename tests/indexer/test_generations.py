"""Generations are whole or not there, and every kind of damage is found.

Files are damaged for real; nothing is simulated but the moment.
"""

import dataclasses
import os
import random
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import pytest
from generation_writer import build, contents, everything, files, names, replace, update
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.draft import link_or_copy
from indexer.generations import Generations
from indexer.manifest import FILE_NAME, Generation
from kb.errors import IndexDamaged, IndexUnavailable


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "index"


# Building and switching


def test_a_committed_generation_is_current_whole_and_described(root):
    built = update(root, 1)
    opened = Generations(root).current()
    assert opened == built == Generations(root).newest_verified()
    assert files(opened) == contents(1)
    assert opened.manifest.counts == {"articles": 1}
    assert opened.manifest.links == {"internal/vi": "../public/vi"}
    assert (opened.path / "internal/vi/1.seg").read_bytes() == contents(1)["public/vi/1.seg"]


def test_without_a_generation_the_error_says_what_to_run(root):
    assert Generations(root).current() is None
    with pytest.raises(IndexUnavailable, match="Run `kb index`"):
        Generations(root).newest_verified()


def test_a_root_that_cannot_be_read_is_not_called_empty(tmp_path):
    file = tmp_path / "index"
    file.write_text("not a folder")
    for ask in (Generations(file).current, Generations(file).newest_verified):
        with pytest.raises(IndexUnavailable, match=r"cannot be read .* that this user may read"):
            ask()


def test_an_update_shares_what_did_not_change_and_copies_nothing(root):
    first, second = update(root, 1), update(root, 2)
    shared = {p for p in contents(1) if (first.path / p).exists() and (second.path / p).exists()}
    assert len(shared) == 7
    assert all((first.path / p).samefile(second.path / p) for p in shared)
    assert files(first) == contents(1)
    assert files(second) == contents(2)


def test_files_left_out_are_neither_shared_nor_kept(root):
    update(root, 1)
    assert not list(update(root, 2).path.rglob("WRITELOCK"))


def test_nothing_remains_of_a_build_that_fails(root):
    update(root, 1)
    generations = Generations(root)

    def fail():
        with generations.writer_lock(0), generations.build(generations.current()) as draft:
            (draft.path / "new").write_text("x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert names(root) == [generations.newest_verified().name]


def test_nothing_remains_of_a_build_without_a_commit(root):
    generations = Generations(root)
    with generations.writer_lock(0), generations.build() as draft:
        (draft.path / "new").write_text("x")
    assert names(root) == []


def test_building_needs_the_lock(root):
    with pytest.raises(RuntimeError, match="writer's lock"), Generations(root).build():
        pass


def test_writing_in_place_into_a_shared_file_is_refused(root):
    first = update(root, 1)
    generations = Generations(root)
    with generations.writer_lock(0), generations.build(first) as draft:
        (draft.path / "synonyms.txt").write_text("changed")
        with pytest.raises(IndexDamaged, match="written in place"):
            draft.commit(revision="2", fingerprint="f", counts={})
    assert generations.current() == first


@pytest.mark.parametrize("target", ["../../elsewhere", "/etc", "gone"])
def test_a_link_to_nothing_in_the_generation_is_refused(root, target):
    generations = Generations(root)
    with generations.writer_lock(0), generations.build() as draft:
        (draft.path / "public").symlink_to(target)
        with pytest.raises(IndexDamaged, match=r"public: links (out of its folder|to nothing)"):
            draft.commit(revision="1", fingerprint="f", counts={})


def test_a_manifest_that_no_reader_would_accept_is_never_written(root):
    generations = Generations(root)
    with generations.writer_lock(0), generations.build() as draft:
        naive = datetime(2026, 11, 23)
        with pytest.raises(IndexDamaged, match="built_at"):
            draft.commit(revision="1", fingerprint="f", counts={}, built_at=naive)
    assert names(root) == []


@pytest.mark.parametrize("rot", [b"rot", b"ono, two\n"], ids=["other size", "same size"])
def test_a_damaged_generation_cannot_be_built_on(root, rot):
    first = update(root, 1)
    replace(first.path / "synonyms.txt", rot)
    generations = Generations(root)
    with (
        generations.writer_lock(0),
        pytest.raises(IndexDamaged, match=r"synonyms\.txt: (has 3 bytes|checksum)"),
        generations.build(first),
    ):
        pass


def test_names_sort_by_time_even_when_the_clock_was_set_back(root):
    first, future = update(root, 1), "29991231T235959-9999-abcdef"
    replace(
        first.path / FILE_NAME,
        dataclasses.replace(first.manifest, generation=future).to_json().encode(),
    )
    first.path.rename(root / future)
    built = [update(root, n).name for n in (2, 3)]
    assert names(root) == [future, *built]
    assert built[1].startswith("30000101T000000-0001-")


def test_files_are_copied_where_the_disk_has_no_hard_links(tmp_path):
    with tempfile.NamedTemporaryFile(dir="/dev/shm") as elsewhere:
        elsewhere.write(b"data")
        elsewhere.flush()
        source, target = Path(elsewhere.name), tmp_path / "target"
        assert link_or_copy(source, target) == (source.stat().st_dev == tmp_path.stat().st_dev)
        assert target.read_bytes() == b"data"


def test_everything_new_is_on_the_disk_before_it_gets_its_name(root):
    first = update(root, 1)
    calls = []

    def note(frame, event, function):
        if event == "c_call" and function is os.fsync:
            calls.append(os.fstat(frame.f_locals["descriptor"]).st_ino)
        elif event == "c_call" and function in (os.rename, os.replace):
            calls.append(function.__name__)

    sys.setprofile(note)
    try:
        second = update(root, 2)
    finally:
        sys.setprofile(None)
    manifest, folder, switch = [i for i, call in enumerate(calls) if isinstance(call, str)]
    shared = {p.stat().st_ino for p in everything(first.path)}
    new = {p.stat().st_ino for p in everything(second.path)} - shared
    folders = {p.stat().st_ino for p in second.path.rglob("*") if p.is_dir() and not p.is_symlink()}
    assert new | folders <= set(calls[:manifest])
    assert not shared & set(calls)
    assert calls[manifest + 1 : folder] == [second.path.stat().st_ino]
    assert calls[folder + 1 : switch] == [root.stat().st_ino]
    assert calls[switch:] == ["replace", root.stat().st_ino]


# Keeping and pruning


def test_three_generations_are_kept(root):
    built = [update(root, n) for n in range(1, 6)]
    assert names(root) == [g.name for g in built[2:]]
    assert [files(g) for g in built[2:]] == [contents(n) for n in (3, 4, 5)]


def test_a_damaged_older_generation_does_not_take_the_place_of_a_sound_one(root):
    built = [update(root, n) for n in (1, 2, 3)]
    replace(built[1].path / "synonyms.txt", b"rot")
    last = update(root, 4)
    assert names(root) == [built[0].name, built[2].name, last.name]
    assert os.listdir(root / "damaged") == [built[1].name]


def test_what_a_reader_has_open_outlives_its_generation(root):
    first = update(root, 1)
    with (first.path / "public/en/MAIN_1.toc").open("rb") as file:
        for n in range(2, 6):
            update(root, n)
        assert not first.path.exists()
        assert file.read() == b"round 1\n"


# Damage


DAMAGES = {
    "deleted": None,
    "empty": lambda data: b"",
    "half": lambda data: data[: len(data) // 2],
    "zeros": lambda data: bytes(len(data)),
    "longer": lambda data: data + b"\0",
    "one bit": lambda data: bytes([data[0] ^ 1]) + data[1:],
    "another's": lambda data: b"{}\n",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES.keys())
def test_after_a_power_cut_in_any_file_the_older_generation_serves(root, damage):
    older, newer = update(root, 1), update(root, 2)
    for path in everything(newer.path):
        data = path.read_bytes()
        path.unlink()
        if damage:
            path.write_bytes(damage(data))
        assert Generations(root).newest_verified() == older, path
        if damage:
            path.unlink()
        path.write_bytes(data)
        assert Generations(root).newest_verified() == newer


@pytest.mark.parametrize("files_hit", [2, 3, 20])
def test_after_a_power_cut_in_several_files_the_older_generation_serves(root, files_hit):
    older, newer = update(root, 1), update(root, 2)
    paths = everything(newer.path)
    for path in random.Random(files_hit).sample(paths, min(files_hit, len(paths))):
        replace(path, b"")
    assert Generations(root).newest_verified() == older


def test_a_writer_sets_the_damaged_generation_aside_and_a_reader_does_not(root):
    older, newer = update(root, 1), update(root, 2)
    replace(newer.path / "synonyms.txt", b"rot")
    reader, writer = Generations(root), Generations(root)
    assert reader.newest_verified() == older
    assert names(root) == [older.name, newer.name]
    with writer.writer_lock(0):
        assert writer.newest_verified() == older
    assert names(root) == [older.name]
    assert os.listdir(root / "damaged") == [newer.name]
    assert reader.current() == older


def test_damage_in_a_shared_file_spares_only_generations_that_do_not_share_it(root):
    generations = Generations(root)
    with generations.writer_lock(0):
        alone = build(generations, 1, None)
        shared = build(generations, 2, None)
        newest = build(generations, 3, shared)
    (newest.path / "synonyms.txt").write_bytes(b"rot")
    assert Generations(root).newest_verified() == alone


def test_when_everything_is_damaged_a_writer_starts_anew(root):
    for n in (1, 2):
        replace(update(root, n).path / FILE_NAME, b"{}")
    writer = Generations(root)
    with writer.writer_lock(0), pytest.raises(IndexUnavailable, match="Run `kb index`"):
        writer.newest_verified()
    assert writer.current() is None
    assert update(root, 3) == Generations(root).newest_verified()
    replace(Generations(root).current().path / FILE_NAME, b"{}")
    with pytest.raises(IndexDamaged, match="Run `kb index`"):
        Generations(root).current()
    with pytest.raises(IndexUnavailable, match="1 damaged"):
        Generations(root).newest_verified()


@pytest.mark.parametrize(
    "target", ["nowhere", "../elsewhere", "damaged", "20200101T000000-0000-aaaaaa"]
)
def test_a_current_link_to_anything_else_is_not_followed(root, target):
    built = update(root, 1)
    (root / "current").unlink()
    (root / "current").symlink_to(target)
    assert Generations(root).newest_verified() == built


def test_verify_finds_additions_and_changed_links(root):
    built = update(root, 1)
    (built.path / "public/en/new").write_text("x")
    os.mkfifo(built.path / "public/en/pipe")
    (built.path / "internal/vi").unlink()
    (built.path / "internal/vi").symlink_to("../internal/en")
    (built.path / "public/out").symlink_to("/etc")
    assert built.verify() == built.verify(deep=False) == [
        "internal/vi: links to '../internal/en', which the manifest does not say",
        "public/en/new: is not in the manifest",
        "public/en/pipe: is not in the manifest",
        "public/out: links to '/etc', which the manifest does not say",
    ]  # fmt: skip


def test_the_public_part_verifies_alone_and_must_not_lead_to_the_internal_one(root):
    generations = Generations(root)
    with generations.writer_lock(0), generations.build() as draft:
        for name in ("public/a", "internal/b", "common"):
            (draft.path / name).parent.mkdir(exist_ok=True)
            (draft.path / name).write_text(name)
        (draft.path / "public/c").symlink_to("../internal/b")
        (draft.path / "public/d").symlink_to("../internal")
        built = draft.commit(revision="1", fingerprint="f", counts={})
    replace(built.path / "internal/b", b"rot")
    replace(built.path / "common", b"rot")
    assert built.verify(folders=["public"]) == [
        "common: has 3 bytes instead of 6",
        "public/c: links out of its folder, to '../internal/b'",
        "public/d: links out of its folder, to '../internal'",
    ]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return update(tmp_path_factory.mktemp("built"), 1)


@settings(max_examples=300, deadline=None)
@given(chosen=st.data())
def test_every_flipped_bit_is_found(built, chosen):
    path = chosen.draw(st.sampled_from(everything(built.path)))
    data = path.read_bytes()
    bit = chosen.draw(st.integers(0, 8 * len(data) - 1))
    flipped = bytearray(data)
    flipped[bit // 8] ^= 1 << bit % 8
    path.write_bytes(flipped)
    try:
        assert built.verify()
        with pytest.raises(IndexUnavailable):
            Generations(built.path.parent).newest_verified()
    finally:
        path.write_bytes(data)
    assert built.verify() == []
