"""Vectors come after the index, go with their segments, and are made once."""

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from article_folder import ArticleFolder, article
from crash import points, run_and_kill
from word_embedder import WordEmbedder

import kb
from indexer import embedding
from indexer.embedding import BATCH, EMBED_LOCK, embed
from indexer.engine import WhooshEngine
from indexer.generations import Generations
from indexer.lock import exclusive
from indexer.merging import MOST_SMALL, merge
from indexer.store import read_segments
from indexer.vector_cache import CACHE_FILE
from indexer.vectors import VECTORS
from kb.errors import IndexUnavailable
from kb.meaning.embedding import Vectors
from kb.search import Query

pytestmark = pytest.mark.usefixtures("shared_pool")

# Two texts: the first passage says no more than the article's opening.
TWO_PASSAGES = "Open the settings.\n\n## Then\n\nChoose another one.\n"
TEXTS = 5


def fill(folder: ArticleFolder) -> None:
    folder.put("en/x/password.md", article("Reset your password", TWO_PASSAGES))
    folder.put("en/x/car.md", article("Park the car", "Where it may stay."))
    folder.put("en/x/refund.md", article("Ask for a refund", "Write.", audience="internal"))
    folder.put("vi/x/car.md", article("Gửi xe qua đêm", "Nơi được ở lại."))
    folder.update()


def found(folder: ArticleFolder, text: str, audience: str = "public", locale: str = "en") -> list:
    engine = WhooshEngine(
        folder.root,
        audiences=(audience,),
        clock=lambda: folder.now,
        embedder=WordEmbedder(),
    )
    results = engine.search(Query(text, locale), audience=audience)
    return [hit.slug for hit in (*results.hits, *results.relaxed)]


def vector_files(folder: ArticleFolder) -> list[str]:
    return sorted(
        file.relative_to(folder.current).parent.as_posix()
        for file in folder.current.rglob(f"*{VECTORS}")
    )


def test_the_index_answers_by_words_until_it_is_embedded(folder):
    fill(folder)
    assert vector_files(folder) == []
    assert found(folder, "automobile") == []
    assert embed(folder.root, WordEmbedder()) == TEXTS
    assert found(folder, "automobile") == ["car"]


