"""An update survives what goes wrong around it: damage, other versions, other writers."""

import random
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from article_folder import BROKEN, article, counts, messages

from indexer import building, fingerprint
from indexer.generations import Generations
from indexer.rendering import CACHE_FILE
from indexer.store import open_index
from kb.errors import IndexDamaged, IndexUnavailable
from kb.segments.arrays import map_arrays, write_arrays

pytestmark = pytest.mark.usefixtures("shared_pool")


def test_another_fingerprint_builds_the_index_anew(folder, monkeypatch):
    folder.put("en/x/a.md", article("Reset", "goodversion"))
    folder.put("en/x/b.md", article("Other", "canary"))
    folder.update()
    folder.put("en/x/a.md", BROKEN)
    folder.update()
    old = folder.current
    monkeypatch.setattr(fingerprint, "ANALYSIS_VERSION", fingerprint.ANALYSIS_VERSION + 1)
    report = folder.update()
    assert report.switched
    assert counts(report) == (0, 0, 0, 0)
    assert Generations(folder.root).current().manifest.fingerprint == fingerprint.fingerprint()
    for file in (folder.current / "public/en").iterdir():
        assert not any(file.samefile(other) for other in (old / "public/en").iterdir())
    assert folder.found("goodversion") == {"en/a"}
    assert folder.found("canary") == {"en/b"}
    assert not folder.update().switched


def test_an_index_in_a_form_that_cannot_be_read_does_not_stop_the_next_version(folder, monkeypatch):
    """A later program finds records of another form, and a file whose last version is in them."""
    folder.put("en/x/a.md", article("Reset", "goodversion"))
    folder.put("en/x/b.md", article("Other", "canary"))
    with monkeypatch.context() as earlier:
        earlier.setattr(fingerprint, "ANALYSIS_VERSION", 0)
        earlier.setattr("kb.segments.arrays.MAGIC", b"kbarray0")
        folder.update()
    folder.put("en/x/a.md", BROKEN)
    report = folder.update()
    assert counts(report) == (0, 0, 1, 1)
    assert folder.keys() == {"en/b"}
    again = folder.update()
    assert (again.switched, len(again.problems)) == (False, 1)


def test_an_index_without_an_array_that_readers_need_is_damaged(folder):
    folder.put("en/x/a.md", article("Reset"))
    folder.update()
    index = folder.current / "public/en"
    file = next(index.glob("*.arrays"))
    arrays = dict(map_arrays(file))
    del arrays["term_hash"]
    file.unlink()
    write_arrays(file, arrays)
    with pytest.raises(IndexDamaged, match="term_hash"):
        open_index(index)


def test_while_the_current_generation_is_damaged_the_previous_serves_and_an_update_repairs(folder):
    folder.put("en/x/a.md", article("Reset", "first"))
    folder.update()
    folder.put("en/x/a.md", article("Reset", "second"))
    folder.update()
    file = next((folder.current / "public/en").glob("*.seg"))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.unlink()
    file.write_bytes(data)
    assert (folder.found("first"), folder.found("second")) == ({"en/a"}, set())
    report = folder.update()
    assert counts(report) == (0, 1, 0, 0)
    assert (folder.found("first"), folder.found("second")) == (set(), {"en/a"})
    assert folder.current


def test_with_every_generation_damaged_an_update_starts_anew(folder):
    folder.put("en/x/a.md", article("Reset", "canary"))
    folder.update()
    (folder.current / "manifest.json").unlink()
    with pytest.raises(IndexUnavailable, match="Run `kb index`"):
        folder.found("canary")
    assert counts(folder.update()) == (1, 0, 0, 0)
    assert folder.found("canary") == {"en/a"}


@pytest.mark.parametrize(
    "how", ["no database", "torn", "page of keys", "last page", "empty", "nonsense rows"]
)
def test_a_damaged_render_cache_is_replaced(folder, how):
    for number in range(20):
        folder.put(f"en/x/{number}.md", article(f"Title {number}", _varied(number)))
    folder.update()
    cache = folder.root / CACHE_FILE
    data = bytearray(cache.read_bytes())
    assert len(data) > 5 * 4096
    match how:
        case "no database":
            data[:100] = b"x" * 100
        case "torn":
            del data[len(data) // 2 :]
        case "page of keys":
            data[2 * 4096 : 3 * 4096] = b"\xff" * 4096
        case "last page":
            data[-4096:] = b"\xff" * 4096
        case "empty":
            data.clear()
        case "nonsense rows":
            data = bytearray(data.replace(b"\x78\x01", b"\x79\x01"))
    cache.write_bytes(data)
    assert messages(folder.update(full=True)) == []
    assert folder.found("canary") == {f"en/{number}" for number in range(20)}
    folder.update(full=True)  # What was still read of the old file is rendered again.
    assert _cached(cache) == 20


def test_a_second_writer_waits_and_says_so(folder):
    folder.put("en/x/a.md", article("Reset", "canary"))
    program = (
        "import sys; from pathlib import Path; from indexer.generations import Generations\n"
        "with Generations(Path(sys.argv[1])).writer_lock(0):\n"
        "    print('holding', flush=True); sys.stdin.readline()"
    )
    command = [sys.executable, "-c", program, str(folder.root)]
    waited = []
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"holding\n"

        def on_wait():
            waited.append(1)
            holder.stdin.close()

        assert folder.update(on_wait=on_wait).added == 1
    assert waited == [1]


def test_an_update_that_fails_leaves_the_index_as_it_was(folder, monkeypatch):
    folder.put("en/x/a.md", article("Reset", "first"))
    folder.update()
    before = folder.current
    folder.put("en/x/a.md", article("Reset", "second"))

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(building, "write_extras", full_disk)
        with pytest.raises(OSError, match="No space"):
            folder.update()
    assert folder.current == before
    assert folder.found("first") == {"en/a"}
    assert folder.update().changed == 1


def _varied(number):
    """Return a text that does not pack well."""
    letters = random.Random(number)
    return "canary " + " ".join(f"{letters.getrandbits(40):x}" for _ in range(80))


def _cached(cache):
    with closing(sqlite3.connect(cache)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return connection.execute("SELECT count(*) FROM page").fetchone()[0]
