"""Changes are noticed as they happen, in folders that come and go, and never through links."""

from queue import Empty, SimpleQueue
from threading import Event, Thread

import pytest

from kb.cli.watching import refuse_strangers
from kb.errors import SettingsError
from kb.settings import Settings
from kb.writing.watching import TURN_MS, changes

SOON = 10.0
QUIET = TURN_MS / 1000 * 1.5


class Told:
    """What a watcher tells of some folders."""

    def __init__(self, *roots):
        self._told = SimpleQueue()
        self.stop = Event()
        self._thread = Thread(target=self._run, args=(roots,))
        self._thread.start()

    def _run(self, roots):
        for _ in changes(roots, self.stop):
            self._told.put(True)

    def is_told(self, seconds=SOON):
        """Whether something is told within so many seconds; all that is told so far is taken."""
        try:
            self._told.get(timeout=seconds)
        except Empty:
            return False
        while self.is_told(QUIET):
            pass
        return True

    def end(self):
        self.stop.set()
        self._thread.join()


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "articles" / "en").mkdir(parents=True)
    return tmp_path / "articles"


@pytest.fixture
def told(folder):
    told = Told(folder)
    # It says nothing of when it has begun, so write until it hears.
    while not told.is_told(0.05):
        (folder / "en" / "first.md").write_text("x", encoding="utf-8")
    yield told
    told.end()


def test_a_saved_file_is_told(folder, told):
    (folder / "en" / "a.md").write_text("new", encoding="utf-8")
    assert told.is_told()


def test_so_is_one_that_is_replaced_as_editors_do(folder, told):
    (folder / "en" / ".a.md.part").write_text("new", encoding="utf-8")
    assert not told.is_told(QUIET)
    (folder / "en" / ".a.md.part").rename(folder / "en" / "a.md")
    assert told.is_told()


def test_a_new_folder_is_watched_with_what_was_in_it_at_once(folder, told):
    (folder / "vi" / "topic").mkdir(parents=True)
    (folder / "vi" / "topic" / "a.md").write_text("new", encoding="utf-8")
    assert told.is_told()
    (folder / "vi" / "topic" / "a.md").write_text("newer", encoding="utf-8")
    assert told.is_told()
    (folder / "vi").rename(folder / "fr")
    assert told.is_told()
    (folder / "fr" / "topic" / "a.md").unlink()
    assert told.is_told()


def test_nothing_is_told_of_other_files_and_of_what_lies_behind_a_link(folder, told):
    outside = folder.parent / "outside"
    outside.mkdir()
    (folder / "en" / "linked").symlink_to(outside)
    told.is_told(QUIET)
    (outside / "a.md").write_text("secret", encoding="utf-8")
    (folder / "en" / ".a.md.swp").write_text("x", encoding="utf-8")
    (folder / "en" / "notes.odt").write_text("x", encoding="utf-8")
    assert not told.is_told(QUIET)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1"])
def test_drafts_may_be_shown_to_this_machine(host):
    refuse_strangers(Settings.model_validate({"server": {"host": host}}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "help.example.com"])
def test_and_to_nobody_else(host):
    with pytest.raises(SettingsError, match=r"--watch .* Leave --host out"):
        refuse_strangers(Settings.model_validate({"server": {"host": host}}))
