"""Files that nobody touched are not opened again, and no change of any kind is missed for that."""

import os
import random
import time
from pathlib import Path

import pytest
from article_folder import BROKEN, NOW, PIXEL, ArticleFolder, article, counts, messages

from indexer import ledger, seen
from indexer.seen import ARTICLES_FILE, GENERATIONS_FILE
from indexer.update import update_index
from kb.errors import IndexUnavailable
from kb.files.scan import SourceFile
from kb.settings_tables import Source

pytestmark = pytest.mark.usefixtures("shared_pool", "_soon_settled")

SETTLED_SECONDS = 0.02


@pytest.fixture
def _soon_settled(monkeypatch):
    """A file counts as settled so soon that tests need not wait; no file system is that coarse."""
    monkeypatch.setattr(seen, "SETTLED_NS", int(SETTLED_SECONDS * 1e9))


@pytest.fixture
def opened(monkeypatch):
    """The paths of the article files that were really read, in order."""
    paths: list[str] = []
    read = SourceFile.read

    def noted(file: SourceFile) -> bytes:
        paths.append(file.path)
        return read(file)

    monkeypatch.setattr(SourceFile, "read", noted)
    return paths


def settle() -> None:
    time.sleep(SETTLED_SECONDS * 2)


def settled_update(folder: ArticleFolder) -> None:
    """Update twice: the second time every file is old enough to be remembered."""
    folder.update()
    settle()
    folder.update()


def entries(folder: ArticleFolder) -> dict[ledger.FileId, ledger.Entry]:
    return ledger.load(folder.current)


def rebuilt(folder: ArticleFolder, other: Path) -> dict[ledger.FileId, ledger.Entry]:
    """Return what an index built from nothing would say."""
    whole = ArticleFolder(other)
    whole.articles.rmdir()
    whole.articles, whole.now = folder.articles, folder.now
    whole.update()
    return entries(whole)


def put_back_times(file: Path, before: os.stat_result) -> None:
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def test_what_nobody_touched_is_not_opened(folder, opened):
    for name in "abc":
        folder.put(f"en/x/{name}.md", article(f"Title {name}"))
    settled_update(folder)
    opened.clear()
    folder.put("en/x/b.md", article("Another title"))
    assert counts(folder.update()) == (0, 1, 0, 0)
    # Once to see that it changed; it is too young to be remembered.
    assert opened == ["en/x/b.md"]


def test_a_full_update_reads_everything(folder, opened):
    folder.put("en/x/a.md", article("Title"))
    folder.put("en/x/broken.md", BROKEN)
    settled_update(folder)
    opened.clear()
    folder.update(full=True)
    assert set(opened) == {"en/x/a.md", "en/x/broken.md"}


def test_a_touched_file_is_read_once_and_changes_nothing(folder, opened):
    file = folder.put("en/x/a.md", article("Title"))
    settled_update(folder)
    opened.clear()
    os.utime(file)
    settle()
    assert not folder.update().switched
    assert not folder.update().switched
    assert opened == ["en/x/a.md"]


def test_a_young_file_is_read_again(folder, opened, monkeypatch):
    monkeypatch.setattr(seen, "SETTLED_NS", 2_000_000_000)
    file = folder.put("en/x/a.md", article("Title", "alpha"))
    settled_update(folder)
    assert opened == ["en/x/a.md", "en/x/a.md"]
    rewrite_in_place(file, article("Title", "bravo"))
    assert counts(folder.update()) == (0, 1, 0, 0)


def rewrite_in_place(file: Path, text: str) -> None:
    before = file.stat()
    file.write_text(text)
    put_back_times(file, before)


def replace_by_rename(file: Path, text: str) -> None:
    before = file.stat()
    other = file.with_suffix(".new")
    other.write_text(text)
    put_back_times(other, before)
    other.replace(file)


def delete_and_write_again(file: Path, text: str) -> None:
    before = file.stat()
    file.unlink()
    file.write_text(text)
    put_back_times(file, before)


@pytest.mark.parametrize(
    "change",
    [rewrite_in_place, replace_by_rename, delete_and_write_again],
    ids=lambda f: f.__name__,
)
def test_another_text_of_the_same_size_and_time_is_seen(folder, change):
    file = folder.put("en/x/a.md", article("Title", "alpha"))
    settled_update(folder)
    size = file.stat()
    change(file, article("Title", "bravo"))
    assert (file.stat().st_size, file.stat().st_mtime_ns) == (size.st_size, size.st_mtime_ns)
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert (folder.found("alpha"), folder.found("bravo")) == (set(), {"en/a"})