def test_embedding_twice_embeds_nothing_and_publishes_nothing(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    before = folder.current
    again = WordEmbedder()
    assert embed(folder.root, again) == 0
    assert again.embedded == []
    assert folder.current == before


def test_internal_articles_have_their_vectors_in_the_internal_half_alone(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    assert vector_files(folder) == ["internal/en", "public/en", "public/vi"]
    assert found(folder, "reimbursement") == []
    assert found(folder, "reimbursement", "internal") == ["refund"]
    public = b"".join(file.read_bytes() for file in (folder.current / "public/en").iterdir())
    internal = b"".join(file.read_bytes() for file in (folder.current / "internal/en").iterdir())
    vector = vector_of(folder, "Ask for a refund Write.")
    assert vector in internal
    assert vector not in public


def vector_of(folder: ArticleFolder, text: str) -> bytes:
    """Return the stored numbers of a text's vector."""
    from kb.meaning.vectors import packed

    return packed(WordEmbedder().embed_passages([text])).numbers.tobytes()


def test_articles_are_embedded_before_passages(folder):
    fill(folder)
    embedder = WordEmbedder()
    embed(folder.root, embedder)
    heads = len(embedder.embedded) - 1
    assert all("Choose another" not in text for text in embedder.embedded[:heads])
    assert "Choose another" in embedder.embedded[-1]


def test_an_update_keeps_the_vectors_of_what_did_not_change(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    folder.put("en/x/new.md", article("A printer without paper", "Put some in."))
    folder.update()
    assert found(folder, "automobile") == ["car"]
    embedder = WordEmbedder()
    assert embed(folder.root, embedder) == 1
    assert embedder.embedded == ["A printer without paper Put some in."]
    assert found(folder, "máy")[0] == "new"


def test_an_index_written_anew_has_its_vectors_at_once(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    folder.update(full=True)
    assert found(folder, "automobile") == ["car"]
    assert embed(folder.root, WordEmbedder()) == 0


def test_an_update_leaves_segments_that_it_did_not_write_to_the_next_embedding(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    folder.update(full=True, semantic=False)
    assert vector_files(folder) == []
    # It says what another article says, whose vector is kept.
    folder.put("en/x/new.md", article("Park the car", "Where it may stay."))
    folder.update()
    assert vector_files(folder) == ["internal/en", "public/en"]
    assert embed(folder.root, WordEmbedder()) == 0
    two_each = ["internal/en", "internal/en", "public/en", "public/en"]
    assert vector_files(folder) == [*two_each, "public/vi"]


def test_where_search_by_meaning_is_off_nothing_gets_vectors(folder):
    for number in range(MOST_SMALL + 3):
        folder.put(f"en/x/{number}.md", article(f"Title {number}", f"automobile {number}"))
        folder.update()
    embed(folder.root, WordEmbedder())
    assert merge(folder.root, semantic=False)
    assert vector_files(folder) == []
    folder.update(full=True, semantic=False)
    assert vector_files(folder) == []


def test_a_changed_article_is_embedded_again_and_its_old_vectors_are_forgotten(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    folder.put("en/x/car.md", article("Park the bicycle", "Where it may stay."))
    folder.update()
    assert embed(folder.root, WordEmbedder()) == 1
    assert found(folder, "automobile") == []
    # What came back would have to be made again: the cache holds what is in use.
    folder.put("en/x/car.md", article("Park the car", "Where it may stay."))
    folder.update()
    assert embed(folder.root, WordEmbedder()) == 1


def test_a_merged_segment_has_the_vectors_of_those_it_replaces(folder):
    for number in range(MOST_SMALL + 3):
        folder.put(f"en/x/{number}.md", article(f"Title {number}", f"automobile {number}"))
        folder.update()
    embed(folder.root, WordEmbedder())
    assert merge(folder.root)
    (only,) = read_segments(folder.current / "public" / "en")
    assert (folder.current / f"public/en/{only.name}{VECTORS}").exists()
    assert len(found(folder, "xe")) == 10
    assert embed(folder.root, WordEmbedder()) == 0


def test_vectors_of_another_embedder_are_not_used(folder):
    fill(folder)
    embed(folder.root, WordEmbedder("words 2"))
    assert found(folder, "automobile") == []
    embedder = WordEmbedder()
    assert embed(folder.root, embedder) == TEXTS
    assert found(folder, "automobile") == ["car"]


def test_without_an_index_there_is_nothing_to_embed(tmp_path):
    with pytest.raises(IndexUnavailable, match="no index yet"):
        embed(tmp_path, WordEmbedder())


def test_only_one_process_embeds(folder):
    fill(folder)
    embedder = WordEmbedder()
    with exclusive(folder.root / EMBED_LOCK):
        assert embed(folder.root, embedder) is None
    assert embedder.embedded == []


class SlowEmbedder(WordEmbedder):
    """Lets something happen after its first batch."""

    def __init__(self, between: object) -> None:
        super().__init__()
        self.between = between

    def embed_passages(self, texts: list[str]) -> Vectors:
        rows = super().embed_passages(texts)
        if self.between:
            self.between, between = None, self.between
            between()
        return rows


def test_an_update_does_not_wait_for_embedding(folder):
    fill(folder)

    def update() -> None:
        folder.put("en/x/new.md", article("A printer without paper", "Put some in."))
        thread = threading.Thread(target=lambda: folder.update(wait_seconds=5))
        thread.start()
        thread.join()

    # What came meanwhile is embedded as well.
    assert embed(folder.root, SlowEmbedder(update)) == TEXTS + 1
    assert found(folder, "máy")[0] == "new"


def put_another(folder: ArticleFolder) -> Callable[[], None]:
    """Return what publishes one more article the first time that it is called."""
    left = ["A printer without paper"]

    def put() -> None:
        if left:
            folder.put("en/x/new.md", article(left.pop(), "Put some in."))
            folder.update()

    return put


def test_what_is_published_after_the_last_look_gets_its_vector(folder, monkeypatch):
    fill(folder)
    put, publish = put_another(folder), embedding._publish

    def after_an_update(root: Path) -> object:
        put()
        return publish(root)

    monkeypatch.setattr(embedding, "_publish", after_an_update)
    assert embed(folder.root, WordEmbedder()) == TEXTS + 1
    assert found(folder, "máy")[0] == "new"


def test_what_is_published_just_before_the_lock_is_free_gets_its_vector(folder, monkeypatch):
    fill(folder)
    put = put_another(folder)

    @contextmanager
    def released_late(*arguments: object, **options: object) -> Iterator[None]:
        with exclusive(*arguments, **options):
            yield
            put()
            # Its own `kb index` finds the lock taken.
            assert embed(folder.root, WordEmbedder()) is None

    monkeypatch.setattr(embedding, "exclusive", released_late)
    assert embed(folder.root, WordEmbedder()) == TEXTS + 1
    assert found(folder, "máy")[0] == "new"


def test_vectors_are_published_now_and_then(folder):
    for number in range(3 * BATCH):
        folder.put(f"en/x/{number}.md", article(f"Title {number}", f"One.\n\n## Two\n\n{number}"))
    folder.update()
    seen: list[str | None] = []
    embed(
        folder.root,
        WordEmbedder(),
        progress=lambda done, total: seen.append(Generations(folder.root).current_name()),
        publish_seconds=0,
    )
    # All articles first, so nothing is published before they have their vectors.
    assert len(set(seen[:3])) == 1
    assert len(set(seen)) > 2


def test_a_damaged_cache_costs_time_and_nothing_else(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    (folder.root / CACHE_FILE).write_bytes(b"not SQLite" * 1_000)
    assert embed(folder.root, WordEmbedder()) == TEXTS
    assert found(folder, "automobile") == ["car"]


def test_a_damaged_file_of_vectors_is_noticed(folder):
    fill(folder)
    embed(folder.root, WordEmbedder())
    file = next(folder.current.rglob(f"*{VECTORS}"))
    file.write_bytes(file.read_bytes()[:-1] + b"\0")
    generation = Generations(folder.root).current()
    assert generation is not None
    assert generation.verify() != []


def test_killed_at_any_moment_a_whole_state_serves_and_no_batch_is_made_twice(folder, kills):
    for number in range(2 * BATCH):
        folder.put(f"en/x/{number}.md", article(f"Title {number}", f"automobile {number}"))
    folder.update()
    original = folder.root.with_name("original")
    shutil.copytree(folder.root, original, symlinks=True)
    paths = (Path(kb.__file__).parents[1], Path(__file__).parent, Path(__file__).parents[1])
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, paths))}

    def run(**when: object) -> object:
        shutil.rmtree(folder.root)
        shutil.copytree(original, folder.root, symlinks=True)
        arguments = [str(folder.root)]
        target = "embedding_runner:main"
        return run_and_kill(target, arguments, within=folder.root, env=env, **when)

    whole = run()
    assert whole.status == 0, whole.output
    for point in points(whole.operations, max(4, kills // 4)):
        assert run(at_operation=point).killed
        assert folder.current
        rest = WordEmbedder()
        embed(folder.root, rest)
        assert len(rest.embedded) in (0, BATCH, 2 * BATCH)
        assert len(found(folder, "xe")) == 10
        assert not list(folder.root.glob("*.tmp"))
