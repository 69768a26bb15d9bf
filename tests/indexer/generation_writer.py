"""A program that builds generations of known contents, to be killed while it runs."""

import os
import sys
import time
from pathlib import Path

from indexer.generations import Generations
from indexer.manifest import Generation, walk
from indexer.seen import GENERATIONS_FILE
from kb.errors import IndexUnavailable

FOLDERS = ("public/en", "public/vi", "internal/en")


def contents(round_: int) -> dict[str, bytes]:
    """Return the files of one round: most stay the same from round to round, some do not."""
    stable = {
        f"{folder}/{i}.seg": f"{folder} {i}\n".encode() * 40 for folder in FOLDERS for i in (1, 2)
    }
    changing = {f"{folder}/MAIN_{round_}.toc": f"round {round_}\n".encode() for folder in FOLDERS}
    return {**stable, **changing, "synonyms.txt": b"one, two\n"}


def files(generation: Generation) -> dict[str, bytes]:
    """Return what really lies in a generation."""
    return {
        path: Path(entry.path).read_bytes()
        for path, entry in walk(generation.path)
        if not entry.is_symlink()
    }


def names(root: Path) -> list[str]:
    """Every entry under the root but the four that are always allowed."""
    return sorted(set(os.listdir(root)) - {"current", "writer.lock", "damaged", GENERATIONS_FILE})


def everything(folder: Path) -> list[Path]:
    """All files of a generation, its manifest included."""
    return sorted(p for p in folder.rglob("*") if p.is_file() and not p.is_symlink())


def replace(path: Path, data: bytes) -> None:
    """Change a file without touching the generations that share it."""
    path.unlink()
    path.write_bytes(data)


def write(folder: Path, round_: int) -> None:
    """Bring `folder` from any round to this one, never writing into a file that is there."""
    wanted = contents(round_)
    for path, _ in list(walk(folder)):
        if path not in wanted:
            (folder / path).unlink()
    for path, data in wanted.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        if not (folder / path).exists():
            (folder / path).write_bytes(data)
    (folder / "public/en/WRITELOCK").write_bytes(b"")
    (folder / "internal/vi").symlink_to("../public/vi")


def build(generations: Generations, round_: int, previous: Generation | None) -> Generation:
    with generations.build(previous, leave_out=lambda path: path.endswith("LOCK")) as draft:
        write(draft.path, round_)
        return draft.commit(revision=str(round_), fingerprint="f", counts={"articles": round_})


def update(root: Path, round_: int) -> Generation:
    generations = Generations(root)
    with generations.writer_lock(5):
        try:
            previous = generations.newest_verified()
        except IndexUnavailable:
            previous = None
        return build(generations, round_, previous)


def main() -> None:
    """Build the rounds FIRST to LAST under ROOT."""
    root, first, last = sys.argv[1:]
    for round_ in range(int(first), int(last) + 1):
        print(update(Path(root), round_).name, flush=True)


def hold() -> None:
    """Hold the lock of ROOT for long, and fork a child that lives as long."""
    with Generations(Path(sys.argv[1])).writer_lock(0):
        child = os.fork()
        if child:
            print(child, flush=True)
        time.sleep(60)