def test_two_files_that_change_places_are_seen(folder, tmp_path):
    one = folder.put("en/x/a.md", article("Title", "alpha"))
    two = folder.put("en/x/b.md", article("Title", "bravo"))
    put_back_times(two, one.stat())
    settled_update(folder)
    aside = tmp_path / "aside"
    one.rename(aside)
    two.rename(one)
    aside.rename(two)
    assert counts(folder.update()) == (0, 2, 0, 0)
    assert (folder.found("alpha"), folder.found("bravo")) == ({"en/b"}, {"en/a"})


def test_a_file_that_became_a_link_to_one_that_is_known_is_refused(folder):
    file = folder.put("en/x/a.md", article("Title"))
    known = folder.put("en/x/b.md", article("Other"))
    settled_update(folder)
    file.unlink()
    file.symlink_to(known)
    assert messages(folder.update()) == ["en/x/a.md:1: a symbolic link. Put the file itself here."]
    assert folder.keys() == {"en/b"}


def test_an_image_behind_a_link_is_not_shown_though_its_bytes_are_known(folder, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.gif").write_bytes(PIXEL)
    folder.put("en/x/a.md", article("Title", "![one](one.gif) ![two](links/secret.gif)"))
    folder.put("en/x/one.gif", PIXEL)
    settled_update(folder)
    (folder.articles / "en/x/one.gif").unlink()
    os.link(outside / "secret.gif", folder.articles / "en/x/kept.gif")
    (folder.articles / "en/x/one.gif").symlink_to(outside / "secret.gif")
    (folder.articles / "en/x/links").symlink_to(outside)
    folder.put("en/x/b.md", article("Other", "![kept](kept.gif)"))
    settled_update(folder)
    assert "<img" not in folder.html("en/a")
    assert "<img" in folder.html("en/b")


def test_an_image_of_the_same_size_and_time_is_seen(folder):
    folder.put("en/x/a.md", article("Title", "![one](one.gif)"))
    image = folder.put("en/x/one.gif", PIXEL)
    settled_update(folder)
    (before,) = os.listdir(folder.current / "public/media")
    stat = image.stat()
    image.write_bytes(PIXEL[:-1] + b"<")
    put_back_times(image, stat)
    assert counts(folder.update()) == (0, 1, 0, 0)
    (after,) = os.listdir(folder.current / "public/media")
    assert after != before
    assert after in folder.html("en/a")


def test_changed_defaults_and_topics_count_for_files_that_are_not_opened(folder):
    folder.put("en/x/a.md", article("Title", audience=None))
    settled_update(folder)
    assert folder.keys() == set()
    folder.put("en/x/_defaults.yml", "audience: public\n")
    folder.put("en/x/_topic.yml", "title: Deliveries\n")
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert folder.keys() == {"en/a"}
    assert [topic.title for topic in folder.engine().topics("en", audience="public")] == [
        "Deliveries"
    ]
    settled_update(folder)
    folder.put("en/x/_topic.yml", "title: Parcels\n")
    folder.put("en/x/_defaults.yml", "audience: private\n")
    folder.update()
    assert folder.keys() == set()


def test_other_settings_of_a_source_count_for_files_that_are_not_opened(folder):
    folder.put("a.md", "# Title\n\nText.\n")

    def update(**settings: object) -> None:
        source = Source(name="articles", path=folder.articles, **settings)
        update_index([source], folder.root, now=NOW, workers=1)
        settle()

    for _ in range(2):
        update(locale="en", audience="public")
    assert folder.keys() == {"en/a"}
    update(locale="vi", audience="public", url_prefix="docs")
    assert (folder.keys("en"), folder.keys("vi")) == (set(), {"vi/docs/a"})
    update(locale="vi", audience="internal", url_prefix="docs")
    assert folder.keys("vi") == set()


def test_a_clock_that_is_moved_hides_no_change(folder):
    file = folder.put("en/x/a.md", article("Title", "alpha"))
    year = 365 * 86_400
    os.utime(file, (time.time() + year, time.time() + year))
    settled_update(folder)
    rewrite_in_place(file, article("Title", "bravo"))
    assert counts(folder.update()) == (0, 1, 0, 0)
    os.utime(file, (time.time() - year, time.time() - year))
    settled_update(folder)
    rewrite_in_place(file, article("Title", "gamma"))
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert folder.found("gamma") == {"en/a"}


def test_the_days_follow_a_history_that_grows_and_is_written_anew(folder):
    def days() -> dict[str, str]:
        articles = folder.engine().articles("en", audience="public")
        return {summary.slug: str(summary.updated) for summary in articles}

    folder.put("en/x/a.md", article("Title a"))
    folder.put("en/x/b.md", article("Title b"))
    folder.git("init", "-q")
    folder.git("add", ".")
    folder.git("commit", "-qm", "one", day="2026-10-05")
    settled_update(folder)
    folder.put("en/x/b.md", article("Title b", "more"))
    folder.git("commit", "-qam", "two", day="2026-10-07")
    folder.update()
    assert days() == {"a": "2026-10-05", "b": "2026-10-07"}
    folder.git("commit", "-q", "--amend", "-m", "two again", day="2026-10-06")
    assert counts(folder.update()) == (0, 1, 0, 0)
    assert days() == {"a": "2026-10-05", "b": "2026-10-06"}
    folder.git("reset", "-q", "--soft", "HEAD~1")
    folder.git("commit", "-q", "--amend", "-m", "one again", day="2026-10-08")
    folder.update()
    assert days() == {"a": "2026-10-08", "b": "2026-10-08"}


def test_a_file_that_fails_is_reported_again_without_being_read(folder, opened):
    folder.put("en/x/broken.md", BROKEN)
    first = folder.update()
    settle()
    folder.update()
    opened.clear()
    assert messages(folder.update()) == messages(first)
    assert opened == []
    folder.put("en/x/broken.md", article("Mended"))
    assert messages(folder.update()) == []
    folder.put("en/x/broken.md", BROKEN)
    report = folder.update()
    assert messages(report) == messages(first)
    assert folder.keys() == {"en/broken"}


@pytest.mark.parametrize("text", [None, b"", b"[]", b"{}", b'{"digests": 7, "history": []}', b"\0"])
@pytest.mark.parametrize("name", [ARTICLES_FILE, GENERATIONS_FILE])
def test_what_was_remembered_may_be_lost_or_damaged(folder, name, text):
    folder.put("en/x/a.md", article("Title"))
    folder.put("en/x/broken.md", BROKEN)
    settled_update(folder)
    before = entries(folder)
    if text is None:
        (folder.root / name).unlink()
    else:
        (folder.root / name).write_bytes(text)
    assert not folder.update().switched
    folder.put("en/x/b.md", article("Other"))
    folder.update()
    assert entries(folder).keys() - before.keys() == {("articles", "en/x/b.md")}


def test_damage_that_no_time_betrays_is_mended_after_a_reader_met_it(folder):
    folder.put("en/x/a.md", article("Title", "alpha"))
    settled_update(folder)
    segment = next((folder.current / "public/en").glob("*.seg"))
    remembered = (folder.root / GENERATIONS_FILE).read_bytes()
    stamps = {seen.stamp(segment.stat())}
    data = bytearray(segment.read_bytes())
    data[len(data) // 2] ^= 1
    segment.write_bytes(data)
    # As if the disk had changed the bytes, and not a program: the times say nothing.
    stamps.add(seen.stamp(segment.stat()))
    old, new = sorted(stamps, key=lambda stamp: stamp.encode() not in remembered)
    (folder.root / GENERATIONS_FILE).write_bytes(remembered.replace(old.encode(), new.encode()))
    assert not folder.update().switched
    with pytest.raises(IndexUnavailable, match="kb index"):
        folder.engine().state(audience="public")
    assert folder.update().switched
    assert folder.found("alpha") == {"en/a"}


def step(folder: ArticleFolder, chance: random.Random) -> None:
    """Do to one file what somebody might do, with as little trace as possible."""
    files = sorted(folder.articles.rglob("*.md"))
    file = chance.choice(files)
    word = chance.choice(("alpha", "bravo", "gamma"))
    audience = chance.choice(("public", "hidden"))
    target = chance.choice(files).name
    text = article("Title", f"{word} [to]({target}) ![image](one.gif)", audience=audience)
    kind = chance.randrange(9)
    if kind == 0:
        rewrite_in_place(file, text)
    elif kind == 1:
        replace_by_rename(file, text)
    elif kind == 2:
        delete_and_write_again(file, text)
    elif kind == 3:
        os.utime(file, (1, 1))
    elif kind == 4:
        other = chance.choice(files)
        aside = file.with_suffix(".aside")
        file.rename(aside)
        if other != file:
            other.rename(file)
        aside.rename(other)
    elif kind == 5:
        folder.put(f"en/x/{chance.randrange(20)}.md", text)
    elif kind == 6 and len(files) > 3:
        file.unlink()
    elif kind == 7:
        folder.put("en/x/_defaults.yml", f"tags: [{word}]\n")
    else:
        rewrite_in_place(folder.articles / "en/x/one.gif", PIXEL.decode("latin-1") + word)


@pytest.mark.parametrize("seed", range(3))
def test_any_sequence_of_changes_gives_the_index_of_a_full_build(folder, tmp_path, seed):
    chance = random.Random(seed)
    folder.put("en/x/one.gif", PIXEL)
    for number in range(6):
        folder.put(f"en/x/{number}.md", article("Title", f"[to]({number + 1}.md) ![i](one.gif)"))
    folder.update()
    for round_ in range(15):
        if chance.random() < 0.5:
            settle()
        for _ in range(chance.choice((1, 1, 3))):
            step(folder, chance)
        folder.update()
        if round_ % 3 == 2:
            assert entries(folder) == rebuilt(folder, tmp_path / str(round_))
